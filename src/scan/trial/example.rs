//! From the fences of a page to small repositories: placeholders filled in, marks taken off and remembered.

use super::timeline::Timeline;
use super::{Failure, failure};
use crate::engine;
use crate::rule::{Check, Example, Kind, Rule};
use std::collections::BTreeSet;

/// The fences of one kind under one heading, as files.
#[derive(Debug)]
pub(super) struct Repository {
    pub(super) kind: Kind,
    pub(super) files: Vec<File>,
    /// Its versions, where fences have days.
    pub(super) timeline: Timeline,
    /// Path and line of each mark.
    pub(super) marks: BTreeSet<(String, u32)>,
    /// Other rules that may find something here.
    pub(super) also: Vec<String>,
    heading: String,
}

/// One fence as a file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
    /// Line of the fence in the page.
    line: u32,
}

impl Repository {
    /// Lines that are not empty.
    pub(super) fn lines(&self) -> usize {
        self.files
            .iter()
            .flat_map(|file| file.text.lines())
            .filter(|line| !line.trim().is_empty())
            .count()
    }

    /// The line in the page of a line in a file.
    pub(super) fn page_line(&self, path: &str, line: u32) -> u32 {
        self.files
            .iter()
            .find(|file| file.path == path)
            .map_or(1, |file| file.line + line)
    }
}

/// The repositories of a page, and the placeholders in it that nothing can fill.
pub(super) fn repositories(rule: &Rule) -> (Vec<Repository>, Vec<Failure>) {
    let (mut repositories, mut failures): (Vec<Repository>, Vec<Failure>) = Default::default();
    for example in rule.examples() {
        let (text, marks) = unmark(&example.text);
        let text = fill(rule, &text).unwrap_or_else(|placeholder| {
            let message =
                format!("nothing fills `{placeholder}`: the rule has no shape to make it from");
            failures.push(failure(rule, example.line, message));
            text
        });
        let repository = home(&mut repositories, example);
        if let Some(day) = example.on.as_deref() {
            match day.parse() {
                Ok(day) => repository.timeline.push(day, example, &text),
                Err(_) => {
                    failures.push(failure(rule, example.line, format!("`on={day}` is no day")))
                }
            }
            repository.marks.retain(|(path, _)| *path != example.file);
            repository.files.retain(|file| file.path != example.file);
        }
        let marks = marks.into_iter().map(|line| (example.file.clone(), line));
        match example.kind {
            Kind::Bad => repository.marks.extend(marks),
            Kind::Good => failures.extend(marks.map(|(_, line)| {
                let message = "a good example has a line marked as a finding".to_owned();
                failure(rule, example.line + line, message)
            })),
        }
        repository.also.extend(example.also.iter().cloned());
        repository.files.push(File {
            path: example.file.clone(),
            text,
            line: example.line,
        });
    }
    (repositories, failures)
}

/// The repository a fence belongs to: the last of its kind under its heading, unless that has a file of this name.
fn home<'a>(repositories: &'a mut Vec<Repository>, example: &Example) -> &'a mut Repository {
    let found = repositories
        .iter()
        .rposition(|other| other.kind == example.kind && other.heading == example.heading)
        .filter(|index| {
            let files = &repositories[*index].files;
            let known = &repositories[*index].timeline;
            example.on.is_some() && known.has(&example.file)
                || files.iter().all(|file| file.path != example.file)
        });
    let index = found.unwrap_or_else(|| {
        repositories.push(Repository {
            kind: example.kind,
            files: Vec::new(),
            timeline: Timeline::default(),
            marks: BTreeSet::new(),
            also: Vec::new(),
            heading: example.heading.clone(),
        });
        repositories.len() - 1
    });
    &mut repositories[index]
}

/// The ways to write a mark at the end of a line.
const MARKS: &[&str] = &[
    "# finding",
    "// finding",
    "<!-- finding -->",
    "-- finding",
    "; finding",
];

/// The text without its marks, and the lines they stood on.
fn unmark(text: &str) -> (String, Vec<u32>) {
    let (mut clean, mut marked) = (String::new(), Vec::new());
    for (line, number) in text.lines().zip(1..) {
        let mark = MARKS
            .iter()
            .find_map(|mark| line.trim_end().strip_suffix(mark));
        match mark {
            Some(before) => {
                clean.push_str(before.trim_end());
                marked.push(number);
            }
            None => clean.push_str(line),
        }
        clean.push('\n');
    }
    (clean, marked)
}

/// Fills `{{example}}`, `{{example:2}}`, `{{broken}}` and `{{break}}`; other braces stay, they are templates of other tools.
fn fill(rule: &Rule, text: &str) -> Result<String, String> {
    let pattern = match &rule.check {
        Check::Pattern(pattern) => Some(pattern),
        Check::When { .. } | Check::Native => None,
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let Some(end) = from.find("}}") else {
            rest = from;
            break;
        };
        let (inner, whole) = (&from[2..end], &from[..end + 2]);
        let (word, number) = inner.split_once(':').unwrap_or((inner, "1"));
        let value = match (word, number.parse::<u64>()) {
            ("break", Ok(1)) => Some(String::new()),
            ("example", Ok(number)) => pattern.and_then(|pattern| engine::sample(pattern, number)),
            ("broken", Ok(1)) => pattern.and_then(|pattern| engine::broken(pattern)),
            _ => {
                out.push_str("{{");
                rest = &from[2..];
                continue;
            }
        };
        out.push_str(&value.ok_or_else(|| whole.to_owned())?);
        rest = &from[end + 2..];
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::parse;

    fn page(fences: &str) -> Rule {
        let text = format!(
            "---\ntitle: T\ntopic: t\nseverity: low\nconfidence: low\nsince: 0.1.0\nnhi: []\ncsf: []\non: grant\n\
             when: 'true'\nmessage: m\n---\nP.\n\n## Examples\n{fences}"
        );
        parse("x", "rules/x.md", &text).unwrap()
    }

    #[test]
    fn marks_are_taken_off_and_remembered() {
        let (text, marks) =
            unmark("a = 1 # finding\nb\n<c/> <!-- finding -->\nd // finding\ne # findings\n");
        assert_eq!(text, "a = 1\nb\n<c/>\nd\ne # findings\n");
        assert_eq!(marks, [1, 3, 4]);
    }

    #[test]
    fn files_under_one_heading_are_one_repository() {
        let rule = page(
            "```hcl bad file=a.tf\n1 # finding\n```\n```yaml good file=b.yaml\n2\n```\n\
             ```yaml bad file=b.yaml also=x/y\n3\n```\n```hcl bad file=a.tf\n4\n```\n## Other\n```hcl bad file=c.tf\n5\n```\n",
        );
        let (repositories, failures) = repositories(&rule);
        let files: Vec<Vec<&str>> = repositories
            .iter()
            .map(|one| one.files.iter().map(|file| file.path.as_str()).collect())
            .collect();
        assert_eq!(failures, []);
        assert_eq!(
            files,
            [
                vec!["a.tf", "b.yaml"],
                vec!["b.yaml"],
                vec!["a.tf"],
                vec!["c.tf"]
            ]
        );
        assert_eq!(repositories[0].also, ["x/y"]);
        assert_eq!(repositories[0].page_line("a.tf", 1), 17);
    }

    #[test]
    fn placeholders_of_others_stay() {
        let rule = page("");
        assert_eq!(
            fill(&rule, "${{ secrets.A }} {{ b }} {{break}}c {{").unwrap(),
            "${{ secrets.A }} {{ b }} c {{"
        );
        assert_eq!(fill(&rule, "{{example}}").unwrap_err(), "{{example}}");
    }
}
