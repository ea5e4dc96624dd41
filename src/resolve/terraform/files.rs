//! Variable files: which root each belongs to, and what it sets.
//!
//! `terraform.tfvars` and `*.auto.tfvars` beside a root apply to it. Any other is chosen when the configuration is
//! applied, so what such files set for one root are candidates; a single one is taken as chosen.

use super::module::{Module, Modules};
use super::value::{one_of, same};
use crate::format::{Declaration, Node};
use crate::source::folder::folder;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The variable files of one root.
#[derive(Debug, Default)]
struct Sets<'d> {
    /// Apply always, later ones win.
    applied: Vec<&'d Declaration>,
    /// One of these is chosen.
    chosen: Vec<&'d Declaration>,
}

/// What variable files set for each root's variables.
pub(super) fn values<'d>(
    modules: &Modules<'d>,
    roots: &[&'d str],
) -> FxHashMap<&'d str, FxHashMap<&'d str, Node>> {
    let mut sets: BTreeMap<&'d str, Sets<'d>> = BTreeMap::new();
    for file in modules.variable_files() {
        let Some(root) = root_of(file, modules, roots) else {
            continue;
        };
        let sets = sets.entry(root).or_default();
        if is_applied(&file.name) && file.scope.directory == root {
            sets.applied.push(file);
        } else {
            sets.chosen.push(file);
        }
    }
    sets.into_iter()
        .filter_map(|(root, sets)| Some((root, sets.values(modules.get(root)?))))
        .collect()
}

/// Whether a file of this name applies without being chosen.
fn is_applied(name: &str) -> bool {
    let name = name.strip_suffix(".json").unwrap_or(name);
    name == "terraform.tfvars" || name.ends_with(".auto.tfvars")
}

/// The root a file belongs to: the nearest above it, else the only one whose variables it sets.
fn root_of<'d>(file: &Declaration, modules: &Modules<'d>, roots: &[&'d str]) -> Option<&'d str> {
    let mut directory = file.scope.directory.as_str();
    loop {
        if let Ok(place) = roots.binary_search(&directory) {
            return Some(roots[place]);
        }
        if directory.is_empty() {
            break;
        }
        directory = folder(directory);
    }
    let entries = file.body.entries();
    let mut fitting = roots.iter().copied().filter(|root| {
        modules.get(root).is_some_and(|module| {
            !entries.is_empty()
                && entries
                    .iter()
                    .all(|entry| module.variable(&entry.key).is_some())
        })
    });
    let only = fitting.next()?;
    fitting.next().is_none().then_some(only)
}

impl<'d> Sets<'d> {
    fn values(mut self, module: &Module<'d>) -> FxHashMap<&'d str, Node> {
        // `terraform.tfvars` is read first, the `auto` files after it in the order of their names.
        self.applied
            .sort_by_key(|file| (!file.name.starts_with("terraform.tfvars"), &file.name));
        let mut values: FxHashMap<&'d str, Node> = FxHashMap::default();
        for file in &self.applied {
            for entry in file.body.entries() {
                values.insert(&entry.key, entry.value.clone());
            }
        }
        let mut chosen: FxHashMap<&'d str, Vec<Node>> = FxHashMap::default();
        for file in &self.chosen {
            for entry in file.body.entries() {
                let nodes = chosen.entry(&entry.key).or_default();
                if !nodes.iter().any(|node| same(node, &entry.value)) {
                    nodes.push(entry.value.clone());
                }
            }
        }
        for (name, mut nodes) in chosen {
            let set = self
                .chosen
                .iter()
                .filter(|file| file.body.entry(name).is_some());
            if set.count() < self.chosen.len() {
                let default = module
                    .variable(name)
                    .and_then(|block| block.body.get("default"));
                nodes.extend(values.get(name).or(default).cloned());
            }
            let span = nodes.first().map(|node| node.span).unwrap_or_default();
            values.insert(name, one_of(span, nodes));
        }
        values
    }
}
