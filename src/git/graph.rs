//! Which commit brought in what, and when it went: one pass over all commits and folders of a store.
//!
//! Folders are held as lists of places, so that a commit is compared with its parents by numbers alone. Each folder is
//! entered once, in the order of the commits; what it leads to for the first time came in there.

use super::object::{Commit, tree_entry};
use super::pack::{Kind, Made, NONE, Store, Visit, Walk};
use super::{GitError, Repository};
use git2::Oid;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

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
        let known = graph.commits_of(store, on_text);
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
        graph.trees_of(store);
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

    fn commits_of(
        &mut self,
        store: &Store<'_>,
        on_text: &mut dyn FnMut(u32, &[u8]),
    ) -> FxHashMap<u32, Commit> {
        let mut commits = Commits {
            found: FxHashMap::default(),
            on_text,
            lost: 0,
        };
        for kind in [Kind::Commit, Kind::Tag] {
            let needed = store.needed(|index| store.kind(index) == kind);
            let mut walk = Walk::new(store, &needed);
            for root in store.families(kind) {
                walk.family(root, &mut commits);
            }
        }
        self.lost += commits.lost;
        commits.found
    }

    fn trees_of(&mut self, store: &Store<'_>) {
        let needed = store.needed(|index| store.kind(index) == Kind::Tree);
        let mut trees = Trees {
            store,
            graph: self,
            numbers: FxHashMap::default(),
        };
        let mut walk = Walk::new(store, &needed);
        for root in store.families(Kind::Tree) {
            walk.family(root, &mut trees);
        }
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

/// The commits that lead to some, without those in `less`; and how many parents are not there.
fn reachable(
    store: &Store<'_>,
    known: &FxHashMap<u32, Commit>,
    from: &[u32],
    less: &FxHashSet<u32>,
) -> (FxHashSet<u32>, usize) {
    let mut found = FxHashSet::default();
    let mut missing = 0;
    let mut open: Vec<u32> = from.to_vec();
    while let Some(at) = open.pop() {
        let Some(commit) = known.get(&at) else {
            missing += 1;
            continue;
        };
        if less.contains(&at) || !found.insert(at) {
            continue;
        }
        for parent in &commit.parents {
            match store.find(*parent) {
                NONE => missing += 1,
                parent => open.push(parent),
            }
        }
    }
    (found, missing)
}

/// Commits with parents before children, else by time, else by hash.
fn in_order(
    store: &Store<'_>,
    known: &FxHashMap<u32, Commit>,
    wanted: &FxHashSet<u32>,
) -> Vec<(u32, Commit)> {
    let mut children: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    let mut waits: BTreeMap<u32, usize> = BTreeMap::new();
    for &at in wanted {
        let mut parents: Vec<u32> = known[&at]
            .parents
            .iter()
            .map(|id| store.find(*id))
            .collect();
        parents.sort_unstable();
        parents.dedup();
        parents.retain(|parent| wanted.contains(parent));
        waits.insert(at, parents.len());
        for parent in parents {
            children.entry(parent).or_default().push(at);
        }
    }
    let key = |at: u32| Reverse((known[&at].time, store.id(at), at));
    let ready = waits.iter().filter(|(_, waits)| **waits == 0);
    let mut ready: BinaryHeap<_> = ready.map(|(&at, _)| key(at)).collect();
    let mut order = Vec::with_capacity(wanted.len());
    while let Some(Reverse((_, _, at))) = ready.pop() {
        order.push((at, known[&at].clone()));
        for &child in children.get(&at).into_iter().flatten() {
            let Some(waits) = waits.get_mut(&child) else {
                continue;
            };
            *waits -= 1;
            if *waits == 0 {
                ready.push(key(child));
            }
        }
    }
    order
}

/// Takes commits apart.
struct Commits<'a> {
    found: FxHashMap<u32, Commit>,
    on_text: &'a mut dyn FnMut(u32, &[u8]),
    lost: usize,
}

impl Visit for Commits<'_> {
    type State = ();

    fn visit(&mut self, index: u32, bytes: &[u8], _: Made<'_, ()>) {
        (self.on_text)(index, bytes);
        if let Some(commit) = Commit::parse(bytes) {
            self.found.insert(index, commit);
        }
    }

    fn lost(&mut self, _: u32, _: &str) {
        self.lost += 1;
    }
}

/// Takes folders apart; what a folder shares with its base is not looked at again.
struct Trees<'a, 'r> {
    store: &'a Store<'r>,
    graph: &'a mut Graph,
    numbers: FxHashMap<Box<[u8]>, u32>,
}

/// Where the entries of a folder start in its bytes, the end last, and which edge each is; links and submodules are none.
struct Entries {
    starts: Vec<u32>,
    edges: Vec<Option<Edge>>,
}

impl Visit for Trees<'_, '_> {
    type State = Entries;

    fn visit(&mut self, index: u32, bytes: &[u8], made: Made<'_, Entries>) -> Entries {
        let mut entries = Entries {
            starts: Vec::new(),
            edges: Vec::new(),
        };
        let mut at = 0;
        if let Made::From { base, copies } = made {
            for copy in copies {
                while at < copy.to && at < bytes.len() && self.entry(bytes, &mut at, &mut entries) {
                }
                if at < copy.to {
                    break;
                }
                let shift = copy.from;
                let from = u32::try_from(at - copy.to + shift).unwrap_or(NONE);
                let end = u32::try_from(copy.from + copy.length).unwrap_or(NONE);
                let Ok(mut place) = base.starts.binary_search(&from) else {
                    continue;
                };
                while let Some(&next) = base.starts.get(place + 1) {
                    if next > end {
                        break;
                    }
                    entries.starts.push(u32::try_from(at).unwrap_or(NONE));
                    entries.edges.push(base.edges[place]);
                    at += (next - base.starts[place]) as usize;
                    place += 1;
                }
            }
        }
        while at < bytes.len() && self.entry(bytes, &mut at, &mut entries) {}
        if at < bytes.len() {
            self.graph.lost += 1;
        }
        entries.starts.push(u32::try_from(at).unwrap_or(NONE));
        let start = u32::try_from(self.graph.edges.len()).unwrap_or(NONE);
        self.graph.edges.extend(entries.edges.iter().flatten());
        let count = u32::try_from(self.graph.edges.len()).unwrap_or(NONE) - start;
        self.graph.folders[index as usize] = (start, count);
        entries
    }

    fn lost(&mut self, _: u32, _: &str) {
        self.graph.lost += 1;
    }
}

impl Trees<'_, '_> {
    /// Takes the entry at `at`; whether there is one.
    fn entry(&mut self, bytes: &[u8], at: &mut usize, entries: &mut Entries) -> bool {
        let Some((mode, name, id, rest)) = tree_entry(&bytes[*at..]) else {
            return false;
        };
        let edge = match mode >> 12 {
            0o04 | 0o10 => match self.store.find(id) {
                NONE => {
                    self.graph.missing += 1;
                    None
                }
                child => Some((child, self.number(name))),
            },
            _ => None,
        };
        entries.starts.push(u32::try_from(*at).unwrap_or(NONE));
        entries.edges.push(edge);
        *at = bytes.len() - rest.len();
        true
    }

    fn number(&mut self, name: &[u8]) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = u32::try_from(self.graph.names.len()).unwrap_or(NONE);
        self.graph.names.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }
}
