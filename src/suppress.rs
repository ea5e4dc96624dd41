//! Decides which findings stay open: inline allows, waivers, the baseline, ignores. What is stale or invalid is a finding.

use crate::config::Config;
use crate::finding::{Disposed, Finding};
use crate::model::Date;
use crate::source::{BlobId, Span};

/// A `tenure:` comment directive as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The comment, from `tenure:` to its end.
    pub span: Span,
    /// The text after `tenure:`.
    pub text: String,
    /// Byte range of the lines it speaks for: its own, or the next that holds code.
    pub target: Span,
}

/// Directives in one file's text, whatever its syntax.
#[must_use]
pub fn directives(_blob: BlobId, _text: &str) -> Vec<Directive> {
    Vec::new()
}

/// Findings parted into open and disposed.
#[derive(Debug, Default)]
pub struct Parted {
    /// Still open, those about waivers included.
    pub open: Vec<Finding>,
    /// Not open, with why.
    pub disposed: Vec<Disposed>,
}

/// Applies directives, configuration and baseline.
#[must_use]
pub fn apply(
    findings: Vec<Finding>,
    _directives: &[Directive],
    _config: &Config,
    _now: Date,
) -> Parted {
    Parted {
        open: findings,
        disposed: Vec::new(),
    }
}
