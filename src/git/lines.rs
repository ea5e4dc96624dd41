//! The lines that a change adds to a file, by content alone: no attribute of the repository can call a text binary.

use git2::{DiffOptions, Patch};
use std::ops::Range;
use std::path::Path;

/// Added lines as ranges counted from 1, sorted. Line ends do not count, so that a checkout with other ones adds nothing.
#[must_use]
pub fn added(old: &[u8], new: &[u8]) -> Vec<Range<u32>> {
    let all = || std::iter::once(1..u32::MAX).collect();
    if old.is_empty() {
        return all();
    }
    let mut options = DiffOptions::new();
    options
        .context_lines(0)
        .interhunk_lines(0)
        .force_text(true)
        .ignore_whitespace_eol(true)
        .max_size(i64::MAX);
    let Ok(patch) = Patch::from_buffers(old, None, new, None, Some(&mut options)) else {
        return all();
    };
    let mut ranges = Vec::with_capacity(patch.num_hunks());
    for index in 0..patch.num_hunks() {
        let Ok((hunk, _)) = patch.hunk(index) else {
            return all();
        };
        if hunk.new_lines() > 0 {
            ranges.push(hunk.new_start()..hunk.new_start().saturating_add(hunk.new_lines()));
        }
    }
    ranges
}

/// A unified diff of one file, as `git apply` takes it; nothing when there is no difference.
#[must_use]
pub fn diff(path: &str, old: &[u8], new: &[u8]) -> String {
    let mut options = DiffOptions::new();
    options.force_text(true);
    let name = Path::new(path);
    let patch = Patch::from_buffers(old, Some(name), new, Some(name), Some(&mut options));
    let text = patch.and_then(|mut patch| patch.to_buf());
    text.map_or_else(
        |_| String::new(),
        |text| String::from_utf8_lossy(&text).into_owned(),
    )
}

#[cfg(test)]
#[expect(
    clippy::single_range_in_vec_init,
    reason = "lists of ranges are compared"
)]
mod tests {
    use super::added;

    #[test]
    fn only_what_is_new_counts() {
        assert_eq!(added(b"", b"a\n"), [1..u32::MAX]);
        assert_eq!(added(b"a\nb\n", b"a\nb\n"), []);
        assert_eq!(added(b"a\nb\n", b"a\nx\ny\nb\nz"), [2..4, 5..6]);
        assert_eq!(added(b"a\nb\nc\n", b"a\nc\n"), []);
        assert_eq!(added(b"a\nb\n", b"a\r\nb\r\nc\r\n"), [3..4]);
        assert_eq!(added(b"a\0b\n", b"a\0b\nc\n"), [2..3]);
    }
}
