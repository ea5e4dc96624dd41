//! The secret rules of a run and their anchors, made ready once for the byte engine and for the judge of trees.

use super::anchors::Anchors;
use super::compiled::{Compiled, Lists};
use crate::rule::RuleSet;

/// Pattern rules, sorted by id and known by their place. Shared by threads.
#[derive(Debug)]
pub struct Patterns {
    rules: Vec<Compiled>,
    anchors: Anchors,
}

impl Patterns {
    /// Prepares the pattern rules of a set.
    #[must_use]
    pub fn new(rules: &RuleSet) -> Self {
        let mut lists = Lists::default();
        // Room for all at once: a rule is large, and the list is made at each start.
        let mut compiled = Vec::with_capacity(rules.len());
        compiled.extend(
            rules
                .iter()
                .filter_map(|rule| Compiled::new(rule, &mut lists)),
        );
        let rules = compiled;
        let anchors = Anchors::new(&rules);
        Self { rules, anchors }
    }

    /// The rule of this number.
    #[must_use]
    pub fn rule(&self, index: u32) -> &Compiled {
        &self.rules[index as usize]
    }

    /// All rules, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &Compiled> {
        self.rules.iter()
    }

    /// The rule of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Compiled> {
        let at = self.rules.binary_search_by(|rule| rule.id.as_str().cmp(id));
        at.ok().map(|at| &self.rules[at])
    }

    /// The anchors of all rules.
    #[must_use]
    pub fn anchors(&self) -> &Anchors {
        &self.anchors
    }
}
