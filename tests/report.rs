//! Every reporter on one fixed report: snapshots under `testdata/report` (`TENURE_BLESS=1` rewrites them), and what must
//! hold for all of them.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking; measurements print"
)]

#[path = "report/fixture.rs"]
mod fixture;
#[path = "report/forge.rs"]
mod forge;
#[path = "report/schema.rs"]
mod schema;

use serde_json::Value;
use std::path::PathBuf;
use tenure::report::{REPORTERS, Report, Style};
use tenure::source::{Blob, BlobId, Blobs, Span};

/// What a reporter writes.
fn write(format: &str, report: &Report, style: &Style) -> String {
    let reporter = REPORTERS
        .iter()
        .find(|reporter| reporter.name() == format)
        .unwrap_or_else(|| panic!("no reporter {format}"));
    let mut out = Vec::new();
    reporter.write(report, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares with the kept snapshot, or rewrites it.
fn snapshot(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/report")
        .join(name);
    if std::env::var_os("TENURE_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == text,
        "{name} differs from testdata/report; TENURE_BLESS=1 rewrites it. It is now:\n{text}"
    );
}

/// The version is not part of a snapshot.
fn unversioned(text: &str) -> String {
    text.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

#[test]
fn every_reporter_writes_its_snapshot() {
    let report = fixture::report();
    for reporter in REPORTERS {
        let text = write(reporter.name(), &report, &Style::default());
        snapshot(&format!("report.{}", reporter.name()), &unversioned(&text));
    }
}

#[test]
fn disposed_findings_are_marked_where_they_are_wanted() {
    let report = fixture::report();
    let style = Style {
        suppressed: true,
        ..Style::default()
    };
    for format in ["sarif", "junit"] {
        let text = write(format, &report, &style);
        snapshot(&format!("suppressed.{format}"), &unversioned(&text));
    }
}

#[test]
fn colour_and_width_change_the_human_report_only() {
    let report = fixture::report();
    let style = Style {
        color: true,
        suppressed: false,
        width: 60,
    };
    for reporter in REPORTERS {
        let text = write(reporter.name(), &report, &style);
        if reporter.name() == "human" {
            snapshot("narrow.human", &text);
        } else {
            assert_eq!(text, write(reporter.name(), &report, &Style::default()));
        }
    }
}

#[test]
fn equal_reports_are_equal_bytes() {
    let (one, other) = (fixture::report(), fixture::report());
    for reporter in REPORTERS {
        let style = Style::default();
        let text = write(reporter.name(), &one, &style);
        assert_eq!(
            text,
            write(reporter.name(), &other, &style),
            "{}",
            reporter.name()
        );
    }
}

#[test]
fn no_report_holds_a_secret_value() {
    let report = fixture::report();
    for suppressed in [false, true] {
        let style = Style {
            suppressed,
            ..Style::default()
        };
        for reporter in REPORTERS {
            let text = write(reporter.name(), &report, &style);
            for secret in fixture::secrets() {
                assert!(
                    !text.contains(&secret),
                    "{} shows a secret",
                    reporter.name()
                );
            }
        }
    }
}

/// A secret that the profile leaves out still stands on lines that other findings show.
#[test]
fn no_report_holds_the_value_of_a_secret_it_leaves_out() {
    let mut report = fixture::report();
    let findings = std::mem::take(&mut report.findings);
    report.disposed.clear();
    let secret: Vec<_> = findings
        .into_iter()
        .filter(|finding| finding.secret.is_some())
        .collect();
    for finding in &secret {
        let mut beside = finding.clone();
        beside.secret = None;
        report.findings.push(beside);
    }
    let shown = |report: &Report| {
        let texts = REPORTERS
            .iter()
            .map(|reporter| write(reporter.name(), report, &Style::default()));
        let found = |text: String| {
            fixture::secrets()
                .iter()
                .any(|secret| text.contains(secret))
        };
        texts.filter(|text| found(text.clone())).count()
    };
    assert!(
        shown(&report) > 0,
        "no other finding shows the line of a secret"
    );
    report.hidden = secret;
    assert_eq!(shown(&report), 0);
}

#[test]
fn a_terminal_gets_no_control_character_from_a_file() {
    let text = write("human", &fixture::report(), &Style::default());
    let raw = |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
    assert!(!text.contains(raw), "{text}");
}

#[test]
fn the_native_formats_are_as_their_schema_says() {
    let (schema, report) = (schema::Schema::published(), fixture::report());
    schema.check(&json("json", &report));
    let mut wrong = json("json", &report);
    wrong["findings"][0]["owner"]["status"] = "maybe".into();
    assert!(schema.refuses(&wrong));
    let lines = write("jsonl", &report, &Style::default());
    let mut kinds = Vec::new();
    for line in lines.lines() {
        let mut record: Value = serde_json::from_str(line).unwrap();
        schema.check_part("line", &record);
        let kind = record.as_object_mut().unwrap().remove("type").unwrap();
        schema.check_part(kind.as_str().unwrap(), &record);
        kinds.push(kind);
    }
    kinds.dedup();
    assert_eq!(
        kinds,
        ["run", "rule", "finding", "disposed", "summary", "coverage"]
    );
}

#[test]
fn all_formats_agree_on_how_many_findings_there_are() {
    let report = fixture::report();
    let all = report.findings.len();
    assert_eq!(all, 19);
    let counts = [
        (
            "json",
            json("json", &report)["findings"].as_array().unwrap().len(),
        ),
        ("jsonl", lines("jsonl", &report, "{\"type\":\"finding\"")),
        ("sarif", results(&json("sarif", &report)).len()),
        ("github", lines("github", &report, "::")),
        ("gitlab", json("gitlab", &report).as_array().unwrap().len()),
        (
            "gitlab security",
            ["gitlab-secret", "gitlab-sast"]
                .map(|format| {
                    json(format, &report)["vulnerabilities"]
                        .as_array()
                        .unwrap()
                        .len()
                })
                .iter()
                .sum(),
        ),
        ("junit", lines("junit", &report, "      <failure ")),
        ("csv", lines("csv", &report, "open,")),
        ("human", human(&report)),
    ];
    for (format, count) in counts {
        assert_eq!(count, all, "{format}");
    }
    let markdown = write("markdown", &report, &Style::default());
    assert!(
        markdown.starts_with("## tenure: 19 findings (1 critical, 1 high, 15 medium, 2 low)\n")
    );
    let text = write("human", &report, &Style::default());
    assert!(text.contains("findings    19: 1 critical, 1 high, 15 medium, 2 low\n"));
}

#[test]
fn gitlab_tells_every_finding_apart() {
    let mut report = fixture::report();
    for finding in &mut report.findings {
        finding.fingerprint = "same".to_owned();
    }
    let issues = json("gitlab", &report);
    let mut prints: Vec<&str> = issues
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| issue["fingerprint"].as_str().unwrap())
        .collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), report.findings.len());
}

