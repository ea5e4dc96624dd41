//! What git tracks and has staged, read from the index file alone.
//!
//! No repository is opened, so that its configuration is never obeyed and a foreign owner is no obstacle. The reader is
//! our own, in safe code over hostile bytes: it takes what lists paths and leaves the rest, which is also half the time
//! of a full one. Versions 2 to 4 with either hash are read; a split index is an error for the caller to report.

mod folders;

pub use folders::Folders;

use super::folder::git_folder;
use crate::source::file::{reason, whole};
use git2::Oid;
use std::path::Path;

/// What an index entry stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file or a link.
    Other,
    /// A commit of another repository.
    Submodule,
    /// A file or folder that a sparse checkout leaves out of the work tree.
    Sparse,
}

/// One entry of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// The path as the index spells it.
    pub path: Box<[u8]>,
    /// What it stands for.
    pub kind: Kind,
    /// Whether it is a regular file: neither link nor submodule.
    pub regular: bool,
    /// 0, or the side of a merge that is not resolved: 1 base, 2 ours, 3 theirs.
    pub stage: u8,
    /// Announced with `git add --intent-to-add`: nothing of it is staged.
    pub intended: bool,
    /// The object.
    pub id: Oid,
}

/// What an index lists.
#[derive(Debug, Default)]
pub struct Index {
    /// In the order of the index.
    pub entries: Vec<Staged>,
    /// The folders that git has written as trees.
    pub folders: Folders,
}

/// What the index lists, or why it cannot be read.
pub(super) type Entries = Result<Index, String>;

/// Paths as the index spells them, and what they stand for.
pub type Tracked = Vec<(Box<[u8]>, Kind)>;

/// Bytes of the index past which it is not read.
const LARGEST_INDEX: u64 = 512 << 20;

/// Paths relative to the repository, in the order of the index, and what they stand for. A repository without an index
/// tracks nothing.
///
/// # Errors
/// Why the index cannot be read, in a lower-case phrase.
pub fn tracked(repository: &Path) -> Result<Tracked, String> {
    let entries = staged(&git_folder(&repository.join(".git"))?)?.entries;
    let plain = |entry: Staged| (entry.path, entry.kind);
    Ok(entries.into_iter().map(plain).collect())
}

/// The index in a repository's own folder.
pub(super) fn staged(git: &Path) -> Entries {
    let file = git.join("index");
    let bytes = match whole(&file, LARGEST_INDEX) {
        Ok(bytes) => bytes.ok_or("the index is too large")?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Index::default()),
        Err(error) => return Err(format!("the index cannot be read: {}", reason(&error))),
    };
    [20, 32]
        .into_iter()
        .find_map(|hash| entries(&bytes, hash))
        .unwrap_or_else(|| Err("the index cannot be read: it is damaged".into()))
}

/// Takes bytes off the front.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// The bytes before the next NUL, which is taken as well.
    fn text(&mut self) -> Option<&'a [u8]> {
        let end = memchr::memchr(0, self.0)?;
        let text = self.take(end)?;
        self.take(1)?;
        Some(text)
    }

    /// Git's offset encoding: seven bits a byte, each continuation adding one.
    fn varint(&mut self) -> Option<usize> {
        let mut byte = self.take(1)?[0];
        let mut value = usize::from(byte & 127);
        while byte & 128 != 0 {
            byte = self.take(1)?[0];
            value = value.checked_add(1)?.checked_mul(128)? + usize::from(byte & 127);
        }
        Some(value)
    }
}

/// Reads an index whose hashes have so many bytes; none when its structure does not come out even.
fn entries(bytes: &[u8], hash: usize) -> Option<Entries> {
    let mut cursor = Cursor(bytes.get(..bytes.len().checked_sub(hash)?)?);
    let version = (cursor.take(4)? == b"DIRC").then(|| cursor.u32())??;
    if !(2..=4).contains(&version) {
        return Some(Err(format!("the index has version {version}")));
    }
    let count = cursor.u32()?;
    let mut found = Index::default();
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..count {
        let before = cursor.0.len();
        let mut entry = fixed(&mut cursor, hash, version)?;
        if version == 4 {
            let kept = path.len().checked_sub(cursor.varint()?)?;
            path.truncate(kept);
            path.extend_from_slice(cursor.text()?);
        } else {
            path.clear();
            path.extend_from_slice(cursor.text()?);
            let length = before - cursor.0.len();
            cursor.take(length.next_multiple_of(8) - length)?;
        }
        if is_inside(&path) {
            entry.path = path.as_slice().into();
            found.entries.push(entry);
        }
    }
    while !cursor.0.is_empty() {
        let name = cursor.take(4)?;
        let size = usize::try_from(cursor.u32()?).ok()?;
        if name == b"link" {
            return Some(Err(
                "the index is split; `git update-index --no-split-index` joins it".into(),
            ));
        }
        let extension = cursor.take(size)?;
        if name == b"TREE" {
            found.folders = folders::folders(extension, hash);
        }
    }
    Some(Ok(found))
}

