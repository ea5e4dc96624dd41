//! Whether the tree of a file may tell more of its secrets than its bytes do: a value stands apart from its key word.

use super::apart::{self, Start, Starts};
use super::{Scanner, glue, skip};
use crate::judge::anchors::Hit;
use crate::judge::compiled::Compiled;
use crate::judge::form::Judged;
use crate::judge::key::Key;
use crate::judge::patterns::Patterns;
use crate::rule::Confidence;
use std::ops::Range;

/// Whether the kind of a Kubernetes Secret stands here, whose values need no key word.
fn names_a_secret(bytes: &[u8], at: usize) -> bool {
    let (before, after) = bytes.split_at(at.min(bytes.len()));
    after.starts_with(b"Secret")
        && [&b"kind: "[..], b"kind: \"", b"\"kind\":\"", b"\"kind\": \""]
            .iter()
            .any(|start| before.ends_with(start))
}

impl Scanner {
    /// Whether the tree may tell what the bytes of a text do not; `hits` are the anchors in it.
    #[must_use]
    pub fn asks_for_the_tree(&self, bytes: &[u8], hits: &[Hit]) -> bool {
        let mut asker = Asker::new(&self.patterns, bytes);
        hits.iter().any(|&hit| asker.asks(hit))
    }
}

/// Asks about the anchors of one text. What it found out about a key word serves for all anchors in it.
pub(super) struct Asker<'a> {
    patterns: &'a Patterns,
    bytes: &'a [u8],
    word: Range<usize>,
    starts: Starts,
}

impl<'a> Asker<'a> {
    pub(super) fn new(patterns: &'a Patterns, bytes: &'a [u8]) -> Self {
        Self {
            patterns,
            bytes,
            word: 0..0,
            starts: Starts::default(),
        }
    }

    /// Whether a key word stands apart from a value that its rules would take, or the kind of a Kubernetes Secret stands here.
    pub(super) fn asks(&mut self, hit: Hit) -> bool {
        let patterns = self.patterns;
        let anchors = patterns.anchors();
        let (anchor, rules) = anchors.of(hit);
        if names_a_secret(self.bytes, anchor.start) {
            return true;
        }
        if !anchors.is_key(hit) {
            return false;
        }
        let rules = rules.iter().map(|&rule| patterns.rule(rule));
        let mut generic = rules.filter(|rule| rule.generic()).peekable();
        if generic.peek().is_none() {
            return false;
        }
        self.turn(&anchor);
        if self.starts.called.is_empty() && self.starts.below.is_empty() {
            return false;
        }
        let key = Key::new(&self.bytes[self.word.clone()]);
        generic.any(|rule| self.takes(rule, &key))
    }

    /// Turns to the word around an anchor.
    fn turn(&mut self, anchor: &Range<usize>) {
        let after = self.bytes[anchor.end..].iter().take(skip::KEY);
        let end = anchor.end + after.take_while(|&&byte| skip::in_key(byte)).count();
        let word = glue::word_start(self.bytes, anchor.start)..end;
        if self.word == word {
            return;
        }
        self.starts = apart::starts(self.bytes, &word);
        self.word = word;
    }

    /// Whether a rule takes a value that stands apart from the word.
    fn takes(&self, rule: &Compiled, key: &Key) -> bool {
        let judged = |&(at, quote): &Start| {
            let found = rule.form.at(self.bytes, at, quote)?;
            rule.form.judge(self.bytes, &found, key)
        };
        let sure = |judged: Judged| rule.sure(&judged) > Confidence::Low;
        rule.knows(key)
            && (self.starts.called.iter().any(|at| judged(at).is_some())
                || self.starts.below.iter().filter_map(judged).any(sure))
    }
}
