//! Writes one report value in many formats. Same input, same bytes: nothing here reads a clock or the environment.

pub mod assessment;
mod clean;
mod csv;
mod escaping;
mod exceptions;
mod github;
mod gitlab;
mod group;
pub mod history;
mod human;
pub mod inventory;
mod json;
mod junit;
mod markdown;
mod mask;
mod owner;
mod place;
mod plain;
mod record;
mod sarif;

mod uri;
mod view;
mod word;

pub use clean::clean;
pub use exceptions::Exceptions;

use group::finding_groups;
use view::View;

use crate::finding::{Disposed, Finding};
use crate::model::Date;
use crate::rule::{Rule, RuleSet};
use crate::source::{Blobs, Gap};
use std::io::Write;

/// Everything a report shows.
#[derive(Debug)]
pub struct Report {
    /// Open findings, sorted by path, place and rule.
    pub findings: Vec<Finding>,
    /// Findings that are waived, in the baseline or ignored.
    pub disposed: Vec<Disposed>,
    /// Secrets that the profile leaves out: not reported, but covered where another finding shows their line.
    pub hidden: Vec<Finding>,
    /// What was read and what was not.
    pub coverage: Coverage,
    /// Counts over the estate.
    pub summary: Summary,
    /// The texts, for source lines.
    pub blobs: Blobs,
    /// The rules that ran.
    pub rules: RuleSet,
    /// The day of the run.
    pub now: Date,
    /// Name of the profile.
    pub profile: crate::rule::Profile,
    /// What part of the repository was looked at, when not all of it: `since main`, `staged`. A partial report must not
    /// stand in for a whole one.
    pub partial: Option<String>,
}

/// The coverage statement.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Files listed.
    pub listed: usize,
    /// Files whose bytes were scanned.
    pub scanned: usize,
    /// Bytes scanned.
    pub bytes: u64,
    /// Files parsed, by format.
    pub parsed: Vec<(String, usize)>,
    /// Files passed over, by reason: binary, too large, ignored, link.
    pub skipped: Vec<(String, usize)>,
    /// What could not be read or resolved.
    pub gaps: Vec<Gap>,
    /// Conditions that could not be decided, by rule.
    pub unknowns: Vec<(String, usize)>,
    /// Rules run.
    pub rules: usize,
}

impl Coverage {
    /// How many conditions could not be decided, over all rules.
    #[must_use]
    pub fn undecided(&self) -> usize {
        self.unknowns.iter().map(|(_, count)| count).sum()
    }
}

/// What a person wants to know at a glance.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// What the estate holds; none where none was drawn: in a history, and where every rule looks at bytes alone.
    pub estate: Option<Population>,
    /// Distinct secret values found open.
    pub secrets: usize,
    /// Waivers in force.
    pub waived: usize,
}

/// How many there are in an estate.
#[derive(Debug, Clone, Copy, Default)]
pub struct Population {
    /// Identities in the estate.
    pub identities: usize,
    /// Of them, without an owner (unknown ones not counted).
    pub ownerless: usize,
    /// Of them, with standing admin or escalate rights.
    pub standing: usize,
    /// Credentials in the estate.
    pub credentials: usize,
    /// Of them, without an end (unknown ones not counted).
    pub endless: usize,
}

/// How a reporter is set up.
#[derive(Debug, Clone, Default)]
pub struct Style {
    /// Whether to write terminal colours.
    pub color: bool,
    /// Whether suppressed results go into formats that can mark them (SARIF).
    pub suppressed: bool,
    /// Columns of the terminal; 0 for no wrapping.
    pub width: usize,
}

/// An output format.
pub trait Reporter: Sync {
    /// The word after `--format`.
    fn name(&self) -> &'static str;
    /// Writes the whole report.
    ///
    /// # Errors
    /// When the writer fails.
    fn write(&self, report: &Report, style: &Style, out: &mut dyn Write) -> std::io::Result<()>;
}

/// All output formats.
pub static REPORTERS: &[&dyn Reporter] = &[
    &human::Human,
    &sarif::Sarif,
    &json::Json,
    &json::Jsonl,
    &github::Github,
    &markdown::Markdown,
    &gitlab::Gitlab::Default,
    &gitlab::Gitlab::Quality,
    &gitlab::Gitlab::Secret,
    &gitlab::Gitlab::Sast,
    &junit::Junit,
    &csv::Csv,
];

/// The project's address, when the manifest says it.
fn home() -> Option<&'static str> {
    Some(env!("CARGO_PKG_REPOSITORY")).filter(|home| !home.is_empty())
}

/// The page of a rule that comes with the binary.
fn page(rule: &Rule) -> Option<String> {
    let home = home().filter(|_| rule.is_builtin())?;
    Some(format!("{home}/blob/main/rules/{}.md", rule.id))
}

/// One line about the open findings: `tenure: 3 findings (1 critical, 2 low)`.
fn headline(view: &View<'_>) -> String {
    let parts: Vec<String> = view
        .by_severity()
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{count} {}", severity.word()))
        .collect();
    match view.report.findings.len() {
        0 => "tenure: no findings".to_owned(),
        1 => format!("tenure: 1 finding ({})", parts.join(", ")),
        count => format!("tenure: {count} findings ({})", parts.join(", ")),
    }
}
