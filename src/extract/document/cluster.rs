//! Kubernetes objects: manifests, lists of them, kustomizations and charts.

use super::carrier;
use super::{Source, crossplane, first_key, is_map};
use crate::format::{Declaration, Node};
use crate::source::Span;
use compact_str::{CompactString, format_compact};

/// Lists of lists end here.
const DEPTH: usize = 4;

/// Takes a root that is an object of the Kubernetes API, or a file of its packaging tools.
pub(super) fn read(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let file = source.file();
    if matches!(
        file.as_str(),
        "kustomization.yaml" | "kustomization.yml" | "kustomization"
    ) {
        return Some(source.whole("kubernetes", "kustomize.config.k8s.io/Kustomization"));
    }
    if file == "chart.yaml" && source.has("name") && source.has("version") {
        return Some(source.whole("kubernetes", "helm/Chart"));
    }
    let plain = ["kind", "sops", "Resources"]
        .iter()
        .all(|key| !source.has(key));
    if file.starts_with("values") && plain && is_map(source.root) {
        return Some(source.whole("helm", "values"));
    }
    if matches!(file.as_str(), ".sops.yaml" | ".sops.yml") && source.has("creation_rules") {
        return Some(source.whole("sops", "config"));
    }
    let operation = |node: &Node| node.get("op").is_some() && node.get("path").is_some();
    let operations = source.root.as_list().filter(|items| !items.is_empty());
    if operations.is_some_and(|items| items.iter().all(operation)) {
        return Some(source.whole("kubernetes", "kustomize/JsonPatch"));
    }
    if source.root.get("kind").is_none() || source.root.get("apiVersion").is_none() {
        let head = source.root.get("sops");
        let encrypted = head.is_some_and(|head| head.get("mac").is_some() && is_map(head));
        return encrypted.then(|| source.whole("sops", "encrypted"));
    }
    let mut declared = Vec::new();
    object(source, source.root, None, DEPTH, &mut declared);
    (!declared.is_empty()).then_some(declared)
}

/// The objects of the Kubernetes API at a node of another language's file.
pub(super) fn objects(source: &Source<'_>, node: &Node) -> Vec<Declaration> {
    let mut declared = Vec::new();
    object(source, node, None, DEPTH, &mut declared);
    declared
}

/// What an item of a typed list takes from the list.
#[derive(Clone, Copy)]
struct Given<'a> {
    api: &'a str,
    kind: &'a str,
}

fn object(
    source: &Source<'_>,
    node: &Node,
    given: Option<Given<'_>>,
    depth: usize,
    declared: &mut Vec<Declaration>,
) {
    let own = |key: &str| node.get(key).and_then(Node::as_str);
    let Some(api) = own("apiVersion").or(given.map(|given| given.api)) else {
        return;
    };
    let Some(kind) = own("kind").or(given.map(|given| given.kind)) else {
        return;
    };
    if let (Some(items), Some(stem)) = (
        node.get("items").and_then(Node::as_list),
        kind.strip_suffix("List"),
    ) {
        if depth > 0 {
            let given = (!stem.is_empty()).then_some(Given { api, kind: stem });
            for item in items.iter().filter(|item| is_map(item)) {
                object(source, item, given, depth - 1, declared);
            }
        }
        return;
    }
    declared.push(declaration(source, node, api, kind));
    declared.extend(crossplane::declare(source, node, api, kind));
    if depth > 0 {
        for carried in carrier::carried(node, api, kind) {
            object(source, carried, None, depth - 1, declared);
        }
    }
}

fn declaration(source: &Source<'_>, node: &Node, api: &str, kind: &str) -> Declaration {
    let meta = |key: &str| node.at(&["metadata", key]).and_then(Node::scalar);
    let (name, namespace) = (meta("name"), meta("namespace"));
    let kind_path: CompactString = match api.rsplit_once('/') {
        Some((group, _)) => format_compact!("{group}/{kind}"),
        None => kind.into(),
    };
    let mut scope = source.scope();
    scope.namespace = namespace.filter(|namespace| !namespace.is_empty());
    let label: CompactString = match &name {
        Some(name) if !name.is_empty() => name.clone(),
        _ => format_compact!("{}#{}", source.path(), node.span.start),
    };
    Declaration {
        language: "kubernetes",
        kind: kind_path,
        address: address(scope.namespace.as_deref(), kind, &label),
        name: name.unwrap_or_default(),
        body: node.clone().into(),
        span: node.span,
        head: head(node),
        scope,
    }
}

/// `namespace/Kind/name`, or `Kind/name` where no namespace is written.
fn address(namespace: Option<&str>, kind: &str, name: &str) -> CompactString {
    match namespace {
        Some(namespace) => format_compact!("{namespace}/{kind}/{name}"),
        None => format_compact!("{kind}/{name}"),
    }
}

/// The line with the kind: every object has one, and it is where a reader looks first.
fn head(node: &Node) -> Span {
    match node.entry("kind") {
        Some(entry) => entry.key_span.to(entry.value.span),
        None => first_key(node),
    }
}
