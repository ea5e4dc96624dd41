//! Pod specifications, known by their list of containers wherever they lie.

use crate::format::{Node, Value};

/// Pod specifications deeper than this are not looked for.
const DEPTH: usize = 10;

/// Maps that hold a list of containers, outermost first; what lies inside one is part of it.
pub(super) fn all(object: &Node) -> Vec<&Node> {
    let mut pods = Vec::new();
    find_pods(object, DEPTH, &mut pods);
    pods
}

fn find_pods<'a>(node: &'a Node, depth: usize, pods: &mut Vec<&'a Node>) {
    if depth == 0 {
        return;
    }
    match &node.value {
        Value::Map(_) if is_pod(node) => pods.push(node),
        Value::Map(entries) => {
            for entry in entries.iter().filter(|entry| !is_values(&entry.key)) {
                find_pods(&entry.value, depth - 1, pods);
            }
        }
        Value::List(items) => {
            for item in items {
                find_pods(item, depth - 1, pods);
            }
        }
        _ => {}
    }
}

/// Inputs of a chart: what they look like says nothing of what the chart makes of them.
fn is_values(key: &str) -> bool {
    matches!(key, "values" | "valuesObject" | "valuesContent")
}

/// Containers of all kinds.
pub(super) fn containers(pod: &Node) -> impl Iterator<Item = &Node> {
    pod.all("containers")
        .chain(pod.all("initContainers"))
        .chain(pod.all("ephemeralContainers"))
}

fn is_pod(node: &Node) -> bool {
    let containers = node.get("containers").and_then(Node::as_list);
    containers.is_some_and(|items| {
        items
            .iter()
            .any(|item| item.get("image").is_some() || item.get("name").is_some())
    })
}
