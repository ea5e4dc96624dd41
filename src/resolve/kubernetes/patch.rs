//! Patches of a kustomization: where they are written, what they change, and how.

use super::edit::{merge, operate};
use super::plain_kind;
use crate::format::{Declaration, Node, Value, embedded};
use crate::resolve::folder::beside;
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// A patch in force.
pub(super) struct Patch {
    /// The change: an object for a merge, a list for a JSON patch.
    change: Node,
    target: Target,
}

/// What a patch is for; empty parts are for all.
#[derive(Default)]
struct Target {
    kind: CompactString,
    name: CompactString,
    labels: Vec<(CompactString, CompactString)>,
}

/// Files that a kustomization names as patches, by path.
pub(super) fn files(kustomization: &Declaration) -> Vec<String> {
    let folder = kustomization.scope.directory.as_str();
    let body = &kustomization.body;
    let named = |key: &'static str| {
        let all = body.all(key);
        all.filter_map(|patch| patch.get("path")?.as_str())
    };
    let merged = body.all("patchesStrategicMerge").filter_map(Node::as_str);
    named("patches")
        .chain(named("patchesJson6902"))
        .chain(merged.filter(|text| !text.contains('\n')))
        .filter_map(|path| beside(folder, path))
        .collect()
}

/// The patches of a kustomization; `files` are declarations by path.
pub(super) fn read(
    kustomization: &Declaration,
    files: &FxHashMap<CompactString, Vec<Declaration>>,
) -> Vec<Patch> {
    let folder = kustomization.scope.directory.as_str();
    let body = &kustomization.body;
    let mut found = Vec::new();
    let from_file = |path: &str| -> Vec<Node> {
        let path = beside(folder, path).unwrap_or_default();
        let declared = files.get(path.as_str()).map_or(&[][..], Vec::as_slice);
        declared.iter().map(|patch| (*patch.body).clone()).collect()
    };
    for key in ["patches", "patchesJson6902"] {
        for patch in body.all(key) {
            let changes = match (patch.get("path"), patch.get("patch")) {
                (Some(path), _) => path.as_str().map(from_file).unwrap_or_default(),
                (None, Some(text)) => embedded(text),
                (None, None) => Vec::new(),
            };
            for change in changes {
                let target = target(patch.get("target"), &change);
                found.push(Patch { change, target });
            }
        }
    }
    for node in body.all("patchesStrategicMerge") {
        let text = node.as_str().unwrap_or_default();
        let changes = match text.contains('\n') {
            true => embedded(node),
            false => from_file(text),
        };
        for change in changes {
            let target = target(None, &change);
            found.push(Patch { change, target });
        }
    }
    found
}

fn target(written: Option<&Node>, change: &Node) -> Target {
    let text = |node: &Node, path: &[&str]| node.at(path).and_then(Node::scalar);
    match written {
        Some(node) => Target {
            kind: text(node, &["kind"]).unwrap_or_default(),
            name: text(node, &["name"]).unwrap_or_default(),
            labels: labels(node.get("labelSelector")),
        },
        None => Target {
            kind: text(change, &["kind"]).unwrap_or_default(),
            name: text(change, &["metadata", "name"]).unwrap_or_default(),
            labels: Vec::new(),
        },
    }
}

/// `a=b,c=d`
fn labels(selector: Option<&Node>) -> Vec<(CompactString, CompactString)> {
    let text = selector.and_then(Node::as_str).unwrap_or_default();
    text.split(',')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| {
            (
                key.trim().into(),
                value.trim_start_matches('=').trim().into(),
            )
        })
        .collect()
}

impl Patch {
    /// Changes the object when the patch is for it.
    pub(super) fn apply(&self, object: &mut Declaration) {
        if !self.target.fits(object) {
            return;
        }
        match &self.change.value {
            Value::List(operations) => {
                for operation in operations {
                    operate(object.body_mut(), operation);
                }
            }
            _ => merge(object.body_mut(), &self.change),
        }
    }

    /// Whether the patch takes the object away.
    pub(super) fn deletes(&self, object: &Declaration) -> bool {
        let delete = self.change.get("$patch").and_then(Node::as_str) == Some("delete");
        delete && self.target.fits(object)
    }
}

impl Target {
    fn fits(&self, object: &Declaration) -> bool {
        let own = |key: &str| {
            let labels = object.body.at(&["metadata", "labels"]);
            labels
                .and_then(|labels| labels.get(key))
                .and_then(Node::scalar)
        };
        let like = |pattern: &str, text: &str| {
            pattern.is_empty() || pattern == text || super::super::name::meet(&glob(pattern), text)
        };
        like(&self.kind, plain_kind(&object.kind))
            && like(&self.name, &object.name)
            && self
                .labels
                .iter()
                .all(|(key, value)| own(key).as_ref() == Some(value))
    }
}

/// Targets are anchored regular expressions; people write names and `.*`.
fn glob(pattern: &str) -> String {
    pattern.replace(".*", "*")
}
