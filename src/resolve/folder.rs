//! Paths that configuration writes, as files of the tree.

use crate::source::folder::join;

/// As [`join`], for a path that may be a URL: that names nothing in the tree.
pub(super) fn beside(folder: &str, path: &str) -> Option<String> {
    if path.contains("://") || path.contains('?') {
        return None;
    }
    join(folder, path)
}
