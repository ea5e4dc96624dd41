//! Takes a Groovy script apart: words, texts, signs and the ends of lines.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, dots included.
    Word,
    /// A text without holes: the quotes are this long.
    Text(usize),
    /// A text with holes.
    Open(usize),
    /// A text that nothing ends.
    Broken,
    /// Any other character.
    Sign(u8),
    /// The end of a line.
    Line,
}

/// A stretch of the script.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: Range<usize>,
}

/// The tokens of a script; comments and blanks are none.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    // A byte order mark is no character of the script.
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            b'\n' => {
                at += 1;
                Kind::Line
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                let end = memchr::memmem::find(&bytes[at + 2..], b"*/");
                at = end.map_or(bytes.len(), |length| at + length + 4);
                continue;
            }
            b'\'' | b'"' => {
                let (end, kind) = quoted(bytes, at);
                at = end;
                kind
            }
            byte if is_word(byte) => {
                while at < bytes.len() && is_word(bytes[at]) {
                    at += 1;
                }
                Kind::Word
            }
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            byte => {
                at += 1;
                Kind::Sign(byte)
            }
        };
        found.push(Token {
            kind,
            at: start..at,
        });
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.' | b'@') || byte >= 0x80
}

/// End of a text, and which kind it is. One between single quotes ends with its line at the latest.
fn quoted(bytes: &[u8], start: usize) -> (usize, Kind) {
    let quote = bytes[start];
    let triple = bytes[start..].starts_with(&[quote; 3]);
    let quotes = if triple { 3 } else { 1 };
    let (mut at, mut open) = (start + quotes, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'$' if quote == b'"' => open = true,
            b'\n' if !triple => return (at, Kind::Broken),
            byte if byte == quote && (!triple || bytes[at..].starts_with(&[quote; 3])) => {
                let kind = match open {
                    true => Kind::Open(quotes),
                    false => Kind::Text(quotes),
                };
                return (at + quotes, kind);
            }
            _ => {}
        }
        at += 1;
    }
    (bytes.len(), Kind::Broken)
}
