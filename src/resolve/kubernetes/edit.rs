//! Changes in trees: a key set, a merge as Kubernetes merges, an operation of a JSON patch.

use crate::format::{Entry, Node, Value};
use compact_str::CompactString;

/// Trees nest no deeper than this when they are merged.
const DEPTH: usize = 64;

/// Keys by which the items of a list are told apart, in the order of trust.
const IDENTITY: &[&str] = &[
    "name",
    "mountPath",
    "containerPort",
    "key",
    "ip",
    "topologyKey",
];

/// Merges a patch into a tree: maps key by key, lists of named maps by name, anything else replaced; null takes away.
pub(super) fn merge(into: &mut Node, patch: &Node) {
    merge_at(into, patch, DEPTH);
}

fn merge_at(into: &mut Node, patch: &Node, depth: usize) {
    if depth == 0 {
        return;
    }
    match (&mut into.value, &patch.value) {
        (Value::Map(own), Value::Map(theirs)) => {
            let directive = |key: &str| theirs.iter().find(|entry| entry.key == key);
            if let Some(entry) = directive("$patch") {
                match entry.value.as_str() {
                    Some("delete") => own.clear(),
                    Some("replace") => *own = without_directives(theirs).into(),
                    _ => {}
                }
                return;
            }
            for entry in theirs {
                merge_entry(own, entry, depth);
            }
        }
        (Value::List(own), Value::List(theirs)) => match theirs.iter().find_map(identity) {
            Some((key, _)) => {
                for item in theirs {
                    merge_item(own, item, key, depth);
                }
            }
            None => *own = theirs.clone(),
        },
        _ => *into = patch.clone(),
    }
}

fn without_directives(entries: &[Entry]) -> Vec<Entry> {
    let kept = entries.iter().filter(|entry| entry.key != "$patch");
    kept.cloned().collect()
}

fn merge_entry(own: &mut Vec<Entry>, entry: &Entry, depth: usize) {
    let at = own.iter().position(|known| known.key == entry.key);
    match (at, &entry.value.value) {
        (Some(at), Value::Null) => {
            own.remove(at);
        }
        (Some(at), _) => {
            let same = std::mem::discriminant(&own[at].value.value)
                == std::mem::discriminant(&entry.value.value);
            match same {
                true => merge_at(&mut own[at].value, &entry.value, depth - 1),
                false => own[at] = entry.clone(),
            }
        }
        (None, Value::Null) => {}
        (None, _) => own.push(entry.clone()),
    }
}

fn identity(item: &Node) -> Option<(&'static str, &Node)> {
    IDENTITY.iter().find_map(|key| {
        Some((
            *key,
            item.entries()
                .iter()
                .find(|e| e.key == *key)
                .map(|e| &e.value)?,
        ))
    })
}

fn merge_item(own: &mut Vec<Node>, item: &Node, key: &str, depth: usize) {
    let name = item.get(key).and_then(Node::scalar);
    let at = own
        .iter()
        .position(|known| known.get(key).and_then(Node::scalar) == name && name.is_some());
    let delete = item.get("$patch").and_then(Node::as_str) == Some("delete");
    match at {
        Some(at) if delete => {
            own.remove(at);
        }
        Some(at) => merge_at(&mut own[at], item, depth - 1),
        None if delete => {}
        None => own.push(item.clone()),
    }
}

/// Sets the value at keys, making the maps on the way.
pub(super) fn set(node: &mut Node, path: &[&str], value: Node) {
    let [first, rest @ ..] = path else {
        *node = value;
        return;
    };
    let span = node.span;
    if !matches!(node.value, Value::Map(_)) {
        node.value = Value::Map(Vec::new().into());
    }
    let Value::Map(entries) = &mut node.value else {
        return;
    };
    let at = entries.iter().position(|entry| entry.key == *first);
    let at = at.unwrap_or_else(|| {
        entries.push(Entry {
            key: (*first).into(),
            key_span: span,
            value: Node::new(span, Value::Null),
        });
        entries.len() - 1
    });
    set(&mut entries[at].value, rest, value);
}

/// Applies one operation of a JSON patch (RFC 6902); one that does not fit changes nothing.
pub(super) fn operate(node: &mut Node, operation: &Node) {
    let text = |key: &str| operation.get(key).and_then(Node::as_str);
    let (Some(op), Some(path)) = (text("op"), text("path")) else {
        return;
    };
    let parts: Vec<CompactString> = path
        .split('/')
        .skip(1)
        .map(|part| part.replace("~1", "/").replace("~0", "~").into())
        .collect();
    let value = operation.get("value");
    if parts.len() <= DEPTH {
        change(node, &parts, op, value);
    }
}

