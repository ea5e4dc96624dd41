//! Objects as bytes: commits, trees and blobs, within limits and whatever they hold.

use super::{Folders, GitError, Repository};
use git2::{ObjectType, Oid};

/// Bytes of a commit, tag or tree past which it is not read.
const LARGEST: usize = 64 << 20;
/// Bytes of a file of the work tree past which it is taken for changed.
const LARGEST_FILE: u64 = 256 << 20;
/// Deepest nesting of folders.
const DEEPEST: usize = 512;
/// Entries past which a commit has too many files.
const MOST: usize = 20_000_000;

/// What a tree's entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A regular file.
    File,
    /// A symbolic link.
    Link,
    /// A commit of another repository.
    Submodule,
}

/// One file of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path from the root of the repository, lossily decoded.
    pub path: String,
    /// What it is.
    pub mode: Mode,
    /// The object.
    pub id: Oid,
}

/// The files of a commit and the folders that could not be read.
#[derive(Debug, Default)]
pub struct Files {
    /// Sorted by path.
    pub files: Vec<File>,
    /// Folders that were not read because their tree was known, sorted, each with a slash at its end.
    pub known: Vec<String>,
    /// Folders whose tree is missing or damaged, and why.
    pub unread: Vec<(String, String)>,
}

impl Files {
    /// Whether a path lies in a folder that was known.
    #[must_use]
    pub fn knows(&self, path: &str) -> bool {
        let after = self.known.partition_point(|folder| folder.as_str() <= path);
        let folder = after.checked_sub(1).map(|at| &self.known[at]);
        folder.is_some_and(|folder| path.starts_with(folder))
    }
}

/// What reading a blob gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Blob {
    /// The bytes are in the buffer.
    Read,
    /// More bytes than the limit.
    TooLarge,
    /// Missing, as in a partial clone, or damaged.
    Missing(String),
}

impl Repository {
    /// Type and bytes of an object that is no blob.
    pub(super) fn object(&self, id: Oid) -> Result<(ObjectType, Vec<u8>), GitError> {
        let fail = |error: git2::Error| GitError::of(id, &phrase(&error));
        let (size, kind) = self.odb.read_header(id).map_err(fail)?;
        if kind != ObjectType::Blob && size > LARGEST {
            return Err(GitError::of(id, "it is too large"));
        }
        if kind == ObjectType::Blob {
            return Ok((kind, Vec::new()));
        }
        let object = self.odb.read(id).map_err(fail)?;
        Ok((object.kind(), object.data().to_vec()))
    }

    /// Reads a blob into the buffer, which is emptied first.
    pub fn blob(&self, id: Oid, limit: u64, buffer: &mut Vec<u8>) -> Blob {
        buffer.clear();
        match self.odb.read_header(id) {
            Ok((size, _)) if size as u64 > limit => return Blob::TooLarge,
            Ok(_) => {}
            Err(error) => return Blob::Missing(phrase(&error)),
        }
        match self.odb.read(id) {
            Ok(object) if object.kind() == ObjectType::Blob => {
                buffer.extend_from_slice(object.data());
                Blob::Read
            }
            Ok(_) => Blob::Missing("it is no file".into()),
            Err(error) => Blob::Missing(phrase(&error)),
        }
    }

    /// Whether a file of the work tree has the bytes of a blob, or would have them with plain line ends.
    #[must_use]
    pub fn is_blob(&self, file: &std::path::Path, id: Oid) -> bool {
        let Ok(Some(bytes)) = crate::source::file::whole(file, LARGEST_FILE) else {
            return false;
        };
        let is = |bytes: &[u8]| Oid::hash_object(ObjectType::Blob, bytes) == Ok(id);
        if is(&bytes) {
            return true;
        }
        let mut plain = bytes;
        let before = plain.len();
        let mut at = 0;
        plain.retain({
            let copy = plain.clone();
            move |&byte| {
                at += 1;
                byte != b'\r' || copy.get(at) != Some(&b'\n')
            }
        });
        plain.len() < before && is(&plain)
    }

