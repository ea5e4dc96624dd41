//! Puts templates together: holes whose value is known become text.

use super::frame::Frame;
use super::run::Run;
use super::value::{INVALID, LONGEST, is_invalid};
use crate::format::{Expr, Node, Value};
use crate::source::Span;

/// Most parts of a template whose holes stay open.
const PARTS: usize = 1_000;

impl Run<'_> {
    /// A template with its holes evaluated.
    pub(super) fn template(&mut self, parts: &[Node], span: Span, frame: &Frame) -> Node {
        let parts: Vec<Node> = parts.iter().map(|part| self.eval(part, frame)).collect();
        self.each_candidate(parts, span, |run, parts| {
            let parts = run.literals(parts, frame);
            assemble(span, parts)
        })
    }
}

/// One string when all parts are known, else the template of what is left, neighbouring strings joined.
pub(super) fn assemble(span: Span, parts: Vec<Node>) -> Node {
    let mut joined: Vec<Node> = Vec::with_capacity(parts.len());
    for part in parts {
        if joined.len() > PARTS {
            return Node::unknown(span, "text of too many parts");
        }
        if is_invalid(&part) {
            return Node::unknown(span, INVALID);
        }
        if part.as_str() == Some("") {
            continue;
        }
        let Some(text) = part.scalar() else {
            match part.value {
                Value::Expr(expr) => match *expr {
                    Expr::Template(inner) => joined.extend(inner),
                    expr => joined.push(Node::new(part.span, Value::expr(expr))),
                },
                _ => joined.push(Node::unknown(part.span, "not text")),
            }
            continue;
        };
        match joined.last_mut() {
            Some(Node {
                span: place,
                value: Value::String(before),
            }) => {
                before.push_str(&text);
                *place = place.to(part.span);
                if before.len() > LONGEST {
                    return Node::unknown(span, "text too long");
                }
            }
            _ => joined.push(Node::string(part.span, text)),
        }
    }
    match <[Node; 1]>::try_from(joined) {
        Ok(
            [
                Node {
                    value: Value::String(text),
                    ..
                },
            ],
        ) => Node::string(span, text),
        Ok([only]) => only,
        Err(none) if none.is_empty() => Node::string(span, ""),
        Err(parts) => Node::new(span, Value::expr(Expr::Template(parts))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_parts_join_and_open_parts_stay() {
        let span = Span::default();
        let text = |text: &str| Node::string(span, text);
        let open = Node::unknown(span, "x");
        let whole = assemble(span, vec![text("a"), text("b")]);
        assert_eq!(whole.as_str(), Some("ab"));
        let part = assemble(span, vec![text("a"), text("b"), open.clone(), text("c")]);
        let expected = Expr::Template(vec![text("ab"), open, text("c")]);
        assert_eq!(part.value, Value::expr(expected));
        assert_eq!(assemble(span, vec![]).as_str(), Some(""));
    }
}