fn change(node: &mut Node, parts: &[CompactString], op: &str, value: Option<&Node>) {
    let [first, rest @ ..] = parts else {
        if let (Some(value), "add" | "replace") = (value, op) {
            *node = value.clone();
        }
        return;
    };
    match &mut node.value {
        Value::Map(entries) => {
            let at = entries.iter().position(|entry| entry.key == *first);
            match (at, rest.is_empty(), op, value) {
                (Some(at), true, "remove", _) => {
                    entries.remove(at);
                }
                (Some(at), _, _, _) => change(&mut entries[at].value, rest, op, value),
                (None, true, "add", Some(value)) => entries.push(Entry {
                    key: first.clone(),
                    key_span: value.span,
                    value: value.clone(),
                }),
                _ => {}
            }
        }
        Value::List(items) => {
            let at = match first.as_str() {
                "-" => items.len(),
                number => number.parse().unwrap_or(usize::MAX),
            };
            match (rest.is_empty(), op, value) {
                (true, "add", Some(value)) if at <= items.len() => items.insert(at, value.clone()),
                (true, "remove", _) if at < items.len() => {
                    items.remove(at);
                }
                _ => {
                    if let Some(item) = items.get_mut(at) {
                        change(item, rest, op, value);
                    }
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Limits, claim};
    use crate::source::{BlobId, Span};

    fn tree(text: &str) -> Node {
        let format = claim("a.yaml", b"").expect("YAML is claimed");
        let mut document = format.parse(BlobId(0), "a.yaml", text, Limits::default());
        document.roots.remove(0)
    }

    /// A tree as JSON-like text, places left out.
    fn shown(node: &Node) -> String {
        match &node.value {
            Value::Map(entries) => {
                let all = entries.iter();
                let all: Vec<_> = all
                    .map(|entry| format!("{}:{}", entry.key, shown(&entry.value)))
                    .collect();
                format!("{{{}}}", all.join(","))
            }
            Value::List(items) => {
                let all: Vec<_> = items.iter().map(shown).collect();
                format!("[{}]", all.join(","))
            }
            _ => node.scalar().unwrap_or_default().to_string(),
        }
    }

    fn merged(own: &str, patch: &str) -> String {
        let mut own = tree(own);
        merge(&mut own, &tree(patch));
        shown(&own)
    }

    #[test]
    fn merges_as_kubernetes_does() {
        assert_eq!(
            merged("{a: {b: 1, c: 2}}", "{a: {c: 3, d: 4}}"),
            "{a:{b:1,c:3,d:4}}"
        );
        assert_eq!(merged("{a: 1, b: 2}", "{a: null}"), "{b:2}");
        assert_eq!(
            merged(
                "{l: [{name: x, v: 1}, {name: y}]}",
                "{l: [{name: x, v: 2}, {name: z}]}"
            ),
            "{l:[{name:x,v:2},{name:y},{name:z}]}"
        );
        assert_eq!(
            merged(
                "{l: [{name: x}, {name: y}]}",
                "{l: [{name: x, $patch: delete}]}"
            ),
            "{l:[{name:y}]}"
        );
        assert_eq!(merged("{l: [1, 2]}", "{l: [3]}"), "{l:[3]}");
        assert_eq!(merged("{a: {b: 1}}", "{a: text}"), "{a:text}");
    }

    #[test]
    fn json_patches_add_replace_and_remove() {
        let mut node = tree("{spec: {list: [a, b], x: 1}}");
        for operation in [
            "{op: replace, path: /spec/x, value: 2}",
            "{op: add, path: /spec/list/-, value: c}",
            "{op: remove, path: /spec/list/0}",
            "{op: add, path: /spec/a~1b, value: d}",
            "{op: remove, path: /nothing/here}",
            "{op: replace, path: /spec/list/9, value: z}",
        ] {
            operate(&mut node, &tree(operation));
        }
        assert_eq!(shown(&node), "{spec:{list:[b,c],x:2,a/b:d}}");
    }

    #[test]
    fn setting_makes_the_way() {
        let mut node = tree("{a: 1}");
        set(&mut node, &["m", "n"], Node::string(Span::default(), "x"));
        assert_eq!(shown(&node), "{a:1,m:{n:x}}");
    }
}