/// The fixed part of an entry. Only hashes of 20 bytes have an object here: the others are listed, not read.
fn fixed(cursor: &mut Cursor<'_>, hash: usize, version: u32) -> Option<Staged> {
    const EXTENDED: u16 = 1 << 14;
    const SKIP_WORKTREE: u16 = 1 << 14;
    const INTENT_TO_ADD: u16 = 1 << 13;
    cursor.take(24)?;
    let mode = cursor.u32()?;
    cursor.take(12)?;
    let id = Oid::from_bytes(&cursor.take(hash)?[..20]).ok()?;
    let flags = cursor.u16()?;
    let more = match version > 2 && flags & EXTENDED != 0 {
        true => cursor.u16()?,
        false => 0,
    };
    let kind = match mode >> 12 {
        0o16 => Kind::Submodule,
        0o04 => Kind::Sparse,
        _ if more & SKIP_WORKTREE != 0 => Kind::Sparse,
        _ => Kind::Other,
    };
    Some(Staged {
        path: Box::default(),
        kind,
        regular: mode >> 12 == 0o10,
        stage: (flags >> 12 & 3) as u8,
        intended: more & INTENT_TO_ADD != 0,
        id,
    })
}

/// Whether a path of the index stays in the repository and out of `.git`.
fn is_inside(bytes: &[u8]) -> bool {
    let plain =
        |part: &[u8]| !matches!(part, b"" | b"." | b"..") && !part.eq_ignore_ascii_case(b".git");
    let bytes = bytes.strip_suffix(b"/").unwrap_or(bytes);
    bytes.split(|&byte| byte == b'/').all(plain)
        && (cfg!(not(windows)) || !bytes.iter().any(|byte| b"\\:".contains(byte)))
}

/// The operating system's form of a path of the index.
#[cfg(unix)]
pub fn native(bytes: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt;
    Path::new(std::ffi::OsStr::from_bytes(bytes))
}

/// The operating system's form of a path of the index; one that is not UTF-8 names nothing here.
#[cfg(not(unix))]
pub fn native(bytes: &[u8]) -> &Path {
    Path::new(std::str::from_utf8(bytes).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_out_are_dropped() {
        assert!(is_inside(b"a/b") && is_inside(b"sparse/") && is_inside(b"a.git/..b"));
        for path in [
            &b"../x"[..],
            b"/etc/passwd",
            b"a/../../x",
            b"./x",
            b"a//b",
            b".git/config",
            b"a/.GIT/hooks/x",
            b"",
        ] {
            assert!(!is_inside(path), "{}", String::from_utf8_lossy(path));
        }
    }

    /// An index as git writes it, by version and hash length.
    fn written(version: u32, hash: usize, paths: &[(&str, u32, u16)]) -> Vec<u8> {
        let mut bytes = b"DIRC".to_vec();
        bytes.extend(version.to_be_bytes());
        bytes.extend(u32::try_from(paths.len()).unwrap().to_be_bytes());
        let mut last = "";
        for (path, mode, extended) in paths {
            let start = bytes.len();
            bytes.extend([0; 24]);
            bytes.extend(mode.to_be_bytes());
            bytes.extend(vec![7; 12 + hash]);
            let flags = if *extended == 0 { 0 } else { 1 << 14 };
            bytes.extend(u16::to_be_bytes(flags | u16::try_from(path.len()).unwrap()));
            if *extended != 0 {
                bytes.extend(extended.to_be_bytes());
            }
            if version == 4 {
                let same = last.bytes().zip(path.bytes()).take_while(|(a, b)| a == b);
                let same = same.count();
                bytes.push(u8::try_from(last.len() - same).unwrap());
                bytes.extend(&path.as_bytes()[same..]);
                bytes.push(0);
                last = path;
            } else {
                bytes.extend(path.as_bytes());
                let length = bytes.len() - start;
                bytes.extend(vec![0; 8 - length % 8]);
            }
        }
        bytes.extend(b"TREE\0\0\0\x03abc");
        bytes.extend(vec![9; hash]);
        bytes
    }

    const FILES: &[(&str, u32, u16)] = &[
        ("a/long/path.tf", 0o100_644, 0),
        ("a/long/pool.tf", 0o100_644, 1 << 14),
        ("b", 0o160_000, 0),
        ("c/", 0o040_000, 1 << 14),
        ("d", 0o120_000, 0),
    ];

    #[test]
    fn every_version_and_hash_is_read() {
        for (version, hash) in [(3, 20), (4, 20), (3, 32), (4, 32)] {
            let dir = tempfile::tempdir().unwrap();
            std::fs::create_dir(dir.path().join(".git")).unwrap();
            let bytes = written(version, hash, FILES);
            std::fs::write(dir.path().join(".git/index"), bytes).unwrap();
            let found = tracked(dir.path()).unwrap();
            let found: Vec<(&str, Kind)> = found
                .iter()
                .map(|(path, kind)| (std::str::from_utf8(path).unwrap(), *kind))
                .collect();
            let want = [
                ("a/long/path.tf", Kind::Other),
                ("a/long/pool.tf", Kind::Sparse),
                ("b", Kind::Submodule),
                ("c/", Kind::Sparse),
                ("d", Kind::Other),
            ];
            assert_eq!(found, want, "version {version}, hash {hash}");
        }
    }

    #[test]
    fn no_cut_or_flip_makes_it_panic() {
        for version in [2, 4] {
            let good = written(version, 20, &FILES[..1]);
            for end in 0..good.len() {
                drop(entries(&good[..end], 20));
                let mut flipped = good.clone();
                flipped[end] ^= 0xff;
                drop(entries(&flipped, 20));
            }
        }
        let mut huge = written(2, 20, &[]);
        huge[8..12].copy_from_slice(&[0xff; 4]);
        assert!(entries(&huge, 20).is_none());
        let mut split = written(2, 20, &[]);
        split[12..16].copy_from_slice(b"link");
        assert!(entries(&split, 20).unwrap().unwrap_err().contains("split"));
    }
}
