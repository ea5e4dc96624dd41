//! How much a right is: the words of `level`, in their order.

/// Levels from least to most.
const LEVELS: &[&str] = &["none", "read", "write", "escalate", "admin"];

/// A level's place among the others: a higher one includes what a lower one may do. Words that are none of them come
/// first.
#[must_use]
pub fn rank(level: &str) -> usize {
    LEVELS.iter().position(|own| *own == level).unwrap_or(0)
}
