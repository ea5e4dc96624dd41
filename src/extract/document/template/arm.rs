//! Azure Resource Manager templates: resources in lists or maps, nested in one another and in deployments.

use super::super::Source;
use crate::format::{Declaration, Node, Value};
use crate::source::Span;
use compact_str::{CompactString, format_compact};

/// Nested ARM resources and deployments end here.
const DEPTH: usize = 16;

/// Takes a root that is an ARM template.
pub(super) fn read(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let schema = source.root.get("$schema")?.as_str()?.to_ascii_lowercase();
    if !schema.contains("deploymenttemplate.json") {
        return None;
    }
    let mut declared = source.whole("arm", "template");
    resources(source, source.root, "", DEPTH, &mut declared);
    Some(declared)
}

/// ARM resources below a template or a parent resource: a list, or from language version 2.0 a map by symbolic name.
fn resources(
    source: &Source<'_>,
    parent: &Node,
    prefix: &str,
    depth: usize,
    out: &mut Vec<Declaration>,
) {
    if depth == 0 {
        return;
    }
    let children: Vec<&Node> = match parent.get("resources").map(|node| &node.value) {
        Some(Value::List(items)) => items.iter().collect(),
        Some(Value::Map(entries)) => entries.iter().map(|entry| &entry.value).collect(),
        _ => return,
    };
    for child in children {
        let Some(own) = child.get("type").and_then(Node::as_str) else {
            continue;
        };
        let kind = full_type(prefix, own);
        let name = child.get("name").and_then(Node::scalar).unwrap_or_default();
        let label = match name.is_empty() {
            true => format_compact!("{}", child.span.start),
            false => name.clone(),
        };
        out.push(Declaration {
            language: "arm",
            kind: kind.clone(),
            address: format_compact!("{}#{kind}/{label}", source.address()),
            name,
            body: child.clone(),
            span: child.span,
            head: arm_head(child),
            scope: source.scope(),
        });
        resources(source, child, &kind, depth - 1, out);
        if let Some(nested) = child.at(&["properties", "template"]) {
            resources(source, nested, "", depth - 1, out);
        }
    }
}

/// A child may spell its whole type or only the part below its parent's.
fn full_type(prefix: &str, own: &str) -> CompactString {
    match prefix.is_empty() || own.contains('.') {
        true => own.into(),
        false => format_compact!("{prefix}/{own}"),
    }
}

fn arm_head(node: &Node) -> Span {
    let entry = node.entry("name").or_else(|| node.entry("type"));
    entry.map_or(node.span, |entry| entry.key_span.to(entry.value.span))
}
