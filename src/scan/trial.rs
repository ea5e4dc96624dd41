//! Runs the examples of rule pages through the whole pipeline: a rule's page is its test.
//!
//! [`run`] scans each example with its rule alone and compares lines; [`quiet`] scans each good example with all rules, so
//! that what one page calls good no other page calls bad. Dates are compared with [`TODAY`].

mod example;
mod timeline;

use super::file::Looks;
use super::{Memory, Options, Outcome, run_after, run_with};
use crate::config;
use crate::finding::Finding;
use crate::model::{Date, Noun};
use crate::rule::{Check, Kind, Profile, Rule, RuleSet, Severity};
use crate::source::{Gap, GapKind};
use crate::suppress::Register;
use example::{Repository, repositories};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The day on which examples are run, so that dates in them stay past or future.
pub const TODAY: Date = jiff::civil::date(2026, 1, 1);

/// An example that does not show what it promises.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// The rule's id.
    pub rule: String,
    /// Its page.
    pub page: String,
    /// Line in the page.
    pub line: u32,
    /// What is wrong, in a lower-case phrase.
    pub message: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.page, self.line, self.message)
    }
}

/// Runs the examples of every rule that is chosen, each with its rule alone.
pub fn run(rules: &RuleSet, chosen: impl Fn(&Rule) -> bool + Sync) -> Vec<Failure> {
    let tried: Vec<&Rule> = rules.iter().filter(|rule| chosen(rule)).collect();
    let mut failures: Vec<Failure> = tried
        .par_iter()
        .flat_map_iter(|rule| try_rule(rule, rules))
        .collect();
    failures.sort();
    failures
}

/// Scans the good examples of every rule with all rules of the default profile about the same noun, and the bad examples of
/// secret rules with all secret rules: what a page calls good no other page may call bad, and one value is one finding.
pub fn quiet(rules: &RuleSet, chosen: impl Fn(&Rule) -> bool + Sync) -> Vec<Failure> {
    let all: Vec<&Rule> = rules.iter().collect();
    let groups: BTreeMap<&str, Group> = all
        .iter()
        .map(|rule| noun_of(rule))
        .collect::<BTreeSet<&str>>()
        .into_iter()
        .map(|noun| {
            let group = all
                .iter()
                .filter(|rule| noun_of(rule) == noun && rule.profile == Profile::Default);
            let rules = group.map(|rule| (*rule).clone()).collect();
            (noun, Group::new(RuleSet::new(rules)))
        })
        .collect();
    let mut failures: Vec<Failure> = all
        .par_iter()
        .filter(|rule| chosen(rule))
        .flat_map_iter(|rule| {
            let group = &groups[noun_of(rule)];
            let (repositories, _) = repositories(rule);
            repositories
                .into_iter()
                .flat_map(|repository| match repository.kind {
                    Kind::Good => disturbed(rule, group, &repository),
                    Kind::Bad if noun_of(rule) == SECRET => doubled(rule, group, &repository),
                    Kind::Bad => Vec::new(),
                })
                .collect::<Vec<Failure>>()
        })
        .collect();
    failures.sort();
    failures
}

/// What rules about values in text stand under, where others stand under their noun.
const SECRET: &str = "secret";

fn noun_of(rule: &Rule) -> &str {
    match &rule.check {
        Check::Pattern(_) => SECRET,
        Check::When { .. } | Check::Native => rule.on.as_deref().unwrap_or_default(),
    }
}

fn failure(rule: &Rule, line: u32, message: String) -> Failure {
    Failure {
        rule: rule.id.clone(),
        page: rule.file.clone(),
        line,
        message,
    }
}

fn try_rule(rule: &Rule, rules: &RuleSet) -> Vec<Failure> {
    let (repositories, mut failures) = repositories(rule);
    failures.extend(too_few(rule, &repositories));
    let alone = Group::new(alone(rule, rules));
    for repository in &repositories {
        let outcome = alone.scan(repository, Profile::Audit);
        failures.extend(compare(rule, repository, &outcome));
    }
    failures
}

/// The rule, and the other half of a pair, without which it finds nothing.
fn alone(rule: &Rule, rules: &RuleSet) -> RuleSet {
    let mut set = vec![rule.clone()];
    if let Check::Pattern(pattern) = &rule.check {
        let other = pattern.pair_with.as_deref().and_then(|id| rules.get(id));
        set.extend(other.cloned());
    }
    RuleSet::new(set)
}

/// A rule needs examples of both kinds; a secret rule two of each.
fn too_few(rule: &Rule, repositories: &[Repository]) -> Vec<Failure> {
    let least = if noun_of(rule) == SECRET { 2 } else { 1 };
    let count = |kind| {
        repositories
            .iter()
            .filter(|repository| repository.kind == kind)
            .map(|repository| match kind {
                Kind::Bad => repository.marks.len(),
                Kind::Good => repository.lines(),
            })
            .sum::<usize>()
    };
    let (bad, good) = (count(Kind::Bad), count(Kind::Good));
    let mut failures = Vec::new();
    if bad < least {
        let message = format!("needs at least {least} lines marked `# finding` in `bad` fences");
        failures.push(failure(rule, 1, message));
    }
    if good < least {
        let message = format!("needs at least {least} lines in `good` fences");
        failures.push(failure(rule, 1, message));
    }
    failures
}

/// Rules that are run together, made ready once.
struct Group {
    rules: RuleSet,
    looks: Looks,
}

