//! Paths relative to a folder of the tree.

/// A path relative to `directory`, without `.` and `..`; none when it leads out of the tree.
pub(super) fn join(directory: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// As [`join`], for a path that may be a URL: that names nothing in the tree.
pub(super) fn beside(folder: &str, path: &str) -> Option<String> {
    if path.contains("://") || path.contains('?') {
        return None;
    }
    join(folder, path)
}
