//! Roots that were evaluated before, for a history in which most of them stay as they are from one commit to the next.
//!
//! A root is known again by the versions of the files it is made of: its own, those of the modules it calls and they call,
//! what variable files set for it, every override file, and the data files that it asked for. Places in the text name their
//! version.

use super::module::{Module, Modules, Origin};
use super::run::Run;
use crate::format::{Declaration, Node};
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

/// What roots came to.
#[derive(Debug, Default)]
pub struct Memo(Mutex<FxHashMap<u64, Vec<Known>>>);

/// What evaluation looked up in the data files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Asked {
    /// A file, whether it is there or not.
    File(String),
    /// The names below a folder, which ends in a slash.
    Folder(String),
}

impl Asked {
    /// A hash of what the data files answer.
    fn answer(&self, run: &Run<'_>) -> u64 {
        let mut hasher = FxHasher::default();
        match self {
            Asked::File(path) => run
                .data
                .get(path.as_str())
                .map(|node| node.span)
                .hash(&mut hasher),
            Asked::Folder(folder) => run
                .data
                .range(folder.as_str()..)
                .map_while(|(path, _)| path.strip_prefix(folder.as_str()))
                .for_each(|name| name.hash(&mut hasher)),
        }
        hasher.finish()
    }
}

/// What one root came to.
#[derive(Debug, Clone)]
struct Known {
    made: Arc<Vec<Declaration>>,
    visited: Arc<Vec<String>>,
    asked: Arc<Vec<(Asked, u64)>>,
    /// Whether it was asked for since the last time that what is old was dropped.
    fresh: bool,
}

impl Memo {
    /// Drops what nobody asked for since the last call.
    pub fn tidy(&self) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, known| {
            known.retain_mut(|known| std::mem::take(&mut known.fresh));
            !known.is_empty()
        });
    }
}

/// A memo and what all roots of one evaluation share.
#[derive(Debug)]
pub(super) struct Keys<'m> {
    memo: &'m Memo,
    shared: u64,
}

impl<'m> Keys<'m> {
    /// The part of the keys that every root has.
    pub(super) fn new(memo: &'m Memo, open: &[Declaration]) -> Self {
        let mut hasher = FxHasher::default();
        let laid = |declaration: &&Declaration| declaration.scope.path.contains("override.");
        for declaration in open.iter().filter(laid) {
            declaration.span.hash(&mut hasher);
        }
        Self {
            memo,
            shared: hasher.finish(),
        }
    }

    /// Evaluates a root, or takes what it came to before.
    pub(super) fn root<'d>(
        &self,
        run: &mut Run<'d>,
        module: &'d Module<'d>,
        prefix: CompactString,
        values: Option<FxHashMap<&'d str, Node>>,
    ) {
        let key = self.key(run.modules, module, &prefix, values.as_ref());
        if let Some(known) = self.known(key, run) {
            run.made.extend(known.made.iter().cloned());
            let seen = known.visited.iter();
            let seen = seen.filter_map(|directory| run.modules.get(directory));
            run.visited.extend(seen.map(|module| module.directory));
            return;
        }
        let (before, visited) = (run.made.len(), std::mem::take(&mut run.visited));
        run.asked.clear();
        run.root(module, prefix, values);
        let mut asked = std::mem::take(&mut run.asked);
        asked.sort();
        asked.dedup();
        let answered = asked.into_iter().map(|asked| {
            let answer = asked.answer(run);
            (asked, answer)
        });
        let known = Known {
            asked: Arc::new(answered.collect()),
            made: Arc::new(run.made[before..].to_vec()),
            visited: Arc::new(run.visited.iter().map(|&at| at.to_owned()).collect()),
            fresh: true,
        };
        run.visited.extend(visited);
        let mut all = self.memo.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(key).or_default().push(known);
    }

    fn known(&self, key: u64, run: &Run<'_>) -> Option<Known> {
        let mut all = self.memo.0.lock().unwrap_or_else(PoisonError::into_inner);
        let holds = |known: &&mut Known| {
            let mut asked = known.asked.iter();
            asked.all(|(asked, answer)| asked.answer(run) == *answer)
        };
        let known = all.get_mut(&key)?.iter_mut().find(holds)?;
        known.fresh = true;
        Some(known.clone())
    }

    fn key(
        &self,
        modules: &Modules<'_>,
        root: &Module<'_>,
        prefix: &str,
        values: Option<&FxHashMap<&str, Node>>,
    ) -> u64 {
        let mut hasher = FxHasher::default();
        let mut set: Vec<_> = values.into_iter().flatten().collect();
        set.sort_by_key(|(name, _)| **name);
        for (name, value) in set {
            name.hash(&mut hasher);
            let mut open = vec![value];
            while let Some(node) = open.pop() {
                node.span.hash(&mut hasher);
                open.extend(node.children());
            }
        }
        (self.shared, prefix, root.directory).hash(&mut hasher);
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let mut open = vec![root.directory];
        while let Some(directory) = open.pop() {
            let Some(module) = modules.get(directory) else {
                continue;
            };
            directory.hash(&mut hasher);
            for block in &module.blocks {
                (block.span, &block.address).hash(&mut hasher);
            }
            let mut locals: Vec<_> = module.locals.values().map(|(node, _)| node.span).collect();
            locals.sort_unstable();
            locals.hash(&mut hasher);
            for call in module.calls() {
                if let Origin::Module(target) = modules.origin(module.directory, call)
                    && seen.insert(target.directory)
                {
                    open.push(target.directory);
                }
            }
        }
        hasher.finish()
    }
}
