//! The secret rules as the tree judge asks them: by key word, by the start of a value, by the kind of an object.

use crate::judge::anchors::Hit;
use crate::judge::compiled::Compiled;
use crate::judge::key::Key;
use crate::judge::patterns::Patterns;
use crate::rule::RuleSet;
use std::sync::Arc;

/// The secret rules of a run, ready to look at trees. Shared by threads.
#[derive(Debug)]
pub struct KeyRules {
    patterns: Arc<Patterns>,
}

/// Where key words stand in one text, so that all else can be passed over.
pub(super) struct Marks<'h> {
    hits: &'h [Hit],
    /// Rules of a provider whose key word stands anywhere in the text.
    pub(super) providers: Vec<u32>,
}

impl KeyRules {
    /// Prepares the pattern rules of a set.
    #[must_use]
    pub fn new(rules: &RuleSet) -> Self {
        Self::over(Arc::new(Patterns::new(rules)))
    }

    /// Takes rules that are made ready.
    #[must_use]
    pub fn over(patterns: Arc<Patterns>) -> Self {
        Self { patterns }
    }

    /// All anchors in a text, as the byte engine finds them.
    #[cfg(test)]
    pub(super) fn hits(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        let anchors = self.patterns.anchors();
        anchors.find(text.as_bytes(), 0..text.len(), &mut hits);
        hits
    }

    /// Of the anchors in a text, the key words.
    pub(super) fn marks<'h>(&self, hits: &'h mut Vec<Hit>) -> Marks<'h> {
        let anchors = self.patterns.anchors();
        hits.retain(|&hit| anchors.is_key(hit));
        hits.sort_unstable();
        let mut words: Vec<u32> = Vec::new();
        let mut seen = rustc_hash::FxHashSet::default();
        for &hit in hits.iter() {
            if seen.insert(hit.1) {
                words.extend(anchors.of(hit).1);
            }
        }
        words.retain(|&rule| !self.rule(rule).generic());
        words.sort_unstable();
        words.dedup();
        Marks {
            hits,
            providers: words,
        }
    }

    /// Generic rules whose key words stand in these bytes and that speak of the key.
    pub(super) fn open(
        &self,
        marks: &Marks<'_>,
        place: std::ops::Range<usize>,
        key: &Key,
    ) -> Vec<u32> {
        let mut found: Vec<u32> = marks
            .within(place)
            .iter()
            .flat_map(|&hit| self.patterns.anchors().of(hit).1)
            .copied()
            .filter(|&rule| {
                let rule = self.rule(rule);
                rule.generic() && rule.knows(key)
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// As [`Self::open`], for a key that is not written in the text as it reads.
    pub(super) fn named(&self, text: &str, key: &Key) -> Vec<u32> {
        let mut hits = Vec::new();
        let anchors = self.patterns.anchors();
        // An anchor may ask for what follows it: the sign that a key would have.
        let signed = format!("{text}=");
        anchors.find(signed.as_bytes(), 0..signed.len(), &mut hits);
        let marks = self.marks(&mut hits);
        self.open(&marks, 0..text.len(), key)
    }

    /// The rule of this number.
    pub(super) fn rule(&self, index: u32) -> &Compiled {
        self.patterns.rule(index)
    }

    /// The rule of this id.
    pub(super) fn get(&self, id: &str) -> Option<&Compiled> {
        self.patterns.get(id)
    }

    /// Rules that judge every value of an object of this kind.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Compiled> {
        self.patterns.of_kind(kind)
    }

    /// Whether a value has the look of a token that its own rule refused, with a wrong checksum or a documented value, or that
    /// is meant to be shown.
    pub(super) fn refuted(&self, value: &str) -> bool {
        let bytes = value.as_bytes();
        let key = Key::new(b"");
        self.tokens(bytes).into_iter().any(|(rule, at)| {
            let found = rule.form.at_anchor(bytes, at);
            found.is_some_and(|found| {
                rule.publishable || rule.form.judge(bytes, &found, &key).is_none()
            })
        })
    }

    /// Rules other than keyed ones that match somewhere in a decoded value.
    pub(super) fn tokens(&self, bytes: &[u8]) -> Vec<(&Compiled, usize)> {
        let anchors = self.patterns.anchors();
        let mut hits = Vec::new();
        anchors.find(bytes, 0..bytes.len(), &mut hits);
        hits.iter()
            .filter(|&&hit| !anchors.is_key(hit))
            .flat_map(|&hit| {
                let (place, rules) = anchors.of(hit);
                rules
                    .iter()
                    .map(move |&rule| (self.rule(rule), place.start))
            })
            .collect()
    }
}

impl Marks<'_> {
    /// Whether the text holds no key word.
    pub(super) fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    fn within(&self, place: std::ops::Range<usize>) -> &[Hit] {
        let from = self
            .hits
            .partition_point(|&(at, _)| (at as usize) < place.start);
        let to = self
            .hits
            .partition_point(|&(at, _)| (at as usize) < place.end);
        &self.hits[from..to.max(from)]
    }
}
