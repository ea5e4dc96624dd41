//! Jobs that run, or may run, on a machine of one's own.

use super::super::expression::{Expression, Piece, parse, pieces};
use super::super::graph::Graph;
use super::super::matrix;
use super::super::values::Values;
use super::Place;
use crate::format::{Node, Value};
use crate::model::Fact;

/// The label every such machine has.
const LABEL: &str = "self-hosted";

/// Adds the setting where `runs-on` names such a machine, a group of them, or leaves it open; `flag` says whether a pull
/// request from a fork starts the job.
pub(super) fn look(
    graph: &Graph<'_>,
    workflow: usize,
    job: usize,
    forks: bool,
    place: &mut Place<'_>,
) {
    let node = graph.workflows[workflow].jobs[job].node;
    let Some(entry) = node.entry("runs-on") else {
        return;
    };
    let Some(how) = how(graph, workflow, job, &entry.value) else {
        return;
    };
    let span = entry.key_span.to(entry.value.span);
    let found = place.add("self_hosted_runner", span);
    found.text = Fact::Known(how.into(), span);
    // A group may be of larger runners that the forge keeps.
    found.flag = match how {
        "label" | "matrix" => Fact::Known(forks, span),
        _ => Fact::Unknown(Some(span)),
    };
}

fn how(graph: &Graph<'_>, workflow: usize, job: usize, on: &Node) -> Option<&'static str> {
    if on.get("group").is_some() {
        return Some("group");
    }
    let labels = on.get("labels").unwrap_or(on);
    let ways = labels.one_or_many().iter();
    ways.filter_map(|label| way(graph, workflow, job, label))
        .next()
}

/// How one label means such a machine: by its name, or by what its expression can be.
fn way(graph: &Graph<'_>, workflow: usize, job: usize, label: &Node) -> Option<&'static str> {
    let text = label.as_str()?;
    let Some(inner) = hole(text) else {
        return is_own(text).then_some("label");
    };
    let values = graph.values_of(workflow, job);
    let by_matrix = values.matrix.is_some_and(|matrix| in_matrix(matrix, inner));
    let filled = || {
        let found = values.resolve(label);
        let listed = || parse(inner).is_some_and(|parsed| in_list(&parsed, &values));
        found.iter().any(|(text, _)| is_own(text)) || listed()
    };
    (by_matrix || (!inner.starts_with("matrix") && filled())).then_some("matrix")
}

/// Whether a label is the one that every such machine has, in whatever case.
fn is_own(label: &str) -> bool {
    label.eq_ignore_ascii_case(LABEL)
}

/// Whether an expression can be `fromJSON` of a list that is written out somewhere and holds the label.
fn in_list(expression: &Expression, values: &Values<'_>) -> bool {
    expression.outcomes().into_iter().any(|one| match one {
        Expression::Call(name, arguments) if name == "fromjson" => {
            let lists = arguments.iter().flat_map(|argument| values.of(argument));
            let own = |list: &str| list.split(['[', ']', ',', '"', ' ']).any(is_own);
            lists.into_iter().any(|(list, _)| own(&list))
        }
        _ => false,
    })
}

/// What stands in the only hole of a text that is nothing else.
fn hole(text: &str) -> Option<&str> {
    match pieces(text.trim()).as_slice() {
        [Piece::Hole { inner, .. }] => Some(inner),
        _ => None,
    }
}

/// Whether an expression is a matrix cell that can be such a machine, what is excluded left out.
fn in_matrix(matrix: &Node, inner: &str) -> bool {
    let Some(Expression::Context(path)) = parse(inner) else {
        return false;
    };
    let keys: Option<Vec<&str>> = path.iter().map(Option::as_deref).collect();
    match keys.as_deref() {
        Some(["matrix", first, rest @ ..]) => matrix::cells(matrix, first, rest)
            .iter()
            .any(|node| mentions(node)),
        _ => false,
    }
}

fn mentions(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => is_own(text),
        Value::List(items) => items.iter().any(mentions),
        Value::Map(entries) => entries.iter().any(|entry| mentions(&entry.value)),
        _ => false,
    }
}
