//! Workflows that the forge would reject, or that were written to do harm: nothing is made up of what cannot be read.

use crate::extract::sample;
use crate::model::{Estate, Usage};

const PATH: &str = ".github/workflows/odd.yml";

fn estate(text: &str) -> Estate {
    sample::estate(&[(PATH, text)])
}

fn jobs(estate: &Estate) -> Vec<&Usage> {
    let all = estate.usages.iter();
    all.filter(|usage| usage.kind.text() == "job").collect()
}

#[test]
fn parts_of_another_shape_are_unknown_or_left_out() {
    for text in [
        "on: push\njobs: [a, b]\n",
        "on: push\njobs: nothing\n",
        "on: 5\njobs: {a: 7}\n",
        "jobs: {a: {runs-on: x}}\n",
    ] {
        let estate = estate(text);
        assert!(estate.grants.is_empty(), "{text}");
        assert!(estate.credentials.is_empty(), "{text}");
        assert!(
            jobs(&estate).iter().all(|job| job.starter.is_unknown()),
            "{text}"
        );
    }
    let mixed = estate(
        "on: push\npermissions: 7\njobs:\n  a:\n    runs-on: {group: [x]}\n    steps: {run: y}\n    environment: [z]\n    needs: {b: c}\n",
    );
    let [job] = jobs(&mixed)[..] else {
        panic!("one job");
    };
    assert!(!job.permissions.complete, "a number states no permissions");
    assert!(job.runner.is_unknown());
    assert!(mixed.grants.is_empty());
}

#[test]
fn unknown_keys_change_nothing() {
    let plain = "on: push\npermissions: {contents: write}\njobs:\n  a:\n    runs-on: x\n    steps: [{run: y}]\n";
    let more = "on: push\nsurprise: {a: b}\npermissions: {contents: write}\njobs:\n  a:\n    runs-on: x\n    colour: blue\n    steps: [{run: y, taste: z}]\n";
    let names = |estate: &Estate| {
        let all = estate.settings.iter();
        all.map(|setting| setting.name.text().to_owned())
            .collect::<Vec<_>>()
    };
    let (plain, more) = (estate(plain), estate(more));
    assert_eq!(names(&plain), names(&more));
    assert_eq!(plain.grants.len(), more.grants.len());
}

#[test]
fn an_expression_nested_a_thousand_deep_is_no_expression() {
    let deep = format!("{}true{}", "(".repeat(1000), ")".repeat(1000));
    let calls = format!(
        "{}secrets.X{}",
        "format('{{0}}', ".repeat(1000),
        ")".repeat(1000)
    );
    let found = estate(&format!(
        "on: {{pull_request_target: {{}}}}\npermissions: {{contents: write}}\njobs:\n  a:\n    if: {deep}\n    runs-on: x\n    \
         steps:\n    - run: x\n      env: {{A: \"${{{{ {calls} }}}}\"}}\n"
    ));
    let [job] = jobs(&found)[..] else {
        panic!("one job");
    };
    assert_eq!(
        job.starter.text(),
        "anyone",
        "what cannot be read guards nothing"
    );
}

#[test]
fn formats_within_formats_stay_short() {
    let mut text = "'0123456789'".to_owned();
    for _ in 0..40 {
        text = format!("format('{{0}}{{0}}{{0}}', {text})");
    }
    let found = estate(&format!(
        "on: push\njobs:\n  a:\n    runs-on: \"${{{{ {text} }}}}\"\n    steps: [{{run: y}}]\n"
    ));
    assert_eq!(jobs(&found).len(), 1);
    let own = found.settings.iter();
    assert_eq!(
        own.filter(|it| it.name.text() == "self_hosted_runner")
            .count(),
        0
    );
}

#[test]
fn calls_and_needs_in_circles_end() {
    let circle = |other: &str| {
        format!(
            "on: [workflow_call, push]\njobs:\n  a: {{needs: b, uses: ./.github/workflows/{other}.yml}}\n  b: {{needs: a, runs-on: x, steps: []}}\n"
        )
    };
    let (one, two) = (circle("two"), circle("one"));
    let estate = sample::estate(&[
        (".github/workflows/one.yml", &one),
        (".github/workflows/two.yml", &two),
    ]);
    assert_eq!(jobs(&estate).len(), 4);
    assert!(
        jobs(&estate)
            .iter()
            .all(|job| job.permissions.items.is_empty() && !job.permissions.complete)
    );
}

#[test]
fn actions_in_circles_end_and_actions_elsewhere_hide_what_they_do() {
    let action = |other: &str| {
        format!(
            "name: a\nruns:\n  using: composite\n  steps: [{{uses: ./.github/actions/{other}}}, {{uses: acme/login@v1}}]\n"
        )
    };
    let (one, two) = (action("two"), action("one"));
    let estate = sample::estate(&[
        (".github/actions/one/action.yml", &one),
        (".github/actions/two/action.yml", &two),
        (
            PATH,
            "on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{uses: ./.github/actions/one}]}}\n",
        ),
    ]);
    assert_eq!(jobs(&estate).len(), 1);
    let signs_in = |usage: &&Usage| usage.kind.text() == "step";
    assert_eq!(estate.usages.iter().filter(signs_in).count(), 0);
}

#[test]
fn what_the_forge_rejects_makes_up_nothing() {
    for job in [
        "{uses: ./x.yml, steps: [{run: a}], runs-on: x}",
        "{runs-on: x, permissions: {contents: admin, surprise: write}, steps: []}",
        "{runs-on: x, needs: [a, nobody], steps: [{uses: 5}, null, [], {with: {a: b}}]}",
        "{runs-on: x, strategy: {matrix: 7}, environment: {url: y}, secrets: inherit, steps: {}}",
    ] {
        let found = estate(&format!(
            "on: push\npermissions: {{}}\njobs: {{a: {job}}}\n"
        ));
        assert_eq!(jobs(&found).len(), 1, "{job}");
        assert!(found.credentials.is_empty(), "{job}");
        let writes = |it: &crate::model::Grant| it.role.text() == "contents:write";
        assert!(!found.grants.iter().any(writes), "{job}");
    }
}

#[test]
fn what_a_workflow_elsewhere_does_is_unknown() {
    let estate = estate(
        "on: workflow_call\njobs:\n  a: {uses: acme/shared/.github/workflows/x.yml@main}\n  b: {uses: './../../x.yml'}\n",
    );
    assert!(jobs(&estate).iter().all(|job| job.starter.is_unknown()));
    assert_eq!(
        estate
            .usages
            .iter()
            .filter(|usage| usage.kind.text() == "step")
            .count(),
        0
    );
}
