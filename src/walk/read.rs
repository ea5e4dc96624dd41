//! Reads one file into a reused buffer, in as few system calls as it takes to know what it is.
//!
//! A path may have changed since it was listed: a link is refused and a pipe does not block. What is not UTF-8 stays as
//! it is for the byte engine; UTF-16 with a byte order mark becomes UTF-8.

use super::{Entry, binary};
use crate::source::file::{open, read_at, reason};
use crate::source::{Gap, GapKind};
use rayon::prelude::*;
use std::fs::File;
use std::io::{ErrorKind, Read as Source};
use std::path::Path;

/// What reading one file gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Read {
    /// Text, in the buffer.
    Text {
        /// Whether it was UTF-16 on disk: offsets are then those of the buffer, and the file must not be edited by them.
        converted: bool,
    },
    /// No bytes.
    Empty,
    /// A NUL among the first 8 KiB, or an ending that is always binary (then the file was not opened).
    Binary,
    /// More bytes than the limit.
    TooLarge,
    /// Could not be opened, read or decoded.
    Unreadable(Gap),
}

/// Bytes of the first read: most files end within it.
const FIRST: usize = 32 << 10;
/// Bytes in which a NUL makes a file binary.
const HEAD: usize = 8 << 10;
/// A buffer that grew past this is given back before the next file.
const KEPT: usize = 1 << 20;
/// A file of so many bytes is read by all threads, in parts of [`SHARE`].
const LARGE: usize = 4 << 20;
const SHARE: usize = 1 << 20;

/// Reads a file, or standard input for [`Entry::stdin`], into the buffer, which is emptied first. `limit` is in bytes;
/// 64 MiB is the default of the command line.
pub fn read(entry: &Entry, buffer: &mut Vec<u8>, limit: u64) -> Read {
    buffer.clear();
    buffer.shrink_to(KEPT);
    let filled = if entry.os == Path::new("-") {
        fill(&mut std::io::stdin().lock(), None, buffer, limit)
    } else if binary::by_name(&entry.path) {
        return Read::Binary;
    } else {
        open(&entry.os).and_then(|file| fill(&mut &file, Some(&file), buffer, limit))
    };
    match filled {
        Ok(Filled::Whole) if buffer.is_empty() => Read::Empty,
        Ok(Filled::Whole) => decode(&entry.path, buffer),
        Ok(Filled::Binary) => Read::Binary,
        Ok(Filled::TooLarge) => Read::TooLarge,
        Err(error) => Read::Unreadable(Gap::of_file(
            &entry.path,
            GapKind::Unreadable,
            reason(&error),
        )),
    }
}

/// Whether bytes under a path hold no text, and whether they are UTF-16, of which [`judge`] makes UTF-8.
#[must_use]
pub fn is_binary(path: &str, bytes: &[u8]) -> (bool, bool) {
    let wide = utf16(bytes).is_some();
    let head = &bytes[..bytes.len().min(HEAD)];
    let nul = || !wide && memchr::memchr(0, head).is_some();
    (binary::by_name(path) || nul(), wide)
}

/// Judges bytes that are in the buffer already, from the index or a commit, as [`read`] judges a file's.
pub fn judge(path: &str, buffer: &mut Vec<u8>) -> Read {
    let head = &buffer[..buffer.len().min(HEAD)];
    if buffer.is_empty() {
        Read::Empty
    } else if binary::by_name(path)
        || (utf16(buffer).is_none() && memchr::memchr(0, head).is_some())
    {
        buffer.clear();
        Read::Binary
    } else {
        decode(path, buffer)
    }
}

enum Filled {
    Whole,
    Binary,
    TooLarge,
}

/// Reads to the end. Asks the file behind the source for its size only when the first read does not reach it.
fn fill(
    source: &mut dyn Source,
    file: Option<&File>,
    buffer: &mut Vec<u8>,
    limit: u64,
) -> std::io::Result<Filled> {
    let most = usize::try_from(limit)
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    let (mut filled, mut looked) = (0, 0);
    buffer.resize(FIRST.min(most), 0);
    loop {
        let count = match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => {
                buffer.clear();
                return Err(error);
            }
        };
        filled += count;
        let until = filled.min(HEAD);
        if utf16(buffer).is_none() && memchr::memchr(0, &buffer[looked..until]).is_some() {
            buffer.clear();
            return Ok(Filled::Binary);
        }
        looked = until;
        if filled == buffer.len() {
            return rest(source, file, buffer, most);
        }
    }
    buffer.truncate(filled);
    Ok(Filled::Whole)
}

/// Reads what the first read did not reach, as long as all is less than `most`.
fn rest(
    source: &mut dyn Source,
    file: Option<&File>,
    buffer: &mut Vec<u8>,
    most: usize,
) -> std::io::Result<Filled> {
    let known = file.and_then(|file| file.metadata().ok());
    let known = known.and_then(|meta| usize::try_from(meta.len()).ok());
    let known = known.unwrap_or_default();
    if known >= most {
        buffer.clear();
        return Ok(Filled::TooLarge);
    }
    let large = file.filter(|_| known >= LARGE);
    if let Some(bytes) = large.and_then(|file| shared(file, known)) {
        *buffer = bytes;
        return Ok(Filled::Whole);
    }
    let left = most - buffer.len();
    // One more than there is, so that the end is met without more room.
    buffer.reserve_exact((known + 1).saturating_sub(buffer.len()).min(left));
    let read = source
        .take(u64::try_from(left).unwrap_or(u64::MAX))
        .read_to_end(buffer);
    let whole = read.is_ok() && buffer.len() < most;
    if !whole {
        buffer.clear();
    }
    read.map(|_| {
        if whole {
            Filled::Whole
        } else {
            Filled::TooLarge
        }
    })
}

