//! From Terraform's blocks in snake case to the API's maps in camel case.

use crate::extract::run::Run;
use crate::format::{Entry, Expr, Node, Value};

/// Blocks that the API holds in lists, and the lists' names.
const LISTS: &[(&str, &str)] = &[
    ("container", "containers"),
    ("init_container", "initContainers"),
    ("volume", "volumes"),
    ("volume_mount", "volumeMounts"),
    ("env", "env"),
    ("env_from", "envFrom"),
    ("port", "ports"),
    ("rule", "rules"),
    ("subject", "subjects"),
    ("sources", "sources"),
    ("toleration", "tolerations"),
    ("image_pull_secret", "imagePullSecrets"),
    ("image_pull_secrets", "imagePullSecrets"),
    ("cluster_role_selectors", "clusterRoleSelectors"),
];

/// Maps whose keys are the user's own.
const FREE: &[&str] = &[
    "annotations",
    "labels",
    "match_labels",
    "node_selector",
    "data",
    "binary_data",
    "string_data",
    "limits",
    "requests",
];

/// The body of an object of this kind.
pub(super) fn shaped(run: &Run<'_>, body: &Node, kind: &str) -> Node {
    let mut shaped = map(run, body);
    if let (Value::Map(entries), "Secret") = (&mut shaped.value, kind) {
        for entry in entries {
            // The provider encodes what `data` says: the API would call it `stringData`.
            match entry.key.as_str() {
                "data" => entry.key = "stringData".into(),
                "binaryData" => entry.key = "data".into(),
                _ => {}
            }
        }
    }
    if let (Value::Map(entries), "ServiceAccount") = (&mut shaped.value, kind) {
        for entry in entries.iter_mut().filter(|entry| entry.key == "secret") {
            entry.key = "secrets".into();
        }
    }
    shaped
}

fn map(run: &Run<'_>, node: &Node) -> Node {
    let mut entries: Vec<Entry> = Vec::new();
    for entry in node.entries() {
        let list = LISTS.iter().find(|(block, _)| *block == entry.key);
        let key = match list {
            Some((_, name)) => (*name).into(),
            None => camel(&entry.key).into(),
        };
        let value = if FREE.contains(&entry.key.as_str()) {
            resolved(run, &entry.value)
        } else {
            value(run, &entry.value)
        };
        let Some((_, name)) = list else {
            // A block that is written once is a map; one that is written again adds nothing the API would take.
            if !entries.iter().any(|known| known.key == key) {
                entries.push(Entry {
                    key,
                    key_span: entry.key_span,
                    value,
                });
            }
            continue;
        };
        let items = match value.value {
            Value::List(items) => items,
            _ => vec![value].into(),
        };
        match entries.iter_mut().find(|known| known.key == *name) {
            Some(Entry {
                value:
                    Node {
                        value: Value::List(list),
                        ..
                    },
                ..
            }) => list.extend(items),
            _ => entries.push(Entry {
                key,
                key_span: entry.key_span,
                value: Node::new(entry.value.span, Value::List(items)),
            }),
        }
    }
    Node::new(node.span, Value::Map(entries.into()))
}

fn value(run: &Run<'_>, node: &Node) -> Node {
    match &node.value {
        Value::Block(block) => Node::new(block.head.to(node.span), map(run, node).value),
        Value::Map(_) => map(run, node),
        Value::List(items) => {
            let items = items.iter().map(|item| value(run, item)).collect();
            Node::new(node.span, Value::List(items))
        }
        _ => resolved(run, node),
    }
}

/// References to names and namespaces of other objects, replaced by what is written there.
fn resolved(run: &Run<'_>, node: &Node) -> Node {
    let literal = match &node.value {
        Value::Expr(expr) => match expr.as_ref() {
            Expr::Symbol { address, attribute } if address.contains("kubernetes_") => {
                run.attribute(address, attribute)
            }
            _ => None,
        },
        Value::Map(entries) => {
            let entries = entries.iter().map(|entry| Entry {
                value: resolved(run, &entry.value),
                ..entry.clone()
            });
            return Node::new(node.span, Value::Map(entries.collect()));
        }
        _ => None,
    };
    match literal.and_then(Node::scalar) {
        Some(text) => Node::string(node.span, text),
        None => node.clone(),
    }
}

fn camel(key: &str) -> String {
    let mut text = String::with_capacity(key.len());
    let mut up = false;
    for c in key.chars() {
        match c {
            '_' => up = true,
            _ if up => {
                text.push(c.to_ascii_uppercase());
                up = false;
            }
            _ => text.push(c),
        }
    }
    text
}
