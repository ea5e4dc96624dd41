//! From the parser's tree to ours.
//!
//! What our tree has no shape of its own for is written with what it has: a call's last argument that is spread
//! (`f(xs...)`) and a grouped object value are calls of the function `...`; a key that is computed is the text of a
//! template (see [`super::object`]); a traversal of something that is no name starts with an index step.

use super::super::{Block, Entry, Expr, Node, Op, Step, Value};
use crate::source::{BlobId, Span};
use compact_str::CompactString;
use hcl_edit::Span as _;
use hcl_edit::expr::{
    BinaryOperator, Expression, ForExpr, FuncCall, Traversal, TraversalOperator, UnaryOperator,
};
use hcl_edit::structure::{Attribute, BlockLabel, Body, Structure};
use std::ops::Range;

/// How offsets of a text become spans.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    blob: BlobId,
    base: usize,
    /// The one place of everything, where offsets cannot be told.
    whole: Option<Span>,
}

impl Places {
    /// The text stands at `base` as it is.
    pub(super) fn exact(blob: BlobId, base: usize) -> Self {
        Self {
            blob,
            base,
            whole: None,
        }
    }

    /// The text stands somewhere in `span`.
    pub(super) fn within(span: Span) -> Self {
        Self {
            blob: span.blob,
            base: 0,
            whole: Some(span),
        }
    }

    fn span(self, range: Range<usize>) -> Span {
        self.whole
            .unwrap_or_else(|| Span::new(self.blob, self.base + range.start, self.base + range.end))
    }
}

/// Builds nodes from what was parsed out of `text`.
pub(super) struct Build<'t> {
    pub(super) text: &'t str,
    places: Places,
}

impl<'t> Build<'t> {
    pub(super) fn new(text: &'t str, places: Places) -> Self {
        Self { text, places }
    }

    /// Where something stands; the place of what it is part of when the parser does not say.
    pub(super) fn span(&self, range: Option<Range<usize>>, parent: Span) -> Span {
        range.map_or(parent, |range| self.places.span(range))
    }

    /// The place of the whole text.
    pub(super) fn everything(&self) -> Span {
        self.places.span(0..self.text.len())
    }

    pub(super) fn body(&self, body: &Body) -> Vec<Entry> {
        let parent = self.everything();
        body.iter()
            .map(|structure| match structure {
                Structure::Attribute(attribute) => self.attribute(attribute, parent),
                Structure::Block(block) => self.block(block, parent),
            })
            .collect()
    }

    fn attribute(&self, attribute: &Attribute, parent: Span) -> Entry {
        Entry {
            key: attribute.key.as_str().into(),
            key_span: self.span(attribute.key.span(), parent),
            value: self.node(&attribute.value, parent),
        }
    }

    fn block(&self, block: &hcl_edit::structure::Block, parent: Span) -> Entry {
        let span = self.span(block.span(), parent);
        let key_span = self.span(block.ident.span(), span);
        let labels: Vec<(CompactString, Span)> = block
            .labels
            .iter()
            .map(|label| {
                let place = match label {
                    BlockLabel::Ident(ident) => ident.span(),
                    BlockLabel::String(string) => string.span(),
                };
                (label.as_str().into(), self.span(place, key_span))
            })
            .collect();
        let head = labels
            .last()
            .map_or(key_span, |(_, last)| key_span.to(*last));
        let body = Block {
            body: self.body(&block.body),
            head,
            labels,
        };
        Entry {
            key: block.ident.as_str().into(),
            key_span,
            value: Node::new(span, Value::Block(Box::new(body))),
        }
    }

