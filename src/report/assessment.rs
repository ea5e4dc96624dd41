//! The compliance report: one result model from which every form of it is made, and which reports of several repositories
//! are merged into. It supports an assessment; it never says that anything is compliant.

mod build;
mod chart;
mod control;
mod csv;
mod html;
mod markdown;
mod markup;
mod merge;
mod oscal;
mod overview;
mod runs;
mod style;
mod table;

pub use build::Basis;
pub use merge::merge;

use super::escaping;
use super::history::History;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{Result, Write};

/// Name and number of the shape.
const SCHEMA: &str = "tenure-assessment/1";

/// The report: the results of one or more repositories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// `tenure-assessment/1`.
    pub schema: String,
    /// The latest day of its parts.
    pub day: String,
    /// Results by control over all parts.
    pub controls: Vec<Control>,
    /// Repositories that were expected and of which no report was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// One part a repository.
    pub repositories: Vec<Repository>,
}

/// What is known of one control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// `nhi` or `csf`.
    pub framework: String,
    /// `NHI7`, `PR.AA-05`.
    pub id: String,
    /// Its title or wording.
    pub title: String,
    /// pass, fail, waived, attested, not assessed, not applicable.
    pub state: String,
    /// Rules that ran for it.
    pub rules: usize,
    /// Things that the rules could speak of.
    pub population: usize,
    /// Of them, with an open finding.
    pub failed: usize,
    /// Of them, with findings that are waived, and none open.
    pub waived: usize,
    /// Of them, with findings that the baseline or the configuration accepts, and none open or waived.
    pub accepted: usize,
    /// Conditions that could not be decided.
    pub undecided: usize,
    /// Attestations in force.
    pub attested: usize,
}

/// The result of one repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Repository {
    /// Who and what made it, and of what.
    pub identification: Identification,
    /// What was read and what was not.
    pub coverage: CoverageStatement,
    /// Numbers of every noun, and of secrets.
    pub counts: BTreeMap<String, usize>,
    /// Every identity, not only the failing ones.
    pub population: Vec<IdentityRow>,
    /// SHA-256 of the population as it stands here.
    pub population_sha256: String,
    /// Results by control.
    pub controls: Vec<Control>,
    /// Findings, those that are not open included.
    pub findings: Vec<FindingRow>,
    /// The register of exceptions of all tools.
    pub exceptions: Vec<ExceptionRow>,
    /// Reviews of access, those that count for nothing included.
    #[serde(default)]
    pub reviews: Vec<ReviewRow>,
    /// Days of the reports that were given of it, from the first to the last.
    #[serde(default)]
    pub runs: Vec<String>,
    /// Numbers over time, where they were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<History>,
}

/// A review of an access.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRow {
    /// reviewed, late, waiting, overdue, invalid.
    pub state: String,
    /// What was looked at; why the review counts for nothing where it is invalid.
    pub about: String,
    /// Who used it, and when.
    pub used: String,
    /// Who looked at it, and when.
    pub reviewed: String,
    /// What came of it.
    pub outcome: String,
    /// Day by which it is to be looked at again.
    pub next: String,
    /// File.
    pub place: String,
}

/// Where a report comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identification {
    /// SHA-256 of the part without this field.
    pub id: String,
    /// Name of the repository.
    pub repository: String,
    /// The commit that the work tree is of; empty where there is none.
    pub commit: String,
    /// Whether the work tree differs from the commit, where that is known.
    pub changed: Option<bool>,
    /// Whether the clone lacks history.
    pub shallow: bool,
    /// The day that dates were compared with.
    pub day: String,
    /// Who the findings are for.
    pub profile: String,
    /// Version of the tool.
    pub version: String,
    /// SHA-256 of the rules that ran.
    pub rules_sha256: String,
    /// SHA-256 of the configuration; empty without one.
    pub config_sha256: String,
    /// The command that makes the same report at the same commit.
    pub command: String,
    /// What is known of the past: what was asked of history, or why nothing was.
    pub history: String,
    /// Days from one report to the next, where the configuration says so.
    #[serde(default)]
    pub every_days: Option<i64>,
}

/// What was read and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageStatement {
    /// Files listed.
    pub listed: usize,
    /// Files whose bytes were scanned.
    pub scanned: usize,
    /// Bytes scanned.
    pub bytes: u64,
    /// Rules run.
    pub rules: usize,
    /// Files parsed, by format.
    pub parsed: BTreeMap<String, usize>,
    /// Files passed over, by reason.
    pub skipped: BTreeMap<String, usize>,
    /// Conditions that could not be decided, by rule.
    pub undecided: BTreeMap<String, usize>,
    /// What could not be read or resolved: path and line, reason.
    pub gaps: Vec<(String, String)>,
}

