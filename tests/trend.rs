//! Numbers over generated histories: samples, lifetimes with what still lives, shallow clones.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "git/dated.rs"]
mod dated;

use dated::Repository;
use serde_json::Value;
use std::ffi::OsString;
use std::path::Path;

fn history(root: &Path, more: &[&str]) -> Value {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut all: Vec<OsString> = vec![
        "tenure".into(),
        "history".into(),
        root.into(),
        "-f".into(),
        "json".into(),
        "-q".into(),
    ];
    all.extend(more.iter().map(OsString::from));
    let code = tenure::cli::main(all, &mut out, &mut err);
    assert!(
        format!("{code:?}").contains("(0)"),
        "{}",
        String::from_utf8_lossy(&err)
    );
    serde_json::from_slice(&out).unwrap()
}

fn member(name: &str) -> String {
    format!(
        "resource \"google_project_iam_member\" \"{name}\" {{\n  project = \"p\"\n  role    = \"roles/owner\"\n  member  = \"serviceAccount:{name}@p.iam.gserviceaccount.com\"\n}}\n"
    )
}

const USER: &str = "resource \"aws_iam_user\" \"u\" {\n  name = \"exporter\"\n}\nresource \"aws_iam_access_key\" \"k\" {\n  user = aws_iam_user.u.name\n}\n";

/// The days of the points.
fn days(found: &Value) -> Vec<&str> {
    let points = found["points"].as_array().unwrap().iter();
    points.map(|point| point["day"].as_str().unwrap()).collect()
}

#[test]
fn samples_are_the_last_of_each_month_and_lives_are_counted_whole() {
    let repository = Repository::new();
    let (one, two, three) = (member("one"), member("two"), member("three"));
    repository
        .commit("2025-01-05", &[("a.tf", USER)])
        .commit("2025-01-20", &[("a.tf", USER), ("one.tf", &one)])
        .commit(
            "2025-02-10",
            &[
                ("a.tf", USER),
                ("one.tf", &one),
                ("two.tf", &two),
                ("x.tf", "a = 1 #tfsec:ignore:y\n"),
            ],
        )
        // Moved to another file: the same grant.
        .commit(
            "2025-03-10",
            &[("a.tf", USER), ("moved.tf", &one), ("three.tf", &three)],
        )
        .commit("2025-05-01", &[("moved.tf", &one), ("three.tf", &three)]);
    let found = history(repository.root(), &[]);
    assert_eq!(
        days(&found),
        ["2025-01-20", "2025-02-10", "2025-03-10", "2025-05-01"]
    );
    let numbers = |name: &str| -> Vec<u64> {
        found["points"]
            .as_array()
            .unwrap()
            .iter()
            .map(|point| point[name].as_u64().unwrap())
            .collect()
    };
    assert_eq!(numbers("credentials"), [1, 1, 1, 0]);
    assert_eq!(numbers("grants"), [1, 2, 2, 2]);
    assert_eq!(numbers("exceptions"), [0, 1, 0, 0]);
    assert_eq!(found["commits"], 5);
    let lives = &found["lifetimes"][1];
    assert_eq!(
        (lives["ended"].as_u64(), lives["open"].as_u64()),
        (Some(1), Some(2))
    );
    assert_eq!(lives["from_before"], 1);
    // One of three ended; half never do within what was seen.
    assert_eq!(lives["median_days"], Value::Null);
    assert_eq!(found, history(repository.root(), &["--jobs", "1"]));
    let later = history(repository.root(), &["--from", "2025-03-01"]);
    assert_eq!(later["points"].as_array().unwrap().len(), 2);
    let weeks = history(repository.root(), &["--every", "week"]);
    assert_eq!(weeks["points"].as_array().unwrap().len(), 5);
}

#[test]
fn a_clock_that_went_wrong_turns_nothing_around() {
    let repository = Repository::new();
    repository
        .commit("2025-01-05", &[("a.tf", USER)])
        .commit("2035-01-05", &[("a.tf", USER)])
        .commit("2025-03-05", &[("a.tf", USER)]);
    let found = history(repository.root(), &[]);
    assert_eq!(days(&found), ["2025-01-05", "2025-03-05"]);
}

