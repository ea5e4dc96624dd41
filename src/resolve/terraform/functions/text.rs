//! Functions of text. Open arguments of those that put text together stay open inside the result.

use super::super::template::assemble;
use super::super::value::{LONGEST, flag, is_more, list};
use super::Args;
use crate::format::{Expr, Node, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub(super) fn call(name: &str, args: &Args) -> Option<Node> {
    let span = args.span;
    match name {
        "join" => return join(args),
        "format" => return format(args.node(0)?, args.nodes.get(1..)?, args),
        "formatlist" => return format_list(args),
        "base64encode" if args.node(0)?.is_open() => return encoded(args),
        _ => {}
    }
    let Some(text) = args.text(0) else {
        return super::open::call(name, args);
    };
    let text = text.as_str();
    let other = args.text(1);
    let other = other.as_deref();
    let result = match name {
        "tostring" => text.to_owned(),
        "lower" => text.to_lowercase(),
        "upper" => text.to_uppercase(),
        "trimspace" => text.trim().to_owned(),
        "chomp" => text.trim_end_matches(['\n', '\r']).to_owned(),
        "trim" => text
            .trim_matches(|letter| other.is_some_and(|set| set.contains(letter)))
            .to_owned(),
        "trimprefix" => text.strip_prefix(other?).unwrap_or(text).to_owned(),
        "trimsuffix" => text.strip_suffix(other?).unwrap_or(text).to_owned(),
        "strrev" => text.chars().rev().collect(),
        "replace" => replace(text, other?, &args.text(2)?)?,
        "substr" => substring(text, args.number(1)?, args.number(2)?),
        "basename" => text.rsplit('/').next()?.to_owned(),
        "dirname" => text
            .rsplit_once('/')
            .map_or(".", |(directory, _)| directory)
            .to_owned(),
        "base64encode" => STANDARD.encode(text),
        "base64decode" => String::from_utf8(STANDARD.decode(text).ok()?).ok()?,
        "startswith" => return Some(flag(span, text.starts_with(other?))),
        "endswith" => return Some(flag(span, text.ends_with(other?))),
        "strcontains" => return Some(flag(span, text.contains(other?))),
        "tobool" => return text.parse().ok().map(|value| flag(span, value)),
        "split" => {
            let separator = text;
            let parts = match (separator, other?) {
                (_, "") => Vec::new(),
                ("", whole) => whole
                    .chars()
                    .map(|letter| Node::string(span, letter.to_string()))
                    .collect(),
                (separator, whole) => whole
                    .split(separator)
                    .map(|part| Node::string(span, part))
                    .collect(),
            };
            return Some(list(span, parts));
        }
        _ => return None,
    };
    (result.len() <= LONGEST).then(|| Node::string(span, result))
}

/// A document that is encoded stays one.
fn encoded(args: &Args) -> Option<Node> {
    let node = args.node(0)?;
    let Value::Expr(expr) = &node.value else {
        return None;
    };
    matches!(**expr, Expr::Call { .. })
        .then(|| super::kept("base64encode", vec![node.clone()], args.span))
}

/// Replaces text; a pattern between slashes is a regular expression, which is not worked out.
fn replace(text: &str, from: &str, to: &str) -> Option<String> {
    let regex = from.len() > 2 && from.starts_with('/') && from.ends_with('/');
    let longest = text
        .len()
        .saturating_add(text.len().saturating_add(1).saturating_mul(to.len()));
    (!regex && longest <= LONGEST * 4).then(|| text.replace(from, to))
}

/// Characters from an offset on, which counts from the end when negative; all that follow when the length is.
fn substring(text: &str, offset: f64, length: f64) -> String {
    let count = text.chars().count() as f64;
    let start = if offset < 0.0 {
        (count + offset).max(0.0)
    } else {
        offset
    };
    let length = if length < 0.0 { count } else { length };
    text.chars()
        .skip(start as usize)
        .take(length as usize)
        .collect()
}

fn join(args: &Args) -> Option<Node> {
    let separator = args.text(0)?;
    let items: Vec<&Node> = args
        .nodes
        .get(1..)?
        .iter()
        .flat_map(Node::one_or_many)
        .collect();
    let mut parts = Vec::with_capacity(items.len() * 2);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            parts.push(Node::string(args.span, separator.clone()));
        }
        parts.push(item.clone());
    }
    Some(assemble(args.span, parts))
}

/// `%s`, `%d`, `%v`, `%t`, `%q`, with a width for numbers; the other verbs are not worked out.
fn format(pattern: &Node, values: &[Node], args: &Args) -> Option<Node> {
    let pattern = pattern.as_str()?;
    let mut parts: Vec<Node> = Vec::new();
    let mut values = values.iter();
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        parts.push(Node::string(args.span, &rest[..at]));
        let spec = &rest[at + 1..];
        let end = spec.find(|letter: char| !letter.is_ascii_digit())?;
        let verb = spec[end..].chars().next()?;
        rest = &spec[end + verb.len_utf8()..];
        if verb == '%' {
            parts.push(Node::string(args.span, "%"));
            continue;
        }
        parts.push(shown(values.next()?, verb, &spec[..end])?);
    }
    parts.push(Node::string(args.span, rest));
    Some(assemble(args.span, parts))
}

/// A value as a verb shows it.
fn shown(value: &Node, verb: char, width: &str) -> Option<Node> {
    let Some(text) = value.scalar() else {
        return (value.is_open() && matches!(verb, 's' | 'v' | 'd')).then(|| value.clone());
    };
    let wide = width.parse::<usize>().unwrap_or(0);
    if wide > 256 {
        return None;
    }
    let text = match verb {
        's' | 'v' | 'd' | 't' if width.starts_with('0') => format!("{text:0>wide$}"),
        's' | 'v' | 'd' | 't' => format!("{text:>wide$}"),
        'q' => format!("{text:?}"),
        _ => return None,
    };
    Some(Node::string(value.span, text))
}

/// `format` for every item of the longest list; single values are used again for each.
fn format_list(args: &Args) -> Option<Node> {
    let pattern = args.node(0)?;
    let values = args.nodes.get(1..)?;
    let lists = values.iter().filter_map(Node::as_list);
    let count = lists.clone().map(<[Node]>::len).max()?;
    if lists.clone().any(|items| items.len() != count) {
        return None;
    }
    let items = (0..count).map(|index| {
        let row: Vec<Node> = values
            .iter()
            .map(|value| value.as_list().map_or(value, |items| &items[index]).clone())
            .collect();
        match row.iter().find(|value| is_more(value)) {
            Some(more) => Some(more.clone()),
            None => format(pattern, &row, args),
        }
    });
    let items: Option<Vec<Node>> = items.collect();
    Some(list(args.span, items?))
}
