//! Calls of functions: those that decide what an identity may do are worked out, the others are unknown.
//!
//! What reads files or writes a document keeps its call with its arguments evaluated, so that a reader of policies gets
//! the structure with its places: `jsonencode`, `yamlencode`, `base64encode` of those, `file`, `templatefile`. The path
//! of a file is relative to the repository.

mod list;
mod map;
mod number;
mod open;
mod reading;
mod text;

use super::frame::Frame;
use super::run::Run;
use super::value::{candidates_of, flag, invalid, is_complete, is_invalid, one_of, why};
use super::walk::spread;
use crate::format::{Expr, Node, Value};
use crate::source::Span;
use compact_str::CompactString;

/// The arguments of a call and where it stands.
struct Args<'a> {
    span: Span,
    nodes: &'a [Node],
}

impl<'a> Args<'a> {
    fn node(&self, index: usize) -> Option<&'a Node> {
        self.nodes.get(index)
    }

    fn list(&self, index: usize) -> Option<&'a [Node]> {
        self.node(index)?.as_list()
    }

    /// A list of which every item is known to be there.
    fn known(&self, index: usize) -> Option<&'a [Node]> {
        self.node(index).filter(|node| is_complete(node))?.as_list()
    }

    /// A known scalar as text.
    fn text(&self, index: usize) -> Option<CompactString> {
        self.node(index)?.scalar()
    }

    fn number(&self, index: usize) -> Option<f64> {
        self.node(index)?.as_f64()
    }
}

impl Run<'_> {
    /// The value of a call.
    pub(super) fn call(&mut self, name: &str, args: &[Node], span: Span, frame: &Frame) -> Node {
        let args = self.arguments(args, frame);
        match name {
            "try" => {
                let found = args.into_iter().find(|arg| !is_invalid(arg));
                return found.unwrap_or_else(|| invalid(span));
            }
            "can" => {
                return match args.first() {
                    Some(arg) if is_invalid(arg) => flag(span, false),
                    Some(arg) if !arg.is_open() => flag(span, true),
                    _ => Node::unknown(span, "can"),
                };
            }
            "coalesce" => return coalesce(args, span),
            "jsonencode" | "yamlencode" | "timeadd" => return kept(name, args, span),
            _ => {}
        }
        if let Some(bad) = args.iter().find(|arg| is_invalid(arg)) {
            return bad.clone();
        }
        self.each_candidate(args, span, |run, args| {
            if let Some(node) = run.reading(name, &args, span, frame) {
                return node;
            }
            if let Some(symbol) = passing(name, &args) {
                return symbol;
            }
            let args = run.literals(args, frame);
            if !run.pay(args.iter().map(super::value::weight).sum(), frame) {
                return Node::unknown(span, "too much to evaluate");
            }
            let args = Args { span, nodes: &args };
            pure(name, &args).unwrap_or_else(|| unknown(name, span))
        })
    }

    /// The arguments evaluated, a spread one laid out.
    fn arguments(&mut self, args: &[Node], frame: &Frame) -> Vec<Node> {
        let mut found = Vec::with_capacity(args.len());
        for arg in args {
            let Some(all) = spread(arg) else {
                found.push(self.eval(arg, frame));
                continue;
            };
            let all = self.eval(all, frame);
            match all.value {
                Value::List(items) => found.extend(items),
                _ => found.push(Node::unknown(all.span, "arguments not known")),
            }
        }
        found
    }
}

/// A call that stays, its arguments evaluated.
fn kept(name: &str, args: Vec<Node>, span: Span) -> Node {
    let name = name.into();
    Node::new(span, Value::expr(Expr::Call { name, args }))
}

/// Functions that leave what a symbol stands for as good as it was.
fn passing(name: &str, args: &[Node]) -> Option<Node> {
    let first = args.first()?;
    let Value::Expr(expr) = &first.value else {
        return None;
    };
    let passes = match name {
        "sensitive" | "nonsensitive" | "ephemeralasnull" => return Some(first.clone()),
        "tostring" | "lower" | "trimspace" | "one" | "toset" | "tolist" | "tomap" => true,
        "replace" | "trimprefix" => args.get(1)?.as_str() == Some("https://"),
        _ => false,
    };
    (passes && matches!(**expr, Expr::Symbol { .. })).then(|| first.clone())
}

/// The first argument that is neither null nor empty; those that may be are candidates.
fn coalesce(args: Vec<Node>, span: Span) -> Node {
    let mut perhaps = Vec::new();
    for arg in args {
        if arg.is_empty() || is_invalid(&arg) {
            continue;
        }
        let open = candidates_of(&arg)
            .iter()
            .any(|node| why(node).is_some() || node.is_empty());
        perhaps.extend(
            candidates_of(&arg)
                .iter()
                .filter(|node| !node.is_empty())
                .cloned(),
        );
        if !open {
            break;
        }
    }
    if perhaps.is_empty() {
        return invalid(span);
    }
    one_of(span, perhaps)
}

fn unknown(name: &str, span: Span) -> Node {
    Node::unknown(span, &format!("result of {name}()"))
}

/// Functions of their arguments alone; none when the result is not known.
fn pure(name: &str, args: &Args) -> Option<Node> {
    list::call(name, args)
        .or_else(|| map::call(name, args))
        .or_else(|| text::call(name, args))
        .or_else(|| number::call(name, args))
}
