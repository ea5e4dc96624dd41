//! Documents in texts: YAML or JSON that stands in a string of another file, `${...}` in it or not.

use super::{Entry, Expr, Limits, Node, Value, claim};
use crate::source::{BlobId, Span};
use std::fmt::Write;

/// What stand around the number of a hole: no text that people write has them.
const MARKS: [char; 2] = ['\u{f8f0}', '\u{f8f1}'];

/// The documents that a text holds. Their parts have no place of their own but the text's; what the text leaves open is open
/// where it stands.
#[must_use]
pub fn embedded(node: &Node) -> Vec<Node> {
    let mut holes: Vec<&Node> = Vec::new();
    let text = match &node.value {
        Value::String(text) => text.as_str().to_owned(),
        Value::Expr(expr) => match expr.as_ref() {
            Expr::Template(parts) => masked(parts, &mut holes),
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let Some(format) = claim("embedded.yaml", text.as_bytes()) else {
        return Vec::new();
    };
    let parsed = format.parse(BlobId::default(), "embedded.yaml", &text, Limits::default());
    let mut roots = parsed.roots;
    for root in &mut roots {
        settle(root, node.span, &holes);
    }
    roots
}

fn masked<'n>(parts: &'n [Node], holes: &mut Vec<&'n Node>) -> String {
    let mut text = String::new();
    for part in parts {
        match part.as_str() {
            Some(literal) => text.push_str(literal),
            None => {
                // Writing to a string does not fail.
                let _ = write!(text, "{}{}{}", MARKS[0], holes.len(), MARKS[1]);
                holes.push(part);
            }
        }
    }
    text
}

/// Gives all parts the text's place, and the holes back.
fn settle(node: &mut Node, span: Span, holes: &[&Node]) {
    node.span = span;
    match &mut node.value {
        Value::List(items) => {
            for item in items.iter_mut() {
                settle(item, span, holes);
            }
        }
        Value::Map(entries) => {
            for entry in entries.iter_mut() {
                entry.key_span = span;
                settle(&mut entry.value, span, holes);
                if entry.key.contains(MARKS[0]) {
                    entry.key = Entry::OPEN.into();
                    entry.value = Node::unknown(span, "template");
                }
            }
        }
        Value::String(text) if text.contains(MARKS[0]) => {
            node.value = filled(text, span, holes);
        }
        _ => {}
    }
}

/// A string with holes: the hole's own value where it is all, else a template.
fn filled(text: &str, span: Span, holes: &[&Node]) -> Value {
    let mut parts: Vec<Node> = Vec::new();
    for (index, piece) in text.split(MARKS[0]).enumerate() {
        let (hole, rest) = match piece.split_once(MARKS[1]) {
            Some((number, rest)) if index > 0 => (number.parse::<usize>().ok(), rest),
            _ => (None, piece),
        };
        if index > 0 {
            let node = hole.and_then(|hole| holes.get(hole));
            parts
                .push(node.map_or_else(|| Node::unknown(span, "template"), |node| (*node).clone()));
        }
        if !rest.is_empty() {
            parts.push(Node::string(span, rest));
        }
    }
    match parts.len() {
        1 => parts.remove(0).value,
        _ => Value::expr(Expr::Template(parts)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_where_it_stands() {
        let span = Span {
            start: 3,
            end: 9,
            ..Span::default()
        };
        let roots = embedded(&Node::string(span, "a: 1\nb: [x]\n---\nc: y\n"));
        assert_eq!(roots.len(), 2);
        assert_eq!(roots[1].get("c").and_then(Node::as_str), Some("y"));
        let item = roots[0].get("b").and_then(|list| list.as_list()?.first());
        assert_eq!(item.map(|item| item.span), Some(span));
    }

    #[test]
    fn holes_stay_open() {
        let span = Span::default();
        let hole = || Node::unknown(span, "variable without default");
        let parts = vec![
            Node::string(span, "kind: Role\nmetadata:\n  name: app-"),
            hole(),
            Node::string(span, "\n  namespace: "),
            hole(),
            Node::string(span, "\n  "),
            hole(),
            Node::string(span, ": z\n"),
        ];
        let roots = embedded(&Node::new(span, Value::expr(Expr::Template(parts))));
        let root = &roots[0];
        assert_eq!(root.get("kind").and_then(Node::as_str), Some("Role"));
        let name = root.at(&["metadata", "name"]).expect("a name");
        assert!(matches!(&name.value, Value::Expr(expr) if matches!(&**expr, Expr::Template(_))));
        let namespace = root.at(&["metadata", "namespace"]).expect("a namespace");
        assert!(namespace.is_open());
        let other = root.at(&["metadata", "anything"]).expect("an open map");
        assert!(other.is_open());
    }
}
