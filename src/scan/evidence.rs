//! How much of a repository a run has before it, and what that tells of the estate beside its files.

use super::{Options, Outcome, beside, past};
use crate::format::Declaration;
use crate::model::Estate;
use crate::resolve;
use crate::source::{Blobs, Gap};
use rustc_hash::FxHashSet;

/// How much of what the repository says was read.
pub(super) enum Evidence<'a> {
    /// All of it: what is not there is missing.
    Whole,
    /// All of it, and of what was before a change.
    Change(beside::Before<'a>),
    /// Part of it: what is not there may be elsewhere.
    Excerpt,
}

impl Evidence<'_> {
    /// Fills in what only a change or history tells, and says what it cannot.
    pub(super) fn tell(
        &self,
        estate: &mut Estate,
        declarations: &[Declaration],
        blobs: &Blobs,
        options: &Options,
    ) -> Vec<Gap> {
        match self {
            Evidence::Whole => {}
            Evidence::Excerpt => resolve::doubt(estate),
            Evidence::Change(before) => {
                beside::mark(estate, declarations, blobs, before, &options.config);
            }
        }
        let past = options.past.as_deref();
        past.map_or_else(Vec::new, |past| past::fill(estate, past, options, blobs))
    }
}

/// What a side was judged to be, and what it declares.
pub(super) struct Judged {
    pub(super) outcome: Outcome,
    pub(super) declarations: Vec<Declaration>,
}

impl Judged {
    /// What a change is compared with.
    pub(super) fn before<'a>(&'a self, touched: &'a FxHashSet<String>) -> beside::Before<'a> {
        beside::Before {
            estate: &self.outcome.estate,
            declarations: &self.declarations,
            blobs: &self.outcome.report.blobs,
            touched,
        }
    }
}