#[test]
fn sarif_stays_within_what_github_takes() {
    let mut report = fixture::report();
    let last = report.findings.last().unwrap().clone();
    report.findings.extend(std::iter::repeat_n(last, 6_000));
    let mut chain = report
        .findings
        .iter_mut()
        .find(|finding| !finding.chain.is_empty());
    let finding = chain.as_mut().unwrap();
    finding.chain = std::iter::repeat_n(finding.chain[0].clone(), 1_200).collect();
    finding.related = std::iter::repeat_n(finding.related[0].clone(), 300).collect();
    let log = json("sarif", &report);
    let results = results(&log);
    assert_eq!(
        results.len(),
        5_003,
        "of the rest, those of one rule in one file are one result"
    );
    let stands_for = |result: &Value| result["properties"]["findings"].as_u64().unwrap_or(1);
    assert_eq!(results.iter().map(stands_for).sum::<u64>(), 6_019);
    let flow = results
        .iter()
        .find(|result| !result["codeFlows"].is_null())
        .unwrap();
    let steps = &flow["codeFlows"][0]["threadFlows"][0]["locations"];
    assert_eq!(steps.as_array().unwrap().len(), 1_000);
    assert_eq!(flow["relatedLocations"].as_array().unwrap().len(), 100);
    let notices = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    let notices = notices.as_array().unwrap();
    let last = notices.last().unwrap()["message"]["text"].as_str().unwrap();
    assert!(
        last.starts_with("Of 6019 findings, the 5000 most severe"),
        "{last}"
    );
}

#[test]
fn sarif_results_lead_to_their_rules() {
    let log = json("sarif", &fixture::report());
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    for result in results(&log) {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        for part in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(region[part].as_u64().unwrap() > 0, "{part}");
        }
        assert!(result["partialFingerprints"]["primaryLocationLineHash"].is_string());
    }
    for rule in rules {
        let tags = rule["properties"]["tags"].as_array().unwrap();
        assert!(tags.len() <= 10 && tags[0] == "security" && tags[1] == "nhi");
        for text in ["shortDescription", "fullDescription"] {
            let text = rule[text]["text"].as_str().unwrap();
            assert!(!text.is_empty() && text.encode_utf16().count() <= 1_024);
        }
        assert!(
            rule["help"]["markdown"]
                .as_str()
                .unwrap()
                .contains("| Standard | Items |")
        );
    }
}

