//! Where bytes come from: the work tree, standard input, and the two sides of a [`Change`].
//!
//! Everything below the roots is listed, hidden files too, except what ignore files exclude and git does not track: a
//! force-added `.env` is as published as any other file. Links are never followed, and nothing that is not a regular
//! file is ever opened, so a repository cannot make the tool read outside itself or wait on a pipe.

mod around;
mod asked;
mod binary;
mod change;
mod haul;
mod pair;
mod read;
mod side;
mod tracked;
mod tree;

pub use asked::{is_whole, root};
pub use change::Change;
pub use pair::{Pair, Place, Side};
pub use read::{Read, is_binary, judge, read};
pub use side::side_files;
pub use tree::tree;

use crate::source::Gap;
use globset::GlobSet;
use std::path::PathBuf;

/// One file to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path relative to the root with forward slashes, lossily decoded; control characters are kept out of reports later.
    pub path: String,
    /// The path to open.
    pub os: PathBuf,
}

impl Entry {
    /// Standard input under a name to report it by, `<stdin>` where none is given.
    #[must_use]
    pub fn stdin(name: Option<&str>) -> Self {
        Self {
            path: name.unwrap_or("<stdin>").to_owned(),
            os: PathBuf::from("-"),
        }
    }
}

/// What a walk yields.
#[derive(Debug, Default)]
pub struct Listing {
    /// The repository root, or the folder that paths are relative to.
    pub root: PathBuf,
    /// Files, sorted by path.
    pub entries: Vec<Entry>,
    /// What was passed over and how often: `link`, `special`, `submodule`, `sparse`, `excluded`.
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
    /// Paths relative to the root that are left out and counted, tracked or not; `paths.exclude` of the configuration.
    pub exclude: GlobSet,
    /// Threads that list; 0 for as many as there are cores.
    pub threads: usize,
}
