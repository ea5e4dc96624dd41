//! What evaluation knows of values: known, open, invalid, one of several.
//!
//! A list of which only a part is known ends in an item with the reason [`MORE`]; a map has an entry named
//! [`Entry::OPEN`] then. Something that would be an error when applied (a key that is not there) has the reason
//! [`INVALID`], which `try` and `can` look at.

use crate::format::{Entry, Expr, Node, Value};
use crate::source::Span;
use compact_str::CompactString;

/// Reason of a list's item that stands for items not known.
const MORE: &str = "more items";

/// Reason of a value that cannot be.
pub(super) const INVALID: &str = "no such element";

/// Most candidates that are told apart.
pub(super) const CANDIDATES: usize = 16;

/// Longest string that is put together.
pub(super) const LONGEST: usize = 256 << 10;

/// The reason, if it is unknown.
pub(super) fn why(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Expr(expr) => match &**expr {
            Expr::Unknown(reason) => Some(reason),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn is_invalid(node: &Node) -> bool {
    why(node) == Some(INVALID)
}

pub(super) fn invalid(span: Span) -> Node {
    Node::unknown(span, INVALID)
}

/// The item that says a list is not all.
pub(super) fn more(span: Span) -> Node {
    Node::unknown(span, MORE)
}

/// The entry that says a map is not all.
pub(super) fn more_entries(span: Span) -> Entry {
    Entry {
        key: CompactString::const_new(Entry::OPEN),
        key_span: span,
        value: Node::unknown(span, MORE),
    }
}

/// Whether an item stands for items not known.
pub(super) fn is_more(node: &Node) -> bool {
    why(node) == Some(MORE)
}

/// Whether a list or map is known to be all there is.
pub(super) fn is_complete(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => !items.iter().any(is_more),
        Value::Map(entries) => !entries.iter().any(|entry| entry.key == Entry::OPEN),
        _ => false,
    }
}

/// The candidates of a value: itself when it is only one.
pub(super) fn candidates_of(node: &Node) -> &[Node] {
    match &node.value {
        Value::Expr(expr) => match &**expr {
            Expr::Candidates(nodes) => nodes,
            _ => std::slice::from_ref(node),
        },
        _ => std::slice::from_ref(node),
    }
}

/// One of these: the only one when all are the same.
pub(super) fn one_of(span: Span, nodes: impl IntoIterator<Item = Node>) -> Node {
    let mut different: Vec<Node> = Vec::new();
    for node in nodes {
        for candidate in candidates_of(&node) {
            if different.iter().any(|other| same(other, candidate)) {
                continue;
            }
            if different.len() == CANDIDATES {
                return Node::unknown(span, "too many candidates");
            }
            different.push(candidate.clone());
        }
    }
    match <[Node; 1]>::try_from(different) {
        Ok([only]) => only,
        Err(none) if none.is_empty() => Node::unknown(span, "nothing to choose from"),
        Err(different) => Node::new(span, Value::expr(Expr::Candidates(different))),
    }
}

/// Whether two values are the same, wherever they stand.
pub(super) fn same(a: &Node, b: &Node) -> bool {
    let all =
        |a: &[Node], b: &[Node]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b));
    let entries = |a: &[Entry], b: &[Entry]| {
        a.len() == b.len()
            && a.iter()
                .zip(b)
                .all(|(a, b)| a.key == b.key && same(&a.value, &b.value))
    };
    match (&a.value, &b.value) {
        (Value::List(a), Value::List(b)) => all(a, b),
        (Value::Map(a), Value::Map(b)) => entries(a, b),
        (Value::Block(a), Value::Block(b)) => entries(&a.body, &b.body),
        (Value::Expr(a), Value::Expr(b)) => match (&**a, &**b) {
            (Expr::Template(a), Expr::Template(b)) | (Expr::Candidates(a), Expr::Candidates(b)) => {
                all(a, b)
            }
            (Expr::Call { name: f, args: a }, Expr::Call { name: g, args: b }) => {
                f == g && all(a, b)
            }
            (a, b) => a == b,
        },
        (a, b) => a == b,
    }
}

