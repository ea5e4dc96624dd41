//! One path on both sides of a change.

use super::Entry;
use crate::git::Oid;

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
