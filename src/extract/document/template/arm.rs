//! Azure Resource Manager templates: resources in lists or maps, nested in one another and in deployments. Texts in square
//! brackets are expressions.

use super::super::Source;
use super::without;
use crate::format::{Declaration, Node, Value, parse_expression};
use crate::source::Span;
use compact_str::{CompactString, format_compact};

/// Nested ARM resources and deployments end here.
const DEPTH: usize = 16;

/// Takes a root that is an ARM template.
pub(super) fn read(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let artifact = source.root.at(&["properties", "template"]);
    let root = [Some(source.root), artifact]
        .into_iter()
        .flatten()
        .find(|root| is_template(root))?;
    let mut declared = source.whole("arm", "template");
    if let Some(whole) = declared.first_mut() {
        whole.body = root.clone().into();
    }
    without(&mut declared, "resources");
    resources(source, root, "", DEPTH, &mut declared);
    for declaration in &mut declared {
        expressions(declaration.body_mut());
    }
    Some(declared)
}

/// Whether a node is a template by its schema; one in a blueprint's artifact is.
fn is_template(node: &Node) -> bool {
    let schema = node.get("$schema").and_then(Node::as_str);
    schema.is_some_and(|schema| {
        let schema = schema.to_ascii_lowercase();
        schema.contains("deploymenttemplate.json")
    })
}

/// Replaces texts that are expressions by their trees.
fn expressions(node: &mut Node) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(expressions),
        Value::Map(entries) => entries
            .iter_mut()
            .for_each(|entry| expressions(&mut entry.value)),
        Value::String(text) => {
            let Some(inner) = text.strip_prefix('[') else {
                return;
            };
            if inner.starts_with('[') {
                *text = inner.into();
            } else if let Some(inner) = inner.strip_suffix(']') {
                *node = parse_expression(inner, node.span)
                    .unwrap_or_else(|| Node::unknown(node.span, "expression"));
            }
        }
        _ => {}
    }
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
    let children: Vec<(Option<&str>, &Node)> = match parent.get("resources").map(|node| &node.value)
    {
        Some(Value::List(items)) => items.iter().map(|item| (None, item)).collect(),
        Some(Value::Map(entries)) => entries
            .iter()
            .map(|entry| (Some(entry.key.as_str()), &entry.value))
            .collect(),
        _ => return,
    };
    for (symbol, child) in children {
        let Some(own) = child.get("type").and_then(Node::as_str) else {
            continue;
        };
        let kind = full_type(prefix, own);
        out.push(declaration(source, child, &kind, symbol));
        resources(source, child, &kind, depth - 1, out);
        if let Some(nested) = child.at(&["properties", "template"]) {
            resources(source, nested, "", depth - 1, out);
        }
    }
}

fn declaration(source: &Source<'_>, node: &Node, kind: &str, symbol: Option<&str>) -> Declaration {
    let name = node.get("name").and_then(Node::scalar).unwrap_or_default();
    let label = match (symbol, name.is_empty()) {
        (Some(symbol), _) => symbol.into(),
        (None, true) => format_compact!("{}", node.span.start),
        (None, false) => name.clone(),
    };
    let existing = node.get("existing").and_then(Node::as_bool) == Some(true);
    let mut body = node.clone();
    if let Value::Map(entries) = &mut body.value {
        entries.retain(|entry| entry.key != "resources");
    }
    Declaration {
        language: "arm",
        kind: match existing {
            true => format_compact!("data.{kind}"),
            false => kind.into(),
        },
        address: format_compact!("{}#{kind}/{label}", source.address()),
        name,
        body: body.into(),
        span: node.span,
        head: arm_head(node),
        scope: source.scope(),
    }
}

/// A child may spell its whole type or only the part below its parent's.
fn full_type(prefix: &str, own: &str) -> CompactString {
    match prefix.is_empty() || own.contains('.') {
        true => own.into(),
        false => format_compact!("{prefix}/{own}"),
    }
}

/// The line with the type, as the line with the kind is an object's in Kubernetes.
fn arm_head(node: &Node) -> Span {
    let entry = node.entry("type").or_else(|| node.entry("name"));
    entry.map_or(node.span, |entry| entry.key_span.to(entry.value.span))
}
