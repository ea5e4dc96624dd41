//! Templates and playbooks of other deployment tools: CloudFormation, ARM, Serverless, Pulumi, Deployment Manager, Compose,
//! Ansible.

mod arm;
mod playbook;
mod pulumi;
mod service;

use super::{Source, first_key, is_map, is_yaml};
use crate::format::{Declaration, Entry, Node, Value};
use compact_str::{CompactString, format_compact};

/// Takes a root that is one of them.
pub(super) fn read(source: &Source<'_>) -> Option<Vec<Declaration>> {
    cloudformation(source)
        .or_else(|| arm::read(source))
        .or_else(|| service::read(source))
        .or_else(|| pulumi::read(source))
        .or_else(|| manager(source))
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
    let mut declared = source.whole("cloudformation", "template");
    without(&mut declared, "Resources");
    stack(source, resources, &mut declared);
    Some(declared)
}

/// Takes a key out of what was declared as a whole: what stands under it is declared by itself.
fn without(declared: &mut [Declaration], key: &str) {
    for declaration in declared {
        if let Value::Map(entries) = &mut declaration.body_mut().value {
            entries.retain(|entry| entry.key != key);
        }
    }
}

/// The resources of a CloudFormation `Resources` map, each with its properties as its body.
fn stack(source: &Source<'_>, resources: &Node, declared: &mut Vec<Declaration>) {
    for entry in resources.entries() {
        let Some(kind) = entry.value.get("Type").and_then(Node::as_str) else {
            continue;
        };
        let body = match entry.value.get("Properties") {
            Some(properties) => properties.clone(),
            None => Node::new(entry.value.span, Value::Map(Vec::new().into())),
        };
        declared.push(Declaration {
            language: "cloudformation",
            kind: kind.into(),
            name: entry.key.clone(),
            address: format_compact!("{}#{}", source.address(), entry.key),
            body: body.into(),
            span: entry.key_span.to(entry.value.span),
            head: entry.key_span,
            scope: source.scope(),
        });
    }
}

fn compose(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let file = source.file();
    let services = source.root.get("services").filter(|node| is_map(node))?;
    let runs = |node: &Node| node.get("image").is_some() || node.get("build").is_some();
    let shaped = services.entries().iter().any(|entry| runs(&entry.value));
    let named = file.contains("compose") && is_yaml(source);
    ((named || shaped) && !source.has("apiVersion")).then(|| source.whole("compose", "compose"))
}

/// Google Deployment Manager: a list of resources by type.
fn manager(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let items = source.root.get("resources")?.as_list()?;
    let typed = |item: &Node| {
        let kind = item.get("type").and_then(Node::as_str)?;
        let known = kind.contains(".v1.")
            || kind.contains(".beta.")
            || kind.contains("gcp-types/")
            || kind.ends_with(".v2.instance");
        (known && item.get("name").is_some()).then(|| CompactString::from(kind))
    };
    items.iter().find_map(typed)?;
    let mut declared = source.whole("deployment-manager", "config");
    without(&mut declared, "resources");
    for item in items {
        let Some(kind) = typed(item) else {
            continue;
        };
        let name = item.get("name").and_then(Node::scalar).unwrap_or_default();
        let body = match item.get("properties") {
            Some(properties) => properties.clone(),
            None => Node::new(item.span, Value::Map(Vec::new().into())),
        };
        declared.push(Declaration {
            language: "deployment-manager",
            kind,
            address: format_compact!("{}#{name}", source.address()),
            name,
            body: body.into(),
            span: item.span,
            head: first_key(item),
            scope: source.scope(),
        });
    }
    Some(declared)
}
