//! What was found: one value per finding, from which every report is made.

mod candidate;
mod exception;
mod past;

pub use candidate::Candidate;
pub use exception::{Exception, Reach as ExceptionReach, Since};
pub use past::{Line, Past};

use crate::model::{Ownership, Subject};
use crate::rule::{Confidence, Profile, Severity};
use crate::source::{Secret, Span};

/// A place beside the main one, with what it shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What it shows, in a lower-case phrase.
    pub label: String,
}

/// A finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Id of the rule.
    pub rule: String,
    /// Severity after adjustment and configuration.
    pub severity: Severity,
    /// Confidence after adjustment.
    pub confidence: Confidence,
    /// Profile after adjustment.
    pub profile: Profile,
    /// One sentence; the first is the title. Never holds a secret value.
    pub message: String,
    /// Where: the narrowest range that shows it.
    pub span: Span,
    /// The whole declaration it is about: an allow above its head line speaks for all of it.
    pub whole: Option<Span>,
    /// Address of what it is about; the file's path for a secret in plain text.
    pub address: String,
    /// Attribute or key path within it.
    pub attribute: String,
    /// The subject in the estate, for findings about the model.
    pub subject: Option<Subject>,
    /// Other subjects at its place that it stands for.
    pub also: Vec<Subject>,
    /// Other places that matter, in reading order.
    pub related: Vec<Related>,
    /// The steps from start to reach, for findings about a path: a SARIF code flow.
    pub chain: Vec<Related>,
    /// Who should resolve it.
    pub route: Ownership,
    /// What to do, in a sentence or two.
    pub fix: String,
    /// The secret, when it is one: for grouping and the value tag; shown only masked.
    pub secret: Option<Secret>,
    /// Provider and other facts for reports: sorted by key.
    pub properties: Vec<(String, String)>,
    /// `tenure/v1` fingerprint: hex SHA-256; filled by the suppress stage.
    pub fingerprint: String,
    /// Key by which reports group members; empty for none.
    pub group: String,
}

/// What became of a finding that is not reported as open.
#[derive(Debug, Clone, PartialEq)]
pub struct Disposed {
    /// The finding.
    pub finding: Finding,
    /// Why.
    pub by: Disposal,
}

/// Why a finding is not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposal {
    /// An inline allow or a waiver file excuses it.
    Waived {
        /// Where the waiver stands.
        at: Span,
        /// Its reason.
        reason: String,
        /// Who answers for the waiver.
        owner: String,
        /// Its last day, `YYYY-MM-DD`.
        expires: String,
    },
    /// The baseline holds it.
    Baseline,
    /// The configuration ignores it, with a reason.
    Ignored {
        /// The reason given.
        reason: String,
    },
}

impl Severity {
    /// SARIF's level.
    #[must_use]
    pub fn level(self) -> &'static str {
        match self {
            Severity::Critical | Severity::High => "error",
            Severity::Medium => "warning",
            Severity::Low => "note",
        }
    }

    /// The word in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
        }
    }
}
