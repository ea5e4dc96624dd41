//! Where JSON files keep comments: the values of the key `"//"`, a text, a list of texts or a mapping.

use crate::format::{self, Limits, Node};
use crate::source::BlobId;
use std::ops::Range;

/// The places of the values of `"//"`, in the order of the text; none where the file is no JSON.
pub(super) fn read(path: &str, bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let format = format::claim(path, &bytes[..bytes.len().min(4096)]);
    let json = format.filter(|format| format.name() == "json");
    if let (Some(json), Ok(text)) = (json, std::str::from_utf8(bytes)) {
        let document = json.parse(BlobId(0), path, text, Limits::default());
        document
            .roots
            .iter()
            .for_each(|root| walk(root, &mut found));
    }
    found
}

/// Whether a place is within one of them.
pub(super) fn hold(notes: &[Range<usize>], at: usize) -> bool {
    let next = notes.partition_point(|note| note.end <= at);
    notes.get(next).is_some_and(|note| note.contains(&at))
}

fn walk(node: &Node, found: &mut Vec<Range<usize>>) {
    for entry in node.entries() {
        match entry.key.as_str() {
            "//" => found.push(entry.value.span.range()),
            _ => walk(&entry.value, found),
        }
    }
    let items = node.as_list().unwrap_or_default();
    items.iter().for_each(|item| walk(item, found));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lists_and_mappings_are_notes_at_any_depth() {
        let text = "{\"//\": [\n \"one\",\n \"two\"], \"a\": [{\"//\": \"three\", \"b\": \"four\"}], \"c\": {\"//\": {\"d\": \"five\"}}}";
        let notes = read("package.json", text.as_bytes());
        for (word, is_note) in [
            ("one", true),
            ("two", true),
            ("three", true),
            ("four", false),
            ("five", true),
        ] {
            let at = text.find(word).unwrap_or_default();
            assert_eq!(hold(&notes, at), is_note, "{word}");
        }
        assert!(read("package.json", b"{\"//\": [\"one\"").is_empty());
        assert!(read("a.yaml", b"\"//\": one").is_empty());
    }
}
