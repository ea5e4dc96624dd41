//! What a scan reads from: a listing of the work tree, or files in memory. Both give bytes by index, in path order.

use crate::source::Gap;
use crate::walk::{self, Listing};

/// The bytes of one file, or why there are none.
#[derive(Debug)]
pub enum Bytes {
    /// Read into the caller's buffer.
    Read,
    /// There is no such file on this side of a change.
    Absent,
    /// Passed over, and why: counted in the coverage statement.
    Skipped(&'static str),
    /// Could not be read.
    Gap(Gap),
}

/// What a file is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Secrets, and what it says of the estate.
    Whole,
    /// What it says of the estate.
    Estate,
}

impl From<walk::Read> for Bytes {
    fn from(read: walk::Read) -> Self {
        match read {
            walk::Read::Text { .. } => Bytes::Read,
            walk::Read::Empty => Bytes::Skipped("empty"),
            walk::Read::Binary => Bytes::Skipped("binary"),
            walk::Read::TooLarge => Bytes::Skipped("too large"),
            walk::Read::Unreadable(gap) => Bytes::Gap(gap),
        }
    }
}

/// Something that holds files, sorted by path.
pub trait Source: Sync {
    /// How many files.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Path of a file, relative to the root.
    fn path(&self, index: usize) -> &str;
    /// Reads a file into the buffer, which is cleared first.
    fn read(&self, index: usize, buffer: &mut Vec<u8>) -> Bytes;
    /// What a file is read for.
    fn look(&self, _index: usize) -> Look {
        Look::Whole
    }
    /// What could not be listed.
    fn gaps(&self) -> Vec<Gap> {
        Vec::new()
    }
    /// Files passed over while listing, by reason.
    fn skipped(&self) -> Vec<(String, usize)> {
        Vec::new()
    }
    /// Things asked for by name that could not be read at all.
    fn missing(&self) -> Vec<Gap> {
        Vec::new()
    }
}

/// Files in memory.
#[derive(Debug)]
pub struct Memory(Vec<(String, Vec<u8>)>);

impl Memory {
    /// Takes files in any order.
    #[must_use]
    pub fn new(mut files: Vec<(String, Vec<u8>)>) -> Self {
        files.sort();
        Self(files)
    }
}

impl Source for Memory {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn path(&self, index: usize) -> &str {
        &self.0[index].0
    }

    fn read(&self, index: usize, buffer: &mut Vec<u8>) -> Bytes {
        buffer.clear();
        buffer.extend_from_slice(&self.0[index].1);
        Bytes::Read
    }
}

/// The files of a listing.
#[derive(Debug)]
pub struct Tree {
    listing: Listing,
    limit: u64,
}

impl Tree {
    /// The files of `listing`, none larger than `limit` bytes.
    #[must_use]
    pub fn new(listing: Listing, limit: u64) -> Self {
        Self { listing, limit }
    }
}

impl Source for Tree {
    fn len(&self) -> usize {
        self.listing.entries.len()
    }

    fn path(&self, index: usize) -> &str {
        &self.listing.entries[index].path
    }

    fn read(&self, index: usize, buffer: &mut Vec<u8>) -> Bytes {
        walk::read(&self.listing.entries[index], buffer, self.limit).into()
    }

    fn gaps(&self) -> Vec<Gap> {
        self.listing.gaps.clone()
    }

    fn skipped(&self) -> Vec<(String, usize)> {
        self.listing.skipped.clone()
    }

    fn missing(&self) -> Vec<Gap> {
        self.listing.missing.clone()
    }
}
