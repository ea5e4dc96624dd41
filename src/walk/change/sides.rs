//! Lists both sides of a change: the index, a commit, the work tree.

use super::super::Listing;
use super::super::around::{LARGEST, around};
use super::{Change, Pair, Place, Side, bytes};
use crate::git::{Files, GitError, Kind, Mode, Oid, Repository};
use crate::source::{Gap, GapKind};
use globset::GlobSet;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// After the change and before it.
type Places = (Option<Place>, Option<Place>);

/// Both sides while they are being filled, by path.
#[derive(Debug, Default)]
struct Sides {
    pairs: BTreeMap<String, Places>,
    skipped: BTreeMap<&'static str, usize>,
    gaps: Vec<Gap>,
}

impl Sides {
    /// Takes the regular files of a commit as one side; the other kinds are counted on the new side alone.
    fn commit(&mut self, files: Files, side: Side, exclude: &GlobSet) {
        for (folder, reason) in files.unread {
            self.gaps.push(Gap::of_file(&folder, GapKind::Git, reason));
        }
        for file in files.files {
            if excludes(exclude, &file.path) {
                self.count(side, "excluded");
                continue;
            }
            match file.mode {
                Mode::File => self.put(file.path, side, Place::Blob(file.id)),
                Mode::Link => self.count(side, "link"),
                Mode::Submodule => self.count(side, "submodule"),
            }
        }
    }

    fn count(&mut self, side: Side, reason: &'static str) {
        if side == Side::New {
            *self.skipped.entry(reason).or_default() += 1;
        }
    }

    fn put(&mut self, path: String, side: Side, place: Place) {
        let pair = self.pairs.entry(path).or_default();
        match side {
            Side::Old => pair.1 = Some(place),
            Side::New => pair.0 = Some(place),
        }
    }

    /// Pairs with what `changed` says of two different places.
    fn change(
        self,
        repository: Repository,
        changed: impl Fn(&Repository, &str, &Place, &Place) -> bool + Sync,
    ) -> Change {
        let pairs: Vec<(String, Places)> = self.pairs.into_iter().collect();
        let pairs = pairs
            .into_par_iter()
            .map(|(path, (new, old))| {
                let changed = match (&new, &old) {
                    (Some(new), Some(old)) => new != old && changed(&repository, &path, new, old),
                    _ => true,
                };
                Pair {
                    path,
                    new,
                    old,
                    changed,
                }
            })
            .collect();
        let skipped = self.skipped.into_iter();
        Change {
            repository,
            pairs,
            excerpt: false,
            skipped: skipped
                .map(|(why, times)| (why.to_owned(), times))
                .collect(),
            gaps: self.gaps,
        }
    }
}

impl Change {
    /// What the index holds against the last commit, with its surroundings.
    ///
    /// # Errors
    /// When the index or the last commit cannot be read.
    pub fn staged(repository: Repository, exclude: &GlobSet) -> Result<Self, GitError> {
        let mut sides = Sides::default();
        let index = repository.index()?;
        let old = match repository.head()? {
            Some(head) => repository.files_but(head, &index.folders)?,
            None => Files::default(),
        };
        for entry in index.entries {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            if excludes(exclude, &path) {
                sides.count(Side::New, "excluded");
            } else if entry.kind == Kind::Submodule {
                sides.count(Side::New, "submodule");
            } else if entry.stage > 0 {
                if entry.stage == 2 {
                    sides.put(path.clone(), Side::New, Place::Blob(entry.id));
                    let reason = "the merge is not resolved; our side of it was read";
                    sides.gaps.push(Gap::of_file(&path, GapKind::Git, reason));
                }
            } else if entry.intended {
                sides.count(Side::New, "not staged yet");
            } else if entry.regular {
                if old.knows(&path) {
                    sides.put(path.clone(), Side::Old, Place::Blob(entry.id));
                }
                sides.put(path, Side::New, Place::Blob(entry.id));
            } else {
                sides.count(Side::New, "link");
            }
        }
        sides.commit(old, Side::Old, exclude);
        let mut change = sides.change(repository, |_, _, _, _| true);
        let repository = &change.repository;
        change.excerpt = around(&mut change.pairs, &|pair, place, buffer| {
            drop(bytes(repository, &pair.path, place, buffer, LARGEST));
        });
        Ok(change)
    }

