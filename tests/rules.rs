//! Runs every rule page: each example through the whole pipeline with its rule alone, each good example with all rules.

use tenure::rule::builtin;
use tenure::scan::trial;

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
