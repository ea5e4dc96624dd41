//! Looks for what rules describe: patterns over bytes before the barrier, conditions and graph walks over the estate
//! after it. Sees the model, never a syntax.

mod condition;

use crate::finding::{Candidate, Finding};
use crate::model::{Date, Estate};
use crate::rule::RuleSet;
use crate::source::{BlobId, Blobs, Gap};

/// The secret rules of a run, ready to look at bytes.
#[derive(Debug)]
pub struct Scanner {}

/// Buffers of one thread, reused from file to file.
#[derive(Debug, Default)]
pub struct Scratch {}

impl Scanner {
    /// Prepares the pattern rules of a set.
    #[must_use]
    pub fn new(_rules: &RuleSet) -> Self {
        Self {}
    }

    /// Candidates in one file's bytes, in the order of the text.
    pub fn bytes(
        &self,
        _scratch: &mut Scratch,
        _blob: BlobId,
        _path: &str,
        _bytes: &[u8],
    ) -> Vec<Candidate> {
        Vec::new()
    }
}

/// What the rules found in an estate.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Findings, unsorted.
    pub findings: Vec<Finding>,
    /// Rules that failed and were switched off.
    pub gaps: Vec<Gap>,
    /// Conditions that could not be decided, by rule.
    pub unknowns: Vec<(String, usize)>,
}

/// Runs conditions and graph walks over an estate. `now` is the day that dates are compared with.
#[must_use]
pub fn judge(_rules: &RuleSet, _estate: &Estate, _now: Date) -> Verdict {
    Verdict::default()
}

/// Turns candidates into findings: pairs joined, one finding for a value with all its places.
#[must_use]
pub fn secrets(_rules: &RuleSet, _candidates: Vec<Candidate>, _blobs: &Blobs) -> Vec<Finding> {
    Vec::new()
}

/// Checks every condition, message and field path of a set before anything is scanned.
///
/// # Errors
/// One line for each mistake: file, line, column and what is wrong.
pub fn check(_rules: &RuleSet) -> Result<(), Vec<String>> {
    Ok(())
}
