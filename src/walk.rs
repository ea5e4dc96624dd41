//! Where bytes come from: the work tree now; the git index, diffs and history behind the same [`Entry`].

use crate::source::Gap;
use std::path::PathBuf;

/// One file to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path relative to the root with forward slashes, lossily decoded, control characters kept out of reports later.
    pub path: String,
    /// The path to open.
    pub os: PathBuf,
}

/// What a walk yields.
#[derive(Debug, Default)]
pub struct Listing {
    /// The repository root, or the folder that paths are relative to.
    pub root: PathBuf,
    /// Files, sorted by path.
    pub entries: Vec<Entry>,
    /// Links that lead out of the tree, submodules and the like: reason and how many.
    pub skipped: Vec<(String, usize)>,
    /// What could not be listed.
    pub gaps: Vec<Gap>,
    /// Paths asked for by name that could not be read at all: exit code 3.
    pub missing: Vec<Gap>,
}

/// What a walk is asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// List files that ignore files exclude, too.
    pub no_ignore: bool,
}

/// What reading one file gave.
#[derive(Debug)]
pub enum Read {
    /// Text, in the buffer.
    Text {
        /// Whether it was another encoding on disk.
        converted: bool,
    },
    /// No bytes.
    Empty,
    /// A NUL among the first bytes, or an ending that is always binary.
    Binary,
    /// More bytes than the limit.
    TooLarge,
    /// Could not be opened or read.
    Unreadable(Gap),
}

/// Lists the files below `roots`.
#[must_use]
pub fn tree(roots: &[PathBuf], _options: &Options) -> Listing {
    let root = roots.first().cloned().unwrap_or_default();
    let mut listing = Listing {
        root: root.clone(),
        ..Listing::default()
    };
    for path in ignore::WalkBuilder::new(&root)
        .hidden(false)
        .build()
        .flatten()
    {
        if path.file_type().is_some_and(|kind| kind.is_file()) {
            let name = path
                .path()
                .strip_prefix(&root)
                .unwrap_or(path.path())
                .display()
                .to_string();
            listing.entries.push(Entry {
                path: name,
                os: path.into_path(),
            });
        }
    }
    listing.entries.sort();
    listing
}

/// Reads a file into the buffer.
pub fn read(entry: &Entry, buffer: &mut Vec<u8>, limit: u64) -> Read {
    match std::fs::read(&entry.os) {
        Ok(bytes) if bytes.len() as u64 > limit => Read::TooLarge,
        Ok(bytes) if bytes.contains(&0) => Read::Binary,
        Ok(bytes) => {
            *buffer = bytes;
            Read::Text { converted: false }
        }
        Err(error) => Read::Unreadable(Gap::of_file(
            &entry.path,
            crate::source::GapKind::Unreadable,
            error.to_string(),
        )),
    }
}
