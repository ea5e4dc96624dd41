//! Functions of text of which only parts are known: what holds for the known parts is worked out.

use super::super::template::assemble;
use super::super::value::flag;
use super::Args;
use crate::format::{Expr, Node, Value};

/// A function whose first argument is a template with holes.
pub(super) fn call(name: &str, args: &Args) -> Option<Node> {
    let node = args.node(0)?;
    let Value::Expr(expr) = &node.value else {
        return None;
    };
    let Expr::Template(parts) = &**expr else {
        return None;
    };
    let other = args.text(1);
    let other = other.as_deref();
    match name {
        "lower" => Some(each(parts, args, str::to_lowercase)),
        "upper" => Some(each(parts, args, str::to_uppercase)),
        "replace" => {
            let (from, to) = (other?, args.text(2)?);
            // A longer text could lie across a hole.
            (from.chars().count() == 1).then(|| each(parts, args, |text| text.replace(from, &to)))
        }
        "trimprefix" | "startswith" => start(name, parts, other?, args),
        "trimsuffix" | "endswith" => end(name, parts, other?, args),
        "basename" => {
            let text = parts.last()?.as_str()?;
            let (_, last) = text.trim_end_matches('/').rsplit_once('/')?;
            Some(Node::string(args.span, last))
        }
        "dirname" => {
            let (last, before) = parts.split_last()?;
            let (directory, _) = last.as_str()?.trim_end_matches('/').rsplit_once('/')?;
            Some(rest(before, Some(Node::string(last.span, directory)), args))
        }
        _ => None,
    }
}

/// The template with its literal parts changed.
fn each(parts: &[Node], args: &Args, change: impl Fn(&str) -> String) -> Node {
    let changed = parts.iter().map(|part| match part.as_str() {
        Some(text) => Node::string(part.span, change(text)),
        None => part.clone(),
    });
    assemble(args.span, changed.collect())
}

fn rest(before: &[Node], last: Option<Node>, args: &Args) -> Node {
    assemble(args.span, before.iter().cloned().chain(last).collect())
}

fn start(name: &str, parts: &[Node], prefix: &str, args: &Args) -> Option<Node> {
    let (first, others) = parts.split_first()?;
    let text = first.as_str()?;
    let found = text.starts_with(prefix);
    if !found && prefix.starts_with(text) {
        return None;
    }
    if name == "startswith" {
        return Some(flag(args.span, found));
    }
    let text = text.strip_prefix(prefix).unwrap_or(text);
    let first = Node::string(first.span, text);
    let parts = std::iter::once(first).chain(others.iter().cloned());
    Some(assemble(args.span, parts.collect()))
}

fn end(name: &str, parts: &[Node], suffix: &str, args: &Args) -> Option<Node> {
    let (last, before) = parts.split_last()?;
    let text = last.as_str()?;
    let found = text.ends_with(suffix);
    if !found && suffix.ends_with(text) {
        return None;
    }
    if name == "endswith" {
        return Some(flag(args.span, found));
    }
    let text = text.strip_suffix(suffix).unwrap_or(text);
    Some(rest(before, Some(Node::string(last.span, text)), args))
}