#[test]
fn a_shallow_clone_says_what_it_lacks() {
    let repository = Repository::new();
    repository
        .commit("2025-01-05", &[("a.tf", USER)])
        .commit("2025-02-05", &[("a.tf", USER)]);
    let head = repository.1.head().unwrap().target().unwrap();
    std::fs::write(repository.root().join(".git/shallow"), format!("{head}\n")).unwrap();
    let found = history(repository.root(), &[]);
    let limits = found["limits"].as_array().unwrap();
    assert!(
        limits[0].as_str().unwrap().contains("shallow"),
        "{limits:?}"
    );
}

#[test]
fn a_partial_clone_says_which_versions_it_lacks() {
    let repository = Repository::new();
    let lost = owned("ann", "2");
    repository
        .commit("2025-01-05", &[("a.tf", &owned("ann", "1"))])
        .commit("2025-02-05", &[("a.tf", &lost)])
        .commit("2025-03-05", &[("a.tf", &owned("ann", "3"))]);
    let id = git2::Oid::hash_object(git2::ObjectType::Blob, lost.as_bytes()).unwrap();
    let id = id.to_string();
    let object = repository.root().join(".git/objects").join(&id[..2]);
    std::fs::remove_file(object.join(&id[2..])).unwrap();
    let found = history(repository.root(), &[]);
    assert_eq!(days(&found), ["2025-01-05", "2025-02-05", "2025-03-05"]);
    let said = "what a version of a.tf holds: it is not in this clone";
    assert_eq!(found["limits"], serde_json::json!([said]));
}

fn life<'a>(found: &'a Value, of: &str) -> &'a Value {
    let lives = found["lifetimes"].as_array().unwrap();
    lives.iter().find(|life| life["of"] == of).expect(of)
}

fn ends(found: &Value, of: &str) -> (u64, u64, Option<i64>) {
    let life = life(found, of);
    assert_eq!(life["not_available"], Value::Null, "{of}");
    (
        life["ended"].as_u64().unwrap(),
        life["open"].as_u64().unwrap(),
        life["median_days"].as_i64(),
    )
}

const REASSIGNED: &str = "identities whose owner left, until reassigned";
const ROTATED: &str = "identities whose owner left, until their credentials were new";
const REVOKED: &str = "secret values in the open, until their revocation was attested";

fn owned(owner: &str, comment: &str) -> String {
    format!(
        "resource \"aws_iam_user\" \"u\" {{\n  name = \"exporter\"\n  tags = {{ owner = \"{owner}\" }}\n}}\nresource \"aws_iam_access_key\" \"k\" {{\n  user = aws_iam_user.u.name # {comment}\n}}\n"
    )
}

