//! Looks for what rules describe: patterns over bytes before the barrier, conditions and graph walks over the estate
//! after it. Sees the model, never a syntax.

mod condition;
mod context;
mod message;
mod native;
mod prepared;
mod verdict;

pub use condition::Limits;
pub use context::Context;
pub use native::{NATIVE, Native};
pub use verdict::{Verdict, check, judge, mistakes};

use crate::finding::{Candidate, Finding};
use crate::rule::RuleSet;
use crate::source::{BlobId, Blobs};

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

/// Turns candidates into findings: pairs joined, one finding for a value with all its places.
#[must_use]
pub fn secrets(_rules: &RuleSet, _candidates: Vec<Candidate>, _blobs: &Blobs) -> Vec<Finding> {
    Vec::new()
}
