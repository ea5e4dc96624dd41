//! Policy documents written as text: a string, or a heredoc with holes. All places in it are the text's own place.

use super::super::scalar::Scalar;
use crate::format::{Entry, Expr, Node, Value};
use crate::source::Span;
use compact_str::CompactString;

/// Characters that cannot stand in a policy; they mark the holes while the text is parsed.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// The tree of a JSON text, holes kept as the expressions they are. None when it is no JSON.
pub(super) fn parse(node: &Node) -> Option<Node> {
    let mut holes = Vec::new();
    let text = match &node.value {
        Value::String(text) => text.to_string(),
        Value::Expr(expr) => match expr.as_ref() {
            Expr::Template(parts) => marked(parts, &mut holes),
            _ => return None,
        },
        _ => return None,
    };
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(tree(&json, node.span, &holes))
}

/// The text with a mark for each hole; a hole outside a JSON string is put in quotes, to stand for a whole value.
fn marked<'a>(parts: &'a [Node], holes: &mut Vec<&'a Node>) -> String {
    let (mut text, mut in_string) = (String::new(), false);
    for part in parts {
        if let Some(literal) = part.as_str() {
            let mut escaped = false;
            for c in literal.chars() {
                match c {
                    _ if escaped => escaped = false,
                    '\\' if in_string => escaped = true,
                    '"' => in_string = !in_string,
                    _ => {}
                }
                text.push(c);
            }
            continue;
        }
        let mark = format!("{OPEN}{}{CLOSE}", holes.len());
        holes.push(part);
        if in_string {
            text.push_str(&mark);
        } else {
            text.push_str(&format!("\"{mark}\""));
        }
    }
    text
}

fn tree(json: &serde_json::Value, span: Span, holes: &[&Node]) -> Node {
    let value = match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Bool(*flag),
        serde_json::Value::Number(number) => Value::Number(number.to_string().into()),
        serde_json::Value::String(text) => return filled(text, span, holes),
        serde_json::Value::Array(items) => {
            Value::List(items.iter().map(|item| tree(item, span, holes)).collect())
        }
        serde_json::Value::Object(entries) => Value::Map(
            entries
                .iter()
                .map(|(key, value)| Entry {
                    key: key_text(key, holes),
                    key_span: span,
                    value: tree(value, span, holes),
                })
                .collect(),
        ),
    };
    Node::new(span, value)
}

/// A string with its holes put back.
fn filled(text: &str, span: Span, holes: &[&Node]) -> Node {
    let mut parts = pieces(text, holes)
        .map(|piece| match piece {
            Ok(literal) => Node::string(span, literal),
            Err(hole) => hole.clone(),
        })
        .collect::<Vec<_>>();
    if parts.len() == 1 {
        return parts.remove(0);
    }
    if parts.is_empty() {
        return Node::string(span, "");
    }
    Node::new(span, Value::Expr(Box::new(Expr::Template(parts))))
}

/// A key with its holes named.
fn key_text(text: &str, holes: &[&Node]) -> CompactString {
    pieces(text, holes)
        .map(|piece| match piece {
            Ok(literal) => literal.into(),
            Err(hole) => Scalar::of(hole)
                .pattern_text()
                .unwrap_or_else(|| "${}".into()),
        })
        .collect()
}

/// Literal runs, and the nodes of the holes between them.
fn pieces<'t, 'n>(
    text: &'t str,
    holes: &'t [&'n Node],
) -> impl Iterator<Item = Result<&'t str, &'n Node>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(after) = rest.strip_prefix(OPEN)
            && let Some((index, after)) = after.split_once(CLOSE)
            && let Some(hole) = index.parse().ok().and_then(|index: usize| holes.get(index))
        {
            rest = after;
            return Some(Err(*hole));
        }
        let skip = usize::from(rest.starts_with(OPEN)) * OPEN.len_utf8();
        let end = rest[skip..].find(OPEN).map_or(rest.len(), |at| at + skip);
        let (literal, after) = rest.split_at(end);
        rest = after;
        Some(Ok(literal))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hole(address: &str) -> Node {
        let symbol = Expr::Symbol {
            address: address.into(),
            attribute: "arn".into(),
        };
        Node::new(Span::default(), Value::Expr(Box::new(symbol)))
    }

    fn template(parts: Vec<Node>) -> Node {
        Node::new(
            Span::default(),
            Value::Expr(Box::new(Expr::Template(parts))),
        )
    }

    #[test]
    fn keeps_holes_inside_and_outside_strings() {
        let text = |text: &str| Node::string(Span::default(), text);
        let node = template(vec![
            text("{\"Resource\": \""),
            hole("aws_s3_bucket.a"),
            text("/*\", \"Action\": "),
            hole("local.actions"),
            text(", \"Key\": \"say \\\"hi\\\"\"}"),
        ]);
        let tree = parse(&node).expect("it is JSON");
        let resource = tree.get("Resource").expect("a resource");
        assert!(
            matches!(&resource.value, Value::Expr(e) if matches!(&**e, Expr::Template(p) if p.len() == 2))
        );
        assert_eq!(tree.get("Action"), Some(&hole("local.actions")));
        assert_eq!(tree.get("Key").and_then(Node::as_str), Some("say \"hi\""));
    }

    #[test]
    fn names_holes_in_keys() {
        let text = |text: &str| Node::string(Span::default(), text);
        let node = template(vec![text("{\""), hole("aws_x.y"), text(":sub\": 1}")]);
        let tree = parse(&node).expect("it is JSON");
        assert_eq!(tree.entries()[0].key, "${aws_x.y.arn}:sub");
    }

    #[test]
    fn what_is_no_json_is_nothing() {
        for text in [
            "",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "{",
            "{\"a\": }",
        ] {
            assert_eq!(parse(&Node::string(Span::default(), text)), None, "{text}");
        }
    }
}