/// An identity of the population.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityRow {
    /// Address of its declaration.
    pub address: String,
    /// Kind, provider, name, environment.
    pub kind: String,
    /// Its provider.
    pub provider: String,
    /// The name the provider knows it by.
    pub name: String,
    /// Where it is worn.
    pub environment: String,
    /// Who answers for it; empty for nobody, `unknown` where that cannot be told.
    pub owner: String,
    /// How that is known.
    pub owner_step: String,
    /// From 1 to 4.
    pub tier: u8,
    /// Why.
    pub tier_reason: String,
    /// Highest level of its grants.
    pub level: String,
    /// Whether high rights stand without end: yes, no, unknown.
    pub standing: String,
    /// Last day of its lease, as declared.
    pub leased_until: String,
    /// Grants, credentials, trusts, usages.
    pub ties: [usize; 4],
    /// File and line.
    pub place: String,
}

/// A finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// Its fingerprint.
    pub fingerprint: String,
    /// open, waived, baseline, ignored.
    pub state: String,
    /// critical, high, medium, low.
    pub severity: String,
    /// Its rule.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// File and line.
    pub place: String,
    /// Address of what it is about.
    pub address: String,
    /// Who should resolve it; empty for nobody, `unknown` where that cannot be told.
    pub owner: String,
    /// How that is known.
    pub owner_step: String,
    /// NHI items.
    pub nhi: Vec<String>,
    /// CSF subcategories.
    pub csf: Vec<String>,
    /// Day its line came with a commit; empty where that is not known.
    pub since: String,
    /// Days since then.
    pub age: Option<i64>,
    /// Day it is to be resolved by, where the configuration sets one.
    pub due: String,
    /// Why it is not open.
    pub reason: String,
    /// What to do.
    pub fix: String,
}

/// An entry of the register of exceptions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionRow {
    /// Whose exception it is.
    pub tool: String,
    /// How it is written.
    pub form: String,
    /// in force, expired, invalid.
    pub state: String,
    /// File and line.
    pub place: String,
    /// What it excuses.
    pub rules: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Who approved it.
    pub approver: String,
    /// Its last day.
    pub until: String,
    /// Day its line came with a commit.
    pub since: String,
    /// Who wrote that commit.
    pub author: String,
}

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One page without script or network.
    Html,
    /// For a pull request, a wiki, a summary.
    Markdown,
    /// The model itself: what `merge` reads.
    Json,
    /// All findings as a table.
    Csv,
    /// OSCAL assessment results.
    Oscal,
}

impl Assessment {
    /// Reads a report that was written as JSON.
    ///
    /// # Errors
    /// What is wrong, in a lower-case phrase.
    pub fn read(text: &str) -> std::result::Result<Self, String> {
        let report: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match report.schema == SCHEMA {
            true => Ok(report),
            false => Err(format!(
                "it has the shape {}; this tool reads {SCHEMA}",
                report.schema
            )),
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&self, form: Form, out: &mut dyn Write) -> Result<()> {
        match form {
            Form::Html => html::write(self, out),
            Form::Markdown => markdown::write(self, out),
            Form::Json => escaping::pretty(out, self),
            Form::Csv => csv::findings(self, out),
            Form::Oscal => oscal::write(self, out),
        }
    }

    /// The tables of a set of CSV files: name and content.
    ///
    /// # Errors
    /// When a table cannot be written.
    pub fn tables(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        csv::set(self)
    }

    /// Findings of all parts, with the part.
    fn findings(&self) -> impl Iterator<Item = (&Repository, &FindingRow)> {
        self.repositories
            .iter()
            .flat_map(|part| part.findings.iter().map(move |row| (part, row)))
    }

    /// How many open findings there are of each severity, worst first.
    fn by_severity(&self) -> [(&'static str, usize); 4] {
        ["critical", "high", "medium", "low"].map(|severity| {
            let of = |row: &&FindingRow| row.state == "open" && row.severity == severity;
            (
                severity,
                self.findings().map(|(_, row)| row).filter(of).count(),
            )
        })
    }

    /// The sum of a number over all parts.
    fn count(&self, name: &str) -> usize {
        self.repositories
            .iter()
            .filter_map(|part| part.counts.get(name))
            .sum()
    }

    /// The controls of a framework.
    fn of<'a>(&'a self, framework: &'a str) -> impl Iterator<Item = &'a Control> {
        self.controls
            .iter()
            .filter(move |control| control.framework == framework)
    }
}
