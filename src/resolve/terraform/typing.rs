//! What a variable's type adds to its value: defaults of optional attributes.

use super::frame::Frame;
use super::run::Run;
use super::value::{is_complete, one_of};
use crate::format::{Entry, Expr, Node, Value};

/// How deep types are followed.
const DEPTH: usize = 16;

/// A value with what its type says of attributes it leaves out: their defaults, else null.
pub(super) fn conform(
    run: &mut Run,
    value: Node,
    shape: &Node,
    frame: &Frame,
    depth: usize,
) -> Node {
    let Some((name, argument)) = constructor(shape) else {
        return value;
    };
    if depth > DEPTH {
        return value;
    }
    let span = value.span;
    match (name, value.value) {
        ("object", Value::Map(entries)) => {
            let map = Node::new(span, Value::Map(entries));
            object(run, map, argument, frame, depth)
        }
        ("map", Value::Map(entries)) => {
            let entries = entries.into_iter().map(|entry| Entry {
                value: conform(run, entry.value, argument, frame, depth + 1),
                ..entry
            });
            Node::new(span, Value::Map(entries.collect()))
        }
        ("list" | "set", Value::List(items)) => {
            let items = items
                .into_iter()
                .map(|item| conform(run, item, argument, frame, depth + 1));
            Node::new(span, Value::List(items.collect()))
        }
        (_, Value::Expr(expr)) => match *expr {
            Expr::Candidates(nodes) => {
                let nodes: Vec<Node> = nodes
                    .into_iter()
                    .map(|node| conform(run, node, shape, frame, depth + 1))
                    .collect();
                one_of(span, nodes)
            }
            expr => Node::new(span, Value::expr(expr)),
        },
        (_, value) => Node::new(span, value),
    }
}

fn object(run: &mut Run, value: Node, attributes: &Node, frame: &Frame, depth: usize) -> Node {
    let complete = is_complete(&value);
    let span = value.span;
    let Value::Map(mut entries) = value.value else {
        return value;
    };
    for attribute in attributes.entries() {
        let (shape, default) = match optional(&attribute.value) {
            Some((shape, default)) => (shape, Some(default)),
            None => (&attribute.value, None),
        };
        let null = Node::new(span, Value::Null);
        match entries.iter_mut().find(|entry| entry.key == attribute.key) {
            Some(entry) => {
                let written = std::mem::replace(&mut entry.value, null);
                let value = match default {
                    Some(Some(default)) if written.value == Value::Null => run.eval(default, frame),
                    _ => written,
                };
                entry.value = conform(run, value, shape, frame, depth + 1);
            }
            None => {
                let Some(default) = default.filter(|_| complete) else {
                    continue;
                };
                let value = default.map_or(null, |default| run.eval(default, frame));
                entries.push(Entry {
                    key: attribute.key.clone(),
                    key_span: span,
                    value: conform(run, value, shape, frame, depth + 1),
                });
            }
        }
    }
    Node::new(span, Value::Map(entries))
}

/// The type inside `optional(type)` and the default of `optional(type, default)`.
fn optional(shape: &Node) -> Option<(&Node, Option<&Node>)> {
    match constructor(shape)? {
        ("optional", inner) => {
            let Value::Expr(expr) = &shape.value else {
                return None;
            };
            let Expr::Call { args, .. } = &**expr else {
                return None;
            };
            Some((inner, args.get(1)))
        }
        _ => None,
    }
}

/// `object({...})`, `map(x)`, `list(x)`, `set(x)` by name and argument.
fn constructor(shape: &Node) -> Option<(&str, &Node)> {
    let Value::Expr(expr) = &shape.value else {
        return None;
    };
    match &**expr {
        Expr::Call { name, args } => Some((name, args.first()?)),
        _ => None,
    }
}
