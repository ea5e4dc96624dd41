//! Which commit brought in what, and when it went: one pass over all commits and folders of a store.
//!
//! Folders are held as lists of places, so that a commit is compared with its parents by numbers alone. Each folder is
//! entered once, in the order of the commits; what it leads to for the first time came in there.

mod commits;
mod trees;

use super::object::Commit;
use super::pack::{Kind, NONE, Store};
use super::{GitError, Repository};
use commits::{in_order, reachable};
use git2::Oid;
use rustc_hash::{FxHashMap, FxHashSet};

/// One entry of a folder: the object and the number of its name.
type Edge = (u32, u32);

/// Commits, folders, and where each object was seen first.
#[derive(Debug, Default)]
pub struct Graph {
    /// Commits, parents before children, else by time: their object and what they say.
    pub commits: Vec<(u32, Commit)>,
    /// Place of each commit in the list, by object.
    place: FxHashMap<u32, u32>,
    edges: Vec<Edge>,
    /// Where the edges of a folder lie, by object.
    folders: Vec<(u32, u32)>,
    names: Vec<Box<[u8]>>,
    /// The commit, by place, that an object was seen in first; [`NONE`] for none.
    first: Vec<u32>,
    parent: Vec<u32>,
    name: Vec<u32>,
    /// Objects that folders or commits name and the repository does not hold.
    pub missing: usize,
    /// Objects that could not be read.
    pub lost: usize,
    tips: Vec<u32>,
}

impl Graph {
    /// Reads all commits that lead to `tips`, less those that lead to `without`, and the folders of the store. `on_text` is
    /// shown every commit and tag as it is stored.
    ///
    /// # Errors
    /// When nothing that a tip names can be read.
    pub fn read(
        store: &Store<'_>,
        repository: &Repository,
        tips: &[Oid],
        without: &[Oid],
        on_text: &mut dyn FnMut(u32, &[u8]),
    ) -> Result<Self, GitError> {
        let mut graph = Self {
            folders: vec![(0, 0); store.len()],
            first: vec![NONE; store.len()],
            parent: vec![NONE; store.len()],
            name: vec![NONE; store.len()],
            ..Self::default()
        };
        let (known, lost) = commits::all(store, on_text);
        graph.lost += lost;
        let ends = |ids: &[Oid]| -> Vec<u32> {
            let commit = |id: &Oid| match store.find(*id) {
                at if at != NONE && store.kind(at) == Kind::Commit => Some(at),
                _ => Some(store.find(repository.peel(*id).ok()?)),
            };
            let found = ids.iter().filter_map(commit);
            found.filter(|&at| at != NONE).collect()
        };
        graph.tips = ends(tips);
        if graph.tips.is_empty() && !tips.is_empty() {
            return Err(GitError::new(
                "history",
                "no reference leads to a commit that is there",
            ));
        }
        let hidden = reachable(store, &known, &ends(without), &FxHashSet::default()).0;
        let (wanted, missing) = reachable(store, &known, &graph.tips, &hidden);
        graph.missing += if repository.is_shallow() { 0 } else { missing };
        trees::read(store, &mut graph);
        for commits in [&hidden, &wanted] {
            for (at, commit) in in_order(store, &known, commits) {
                let place = u32::try_from(graph.commits.len()).unwrap_or(NONE);
                let shown = std::ptr::eq(commits, &raw const wanted);
                graph.enter(store.find(commit.tree), if shown { place } else { HIDDEN });
                if shown {
                    graph.place.insert(at, place);
                    graph.commits.push((at, commit));
                }
            }
        }
        Ok(graph)
    }

    /// Sees everything a folder leads to that was not seen before.
    fn enter(&mut self, tree: u32, commit: u32) {
        if tree == NONE {
            self.missing += 1;
            return;
        }
        if self.first[tree as usize] != NONE {
            return;
        }
        self.first[tree as usize] = commit;
        let mut open = vec![tree];
        while let Some(folder) = open.pop() {
            let (start, count) = self.folders[folder as usize];
            for at in start..start + count {
                let (child, name) = self.edges[at as usize];
                if self.first[child as usize] != NONE {
                    continue;
                }
                self.first[child as usize] = commit;
                self.parent[child as usize] = folder;
                self.name[child as usize] = name;
                if self.folders[child as usize].1 > 0 {
                    open.push(child);
                }
            }
        }
    }

