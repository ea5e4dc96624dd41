//! Templates and playbooks of other deployment tools: CloudFormation, ARM, Serverless, Pulumi, Compose, Ansible.

use super::{Source, is_map, is_yaml};
use crate::format::{Declaration, Entry, Node, Value};
use crate::source::Span;
use compact_str::{CompactString, format_compact};

/// Nested ARM resources and deployments end here.
const DEPTH: usize = 16;

/// Takes a root that is one of them.
pub(super) fn read(source: &Source<'_>) -> Option<Vec<Declaration>> {
    cloudformation(source)
        .or_else(|| arm(source))
        .or_else(|| serverless(source))
        .or_else(|| pulumi(source))
        .or_else(|| compose(source))
        .or_else(|| ansible(source))
}

fn cloudformation(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let resources = source.root.get("Resources").filter(|node| is_map(node))?;
    let typed = |entry: &Entry| {
        let kind = entry.value.get("Type").and_then(Node::as_str);
        kind.is_some_and(|kind| kind.contains("::"))
    };
    if !source.has("AWSTemplateFormatVersion") && !resources.entries().iter().any(typed) {
        return None;
    }
    let mut declared = source.whole("cloudformation", "template");
    stack(source, resources, &mut declared);
    Some(declared)
}

/// The resources of a CloudFormation `Resources` map.
fn stack(source: &Source<'_>, resources: &Node, declared: &mut Vec<Declaration>) {
    for entry in resources.entries() {
        let Some(kind) = entry.value.get("Type").and_then(Node::as_str) else {
            continue;
        };
        declared.push(Declaration {
            language: "cloudformation",
            kind: kind.into(),
            name: entry.key.clone(),
            address: format_compact!("{}#{}", source.address(), entry.key),
            body: entry.value.clone(),
            span: entry.key_span.to(entry.value.span),
            head: entry.key_span,
            scope: source.scope(),
        });
    }
}

fn arm(source: &Source<'_>) -> Option<Vec<Declaration>> {
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

fn serverless(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let named = source.file().starts_with("serverless.");
    if !(source.has("service") && source.has("provider") && (named || source.has("functions"))) {
        return None;
    }
    let mut declared = source.whole("serverless", "service");
    for parts in source.root.all("resources") {
        if let Some(resources) = parts.get("Resources") {
            stack(source, resources, &mut declared);
        }
    }
    Some(declared)
}

fn pulumi(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let file = source.file();
    if !file.starts_with("pulumi.") || !is_map(source.root) {
        return None;
    }
    if !source.has("runtime") {
        return Some(source.whole("pulumi", "stack"));
    }
    let mut declared = source.whole("pulumi", "project");
    let resources = source.root.get("resources").map_or(&[][..], Node::entries);
    for entry in resources {
        let Some(kind) = entry.value.get("type").and_then(Node::as_str) else {
            continue;
        };
        declared.push(Declaration {
            language: "pulumi",
            kind: kind.into(),
            name: entry.key.clone(),
            address: format_compact!("{}#{}", source.address(), entry.key),
            body: entry.value.clone(),
            span: entry.key_span.to(entry.value.span),
            head: entry.key_span,
            scope: source.scope(),
        });
    }
    Some(declared)
}

fn compose(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let file = source.file();
    let services = source.root.get("services").filter(|node| is_map(node))?;
    let runs = |node: &Node| node.get("image").is_some() || node.get("build").is_some();
    let shaped = services.entries().iter().any(|entry| runs(&entry.value));
    let named = file.contains("compose") && is_yaml(source);
    ((named || shaped) && !source.has("apiVersion")).then(|| source.whole("compose", "compose"))
}

fn ansible(source: &Source<'_>) -> Option<Vec<Declaration>> {
    if !is_yaml(source) {
        return None;
    }
    let items = source.root.as_list()?;
    let play = |node: &Node| {
        (node.get("hosts").is_some()
            && [
                "tasks",
                "roles",
                "pre_tasks",
                "post_tasks",
                "vars",
                "become",
                "gather_facts",
            ]
            .iter()
            .any(|key| node.get(key).is_some()))
            || node.get("import_playbook").is_some()
            || node.get("ansible.builtin.import_playbook").is_some()
    };
    if items.iter().any(play) {
        return Some(source.whole("ansible", "playbook"));
    }
    let path = source.slashed();
    let task = |node: &Node| node.get("name").is_some() && node.entries().len() > 1;
    let folder = ["/tasks/", "/handlers/"].iter().any(|f| path.contains(f));
    (folder && items.iter().any(task)).then(|| source.whole("ansible", "tasks"))
}
