//! The secret rules of a run and their anchors, made ready for the byte engine and for the judge of trees: the anchors at once,
//! each rule when one of its anchors was met.

use super::anchors::Anchors;
use super::compiled::{Compiled, Lists};
use crate::rule::{Entry, Mark, RuleSet};
use std::sync::{Arc, OnceLock};

/// Pattern rules, sorted by id and known by their place. Shared by threads.
#[derive(Debug)]
pub struct Patterns {
    slots: Vec<Slot>,
    lists: Lists,
    anchors: Anchors,
}

/// A rule, compiled as soon as somebody asks for it.
#[derive(Debug)]
struct Slot {
    entry: Arc<Entry>,
    compiled: OnceLock<Box<Compiled>>,
}

impl Slot {
    fn compiled(&self, lists: &Lists) -> &Compiled {
        self.compiled.get_or_init(|| {
            let compiled = Compiled::new(self.entry.rule(), lists);
            Box::new(compiled.expect("its head has a mark, so it is a pattern"))
        })
    }

    fn mark(&self) -> Option<&Mark> {
        self.entry.head().mark()
    }
}

impl Patterns {
    /// Takes the pattern rules of a set.
    #[must_use]
    pub fn new(rules: &RuleSet) -> Self {
        let patterns = rules
            .entries()
            .filter(|entry| entry.head().mark().is_some());
        let slot = |entry: &Arc<Entry>| Slot {
            entry: Arc::clone(entry),
            compiled: OnceLock::new(),
        };
        let slots: Vec<Slot> = patterns.map(slot).collect();
        let lists = Lists::default();
        let marks = slots.iter().filter_map(Slot::mark);
        let anchors = Anchors::new(marks, |at| slots[at].compiled(&lists).form.shape());
        Self {
            slots,
            lists,
            anchors,
        }
    }

    /// The rule of this number.
    #[must_use]
    pub fn rule(&self, index: u32) -> &Compiled {
        self.slots[index as usize].compiled(&self.lists)
    }

    /// Rules that judge every value of an object of this kind.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Compiled> {
        let speaks = move |slot: &&Slot| {
            slot.mark()
                .is_some_and(|mark| mark.resource_kinds.iter().any(|wanted| wanted == kind))
        };
        let slots = self.slots.iter().filter(speaks);
        slots.map(|slot| slot.compiled(&self.lists))
    }

    /// The rule of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Compiled> {
        let by_id = |slot: &Slot| slot.entry.head().id.as_str().cmp(id);
        let at = self.slots.binary_search_by(by_id);
        at.ok().map(|at| self.slots[at].compiled(&self.lists))
    }

    /// The anchors of all rules.
    #[must_use]
    pub fn anchors(&self) -> &Anchors {
        &self.anchors
    }
}
