//! Environments of jobs against the repository's settings as code.

use tenure::rule::RuleSet;
use tenure::scan::{Options, memory};

const WORKFLOW: &str =
    "on: push\njobs:\n  apply:\n    runs-on: ubuntu-latest\n    environment: live\n    steps: []\n";

/// Whether the job is gated, and who can start it.
fn job(settings: &str) -> (Option<bool>, String) {
    let files = vec![
        (
            ".github/workflows/a.yml".to_owned(),
            WORKFLOW.as_bytes().to_vec(),
        ),
        ("github.tf".to_owned(), settings.as_bytes().to_vec()),
    ];
    let options = Options::new("2026-11-22".parse().expect("a day"));
    let estate = memory(files, RuleSet::default(), &options).estate;
    let usage = &estate.usages[0];
    (
        usage.gated.value().copied(),
        usage.starter.text().to_owned(),
    )
}

fn environment(repository: &str, reviewers: &str) -> String {
    format!(
        "resource \"github_repository_environment\" \"{repository}\" {{\n  repository = \"{repository}\"\n  environment = \"live\"\n{reviewers}}}\n"
    )
}

#[test]
fn reviewers_gate_the_job_and_their_absence_does_not() {
    let reviewed = environment("app", "  reviewers {\n    teams = [1]\n  }\n");
    assert_eq!(job(&reviewed), (Some(true), "reviewed".to_owned()));
    let open = environment("app", "");
    assert_eq!(job(&open), (Some(false), "writer".to_owned()));
}

#[test]
fn what_may_be_another_repositorys_says_nothing() {
    let reviewers = "  reviewers {\n    teams = [1]\n  }\n";
    let two = environment("app", reviewers) + &environment("site", reviewers);
    assert_eq!(job(&two), (None, "writer".to_owned()));
    assert_eq!(job(""), (None, "writer".to_owned()));
}
