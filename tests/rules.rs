//! Runs every rule page: each example through the whole pipeline with its rule alone, each good example with all rules.

use tenure::finding::Related;
use tenure::rule::{Body, Kind, Rule, RuleSet, builtin, parse};
use tenure::scan::{Options, memory, trial};

fn list(failures: &[trial::Failure]) -> String {
    let lines: Vec<String> = failures.iter().map(ToString::to_string).collect();
    format!("{} failures:\n{}", lines.len(), lines.join("\n"))
}

#[test]
fn every_example_shows_what_it_promises() {
    let rules = builtin();
    assert!(!rules.is_empty(), "rules are built in");
    let failures = trial::run(&rules, |_| true);
    assert!(failures.is_empty(), "{}", list(&failures));
}

#[test]
fn what_one_page_calls_good_no_other_calls_bad() {
    let failures = trial::quiet(&builtin(), |_| true);
    assert!(failures.is_empty(), "{}", list(&failures));
}

#[test]
fn conditions_messages_and_pointers_are_checked() {
    assert_eq!(tenure::engine::check(&builtin()), Ok(()));
}

/// A page about identities with these fences.
fn page(id: &str, when: &str, fences: &str) -> Rule {
    let text = format!(
        "---\ntitle: T\ntopic: ownership\nseverity: medium\nconfidence: high\nsince: 0.1.0\nnhi: []\ncsf: []\n\
         on: identity\nwhen: {when}\nmessage: m\n---\nP.\n\n## Examples\n{fences}"
    );
    parse(id, &format!("rules/{id}.md"), &text).expect("the page reads")
}

const BAD: &str = "```hcl bad file=main.tf\nresource \"aws_iam_user\" \"a\" { # finding\n  name = \"a\"\n}\n```\n";
const GOOD: &str =
    "```hcl good file=main.tf\nresource \"aws_iam_user\" \"b\" {\n  name = \"b\"\n}\n```\n";

fn failures(rules: Vec<Rule>) -> Vec<String> {
    let rules = RuleSet::new(rules);
    let mut failures = trial::run(&rules, |_| true);
    failures.extend(trial::quiet(&rules, |_| true));
    failures.iter().map(ToString::to_string).collect()
}

#[test]
fn a_page_that_keeps_its_word_has_no_failures() {
    let both = format!("{BAD}{GOOD}");
    let rule = page("identity/a", "identity.name == \"a\"", &both);
    assert_eq!(failures(vec![rule]), Vec::<String>::new());
}

#[test]
fn a_page_that_does_not_is_told_where() {
    let both = format!("{BAD}{GOOD}");
    assert_eq!(
        failures(vec![page("identity/a", "identity.name == \"c\"", &both)]),
        ["rules/identity/a.md:17: no finding on this line of main.tf: 1 identity in the example"]
    );
    assert_eq!(
        failures(vec![page(
            "identity/a",
            "unknown(identity.name) || known(identity.name)",
            &both
        )]),
        ["rules/identity/a.md:22: a finding in a good example: m (main.tf:1)"]
    );
    assert_eq!(
        failures(vec![page("identity/a", "identity.name == \"a\"", BAD)]),
        ["rules/identity/a.md:1: needs at least 1 lines in `good` fences"]
    );
    let broken = "```hcl good file=b.tf\nresource \"x\" {\n```\n";
    let found = failures(vec![page(
        "identity/a",
        "identity.name == \"a\"",
        &format!("{BAD}{broken}"),
    )]);
    assert!(
        found[0].starts_with("rules/identity/a.md:22: b.tf: "),
        "{found:?}"
    );
}

#[test]
fn what_another_page_calls_bad_is_told_unless_tolerated() {
    let both = format!("{BAD}{GOOD}");
    let a = page("identity/a", "identity.name == \"a\"", &both);
    let swapped = both
        .replace("\"a\"", "\"x\"")
        .replace("\"b\"", "\"a\"")
        .replace("\"x\"", "\"b\"");
    let b = page("identity/b", "identity.name == \"b\"", &swapped);
    let found = failures(vec![a.clone(), b.clone()]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].contains("a good example is a finding of identity/b"),
        "{found:?}"
    );
    let tolerant = |rule: &Rule, other: &str| {
        let mut examples = rule.examples().to_vec();
        for example in &mut examples {
            example.also.push(other.to_owned());
        }
        let prose = rule.prose().to_owned();
        Rule {
            body: Body::Written { prose, examples },
            ..rule.clone()
        }
    };
    let rules = vec![tolerant(&a, "identity/b"), tolerant(&b, "identity/a")];
    assert_eq!(failures(rules), Vec::<String>::new());
}

#[test]
fn a_path_is_shown_step_by_step() {
    let rules = builtin().filter(|rule| rule.id == "trust/pipeline-reaches-admin");
    let rule = rules
        .get("trust/pipeline-reaches-admin")
        .expect("it is built in");
    let bad = rule
        .examples()
        .iter()
        .filter(|example| example.kind == Kind::Bad);
    let files = bad.map(|example| (example.file.clone(), example.text.clone().into_bytes()));
    let outcome = memory(files.collect(), rules.clone(), &Options::new(trial::TODAY));
    let [finding] = &outcome.report.findings[..] else {
        panic!("one finding: {:?}", outcome.report.findings);
    };
    let blobs = &outcome.report.blobs;
    let place = |step: &Related| {
        (
            blobs.path(step.span).to_owned(),
            blobs.place(step.span).0.line,
        )
    };
    let steps: Vec<(String, u32)> = finding.chain.iter().map(place).collect();
    let at = |path: &str, line| (path.to_owned(), line);
    assert_eq!(
        steps.first(),
        Some(&at(".github/workflows/deploy.yml", 4)),
        "the job"
    );
    assert!(steps.contains(&at("main.tf", 5)), "the trust: {steps:?}");
    assert_eq!(steps.last(), Some(&at("main.tf", 17)), "the right");
    assert!(finding.chain.iter().all(|step| !step.label.is_empty()));
}
