//! Functions of lists, sets and maps. Where a part is not known the rest still is: see the module `value`.

use super::super::value::{
    equal, flag, is_complete, is_more, list, map, more, more_entries, number, one_of, same,
};
use super::Args;
use crate::format::{Entry, Expr, Node, Value};
use crate::source::Span;
use compact_str::CompactString;

/// Most items a function may make.
const MOST: usize = 10_000;

pub(super) fn call(name: &str, args: &Args) -> Option<Node> {
    let span = args.span;
    match name {
        "concat" | "setunion" => {
            let joined = joined(args);
            Some(if name == "setunion" {
                distinct(&joined)
            } else {
                joined
            })
        }
        "merge" => merge(args),
        // The forms that the language had before `[...]` and `{...}`.
        "list" => Some(list(span, args.nodes.to_vec())),
        "map" => {
            let pairs = args.nodes.chunks_exact(2);
            let entries: Option<Vec<Entry>> = pairs
                .map(|pair| Some(entry(pair[0].scalar()?, &pair[1])))
                .collect();
            Some(map(span, entries?))
        }
        "flatten" => {
            let mut flat = Vec::new();
            flatten(args.list(0)?, &mut flat, 0);
            Some(list(span, flat))
        }
        "toset" | "distinct" => distinct_of(args),
        "tolist" | "tomap" | "sensitive" | "nonsensitive" | "ephemeralasnull" => {
            args.node(0).filter(|node| !node.is_open()).cloned()
        }
        "compact" => Some(list(
            span,
            args.list(0)?
                .iter()
                .filter(|item| !item.is_empty())
                .cloned()
                .collect(),
        )),
        "reverse" => {
            let items = known(args, 0)?;
            Some(list(span, items.iter().rev().cloned().collect()))
        }
        "sort" => {
            let mut items = known(args, 0)?.to_vec();
            items.sort_by_key(Node::scalar);
            Some(list(span, items))
        }
        "keys" | "values" => Some(halves(name, args)?),
        "lookup" => lookup(args),
        "element" => {
            let items = known(args, 0)?;
            let place = args.number(1).filter(|place| *place >= 0.0)? as usize;
            items.get(place.checked_rem(items.len())?).cloned()
        }
        "slice" => {
            let items = known(args, 0)?;
            let (from, to) = (args.number(1)? as usize, args.number(2)? as usize);
            Some(list(span, items.get(from..to)?.to_vec()))
        }
        "chunklist" => {
            let size = args.number(1).filter(|size| *size >= 1.0)? as usize;
            let chunks = known(args, 0)?.chunks(size);
            Some(list(
                span,
                chunks.map(|chunk| list(span, chunk.to_vec())).collect(),
            ))
        }
        "length" => length(args),
        "contains" => contains(args),
        "one" => one(args),
        "coalescelist" => args
            .nodes
            .iter()
            .find(|node| node.is_open() || node.as_list().is_some_and(|items| !items.is_empty()))
            .filter(|node| !node.is_open())
            .cloned(),
        "index" => {
            let place = known(args, 0)?.iter().position(|item| {
                args.nodes
                    .get(1)
                    .is_some_and(|value| equal(item, value) == Some(true))
            })?;
            Some(number(span, place as f64))
        }
        _ => sets(name, args),
    }
}

fn sets(name: &str, args: &Args) -> Option<Node> {
    let span = args.span;
    match name {
        "setintersection" | "setsubtract" => {
            let (first, second) = (known(args, 0)?, known(args, 1)?);
            let keep = name == "setintersection";
            let kept = first
                .iter()
                .filter(|item| second.iter().any(|other| same(item, other)) == keep);
            Some(list(span, kept.cloned().collect()))
        }
        "setproduct" => product(args),
        "zipmap" => {
            let (keys, values) = (known(args, 0)?, known(args, 1)?);
            let entries: Option<Vec<Entry>> = keys
                .iter()
                .zip(values)
                .map(|(key, value)| Some(entry(key.scalar()?, value)))
                .collect();
            Some(map(span, entries?))
        }
        "transpose" | "matchkeys" => None,
        "alltrue" | "anytrue" => {
            let wanted = name == "anytrue";
            let items = args.list(0)?;
            if items.iter().any(|item| item.as_bool() == Some(wanted)) {
                return Some(flag(span, wanted));
            }
            let rest = items.iter().all(|item| item.as_bool().is_some());
            rest.then(|| flag(span, !wanted))
        }
        "range" => range(args),
        "jsondecode" | "yamldecode" => decoded(args),
        _ => None,
    }
}