    /// The parents of a commit, as it names them.
    ///
    /// # Errors
    /// When the commit is missing or damaged.
    pub fn parents(&self, id: Oid) -> Result<Vec<Oid>, GitError> {
        Ok(Commit::read(self, id)?.parents)
    }

    /// The bytes of a commit.
    ///
    /// # Errors
    /// When it is missing, damaged or none.
    pub fn text(&self, commit: Oid) -> Result<Vec<u8>, GitError> {
        match self.object(commit)? {
            (ObjectType::Commit, bytes) => Ok(bytes),
            _ => Err(GitError::of(commit, "it is no commit")),
        }
    }

    /// Mode, name and object of each entry of a folder.
    ///
    /// # Errors
    /// When it is missing, damaged or none.
    pub fn folder(&self, tree: Oid) -> Result<TreeEntries, GitError> {
        match self.object(tree)? {
            (ObjectType::Tree, bytes) => {
                tree_entries(&bytes).map_err(|reason| GitError::of(tree, &reason))
            }
            _ => Err(GitError::of(tree, "it is no folder")),
        }
    }

    /// The files of a commit. A folder that cannot be read is named, not an error.
    ///
    /// # Errors
    /// When the commit itself is missing or damaged, or has too many files.
    pub fn files(&self, commit: Oid) -> Result<Files, GitError> {
        self.files_but(commit, &Folders::default())
    }

    /// As [`Repository::files`], without those in folders whose tree is `known`.
    ///
    /// # Errors
    /// When the commit itself is missing or damaged, or has too many files.
    pub fn files_but(&self, commit: Oid, known: &Folders) -> Result<Files, GitError> {
        let tree = Commit::read(self, commit)?.tree;
        let mut files = Files::default();
        let mut open = vec![(String::new(), tree, 0)];
        while let Some((folder, id, depth)) = open.pop() {
            if known.get(&folder) == Some(&id) {
                let end = if folder.is_empty() { "" } else { "/" };
                files.known.push(folder + end);
                continue;
            }
            let entries = match self.object(id) {
                Ok((ObjectType::Tree, bytes)) if depth < DEEPEST => tree_entries(&bytes),
                Ok((ObjectType::Tree, _)) => Err("folders are nested too deep".into()),
                Ok(_) => Err("it is no folder".into()),
                Err(error) => Err(error.reason),
            };
            let entries = match entries {
                Ok(entries) => entries,
                Err(reason) => {
                    files.unread.push((folder, reason));
                    continue;
                }
            };
            for (mode, name, id) in entries {
                let mut path = folder.clone();
                if !path.is_empty() {
                    path.push('/');
                }
                path.push_str(&String::from_utf8_lossy(&name));
                let mode = match mode >> 12 {
                    0o04 => {
                        open.push((path, id, depth + 1));
                        continue;
                    }
                    0o10 => Mode::File,
                    0o12 => Mode::Link,
                    _ => Mode::Submodule,
                };
                files.files.push(File { path, mode, id });
            }
            if files.files.len() + open.len() > MOST {
                return Err(GitError::of(commit, "it has too many files"));
            }
        }
        files.files.sort_by(|a, b| a.path.cmp(&b.path));
        files.unread.sort();
        files.known.sort();
        Ok(files)
    }
}

/// What of a commit is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its tree.
    pub tree: Oid,
    /// Its parents, in their order.
    pub parents: Vec<Oid>,
    /// When it was committed, in seconds since 1970.
    pub time: i64,
}

