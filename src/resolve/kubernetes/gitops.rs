//! Flux Kustomizations and Argo CD Applications: the folder each applies gets its namespace and its labels.

use super::is_cluster_wide;
use crate::format::{Declaration, Node};
use crate::resolve::folder::beside;
use crate::source::folder::folder as above;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// What an object gives to a folder.
struct Gift {
    /// The namespace, and whether it replaces one that is written.
    namespace: Option<(CompactString, Force)>,
    tags: Vec<(CompactString, Node)>,
    /// The object itself, which is not given to.
    address: CompactString,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Force {
    /// For objects that name none.
    Default,
    /// For all.
    Replace,
}

/// Applies them to the objects of a run; the innermost folder wins.
pub(super) fn apply(objects: &mut [Declaration]) {
    let folders = folders(objects);
    let mut gifts: FxHashMap<String, Gift> = FxHashMap::default();
    for object in objects.iter() {
        if let Some((path, gift)) = gift(object)
            && let Some(folder) = locate(&object.scope.directory, &path, &folders)
        {
            gifts.entry(folder).or_insert(gift);
        }
    }
    if gifts.is_empty() {
        return;
    }
    for object in objects {
        let mut folder = object.scope.directory.to_string();
        loop {
            if let Some(gift) = gifts
                .get(&folder)
                .filter(|gift| gift.address != object.address)
            {
                give(object, gift);
                break;
            }
            let Some((above, _)) = folder.rsplit_once('/') else {
                break;
            };
            folder.truncate(above.len());
        }
    }
}

/// All folders that hold objects, and those above them.
fn folders(objects: &[Declaration]) -> FxHashSet<String> {
    let mut found = FxHashSet::default();
    for object in objects {
        let mut folder = object.scope.directory.as_str();
        while found.insert(folder.to_owned()) {
            folder = above(folder);
        }
    }
    found
}

/// The folder a path means: from the root of the repository, which may itself be a folder of the tree.
fn locate(from: &str, path: &str, folders: &FxHashSet<String>) -> Option<String> {
    let mut bases: Vec<&str> = vec![""];
    let ends = from.match_indices('/').map(|(at, _)| &from[..at]);
    bases.extend(ends);
    bases.push(from);
    bases
        .into_iter()
        .filter_map(|base| beside(base, path))
        .find(|folder| !folder.is_empty() && folders.contains(folder))
}

fn gift(object: &Declaration) -> Option<(String, Gift)> {
    let body = &object.body;
    let text = |path: &[&str]| body.at(path).and_then(Node::as_str).map(str::to_owned);
    let maps = |paths: &[&[&str]]| -> Vec<(CompactString, Node)> {
        let maps = paths.iter().filter_map(|path| body.at(path));
        maps.flat_map(Node::entries)
            .map(|entry| (entry.key.clone(), entry.value.clone()))
            .collect()
    };
    let own: [&[&str]; 2] = [&["metadata", "labels"], &["metadata", "annotations"]];
    let (path, namespace, tags) = match object.kind.as_str() {
        "kustomize.toolkit.fluxcd.io/Kustomization" => {
            let mut tags = maps(&[
                &["spec", "commonMetadata", "labels"],
                &["spec", "commonMetadata", "annotations"],
            ]);
            tags.extend(maps(&own));
            let namespace = text(&["spec", "targetNamespace"]);
            let namespace = namespace.map(|name| (name.into(), Force::Replace));
            (text(&["spec", "path"])?, namespace, tags)
        }
        "argoproj.io/Application" => {
            let namespace = text(&["spec", "destination", "namespace"]);
            let namespace = namespace.map(|name| (name.into(), Force::Default));
            (text(&["spec", "source", "path"])?, namespace, maps(&own))
        }
        _ => return None,
    };
    let gift = Gift {
        namespace,
        tags,
        address: object.address.clone(),
    };
    Some((path, gift))
}

fn give(object: &mut Declaration, gift: &Gift) {
    if let Some((namespace, force)) = &gift.namespace
        && !is_cluster_wide(&object.kind)
        && (*force == Force::Replace || object.scope.namespace.is_none())
    {
        object.scope.namespace = Some(namespace.clone());
    }
    object.scope.tags.extend(gift.tags.iter().cloned());
}
