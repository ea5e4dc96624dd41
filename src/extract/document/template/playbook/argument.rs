//! Arguments of a module: a map, or text of `key=value` words. Jinja in them is unknown already, as the format leaves it.

use crate::format::{Entry, Node, Value};
use crate::source::Span;

/// The arguments of a module as a map; those under `args` beside it count too.
pub(super) fn arguments(node: &Node, more: Option<&Node>) -> Node {
    let mut entries: Vec<Entry> = match &node.value {
        Value::Map(entries) => entries.to_vec(),
        Value::String(text) => words(text, node.span),
        _ => Vec::new(),
    };
    entries.extend(more.map_or(&[][..], Node::entries).iter().cloned());
    for entry in &mut entries {
        flags(&mut entry.value);
    }
    Node::new(node.span, Value::Map(entries.into()))
}

/// `name=x state=present`
fn words(text: &str, span: Span) -> Vec<Entry> {
    text.split_whitespace()
        .filter_map(|word| word.split_once('='))
        .map(|(key, value)| Entry {
            key: key.into(),
            key_span: span,
            value: match value.contains("{{") {
                true => Node::unknown(span, "template"),
                false => Node::string(span, value.trim_matches(['"', '\''])),
            },
        })
        .collect()
}

/// Reads the flags of YAML 1.1, which Ansible takes.
fn flags(node: &mut Node) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(flags),
        Value::Map(entries) => entries.iter_mut().for_each(|entry| flags(&mut entry.value)),
        Value::String(text) => match text.as_str() {
            "yes" | "Yes" | "YES" => node.value = Value::Bool(true),
            "no" | "No" | "NO" => node.value = Value::Bool(false),
            _ => {}
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_arguments() {
        let node = Node::string(Span::default(), "name=ci password={{x}} active=yes x");
        let body = arguments(&node, None);
        assert_eq!(body.get("name").and_then(Node::as_str), Some("ci"));
        assert_eq!(body.get("active").and_then(Node::as_bool), Some(true));
        assert!(body.get("password").is_some_and(Node::is_open));
        assert_eq!(body.entries().len(), 3);
    }
}
