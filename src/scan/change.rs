//! What a change adds: the findings of its new side that its old side does not have.
//!
//! A secret is the change's when it stands in an added line, or when what excused it is gone. Any other finding is judged
//! over all files of both sides, so that a change in one file that opens a hole in another is found.

use super::source::{Bytes, Look, Source};
use super::{Options, Outcome};
use crate::finding::{Finding, Related};
use crate::judge::place;
use crate::report::Report;
use crate::rule::Severity;
use crate::source::{Blobs, Gap, Span};
use crate::walk::{self, Change};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// One side of a change as a source.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) change: &'a Change,
    pub(super) side: walk::Side,
    pub(super) limit: u64,
}

impl Source for Side<'_> {
    fn len(&self) -> usize {
        self.change.pairs.len()
    }

    fn path(&self, index: usize) -> &str {
        &self.change.pairs[index].path
    }

    fn read(&self, index: usize, buffer: &mut Vec<u8>) -> Bytes {
        match self.change.read(index, self.side, buffer, self.limit) {
            Some(read) => read.into(),
            None => {
                buffer.clear();
                Bytes::Absent
            }
        }
    }

    fn look(&self, index: usize) -> Look {
        match self.change.pairs[index].changed {
            true => Look::Whole,
            false => Look::Estate,
        }
    }

    fn gaps(&self) -> Vec<Gap> {
        self.change.gaps.clone()
    }

    fn skipped(&self) -> Vec<(String, usize)> {
        self.change.skipped.clone()
    }
}

/// What is open and what is excused before the change, by fingerprint.
#[derive(Debug, Default)]
pub(super) struct Before {
    open: FxHashMap<String, Severity>,
    excused: FxHashSet<String>,
}

impl Before {
    pub(super) fn new(report: &Report) -> Self {
        let open = report.findings.iter();
        let excused = report.disposed.iter();
        Self {
            open: open.map(|f| (f.fingerprint.clone(), f.severity)).collect(),
            excused: excused.map(|d| d.finding.fingerprint.clone()).collect(),
        }
    }
}

/// Leaves the findings that the change adds. `asked` are the folders and files whose findings are wanted; all when empty.
pub(super) fn keep_added(
    outcome: &mut Outcome,
    before: &Before,
    change: &Change,
    options: &Options,
    asked: &[String],
) {
    let report = &mut outcome.report;
    let mut lines = Lines {
        change,
        limit: options.limit,
        known: FxHashMap::default(),
    };
    let blobs = &report.blobs;
    let known = report
        .findings
        .iter()
        .filter(|finding| finding.secret.is_some());
    let known: Vec<Finding> = known.cloned().collect();
    report.findings.retain_mut(|finding| {
        let path = blobs.path(finding.span);
        let wanted = asked.is_empty() || asked.iter().any(|folder| lies_in(folder, path));
        wanted && is_added(finding, before, &mut lines, blobs)
    });
    report.hidden.extend(known);
    let path = |finding: &Finding| blobs.path(finding.span).to_owned();
    let touched: FxHashSet<&str> = change
        .pairs
        .iter()
        .filter(|pair| pair.changed)
        .map(|pair| pair.path.as_str())
        .collect();
    report
        .disposed
        .retain(|disposed| touched.contains(path(&disposed.finding).as_str()));
}

fn lies_in(folder: &str, path: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| folder.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

fn is_added(finding: &mut Finding, before: &Before, lines: &mut Lines<'_>, blobs: &Blobs) -> bool {
    if finding.secret.is_none() {
        let known = before.open.get(&finding.fingerprint);
        return known.is_none_or(|severity| finding.severity > *severity);
    }
    if before.excused.contains(&finding.fingerprint) || lines.hold(finding.span, blobs) {
        return true;
    }
    let places = finding.related.iter_mut();
    let Some(place) = places
        .into_iter()
        .find(|place| lines.hold(place.span, blobs))
    else {
        return false;
    };
    let old = Related {
        span: finding.span,
        label: place.label.clone(),
    };
    finding.span = std::mem::replace(place, old).span;
    true
}

/// The added lines of the files that were asked for.
struct Lines<'a> {
    change: &'a Change,
    limit: u64,
    known: FxHashMap<u32, Vec<Range<u32>>>,
}

impl Lines<'_> {
    /// Whether a span reaches into an added line.
    fn hold(&mut self, span: Span, blobs: &Blobs) -> bool {
        let index = span.blob.0;
        let blob = blobs.get(span.blob);
        let added = self.known.entry(index).or_insert_with(|| {
            let kin = |new: &str, old: &str| place::is_fixture(new) == place::is_fixture(old);
            match (index as usize) < self.change.pairs.len() {
                true => self
                    .change
                    .added(index as usize, blob.bytes(), self.limit, kin),
                false => Vec::new(),
            }
        });
        let (start, end) = blobs.place(span);
        let end = end.line.max(start.line);
        added
            .iter()
            .any(|lines| lines.start <= end && start.line < lines.end)
    }
}
