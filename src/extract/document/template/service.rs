//! The Serverless Framework: the service with its functions and rights, and the resources of the stack beside them.
//! `${...}` is filled in when the service is deployed: what holds it is text with a hole.

use super::super::Source;
use super::{stack, without};
use crate::format::{Declaration, Expr, Node, Value};
use crate::source::Span;

/// Takes a root that is a service.
pub(super) fn read(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let named = source.file().starts_with("serverless.");
    if !(source.has("service") && source.has("provider") && (named || source.has("functions"))) {
        return None;
    }
    let mut declared = source.whole("serverless", "service");
    without(&mut declared, "resources");
    for parts in source.root.all("resources") {
        if let Some(resources) = parts.get("Resources") {
            stack(source, resources, &mut declared);
        }
    }
    for declaration in &mut declared {
        open(declaration.body_mut());
    }
    Some(declared)
}

fn open(node: &mut Node) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(open),
        Value::Map(entries) => entries.iter_mut().for_each(|entry| open(&mut entry.value)),
        Value::String(text) if text.contains("${") => *node = holes(&text.clone(), node.span),
        _ => {}
    }
}

/// Text with its variables as holes; those of CloudFormation's `Fn::Sub` look alike and are left to it.
fn holes(text: &str, span: Span) -> Node {
    let is_own = |hole: &str| {
        hole.starts_with("AWS::")
            || !hole.contains([':', '(']) && hole.starts_with(|c: char| c.is_ascii_uppercase())
    };
    let mut parts = Vec::new();
    let (mut rest, mut literal) = (text, String::new());
    while let Some((before, after)) = rest.split_once("${") {
        let end = closing(after);
        let (hole, after) = after.split_at(end);
        literal.push_str(before);
        if is_own(hole) {
            literal.push_str(&format!("${{{hole}}}"));
        } else {
            if !literal.is_empty() {
                parts.push(Node::string(span, std::mem::take(&mut literal)));
            }
            parts.push(Node::unknown(span, "variable"));
        }
        rest = after.strip_prefix('}').unwrap_or(after);
    }
    literal.push_str(rest);
    if parts.is_empty() {
        return Node::string(span, literal);
    }
    if !literal.is_empty() {
        parts.push(Node::string(span, literal));
    }
    match parts.len() {
        1 => parts.remove(0),
        _ => Node::new(span, Value::expr(Expr::Template(parts))),
    }
}

/// Where a hole ends, those in it taken whole.
fn closing(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return at,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_holes() {
        let span = Span::default();
        assert!(holes("${self:custom.x}", span).is_open());
        assert!(holes("arn:${opt:stage, ${self:x}}:b", span).is_open());
        let own = holes("${AWS::AccountId}-${Bucket.Arn}", span);
        assert_eq!(own.as_str(), Some("${AWS::AccountId}-${Bucket.Arn}"));
        assert!(holes("${unclosed", span).is_open());
    }
}
