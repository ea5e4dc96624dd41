//! The compliance report over small repositories: what each form says, and that a merge adds up.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use serde_json::Value;
use std::ffi::OsString;
use std::path::Path;

fn run(arguments: &[&str]) -> String {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut all: Vec<OsString> = vec!["tenure".into(), "report".into()];
    all.extend(arguments.iter().map(OsString::from));
    let code = tenure::cli::main(all, &mut out, &mut err);
    assert!(
        format!("{code:?}").contains("(0)"),
        "{}",
        String::from_utf8_lossy(&err)
    );
    String::from_utf8(out).unwrap()
}

const KEY: &str = "resource \"aws_iam_user\" \"u\" {\n  name = \"<b>exporter\"\n}\nresource \"aws_iam_access_key\" \"k\" {\n  user = aws_iam_user.u.name\n}\n";

fn write(folder: &Path, path: &str, text: &str) {
    let file = folder.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "main.tf", KEY);
    write(
        folder.path(),
        ".tenure/attestations/training.yaml",
        "control: PR.AT-01\nstatement: every engineer had the course\nattested_by: \"@a\"\nreviewed_by: \"@b\"\nattested_at: 2025-12-01\nexpires: 2026-12-01\n",
    );
    folder
}

fn state(report: &Value, id: &str) -> String {
    let controls = report["controls"].as_array().unwrap();
    let control = controls.iter().find(|control| control["id"] == id).unwrap();
    control["state"].as_str().unwrap().to_owned()
}

#[test]
fn states_are_kept_apart_and_nothing_empty_passes() {
    let folder = repository();
    let root = folder.path().to_str().unwrap();
    let text = run(&[
        root,
        "-f",
        "json",
        "--now",
        "2026-01-01",
        "--name",
        "a",
        "-q",
    ]);
    assert_eq!(
        text,
        run(&[
            root,
            "-f",
            "json",
            "--now",
            "2026-01-01",
            "--name",
            "a",
            "-q"
        ])
    );
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(state(&report, "NHI7"), "fail");
    assert_eq!(state(&report, "PR.AT-01"), "attested");
    assert_eq!(state(&report, "GV.OC-01"), "not assessed");
    assert_eq!(
        state(&report, "ID.RA-07"),
        "not applicable",
        "there is no exception"
    );
    let part = &report["repositories"][0];
    assert_eq!(part["population"][0]["name"], "<b>exporter");
    assert_eq!(part["counts"]["credential"], 1);
    assert!(
        part["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["rule"] == "credential/static-key")
    );

    let empty = tempfile::tempdir().unwrap();
    write(empty.path(), "notes.tf", "locals {}\n");
    let text = run(&[
        empty.path().to_str().unwrap(),
        "-f",
        "json",
        "--now",
        "2026-01-01",
        "--name",
        "b",
        "-q",
    ]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(state(&report, "NHI5"), "not applicable");
    assert_eq!(state(&report, "NHI8"), "not applicable");
}

#[test]
fn every_form_is_written_and_none_says_compliant() {
    let folder = repository();
    let root = folder.path().to_str().unwrap();
    for form in ["html", "markdown", "csv", "oscal", "json"] {
        let text = run(&[root, "-f", form, "--now", "2026-01-01", "--name", "a", "-q"]);
        assert!(text.contains("static-key"), "{form}");
        let plain = text.to_lowercase();
        assert!(
            !plain.contains("is compliant") && !plain.contains("certified"),
            "{form}"
        );
    }
    let html = run(&[root, "--now", "2026-01-01", "--name", "a", "-q"]);
    assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"));
    assert!(html.contains("&lt;b&gt;exporter") && !html.contains("<b>exporter"));
    for word in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!html.contains(word), "the page asks for nothing: {word}");
    }
    let oscal: Value = serde_json::from_str(&run(&[
        root,
        "-f",
        "oscal",
        "--now",
        "2026-01-01",
        "--name",
        "a",
        "-q",
    ]))
    .unwrap();
    let results = &oscal["assessment-results"]["results"][0];
    assert!(results["observations"].as_array().unwrap().len() > 3);
    assert_eq!(results["findings"][0]["target"]["type"], "statement-id");
}

