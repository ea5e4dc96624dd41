//! The shape of the native formats, `json` and `jsonl`, documented in `docs/report.schema.json`. Other machine formats
//! are made from the same records, so that no two of them disagree.

use super::{Coverage, Summary};
use crate::rule::{Confidence, Profile, Rule, Severity};
use crate::source::{GapKind, Position, Span};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Name and number of the shape; the number grows when a reader of the old shape would fail.
pub(super) const SCHEMA: &str = "tenure-report/1";

/// What was run.
#[derive(Debug, Serialize)]
pub(super) struct Run<'a> {
    pub(super) schema: &'static str,
    pub(super) tool: &'static str,
    pub(super) version: &'static str,
    /// The day that dates were compared with.
    pub(super) now: String,
    pub(super) profile: Profile,
    /// What part of the repository was looked at; null for all of it.
    pub(super) partial: Option<&'a str>,
}

/// Line and column, from 1; columns count UTF-16 units.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Point {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl From<Position> for Point {
    fn from(position: Position) -> Self {
        Self {
            line: position.line,
            column: position.column,
        }
    }
}

/// A range in a file.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Place<'a> {
    pub(super) path: &'a str,
    pub(super) start: Point,
    /// One past the last character.
    pub(super) end: Point,
    /// The byte offsets the rule pointed at.
    pub(super) bytes: [u32; 2],
    #[serde(skip)]
    pub(super) span: Span,
}

/// A place with what it shows.
#[derive(Debug, Serialize)]
pub(super) struct Related<'a> {
    pub(super) place: Place<'a>,
    pub(super) label: Cow<'a, str>,
}

/// Who should resolve a finding.
#[derive(Debug, Serialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub(super) enum Owner<'a> {
    Owned {
        name: &'a str,
        step: &'static str,
        strength: &'static str,
        place: Option<Place<'a>>,
    },
    Unknown {
        place: Option<Place<'a>>,
    },
    Nobody,
}

/// A finding.
#[derive(Debug, Serialize)]
pub(super) struct Finding<'a> {
    pub(super) rule: &'a str,
    pub(super) severity: Severity,
    pub(super) confidence: Confidence,
    pub(super) profile: Profile,
    pub(super) message: Cow<'a, str>,
    pub(super) place: Place<'a>,
    /// The declaration it is about.
    pub(super) whole: Option<Place<'a>>,
    pub(super) address: &'a str,
    pub(super) attribute: Cow<'a, str>,
    /// The noun it is about; null for a secret in plain text.
    pub(super) subject: Option<&'static str>,
    pub(super) related: Vec<Related<'a>>,
    pub(super) chain: Vec<Related<'a>>,
    pub(super) owner: Owner<'a>,
    pub(super) fix: Cow<'a, str>,
    /// The mask of a secret value.
    pub(super) secret: Option<String>,
    pub(super) properties: BTreeMap<&'a str, Cow<'a, str>>,
    pub(super) fingerprint: &'a str,
    pub(super) group: Cow<'a, str>,
}

/// Why a finding is not open.
#[derive(Debug, Serialize)]
#[serde(tag = "by", rename_all = "lowercase")]
pub(super) enum Disposal<'a> {
    Waived {
        place: Place<'a>,
        reason: Cow<'a, str>,
        owner: &'a str,
        expires: &'a str,
    },
    Baseline,
    Ignored {
        reason: Cow<'a, str>,
    },
}

/// A finding that is not open.
#[derive(Debug, Serialize)]
pub(super) struct Disposed<'a> {
    pub(super) finding: Finding<'a>,
    pub(super) disposal: Disposal<'a>,
}

/// What could not be read or resolved.
#[derive(Debug, Serialize)]
pub(super) struct Gap<'a> {
    pub(super) path: &'a str,
    pub(super) line: Option<u32>,
    pub(super) kind: GapKind,
    pub(super) reason: Cow<'a, str>,
}

/// What a reader has to know of a rule that found something.
#[derive(Debug, Serialize)]
pub(super) struct RuleRecord<'a> {
    id: &'a str,
    title: &'a str,
    topic: &'a str,
    severity: Severity,
    confidence: Confidence,
    profile: Profile,
    since: &'a str,
    nhi: &'a [String],
    csf: &'a [String],
    cwe: &'a [String],
    docs: &'a [String],
}

impl<'a> From<&'a Rule> for RuleRecord<'a> {
    fn from(rule: &'a Rule) -> Self {
        Self {
            id: &rule.id,
            title: &rule.title,
            topic: &rule.topic,
            severity: rule.severity,
            confidence: rule.confidence,
            profile: rule.profile,
            since: &rule.since,
            nhi: &rule.nhi,
            csf: &rule.csf,
            cwe: &rule.cwe,
            docs: &rule.docs,
        }
    }
}

/// The counts; `null` where no estate was drawn.
#[derive(Debug, Serialize)]
pub(super) struct SummaryRecord {
    findings: BTreeMap<&'static str, usize>,
    identities: Option<usize>,
    ownerless: Option<usize>,
    standing: Option<usize>,
    credentials: Option<usize>,
    endless: Option<usize>,
    secrets: usize,
    waived: usize,
}

impl SummaryRecord {
    /// The summary and the open findings by severity.
    pub(super) fn new(summary: &Summary, findings: [(Severity, usize); 4]) -> Self {
        let estate = summary.estate;
        Self {
            findings: findings
                .into_iter()
                .map(|(severity, count)| (severity.word(), count))
                .collect(),
            identities: estate.map(|estate| estate.identities),
            ownerless: estate.map(|estate| estate.ownerless),
            standing: estate.map(|estate| estate.standing),
            credentials: estate.map(|estate| estate.credentials),
            endless: estate.map(|estate| estate.endless),
            secrets: summary.secrets,
            waived: summary.waived,
        }
    }
}

/// The coverage statement.
#[derive(Debug, Serialize)]
pub(super) struct CoverageRecord<'a> {
    listed: usize,
    scanned: usize,
    bytes: u64,
    rules: usize,
    parsed: BTreeMap<&'a str, usize>,
    skipped: BTreeMap<&'a str, usize>,
    unknowns: BTreeMap<&'a str, usize>,
    gaps: Vec<Gap<'a>>,
}

impl<'a> CoverageRecord<'a> {
    /// The coverage with its gaps as records.
    pub(super) fn new(coverage: &'a Coverage, gaps: Vec<Gap<'a>>) -> Self {
        Self {
            listed: coverage.listed,
            scanned: coverage.scanned,
            bytes: coverage.bytes,
            rules: coverage.rules,
            parsed: counts(&coverage.parsed),
            skipped: counts(&coverage.skipped),
            unknowns: counts(&coverage.unknowns),
            gaps,
        }
    }
}

/// Pairs as a map; a name that comes up twice is counted once with the sum.
fn counts(pairs: &[(String, usize)]) -> BTreeMap<&str, usize> {
    let mut map = BTreeMap::new();
    for (name, count) in pairs {
        *map.entry(name.as_str()).or_insert(0) += count;
    }
    map
}
