//! What a single value says: text, a reference, text with holes, nothing, or something that cannot be known.

use crate::format::{Expr, Node, Value};
use crate::model::Set;
use crate::source::Span;
use compact_str::CompactString;

/// A value where one word is expected.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    /// Null or an empty string.
    Empty,
    /// A literal.
    Text(CompactString, Span),
    /// An attribute of another declaration.
    Address {
        /// That declaration.
        address: CompactString,
        /// The attribute.
        attribute: CompactString,
        /// Where the reference stands.
        span: Span,
    },
    /// Text of which parts are references or unknown.
    Pieces(Vec<Piece>, Span),
    /// Cannot be known.
    Unknown(Span),
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// Literal.
    Text(CompactString),
    /// An attribute of the declaration at this address.
    Address(CompactString, CompactString),
    /// Not known.
    Hole,
}

impl Scalar {
    /// Reads a node.
    pub(super) fn of(node: &Node) -> Scalar {
        let span = node.span;
        match &node.value {
            Value::Null => Scalar::Empty,
            Value::String(text) if text.is_empty() => Scalar::Empty,
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Scalar::Text(node.scalar().unwrap_or_default(), span)
            }
            Value::Expr(expr) => Self::computed(expr, span),
            Value::List(items) if items.len() == 1 => Self::of(&items[0]),
            Value::List(items) if items.is_empty() => Scalar::Empty,
            Value::List(_) | Value::Map(_) | Value::Block(_) => Scalar::Unknown(span),
        }
    }

    fn computed(expr: &Expr, span: Span) -> Scalar {
        match expr {
            Expr::Symbol { address, attribute } => Scalar::Address {
                address: address.clone(),
                attribute: attribute.clone(),
                span,
            },
            Expr::Candidates(nodes) => Self::agreed(nodes.iter(), span),
            Expr::Conditional { yes, no, .. } => Self::agreed([yes, no].into_iter(), span),
            Expr::Template(parts) => Self::joined(parts, span),
            Expr::Reference(_)
            | Expr::Call { .. }
            | Expr::Operation { .. }
            | Expr::For { .. }
            | Expr::Unknown(_) => Scalar::Unknown(span),
        }
    }

    /// What holds for all candidates holds.
    fn agreed<'a>(nodes: impl Iterator<Item = &'a Node>, span: Span) -> Scalar {
        let mut all = nodes.map(Scalar::of);
        let Some(first) = all.next() else {
            return Scalar::Unknown(span);
        };
        if all.all(|next| next.same(&first)) {
            first
        } else {
            Scalar::Unknown(span)
        }
    }

    fn same(&self, other: &Scalar) -> bool {
        match (self, other) {
            (Scalar::Empty, Scalar::Empty) => true,
            (Scalar::Text(a, _), Scalar::Text(b, _)) => a == b,
            (Scalar::Address { address: a, .. }, Scalar::Address { address: b, .. }) => a == b,
            (Scalar::Pieces(a, _), Scalar::Pieces(b, _)) => a == b,
            _ => false,
        }
    }

    fn joined(parts: &[Node], span: Span) -> Scalar {
        let mut pieces: Vec<Piece> = Vec::new();
        for part in parts {
            match Scalar::of(part) {
                Scalar::Empty => {}
                Scalar::Text(text, _) => match pieces.last_mut() {
                    Some(Piece::Text(before)) => before.push_str(&text),
                    _ => pieces.push(Piece::Text(text)),
                },
                Scalar::Address {
                    address, attribute, ..
                } => pieces.push(Piece::Address(address, attribute)),
                Scalar::Pieces(inner, _) => pieces.extend(inner),
                Scalar::Unknown(_) => pieces.push(Piece::Hole),
            }
        }
        Self::pieced(pieces, span)
    }

    fn pieced(mut pieces: Vec<Piece>, span: Span) -> Scalar {
        match pieces.as_mut_slice() {
            [] => Scalar::Empty,
            [Piece::Text(text)] => Scalar::Text(std::mem::take(text), span),
            [Piece::Hole] => Scalar::Unknown(span),
            [Piece::Address(address, attribute)] => Scalar::Address {
                address: std::mem::take(address),
                attribute: std::mem::take(attribute),
                span,
            },
            _ => Scalar::Pieces(pieces, span),
        }
    }

    /// The same without a prefix, if it starts with it (without regard to case).
    pub(super) fn without(self, prefix: &str) -> Scalar {
        let starts = |text: &str| {
            text.get(..prefix.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        match self {
            Scalar::Text(text, span) if starts(&text) => {
                let rest = CompactString::from(&text[prefix.len()..]);
                if rest.is_empty() {
                    Scalar::Empty
                } else {
                    Scalar::Text(rest, span)
                }
            }
            Scalar::Pieces(mut pieces, span) => {
                if let Some(Piece::Text(text)) = pieces.first_mut()
                    && starts(text)
                {
                    *text = CompactString::from(&text[prefix.len()..]);
                    if text.is_empty() {
                        pieces.remove(0);
                    }
                }
                Self::pieced(pieces, span)
            }
            other => other,
        }
    }

    /// Where it stands.
    pub(super) fn span(&self) -> Option<Span> {
        match self {
            Scalar::Empty => None,
            Scalar::Text(_, span)
            | Scalar::Address { span, .. }
            | Scalar::Pieces(_, span)
            | Scalar::Unknown(span) => Some(*span),
        }
    }

    /// Adds it to a set; what is not wholly known leaves the set incomplete.
    pub(super) fn add_to(&self, set: &mut Set) {
        match self {
            Scalar::Empty => {}
            Scalar::Text(text, span) => set.push(text.clone(), *span),
            Scalar::Address { address, span, .. } => set.push(address.clone(), *span),
            Scalar::Pieces(pieces, span) => {
                set.push(self.pattern_text().unwrap_or_default(), *span);
                set.complete &= !pieces.contains(&Piece::Hole);
            }
            Scalar::Unknown(_) => set.complete = false,
        }
    }

    /// The text to match patterns against: references as `${address.attribute}`, holes as `${}`. None where nothing is
    /// written or nothing is known.
    pub(super) fn pattern_text(&self) -> Option<CompactString> {
        match self {
            Scalar::Empty | Scalar::Unknown(_) => None,
            Scalar::Text(text, _) => Some(text.clone()),
            Scalar::Address {
                address, attribute, ..
            } => Some(hole(address, attribute)),
            Scalar::Pieces(pieces, _) => Some(
                pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => text.clone(),
                        Piece::Address(address, attribute) => hole(address, attribute),
                        Piece::Hole => "${}".into(),
                    })
                    .collect(),
            ),
        }
    }
}

fn hole(address: &str, attribute: &str) -> CompactString {
    if attribute.is_empty() {
        compact_str::format_compact!("${{{address}}}")
    } else {
        compact_str::format_compact!("${{{address}.{attribute}}}")
    }
}
