//! A pack's bytes, read by ranges: a pack may be larger than memory, and a mapped one would end the process if another
//! program cut it short.

use std::fs::File;
use std::ops::Range;
use std::path::Path;

/// An open pack.
#[derive(Debug)]
pub(super) struct Pack {
    file: File,
    length: u64,
}

impl Pack {
    pub(super) fn open(path: &Path) -> std::io::Result<Self> {
        let file = crate::source::file::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { file, length })
    }

    /// Bytes in it.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    fn read(&self, into: &mut [u8], at: u64) -> std::io::Result<()> {
        crate::source::file::read_at(&self.file, into, at)
    }
}

/// Bytes that are read at once.
const BLOCK: u64 = 16 << 10;
/// Blocks that a thread keeps.
const SLOTS: u64 = 512;
/// A buffer that grew past this is given back.
const KEEP: usize = 4 << 20;

/// The parts of some packs that one thread has in memory, by blocks. What is made of an object mostly lies near it, but not
/// in one direction, so that the blocks of several places are kept.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// By block, modulo [`SLOTS`].
    slots: Vec<Slot>,
    /// A range of more than one block.
    joined: Vec<u8>,
}

/// One block of one pack; of none while it is empty.
#[derive(Debug, Default, Clone)]
struct Slot {
    pack: usize,
    start: u64,
    bytes: Vec<u8>,
}

impl Window {
    /// The bytes of a range of the pack with this number; none when it has no such range or it cannot be read.
    pub(super) fn get(
        &mut self,
        packs: &[Pack],
        number: usize,
        range: Range<u64>,
    ) -> Option<&[u8]> {
        let pack = packs.get(number)?;
        let length = range.end.checked_sub(range.start)?;
        if range.end > pack.length {
            return None;
        }
        let first = range.start / BLOCK * BLOCK;
        if range.end <= first + BLOCK {
            let block = self.block(pack, number, first)?;
            let from = usize::try_from(range.start - first).ok()?;
            return block.get(from..from + usize::try_from(length).ok()?);
        }
        if self.joined.capacity() > KEEP {
            self.joined = Vec::new();
        }
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        let filled = self.fill(pack, number, range, &mut joined);
        self.joined = joined;
        filled.map(|()| &self.joined[..])
    }

    /// Adds the bytes of a range of several blocks: the long middle is read past the blocks that are kept.
    fn fill(
        &mut self,
        pack: &Pack,
        number: usize,
        range: Range<u64>,
        joined: &mut Vec<u8>,
    ) -> Option<()> {
        let (mut at, last) = (range.start, range.end / BLOCK * BLOCK);
        while at < range.end {
            let start = at / BLOCK * BLOCK;
            let whole = at == start && last > start + BLOCK;
            let end = match whole {
                true => last,
                false => range.end.min(start + BLOCK),
            };
            if whole {
                let from = joined.len();
                joined.resize(from + usize::try_from(end - at).ok()?, 0);
                pack.read(&mut joined[from..], at).ok()?;
            } else {
                let block = self.block(pack, number, start)?;
                let place = usize::try_from(at - start).ok()?..usize::try_from(end - start).ok()?;
                joined.extend_from_slice(block.get(place)?);
            }
            at = end;
        }
        Some(())
    }

    /// The block that starts here, read unless it is kept.
    fn block(&mut self, pack: &Pack, number: usize, start: u64) -> Option<&[u8]> {
        if self.slots.is_empty() {
            let count = SLOTS.min(pack.length.div_ceil(BLOCK)).max(1);
            self.slots
                .resize(usize::try_from(count).ok()?, Slot::default());
        }
        let at = usize::try_from(start / BLOCK).ok()? % self.slots.len();
        let slot = &mut self.slots[at];
        if (slot.pack, slot.start) != (number, start) || slot.bytes.is_empty() {
            let length = usize::try_from(BLOCK.min(pack.length - start)).ok()?;
            slot.bytes.resize(length, 0);
            (slot.pack, slot.start) = (number, start);
            if pack.read(&mut slot.bytes, start).is_err() {
                slot.bytes.clear();
                return None;
            }
        }
        Some(&slot.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_gives_what_the_file_holds_wherever_it_stood() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p");
        let bytes: Vec<u8> = (0..300_000u32).flat_map(u32::to_le_bytes).collect();
        std::fs::write(&path, &bytes).unwrap();
        let packs = [Pack::open(&path).unwrap(), Pack::open(&path).unwrap()];
        let mut window = Window::default();
        let length = bytes.len();
        for (number, start, end) in [
            (0, 0, 10),
            (0, 10, 40),
            (0, 60_000, 70_000),
            (0, 5, 9),
            (1, 5, 9),
            (0, 200_000, 900_000),
            (0, length - 4, length),
            (0, length, length),
        ] {
            let read = window.get(&packs, number, start as u64..end as u64);
            assert_eq!(read, Some(&bytes[start..end]), "{start}..{end}");
        }
        assert_eq!(
            window.get(&packs, 0, length as u64..length as u64 + 1),
            None
        );
        assert_eq!(window.get(&packs, 2, 0..1), None);
        std::fs::write(&path, b"cut").unwrap();
        let past = window.get(&packs, 1, 100_000..100_005);
        assert_eq!(past, None, "it was cut short, and no block of it is kept");
    }
}
