//! Evaluates expressions: what can be known becomes a literal, the rest says why not.

use super::frame::Frame;
use super::run::Run;
use super::value::{
    CANDIDATES, candidates_of, equal, flag, invalid, is_invalid, more_entries, number, one_of,
};
use crate::format::{Block, Entry, Expr, Node, Op, Value, parse_template};
use crate::source::Span;
use compact_str::CompactString;

impl<'d> Run<'d> {
    /// The value of a node.
    pub(super) fn eval(&mut self, node: &Node, frame: &Frame) -> Node {
        if !self.pay(1, frame) {
            return Node::unknown(node.span, "too much to evaluate");
        }
        match &node.value {
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => node.clone(),
            _ => self.deeper(frame, node.span, |run| run.compound(node, frame)),
        }
    }

    fn compound(&mut self, node: &Node, frame: &Frame) -> Node {
        let value = match &node.value {
            Value::List(items) => {
                Value::List(items.iter().map(|item| self.eval(item, frame)).collect())
            }
            Value::Map(entries) => Value::Map(self.object(entries, frame).into()),
            Value::Block(block) => Value::Block(Box::new(Block {
                labels: block.labels.clone(),
                head: block.head,
                body: self.body(&block.body, frame),
            })),
            Value::Expr(expr) => return self.expression(expr, node.span, frame),
            scalar => scalar.clone(),
        };
        Node::new(node.span, value)
    }

    fn expression(&mut self, expr: &Expr, span: Span, frame: &Frame) -> Node {
        match expr {
            Expr::Reference(steps) => self.reference(steps, span, frame),
            Expr::Template(parts) => self.template(parts, span, frame),
            Expr::Call { name, args } => self.call(name, args, span, frame),
            Expr::Conditional { test, yes, no } => {
                let test = self.eval(test, frame);
                match test.as_bool() {
                    Some(true) => self.eval(yes, frame),
                    Some(false) => self.eval(no, frame),
                    None if is_invalid(&test) => test,
                    None => {
                        let both = [self.eval(yes, frame), self.eval(no, frame)];
                        one_of(span, both.into_iter().filter(|node| !is_invalid(node)))
                    }
                }
            }
            Expr::Operation { op, left, right } => {
                let sides = vec![self.eval(left, frame), self.eval(right, frame)];
                self.each_candidate(sides, span, |run, sides| {
                    let sides = run.literals(sides, frame);
                    operate(*op, &sides[0], &sides[1], span)
                })
            }
            Expr::For { .. } => self.walk(expr, span, frame),
            Expr::Symbol { .. } | Expr::Unknown(_) => Node::new(span, Value::expr(expr.clone())),
            Expr::Candidates(nodes) => {
                let nodes: Vec<Node> = nodes.iter().map(|node| self.eval(node, frame)).collect();
                one_of(span, nodes)
            }
        }
    }

    /// Entries of an object, with computed keys worked out as far as they can be.
    fn object(&mut self, entries: &[Entry], frame: &Frame) -> Vec<Entry> {
        let mut found = Vec::with_capacity(entries.len());
        for entry in entries {
            let value = self.eval(&entry.value, frame);
            if !entry.key.contains("{") {
                found.push(Entry {
                    key: entry.key.clone(),
                    key_span: entry.key_span,
                    value,
                });
                continue;
            }
            let key = self.key(&entry.key, entry.key_span, frame);
            found.push(key.map_or_else(
                || more_entries(entry.key_span),
                |key| Entry {
                    key,
                    key_span: entry.key_span,
                    value,
                },
            ));
        }
        found
    }

