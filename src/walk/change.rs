//! Two sides of a change: what is staged against the last commit, or the work tree or a commit against an older one.
//!
//! Every path of either side has one place in the list, so that a blob id means the same file on both. A file that did not
//! change is there for what it says about the others; of a large repository only the surroundings of a staged change are
//! listed, and [`Change::excerpt`] says so: what is not in an excerpt may still be there.

mod sides;

use super::pair::{Pair, Place, Side};
use super::{Read, judge, read};
use crate::git::{Blob, Repository, added};
use crate::source::{Gap, GapKind};
use rustc_hash::FxHashSet;
use std::ops::Range;

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

impl Change {
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
        Some(bytes(&self.repository, &pair.path, place, buffer, limit))
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
            Some(place) => drop(bytes(&self.repository, &pair.path, place, &mut old, limit)),
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
                bytes(&self.repository, &pair.path, place, &mut buffer, limit),
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

/// Reads a path from one of its places.
fn bytes(
    repository: &Repository,
    path: &str,
    place: &Place,
    buffer: &mut Vec<u8>,
    limit: u64,
) -> Read {
    match place {
        Place::File(entry) => read(entry, buffer, limit),
        Place::Blob(id) => match repository.blob(*id, limit, buffer) {
            Blob::Read => judge(path, buffer),
            Blob::TooLarge => Read::TooLarge,
            Blob::Missing(reason) => Read::Unreadable(Gap::of_file(path, GapKind::Git, reason)),
        },
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
