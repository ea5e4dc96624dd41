//! Identity resources of many providers, one row each: an example that is a finding of the row's rule, one that is none, and
//! one whose telling value comes from a variable, which must be none either. `scripts/gap-table` prints the rows.
//! `testdata/cases` holds pairs of small repositories on what no other tool has cases for, each as it should be and as it should
//! not: access that outlived its purpose (NHI1), third parties (NHI3), environments (NHI8), reuse (NHI9) and people (NHI10) in
//! pipelines, controllers of GitOps, stores of secrets, and who may sign in from which CI system where.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(
    clippy::print_stdout,
    reason = "the table is what scripts/gap-table shows"
)]

use std::path::Path;
use tenure::rule::{Profile, RuleSet, builtin};
use tenure::scan::{self, Options};

/// The day on which examples are scanned, so that dates in them stay past or future.
const NOW: &str = "2026-01-01";

/// One row: its number, the rule, and the three examples.
#[derive(Debug, Default)]
struct Row {
    number: u32,
    provider: String,
    rule: String,
    examples: Vec<Example>,
}

/// The files of one example.
#[derive(Debug)]
struct Example {
    kind: String,
    files: Vec<(String, Vec<u8>)>,
}

fn rows(folder: &str) -> Vec<Row> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(folder);
    let mut rows: Vec<Row> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .flat_map(|path| {
            let provider = path.file_stem().unwrap().to_string_lossy().into_owned();
            read(&provider, &std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    rows.sort_by_key(|row| row.number);
    rows
}

fn read(provider: &str, text: &str) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("## ") {
            let (number, rule) = head.split_once(' ').unwrap();
            rows.push(Row {
                number: number.parse().unwrap(),
                provider: provider.to_owned(),
                rule: rule.split(':').next().unwrap_or(rule).to_owned(),
                ..Row::default()
            });
        } else if line == "```" {
            open = false;
        } else if let Some(info) = line.strip_prefix("```") {
            let mut words = info.split(' ');
            let yaml = words.next() == Some("yaml");
            let kind = words.next().unwrap().to_owned();
            let file = words.next().and_then(|word| word.strip_prefix("file="));
            let file = file.unwrap_or(if yaml { "main.yaml" } else { "main.tf" });
            let examples = &mut rows.last_mut().unwrap().examples;
            if examples.last().is_none_or(|last| last.kind != kind) {
                examples.push(Example {
                    kind,
                    files: Vec::new(),
                });
            }
            let files = &mut examples.last_mut().unwrap().files;
            files.push((file.to_owned(), Vec::new()));
            open = true;
        } else if open {
            let example = rows.last_mut().unwrap().examples.last_mut().unwrap();
            let (_, text) = example.files.last_mut().unwrap();
            text.extend_from_slice(line.as_bytes());
            text.push(b'\n');
        }
    }
    rows
}

/// Whether the example is a finding of the rule.
fn is_found(rules: &RuleSet, row: &Row, example: &Example) -> bool {
    let rule = rules.iter().find(|rule| rule.id == row.rule);
    let rule = rule.unwrap_or_else(|| panic!("row {}: no rule {}", row.number, row.rule));
    let mut options = Options::new(NOW.parse().unwrap());
    options.profile = Profile::Strict;
    let files = example.files.clone();
    let report = scan::memory(files, RuleSet::new(vec![rule.clone()]), &options).report;
    report.findings.iter().any(|found| found.rule == row.rule)
}

#[test]
fn every_row_tells_bad_from_good_and_unknown() {
    let mut wrong = Vec::new();
    let (rows, rules) = (rows("gaps"), builtin());
    for row in &rows {
        let kinds: Vec<&str> = row.examples.iter().map(|e| e.kind.as_str()).collect();
        assert_eq!(kinds, ["bad", "good", "unknown"], "row {}", row.number);
        let results: Vec<bool> = row
            .examples
            .iter()
            .map(|e| is_found(&rules, row, e))
            .collect();
        let right = results == [true, false, false];
        let word = |found: &bool| if *found { "finding" } else { "none" };
        let results: Vec<&str> = results.iter().map(word).collect();
        println!(
            "| {} | {} | {} | {} | {} |",
            row.number,
            row.provider,
            row.rule,
            results.join(" | "),
            if right { "ok" } else { "WRONG" }
        );
        if !right {
            wrong.push(format!("row {} {}: {results:?}", row.number, row.rule));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut numbers: Vec<u32> = rows.iter().map(|row| row.number).collect();
    numbers.dedup();
    assert!(numbers.len() >= 120, "{} rows", numbers.len());
}

#[test]
fn pairs_tell_what_outlived_its_purpose_from_what_has_not() {
    let (rows, rules) = (rows("cases"), builtin());
    let mut wrong = Vec::new();
    for row in &rows {
        let kinds: Vec<&str> = row.examples.iter().map(|e| e.kind.as_str()).collect();
        assert_eq!(kinds, ["bad", "good"], "{} {}", row.provider, row.number);
        let results: Vec<bool> = row
            .examples
            .iter()
            .map(|e| is_found(&rules, row, e))
            .collect();
        if results != [true, false] {
            wrong.push(format!(
                "{} {} {}: {results:?}",
                row.provider, row.number, row.rule
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows.len() >= 200, "{} pairs", rows.len());
}

/// `docs/coverage/pipelines.tsv` says of each place where an identity lives in a CI system or a controller which rule judges it.
#[test]
fn every_place_of_pipelines_has_a_rule_or_a_reason() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/coverage/pipelines.tsv");
    let table = std::fs::read_to_string(path).unwrap();
    let rules = builtin();
    let mut rows: std::collections::BTreeMap<&str, Vec<u32>> = Default::default();
    for line in table.lines().skip(1) {
        let [part, row, what, judged, note, read] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("six columns: {line}");
        };
        assert!(
            read.split(' ')
                .all(|page| page.is_empty() || page.starts_with("https://")),
            "{what}: a page that was read is an address"
        );
        rows.entry(part).or_default().push(row.parse().unwrap());
        match judged {
            "-" => assert!(!note.is_empty(), "{what}: no rule and no reason"),
            ids => {
                for id in ids.split(' ') {
                    assert!(
                        rules.iter().any(|rule| rule.id == id),
                        "{what}: no rule {id}"
                    );
                }
            }
        }
    }
    assert_eq!(rows["ci"], (1..=76).collect::<Vec<_>>());
    assert_eq!(rows["gitops"], (1..=82).collect::<Vec<_>>());
}

/// `docs/coverage/infrastructure.tsv` says of each idea that other scanners have about identities in infrastructure as code which
/// rule tells it in that format, or why none does.
#[test]
fn every_idea_about_infrastructure_has_a_rule_or_a_reason() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/coverage/infrastructure.tsv");
    let table = std::fs::read_to_string(path).unwrap();
    let rules = builtin();
    let mut checks = std::collections::BTreeSet::new();
    for line in table.lines().skip(1) {
        let [peer, check, format, _, topic, judged, note] =
            line.split('\t').collect::<Vec<_>>()[..]
        else {
            panic!("seven columns: {line}");
        };
        assert!(
            checks.insert((peer, check, format)),
            "{peer} {check} {format}: twice"
        );
        assert!(!topic.is_empty(), "{check}: no topic");
        assert!(
            !judged.is_empty() || !note.is_empty(),
            "{check}: no rule and no reason"
        );
        for id in judged.split(' ').filter(|id| !id.is_empty()) {
            assert!(
                rules.iter().any(|rule| rule.id == id),
                "{check}: no rule {id}"
            );
        }
    }
    assert_eq!(checks.len(), 651);
}
