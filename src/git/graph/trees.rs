//! The folders of a store, as edges of the graph.

use super::super::object::tree_entry;
use super::super::pack::{Kind, Made, NONE, Store, Visit, Walk};
use super::{Edge, Graph};
use rustc_hash::FxHashMap;

/// Enters the edges of all folders.
pub(super) fn read(store: &Store<'_>, graph: &mut Graph) {
    let needed = store.needed(|index| store.kind(index) == Kind::Tree);
    let mut trees = Trees {
        store,
        graph,
        numbers: FxHashMap::default(),
    };
    let mut walk = Walk::new(store, &needed);
    for root in store.families(Kind::Tree) {
        walk.family(root, &mut trees);
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
