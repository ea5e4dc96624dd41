//! Secrets of which a report says nothing, on lines that it shows: those of rules that are switched off, and those in files
//! that a change leaves as they were. They are looked for again, in the shown files alone, so that no report holds one.

use super::file::{self, Bench, Looks};
use crate::engine;
use crate::finding::{Disposal, Disposed, Finding};
use crate::rule::RuleSet;
use crate::source::{BlobId, Blobs};
use std::collections::BTreeSet;

/// What the secret rules find in the files that the findings show.
pub(super) fn secrets(
    open: &[Finding],
    disposed: &[Disposed],
    rules: &RuleSet,
    blobs: &Blobs,
) -> Vec<Finding> {
    let excused = disposed.iter().map(|disposed| &disposed.finding);
    let mut shown: BTreeSet<BlobId> = open.iter().chain(excused).flat_map(places).collect();
    shown.extend(disposed.iter().filter_map(|disposed| match &disposed.by {
        Disposal::Waived { at, .. } => Some(at.blob),
        Disposal::Baseline | Disposal::Ignored { .. } => None,
    }));
    if shown.is_empty() {
        return Vec::new();
    }
    let (looks, mut bench) = (Looks::new(rules), Bench::default());
    let candidates = shown
        .into_iter()
        .flat_map(|blob| {
            let kept = blobs.get(blob);
            file::candidates(blob, &kept.path, kept.bytes(), &looks, &mut bench)
        })
        .collect();
    engine::secrets(rules, candidates, blobs)
}

/// The files that a finding names a place in.
fn places(finding: &Finding) -> impl Iterator<Item = BlobId> + '_ {
    let beside = finding.related.iter().chain(&finding.chain);
    std::iter::once(finding.span)
        .chain(finding.whole)
        .chain(beside.map(|related| related.span))
        .map(|span| span.blob)
}
