//! Reads a pack and its index: which objects there are, where they lie, what they are made of.

use super::file::{Pack, Window};
use super::{Kind, LARGEST, LOOSE, NONE, Object, Store};
use crate::source::file::{reason, whole};
use git2::Oid;
use std::path::Path;

/// Bytes of hashes and checks at the end of a pack.
const TRAILER: u64 = 20;
/// Bytes of an object's head, at most: its size, and the name of what it is made of.
const HEAD: u64 = 40;

impl Store<'_> {
    /// Adds the objects of the pack with this index.
    pub(super) fn pack(&mut self, index: &Path) -> Result<(), String> {
        let number = u16::try_from(self.packs.len())
            .ok()
            .filter(|&number| number < LOOSE)
            .ok_or("there are too many packs")?;
        let listed = match whole(index, LARGEST) {
            Ok(Some(bytes)) => places(&bytes).ok_or("the index of the pack is damaged")?,
            Ok(None) => return Err("its index is too large".into()),
            Err(error) => return Err(reason(&error)),
        };
        let pack = Pack::open(&index.with_extension("pack")).map_err(|error| reason(&error))?;
        let end = pack.length().saturating_sub(TRAILER);
        self.packs.push(pack);
        self.entries(number, &listed, end)
    }

    /// Adds the objects at the listed places of a pack.
    fn entries(&mut self, number: u16, places: &[(u64, Oid)], end: u64) -> Result<(), String> {
        let mut window = Window::default();
        let pack = usize::from(number);
        match window.get(&self.packs, pack, 0..12) {
            Some([b'P', b'A', b'C', b'K', 0, 0, 0, 2 | 3, ..]) => {}
            _ => return Err("the pack is damaged".into()),
        }
        let first = self.objects.len();
        self.objects.reserve(places.len());
        self.known.reserve(places.len());
        let mut damaged = 0;
        let mut bases: Vec<(usize, Base)> = Vec::new();
        for (at, &(offset, id)) in places.iter().enumerate() {
            let until = places.get(at + 1).map_or(end, |(next, _)| *next);
            let until = until.min(end);
            let head = offset..until.min(offset.saturating_add(HEAD));
            let head = window.get(&self.packs, pack, head);
            let (head, base) = match head.and_then(|head| entry(head, offset)) {
                Some(entry) => entry,
                None => {
                    damaged += 1;
                    (Head::default(), Base::None)
                }
            };
            if !matches!(base, Base::None) {
                bases.push((self.objects.len(), base));
            }
            self.add(Object {
                id,
                pack: number,
                kind: head.kind,
                start: head.start,
                end: until,
                size: head.size,
                base: NONE,
            });
        }
        for (object, base) in bases {
            let found = match base {
                Base::None => continue,
                Base::At(offset) => places
                    .binary_search_by_key(&offset, |(at, _)| *at)
                    .ok()
                    .map(|at| first + at),
                Base::Named(id) => self.known.get(&id).map(|&at| at as usize),
            };
            match found {
                Some(base) if base != object => {
                    self.objects[object].base = u32::try_from(base).unwrap_or(NONE);
                }
                _ => damaged += 1,
            }
        }
        if damaged > 0 {
            return Err(format!("{damaged} of its objects are damaged"));
        }
        Ok(())
    }
}

/// What a delta changes.
enum Base {
    None,
    At(u64),
    Named(Oid),
}

struct Head {
    kind: Kind,
    start: u64,
    size: u32,
}

impl Default for Head {
    fn default() -> Self {
        Self {
            kind: Kind::Broken,
            start: 0,
            size: 0,
        }
    }
}

/// What the first bytes of the object at an offset say. A delta has the kind `Broken` until its base is known.
fn entry(bytes: &[u8], offset: u64) -> Option<(Head, Base)> {
    let (&first, _) = bytes.split_first()?;
    let (mut at, mut shift, mut byte) = (1, 4, first);
    let mut size = u64::from(first & 15);
    while byte & 128 != 0 {
        byte = *bytes.get(at)?;
        if shift > 56 {
            return None;
        }
        size |= u64::from(byte & 127) << shift;
        shift += 7;
        at += 1;
    }
    let (kind, base) = match first >> 4 & 7 {
        1 => (Kind::Commit, Base::None),
        2 => (Kind::Tree, Base::None),
        3 => (Kind::Blob, Base::None),
        4 => (Kind::Tag, Base::None),
        6 => {
            let mut byte = *bytes.get(at)?;
            let mut back = u64::from(byte & 127);
            at += 1;
            while byte & 128 != 0 {
                byte = *bytes.get(at)?;
                back = back.checked_add(1)?.checked_mul(128)? + u64::from(byte & 127);
                at += 1;
            }
            let base = offset.checked_sub(back).filter(|_| back > 0)?;
            (Kind::Broken, Base::At(base))
        }
        7 => {
            let id = Oid::from_bytes(bytes.get(at..at + 20)?).ok()?;
            at += 20;
            (Kind::Broken, Base::Named(id))
        }
        _ => return None,
    };
    let head = Head {
        kind,
        start: offset + at as u64,
        size: u32::try_from(size).ok()?,
    };
    Some((head, base))
}

/// Offsets and hashes of an index of version 2, in the order of the offsets.
fn places(index: &[u8]) -> Option<Vec<(u64, Oid)>> {
    let word = |at: usize| {
        let bytes = index.get(at..at.checked_add(4)?)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    };
    if !index.starts_with(b"\xfftOc") || word(4)? != 2 {
        return None;
    }
    let count = word(8 + 255 * 4)? as usize;
    let ids = 8usize + 256 * 4;
    let offsets = ids.checked_add(count.checked_mul(24)?)?;
    let long = offsets.checked_add(count.checked_mul(4)?)?;
    if long.checked_add(40)? > index.len() {
        return None;
    }
    let mut places = Vec::with_capacity(count);
    for at in 0..count {
        let id = Oid::from_bytes(index.get(ids + at * 20..ids + at * 20 + 20)?).ok()?;
        let offset = word(offsets + at * 4)?;
        let offset = if offset & 1 << 31 == 0 {
            u64::from(offset)
        } else {
            let at = long.checked_add((offset & !(1 << 31)) as usize * 8)?;
            u64::from(word(at)?) << 32 | u64::from(word(at + 4)?)
        };
        places.push((offset, id));
    }
    places.sort_unstable();
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cut_or_flip_of_an_index_makes_it_panic() {
        let mut index = b"\xfftOc\0\0\0\x02".to_vec();
        for _ in 0..256 {
            index.extend(1u32.to_be_bytes());
        }
        index.extend([7; 20]);
        index.extend([0; 4]);
        index.extend(12u32.to_be_bytes());
        index.extend([0; 40]);
        assert_eq!(places(&index).unwrap()[0].0, 12);
        for end in 0..index.len() {
            assert!(places(&index[..end]).is_none());
            let mut flipped = index.clone();
            flipped[end] ^= 0xff;
            drop(places(&flipped));
        }
        for byte in 0..=255u8 {
            let pack = [byte; 40];
            for offset in 0..41 {
                let head = entry(&pack[offset..], offset as u64).map(|(head, _)| head.start);
                assert!(head.is_none_or(|start| start > offset as u64));
            }
        }
    }
}
