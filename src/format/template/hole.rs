//! Where actions stood in a masked text, and how.

use super::Kind;
use std::ops::Range;

/// How a hole stands in the masked text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Stand {
    /// As a word.
    Word,
    /// As `<<: word`.
    Entry,
    /// As `- word`.
    Item,
    /// As nothing.
    Blank,
}

/// An action, or several that touch, in the masked text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Hole {
    /// What was there.
    pub(in super::super) range: Range<usize>,
    /// The same with the filler, which may begin before it.
    pub(in super::super) place: Range<usize>,
    pub(in super::super) stand: Stand,
    pub(in super::super) kind: Kind,
}

/// A text of the same length without actions.
pub(in super::super) struct Masked {
    pub(in super::super) text: String,
    /// In order; actions that leave nothing are not among them.
    pub(in super::super) holes: Vec<Hole>,
}
