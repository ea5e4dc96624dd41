//! What a git repository holds: its index, its commits, its files at a commit.
//!
//! Nothing in the repository is obeyed. Its objects are opened without its configuration, hooks, filters and attributes, so
//! that who owns it does not matter either; references and the index are read from their files. Hashes of other formats
//! and reference tables are said to be unsupported, never half read.

mod delta;
mod folder;
mod graph;
mod index;
mod lines;
mod name;
mod object;
pub mod pack;

pub use delta::Copy;
pub use git2::Oid;
pub use graph::Graph;
pub use index::{Folders, Index, Kind, Staged, Tracked, native, tracked};
pub use lines::{added, diff};
pub use object::{Blob, Commit, File, Files, Mode, TreeEntries};

use crate::source::file::whole;
use git2::Odb;
use std::path::{Path, PathBuf};

/// Why something of a repository could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct GitError {
    /// What was asked for: a name, a hash, a path.
    pub name: String,
    /// Why, in a lower-case phrase.
    pub reason: String,
}

impl GitError {
    fn new(name: &str, reason: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            reason: reason.into(),
        }
    }

    fn of(id: Oid, reason: &str) -> Self {
        Self::new(&id.to_string(), reason)
    }
}

/// A repository, open for reading.
pub struct Repository {
    git: PathBuf,
    common: PathBuf,
    bare: bool,
    odb: Odb<'static>,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Repository").field(&self.git).finish()
    }
}

/// Bytes of the configuration that are looked at for the format of objects.
const LARGEST_CONFIG: u64 = 1 << 20;

impl Repository {
    /// Opens the repository at a folder that holds `.git`, or is a repository without a work tree.
    ///
    /// # Errors
    /// When there is none, or one whose format is not read.
    pub fn open(root: &Path) -> Result<Self, GitError> {
        let shown = root.display().to_string();
        let fail = |reason: String| GitError::new(&shown, reason);
        let dot_git = root.join(".git");
        let bare = std::fs::symlink_metadata(&dot_git).is_err();
        let git = if !bare {
            folder::git_folder(&dot_git).map_err(fail)?
        } else if folder::is_bare(root) {
            root.to_path_buf()
        } else {
            return Err(fail("it is not in a git repository".into()));
        };
        let common = folder::common_folder(&git);
        if let Some(reason) = unsupported(&common) {
            return Err(fail(reason.into()));
        }
        let odb = Odb::new().map_err(|error| fail(object::phrase(&error)))?;
        let objects = common.join("objects");
        let objects = objects
            .to_str()
            .ok_or_else(|| fail("its path is not utf-8".into()))?;
        odb.add_disk_alternate(objects)
            .map_err(|error| fail(object::phrase(&error)))?;
        Ok(Self {
            git,
            common,
            bare,
            odb,
        })
    }

    /// What the index lists.
    ///
    /// # Errors
    /// When it is damaged or split.
    pub fn index(&self) -> Result<Index, GitError> {
        index::staged(&self.git).map_err(|reason| GitError::new("the index", reason))
    }

    /// Whether the repository has no work tree of its own.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// Whether history was cut off when the repository was cloned.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        std::fs::metadata(self.common.join("shallow")).is_ok_and(|meta| meta.len() > 0)
    }

    /// The best common ancestor of two commits.
    ///
    /// # Errors
    /// When there is none, or the way there is not in the repository.
    pub fn merge_base(&self, one: Oid, two: Oid) -> Result<Oid, GitError> {
        if one == two {
            return Ok(one);
        }
        let fail = |error: git2::Error| {
            let reason = if self.is_shallow() {
                "the common ancestor is not in this shallow clone; fetch the whole history".into()
            } else if error.code() == git2::ErrorCode::NotFound {
                "there is no common ancestor".into()
            } else {
                object::phrase(&error)
            };
            GitError::of(two, &reason)
        };
        let odb = Odb::new().map_err(fail)?;
        let objects = self.common.join("objects");
        odb.add_disk_alternate(&objects.to_string_lossy())
            .map_err(fail)?;
        let repository = git2::Repository::from_odb(odb).map_err(fail)?;
        repository.merge_base(one, two).map_err(fail)
    }
}

/// A format that this room does not read.
fn unsupported(common: &Path) -> Option<&'static str> {
    if common.join("reftable").is_dir() {
        return Some("reference tables (reftable) are not read");
    }
    let config = whole(&common.join("config"), LARGEST_CONFIG).ok()??;
    let text = String::from_utf8_lossy(&config).to_lowercase();
    let words = text.split_whitespace().collect::<String>();
    words
        .contains("objectformat=sha256")
        .then_some("its hashes are sha-256, which is not read")
}