/// Whether two values are equal in the language; none when that is not known.
pub(super) fn equal(a: &Node, b: &Node) -> Option<bool> {
    match (&a.value, &b.value) {
        (Value::Expr(_), _) | (_, Value::Expr(_)) => None,
        (Value::Null, Value::Null) => Some(true),
        (Value::Null, _) | (_, Value::Null) => Some(false),
        (Value::List(x), Value::List(y)) => {
            if !is_complete(a) || !is_complete(b) {
                return None;
            }
            if x.len() != y.len() {
                return Some(false);
            }
            x.iter()
                .zip(y)
                .try_fold(true, |all, (x, y)| Some(all & equal(x, y)?))
        }
        (Value::Map(x), Value::Map(y)) => {
            if !is_complete(a) || !is_complete(b) {
                return None;
            }
            if x.len() != y.len() {
                return Some(false);
            }
            x.iter()
                .try_fold(true, |all, entry| match b.get(&entry.key) {
                    Some(other) => Some(all & equal(&entry.value, other)?),
                    None => Some(false),
                })
        }
        (Value::Number(_), Value::Number(_)) => Some(a.as_f64()? == b.as_f64()?),
        _ => match (a.scalar(), b.scalar()) {
            (Some(x), Some(y)) if x != y => Some(false),
            (Some(_), Some(_)) => (std::mem::discriminant(&a.value)
                == std::mem::discriminant(&b.value))
            .then_some(true),
            _ => Some(false),
        },
    }
}

/// What a value costs to copy, in nodes.
pub(super) fn weight(node: &Node) -> usize {
    let mut sum = 0;
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        sum += 1;
        match &node.value {
            Value::String(text) => sum += text.len() / 64,
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::List(items) => open.extend(items),
            Value::Map(entries) => open.extend(entries.iter().map(|entry| &entry.value)),
            Value::Block(_) | Value::Expr(_) => open.extend(node.children()),
        }
    }
    sum
}

/// A number, as the language would write it.
pub(super) fn number(span: Span, number: f64) -> Node {
    let text = if number.fract() == 0.0 && number.abs() < 1e15 {
        compact_str::format_compact!("{number:.0}")
    } else {
        compact_str::format_compact!("{number}")
    };
    Node::new(span, Value::Number(text))
}

pub(super) fn flag(span: Span, flag: bool) -> Node {
    Node::new(span, Value::Bool(flag))
}

pub(super) fn list(span: Span, items: Vec<Node>) -> Node {
    Node::new(span, Value::List(items.into()))
}

pub(super) fn map(span: Span, entries: Vec<Entry>) -> Node {
    Node::new(span, Value::Map(entries.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Node {
        Node::string(Span::default(), text)
    }

    #[test]
    fn candidates_are_told_apart_by_value() {
        let span = Span::default();
        assert_eq!(one_of(span, [text("a"), text("a")]), text("a"));
        let two = one_of(span, [text("a"), text("b")]);
        assert_eq!(candidates_of(&two).len(), 2);
        let three = one_of(span, [two, text("c"), text("a")]);
        assert_eq!(candidates_of(&three).len(), 3);
        let many = (0..99).map(|n| text(&n.to_string()));
        assert_eq!(why(&one_of(span, many)), Some("too many candidates"));
    }

    #[test]
    fn equality_is_unknown_where_a_part_is() {
        let span = Span::default();
        let open = list(span, vec![text("a"), more(span)]);
        assert_eq!(equal(&open, &list(span, vec![text("a")])), None);
        assert_eq!(equal(&text("a"), &Node::unknown(span, "x")), None);
        assert_eq!(
            equal(&text("a"), &Node::new(span, Value::Null)),
            Some(false)
        );
        assert_eq!(equal(&number(span, 1.0), &number(span, 1.0)), Some(true));
        assert_eq!(equal(&text("1"), &number(span, 1.0)), None);
    }

    #[test]
    fn numbers_are_written_plainly() {
        let written = |value| number(Span::default(), value).scalar().unwrap();
        assert_eq!(written(3.0), "3");
        assert_eq!(written(-0.5), "-0.5");
    }
}