#[test]
fn a_part_of_the_repository_never_stands_for_all_of_it() {
    let mut report = fixture::report();
    report.partial = Some("since main".to_owned());
    let log = json("sarif", &report);
    assert_eq!(
        log["runs"][0]["automationDetails"]["id"],
        "tenure/strict/partial/"
    );
}

#[test]
fn many_places_are_counted_where_they_are_not_drawn() {
    let mut report = fixture::report();
    let finding = report
        .findings
        .iter_mut()
        .find(|finding| !finding.chain.is_empty());
    let finding = finding.unwrap();
    finding.related = std::iter::repeat_n(finding.related[0].clone(), 40).collect();
    finding.chain = std::iter::repeat_n(finding.chain[0].clone(), 60).collect();
    let text = write("human", &report, &Style::default());
    assert!(
        text.contains("places: and 34 more\n") && text.contains("steps: and 10 more\n"),
        "{text}"
    );
}

#[test]
fn an_empty_report_is_whole_in_every_format() {
    let mut report = fixture::report();
    report.findings.clear();
    report.disposed.clear();
    report.coverage.gaps.clear();
    for reporter in REPORTERS {
        let text = write(reporter.name(), &report, &Style::default());
        assert!(text.ends_with('\n'), "{}", reporter.name());
    }
    assert_eq!(results(&json("sarif", &report)).len(), 0);
    assert!(write("human", &report, &Style::default()).contains("findings    none\n"));
}

#[test]
#[ignore = "a measurement: cargo test --release --test report -- --ignored --nocapture"]
fn fifty_thousand_findings_take_less_than_a_second() {
    let mut report = fixture::report();
    let some = report.findings.clone();
    report.findings = some.iter().cycle().take(50_000).cloned().collect();
    time(&report);
}

#[test]
#[ignore = "a measurement: cargo test --release --test report -- --ignored --nocapture"]
fn fifty_thousand_findings_on_one_line_take_less_than_a_second() {
    let mut report = fixture::report();
    let value = &fixture::secrets()[1];
    let piece = format!("var password=\"{value}\";");
    report.blobs = Blobs::new(vec![Blob::new(
        "app.min.js".to_owned(),
        Some(piece.repeat(50_000).into_bytes()),
    )]);
    report.disposed.clear();
    report.coverage.gaps.clear();
    let finding = report
        .findings
        .iter()
        .find(|finding| finding.rule == "secret/password");
    let finding = finding.unwrap().clone();
    report.findings = (0..50_000)
        .map(|n| {
            let start = n * piece.len() + 14;
            let mut finding = finding.clone();
            finding.span = Span::new(BlobId(0), start, start + value.len());
            finding
        })
        .collect();
    time(&report);
}

fn time(report: &Report) {
    for reporter in REPORTERS {
        let start = std::time::Instant::now();
        let text = write(reporter.name(), report, &Style::default());
        let taken = start.elapsed();
        println!("time {}: {taken:?}, {} bytes", reporter.name(), text.len());
        assert!(taken.as_secs_f64() < 1.0, "{}", reporter.name());
    }
}

fn json(format: &str, report: &Report) -> Value {
    serde_json::from_str(&write(format, report, &Style::default())).unwrap()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

fn lines(format: &str, report: &Report, start: &str) -> usize {
    let text = write(format, report, &Style::default());
    text.lines().filter(|line| line.starts_with(start)).count()
}

/// Findings in full, those listed below them, and those that are only counted.
fn human(report: &Report) -> usize {
    let text = write("human", report, &Style::default());
    let full = text
        .lines()
        .filter(|line| line.contains("see: tenure explain"))
        .count();
    let listed = text.lines().filter(|line| {
        let line = line.trim_start_matches([' ', '│', '├']);
        line.trim_start_matches("also: ")
            .starts_with("infra/users.tf:")
            && line.contains("  infra:")
    });
    let more = text
        .lines()
        .filter_map(|line| line.split("and ").nth(1)?.strip_suffix(" more"));
    full + listed.count()
        + more
            .filter_map(|count| count.parse::<usize>().ok())
            .sum::<usize>()
}