impl Group {
    fn new(rules: RuleSet) -> Self {
        Self {
            looks: Looks::new(&rules),
            rules,
        }
    }

    fn scan(&self, repository: &Repository, profile: Profile) -> Outcome {
        let mut options = Options::new(TODAY);
        options.profile = profile;
        let side: Vec<(String, String)> = repository
            .files
            .iter()
            .filter(|file| file.path.starts_with(".tenure/"))
            .map(|file| (file.path.clone(), file.text.clone()))
            .collect();
        options.register = Register::read(&side, TODAY).unwrap_or_default();
        let config = repository
            .files
            .iter()
            .find(|file| file.path == "tenure.yaml");
        if let Some(Ok(config)) = config.map(|file| config::parse(&file.path, &file.text)) {
            options.config = config;
        }
        let file = |file: &example::File| (file.path.clone(), file.text.clone().into_bytes());
        let files: Vec<(String, Vec<u8>)> = repository.files.iter().map(file).collect();
        if let Some((old, touched)) = repository.timeline.before(&files) {
            options.past = Some(Box::new(repository.timeline.clone()));
            let sides = (&Memory::new(old) as _, &Memory::new(files) as _);
            return run_after(sides, &touched, self.rules.clone(), &self.looks, &options);
        }
        run_with(
            &Memory::new(files),
            self.rules.clone(),
            &self.looks,
            &options,
        )
    }
}

/// Path and line of a finding.
fn place(outcome: &Outcome, finding: &Finding) -> (String, u32) {
    let blobs = &outcome.report.blobs;
    let (start, _) = blobs.place(finding.span);
    (blobs.path(finding.span).to_owned(), start.line)
}

fn compare(rule: &Rule, repository: &Repository, outcome: &Outcome) -> Vec<Failure> {
    let mut failures = Vec::new();
    for gap in &outcome.report.coverage.gaps {
        failures.extend(unreadable(rule, repository, gap));
    }
    let own = |finding: &&Finding| finding.rule == rule.id;
    let found: BTreeMap<(String, u32), &Finding> = outcome
        .report
        .findings
        .iter()
        .filter(own)
        .map(|finding| (place(outcome, finding), finding))
        .collect();
    for (path, line) in &repository.marks {
        if !found.contains_key(&(path.clone(), *line)) {
            let message = format!("no finding on this line of {path}{}", hint(rule, outcome));
            failures.push(failure(rule, repository.page_line(path, *line), message));
        }
    }
    for ((path, line), finding) in found {
        if !repository.marks.contains(&(path.clone(), line)) {
            let kind = match repository.kind {
                Kind::Bad => "on a line without a mark",
                Kind::Good => "in a good example",
            };
            let message = format!("a finding {kind}: {} ({path}:{line})", finding.message);
            failures.push(failure(rule, repository.page_line(&path, line), message));
        }
    }
    failures
}

/// An example that does not parse shows nothing; for a secret rule the bytes are enough.
fn unreadable(rule: &Rule, repository: &Repository, gap: &Gap) -> Option<Failure> {
    let matters = match gap.kind {
        GapKind::Rule => true,
        GapKind::Syntax => noun_of(rule) != SECRET,
        _ => false,
    };
    matters.then(|| {
        let line = repository.page_line(&gap.path, gap.line.unwrap_or(1));
        failure(rule, line, format!("{}: {}", gap.path, gap.reason))
    })
}

/// What may explain a finding that did not come.
fn hint(rule: &Rule, outcome: &Outcome) -> String {
    let unknown = outcome.report.coverage.undecided();
    if unknown > 0 {
        return format!(": the condition is unknown for {unknown} of the subjects");
    }
    match rule.on.as_deref().and_then(Noun::of) {
        Some(noun) => format!(
            ": {} {} in the example",
            outcome.estate.count(noun),
            noun.word()
        ),
        None => String::new(),
    }
}

/// Findings of other rules in a good example, those aside that its fences tolerate.
fn disturbed(rule: &Rule, group: &Group, repository: &Repository) -> Vec<Failure> {
    let outcome = group.scan(repository, Profile::Default);
    outcome
        .report
        .findings
        .iter()
        .filter(|finding| finding.rule != rule.id && finding.severity >= Severity::Medium)
        .filter(|finding| !repository.also.contains(&finding.rule))
        .map(|finding| {
            let (path, line) = place(&outcome, finding);
            let message = format!(
                "a good example is a finding of {} on this line: {}; mend it, or say `also={}` in the fence",
                finding.rule, finding.message, finding.rule
            );
            failure(rule, repository.page_line(&path, line), message)
        })
        .collect()
}

/// Values of a bad example that more than one secret rule reports.
fn doubled(rule: &Rule, group: &Group, repository: &Repository) -> Vec<Failure> {
    let outcome = group.scan(repository, Profile::Audit);
    let mut findings: Vec<&Finding> = outcome.report.findings.iter().collect();
    findings.sort_by_key(|finding| finding.span);
    findings
        .windows(2)
        .filter(|pair| {
            let (a, b) = (pair[0].span, pair[1].span);
            a.blob == b.blob && b.start < a.end
        })
        .map(|pair| {
            let (path, line) = place(&outcome, pair[1]);
            let message = format!(
                "two findings for one value, of {} and {}",
                pair[0].rule, pair[1].rule
            );
            failure(rule, repository.page_line(&path, line), message)
        })
        .collect()
}