    /// Place of the commit that an object came in with; none when no commit that is asked for brought it.
    #[must_use]
    pub fn came(&self, object: u32) -> Option<usize> {
        let first = self.first[object as usize];
        (first < HIDDEN).then_some(first as usize)
    }

    /// Place of a commit in the list; none when it is not asked for.
    #[must_use]
    pub fn place(&self, commit: u32) -> Option<usize> {
        self.place.get(&commit).map(|&place| place as usize)
    }

    /// The path an object was seen under first.
    #[must_use]
    pub fn path(&self, object: u32) -> String {
        let mut parts = Vec::new();
        let mut at = object;
        while at != NONE && self.name[at as usize] != NONE && parts.len() < 4096 {
            let name = &self.names[self.name[at as usize] as usize];
            parts.push(String::from_utf8_lossy(name));
            at = self.parent[at as usize];
        }
        parts.reverse();
        parts.join("/")
    }

    /// For each group of objects the place of the newest commit that has none of them and whose parent has one; none for
    /// a group that a tip still has.
    #[must_use]
    pub fn removals(&self, store: &Store<'_>, groups: &[Vec<u32>]) -> Vec<Option<usize>> {
        let mut of: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (number, objects) in groups.iter().enumerate() {
            for &object in objects {
                let list = of.entry(object).or_default();
                list.push(u32::try_from(number).unwrap_or(NONE));
            }
        }
        let held = self.held(of);
        let none = Vec::new();
        let root = |commit: &Commit| held.get(&store.find(commit.tree)).unwrap_or(&none);
        let mut removed = vec![None; groups.len()];
        for (place, (_, commit)) in self.commits.iter().enumerate() {
            let own = root(commit);
            for parent in &commit.parents {
                let parent = self.place.get(&store.find(*parent));
                let Some(&parent) = parent else {
                    continue;
                };
                for group in root(&self.commits[parent as usize].1) {
                    if own.binary_search(group).is_err() {
                        removed[*group as usize] = Some(place);
                    }
                }
            }
        }
        for tip in &self.tips {
            if let Some(&place) = self.place.get(tip) {
                for group in root(&self.commits[place as usize].1) {
                    removed[*group as usize] = None;
                }
            }
        }
        removed
    }

    /// Which groups each folder leads to, sorted; folders that lead to none are left out.
    fn held(&self, mut held: FxHashMap<u32, Vec<u32>>) -> FxHashMap<u32, Vec<u32>> {
        let mut state = vec![0u8; self.folders.len()];
        let mut open: Vec<(u32, u32)> = Vec::new();
        for start in 0..self.folders.len() {
            if self.folders[start].1 == 0 || state[start] != 0 {
                continue;
            }
            open.push((u32::try_from(start).unwrap_or(NONE), 0));
            state[start] = 1;
            while let Some((folder, next)) = open.last_mut() {
                let (first, count) = self.folders[*folder as usize];
                if *next < count {
                    let child = self.edges[(first + *next) as usize].0;
                    *next += 1;
                    if self.folders[child as usize].1 > 0 && state[child as usize] == 0 {
                        state[child as usize] = 1;
                        open.push((child, 0));
                    }
                    continue;
                }
                let edges = &self.edges[first as usize..(first + count) as usize];
                let mut groups: Vec<u32> = edges
                    .iter()
                    .filter_map(|(child, _)| held.get(child))
                    .flatten()
                    .copied()
                    .collect();
                if !groups.is_empty() {
                    groups.sort_unstable();
                    groups.dedup();
                    held.insert(*folder, groups);
                }
                open.pop();
            }
        }
        held
    }
}

/// Seen in a commit that is left out.
const HIDDEN: u32 = NONE - 1;