impl Commit {
    /// Reads a commit.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn read(repository: &Repository, id: Oid) -> Result<Self, GitError> {
        match repository.object(id)? {
            (ObjectType::Commit, bytes) => {
                Self::parse(&bytes).ok_or_else(|| GitError::of(id, "the commit is damaged"))
            }
            _ => Err(GitError::of(id, "it is no commit")),
        }
    }

    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut commit = Self {
            tree: Oid::ZERO_SHA1,
            parents: Vec::new(),
            time: 0,
        };
        let hash = |text: &[u8]| Oid::from_str(std::str::from_utf8(text).ok()?).ok();
        for line in bytes.split(|&byte| byte == b'\n') {
            if line.is_empty() {
                break;
            } else if let Some(id) = line.strip_prefix(b"tree ") {
                commit.tree = hash(id)?;
            } else if let Some(id) = line.strip_prefix(b"parent ") {
                commit.parents.push(hash(id)?);
            } else if let Some(who) = line.strip_prefix(b"committer ") {
                let mut words = who.rsplit(|&byte| byte == b' ').skip(1);
                let time = words.next().and_then(|word| std::str::from_utf8(word).ok());
                commit.time = time.and_then(|word| word.parse().ok()).unwrap_or(0);
            }
        }
        (!commit.tree.is_zero()).then_some(commit)
    }
}

/// Entries of a tree: mode, name, object.
pub type TreeEntries = Vec<(u32, Box<[u8]>, Oid)>;

/// Takes a tree apart. A name that would lead out of its folder is damage.
pub(super) fn tree_entries(bytes: &[u8]) -> Result<TreeEntries, String> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (mode, name, id, after) =
            tree_entry(rest).ok_or_else(|| "the folder is damaged".to_owned())?;
        if name.is_empty() || name == b"." || name == b".." || name.contains(&b'/') {
            return Err("the folder is damaged".into());
        }
        entries.push((mode, name.into(), id));
        rest = after;
    }
    Ok(entries)
}

/// The first entry and what follows it.
pub(super) fn tree_entry(bytes: &[u8]) -> Option<(u32, &[u8], Oid, &[u8])> {
    let space = memchr::memchr(b' ', bytes.get(..8.min(bytes.len()))?)?;
    let mode = bytes[..space].iter().try_fold(0u32, |mode, &byte| {
        matches!(byte, b'0'..=b'7').then(|| mode << 3 | u32::from(byte - b'0'))
    })?;
    let rest = &bytes[space + 1..];
    let nul = memchr::memchr(0, rest)?;
    let id = Oid::from_bytes(rest.get(nul + 1..nul + 21)?).ok()?;
    Some((mode, &rest[..nul], id, &rest[nul + 21..]))
}

/// The library's words in our form.
pub(super) fn phrase(error: &git2::Error) -> String {
    let text = error.message().to_lowercase();
    match error.code() {
        git2::ErrorCode::NotFound => "the object is not in the repository".into(),
        _ => text.lines().next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_and_trees_are_taken_apart_or_refused() {
        let id = "1".repeat(40);
        let text = format!(
            "tree {id}\nparent {id}\nauthor a <a> 1 +0000\ncommitter b <b> 77 +0100\n\ntree x\n"
        );
        let commit = Commit::parse(text.as_bytes()).unwrap();
        assert_eq!((commit.parents.len(), commit.time), (1, 77));
        assert_eq!(Commit::parse(b"tree zzz\n"), None);
        assert_eq!(Commit::parse(b""), None);
        let mut tree = b"100644 a.tf\0".to_vec();
        tree.extend([7; 20]);
        let entries = tree_entries(&tree).unwrap();
        assert_eq!((entries[0].0, &*entries[0].1), (0o100_644, &b"a.tf"[..]));
        for end in 1..tree.len() {
            assert!(tree_entries(&tree[..end]).is_err());
        }
        let known = ["a-b/", "a/", "b/c/"].map(str::to_owned).to_vec();
        let files = Files {
            known,
            ..Files::default()
        };
        for path in ["a-b/x", "a/x", "a/x/y", "b/c/d"] {
            assert!(files.knows(path), "{path}");
        }
        for path in ["a", "a-c/x", "b/x", "ab/x", "c"] {
            assert!(!files.knows(path), "{path}");
        }
        let out = [b"100644 ..\0", &[7; 20][..]].concat();
        assert!(tree_entries(&out).is_err());
    }
}
