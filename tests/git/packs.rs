//! Packs written by hand, so that tests can hold what git itself would never write.

#![allow(unreachable_pub, dead_code, reason = "test programs share it")]

use libdeflater::{CompressionLvl, Compressor};
use std::path::Path;

/// One object of a pack as it is stored.
pub struct Entry {
    pub id: git2::Oid,
    /// 1 commit, 2 tree, 3 blob, 4 tag, 6 a change of an earlier entry.
    pub kind: u8,
    /// How many entries back the one lies that a change is of.
    pub back: usize,
    /// The size it claims.
    pub size: usize,
    pub stored: Vec<u8>,
}

/// Compressed bytes.
pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::fastest());
    let mut out = vec![0; compressor.zlib_compress_bound(bytes.len())];
    let length = compressor.zlib_compress(bytes, &mut out).unwrap();
    out.truncate(length);
    out
}

/// A whole file.
pub fn blob(bytes: &[u8]) -> Entry {
    Entry {
        id: git2::Oid::hash_object(git2::ObjectType::Blob, bytes).unwrap(),
        kind: 3,
        back: 0,
        size: bytes.len(),
        stored: deflated(bytes),
    }
}

fn varint(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 127 {
        bytes.push((value & 127) as u8 | 128);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// The orders that add text to all of a base.
pub fn appended(base: usize, added: &[u8]) -> Vec<u8> {
    let mut delta = [varint(base), varint(base + added.len())].concat();
    for start in (0..base).step_by(0x10000) {
        let length = (base - start).min(0x10000);
        delta.push(0xbf);
        delta.extend(&u32::try_from(start).unwrap().to_le_bytes());
        delta.extend(&u16::try_from(length % 0x10000).unwrap().to_le_bytes());
    }
    for part in added.chunks(127) {
        delta.push(u8::try_from(part.len()).unwrap());
        delta.extend(part);
    }
    delta
}

/// A file as a change of an earlier one.
pub fn change(id: git2::Oid, back: usize, delta: &[u8]) -> Entry {
    Entry {
        id,
        kind: 6,
        back,
        size: delta.len(),
        stored: deflated(delta),
    }
}

/// Writes a pack and its index into a folder of objects.
pub fn write(objects: &Path, name: &str, entries: &[Entry]) {
    let mut pack = b"PACK\0\0\0\x02".to_vec();
    pack.extend(u32::try_from(entries.len()).unwrap().to_be_bytes());
    let mut starts = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        starts.push(pack.len());
        let mut rest = entry.size >> 4;
        let more = |rest: usize| if rest > 0 { 128 } else { 0 };
        pack.push(entry.kind << 4 | (entry.size & 15) as u8 | more(rest));
        while rest > 0 {
            let byte = (rest & 127) as u8;
            rest >>= 7;
            pack.push(byte | more(rest));
        }
        if entry.kind == 6 {
            let mut back = starts[index] - starts[index - entry.back];
            let mut bytes = vec![(back & 127) as u8];
            while back > 127 {
                back = (back >> 7) - 1;
                bytes.push((back & 127) as u8 | 128);
            }
            bytes.reverse();
            pack.extend(bytes);
        }
        pack.extend(&entry.stored);
    }
    pack.extend([0; 20]);
    let mut sorted: Vec<(&[u8], usize)> = entries
        .iter()
        .zip(&starts)
        .map(|(entry, start)| (entry.id.as_bytes(), *start))
        .collect();
    sorted.sort();
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    for first in 0..=255u8 {
        let below = sorted.iter().filter(|(id, _)| id[0] <= first).count();
        index.extend(u32::try_from(below).unwrap().to_be_bytes());
    }
    index.extend(sorted.iter().flat_map(|(id, _)| id.iter()));
    index.extend(vec![0; 4 * sorted.len()]);
    for (_, start) in &sorted {
        index.extend(u32::try_from(*start).unwrap().to_be_bytes());
    }
    index.extend([0; 40]);
    let folder = objects.join("pack");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("pack-{name}.pack")), pack).unwrap();
    std::fs::write(folder.join(format!("pack-{name}.idx")), index).unwrap();
}

/// Writes a list of all objects of several packs, as `git multi-pack-index write` does.
pub fn write_list(objects: &Path, packs: &[(&str, &[Entry])]) {
    let names: Vec<u8> = packs
        .iter()
        .flat_map(|(name, _)| format!("pack-{name}.idx\0").into_bytes())
        .collect();
    let mut sorted: Vec<(&[u8], u32, u32)> = Vec::new();
    for (number, (_, entries)) in packs.iter().enumerate() {
        let mut start = 12;
        for entry in *entries {
            sorted.push((entry.id.as_bytes(), u32::try_from(number).unwrap(), start));
            let head = 1 + (entry.size >> 4 > 0) as usize + (entry.size >> 11 > 0) as usize;
            start += u32::try_from(head + entry.stored.len()).unwrap();
        }
    }
    sorted.sort();
    sorted.dedup_by_key(|(id, _, _)| *id);
    let mut fanout = Vec::new();
    for first in 0..=255u8 {
        let below = sorted.iter().filter(|(id, _, _)| id[0] <= first).count();
        fanout.extend(u32::try_from(below).unwrap().to_be_bytes());
    }
    let ids: Vec<u8> = sorted.iter().flat_map(|(id, _, _)| id.to_vec()).collect();
    let places: Vec<u8> = sorted
        .iter()
        .flat_map(|(_, pack, start)| [pack.to_be_bytes(), start.to_be_bytes()].concat())
        .collect();
    let names = [
        names.clone(),
        vec![0; names.len().next_multiple_of(4) - names.len()],
    ]
    .concat();
    let chunks = [
        (b"PNAM", names),
        (b"OIDF", fanout),
        (b"OIDL", ids),
        (b"OOFF", places),
    ];
    let mut list = b"MIDX\x01\x01\x04\x00".to_vec();
    list.extend(u32::try_from(packs.len()).unwrap().to_be_bytes());
    let mut start = 12 + 12 * (chunks.len() as u64 + 1);
    for (name, chunk) in &chunks {
        list.extend(*name);
        list.extend(start.to_be_bytes());
        start += chunk.len() as u64;
    }
    list.extend([0; 4]);
    list.extend(start.to_be_bytes());
    list.extend(chunks.iter().flat_map(|(_, chunk)| chunk));
    list.extend([0; 20]);
    std::fs::write(objects.join("pack/multi-pack-index"), list).unwrap();
}
