//! `tenure rules list|show|test` and `tenure explain RULE`: what the rules are, and whether their pages keep their word.

use super::{Exit, Failure};
use crate::engine;
use crate::report::clean;
use crate::rule::{Check, Example, Kind, Rule, RuleSet, builtin, standards};
use crate::scan::trial;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes one line a rule, or a JSON array with what tools ask for.
pub(super) fn list(rules: &RuleSet, json: bool, out: &mut dyn Write) -> Result<Exit, Failure> {
    if json {
        let items: Vec<serde_json::Value> = rules.iter().map(summary).collect();
        serde_json::to_writer_pretty(&mut *out, &items).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(Exit::Clean);
    }
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules.iter() {
        let profile = match word(&rule.profile).as_str() {
            "default" => String::new(),
            profile => format!(" ({profile})"),
        };
        writeln!(
            out,
            "{:<8}  {:<width$}  {}{profile}",
            rule.severity.word(),
            rule.id,
            clean(&rule.title)
        )?;
    }
    writeln!(out, "\n{}", count(rules.len(), "rule"))?;
    Ok(Exit::Clean)
}

fn summary(rule: &Rule) -> serde_json::Value {
    let check = match rule.check {
        Check::Pattern(_) => "pattern",
        Check::When { .. } => "condition",
        Check::Native => "native",
    };
    serde_json::json!({
        "id": rule.id,
        "title": rule.title,
        "topic": rule.topic,
        "severity": rule.severity,
        "confidence": rule.confidence,
        "profile": rule.profile,
        "since": rule.since,
        "nhi": rule.nhi,
        "csf": rule.csf,
        "cwe": rule.cwe,
        "on": rule.on,
        "check": check,
    })
}

/// The word a rule file uses for a value of the front matter.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn find<'r>(rules: &'r RuleSet, id: &str) -> Result<&'r Rule, Failure> {
    rules.get(id).ok_or_else(|| {
        let near = near(rules, id).unwrap_or_else(|| "`tenure rules list` shows them all".into());
        Failure::Usage(format!("no rule is named `{id}`; {near}"))
    })
}

/// A question about the rules whose names hold the last part of `id`.
pub(super) fn near(rules: &RuleSet, id: &str) -> Option<String> {
    let name = id.rsplit('/').next().unwrap_or(id);
    let near: Vec<&str> = rules
        .iter()
        .map(|rule| rule.id.as_str())
        .filter(|known| !name.is_empty() && known.contains(name))
        .take(5)
        .collect();
    (!near.is_empty()).then(|| format!("did you mean {}?", near.join(", ")))
}

/// Writes a rule as it is defined: what it looks at, what it says, how it is refined.
pub(super) fn show(rules: &RuleSet, id: &str, out: &mut dyn Write) -> Result<Exit, Failure> {
    let rule = find(rules, id)?;
    heading(rule, out)?;
    writeln!(out, "page: {}", clean(&rule.file))?;
    writeln!(out, "topic: {}", clean(&rule.topic))?;
    match &rule.check {
        Check::When { on, when } => {
            writeln!(out, "on: {}\nwhen: {}", clean(on), lines(when))?;
        }
        Check::Native => writeln!(out, "native: a walk over the graph")?,
        Check::Pattern(pattern) => {
            let text = serde_json::to_string_pretty(pattern).map_err(std::io::Error::from)?;
            writeln!(out, "pattern: {text}")?;
        }
    }
    for adjust in &rule.adjust {
        let changes: Vec<String> = [
            adjust.severity.map(|severity| word(&severity)),
            adjust
                .confidence
                .map(|it| format!("{} confidence", word(&it))),
            adjust.profile.map(|it| format!("profile {}", word(&it))),
        ]
        .into_iter()
        .flatten()
        .collect();
        writeln!(out, "{}: when {}", changes.join(", "), lines(&adjust.when))?;
    }
    writeln!(out, "message: {}", clean(&rule.message))?;
    writeln!(out, "point at: {}", clean(&rule.point_at))?;
    if let Some(group) = &rule.group {
        writeln!(out, "group: {}", clean(group))?;
    }
    Ok(Exit::Clean)
}

