//! Which noun of an estate: its kind and its place in the list of that kind.

use super::Noun;

/// Index of a noun in its list of the [`Estate`](super::Estate).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub u32);

impl Id {
    /// The index.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One noun of the estate, by kind and index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Its kind.
    pub noun: Noun,
    /// Its index.
    pub id: Id,
}
