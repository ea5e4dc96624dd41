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
