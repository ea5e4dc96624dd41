//! Small whole repositories under `testdata/estates`, each with the findings it must yield in `expected.txt`:
//! `severity rule path:line` a line, in the order of the report. `TENURE_BLESS=1` rewrites them after you have read the change.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};
use tenure::rule::builtin;
use tenure::scan::{self, Options, Tree};
use tenure::walk;

const NOW: &str = "2026-11-22";

fn estates() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/estates");
    let mut found: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn findings(estate: &Path) -> String {
    let files = walk::tree(&[estate.to_path_buf()], &walk::Options::default());
    let prefix = files
        .entries
        .first()
        .map(|entry| prefix(&entry.path, estate))
        .unwrap_or_default();
    let source = Tree::new(files, 64 << 20);
    let outcome = scan::run(&source, builtin(), &Options::new(NOW.parse().unwrap()));
    let report = &outcome.report;
    let mut text = String::new();
    for finding in &report.findings {
        let (start, _) = report.blobs.place(finding.span);
        let path = report.blobs.path(finding.span);
        let path = path.strip_prefix(&prefix).unwrap_or(path);
        if path == "expected.txt" {
            continue;
        }
        text.push_str(&format!(
            "{} {} {path}:{}\n",
            finding.severity.word(),
            finding.rule,
            start.line
        ));
    }
    text
}

/// The part of reported paths that leads to the estate: paths are relative to the repository this test runs in.
fn prefix(path: &str, estate: &Path) -> String {
    let name = estate.file_name().unwrap().to_string_lossy();
    let marker = format!("estates/{name}/");
    path.find(&marker)
        .map(|at| path[..at + marker.len()].to_owned())
        .unwrap_or_default()
}

#[test]
fn every_estate_yields_what_is_expected() {
    let mut wrong = Vec::new();
    for estate in estates() {
        let expected = estate.join("expected.txt");
        let found = findings(&estate);
        if std::env::var_os("TENURE_BLESS").is_some() {
            std::fs::write(&expected, &found).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", estate.display()));
        }
    }
    assert!(
        wrong.is_empty(),
        "findings differ from expected.txt; now:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let estate = estates()
        .into_iter()
        .find(|path| path.ends_with("shop"))
        .unwrap();
    let once = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| findings(&estate))
    };
    let one = once(1);
    assert!(!one.is_empty());
    assert_eq!(one, once(8));
}
