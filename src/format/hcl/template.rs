//! Text with holes: quoted strings, heredocs, and the strings of JSON configurations.
//!
//! `%{ if }` becomes a conditional between two templates, `%{ for }` a `join("", [for ...])`. A quoted string that is one
//! hole and nothing else is that hole's value, as in the language.

use super::build::{Build, Places};
use crate::format::{Expr, Node, Value};
use crate::source::Span;
use compact_str::CompactString;
use hcl_edit::Span as _;
use hcl_edit::parser::parse_template as parse;
use hcl_edit::template::{Directive, Element, ForDirective, IfDirective, Strip, Template};

/// Reads the text of a string as a template. `span` is the whole string with its quotes: when it is exactly two bytes
/// longer than the text nothing in it was escaped, and holes have places of their own. None when it does not parse.
#[must_use]
pub fn parse_template(text: &str, span: Span) -> Option<Node> {
    let template = parse(text).ok()?;
    let places = if span.len() == text.len() + 2 {
        Places::exact(span.blob, span.start as usize + 1)
    } else {
        Places::within(span)
    };
    Some(Node::new(
        span,
        Build::new(text, places).quoted(&template, span),
    ))
}

impl Build<'_> {
    /// A template that is the value inside when it is one hole alone.
    pub(super) fn quoted(&self, template: &Template, span: Span) -> Value {
        match template.as_single_element() {
            Some(Element::Interpolation(hole)) => self.node(&hole.expr, span).value,
            _ => self.parts(template, span),
        }
    }

    /// A template's parts in turn; a string when none of them is a hole.
    pub(super) fn parts(&self, template: &Template, span: Span) -> Value {
        self.trimmed(template, Strip::None, span)
    }

    /// The parts of a template between two markers: `outer` trims its end where the second says so and its start where
    /// the first does.
    fn trimmed(&self, template: &Template, outer: Strip, span: Span) -> Value {
        let elements: Vec<&Element> = template.iter().collect();
        let mut parts: Vec<Node> = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            let place = self.span(element.span(), span);
            match element {
                Element::Literal(text) => {
                    let before = match index.checked_sub(1) {
                        Some(before) => edges(elements[before]).1,
                        None => outer.strip_start(),
                    };
                    let after = match elements.get(index + 1) {
                        Some(after) => edges(after).0,
                        None => outer.strip_end(),
                    };
                    let mut text = text.as_str();
                    if before {
                        text = text.trim_start();
                    }
                    if after {
                        text = text.trim_end();
                    }
                    parts.push(Node::string(place, text));
                }
                Element::Interpolation(hole) => parts.push(self.node(&hole.expr, place)),
                Element::Directive(directive) => parts.push(match &**directive {
                    Directive::If(choice) => self.choice(choice, place),
                    Directive::For(walk) => self.repeat(walk, place),
                }),
            }
        }
        match <[Node; 1]>::try_from(parts) {
            Ok(
                [
                    Node {
                        value: Value::String(text),
                        ..
                    },
                ],
            ) => Value::String(text),
            Ok(one) => Value::expr(Expr::Template(one.into())),
            Err(parts) if parts.is_empty() => Value::String(CompactString::default()),
            Err(parts) => Value::expr(Expr::Template(parts)),
        }
    }

    fn choice(&self, choice: &IfDirective, span: Span) -> Node {
        let end = choice.endif_expr.strip;
        let second = choice.else_expr.as_ref();
        let first = between(
            choice.if_expr.strip,
            second.map_or(end, |other| other.strip),
        );
        let yes = self.trimmed(&choice.if_expr.template, first, span);
        let no = second.map_or(Value::String(CompactString::default()), |other| {
            self.trimmed(&other.template, between(other.strip, end), span)
        });
        Node::new(
            span,
            Value::expr(Expr::Conditional {
                test: self.node(&choice.if_expr.cond_expr, span),
                yes: Node::new(span, yes),
                no: Node::new(span, no),
            }),
        )
    }

    fn repeat(&self, walk: &ForDirective, span: Span) -> Node {
        let inner = between(walk.for_expr.strip, walk.endfor_expr.strip);
        let each = self.trimmed(&walk.for_expr.template, inner, span);
        let key_var = walk.for_expr.key_var.as_ref();
        let list = Expr::For {
            key_var: key_var.map(|name| name.as_str().into()),
            value_var: walk.for_expr.value_var.as_str().into(),
            collection: self.node(&walk.for_expr.collection_expr, span),
            key: None,
            value: Node::new(span, each),
            test: None,
        };
        let args = vec![Node::string(span, ""), Node::new(span, Value::expr(list))];
        let name = CompactString::const_new("join");
        Node::new(span, Value::expr(Expr::Call { name, args }))
    }
}

/// Whether an element trims the text before and after it.
fn edges(element: &Element) -> (bool, bool) {
    let (first, last) = match element {
        Element::Literal(_) => return (false, false),
        Element::Interpolation(hole) => (hole.strip, hole.strip),
        Element::Directive(directive) => match &**directive {
            Directive::If(choice) => (choice.if_expr.strip, choice.endif_expr.strip),
            Directive::For(walk) => (walk.for_expr.strip, walk.endfor_expr.strip),
        },
    };
    (first.strip_start(), last.strip_end())
}

/// How the template between two markers is trimmed.
fn between(first: Strip, second: Strip) -> Strip {
    Strip::from((first.strip_end(), second.strip_start()))
}