#[test]
fn an_owner_who_leaves_the_roster_leaves_a_lag_behind() {
    let roster = "people:\n- name: ann\n- name: bo\n  until: 2025-02-10\n";
    let (bo, ann) = (owned("bo", "1"), owned("ann", "1"));
    let new = owned("ann", "2");
    let path = ".tenure/roster.yaml";
    let repository = Repository::new();
    repository
        .commit("2025-01-20", &[("a.tf", &bo), (path, roster)])
        .commit("2025-02-20", &[("a.tf", &bo), (path, roster)])
        .commit("2025-03-20", &[("a.tf", &ann), (path, roster)])
        .commit("2025-04-20", &[("a.tf", &ann), (path, roster)])
        .commit("2025-05-20", &[("a.tf", &new), (path, roster)]);
    let found = history(repository.root(), &[]);
    // From the last day in the roster to the sample that has another owner, or another key.
    assert_eq!(ends(&found, REASSIGNED), (1, 0, Some(38)));
    assert_eq!(ends(&found, ROTATED), (1, 0, Some(99)));
    let orphaned: Vec<Option<u64>> = found["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| point["orphaned"].as_u64())
        .collect();
    assert_eq!(orphaned, [Some(0), Some(1), Some(0), Some(0), Some(0)]);
    let from = history(repository.root(), &["--from", "2025-04-01"]);
    assert_eq!(ends(&from, REASSIGNED), (0, 0, None));
}

#[test]
fn an_owner_who_leaves_codeowners_leaves_one_too_and_neither_file_is_no_zero() {
    let bo = owned("@bo", "1");
    let repository = Repository::new();
    repository
        .commit(
            "2025-01-20",
            &[("a.tf", &bo), ("CODEOWNERS", "* @ann @bo\n")],
        )
        .commit("2025-02-20", &[("a.tf", &bo), ("CODEOWNERS", "* @ann\n")])
        .commit("2025-03-20", &[("a.tf", &bo), ("CODEOWNERS", "* @ann\n")]);
    let found = history(repository.root(), &[]);
    assert_eq!(ends(&found, REASSIGNED), (0, 1, None));
    assert_eq!(found["points"][2]["orphaned"], Value::Null, "no roster");
    let alone = Repository::new();
    alone
        .commit("2025-01-20", &[("a.tf", &bo)])
        .commit("2025-02-20", &[("a.tf", &bo)]);
    let found = history(alone.root(), &[]);
    for of in [REASSIGNED, ROTATED] {
        let why = life(&found, of)["not_available"].as_str().unwrap();
        assert!(why.contains("CODEOWNERS"), "{why}");
    }
    let broken = Repository::new();
    broken.commit("2025-01-20", &[(".tenure/roster.yaml", "people: 1\n")]);
    let found = history(broken.root(), &[]);
    let limit = found["limits"][0].as_str().unwrap();
    assert!(limit.contains("does not read"), "{limit}");
}

#[test]
fn keys_that_stay_too_long_are_counted_from_the_first_sample_that_has_them() {
    let repository = Repository::new();
    for (day, comment) in [
        ("2025-01-20", "1"),
        ("2025-02-20", "1"),
        ("2025-05-20", "1"),
        ("2025-06-20", "2"),
    ] {
        repository.commit(day, &[("a.tf", &owned("ann", comment))]);
    }
    let found = history(repository.root(), &[]);
    let overdue: Vec<u64> = found["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| point["rotation_overdue"].as_u64().unwrap())
        .collect();
    assert_eq!(overdue, [0, 0, 1, 0], "an access key may stay 90 days");
}

#[test]
fn changes_to_access_that_name_one_person_are_told_from_the_others() {
    let (one, two) = (owned("ann", "1"), owned("ann", "2"));
    let (three, four) = (owned("ann", "3"), owned("ann", "4"));
    let repository = Repository::new();
    repository
        .commit_by("2025-01-01", &[("a.tf", &one)], ["ann", "ann"], "first")
        .commit_by(
            "2025-01-02",
            &[("a.tf", &two)],
            ["ann", "bo"],
            "applied by bo",
        )
        .commit_by(
            "2025-01-03",
            &[("a.tf", &two), ("x.md", "x")],
            ["ann", "ann"],
            "words",
        )
        .commit_by(
            "2025-01-04",
            &[("a.tf", &three)],
            ["ann", "ann"],
            "x\n\nReviewed-by: Bo <bo@example.com>\n",
        )
        .commit_by(
            "2025-01-05",
            &[("a.tf", &four)],
            ["renovate[bot]", "renovate[bot]"],
            "bump",
        )
        .commit_by("2025-02-05", &[("a.tf", &one)], ["ann", "ann"], "back");
    let found = history(repository.root(), &[]);
    let numbers = |changes: &Value| {
        ["commits", "solo", "by_machines", "nameless"].map(|key| changes[key].as_u64().unwrap())
    };
    // Only files of samples are followed, and each month has one.
    assert_eq!(numbers(&found["changes"]), [5, 2, 1, 0]);
    let by_month = [0, 1].map(|at| numbers(&found["points"][at]["changes"]));
    assert_eq!(by_month, [[4, 1, 1, 0], [1, 1, 0, 0]]);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let root = repository.root().as_os_str();
    let words = ["tenure", "history", "-q", "-f", "csv"].map(OsString::from);
    tenure::cli::main(words.into_iter().chain([root.into()]), &mut out, &mut err);
    let table = String::from_utf8(out).unwrap();
    let ends: Vec<&str> = table
        .lines()
        .map(|row| {
            row.rsplitn(5, ',')
                .last()
                .map_or(row, |head| &row[head.len()..])
        })
        .collect();
    let heads = ",changes,solo_changes,machine_changes,nameless_changes";
    assert_eq!(ends, [heads, ",4,1,1,0", ",1,1,0,0"]);
}

/// A bot token that stands in no file of this repository.
fn token() -> String {
    let tail: String = (0..24_u8)
        .map(|at| char::from(b"AbCdEfGhJkLmNpQrStUvWxYz23456789"[usize::from(at * 7 % 32)]))
        .collect();
    format!(
        "{}-582913746215-{}-{tail}",
        concat!("xo", "xb"),
        "731958264731"
    )
}

#[test]
fn only_an_attestation_ends_a_secret() {
    let with = format!("token: {}\n", token());
    let repository = Repository::new();
    repository.commit("2025-01-20", &[("a.yaml", &with)]);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let root = repository.root().as_os_str();
    let words = ["tenure", "scan", "-f", "json", "-q"].map(OsString::from);
    tenure::cli::main(words.into_iter().chain([root.into()]), &mut out, &mut err);
    let report: Value = serde_json::from_slice(&out).unwrap();
    let print = report["findings"][0]["fingerprint"].as_str().unwrap();
    repository
        .commit("2025-02-20", &[("a.yaml", "token: none\n")])
        .commit(
            "2025-03-20",
            &[("a.yaml", "token: none\n"), ("b.yaml", "b: 1\n")],
        );
    let found = history(repository.root(), &[]);
    assert_eq!(ends(&found, "secret values in the open"), (1, 0, Some(31)));
    // Gone from the tree and not revoked: still open.
    assert_eq!(ends(&found, REVOKED), (0, 1, None));
    let attestation = format!(
        "secret: {print}\nrevoked_at: 2025-01-23\nstatement: revoked at the issuer\nattested_by: ann\nreviewed_by: bo\nattested_at: 2025-01-24\n"
    );
    let folder = repository.root().join(".tenure/attestations");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("a.yaml"), &attestation).unwrap();
    let found = history(repository.root(), &[]);
    assert_eq!(ends(&found, REVOKED), (1, 0, Some(3)));
    std::fs::write(folder.join("a.yaml"), attestation.replace("bo\n", "ann\n")).unwrap();
    let found = history(repository.root(), &[]);
    assert_eq!(ends(&found, REVOKED), (0, 1, None), "nobody reviewed it");
}

#[test]
fn a_forged_day_moves_no_other_commit() {
    let repository = Repository::new();
    repository
        .commit("2025-01-05", &[("a.tf", USER)])
        .commit("1980-02-05", &[("a.tf", USER)])
        .commit("2025-03-05", &[("a.tf", USER), ("b.tf", "")]);
    let found = history(repository.root(), &[]);
    assert_eq!(days(&found), ["2025-01-05", "2025-03-05"]);
    let limit = found["limits"][0].as_str().unwrap();
    assert!(limit.contains("1 commits"), "{limit}");
}

#[test]
fn roots_that_are_known_come_to_the_same() {
    let module = "variable \"name\" {}\nresource \"aws_iam_user\" \"u\" {\n  name = var.name\n}\nresource \"aws_iam_access_key\" \"k\" {\n  user = aws_iam_user.u.name\n}\n";
    let call = |names: &str| {
        format!(
            "module \"m\" {{\n  source = \"../modules/m\"\n  for_each = toset(jsondecode(file(\"names.json\")))\n  name = each.key\n}}\n# {names}\n"
        )
    };
    let root = call("x");
    let repository = Repository::new();
    let files = |names: &'static str, module: &'static str| {
        [
            ("a/main.tf", root.clone()),
            ("a/names.json", names.to_owned()),
            ("modules/m/main.tf", module.to_owned()),
            ("b/main.tf", USER.to_owned()),
        ]
    };
    let two: &'static str =
        "resource \"aws_iam_user\" \"u\" {\n  name = var.name\n}\nvariable \"name\" {}\n";
    for (day, names, body) in [
        ("2025-01-05", "[\"one\"]", "full"),
        ("2025-02-05", "[\"one\", \"two\"]", "full"),
        ("2025-03-05", "[\"one\", \"two\"]", "less"),
        ("2025-04-05", "[\"one\"]", "full"),
    ] {
        let body: &'static str = if body == "full" {
            Box::leak(module.to_owned().into_boxed_str())
        } else {
            two
        };
        let files = files(names, body);
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(path, text)| (*path, text.as_str()))
            .collect();
        repository.commit(day, &files);
    }
    let found = history(repository.root(), &[]);
    let numbers = |name: &str| -> Vec<u64> {
        let points = found["points"].as_array().unwrap().iter();
        points.map(|point| point[name].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers("identities"), [2, 3, 3, 2]);
    assert_eq!(numbers("credentials"), [2, 3, 1, 2]);
}

