//! Holds rule pages to the catalogues they refer to, and the catalogues to their own counts.

use std::collections::{BTreeMap, BTreeSet};
use tenure::rule::{Check, Rule, RuleSet, builtin, standards};

/// What each rule does wrong, all at once, so that one run shows all.
#[track_caller]
fn each(rules: &RuleSet, wrong: impl Fn(&Rule) -> Vec<String>) {
    let found: Vec<String> = rules
        .iter()
        .flat_map(|rule| {
            let wrong = wrong(rule);
            wrong
                .into_iter()
                .map(|wrong| format!("{}: {wrong}", rule.file))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_catalogues_are_whole() {
    let standards = standards();
    assert_eq!(standards.csf.len(), 106);
    let of = |function: &str| {
        let function = format!("{function}.");
        standards
            .csf
            .iter()
            .filter(|item| item.id.starts_with(&function))
            .count()
    };
    assert_eq!(
        ["GV", "ID", "PR", "DE", "RS", "RC"].map(of),
        [31, 21, 22, 11, 13, 8]
    );
    let ids: Vec<String> = standards.nhi.iter().map(|item| item.id.clone()).collect();
    let expected: Vec<String> = (1..=10).map(|number| format!("NHI{number}")).collect();
    assert_eq!(ids, expected);
    for item in &standards.nhi {
        let mapping = standards.mapping(&item.id);
        let mapping = mapping.unwrap_or_else(|| panic!("{} is mapped", item.id));
        for id in &mapping.csf {
            assert!(
                standards.csf(id).is_some(),
                "{}: no subcategory {id}",
                item.id
            );
        }
        assert!(item.url.starts_with("https://owasp.org/"), "{}", item.url);
    }
    assert_eq!(standards.mapping.len(), 10);
    assert_eq!(
        standards.nhi("NHI7:2025").map(|item| item.title.as_str()),
        Some("Long-Lived Secrets")
    );
}

#[test]
fn rules_name_what_exists() {
    let standards = standards();
    each(&builtin(), |rule| {
        let mut wrong = Vec::new();
        for id in rule.nhi.iter().filter(|id| standards.nhi(id).is_none()) {
            wrong.push(format!("no NHI item {id}"));
        }
        for id in rule.csf.iter().filter(|id| standards.csf(id).is_none()) {
            wrong.push(format!("no CSF subcategory {id}"));
        }
        if rule.nhi.is_empty() || rule.csf.is_empty() {
            wrong.push("names no NHI item or no CSF subcategory".to_owned());
        }
        if !standards.topics.contains_key(&rule.topic) {
            wrong.push(format!("no topic {}", rule.topic));
        }
        for id in &rule.cwe {
            let number = id.strip_prefix("CWE-").and_then(|n| n.parse::<u32>().ok());
            if number.is_none() {
                wrong.push(format!("{id} is no CWE id"));
            }
        }
        wrong
    });
}

#[test]
fn every_nhi_item_has_rules() {
    let rules = builtin();
    let covered: BTreeSet<&str> = rules
        .iter()
        .flat_map(|rule| rule.nhi.iter().map(String::as_str))
        .collect();
    let missing: Vec<&str> = standards()
        .nhi
        .iter()
        .map(|item| item.id.as_str())
        .filter(|id| !covered.contains(id))
        .collect();
    assert!(missing.is_empty(), "no rule for {}", missing.join(", "));
}

#[test]
fn titles_are_unique() {
    let rules = builtin();
    let mut by_title: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for rule in rules.iter() {
        by_title.entry(&rule.title).or_default().push(&rule.id);
    }
    by_title.retain(|_, ids| ids.len() > 1);
    assert!(by_title.is_empty(), "{by_title:#?}");
}

#[test]
fn pages_are_three_paragraphs() {
    each(&builtin(), |rule| {
        let mut wrong = Vec::new();
        let text = rule.prose().split("\n## ").next().unwrap_or_default();
        let paragraphs = text.split("\n\n").filter(|part| !part.trim().is_empty());
        let count = paragraphs.count();
        if count != 3 {
            wrong.push(format!("{count} paragraphs before the examples, not 3"));
        }
        if !rule.prose().contains("## Examples") {
            wrong.push("no heading `## Examples`".to_owned());
        }
        wrong
    });
}

#[test]
fn front_matter_is_well_formed() {
    let folders = [
        "secret",
        "identity",
        "credential",
        "grant",
        "trust",
        "usage",
        "setting",
        "governance",
    ];
    each(&builtin(), |rule| {
        let mut wrong = Vec::new();
        for link in rule
            .docs
            .iter()
            .filter(|link| !link.starts_with("https://"))
        {
            wrong.push(format!("{link} is no https address"));
        }
        let folder = rule.id.split('/').next().unwrap_or_default();
        if !folders.contains(&folder) {
            wrong.push(format!("{folder} is no folder of rules"));
        }
        let is_secret = matches!(rule.check, Check::Pattern(_));
        if is_secret != (folder == "secret") && folder != "governance" {
            wrong.push("patterns stand under secret/, and nothing else does".to_owned());
        }
        if rule.title.ends_with('.') || rule.message.ends_with('.') {
            wrong.push("title and message are phrases without a full stop".to_owned());
        }
        let plain =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '/');
        if !rule.id.chars().all(plain) {
            wrong.push("an id has lower-case words joined by `-`".to_owned());
        }
        wrong
    });
}

#[test]
fn every_topic_is_explained() {
    for (topic, meaning) in &standards().topics {
        assert!(
            meaning.split_whitespace().count() >= 4,
            "{topic}: {meaning}"
        );
    }
}
