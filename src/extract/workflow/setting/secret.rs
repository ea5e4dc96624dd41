//! Secrets as expressions take them: all at once, a part of one that logs do not mask, or without an environment.

use super::super::expression::{Expression, Piece, parse, pieces};
use super::super::graph::{Job, Workflow};
use super::super::signin::secrets_in;
use super::Place;
use crate::format::{Node, Value};
use crate::model::Set;
use crate::source::Span;
use compact_str::CompactString;

/// Trees deeper than this are not searched for expressions.
const DEPTH: usize = 32;

/// Adds what the expressions in a tree show of secrets.
pub(super) fn look(node: &Node, place: &mut Place<'_>) {
    let mut found: Vec<(&'static str, Span)> = Vec::new();
    texts(node, DEPTH, &mut |text, span| shown(text, span, &mut found));
    found.dedup();
    for (name, span) in found {
        place.on(name, span);
    }
}

/// What the expressions of one text show.
fn shown(text: &str, span: Span, found: &mut Vec<(&'static str, Span)>) {
    for piece in pieces(text) {
        if let Piece::Hole { inner, .. } = piece
            && inner.to_ascii_lowercase().contains("secrets")
            && let Some(expression) = parse(inner)
        {
            judge(&expression, span, found);
        }
    }
}

/// Adds the secrets that a job takes without an environment to keep them. A called workflow has those of its caller.
pub(super) fn outside(workflow: &Workflow<'_>, job: &Job<'_>, place: &mut Place<'_>) {
    let kept = job.node.get("environment").is_some() || workflow.starts_by("workflow_call");
    if kept || job.node.get("uses").is_some() {
        return;
    }
    texts(job.node, DEPTH, &mut |text, span| {
        let mut names = Set::default();
        for name in secrets_in(text) {
            if !names.contains(&name) {
                names.push(name, span);
            }
        }
        let mut whole = Vec::new();
        shown(text, span, &mut whole);
        if whole.iter().any(|(name, _)| *name == "all_secrets") {
            names.push("every secret", span);
        }
        if !names.items.is_empty() {
            place.on("secret_without_environment", span).texts = names;
        }
    });
}

/// Calls with every text of a tree.
fn texts(node: &Node, depth: usize, call: &mut impl FnMut(&str, Span)) {
    if depth == 0 {
        return;
    }
    match &node.value {
        Value::String(text) => call(text, node.span),
        Value::List(items) => items.iter().for_each(|item| texts(item, depth - 1, call)),
        Value::Map(entries) => {
            for entry in entries {
                texts(&entry.value, depth - 1, call);
            }
        }
        _ => {}
    }
}

fn judge(expression: &Expression, span: Span, found: &mut Vec<(&'static str, Span)>) {
    match expression {
        // `secrets`, `secrets[computed]`, `secrets.*`
        Expression::Context(path) if is_secrets(path) => match path.get(1) {
            Some(Some(name)) if name != "*" => {}
            _ => found.push(("all_secrets", span)),
        },
        Expression::Call(name, arguments) => {
            if name == "fromjson" && arguments.iter().any(yields_secret) {
                found.push(("unredacted_secret", span));
            }
            let inside = arguments.iter();
            inside.for_each(|argument| judge(argument, span, found));
        }
        Expression::Not(inner) | Expression::Part(inner) => judge(inner, span, found),
        Expression::And(left, right)
        | Expression::Or(left, right)
        | Expression::Equal(left, right, _)
        | Expression::Order(left, right) => {
            judge(left, span, found);
            judge(right, span, found);
        }
        _ => {}
    }
}

/// Whether what an expression yields can be one of the secrets, or hold it.
fn yields_secret(expression: &Expression) -> bool {
    expression.outcomes().into_iter().any(|one| match one {
        Expression::Context(path) => is_secrets(path) && path.len() > 1,
        Expression::Call(name, arguments) => {
            let told = matches!(name.as_str(), "contains" | "startswith" | "endswith");
            !told && arguments.iter().any(yields_secret)
        }
        Expression::Part(inner) => yields_secret(inner),
        _ => false,
    })
}

fn is_secrets(path: &[Option<CompactString>]) -> bool {
    path.first()
        .is_some_and(|first| first.as_deref() == Some("secrets"))
}
