//! `for` expressions.

use super::frame::{Bound, Frame};
use super::run::Run;
use super::value::{candidates_of, is_more, list, map, more, more_entries, one_of};
use crate::format::{Entry, Expr, Node, Value};
use crate::source::Span;

/// What one turn of a `for` adds.
enum Turned {
    Left,
    Unclear,
    Item(Node),
    Pair(Entry, Grouped),
}

/// Whether an object's values are collected under their key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grouped {
    No,
    Yes,
}

impl<'d> Run<'d> {
    /// A list, or an object when the expression has a key.
    pub(super) fn walk(&mut self, expr: &Expr, span: Span, frame: &Frame) -> Node {
        let Expr::For {
            collection, key, ..
        } = expr
        else {
            return Node::unknown(span, "no for expression");
        };
        let collection = self.eval(collection, frame);
        let several = candidates_of(&collection);
        let mut results = Vec::with_capacity(several.len());
        for collection in several {
            let mut turned = Vec::new();
            match self.pairs(collection, span) {
                None => return Node::unknown(span, "collection not known"),
                Some(pairs) => {
                    for (k, v) in pairs {
                        if is_more(&v) {
                            turned.push(Turned::Unclear);
                        } else {
                            turned.push(self.turn(expr, (&k, &v), frame));
                        }
                    }
                }
            }
            results.push(if key.is_some() {
                object(turned, span)
            } else {
                items(turned, span)
            });
        }
        one_of(span, results)
    }

    /// Keys and values of a collection. A whole resource whose instances are not known is one value and more.
    pub(super) fn pairs(&mut self, collection: &Node, span: Span) -> Option<Vec<(Node, Node)>> {
        match &collection.value {
            Value::List(items) => {
                let pair = |(index, item): (usize, &Node)| {
                    let index = compact_str::format_compact!("{index}");
                    (Node::new(item.span, Value::Number(index)), item.clone())
                };
                Some(items.iter().enumerate().map(pair).collect())
            }
            Value::Map(entries) => {
                let pair = |entry: &Entry| {
                    let key = Node::string(entry.key_span, entry.key.clone());
                    (key, entry.value.clone())
                };
                // Objects are walked in the order of their keys.
                let mut pairs: Vec<(Node, Node)> = entries.iter().map(pair).collect();
                pairs.sort_by(|(a, _), (b, _)| a.as_str().cmp(&b.as_str()));
                Some(pairs)
            }
            Value::Expr(expr) => match &**expr {
                Expr::Symbol { attribute, .. } if attribute.is_empty() => {
                    let unknown = Node::unknown(span, "key not known");
                    let one = (unknown.clone(), collection.clone());
                    Some(vec![one, (unknown, more(span))])
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn turn(&mut self, expr: &Expr, pair: (&Node, &Node), frame: &Frame) -> Turned {
        let Expr::For {
            key_var,
            value_var,
            key,
            value,
            test,
            ..
        } = expr
        else {
            return Turned::Unclear;
        };
        let by_key = Bound {
            name: key_var.as_deref().unwrap_or_default(),
            value: pair.0,
            outer: frame.bound,
        };
        let by_value = Bound {
            name: value_var,
            value: pair.1,
            outer: Some(&by_key),
        };
        let frame = &frame.with(&by_value);
        if let Some(test) = test {
            match self.eval(test, frame).as_bool() {
                Some(true) => {}
                Some(false) => return Turned::Left,
                None => return Turned::Unclear,
            }
        }
        let Some(key) = key else {
            return Turned::Item(self.eval(value, frame));
        };
        let key_span = key.span;
        let key = self.eval(key, frame);
        let Some(key) = self.literal(key, frame).scalar() else {
            return Turned::Unclear;
        };
        let (value, grouped) = match spread(value) {
            Some(value) => (value, Grouped::Yes),
            None => (value, Grouped::No),
        };
        let value = self.eval(value, frame);
        let entry = Entry {
            key,
            key_span,
            value,
        };
        Turned::Pair(entry, grouped)
    }
}

/// What `...` marks, if it marks this.
pub(super) fn spread(node: &Node) -> Option<&Node> {
    match &node.value {
        Value::Expr(expr) => match &**expr {
            Expr::Call { name, args } if name == "..." => args.first(),
            _ => None,
        },
        _ => None,
    }
}

fn items(turned: Vec<Turned>, span: Span) -> Node {
    let mut found = Vec::with_capacity(turned.len());
    let mut complete = true;
    for turned in turned {
        match turned {
            Turned::Item(item) => found.push(item),
            Turned::Left => {}
            Turned::Unclear | Turned::Pair(..) => complete = false,
        }
    }
    if !complete {
        found.push(more(span));
    }
    list(span, found)
}

fn object(turned: Vec<Turned>, span: Span) -> Node {
    let mut found: Vec<Entry> = Vec::with_capacity(turned.len());
    let mut places = rustc_hash::FxHashMap::default();
    let mut complete = true;
    for turned in turned {
        let Turned::Pair(entry, grouped) = turned else {
            complete &= matches!(turned, Turned::Left);
            continue;
        };
        let place = *places.entry(entry.key.clone()).or_insert(found.len());
        match found.get_mut(place) {
            Some(known) if grouped == Grouped::Yes => {
                if let Value::List(items) = &mut known.value.value {
                    items.push(entry.value);
                }
            }
            Some(known) => known.value = entry.value,
            None if grouped == Grouped::Yes => found.push(Entry {
                value: list(entry.value.span, vec![entry.value]),
                ..entry
            }),
            None => found.push(entry),
        }
    }
    if !complete {
        found.push(more_entries(span));
    }
    map(span, found)
}
