//! Turns a node of the tree into a fact: nothing written, a literal, the address a reference leads to, or unknown.

use crate::format::{Expr, Node, Value};
use crate::model::{Fact, Set};
use crate::source::Span;
use compact_str::CompactString;

/// A string: a literal scalar, or the address behind a symbol. Null and nothing are absent.
pub(super) fn text(node: Option<&Node>) -> Fact<CompactString> {
    let Some(node) = node else {
        return Fact::Absent;
    };
    if let Some(literal) = node.scalar() {
        return Fact::Known(literal, node.span);
    }
    match &node.value {
        Value::Null => Fact::Absent,
        Value::Expr(expr) => match expr.as_ref() {
            Expr::Symbol { address, .. } => Fact::Known(address.clone(), node.span),
            _ => Fact::Unknown(Some(node.span)),
        },
        _ => Fact::Unknown(Some(node.span)),
    }
}

/// A string as [`text`] reads it; an empty one is absent.
pub(super) fn name(node: Option<&Node>) -> Fact<CompactString> {
    match text(node) {
        Fact::Known(text, _) if text.is_empty() => Fact::Absent,
        fact => fact,
    }
}

/// True or false, in the spellings that [`Node::as_bool`] takes.
pub(super) fn flag(node: Option<&Node>) -> Fact<bool> {
    scalar(node, Node::as_bool)
}

/// A whole number of seconds.
pub(super) fn seconds(node: Option<&Node>) -> Fact<i64> {
    scalar(node, |node| node.scalar()?.trim().parse().ok())
}

fn scalar<T>(node: Option<&Node>, convert: impl FnOnce(&Node) -> Option<T>) -> Fact<T> {
    match node {
        None => Fact::Absent,
        Some(node) if matches!(node.value, Value::Null) => Fact::Absent,
        Some(node) => match convert(node) {
            Some(value) => Fact::Known(value, node.span),
            None => Fact::Unknown(Some(node.span)),
        },
    }
}

/// The strings of a list, or of one scalar; incomplete where an item is not a literal.
pub(super) fn texts(node: Option<&Node>) -> Set {
    let mut set = Set::default();
    let Some(node) = node else {
        return set;
    };
    for item in node.one_or_many() {
        match text(Some(item)) {
            Fact::Known(text, span) => set.push(text, span),
            Fact::Absent | Fact::Default(_) => {}
            Fact::Unknown(_) => set.complete = false,
        }
    }
    set
}

/// Where a map may hold more than is written: a template, or a merge that could not be followed.
pub(super) fn more(map: &Node) -> Option<Span> {
    let entry = map.entries().iter().find(|entry| entry.key == "<<")?;
    Some(entry.key_span.to(entry.value.span))
}

/// What [`text`] reads of a key; unknown where the map may hold it unseen.
pub(super) fn key(map: &Node, key: &str) -> Fact<CompactString> {
    match (name(map.get(key)), more(map)) {
        (Fact::Absent, Some(span)) => Fact::Unknown(Some(span)),
        (fact, _) => fact,
    }
}

/// What [`flag`] reads of a key; unknown where the map may hold it unseen.
pub(super) fn switch(map: &Node, key: &str) -> Fact<bool> {
    match (flag(map.get(key)), more(map)) {
        (Fact::Absent, Some(span)) => Fact::Unknown(Some(span)),
        (fact, _) => fact,
    }
}
