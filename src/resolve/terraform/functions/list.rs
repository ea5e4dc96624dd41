//! Functions of lists and sets. Where a part is not known the rest still is: see the module `value`.

use super::super::value::{equal, flag, is_complete, is_more, list, more, number, same};
use super::Args;
use crate::format::{Expr, Node, Value};

/// Most items a function may make.
const MOST: usize = 10_000;

pub(super) fn call(name: &str, args: &Args) -> Option<Node> {
    let span = args.span;
    match name {
        // The form that the language had before `[...]`.
        "list" => Some(list(span, args.nodes.to_vec())),
        "tolist" | "tomap" | "sensitive" | "nonsensitive" | "ephemeralasnull" => {
            args.node(0).filter(|node| !node.is_open()).cloned()
        }
        "concat" => Some(joined(args)),
        "flatten" => {
            let mut flat = Vec::new();
            flatten(args.list(0)?, &mut flat, 0);
            Some(list(span, flat))
        }
        "compact" => {
            let items = args.list(0)?.iter().filter(|item| !item.is_empty());
            Some(list(span, items.cloned().collect()))
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
        "range" => range(args),
        "alltrue" | "anytrue" => {
            let wanted = name == "anytrue";
            let items = args.list(0)?;
            if items.iter().any(|item| item.as_bool() == Some(wanted)) {
                return Some(flag(span, wanted));
            }
            let rest = items.iter().all(|item| item.as_bool().is_some());
            rest.then(|| flag(span, !wanted))
        }
        _ => ordered(name, args).or_else(|| sets(name, args)),
    }
}

/// Functions that ask for the place of items, so all must be known.
fn ordered(name: &str, args: &Args) -> Option<Node> {
    let span = args.span;
    match name {
        "reverse" => {
            let items = args.known(0)?.iter().rev();
            Some(list(span, items.cloned().collect()))
        }
        "sort" => {
            let mut items = args.known(0)?.to_vec();
            items.sort_by_key(Node::scalar);
            Some(list(span, items))
        }
        "element" => {
            let items = args.known(0)?;
            let place = args.number(1).filter(|place| *place >= 0.0)? as usize;
            items.get(place.checked_rem(items.len())?).cloned()
        }
        "slice" => {
            let items = args.known(0)?;
            let (from, to) = (args.number(1)? as usize, args.number(2)? as usize);
            Some(list(span, items.get(from..to)?.to_vec()))
        }
        "chunklist" => {
            let size = args.number(1).filter(|size| *size >= 1.0)? as usize;
            let chunks = args.known(0)?.chunks(size);
            let chunks = chunks.map(|chunk| list(span, chunk.to_vec()));
            Some(list(span, chunks.collect()))
        }
        "index" => {
            let value = args.node(1)?;
            let is_it = |item| equal(item, value) == Some(true);
            let place = args.known(0)?.iter().position(is_it)?;
            Some(number(span, place as f64))
        }
        _ => None,
    }
}

fn sets(name: &str, args: &Args) -> Option<Node> {
    let span = args.span;
    match name {
        "toset" | "distinct" => {
            let node = args.node(0)?;
            node.as_list().map(|_| distinct(node))
        }
        "setunion" => Some(distinct(&joined(args))),
        "setintersection" | "setsubtract" => {
            let (first, second) = (args.known(0)?, args.known(1)?);
            if first.len().checked_mul(second.len())? > MOST * 100 {
                return None;
            }
            let keep = name == "setintersection";
            let kept = first
                .iter()
                .filter(|item| second.iter().any(|other| same(item, other)) == keep);
            Some(list(span, kept.cloned().collect()))
        }
        "setproduct" => product(args),
        _ => None,
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

fn distinct(node: &Node) -> Node {
    let mut texts = rustc_hash::FxHashSet::default();
    let mut kept: Vec<Node> = Vec::new();
    for item in node.as_list().unwrap_or_default() {
        let fresh = match item.as_str() {
            Some(text) => texts.insert(text),
            None => kept.len() > 1_000 || !kept.iter().any(|other| same(other, item)),
        };
        if fresh {
            kept.push(item.clone());
        }
    }
    list(node.span, kept)
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
    match args.known(0)? {
        [] => Some(Node::new(args.span, Value::Null)),
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn product(args: &Args) -> Option<Node> {
    let mut rows: Vec<Vec<Node>> = vec![Vec::new()];
    for index in 0..args.nodes.len() {
        let items = args.known(index)?;
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
