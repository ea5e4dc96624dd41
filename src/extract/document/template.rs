//! Templates and playbooks of other deployment tools: CloudFormation, ARM, Serverless, Pulumi, Compose, Ansible.

mod arm;
mod playbook;

use super::{Source, is_map, is_yaml};
use crate::format::{Declaration, Entry, Node, Value};
use compact_str::format_compact;

/// How a language writes its resources: a map from names to `{ TYPE: ..., PROPERTIES: {...} }`.
struct Keyed {
    language: &'static str,
    kind: &'static str,
    properties: &'static str,
}

const CLOUDFORMATION: Keyed = Keyed {
    language: "cloudformation",
    kind: "Type",
    properties: "Properties",
};

const PULUMI: Keyed = Keyed {
    language: "pulumi",
    kind: "type",
    properties: "properties",
};

/// Takes a root that is one of them.
pub(super) fn read(source: &Source<'_>) -> Option<Vec<Declaration>> {
    cloudformation(source)
        .or_else(|| arm::read(source))
        .or_else(|| serverless(source))
        .or_else(|| pulumi(source))
        .or_else(|| compose(source))
        .or_else(|| playbook::read(source))
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
    let mut declared = source.whole(CLOUDFORMATION.language, "template");
    without(&mut declared, "Resources");
    keyed(source, resources, &CLOUDFORMATION, &mut declared);
    Some(declared)
}

/// Takes a key out of what was declared as a whole: what stands under it is declared by itself.
fn without(declared: &mut [Declaration], key: &str) {
    for declaration in declared {
        if let Value::Map(entries) = &mut declaration.body.value {
            entries.retain(|entry| entry.key != key);
        }
    }
}

/// The resources of a map, each with its properties as its body.
fn keyed(source: &Source<'_>, resources: &Node, keys: &Keyed, declared: &mut Vec<Declaration>) {
    for entry in resources.entries() {
        let Some(kind) = entry.value.get(keys.kind).and_then(Node::as_str) else {
            continue;
        };
        let body = match entry.value.get(keys.properties) {
            Some(properties) => properties.clone(),
            None => Node::new(entry.value.span, Value::Map(Vec::new())),
        };
        declared.push(Declaration {
            language: keys.language,
            kind: kind.into(),
            name: entry.key.clone(),
            address: format_compact!("{}#{}", source.address(), entry.key),
            body,
            span: entry.key_span.to(entry.value.span),
            head: entry.key_span,
            scope: source.scope(),
        });
    }
}

fn serverless(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let named = source.file().starts_with("serverless.");
    if !(source.has("service") && source.has("provider") && (named || source.has("functions"))) {
        return None;
    }
    let mut declared = source.whole("serverless", "service");
    for parts in source.root.all("resources") {
        if let Some(resources) = parts.get("Resources") {
            keyed(source, resources, &CLOUDFORMATION, &mut declared);
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
    if let Some(resources) = source.root.get("resources") {
        keyed(source, resources, &PULUMI, &mut declared);
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