#[test]
fn grafts_and_replacements_change_no_number() {
    let repository = Repository::new();
    repository
        .commit("2025-01-05", &[("a.tf", USER)])
        .commit("2025-02-05", &[("a.tf", USER), ("b.tf", &member("x"))])
        .commit("2025-03-05", &[("a.tf", USER), ("b.tf", &member("y"))]);
    let before = history(repository.root(), &[]);
    let head = repository.1.head().unwrap().target().unwrap();
    let first = before["range"][0].as_str().unwrap();
    let git = repository.root().join(".git");
    std::fs::create_dir_all(git.join("refs/replace")).unwrap();
    std::fs::write(
        git.join(format!("refs/replace/{head}")),
        format!("{first}\n"),
    )
    .unwrap();
    assert_eq!(history(repository.root(), &[]), before);
    std::fs::create_dir_all(git.join("info")).unwrap();
    std::fs::write(git.join("info/grafts"), format!("{head}\n")).unwrap();
    assert_eq!(history(repository.root(), &[]), before);
}

#[test]
fn commits_without_author_and_with_impossible_clocks_are_said() {
    let repository = Repository::new();
    repository
        .commit("2025-01-05", &[("a.tf", USER)])
        .commit("2025-02-05", &[("a.tf", USER), ("b.tf", &member("x"))]);
    let odd = |who: &str, name: &str| {
        let head = repository.1.head().unwrap().peel_to_commit().unwrap();
        let blob = repository.1.blob(member(name).as_bytes()).unwrap();
        let mut tree = repository
            .1
            .treebuilder(Some(&head.tree().unwrap()))
            .unwrap();
        tree.insert("b.tf", blob, 0o100_644).unwrap();
        let tree = tree.write().unwrap();
        let text = format!(
            "tree {tree}\nparent {}\nauthor {who}\ncommitter {who}\n\nx\n",
            head.id()
        );
        let odb = repository.1.odb().unwrap();
        let id = odb
            .write(git2::ObjectType::Commit, text.as_bytes())
            .unwrap();
        repository.1.reference("HEAD", id, true, "odd").ok();
        let name = repository.1.find_reference("HEAD").unwrap();
        let branch = name
            .symbolic_target()
            .unwrap()
            .unwrap_or("refs/heads/master")
            .to_owned();
        repository.1.reference(&branch, id, true, "odd").unwrap();
    };
    odd(" <> 1738843200 +9959", "y");
    odd("Ann <ann@example.com> 99999999999999 -0000", "z");
    odd("Ann <ann@example.com> 1741262400 +1400", "w");
    let found = history(repository.root(), &["--now", "2026-01-01"]);
    assert_eq!(found["commits"], 5);
    assert_eq!(days(&found), ["2025-01-05", "2025-02-06", "2025-03-06"]);
    let limits = found["limits"].as_array().unwrap();
    assert_eq!(limits.len(), 1, "{limits:?}");
    assert!(
        limits[0]
            .as_str()
            .unwrap()
            .starts_with("the days of 1 commits"),
        "{limits:?}"
    );
    assert_eq!(found["changes"]["nameless"], 1, "{}", found["changes"]);
}

#[test]
fn a_line_without_commits_is_said() {
    let folder = tempfile::tempdir().unwrap();
    git2::Repository::init(folder.path()).unwrap();
    let found = history(folder.path(), &[]);
    assert_eq!(found["points"], serde_json::json!([]));
    let limits = found["limits"].as_array().unwrap();
    assert!(
        limits[0]
            .as_str()
            .unwrap()
            .contains("no commit in the range"),
        "{limits:?}"
    );
}
