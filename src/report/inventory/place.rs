//! Where something of the inventory is written.

use serde::Serialize;

/// Where something is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Path relative to the repository.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
}
