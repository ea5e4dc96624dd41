//! Pipelines that their system would reject, or that were written to do harm: nothing is made up of what cannot be read.

use crate::extract::sample;
use crate::model::Estate;

/// A file of each system, and the keys under which its jobs or steps stand.
const SYSTEMS: &[(&str, &[&str])] = &[
    (".gitlab-ci.yml", &["a", "include", "variables", "default"]),
    (
        "azure-pipelines.yml",
        &["stages", "jobs", "steps", "resources", "variables"],
    ),
    (
        ".circleci/config.yml",
        &["jobs", "workflows", "orbs", "commands"],
    ),
    (
        "bitbucket-pipelines.yml",
        &["pipelines", "image", "definitions"],
    ),
    (".buildkite/pipeline.yml", &["steps", "env"]),
    (".woodpecker/a.yml", &["steps", "when", "secrets"]),
];

/// Contents of a shape that none of those keys has.
const SHAPES: &[&str] = &[
    "7",
    "null",
    "[null, 5, [[]], {}]",
    "{a: [1], b: {c: null}, step: 5}",
    "[{step: {script: {a: b}}}, {job: [], deployment: 3, template: [x]}]",
];

fn nothing(estate: &Estate) -> bool {
    estate.credentials.is_empty()
        && estate.grants.is_empty()
        && estate.usages.iter().all(|usage| usage.kind.text() == "job")
}

#[test]
fn parts_of_another_shape_are_left_out() {
    for (path, keys) in SYSTEMS {
        for key in *keys {
            for shape in SHAPES {
                let mut text = format!("{key}: {shape}\nsurprise: {{a: b}}\n");
                if path.contains("buildkite") && *key != "steps" {
                    text.push_str("steps: [{command: make}]\n");
                }
                let found = sample::estate(&[(path, &text)]);
                assert!(nothing(&found), "{path}: {text}");
            }
        }
    }
}

#[test]
fn jobs_that_extend_each_other_end() {
    let found = sample::estate(&[(
        ".gitlab-ci.yml",
        "a: {extends: b, script: [x]}\nb: {extends: [a, c], script: [y]}\nc: {extends: c, script: [z]}\n",
    )]);
    let jobs = found
        .usages
        .iter()
        .filter(|usage| usage.kind.text() == "job");
    assert_eq!(jobs.count(), 3);
}

#[test]
fn what_is_included_from_elsewhere_leaves_the_job_open() {
    let found = sample::estate(&[(
        ".gitlab-ci.yml",
        "include: [{remote: 'https://example.com/ci.yml'}, {project: acme/ci, file: a.yml}, {component: 'x/y@1'}]\n\
         deploy: {extends: .elsewhere, script: [make]}\n",
    )]);
    let job = found.usages.iter().find(|usage| usage.kind.text() == "job");
    let job = job.expect("one job");
    assert!(job.starter.is_unknown(), "who starts it stands elsewhere");
    assert!(job.environment.is_unknown() && job.gated.is_unknown());
}

#[test]
fn stages_nested_deep_end() {
    let deep = format!(
        "{}{}",
        "[{parallel: {steps: ".repeat(12),
        "[]".to_owned() + &"}}]".repeat(12)
    );
    let found = sample::estate(&[(
        "bitbucket-pipelines.yml",
        &format!("pipelines: {{default: {deep}}}\n"),
    )]);
    assert!(nothing(&found));
}
