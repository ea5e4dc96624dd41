//! What a document takes away again: denies that hold always and for everything. One with a condition, or for some
//! resources, leaves the right there for the rest; it is counted and subtracts nothing.

use super::document::{Document, Effect, Statement};
use crate::model::Set;
use crate::rule::resource::glob;
use compact_str::CompactString;

/// Deny statements of one document, for whom it counts.
#[derive(Debug, Clone, Default)]
pub(in crate::extract) struct Denies {
    /// The principal: what its grants say in `to`, else the declaration that holds the document.
    pub(super) of: CompactString,
    /// How many.
    pub(super) count: usize,
    flat: Vec<Denied>,
}

/// One deny that holds always and for everything.
#[derive(Debug, Clone)]
struct Denied {
    actions: Vec<CompactString>,
    not_actions: Vec<CompactString>,
}

impl Denies {
    /// The denies of a document.
    pub(super) fn of(document: &Document, of: CompactString) -> Self {
        let denies = || {
            let all = document.statements.iter();
            all.filter(|statement| statement.effect == Effect::Deny)
        };
        Self {
            of,
            count: denies().count(),
            flat: denies().filter_map(Denied::of).collect(),
        }
    }

    /// Whether an action, or all that a pattern of actions covers, is denied.
    pub(super) fn takes(&self, action: &str) -> bool {
        self.flat.iter().any(|denied| denied.takes(action))
    }

    /// The statement without the actions that are denied; none when nothing is left.
    pub(super) fn rest(&self, statement: &Statement) -> Option<Statement> {
        let mut rest = statement.clone();
        if self.flat.is_empty() || statement.actions.items.is_empty() {
            return Some(rest);
        }
        rest.actions.items.retain(|(action, _)| !self.takes(action));
        let left = !rest.actions.items.is_empty() || !rest.actions.complete;
        left.then_some(rest)
    }

    /// Whether nothing of these actions is left.
    pub(super) fn empties(&self, actions: &Set) -> bool {
        actions.complete
            && !actions.items.is_empty()
            && actions.texts().all(|action| self.takes(action))
    }
}

impl Denied {
    fn of(statement: &Statement) -> Option<Self> {
        let everything = statement.not_resources.items.is_empty()
            && statement
                .resources
                .texts()
                .any(super::document::is_everything);
        let flat = everything
            && statement.conditions.is_empty()
            && !statement.names_principals()
            && statement.not_actions.complete;
        let texts = |set: &Set| set.texts().map(CompactString::from).collect();
        flat.then(|| Self {
            actions: texts(&statement.actions),
            not_actions: texts(&statement.not_actions),
        })
    }

    fn takes(&self, action: &str) -> bool {
        if self.not_actions.is_empty() {
            return self.actions.iter().any(|pattern| glob(pattern, action));
        }
        let meets = |pattern: &CompactString| glob(pattern, action) || glob(action, pattern);
        !self.not_actions.iter().any(meets)
    }
}