/// A condition on one line.
fn lines(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    clean(&words.join(" "))
}

/// Writes a rule's page for the one who got the finding.
pub(super) fn explain(rules: &RuleSet, id: &str, out: &mut dyn Write) -> Result<Exit, Failure> {
    let rule = find(rules, id)?;
    heading(rule, out)?;
    for id in &rule.nhi {
        if let Some(item) = standards().nhi(id) {
            writeln!(out, "{id}: {} <{}>", item.title, item.url)?;
        }
    }
    for id in &rule.csf {
        if let Some(item) = standards().csf(id) {
            writeln!(out, "{id}: {}", item.text)?;
        }
    }
    let prose = rule
        .prose()
        .split("\n## Examples")
        .next()
        .unwrap_or_default();
    writeln!(out, "\n{}", paragraphs(prose))?;
    if let Some(fix) = &rule.fix {
        writeln!(out, "\nWhat to do: {}", clean(fix))?;
    }
    for link in &rule.docs {
        writeln!(out, "See {}", clean(link))?;
    }
    for kind in [Kind::Bad, Kind::Good] {
        if let Some(example) = rule.examples().iter().find(|example| example.kind == kind) {
            sample(example, out)?;
        }
    }
    Ok(Exit::Clean)
}

fn heading(rule: &Rule, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "{}: {}", clean(&rule.id), clean(&rule.title))?;
    writeln!(
        out,
        "{} severity, {} confidence, profile {}, since {}",
        rule.severity.word(),
        word(&rule.confidence),
        word(&rule.profile),
        clean(&rule.since)
    )?;
    Ok(())
}

/// Text line by line, each made safe for a terminal.
fn paragraphs(text: &str) -> String {
    let lines: Vec<String> = text.trim().lines().map(clean).collect();
    lines.join("\n")
}

fn sample(example: &Example, out: &mut dyn Write) -> Result<(), Failure> {
    let kind = match example.kind {
        Kind::Bad => "Found",
        Kind::Good => "Not found",
    };
    writeln!(out, "\n{kind}, in {}:", clean(&example.file))?;
    for line in example.text.lines() {
        writeln!(out, "    {}", clean(line))?;
    }
    Ok(())
}

/// Runs the examples of the built-in rules, or of those in a folder beside the built-in ones.
pub(super) fn test(dir: Option<&Path>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let own = match dir {
        Some(dir) => read(dir)?,
        None => builtin(),
    };
    let all = builtin().with(own.clone());
    let chosen = |rule: &Rule| own.contains(&rule.id);
    let mut failures = trial::run(&all, chosen);
    failures.extend(trial::quiet(&own, chosen));
    for failure in &failures {
        writeln!(out, "{}", clean(&failure.to_string()))?;
    }
    let examples: usize = own.iter().map(|rule| rule.examples().len()).sum();
    writeln!(
        out,
        "{}, {}, {}",
        count(own.len(), "rule"),
        count(examples, "example"),
        count(failures.len(), "failure")
    )?;
    Ok(if failures.is_empty() {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

/// The built-in rules and those of folders, each checked before anything is done with it.
pub(super) fn all(dirs: &[PathBuf]) -> Result<RuleSet, Failure> {
    let mut rules = builtin();
    for dir in dirs {
        rules = rules.with(read(dir)?);
    }
    Ok(rules)
}

/// The rules of a folder, checked.
pub(super) fn read(dir: &Path) -> Result<RuleSet, Failure> {
    let own = RuleSet::read(dir).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        wrong(dir, &errors)
    })?;
    checked(dir, own)
}

/// Rules without a mistake in their conditions.
pub(super) fn checked(dir: &Path, own: RuleSet) -> Result<RuleSet, Failure> {
    engine::check(&own).map_err(|errors| wrong(dir, &errors))?;
    Ok(own)
}

/// That rules of a folder are wrong.
pub(super) fn wrong(dir: &Path, errors: &[String]) -> Failure {
    Failure::Rules {
        folder: dir.display().to_string(),
        errors: errors.to_vec(),
    }
}
