//! Arguments that hold a JSON document as text, opened: the same as if it were written with `jsonencode`.

use crate::format::{Declaration, Entry, Node, Value, embedded};

/// Arguments whose text is a document with facts about identities, and what the types begin with that have them.
/// <https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_project_iam>,
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_task_definition>
const DOCUMENTS: &[(&str, &str)] = &[
    ("google_", "policy_data"),
    ("aws_ecs_task_definition", "container_definitions"),
    ("aws_batch_job_definition", "container_properties"),
];

/// Puts the tree of a document in place of its text.
pub(super) fn open(declaration: &mut Declaration) {
    for (types, argument) in DOCUMENTS {
        if !declaration.kind.starts_with(types) {
            continue;
        }
        let written = declaration.body.get(argument);
        let document = written.and_then(|node| embedded(node).into_iter().next());
        let is_tree = |node: &Node| matches!(node.value, Value::Map(_) | Value::List(_));
        let Some(document) = document.filter(is_tree) else {
            continue;
        };
        let entries: &mut Vec<Entry> = match &mut declaration.body_mut().value {
            Value::Block(block) => &mut block.body,
            Value::Map(entries) => entries,
            _ => continue,
        };
        if let Some(entry) = entries.iter_mut().find(|entry| entry.key == *argument) {
            entry.value = document;
        }
    }
}
