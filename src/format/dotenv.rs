//! Environment files: `KEY=value` with shell-like quotes, `export`, and values over several lines.

use super::draft::Draft;
use super::lines::trim;
use super::template;
use super::{Document, Format, Limits, Named, Node, Value};
use crate::source::{BlobId, GapKind};
use compact_str::CompactString;
use std::ops::Range;

/// Environment files.
pub(super) struct Dotenv;

impl Format for Dotenv {
    fn name(&self) -> &'static str {
        "dotenv"
    }

    fn claims(&self, file: &Named<'_>, _head: &[u8]) -> bool {
        let name = file.bare();
        let named = [".env", ".env.", ".env-", ".env_", ".envrc", ".flaskenv"];
        let exact = named.iter().any(|begin| match begin.as_bytes() {
            [.., b'.' | b'-' | b'_'] => name.starts_with(begin),
            _ => name == *begin,
        });
        exact || name.ends_with(".env") || name.contains(".env.")
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("dotenv", blob, path, text, limits);
        if draft.fits() {
            read(&mut draft);
        }
        draft.done()
    }
}

fn read(draft: &mut Draft) {
    let text = draft.text;
    let mut entries = Vec::new();
    let mut quotes = Quotes {
        text,
        unclosed: [usize::MAX; 3],
    };
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end);
        let line = trim(text, at..end);
        at = end + 1;
        if line.is_empty() || text[line.clone()].starts_with('#') {
            continue;
        }
        if !draft.afford(1, line.start) {
            break;
        }
        let Some((key, rest)) = key(text, line.clone()) else {
            if template::is_only_actions(&text[line.clone()]) {
                continue;
            }
            draft.gap(GapKind::Syntax, line, "not a KEY=value line");
            continue;
        };
        let value = match rest {
            None => Node::new(draft.span(key.end..key.end), Value::Null),
            Some(rest) => match quotes.closing(rest.start) {
                Some(quoted) => {
                    let line_end = memchr::memchr(b'\n', &text.as_bytes()[quoted.end..]);
                    at = line_end.map_or(text.len(), |end| quoted.end + end + 1);
                    let cooked = cooked(&text[quoted.clone()]);
                    template::text(draft, &cooked, quoted)
                }
                None => {
                    let bare = bare(text, rest);
                    template::text(draft, &text[bare.clone()], bare)
                }
            },
        };
        entries.push(draft.entry(key, value));
    }
    if !entries.is_empty() {
        let root = draft.map(entries);
        draft.root(root);
    }
}

/// The key of a line, and what follows its `=`; nothing follows a name that is only passed on.
fn key(text: &str, line: Range<usize>) -> Option<(Range<usize>, Option<Range<usize>>)> {
    let content = &text[line.clone()];
    let start = match content.strip_prefix("export").map(str::trim_start) {
        Some(rest) if content[6..].starts_with([' ', '\t']) => line.end - rest.len(),
        _ => line.start,
    };
    let (key, rest) = match text[start..line.end].find('=') {
        Some(offset) => (start..start + offset, Some(start + offset + 1..line.end)),
        None => (start..line.end, None),
    };
    let key = trim(text, key);
    let rest = rest.map(|rest| trim(text, rest));
    let name = &text[key.clone()];
    let named = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    named.then_some((key, rest))
}

/// Finds closing quotes; remembers from where on there are none, so that each text is searched once.
struct Quotes<'t> {
    text: &'t str,
    unclosed: [usize; 3],
}

impl Quotes<'_> {
    /// The quoted text that begins at `start`, quotes included.
    fn closing(&mut self, start: usize) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        let quote = *bytes.get(start)?;
        let kind = [b'"', b'\'', b'`']
            .iter()
            .position(|&known| known == quote)?;
        if start >= self.unclosed[kind] {
            return None;
        }
        let mut at = start + 1;
        while let Some(offset) = memchr::memchr2(quote, b'\\', &bytes[at..]) {
            at += offset;
            if bytes[at] == quote {
                return Some(start..at + 1);
            }
            at += if quote == b'"' { 2 } else { 1 };
            if at > bytes.len() {
                break;
            }
        }
        self.unclosed[kind] = start;
        None
    }
}

/// Quoted text without its quotes; in double quotes escapes are resolved.
fn cooked(quoted: &str) -> CompactString {
    let inside = &quoted[1..quoted.len() - 1];
    if !quoted.starts_with('"') || !inside.contains('\\') {
        return inside.into();
    }
    let mut out = CompactString::default();
    let mut letters = inside.chars();
    while let Some(letter) = letters.next() {
        match (letter, letters.clone().next()) {
            ('\\', Some(next)) => {
                letters.next();
                match next {
                    'n' => out.push('\n'),
                    'r' => out.push('\r'),
                    't' => out.push('\t'),
                    '"' | '\\' | '$' | '`' | '\'' => out.push(next),
                    '\n' => {}
                    _ => out.extend(['\\', next]),
                }
            }
            _ => out.push(letter),
        }
    }
    out
}

/// An unquoted value without the comment behind it.
fn bare(text: &str, rest: Range<usize>) -> Range<usize> {
    let content = &text[rest.clone()];
    let comment = memchr::memchr_iter(b'#', content.as_bytes())
        .find(|&at| at == 0 || content.as_bytes()[at - 1].is_ascii_whitespace());
    trim(
        text,
        rest.start..comment.map_or(rest.end, |at| rest.start + at),
    )
}
