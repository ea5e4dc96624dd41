//! What a template gets for its parameters from those of the repository that deploy it: one value where all agree, else one
//! of several.

use super::folder::beside;
use crate::format::{Declaration, Expr, Node, Value};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Templates that deploy one another end here.
pub(super) const DEPTH: usize = 8;

/// Most values of a parameter that are told apart.
const CANDIDATES: usize = 16;

/// A template of the repository that another one deploys.
pub(super) struct Call {
    /// Path of the one that deploys.
    pub(super) parent: CompactString,
    /// Path of the one that is deployed.
    pub(super) child: CompactString,
    /// What it is given.
    pub(super) parameters: Node,
}

impl Call {
    /// What a declaration in the file `parent` deploys from `place`, where that `is_template` of the run.
    pub(super) fn new(
        declaration: &Declaration,
        parent: &str,
        place: Option<&Node>,
        parameters: Option<&Node>,
        is_template: impl Fn(&CompactString) -> bool,
    ) -> Option<Self> {
        let place = place.and_then(Node::as_str)?;
        let child = CompactString::from(beside(&declaration.scope.directory, place)?);
        if child == parent || !is_template(&child) {
            return None;
        }
        let nothing = || Node::new(declaration.span, Value::Map(Vec::new().into()));
        Some(Self {
            parent: parent.into(),
            child,
            parameters: parameters.cloned().unwrap_or_else(nothing),
        })
    }
}

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
