//! Lines with their places, for the syntaxes that are read line by line.

use super::draft::Draft;
use super::{Entry, Node, Value};
use compact_str::CompactString;
use std::ops::Range;

/// The lines of a text, each as a range without its line end and without a byte order mark.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut next = if text.starts_with('\u{feff}') {
        Some(3)
    } else {
        Some(0)
    };
    std::iter::from_fn(move || {
        let start = next?;
        let length = memchr::memchr(b'\n', &bytes[start..]);
        next = length.map(|length| start + length + 1);
        let end = length.map_or(bytes.len(), |length| start + length);
        let carriage = end > start && bytes[end - 1] == b'\r';
        Some(start..if carriage { end - 1 } else { end })
    })
}

/// The range without blanks on either side.
pub(super) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = &text[range.clone()];
    let left = inside.len() - inside.trim_start().len();
    let start = range.start + left;
    start..start + inside.trim().len()
}

/// The range without blanks at its end.
pub(super) fn trim_end(text: &str, range: Range<usize>) -> Range<usize> {
    range.start..range.start + text[range].trim_end().len()
}

/// The words of a range, separated by blanks.
pub(super) fn words(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let rest = trim(text, at..range.end);
        let length = text[rest.clone()]
            .find(char::is_whitespace)
            .unwrap_or(rest.len());
        at = rest.start + length;
        (length > 0).then_some(rest.start..at)
    })
}

/// A range in matching quotes of one kind, the quotes included; else `None`.
pub(super) fn unquoted(text: &str) -> Option<&str> {
    let quote = text
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    text[1..].strip_suffix(quote)
}

impl Draft<'_> {
    /// The text of a range as it is written.
    pub(super) fn string(&self, range: Range<usize>) -> Node {
        Node::string(self.span(range.clone()), &self.text[range])
    }

    /// An entry whose key is written as it is.
    pub(super) fn entry(&self, key: Range<usize>, value: Node) -> Entry {
        Entry {
            key: CompactString::from(&self.text[key.clone()]),
            key_span: self.span(key),
            value,
        }
    }

    /// A map over all the text that its entries cover.
    pub(super) fn map(&self, entries: Vec<Entry>) -> Node {
        let span = match (entries.first(), entries.last()) {
            (Some(first), Some(last)) => {
                let end = last.value.span.end.max(last.key_span.end);
                self.span(first.key_span.start as usize..end as usize)
            }
            _ => self.span(0..0),
        };
        Node::new(span, Value::Map(entries.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_before_their_line_ends() {
        let text = "\u{feff}a\r\n\nb c\r";
        let found: Vec<&str> = lines(text).map(|range| &text[range]).collect();
        assert_eq!(found, ["a", "", "b c"]);
        assert_eq!(lines("").count(), 1);
    }

    #[test]
    fn words_are_what_blanks_part() {
        let text = "x  a \tbé ";
        let found: Vec<&str> = words(text, 1..text.len())
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, ["a", "bé"]);
    }
}