    /// Whether the index holds anything that the last commit does not, or the other way round.
    ///
    /// # Errors
    /// When the index or the last commit cannot be read.
    pub fn is_staged(repository: &Repository) -> Result<bool, GitError> {
        let index = repository.index()?;
        let old = match repository.head()? {
            Some(head) => repository.files_but(head, &index.folders)?,
            None => Files::default(),
        };
        let files = old.files.iter().filter(|file| file.mode == Mode::File);
        let mut left: rustc_hash::FxHashMap<&str, Oid> =
            files.map(|file| (file.path.as_str(), file.id)).collect();
        for entry in index.entries {
            let path = String::from_utf8_lossy(&entry.path);
            if entry.stage > 0 {
                return Ok(true);
            }
            let passed = entry.intended || !entry.regular || old.knows(&path);
            if !passed && left.remove(&*path) != Some(entry.id) {
                return Ok(true);
            }
        }
        Ok(!left.is_empty())
    }

    /// The files of a work tree, whose `listing` covers all of it, against a commit.
    ///
    /// # Errors
    /// When the commit cannot be read.
    pub fn work_tree(
        repository: Repository,
        base: Oid,
        listing: Listing,
        exclude: &GlobSet,
    ) -> Result<Self, GitError> {
        let mut sides = Sides::default();
        let base = repository.files(base)?;
        let linked: Vec<String> = base
            .files
            .iter()
            .filter(|file| file.mode == Mode::Submodule)
            .map(|file| format!("{}/", file.path))
            .collect();
        sides.commit(base, Side::Old, exclude);
        for entry in listing.entries {
            let path = entry.path.clone();
            if linked.iter().any(|folder| path.starts_with(folder)) {
                sides.put(path.clone(), Side::Old, Place::File(entry.clone()));
            }
            sides.put(path, Side::New, Place::File(entry));
        }
        for entry in repository.index()?.entries {
            if entry.kind == Kind::Sparse && entry.regular {
                let path = String::from_utf8_lossy(&entry.path).into_owned();
                if sides.pairs.get(&path).is_some_and(|pair| pair.0.is_none()) {
                    sides.put(path, Side::New, Place::Blob(entry.id));
                }
            }
        }
        sides.gaps.extend(listing.gaps);
        let mut change = sides.change(repository, |repository, _, new, old| {
            !is_same(repository, new, old)
        });
        change.skipped = listing.skipped;
        Ok(change)
    }

    /// The files of one commit against those of another.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn commits(
        repository: Repository,
        base: Oid,
        head: Oid,
        exclude: &GlobSet,
    ) -> Result<Self, GitError> {
        let mut sides = Sides::default();
        sides.commit(repository.files(base)?, Side::Old, exclude);
        sides.commit(repository.files(head)?, Side::New, exclude);
        Ok(sides.change(repository, |_, _, _, _| true))
    }
}

/// Whether a file of the work tree has the bytes of a blob, line ends of a checkout aside.
fn is_same(repository: &Repository, new: &Place, old: &Place) -> bool {
    let (Place::File(entry), Place::Blob(id)) = (new, old) else {
        return false;
    };
    repository.is_blob(&entry.os, *id)
}

/// Whether a path, or a folder it lies in, is excluded.
fn excludes(set: &GlobSet, path: &str) -> bool {
    let ends = path.match_indices('/').map(|(at, _)| at);
    !set.is_empty()
        && ends
            .chain([path.len()])
            .any(|end| set.is_match(&path[..end]))
}
