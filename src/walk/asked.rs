//! The paths a run was asked for, made absolute, and the root that all reported paths are relative to.

use crate::source::file::reason;
use crate::source::{Gap, GapKind};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The paths asked for, by what they are. Folders do not overlap.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) folders: BTreeSet<PathBuf>,
    pub(super) files: BTreeSet<PathBuf>,
    pub(super) links: usize,
    pub(super) special: usize,
    pub(super) missing: Vec<Gap>,
}

/// The folder that reported paths are relative to: the nearest folder at or above everything asked for that holds
/// `.git`; without one, the deepest folder that holds everything asked for.
#[must_use]
pub fn root(paths: &[PathBuf]) -> PathBuf {
    asked(paths).root()
}

/// Whether the paths cover everything below their root, so that what was not found is not there.
#[must_use]
pub fn is_whole(paths: &[PathBuf]) -> bool {
    let asked = asked(paths);
    asked.folders.contains(&asked.root())
}

/// Sorts out what `paths` are. No path at all stands for the current folder.
///
/// A link asked for alone is followed, since it is the thing to scan; among others it is counted and passed over, since
/// commit hooks name every changed link, wherever it leads.
pub(super) fn asked(paths: &[PathBuf]) -> Asked {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    let mut asked = Asked::default();
    for path in paths {
        if let Err(error) = asked.add(path, paths.len() == 1) {
            asked.missing.push(Gap::of_file(
                &path.to_string_lossy(),
                GapKind::Unreadable,
                reason(&error),
            ));
        }
    }
    asked.settle();
    asked
}

impl Asked {
    fn add(&mut self, path: &Path, alone: bool) -> std::io::Result<()> {
        let is_link = std::fs::symlink_metadata(path)?.is_symlink();
        if is_link && !alone {
            self.links += 1;
            return Ok(());
        }
        let real = path.canonicalize()?;
        let kind = std::fs::metadata(&real)?.file_type();
        if kind.is_dir() {
            self.folders.insert(real);
        } else if kind.is_file() {
            self.files.insert(real);
        } else {
            self.special += 1;
        }
        Ok(())
    }

    /// Drops what lies inside another folder that is asked for.
    fn settle(&mut self) {
        let mut kept: BTreeSet<PathBuf> = BTreeSet::new();
        for folder in &self.folders {
            let inside = folder.ancestors().skip(1).any(|above| kept.contains(above));
            if !inside {
                kept.insert(folder.clone());
            }
        }
        self.folders = kept;
    }

    /// See [`root`].
    pub(super) fn root(&self) -> PathBuf {
        let mut holders = self
            .folders
            .iter()
            .map(PathBuf::as_path)
            .chain(self.files.iter().filter_map(|file| file.parent()));
        let Some(first) = holders.next() else {
            return std::env::current_dir().unwrap_or_default();
        };
        let common = holders.fold(first, |common, holder| {
            common
                .ancestors()
                .find(|above| holder.starts_with(above))
                .unwrap_or(common)
        });
        common
            .ancestors()
            .find(|above| std::fs::symlink_metadata(above.join(".git")).is_ok())
            .unwrap_or(common)
            .to_path_buf()
    }

    /// Whether a path lies in a folder that was asked for.
    pub(super) fn covers(&self, path: &Path) -> bool {
        path.ancestors().any(|above| self.folders.contains(above))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_folders_are_asked_once() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a/b/c", "a-b"] {
            std::fs::create_dir_all(dir.path().join(name)).unwrap();
        }
        let base = dir.path().canonicalize().unwrap();
        let asked = asked(&[
            base.join("a/b/c"),
            base.join("a-b"),
            base.join("a"),
            base.join("a/b/../b"),
        ]);
        let folders: Vec<_> = asked.folders.into_iter().collect();
        assert_eq!(folders, [base.join("a"), base.join("a-b")]);
    }

    #[test]
    fn the_root_is_the_common_folder_without_a_repository() {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path().canonicalize().unwrap();
        std::fs::create_dir_all(base.join("x/one")).unwrap();
        std::fs::create_dir_all(base.join("x/two")).unwrap();
        std::fs::write(base.join("x/two/f"), "").unwrap();
        assert_eq!(root(&[base.join("x/one")]), base.join("x/one"));
        assert_eq!(root(&[base.join("x/two/f")]), base.join("x/two"));
        assert_eq!(
            root(&[base.join("x/one"), base.join("x/two/f")]),
            base.join("x")
        );
        assert!(is_whole(&[base.join("x/one")]));
        std::fs::create_dir(base.join(".git")).unwrap();
        assert_eq!(root(&[base.join("x/one")]), base);
        assert!(!is_whole(&[base.join("x/one")]) && is_whole(&[base.join("x"), base]));
    }
}
