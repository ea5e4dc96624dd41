//! What a template gets for its parameters from those of the repository that deploy it: one value where all agree, else one
//! of several.

use crate::format::{Expr, Node, Value};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Templates that deploy one another end here.
pub(super) const DEPTH: usize = 8;

/// Most values of a parameter that are told apart.
const CANDIDATES: usize = 16;

/// Values by parameter.
#[derive(Default)]
pub(super) struct Given(FxHashMap<CompactString, Vec<Node>>);

impl Given {
    /// Notes a value; one that is known already is not noted again.
    pub(super) fn add(&mut self, name: &str, value: Node) {
        let known = self.0.entry(name.into()).or_default();
        if !known.iter().any(|known| known.value == value.value) {
            known.push(value);
        }
    }

    /// What each parameter is.
    pub(super) fn agreed(self) -> FxHashMap<CompactString, Node> {
        self.0
            .into_iter()
            .map(|(name, values)| (name, one_of(values)))
            .collect()
    }
}

/// The only value, else one of several.
pub(super) fn one_of(mut values: Vec<Node>) -> Node {
    let span = values.first().map(|value| value.span).unwrap_or_default();
    match values.len() {
        1 => values.remove(0),
        2..=CANDIDATES => Node::new(span, Value::expr(Expr::Candidates(values))),
        _ => Node::unknown(span, "too many values"),
    }
}