    /// The text of a computed key; holes that stay open keep their source. None when nothing of it is known.
    fn key(&mut self, key: &str, span: Span, frame: &Frame) -> Option<CompactString> {
        let Some(template) = parse_template(key, span) else {
            return Some(key.into());
        };
        let key_node = self.eval(&template, frame);
        if let Some(text) = key_node.scalar() {
            return Some(text);
        }
        match &key_node.value {
            Value::Expr(expr) => match &**expr {
                Expr::Template(parts) => Some(parts.iter().map(written).collect()),
                Expr::Symbol { .. } => Some(written(&key_node)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Applies a function to every choice among the candidates of its arguments.
    pub(super) fn each_candidate(
        &mut self,
        args: Vec<Node>,
        span: Span,
        mut apply: impl FnMut(&mut Self, Vec<Node>) -> Node,
    ) -> Node {
        let counts: Vec<usize> = args.iter().map(|arg| candidates_of(arg).len()).collect();
        let choices = counts
            .iter()
            .try_fold(1_usize, |product, count| product.checked_mul(*count));
        match choices {
            Some(1) => apply(self, args),
            Some(choices) if choices <= CANDIDATES => {
                let nodes: Vec<Node> = (0..choices)
                    .map(|choice| {
                        let mut rest = choice;
                        let chosen = args.iter().zip(&counts).map(|(arg, count)| {
                            let index = rest % count;
                            rest /= count;
                            candidates_of(arg)[index].clone()
                        });
                        let chosen = chosen.collect();
                        apply(self, chosen)
                    })
                    .collect();
                one_of(span, nodes)
            }
            _ => Node::unknown(span, "too many candidates"),
        }
    }
}

/// A part of a key as text: what is open in `${...}`.
fn written(part: &Node) -> CompactString {
    if let Some(text) = part.scalar() {
        return text;
    }
    match &part.value {
        Value::Expr(expr) => match &**expr {
            Expr::Symbol { address, attribute } => {
                compact_str::format_compact!("${{{address}.{attribute}}}")
            }
            Expr::Unknown(reason) => compact_str::format_compact!("${{{reason}}}"),
            _ => CompactString::const_new("${...}"),
        },
        _ => CompactString::const_new("${...}"),
    }
}

/// The result of an operator on two values; the left one of a unary operator is null.
fn operate(op: Op, left: &Node, right: &Node, span: Span) -> Node {
    if is_invalid(left) || is_invalid(right) {
        return invalid(span);
    }
    let result = match op {
        Op::Eq => equal(left, right).map(|equal| flag(span, equal)),
        Op::NotEq => equal(left, right).map(|equal| flag(span, !equal)),
        Op::Not => right.as_bool().map(|right| flag(span, !right)),
        Op::And => match (left.as_bool(), right.as_bool()) {
            (Some(false), _) | (_, Some(false)) => Some(flag(span, false)),
            (Some(true), Some(true)) => Some(flag(span, true)),
            _ => None,
        },
        Op::Or => match (left.as_bool(), right.as_bool()) {
            (Some(true), _) | (_, Some(true)) => Some(flag(span, true)),
            (Some(false), Some(false)) => Some(flag(span, false)),
            _ => None,
        },
        Op::Neg => right.as_f64().map(|right| number(span, -right)),
        _ => left
            .as_f64()
            .zip(right.as_f64())
            .and_then(|(left, right)| calculate(op, left, right, span)),
    };
    result.unwrap_or_else(|| Node::unknown(span, "operand not known"))
}

fn calculate(op: Op, left: f64, right: f64, span: Span) -> Option<Node> {
    let value = match op {
        Op::Less => return Some(flag(span, left < right)),
        Op::LessEq => return Some(flag(span, left <= right)),
        Op::Greater => return Some(flag(span, left > right)),
        Op::GreaterEq => return Some(flag(span, left >= right)),
        Op::Add => left + right,
        Op::Sub => left - right,
        Op::Mul => left * right,
        Op::Div => left / right,
        Op::Mod => left % right,
        Op::Eq | Op::NotEq | Op::And | Op::Or | Op::Not | Op::Neg => return None,
    };
    value.is_finite().then(|| number(span, value))
}
