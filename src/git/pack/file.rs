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

    #[cfg(unix)]
    fn read(&self, into: &mut [u8], at: u64) -> std::io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, into, at)
    }

    #[cfg(windows)]
    fn read(&self, mut into: &mut [u8], mut at: u64) -> std::io::Result<()> {
        while !into.is_empty() {
            match std::os::windows::fs::FileExt::seek_read(&self.file, into, at)? {
                0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                count => {
                    into = &mut into[count..];
                    at += count as u64;
                }
            }
        }
        Ok(())
    }
}

/// Bytes that are read at once where one object follows the other.
const STRETCH: usize = 64 << 10;
/// A window that grew past this is given back.
const KEEP: usize = 4 << 20;

/// The stretch of a pack that one thread has in memory. What is made of an object mostly lies right behind it.
#[derive(Debug, Default)]
pub(super) struct Window {
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
        let length = usize::try_from(range.end.checked_sub(range.start)?).ok()?;
        if range.end > pack.length {
            return None;
        }
        let end = self.start + self.bytes.len() as u64;
        let behind = self.pack == number && range.start >= self.start;
        if !behind || range.end > end {
            let goes_on = behind && range.start <= end + STRETCH as u64;
            let least = if goes_on { STRETCH } else { 0 };
            let left = usize::try_from(pack.length - range.start).unwrap_or(usize::MAX);
            if self.bytes.capacity() > KEEP {
                self.bytes = Vec::new();
            }
            self.bytes.resize(length.max(least).min(left), 0);
            (self.pack, self.start) = (number, range.start);
            if pack.read(&mut self.bytes, range.start).is_err() {
                self.bytes.clear();
                return None;
            }
        }
        let from = usize::try_from(range.start - self.start).ok()?;
        self.bytes.get(from..from + length)
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
        assert_eq!(window.get(&packs, 1, 90..95), None, "it was cut short");
    }
}
