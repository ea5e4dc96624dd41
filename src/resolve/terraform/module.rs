//! Modules as written: the blocks of one directory by name, and which directories call which.

use super::twice::original;
use crate::format::{Declaration, Node};
use crate::source::BlobId;
use crate::source::folder::join;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// One directory's blocks.
#[derive(Debug, Default)]
pub(super) struct Module<'d> {
    /// The directory; empty at the top.
    pub(super) directory: &'d str,
    /// All blocks but `locals` and variable files, in the order of paths and text.
    pub(super) blocks: Vec<&'d Declaration>,
    /// The blocks by their address inside the module.
    named: FxHashMap<&'d str, &'d Declaration>,
    /// The further blocks of addresses that are written more than once.
    again: FxHashMap<&'d str, Vec<&'d Declaration>>,
    /// Local values, each with the block it stands in.
    pub(super) locals: FxHashMap<&'d str, (&'d Node, &'d Declaration)>,
    /// Variable files that lie here.
    pub(super) files: Vec<&'d Declaration>,
}

/// All modules of a run, by directory.
#[derive(Debug, Default)]
pub(super) struct Modules<'d> {
    by_directory: BTreeMap<&'d str, Module<'d>>,
}

/// Where a module call leads.
#[derive(Debug)]
pub(super) enum Origin<'m, 'd> {
    /// To this module.
    Module(&'m Module<'d>),
    /// To a registry, a git repository, or a path outside.
    Remote(String),
    /// To a directory in which nothing was read.
    Missing(String),
    /// The source is not a literal.
    Computed,
}

impl<'d> Modules<'d> {
    /// Sorts declarations into modules.
    pub(super) fn new(declarations: &'d [Declaration]) -> Self {
        let mut modules = Self::default();
        for declaration in declarations {
            let directory = declaration.scope.directory.as_str();
            let module = modules.by_directory.entry(directory).or_default();
            module.directory = directory;
            module.add(declaration);
        }
        modules
    }

    /// The module in a directory.
    pub(super) fn get(&self, directory: &str) -> Option<&Module<'d>> {
        self.by_directory
            .get(directory)
            .filter(|module| module.is_configuration())
    }

    /// All modules by directory, sorted.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Module<'d>> {
        self.by_directory
            .values()
            .filter(|module| module.is_configuration())
    }

    /// Variable files of directories that may hold nothing else.
    pub(super) fn variable_files(&self) -> impl Iterator<Item = &'d Declaration> {
        self.by_directory
            .values()
            .flat_map(|module| module.files.iter().copied())
    }

    /// Where a call in `directory` leads.
    pub(super) fn origin(&self, directory: &str, call: &Declaration) -> Origin<'_, 'd> {
        let Some(source) = call.body.get("source").and_then(Node::as_str) else {
            return Origin::Computed;
        };
        let local = source.starts_with("./")
            || source.starts_with("../")
            || source == "."
            || source == "..";
        let target = local.then(|| join(directory, source)).flatten();
        let Some(target) = target else {
            return Origin::Remote(source.to_owned());
        };
        match self.get(&target) {
            Some(module) => Origin::Module(module),
            None => Origin::Missing(target),
        }
    }

    /// The directories no other directory calls: what is applied.
    pub(super) fn roots(&self) -> Vec<&'d str> {
        let mut called = FxHashSet::default();
        for module in self.iter() {
            for call in module.calls() {
                if let Origin::Module(target) = self.origin(module.directory, call)
                    && target.directory != module.directory
                {
                    called.insert(target.directory);
                }
            }
        }
        self.iter()
            .map(|module| module.directory)
            .filter(|directory| !called.contains(*directory))
            .collect()
    }
}

impl<'d> Module<'d> {
    fn add(&mut self, declaration: &'d Declaration) {
        match &*declaration.kind {
            "tfvars" => self.files.push(declaration),
            "locals" => {
                let entries = declaration.body.entries().iter();
                self.locals
                    .extend(entries.map(|entry| (entry.key.as_str(), (&entry.value, declaration))));
            }
            _ => {
                self.blocks.push(declaration);
                self.named.insert(&declaration.address, declaration);
                if let Some(address) = original(&declaration.address) {
                    self.again.entry(address).or_default().push(declaration);
                }
            }
        }
    }

    /// The block of an address, as a reference in `blob` means it: of several the one in the same file, else the last.
    pub(super) fn find(&self, address: &str, blob: BlobId) -> Option<&'d Declaration> {
        let first = self.named.get(address).copied()?;
        let Some(again) = self.again.get(address) else {
            return Some(first);
        };
        let own = std::iter::once(&first)
            .chain(again)
            .find(|block| block.span.blob == blob);
        own.or(again.last()).copied()
    }

    /// Whether more than variable files lie here.
    fn is_configuration(&self) -> bool {
        !self.blocks.is_empty() || !self.locals.is_empty()
    }

    /// The module calls, in order.
    pub(super) fn calls(&self) -> impl Iterator<Item = &'d Declaration> {
        self.blocks
            .iter()
            .copied()
            .filter(|block| block.kind == "module")
    }

    /// Whether the directory says of itself that it is applied: it sets up providers or where state is kept.
    pub(super) fn is_applied(&self) -> bool {
        self.blocks.iter().any(|block| {
            let keeps_state = |key| block.body.entries().iter().any(|entry| entry.key == key);
            block.kind.starts_with("provider.")
                || block.kind == "terraform" && (keeps_state("backend") || keeps_state("cloud"))
        })
    }

    /// The variable of this name, the last one if there are several.
    pub(super) fn variable(&self, name: &str) -> Option<&'d Declaration> {
        let address = compact_str::format_compact!("var.{name}");
        match self.again.get(&*address) {
            Some(again) => again.last().copied(),
            None => self.named.get(&*address).copied(),
        }
    }
}

/// The way from one directory to another, as the language writes it: `.`, `../../modules/x`.
pub(super) fn relative(from: &str, to: &str) -> String {
    let split = |path: &'_ str| -> Vec<String> {
        path.split('/')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (from, to) = (split(from), split(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut parts = vec!["..".to_owned(); from.len() - shared];
    parts.extend(to[shared..].iter().cloned());
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_between_directories() {
        assert_eq!(relative("envs/prod", "modules/a"), "../../modules/a");
        assert_eq!(relative("a", "a"), ".");
        assert_eq!(relative("a", "a/b"), "b");
        assert_eq!(relative("", "m"), "m");
    }
}