/// A list of which every item is known to be there.
fn known<'a>(args: &Args<'a>, index: usize) -> Option<&'a [Node]> {
    args.node(index).filter(|node| is_complete(node))?.as_list()
}

fn entry(key: CompactString, value: &Node) -> Entry {
    Entry {
        key,
        key_span: value.span,
        value: value.clone(),
    }
}

fn joined(args: &Args) -> Node {
    let mut items = Vec::new();
    let mut complete = true;
    for node in args.nodes {
        match &node.value {
            Value::List(more) => items.extend(more.iter().filter(|item| !is_more(item)).cloned()),
            Value::Null => {}
            _ => complete = false,
        }
        complete &= !matches!(node.value, Value::List(_)) || is_complete(node);
    }
    if !complete {
        items.push(more(args.span));
    }
    list(args.span, items)
}

/// Later maps win. What stands before a map that is not known is kept: most such maps only add.
fn merge(args: &Args) -> Option<Node> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut places = rustc_hash::FxHashMap::default();
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

fn flatten(items: &[Node], flat: &mut Vec<Node>, depth: usize) {
    for item in items {
        match &item.value {
            Value::List(inner) if depth < 64 => flatten(inner, flat, depth + 1),
            Value::Expr(expr) if matches!(**expr, Expr::Unknown(_) | Expr::Candidates(_)) => {
                flat.push(more(item.span));
            }
            _ => flat.push(item.clone()),
        }
    }
}

fn distinct_of(args: &Args) -> Option<Node> {
    let node = args.node(0)?;
    node.as_list()?;
    Some(distinct(node))
}

fn distinct(node: &Node) -> Node {
    let mut texts = rustc_hash::FxHashSet::default();
    let mut kept: Vec<Node> = Vec::new();
    for item in node.as_list().unwrap_or_default() {
        let fresh = match item.as_str() {
            Some(text) => texts.insert(text),
            None => kept.len() > MOST || !kept.iter().any(|other| same(other, item)),
        };
        if fresh {
            kept.push(item.clone());
        }
    }
    list(node.span, kept)
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

fn length(args: &Args) -> Option<Node> {
    let node = args.node(0)?;
    let count = match &node.value {
        Value::String(text) => text.chars().count(),
        Value::List(items) if is_complete(node) => items.len(),
        Value::Map(entries) if is_complete(node) => entries.len(),
        _ => return None,
    };
    Some(number(args.span, count as f64))
}

fn contains(args: &Args) -> Option<Node> {
    let (items, value) = (args.list(0)?, args.node(1)?);
    let mut unclear = false;
    for item in items {
        match equal(item, value) {
            Some(true) => return Some(flag(args.span, true)),
            Some(false) => {}
            None => unclear = true,
        }
    }
    (!unclear).then(|| flag(args.span, false))
}

/// The only item; null of an empty list.
fn one(args: &Args) -> Option<Node> {
    match known(args, 0)? {
        [] => Some(Node::new(args.span, Value::Null)),
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn product(args: &Args) -> Option<Node> {
    let mut rows: Vec<Vec<Node>> = vec![Vec::new()];
    for index in 0..args.nodes.len() {
        let items = known(args, index)?;
        if rows.len().checked_mul(items.len())? > MOST {
            return None;
        }
        let longer = |row: &Vec<Node>, item: &Node| {
            let mut row = row.clone();
            row.push(item.clone());
            row
        };
        rows = rows
            .iter()
            .flat_map(|row| items.iter().map(move |item| longer(row, item)))
            .collect();
    }
    let rows = rows.into_iter().map(|row| list(args.span, row));
    Some(list(args.span, rows.collect()))
}

fn range(args: &Args) -> Option<Node> {
    let numbers: Option<Vec<f64>> = args.nodes.iter().map(Node::as_f64).collect();
    let (start, end, step) = match numbers?.as_slice() {
        [end] => (0.0, *end, if *end < 0.0 { -1.0 } else { 1.0 }),
        [start, end] => (*start, *end, if end < start { -1.0 } else { 1.0 }),
        [start, end, step] => (*start, *end, *step),
        _ => return None,
    };
    let count = ((end - start) / step).ceil();
    if !(0.0..=MOST as f64).contains(&count) {
        return None;
    }
    let items = (0..count as usize).map(|index| number(args.span, start + step * index as f64));
    Some(list(args.span, items.collect()))
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
