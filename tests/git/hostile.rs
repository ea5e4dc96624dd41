//! Packs made of arbitrary bytes, and a reader that checks what is said of them: for fuzzing and for tests.

#![allow(
    unreachable_pub,
    dead_code,
    reason = "a test program and a fuzz target share it"
)]

use super::packs::{Entry, deflated, write};
use tenure::git::Repository;
use tenure::git::pack::{Kind, Made, Store, Visit, Walk};

/// Compares what is said to be copied with the base.
#[derive(Default)]
struct Copies {
    seen: usize,
}

impl Visit for Copies {
    type State = Vec<u8>;

    fn visit(&mut self, _: u32, bytes: &[u8], made: Made<'_, Vec<u8>>) -> Vec<u8> {
        self.seen += 1;
        if let Made::From { base, copies } = made {
            let mut last = 0;
            for copy in copies {
                assert!(copy.to >= last, "copies are in order");
                last = copy.to + copy.length;
                assert_eq!(
                    bytes[copy.to..last],
                    base[copy.from..copy.from + copy.length]
                );
            }
        }
        bytes.to_vec()
    }

    fn lost(&mut self, _: u32, _: &str) {}
}

/// Takes one object off the front of the input: kind, how far back its base lies, the size it claims, its bytes.
fn entry(data: &mut &[u8], number: usize) -> Option<Entry> {
    let ([head, back, claim, length], rest) = data.split_first_chunk::<4>()?;
    let (bytes, rest) = rest.split_at_checked(usize::from(*length))?;
    *data = rest;
    let raw = head & 64 != 0;
    let mut id = [0; 20];
    id[..8].copy_from_slice(&(number as u64).to_be_bytes());
    id[8] = *back;
    Some(Entry {
        id: git2::Oid::from_bytes(&id).ok()?,
        kind: head & 7,
        back: usize::from(*back).min(number),
        size: match claim {
            0 => bytes.len(),
            claim => usize::from(*claim) << (((head >> 3) & 7) * 4),
        },
        stored: if raw { bytes.to_vec() } else { deflated(bytes) },
    })
}

/// Reads the packs that some bytes describe; yields how many objects could be read.
pub fn read(data: &[u8]) -> usize {
    let (mut rest, mut entries) = (data, Vec::new());
    while let Some(entry) = entry(&mut rest, entries.len()).filter(|_| entries.len() < 64) {
        entries.push(entry);
    }
    let dir = tempfile::tempdir().expect("a folder for one input");
    for folder in ["objects", "refs"] {
        std::fs::create_dir(dir.path().join(folder)).expect("it is new");
    }
    std::fs::write(dir.path().join("HEAD"), "ref: refs/heads/main\n").expect("it is new");
    write(&dir.path().join("objects"), "a", &entries);
    // What is left over is put over the pack, so that its heads are hit too.
    let path = dir.path().join("objects/pack/pack-a.pack");
    let mut pack = std::fs::read(&path).expect("it was written");
    for (at, byte) in rest.iter().enumerate() {
        let at = at * 7 % pack.len();
        pack[at] ^= byte;
    }
    std::fs::write(&path, pack).expect("it is ours");
    let repository = Repository::open(dir.path()).expect("it looks like one");
    let Ok(store) = Store::open(&repository) else {
        return 0;
    };
    let needed = vec![true; store.len()];
    let mut walk = Walk::new(&store, &needed);
    let mut copies = Copies::default();
    for kind in [
        Kind::Commit,
        Kind::Tree,
        Kind::Blob,
        Kind::Tag,
        Kind::Broken,
    ] {
        for root in store.families(kind) {
            walk.family(root, &mut copies);
        }
    }
    copies.seen
}
