//! Reads statements from the JSON shape: `{"Statement": [{"Effect": "Allow", ...}]}`.

use super::super::scalar::Scalar;
use super::document::{Condition, Effect, Principal, Statement};
use crate::format::{Entry, Node, Value};
use crate::model::Set;
use crate::source::Span;

/// The statements of a document's tree; none when it is not of that shape.
pub(super) fn statements(node: &Node, holder: &str, fallback: Span) -> Option<Vec<Statement>> {
    let Some(list) = get(node, "Statement") else {
        // A statement that stands without a document around it.
        get(node, "Effect")?;
        return Some(vec![statement(node, holder, fallback)]);
    };
    Some(
        list.one_or_many()
            .iter()
            .filter(|item| matches!(item.value, Value::Map(_) | Value::Block(_)))
            .map(|item| statement(item, holder, fallback))
            .collect(),
    )
}

fn statement(node: &Node, holder: &str, fallback: Span) -> Statement {
    let span = if node.span == Span::default() {
        fallback
    } else {
        node.span
    };
    let mut statement = Statement::new(holder, span);
    if let Some(sid) = get(node, "Sid").and_then(Node::as_str) {
        statement.sid = sid.into();
    }
    statement.effect = effect(get(node, "Effect"));
    statement.actions = set(get(node, "Action"));
    statement.not_actions = set(get(node, "NotAction"));
    statement.resources = set(get(node, "Resource"));
    statement.not_resources = set(get(node, "NotResource"));
    statement.not_principals = get(node, "NotPrincipal").is_some();
    if let Some(node) = get(node, "Principal") {
        statement.principals = principals(node);
    }
    for operator in get(node, "Condition").map_or(&[][..], Node::entries) {
        for entry in operator.value.entries() {
            statement.conditions.push(Condition {
                operator: operator.key.clone(),
                key: entry.key.clone(),
                values: scalars(&entry.value),
            });
        }
    }
    statement
}

fn principals(node: &Node) -> Vec<Principal> {
    let entries: &[Entry] = node.entries();
    if entries.is_empty() {
        return scalars(node)
            .into_iter()
            .map(|who| Principal {
                kind: "*".into(),
                who,
            })
            .collect();
    }
    entries
        .iter()
        .flat_map(|entry| {
            scalars(&entry.value).into_iter().map(|who| Principal {
                kind: entry.key.clone(),
                who,
            })
        })
        .collect()
}

/// The effect a value names; one that is not written is no known effect in JSON.
pub(super) fn effect(node: Option<&Node>) -> Effect {
    match node.and_then(Node::as_str) {
        Some(text) if text.eq_ignore_ascii_case("allow") => Effect::Allow,
        Some(text) if text.eq_ignore_ascii_case("deny") => Effect::Deny,
        _ => Effect::Unknown,
    }
}

/// All values of a node, lists walked.
pub(super) fn scalars(node: &Node) -> Vec<Scalar> {
    node.one_or_many()
        .iter()
        .flat_map(|item| match &item.value {
            Value::List(_) => scalars(item),
            _ => vec![Scalar::of(item)],
        })
        .filter(|scalar| *scalar != Scalar::Empty)
        .collect()
}

/// All values of a node as a set.
pub(super) fn set(node: Option<&Node>) -> Set {
    let mut set = Set::default();
    for scalar in node.map(scalars).unwrap_or_default() {
        scalar.add_to(&mut set);
    }
    set
}

/// IAM reads its element names without regard to case.
fn get<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    node.entries()
        .iter()
        .find(|entry| entry.key.eq_ignore_ascii_case(key))
        .map(|entry| &entry.value)
}
