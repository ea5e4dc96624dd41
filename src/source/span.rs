//! A byte range in one blob.

use serde::{Deserialize, Serialize};

/// The place of a blob in the sorted list of everything a run reads. Stable for the same input.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct BlobId(pub u32);

/// Bytes `start..end` of one blob. Blobs are capped below 4 GiB, so 32 bits hold any offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The blob the range lies in.
    pub blob: BlobId,
    /// First byte.
    pub start: u32,
    /// One past the last byte; never below `start`.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `blob`. Offsets past 4 GiB saturate; an end before the start collapses to the start.
    #[must_use]
    pub fn new(blob: BlobId, start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX).max(start);
        Self { blob, start, end }
    }

    /// The smallest span that holds both; `self` when they lie in different blobs.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.blob != other.blob {
            return self;
        }
        Span {
            blob: self.blob,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Whether `other` lies wholly inside.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.blob == other.blob && self.start <= other.start && other.end <= self.end
    }

    /// The range as `usize`, for slicing.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}
