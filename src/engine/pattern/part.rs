//! What a stretch of a file yields, until it is known whether something refutes it.

use crate::finding::Candidate;
use std::ops::Range;

/// What a stretch yields.
#[derive(Default)]
pub(super) struct Part {
    pub(super) found: Vec<Candidate>,
    /// What only a key word says, until it is known whether something refutes it.
    pub(super) generic: Vec<Candidate>,
    /// What has the look of a token and was refused: a wrong checksum, a documented value. No key word makes it a secret.
    pub(super) refuted: Vec<Range<usize>>,
}

impl Part {
    /// Adds what a later stretch of the same file yields.
    pub(super) fn add(&mut self, mut later: Part) {
        self.found.append(&mut later.found);
        self.generic.append(&mut later.generic);
        self.refuted.append(&mut later.refuted);
    }

    /// All candidates but the generic ones that something refutes, in the order of the text.
    pub(super) fn settle(mut self) -> Vec<Candidate> {
        self.refuted.sort_unstable_by_key(|range| range.start);
        let longest = self.refuted.iter().map(ExactSizeIterator::len).max();
        let longest = longest.unwrap_or(0);
        let refuted = self.refuted;
        let mut found = self.found;
        found.extend(self.generic.into_iter().filter(|candidate| {
            let value = candidate.value.range();
            let before = refuted.partition_point(|range| range.start < value.end);
            !refuted[..before]
                .iter()
                .rev()
                .take_while(|range| range.start + longest > value.start)
                .any(|range| range.end > value.start)
        }));
        found.sort_by(|a, b| {
            (a.value, &a.rule, a.profile, a.whole).cmp(&(b.value, &b.rule, b.profile, b.whole))
        });
        found.dedup_by(|a, b| a.value == b.value && a.rule == b.rule);
        found
    }
}
