//! The commits of a store: taken apart, followed to their parents, put in order.

use super::super::object::Commit;
use super::super::pack::{Kind, Made, NONE, Store, Visit, Walk};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// All commits of a store by object, and how many could not be read; `on_text` is shown every commit and tag.
pub(super) fn all(
    store: &Store<'_>,
    on_text: &mut dyn FnMut(u32, &[u8]),
) -> (FxHashMap<u32, Commit>, usize) {
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
    (commits.found, commits.lost)
}

/// The commits that lead to some, without those in `less`; and how many parents are not there.
pub(super) fn reachable(
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
pub(super) fn in_order(
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
