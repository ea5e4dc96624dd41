//! Functions of ARM templates and Bicep whose value follows from their arguments.

use super::scope::{symbol, text_of};
use crate::format::{Entry, Expr, Node, Value};
use crate::source::Span;
use compact_str::CompactString;

/// The value of a function, its name in lower case; none where it cannot be told.
pub(super) fn call(name: &str, args: &[Node], span: Span) -> Option<Node> {
    let value = |value| Some(Node::new(span, value));
    match name {
        "concat" if args.iter().all(|arg| matches!(arg.value, Value::List(_))) => {
            let items = args
                .iter()
                .flat_map(|arg| arg.one_or_many().iter().cloned());
            value(Value::List(items.collect()))
        }
        "concat" => Some(text_of(args.to_vec(), span)),
        "format" => format(args, span),
        "tolower" => cased(args.first()?, span, CompactString::to_lowercase),
        "toupper" => cased(args.first()?, span, CompactString::to_uppercase),
        "string" | "trim" | "array" | "any" | "base64" => args.first().cloned(),
        "createarray" => value(Value::List(args.to_vec().into())),
        "createobject" => value(Value::Map(object(args, span).into())),
        "union" => union(args, span),
        "true" => value(Value::Bool(true)),
        "false" => value(Value::Bool(false)),
        "null" => value(Value::Null),
        "if" => match args {
            [test, yes, no] => match test.as_bool() {
                Some(true) => Some(yes.clone()),
                Some(false) => Some(no.clone()),
                None => value(Value::expr(Expr::Conditional {
                    test: test.clone(),
                    yes: yes.clone(),
                    no: no.clone(),
                })),
            },
            _ => None,
        },
        "equals" => match args {
            [left, right] => value(Value::Bool(left.scalar()? == right.scalar()?)),
            _ => None,
        },
        "not" => value(Value::Bool(!args.first()?.as_bool()?)),
        "coalesce" | "??" => args
            .iter()
            .find(|arg| !matches!(arg.value, Value::Null))
            .filter(|arg| !arg.is_open())
            .cloned(),
        "first" => args.first()?.as_list()?.first().cloned(),
        "subscription" | "resourcegroup" | "tenant" | "managementgroup" => Some(symbol(
            compact_str::format_compact!("azure.{name}"),
            "",
            span,
        )),
        _ => None,
    }
}

/// `format('{0}-{1}', a, b)`
fn format(args: &[Node], span: Span) -> Option<Node> {
    let (pattern, values) = args.split_first()?;
    let mut parts = Vec::new();
    let mut rest = pattern.as_str()?;
    while let Some((before, after)) = rest.split_once('{') {
        let (index, after) = after.split_once('}')?;
        let index = index.split([':', ',']).next().unwrap_or(index);
        parts.push(Node::string(span, before));
        parts.push(values.get(index.parse::<usize>().ok()?)?.clone());
        rest = after;
    }
    parts.push(Node::string(span, rest));
    Some(text_of(parts, span))
}

fn cased(arg: &Node, span: Span, change: impl Fn(&CompactString) -> CompactString) -> Option<Node> {
    match &arg.value {
        Value::String(text) => Some(Node::string(span, change(text))),
        _ => Some(arg.clone()),
    }
}

fn object(args: &[Node], span: Span) -> Vec<Entry> {
    args.chunks_exact(2)
        .map(|pair| Entry {
            key: pair[0].scalar().unwrap_or_else(|| "${}".into()),
            key_span: span,
            value: pair[1].clone(),
        })
        .collect()
}

/// Maps put together, later ones winning; where one is not known the rest is a part of the whole.
fn union(args: &[Node], span: Span) -> Option<Node> {
    let mut entries: Vec<Entry> = Vec::new();
    for arg in args {
        match &arg.value {
            Value::Map(own) => {
                entries.retain(|entry| own.iter().all(|later| later.key != entry.key));
                entries.extend(own.iter().cloned());
            }
            Value::Expr(_) => entries.push(Entry {
                key: CompactString::const_new(Entry::OPEN),
                key_span: span,
                value: Node::unknown(span, "union"),
            }),
            _ => return None,
        }
    }
    Some(Node::new(span, Value::Map(entries.into())))
}