#[test]
fn reports_are_merged_and_the_later_one_counts() {
    let (folder, out) = (repository(), tempfile::tempdir().unwrap());
    let root = folder.path().to_str().unwrap();
    let file = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    for (name, repository, day) in [
        ("1.json", "a", "2026-01-01"),
        ("2.json", "b", "2026-01-02"),
        ("3.json", "a", "2026-01-03"),
    ] {
        let output = format!("json={}", file(name));
        assert_eq!(
            run(&[
                root, "-o", &output, "--now", day, "--name", repository, "-q"
            ]),
            ""
        );
    }
    let csv = out.path().join("tables");
    let text = run(&[
        &file("1.json"),
        &file("2.json"),
        &file("3.json"),
        "-f",
        "json",
        "-o",
        &format!("csv={}", csv.display()),
    ]);
    let report: Value = serde_json::from_str(&text).unwrap();
    let days: Vec<&str> = report["repositories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["identification"]["day"].as_str().unwrap())
        .collect();
    assert_eq!(days, ["2026-01-03", "2026-01-02"]);
    assert_eq!(report["day"], "2026-01-03");
    let one: Value =
        serde_json::from_str(&std::fs::read_to_string(file("1.json")).unwrap()).unwrap();
    let failed = |report: &Value| report["controls"][6]["failed"].as_u64().unwrap();
    assert_eq!(failed(&report), 2 * failed(&one));
    assert!(
        std::fs::read_to_string(csv.join("identities.csv"))
            .unwrap()
            .contains("exporter")
    );
}

/// Numbers over time as `tenure history` writes them, with markup where a day is to be.
fn trend() -> String {
    let point = |day: &str, identities: u32, standing: u32| {
        format!(
            "{{\"day\":\"{day}\",\"commit\":\"c\",\"identities\":{identities},\"ownerless\":1,\"standing\":[{standing},0,0,0],\"credentials\":3,\"endless\":2,\"expired\":0,\"grants\":4,\"lapsed\":1,\"secrets\":0,\"exceptions\":9,\"without_reason\":3,\"ended\":0,\"orphaned\":null,\"rotation_overdue\":2,\"changes\":{{\"commits\":3,\"solo\":2,\"by_machines\":0,\"nameless\":0}}}}"
        )
    };
    format!(
        "{{\"schema\":\"tenure-history/1\",\"version\":\"0\",\"every\":\"month\",\"range\":[\"first\",\"last\"],\"commits\":12,\"limits\":[\"the clone is shallow\"],\"points\":[{},{}],\"lifetimes\":[{{\"of\":\"grants\",\"ended\":1,\"open\":2,\"from_before\":0,\"median_days\":61,\"not_available\":null}}],\"changes\":{{\"commits\":5,\"solo\":4,\"by_machines\":0,\"nameless\":0}}}}",
        point("2025-11-30", 5, 2),
        point("<i>2025", 8, 1)
    )
}

#[test]
fn trends_reviews_and_missed_runs_stand_beside_the_results() {
    let (folder, out) = (repository(), tempfile::tempdir().unwrap());
    let path = folder.path();
    let root = path.to_str().unwrap();
    let file = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    write(path, "tenure.yaml", "report: { every: 7d }\n");
    let used = "about: emergency\nused_by: \"@a\"\nused_at: 2025-12-01\n";
    write(path, ".tenure/reviews/1.yaml", used);
    let reviewed =
        "reviewed_by: \"@b\"\nreviewed_at: 2025-12-03\noutcome: nothing <b>else</b> was touched\n";
    write(path, ".tenure/reviews/2.yaml", &format!("{used}{reviewed}"));
    write(
        path,
        ".tenure/reviews/3.yaml",
        &format!("{used}{}", reviewed.replace("@b", "@A")),
    );
    write(out.path(), "trend.json", &trend());
    for (name, day) in [("1.json", "2026-01-01"), ("2.json", "2026-01-15")] {
        let output = format!("json={}", file(name));
        run(&[
            root,
            "-o",
            &output,
            "--trend",
            &file("trend.json"),
            "--now",
            day,
            "--name",
            "org/a",
            "-q",
        ]);
    }
    let page = run(&[
        root,
        "--trend",
        &file("trend.json"),
        "--now",
        "2026-01-01",
        "--name",
        "org/a",
        "-q",
    ]);
    assert!(
        page.contains("identities from 5 to 8, without an owner from 1 to 1"),
        "{page}"
    );
    assert!(page.contains("<polyline") && page.contains("Not available: the clone is shallow."));
    assert!(page.contains("half are gone after 61 days"));
    assert!(
        page.contains("&lt;i&gt;2025") && !page.contains("<i>2025"),
        "texts are no markup"
    );
    assert!(page.contains("nothing &lt;b&gt;else&lt;/b&gt; was touched"));
    for script in ["src=", "href=\"http", "url("] {
        assert!(!page.contains(script), "{script}");
    }
    let merged = run(&[
        &file("1.json"),
        &file("2.json"),
        "--expect",
        "org/a,org/b",
        "-f",
        "markdown",
    ]);
    for row in [
        "No report was given of org/b.",
        "| missing | org/b |  |  |",
        "| missed | org/a | 2026-01-15 | 1 |",
        "| missed | org/a | 7 days | 2026-01-01, 2026-01-15 | none between 2026-01-01 and 2026-01-15 |",
        "| overdue | emergency | &#64;a on 2025-12-01 |",
        "| reviewed | emergency | &#64;a on 2025-12-01 | &#64;b on 2025-12-03 |",
        "| invalid | who used it cannot review it |",
        "| standing privilege | 2 on 2025-11-30 |",
    ] {
        assert!(merged.contains(row), "{row}\n{merged}");
    }
    let late = run(&[&file("1.json"), "-f", "markdown"]);
    assert!(
        late.contains("| in time | org/a | 7 days | 2026-01-01 |"),
        "{late}"
    );
}

#[test]
fn what_an_older_version_did_not_measure_is_not_available() {
    let (folder, out) = (repository(), tempfile::tempdir().unwrap());
    let mut older: Value = serde_json::from_str(&trend()).unwrap();
    older.as_object_mut().unwrap().remove("changes");
    let point = older["points"][0].as_object_mut().unwrap();
    point.retain(|name, _| name != "changes" && name != "rotation_overdue");
    write(out.path(), "trend.json", &older.to_string());
    let file = out.path().join("trend.json");
    let arguments = [
        folder.path().to_str().unwrap(),
        "--trend",
        file.to_str().unwrap(),
        "--now",
        "2026-01-01",
        "-q",
        "-f",
    ];
    let table = run(&[&arguments[..], &["markdown"]].concat());
    for row in [
        "| solo changes | not available on 2025-11-30 | 2 on ",
        "| rotations overdue | not available on 2025-11-30 | 2 on ",
        "| identities | 5 on 2025-11-30 | 8 on ",
    ] {
        assert!(table.contains(row), "{row}\n{table}");
    }
    let page = run(&[&arguments[..], &["html"]].concat());
    assert!(page.contains("solo changes: not available to 2"), "{page}");
}
