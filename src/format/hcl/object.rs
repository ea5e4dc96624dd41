//! Objects, whose keys may be computed.
//!
//! An entry's key is text. A computed key is kept as the text of a template: `"${var.host}:sub"` stays as it is written,
//! `(var.host)` becomes `${var.host}`; a literal `${` in a key is written `$${`, so that the two are told apart.

use super::build::Build;
use crate::format::Entry;
use crate::source::Span;
use compact_str::CompactString;
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, Object, ObjectKey};

impl Build<'_> {
    pub(super) fn object(&self, object: &Object, span: Span) -> Vec<Entry> {
        object
            .iter()
            .map(|(key, value)| Entry {
                key: self.key(key),
                key_span: self.span(key.span(), span),
                value: self.node(value.expr(), span),
            })
            .collect()
    }

    fn key(&self, key: &ObjectKey) -> CompactString {
        let expression = match key {
            ObjectKey::Ident(name) => return name.as_str().into(),
            ObjectKey::Expression(expression) => expression,
        };
        match expression {
            Expression::String(text) => literal(text.as_str()),
            Expression::Number(number) => number.value().to_string().into(),
            Expression::Bool(flag) => flag.value().to_string().into(),
            Expression::Null(_) => CompactString::const_new("null"),
            Expression::StringTemplate(_) => self
                .source(expression)
                .and_then(|text| text.strip_prefix('"')?.strip_suffix('"'))
                .unwrap_or("${null}")
                .into(),
            Expression::Parenthesis(inner) => self.hole(inner.inner()),
            other => self.hole(other),
        }
    }

    fn hole(&self, expression: &Expression) -> CompactString {
        if let Expression::String(text) = expression {
            return literal(text.as_str());
        }
        let source = self.source(expression).unwrap_or("null");
        compact_str::format_compact!("${{{source}}}")
    }

    /// The text of an expression.
    fn source(&self, expression: &Expression) -> Option<&str> {
        self.text.get(expression.span()?)
    }
}

fn literal(text: &str) -> CompactString {
    if text.contains("${") || text.contains("%{") {
        text.replace("${", "$${").replace("%{", "%%{").into()
    } else {
        text.into()
    }
}