/// All bytes of a file of a known length, read by all threads; none when it has more or fewer by now.
fn shared(file: &File, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    let shares = bytes.par_chunks_mut(SHARE).enumerate();
    let read = shares.try_for_each(|(number, share)| {
        let at = u64::try_from(number * SHARE).unwrap_or(u64::MAX);
        read_at(file, share, at)
    });
    let end = u64::try_from(length).unwrap_or(u64::MAX);
    let more = read_at(file, &mut [0], end).is_ok();
    (read.is_ok() && !more).then_some(bytes)
}

/// How two bytes make a unit, by the byte order mark.
fn utf16(bytes: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    match bytes {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        _ => None,
    }
}

/// Says what the bytes are; turns UTF-16 into UTF-8.
fn decode(path: &str, buffer: &mut Vec<u8>) -> Read {
    let Some(unit) = utf16(buffer) else {
        return Read::Text { converted: false };
    };
    if buffer.starts_with(&[0xff, 0xfe, 0, 0]) {
        let reason = "utf-32 is not read; store the file as utf-8";
        return Read::Unreadable(Gap::of_file(path, GapKind::Encoding, reason));
    }
    let pairs = buffer[2..].chunks(2);
    let units = pairs.map(|pair| match *pair {
        [a, b] => unit([a, b]),
        _ => 0xfffd,
    });
    let text: String = char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    if memchr::memchr(0, text.as_bytes()).is_some() {
        return Read::Binary;
    }
    *buffer = text.into_bytes();
    Read::Text { converted: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8], limit: u64) -> (Read, Vec<u8>) {
        let dir = tempfile::tempdir().unwrap();
        let os = dir.path().join("f");
        std::fs::write(&os, bytes).unwrap();
        let mut buffer = b"left over".to_vec();
        let entry = Entry {
            path: "f".into(),
            os,
        };
        let read = read(&entry, &mut buffer, limit);
        (read, buffer)
    }

    const TEXT: Read = Read::Text { converted: false };

    #[test]
    fn reads_texts_around_every_boundary() {
        for length in [1, HEAD, FIRST - 1, FIRST, FIRST + 1, 3 * FIRST + 7] {
            let text = vec![b'x'; length];
            assert_eq!(of(&text, 1 << 20), (TEXT, text));
        }
        assert_eq!(of(b"", 10), (Read::Empty, Vec::new()));
    }

    #[test]
    fn the_limit_is_the_largest_length_read() {
        for limit in [9, FIRST as u64, FIRST as u64 + 3] {
            let fits = vec![b'x'; usize::try_from(limit).unwrap()];
            assert_eq!(of(&fits, limit).0, TEXT);
            let over = [fits.as_slice(), b"x"].concat();
            assert_eq!(of(&over, limit).0, Read::TooLarge);
        }
    }

    #[test]
    fn threads_read_what_one_would() {
        let text: Vec<u8> = (0..LARGE + SHARE + 9)
            .map(|at| b'a' + (at % 23) as u8)
            .collect();
        assert_eq!(of(&text, 8 << 20), (TEXT, text.clone()));
        assert_eq!(of(&text, 5 << 20).0, Read::TooLarge);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, &text).unwrap();
        let file = open(&path).unwrap();
        assert_eq!(shared(&file, text.len()).as_ref(), Some(&text));
        for length in [text.len() - 1, text.len() + 1] {
            assert_eq!(shared(&file, length), None);
        }
    }

    #[test]
    fn a_nul_counts_only_near_the_start() {
        let mut bytes = vec![b'x'; 2 * HEAD];
        bytes[HEAD] = 0;
        assert_eq!(of(&bytes, 1 << 20).0, TEXT);
        bytes[HEAD - 1] = 0;
        assert_eq!(of(&bytes, 1 << 20), (Read::Binary, Vec::new()));
    }

    #[test]
    fn utf_16_becomes_utf_8() {
        let text = "key: \u{1d11e}é\n";
        let little: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let big: Vec<u8> = [0xfe, 0xff]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
            .collect();
        let want = (Read::Text { converted: true }, text.as_bytes().to_vec());
        assert_eq!(of(&little, 100), want);
        assert_eq!(of(&big, 100), want);
        let (read, torn) = of(&little[..little.len() - 1], 100);
        assert_eq!(read, Read::Text { converted: true });
        assert!(String::from_utf8(torn).unwrap().ends_with('\u{fffd}'));
        assert_eq!(of(b"\xff\xfea\0\0\0b\0", 100).0, Read::Binary);
        let wide = of(b"\xff\xfe\0\0a\0\0\0", 100).0;
        assert!(matches!(wide, Read::Unreadable(gap) if gap.kind == GapKind::Encoding));
    }

    #[test]
    fn a_binary_name_is_not_opened() {
        let entry = Entry {
            path: "x/logo.png".into(),
            os: "/nonexistent/logo.png".into(),
        };
        assert_eq!(read(&entry, &mut Vec::new(), 10), Read::Binary);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_folders_are_gaps_and_pipes_do_not_block() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("target"), "secret").unwrap();
        std::os::unix::fs::symlink("target", dir.path().join("link")).unwrap();
        let pipe = dir.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let look = |name: &str| {
            let entry = Entry {
                path: name.into(),
                os: dir.path().join(name),
            };
            read(&entry, &mut Vec::new(), 100)
        };
        assert!(matches!(look("link"), Read::Unreadable(_)));
        assert!(matches!(look(""), Read::Unreadable(_)));
        assert!(matches!(look("gone"), Read::Unreadable(_)));
        assert_eq!(look("pipe"), Read::Empty);
    }
}
