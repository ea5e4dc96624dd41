//! The secret rules as the tree judge asks them: by key word, by the start of a value, by the kind of an object.

use crate::judge::anchors::{Anchors, Hit};
use crate::judge::compiled::Compiled;
use crate::judge::key::Key;
use crate::rule::{PatternKind, RuleSet};

/// The secret rules of a run, ready to look at trees. Shared by threads.
#[derive(Debug)]
pub struct KeyRules {
    rules: Vec<Compiled>,
    keyed: Anchors,
    tokens: Anchors,
}

/// Where key words stand in one text, so that all else can be passed over.
pub(super) struct Marks {
    hits: Vec<Hit>,
    /// Rules of a provider whose key word stands anywhere in the text.
    pub(super) providers: Vec<u32>,
}

impl KeyRules {
    /// Prepares the pattern rules of a set.
    #[must_use]
    pub fn new(rules: &RuleSet) -> Self {
        let rules: Vec<Compiled> = rules.iter().filter_map(Compiled::new).collect();
        let keyed = |rule: &Compiled| rule.kind == PatternKind::Keyed;
        Self {
            keyed: Anchors::new(&rules, keyed),
            tokens: Anchors::new(&rules, |rule| !keyed(rule)),
            rules,
        }
    }

    /// Finds the key words of a text.
    pub(super) fn marks(&self, text: &str) -> Marks {
        let mut hits = Vec::new();
        self.keyed.find(text.as_bytes(), 0..text.len(), &mut hits);
        hits.sort_unstable();
        let mut providers: Vec<u32> = hits
            .iter()
            .flat_map(|&hit| self.keyed.of(hit).1)
            .copied()
            .filter(|&rule| !self.rules[rule as usize].generic())
            .collect();
        providers.sort_unstable();
        providers.dedup();
        Marks { hits, providers }
    }

    /// Generic rules whose key words stand in these bytes and that speak of the key.
    pub(super) fn open<'a>(
        &'a self,
        marks: &'a Marks,
        place: std::ops::Range<usize>,
        key: &Key,
    ) -> Vec<&'a Compiled> {
        let mut found: Vec<u32> = marks
            .within(place)
            .iter()
            .flat_map(|&hit| self.keyed.of(hit).1)
            .copied()
            .filter(|&rule| {
                let rule = &self.rules[rule as usize];
                rule.generic() && rule.knows(key)
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|rule| self.rule(rule)).collect()
    }

    /// The rule of this number.
    pub(super) fn rule(&self, index: u32) -> &Compiled {
        &self.rules[index as usize]
    }

    /// The rule of this id.
    pub(super) fn get(&self, id: &str) -> Option<&Compiled> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Rules that judge every value of an object of this kind.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Compiled> {
        self.rules
            .iter()
            .filter(move |rule| rule.resource_kinds.iter().any(|wanted| wanted == kind))
    }

    /// Whether a value has the look of a token that its own rule refused: a wrong checksum, a documented value.
    pub(super) fn refuted(&self, value: &str) -> bool {
        let bytes = value.as_bytes();
        let key = Key::new(b"");
        self.tokens(bytes).into_iter().any(|(rule, at)| {
            let found = rule.form.at_anchor(bytes, at);
            found.is_some_and(|found| rule.form.judge(bytes, &found, &key).is_none())
        })
    }

    /// Rules other than keyed ones that match somewhere in a decoded value.
    pub(super) fn tokens(&self, bytes: &[u8]) -> Vec<(&Compiled, usize)> {
        let mut hits = Vec::new();
        self.tokens.find(bytes, 0..bytes.len(), &mut hits);
        hits.iter()
            .flat_map(|&hit| {
                let (place, rules) = self.tokens.of(hit);
                rules
                    .iter()
                    .map(move |&rule| (self.rule(rule), place.start))
            })
            .collect()
    }
}

impl Marks {
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