    /// Any expression; `parent` is the place of what it stands in.
    pub(super) fn node(&self, expression: &Expression, parent: Span) -> Node {
        let span = self.span(expression.span(), parent);
        let value = match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(flag) => Value::Bool(*flag.value()),
            Expression::Number(number) => Value::Number(self.number(number)),
            Expression::String(string) => Value::String(string.as_str().into()),
            Expression::Array(items) => {
                Value::List(items.iter().map(|item| self.node(item, span)).collect())
            }
            Expression::Object(object) => Value::Map(self.object(object, span).into()),
            Expression::StringTemplate(template) => self.quoted(template, span),
            Expression::HeredocTemplate(heredoc) => self.parts(&heredoc.template, span),
            Expression::Parenthesis(inner) => return self.node(inner.inner(), span),
            Expression::Variable(name) => {
                Value::expr(Expr::Reference(vec![Step::Name(name.as_str().into())]))
            }
            Expression::Conditional(choice) => Value::expr(Expr::Conditional {
                test: self.node(&choice.cond_expr, span),
                yes: self.node(&choice.true_expr, span),
                no: self.node(&choice.false_expr, span),
            }),
            Expression::FuncCall(call) => self.call(call, span),
            Expression::Traversal(traversal) => self.traversal(traversal, span),
            Expression::UnaryOp(operation) => Value::expr(Expr::Operation {
                op: match operation.operator.value() {
                    UnaryOperator::Neg => Op::Neg,
                    UnaryOperator::Not => Op::Not,
                },
                left: Node::new(span, Value::Null),
                right: self.node(&operation.expr, span),
            }),
            Expression::BinaryOp(operation) => Value::expr(Expr::Operation {
                op: operator(*operation.operator.value()),
                left: self.node(&operation.lhs_expr, span),
                right: self.node(&operation.rhs_expr, span),
            }),
            Expression::ForExpr(walk) => self.walk(walk, span),
        };
        Node::new(span, value)
    }

    /// A number as written: the parser's own value may be rounded.
    fn number(&self, number: &hcl_edit::Formatted<hcl_edit::Number>) -> CompactString {
        number
            .span()
            .and_then(|range| self.text.get(range))
            .map_or_else(
                || number.value().to_string().into(),
                |text| {
                    text.chars()
                        .filter(|letter| !letter.is_whitespace())
                        .collect()
                },
            )
    }

    fn call(&self, call: &FuncCall, span: Span) -> Value {
        let mut args: Vec<Node> = call.args.iter().map(|arg| self.node(arg, span)).collect();
        if call.args.expand_final()
            && let Some(last) = args.pop()
        {
            args.push(spread(last));
        }
        let mut name = CompactString::default();
        for part in &call.name.namespace {
            name.push_str(part.as_str());
            name.push_str("::");
        }
        name.push_str(call.name.name.as_str());
        Value::expr(Expr::Call { name, args })
    }

    fn traversal(&self, traversal: &Traversal, span: Span) -> Value {
        let mut steps = Vec::with_capacity(traversal.operators.len() + 1);
        steps.push(match &traversal.expr {
            Expression::Variable(name) => Step::Name(name.as_str().into()),
            other => Step::Index(self.node(other, span)),
        });
        for operator in &traversal.operators {
            steps.push(match operator.value() {
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => Step::Splat,
                TraversalOperator::GetAttr(name) => Step::Name(name.as_str().into()),
                TraversalOperator::Index(index) => Step::Index(self.node(index, span)),
                TraversalOperator::LegacyIndex(index) => Step::Index(Node::new(
                    self.span(operator.span(), span),
                    Value::Number(index.value().to_string().into()),
                )),
            });
        }
        Value::expr(Expr::Reference(steps))
    }

    fn walk(&self, walk: &ForExpr, span: Span) -> Value {
        let mut value = self.node(&walk.value_expr, span);
        if walk.grouping {
            value = spread(value);
        }
        let key_var = walk.intro.key_var.as_ref();
        Value::expr(Expr::For {
            key_var: key_var.map(|name| name.as_str().into()),
            value_var: walk.intro.value_var.as_str().into(),
            collection: self.node(&walk.intro.collection_expr, span),
            key: walk.key_expr.as_ref().map(|key| self.node(key, span)),
            value,
            test: walk.cond.as_ref().map(|cond| self.node(&cond.expr, span)),
        })
    }
}

/// Marks a node that stands for its items.
fn spread(node: Node) -> Node {
    let name = CompactString::const_new("...");
    let args = vec![node];
    let span = args[0].span;
    Node::new(span, Value::expr(Expr::Call { name, args }))
}

fn operator(operator: BinaryOperator) -> Op {
    match operator {
        BinaryOperator::Eq => Op::Eq,
        BinaryOperator::NotEq => Op::NotEq,
        BinaryOperator::LessEq => Op::LessEq,
        BinaryOperator::GreaterEq => Op::GreaterEq,
        BinaryOperator::Less => Op::Less,
        BinaryOperator::Greater => Op::Greater,
        BinaryOperator::Plus => Op::Add,
        BinaryOperator::Minus => Op::Sub,
        BinaryOperator::Mul => Op::Mul,
        BinaryOperator::Div => Op::Div,
        BinaryOperator::Mod => Op::Mod,
        BinaryOperator::And => Op::And,
        BinaryOperator::Or => Op::Or,
    }
}
