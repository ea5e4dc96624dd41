//! Numbers over generated histories: samples, lifetimes with what still lives, shallow clones.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

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

struct Repository(tempfile::TempDir, git2::Repository);

impl Repository {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let git = git2::Repository::init(folder.path()).unwrap();
        Self(folder, git)
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    /// Commits these files, and no others, on a day.
    fn commit(&self, day: &str, files: &[(&str, &str)]) -> &Self {
        let mut index = self.1.index().unwrap();
        index.clear().unwrap();
        for (path, text) in files {
            std::fs::write(self.root().join(path), text).unwrap();
            index.add_path(Path::new(path)).unwrap();
        }
        index.write().unwrap();
        let tree = self.1.find_tree(index.write_tree().unwrap()).unwrap();
        let moment: jiff::Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
        let by = git2::Signature::new(
            "a",
            "a@example.com",
            &git2::Time::new(moment.as_second(), 0),
        )
        .unwrap();
        let parent = self
            .1
            .head()
            .ok()
            .map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        self.1
            .commit(Some("HEAD"), &by, &by, "change", &tree, &parents)
            .unwrap();
        self
    }
}

fn member(name: &str) -> String {
    format!(
        "resource \"google_project_iam_member\" \"{name}\" {{\n  project = \"p\"\n  role    = \"roles/owner\"\n  member  = \"serviceAccount:{name}@p.iam.gserviceaccount.com\"\n}}\n"
    )
}

const USER: &str = "resource \"aws_iam_user\" \"u\" {\n  name = \"exporter\"\n}\nresource \"aws_iam_access_key\" \"k\" {\n  user = aws_iam_user.u.name\n}\n";

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
    let days: Vec<&str> = found["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| point["day"].as_str().unwrap())
        .collect();
    assert_eq!(
        days,
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
    let days: Vec<&str> = found["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| point["day"].as_str().unwrap())
        .collect();
    assert_eq!(days, ["2025-01-05", "2025-03-05"]);
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
