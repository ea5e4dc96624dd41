//! Functions of maps, and of documents in text. Where a part is not known the rest still is: see the module `value`.

use super::super::value::{is_complete, list, map, more, more_entries, one_of};
use super::Args;
use crate::format::{Entry, Expr, Node, Value, embedded};
use crate::source::Span;
use compact_str::CompactString;
use rustc_hash::FxHashMap;

pub(super) fn call(name: &str, args: &Args) -> Option<Node> {
    match name {
        "merge" => merge(args),
        "keys" | "values" => halves(name, args),
        "lookup" => lookup(args),
        "zipmap" => {
            let pairs = args.known(0)?.iter().zip(args.known(1)?);
            paired(pairs, args.span)
        }
        // The form that the language had before `{...}`.
        "map" => {
            let pairs = args.nodes.chunks_exact(2);
            paired(pairs.map(|pair| (&pair[0], &pair[1])), args.span)
        }
        "jsondecode" => decoded(args),
        "yamldecode" => decoded(args).or_else(|| embedded(args.node(0)?).into_iter().next()),
        _ => None,
    }
}

/// A map of keys and values; none when a key is not known.
fn paired<'n>(pairs: impl Iterator<Item = (&'n Node, &'n Node)>, span: Span) -> Option<Node> {
    let entries: Option<Vec<Entry>> = pairs
        .map(|(key, value)| Some(entry(key.scalar()?, value)))
        .collect();
    Some(map(span, entries?))
}

fn entry(key: CompactString, value: &Node) -> Entry {
    Entry {
        key,
        key_span: value.span,
        value: value.clone(),
    }
}

/// Later maps win. What stands before a map that is not known is kept: most such maps only add.
fn merge(args: &Args) -> Option<Node> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut places = FxHashMap::default();
    let mut complete = true;
    for node in args.nodes {
        match &node.value {
            Value::Map(more) => {
                for entry in more {
                    if entry.key == Entry::OPEN {
                        complete = false;
                        continue;
                    }
                    let place = *places.entry(entry.key.clone()).or_insert(entries.len());
                    match entries.get_mut(place) {
                        Some(known) => *known = entry.clone(),
                        None => entries.push(entry.clone()),
                    }
                }
            }
            Value::Null => {}
            Value::Expr(_) => complete = false,
            _ => return None,
        }
    }
    if entries.is_empty() && !complete {
        return None;
    }
    if !complete {
        entries.push(more_entries(args.span));
    }
    Some(map(args.span, entries))
}

fn halves(name: &str, args: &Args) -> Option<Node> {
    let node = args.node(0)?;
    let Value::Map(entries) = &node.value else {
        return None;
    };
    let mut entries: Vec<&Entry> = entries
        .iter()
        .filter(|entry| entry.key != Entry::OPEN)
        .collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    let mut items: Vec<Node> = entries
        .into_iter()
        .map(|entry| match name {
            "keys" => Node::string(entry.key_span, entry.key.clone()),
            _ => entry.value.clone(),
        })
        .collect();
    if !is_complete(node) {
        items.push(more(args.span));
    }
    Some(list(args.span, items))
}

fn lookup(args: &Args) -> Option<Node> {
    let node = args.node(0)?;
    if node.is_open() {
        return None;
    }
    let default = args.node(2);
    let Some(key) = args.text(1) else {
        let all = node.entries().iter().map(|entry| entry.value.clone());
        return Some(one_of(args.span, all.chain(default.cloned())));
    };
    node.get(&key).or(default).cloned()
}

/// What an encoded document was made of, or what JSON in a string says.
fn decoded(args: &Args) -> Option<Node> {
    let node = args.node(0)?;
    if let Value::Expr(expr) = &node.value {
        return match &**expr {
            Expr::Call { name, args } if name == "jsonencode" || name == "yamlencode" => {
                args.first().cloned()
            }
            _ => None,
        };
    }
    let value: serde_json::Value = serde_json::from_str(node.as_str()?).ok()?;
    Some(from_json(value, node.span))
}

fn from_json(value: serde_json::Value, span: Span) -> Node {
    let value = match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Bool(flag),
        serde_json::Value::Number(number) => Value::Number(number.to_string().into()),
        serde_json::Value::String(text) => Value::String(text.into()),
        serde_json::Value::Array(items) => Value::List(
            items
                .into_iter()
                .map(|item| from_json(item, span))
                .collect(),
        ),
        serde_json::Value::Object(members) => Value::Map(
            members
                .into_iter()
                .map(|(key, value)| Entry {
                    key: key.into(),
                    key_span: span,
                    value: from_json(value, span),
                })
                .collect(),
        ),
    };
    Node::new(span, value)
}
