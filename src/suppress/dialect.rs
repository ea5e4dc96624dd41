//! The exceptions of every tool, as a register: who excuses what, why, until when. They are listed, never honoured: only
//! this tool's own exceptions excuse its findings.

mod comment;
mod entry;
mod file;
mod notes;
mod own;
mod tree;
mod words;

pub use own::{registered, written};

use crate::finding::Exception;
use crate::source::LineIndex;

/// The exceptions that one file holds, in the order of its lines: comments and annotations of every tool, and the entries
/// of files that are made for exceptions.
#[must_use]
pub fn exceptions(path: &str, bytes: &[u8]) -> Vec<Exception> {
    let mut found = comment::read(path, bytes);
    found.extend(file::read(path, bytes));
    found.extend(own::read(path, bytes));
    if found.is_empty() {
        return found;
    }
    let lines = LineIndex::new(bytes);
    for exception in &mut found {
        let range = lines.line(bytes, exception.line);
        exception.text = String::from_utf8_lossy(&bytes[range]).trim().to_owned();
    }
    found.sort_by(|a, b| (a.line, a.tool, &a.rules).cmp(&(b.line, b.tool, &b.rules)));
    found
}

/// A day written `YYYY-MM-DD`, with or without a time after it.
fn day(text: &str) -> Option<crate::model::Date> {
    text.trim().get(..10)?.parse().ok()
}

/// Words parted by commas or blanks.
fn list(text: &str) -> Vec<String> {
    text.split([',', ' ', '\t'])
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What a comment says beside its words, without the dashes, colons and marks that lead it.
fn reason(text: &str) -> String {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || "}],".contains(c));
    text.trim_matches(|c: char| c.is_whitespace() || "-:#,;–—/*\"'".contains(c))
        .to_owned()
}
