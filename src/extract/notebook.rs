//! The texts of a notebook: code, notes and what running the code printed, each a list of strings in JSON.

use crate::format::{Document, Node, Value};
use crate::source::Span;

/// A text within a file that is written in the syntax of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embedded<'a> {
    /// As it reads, escapes resolved.
    pub text: &'a str,
    /// Where it stands, quotes included.
    pub span: Span,
    /// The ending that files of its syntax have, where that is not the notebook's own.
    pub ending: &'static str,
}

/// Whether a path is a notebook's.
pub(super) fn is_one(path: &str) -> bool {
    path.ends_with(".ipynb")
}

/// The texts of a document that is a notebook; none of any other.
#[must_use]
pub fn texts(document: &Document) -> Vec<Embedded<'_>> {
    let mut found = Vec::new();
    for root in &document.roots {
        if !is_one(&document.path) || root.get("nbformat").is_none() {
            continue;
        }
        let cells = root.get("cells").and_then(Node::as_list);
        for cell in cells.unwrap_or_default() {
            let code = cell.get("cell_type").and_then(Node::as_str) == Some("code");
            let ending = if code { "" } else { ".md" };
            let source = cell.get("source");
            source
                .into_iter()
                .for_each(|node| gather(node, ending, &mut found));
            for output in cell
                .get("outputs")
                .and_then(Node::as_list)
                .unwrap_or_default()
            {
                printed(output, &mut found);
            }
        }
    }
    found
}

/// What one run printed: text in any of its forms, pictures left out.
fn printed<'a>(output: &'a Node, found: &mut Vec<Embedded<'a>>) {
    for key in ["text", "traceback", "evalue"] {
        let node = output.get(key);
        node.into_iter()
            .for_each(|node| gather(node, ".txt", found));
    }
    for entry in output.get("data").map(Node::entries).unwrap_or_default() {
        if entry.key.starts_with("text/") || entry.key.ends_with("json") {
            gather(&entry.value, ".txt", found);
        }
    }
}

fn gather<'a>(node: &'a Node, ending: &'static str, found: &mut Vec<Embedded<'a>>) {
    match &node.value {
        Value::String(text) => found.push(Embedded {
            text,
            span: node.span,
            ending,
        }),
        Value::List(items) => items.iter().for_each(|item| gather(item, ending, found)),
        _ => {}
    }
}

/// For each byte of a text, where it stands in the string of JSON that spells it, and where the string ends. `None` when the
/// string spells another text.
#[must_use]
pub fn places(written: &str, text: &str) -> Option<Vec<usize>> {
    let mut places = Vec::with_capacity(text.len() + 1);
    let mut letters = written.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let mut length = letter.len_utf8();
        if letter == '\\' {
            let (_, escape) = letters.next()?;
            length = 1;
            if escape == 'u' {
                let unit = unit(written, at)?;
                let pair = (0xD800..0xDC00).contains(&unit);
                let spelt = if pair { 12 } else { 6 };
                while letters.next_if(|(next, _)| *next < at + spelt).is_some() {}
                length = char::from_u32(unit).map_or(4, char::len_utf8);
            }
        }
        places.extend(std::iter::repeat_n(at, length));
    }
    let same = places.len() == text.len();
    places.push(written.len());
    same.then_some(places)
}

/// The unit that `\uXXXX` at a place spells.
fn unit(written: &str, at: usize) -> Option<u32> {
    u32::from_str_radix(written.get(at + 2..at + 6)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Limits, claim};
    use crate::source::BlobId;

    #[test]
    fn cells_and_what_they_printed_are_texts() {
        let text = r##"{"nbformat": 4, "cells": [
            {"cell_type": "code", "source": ["a = 1\n", "b"], "outputs": [
                {"text": "c"}, {"data": {"text/plain": ["d"], "image/png": "e"}}]},
            {"cell_type": "markdown", "source": "# f"}]}"##;
        let format = claim("a.ipynb", text.as_bytes()).unwrap();
        let document = format.parse(BlobId(0), "a.ipynb", text, Limits::default());
        let found: Vec<(&str, &str)> = texts(&document)
            .into_iter()
            .map(|found| (found.text, found.ending))
            .collect();
        let expected = [
            ("a = 1\n", ""),
            ("b", ""),
            ("c", ".txt"),
            ("d", ".txt"),
            ("# f", ".md"),
        ];
        assert_eq!(found, expected);
        let document = Document {
            path: "a.json".into(),
            ..document
        };
        assert!(texts(&document).is_empty());
    }

    #[test]
    fn every_byte_knows_where_it_is_spelt() {
        assert_eq!(places(r#"a\"b\n"#, "a\"b\n").unwrap(), [0, 1, 3, 4, 6]);
        assert_eq!(places(r"\u00e9x", "éx").unwrap(), [0, 0, 6, 7]);
        assert_eq!(
            places(r"\ud834\udd1ex", "𝄞x").unwrap(),
            [0, 0, 0, 0, 12, 13]
        );
        assert_eq!(places("ab", "abc"), None);
        assert_eq!(places(r"a\", "a"), None);
        assert_eq!(places(r"\u00", "a"), None);
    }
}
