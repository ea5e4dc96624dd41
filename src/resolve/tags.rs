//! The tags of a declaration, whichever way its language writes them: its own, and those that its surroundings add.
//!
//! Where each kind of resource keeps its tags is told by the resource tables; Kubernetes objects keep them in labels and
//! annotations.

use crate::format::{Declaration, Entry, Node, Value};
use crate::model::Fact;
use crate::rule::{resource, tables};
use crate::source::Span;
use compact_str::CompactString;

/// One tag.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tag {
    /// Its key as written.
    pub(super) key: CompactString,
    /// Its value; known, unknown, or absent for an empty one.
    pub(super) value: Fact<CompactString>,
}

/// All tags of a declaration.
#[derive(Debug, Default)]
pub(super) struct Tags {
    /// Written on it.
    pub(super) own: Vec<Tag>,
    /// Where its own may hold more than is known.
    pub(super) open: Option<Span>,
    /// Added by what binds it: provider defaults, overlays, charts.
    pub(super) parent: Vec<Tag>,
    /// Where those may hold more than is known.
    pub(super) parent_open: Option<Span>,
}

/// Where resources keep tags when no table tells.
const USUAL: &[&[&str]] = &[
    &["tags"],
    &["labels"],
    &["metadata", "labels"],
    &["metadata", "annotations"],
    &["Properties", "Tags"],
    &["properties", "tags"],
];

/// Reads the tags of a declaration.
pub(super) fn of(declaration: &Declaration) -> Tags {
    let mut tags = Tags::default();
    for node in places(declaration) {
        collect(node, &mut tags.own, &mut tags.open);
    }
    for (key, value) in &declaration.scope.tags {
        match key.as_str() {
            Entry::OPEN | "<<" => tags.parent_open = Some(value.span),
            _ => tags.parent.push(tag(key, value)),
        }
    }
    tags
}

fn places(declaration: &Declaration) -> Vec<&Node> {
    let body = &declaration.body;
    let mut found: Vec<&Node> = Vec::new();
    for (table, _) in tables().rows(declaration.language, &declaration.kind) {
        for path in &table.tags {
            let keys: Vec<&str> = path.steps.iter().filter_map(key_of).collect();
            if let Some(node) = body.at(&keys) {
                found.push(node);
            }
        }
    }
    for path in USUAL {
        if let Some(node) = body.at(path)
            && !found.iter().any(|known| std::ptr::eq(*known, node))
        {
            found.push(node);
        }
    }
    found
}

fn key_of(step: &resource::Step) -> Option<&str> {
    match step {
        resource::Step::Key(key) => Some(key.as_str()),
        _ => None,
    }
}

fn collect(node: &Node, tags: &mut Vec<Tag>, open: &mut Option<Span>) {
    match &node.value {
        Value::Map(entries) => {
            for entry in entries {
                match entry.key.as_str() {
                    Entry::OPEN | "<<" => *open = open.or(Some(entry.value.span)),
                    _ => tags.push(tag(&entry.key, &entry.value)),
                }
            }
        }
        Value::List(items) => {
            for item in items {
                pair(item, tags, open);
            }
        }
        Value::Expr(_) => *open = open.or(Some(node.span)),
        _ => {}
    }
}

/// `{Key, Value}`, `{key, value}`, or the text `key:value`.
fn pair(item: &Node, tags: &mut Vec<Tag>, open: &mut Option<Span>) {
    let at = |names: [&str; 2]| names.into_iter().find_map(|name| item.get(name));
    if let (Some(key), Some(value)) = (at(["Key", "key"]), at(["Value", "value"])) {
        match key.as_str() {
            Some(key) => tags.push(tag(key, value)),
            None => *open = open.or(Some(item.span)),
        }
    } else if let Some((key, value)) = item.as_str().and_then(|text| text.split_once([':', '='])) {
        let value = Fact::Known(value.trim().into(), item.span);
        let key = key.trim().into();
        tags.push(Tag { key, value });
    } else if item.is_open() {
        *open = open.or(Some(item.span));
    }
}

fn tag(key: &str, value: &Node) -> Tag {
    let value = match value.scalar() {
        Some(text) => Fact::Known(text, value.span),
        None if matches!(value.value, Value::Null) => Fact::Absent,
        None => Fact::Unknown(Some(value.span)),
    };
    Tag {
        key: key.into(),
        value,
    }
}
