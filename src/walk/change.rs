//! Two sides of a change: what is staged against the last commit, or the work tree or a commit against an older one.
//!
//! Every path of either side has one place in the list, so that a blob id means the same file on both. A file that did not
//! change is there for what it says about the others; of a large repository only the surroundings of a staged change are
//! listed, and [`Change::excerpt`] says so: what is not in an excerpt may still be there.

use super::around::around;
use super::{Entry, Listing, Read, judge, read};
use crate::git::{Blob, Files, GitError, Kind, Mode, Oid, Repository, added};
use crate::source::{Gap, GapKind};
use globset::GlobSet;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::ops::Range;

/// Where the bytes of one side are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the repository.
    Blob(Oid),
    /// In the work tree.
    File(Entry),
}

/// One path on both sides; none where it is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Path relative to the root.
    pub path: String,
    /// After the change.
    pub new: Option<Place>,
    /// Before it.
    pub old: Option<Place>,
    /// Whether the change touches it.
    pub changed: bool,
}

/// A side of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before the change.
    Old,
    /// After it.
    New,
}

/// What changed, and what did not.
#[derive(Debug)]
pub struct Change {
    repository: Repository,
    /// Sorted by path.
    pub pairs: Vec<Pair>,
    /// Whether files that did not change are left out.
    pub excerpt: bool,
    /// What was passed over and how often.
    pub skipped: Vec<(String, usize)>,
    /// What could not be listed.
    pub gaps: Vec<Gap>,
}

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
        change.excerpt = around(&mut change);
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

    /// The paths that the change alters or takes away.
    #[must_use]
    pub fn touched(&self) -> FxHashSet<String> {
        let old = self
            .pairs
            .iter()
            .filter(|pair| pair.changed && pair.old.is_some());
        old.map(|pair| pair.path.clone()).collect()
    }

    /// Reads one side of a path; none when it is not there. A missing blob is a gap of git's.
    pub fn read(&self, index: usize, side: Side, buffer: &mut Vec<u8>, limit: u64) -> Option<Read> {
        let pair = &self.pairs[index];
        let place = match side {
            Side::Old => pair.old.as_ref()?,
            Side::New => pair.new.as_ref()?,
        };
        Some(self.bytes(&pair.path, place, buffer, limit))
    }

    pub(super) fn bytes(
        &self,
        path: &str,
        place: &Place,
        buffer: &mut Vec<u8>,
        limit: u64,
    ) -> Read {
        match place {
            Place::File(entry) => read(entry, buffer, limit),
            Place::Blob(id) => match self.repository.blob(*id, limit, buffer) {
                Blob::Read => judge(path, buffer),
                Blob::TooLarge => Read::TooLarge,
                Blob::Missing(reason) => Read::Unreadable(Gap::of_file(path, GapKind::Git, reason)),
            },
        }
    }

    /// The lines, counted from 1, that the change adds to a file, of which `text` is the new side. A file that was only
    /// moved adds none; `kin` says which paths may be the same file moved.
    #[must_use]
    pub fn added(
        &self,
        index: usize,
        text: &[u8],
        limit: u64,
        kin: impl Fn(&str, &str) -> bool,
    ) -> Vec<Range<u32>> {
        let pair = &self.pairs[index];
        if !pair.changed {
            return Vec::new();
        }
        let mut old = Vec::new();
        match &pair.old {
            Some(place) => drop(self.bytes(&pair.path, place, &mut old, limit)),
            None => old = self.origin(&pair.path, text, limit, kin),
        }
        added(&old, text)
    }

    /// The removed file that a new one most resembles, at least in half of its lines; nothing when there is none.
    fn origin(
        &self,
        path: &str,
        text: &[u8],
        limit: u64,
        kin: impl Fn(&str, &str) -> bool,
    ) -> Vec<u8> {
        const MOST: usize = 1000;
        let gone = |pair: &&Pair| pair.new.is_none() && kin(path, &pair.path);
        let mut best: (usize, Vec<u8>) = (0, Vec::new());
        let mut buffer = Vec::new();
        for pair in self.pairs.iter().filter(gone).take(MOST) {
            let Some(place) = &pair.old else {
                continue;
            };
            if !matches!(
                self.bytes(&pair.path, place, &mut buffer, limit),
                Read::Text { .. }
            ) {
                continue;
            }
            let score = likeness(&buffer, text);
            if score >= 50 && score > best.0 {
                best = (score, std::mem::take(&mut buffer));
            }
        }
        best.1
    }
}

/// How much of two texts is the same, in percent of the larger, by lines in any order.
fn likeness(old: &[u8], new: &[u8]) -> usize {
    let mut lines: rustc_hash::FxHashMap<&[u8], usize> = rustc_hash::FxHashMap::default();
    for line in old.split(|&byte| byte == b'\n') {
        *lines.entry(line.trim_ascii_end()).or_default() += 1;
    }
    let mut same = 0;
    for line in new.split(|&byte| byte == b'\n') {
        if let Some(left) = lines.get_mut(line.trim_ascii_end())
            && *left > 0
        {
            *left -= 1;
            same += line.len() + 1;
        }
    }
    same * 100 / old.len().max(new.len()).max(1)
}

/// Whether a file of the work tree has the bytes of a blob, line ends of a checkout aside.
fn is_same(repository: &Repository, new: &Place, old: &Place) -> bool {
    let (Place::File(entry), Place::Blob(id)) = (new, old) else {
        return false;
    };
    repository.is_blob(&entry.os, *id)
}

/// Whether a path, or a folder it lies in, is excluded.
pub(super) fn excludes(set: &GlobSet, path: &str) -> bool {
    let ends = path.match_indices('/').map(|(at, _)| at);
    !set.is_empty()
        && ends
            .chain([path.len()])
            .any(|end| set.is_match(&path[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_counts_lines_whatever_their_order() {
        assert_eq!(likeness(b"a\nb\n", b"a\nb\n"), 125);
        assert!(likeness(b"aaaa\nbbbb\ncccc\n", b"cccc\naaaa\nx\n") >= 50);
        assert!(likeness(b"aaaa\nbbbb\ncccc\n", b"zzzz\nyyyy\naa\n") < 50);
    }
}
