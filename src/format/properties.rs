//! Java properties: `key=value`, `key: value` or `key value`, with escapes and continued lines.

use super::draft::Draft;
use super::lines::lines;
use super::template;
use super::{Document, Entry, Format, Limits, Named};
use crate::source::BlobId;
use compact_str::CompactString;
use std::ops::Range;

/// Java properties.
pub(super) struct Properties;

impl Format for Properties {
    fn name(&self) -> &'static str {
        "properties"
    }

    fn claims(&self, file: &Named<'_>, _head: &[u8]) -> bool {
        file.bare().ends_with(".properties")
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("properties", blob, path, text, limits);
        if draft.fits() {
            read(&mut draft);
        }
        draft.done()
    }
}

fn read(draft: &mut Draft) {
    let mut entries = Vec::new();
    let mut open: Option<Range<usize>> = None;
    for line in lines(draft.text) {
        let from = match open.take() {
            Some(logical) => logical.start,
            None => {
                let content = draft.text[line.clone()].trim_start();
                if content.is_empty()
                    || content.starts_with(['#', '!'])
                    || template::is_only_actions(content)
                {
                    continue;
                }
                line.end - content.len()
            }
        };
        let last = &draft.text[from.max(line.start)..line.end];
        let slashes = last.bytes().rev().take_while(|&byte| byte == b'\\').count();
        if slashes % 2 == 1 && line.end < draft.text.len() {
            open = Some(from..line.end);
        } else if draft.afford(1, from) {
            entries.push(pair(draft, from..line.end));
        }
    }
    if let Some(rest) = open {
        entries.push(pair(draft, rest));
    }
    if !entries.is_empty() {
        let root = draft.map(entries);
        draft.root(root);
    }
}

/// One logical line, continued lines included.
fn pair(draft: &Draft, range: Range<usize>) -> Entry {
    let text = &draft.text[range.clone()];
    let key_end = end_of_key(text);
    let rest = text[key_end..].trim_start_matches(BLANKS);
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    let mut value = rest.trim_start_matches(BLANKS);
    // A value that begins on the next line begins past the indentation there.
    while let Some(continued) = value.strip_prefix("\\\n").or(value.strip_prefix("\\\r\n")) {
        value = continued.trim_start_matches(BLANKS);
    }
    let value = range.end - value.len()..range.end;
    Entry {
        key: unescape(&text[..key_end]),
        key_span: draft.span(range.start..range.start + key_end),
        value: template::text(draft, &unescape(&draft.text[value.clone()]), value),
    }
}

const BLANKS: [char; 3] = [' ', '\t', '\u{c}'];

/// Where the key ends: before the first `=`, `:` or blank that is not escaped.
fn end_of_key(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '=' | ':' | ' ' | '\t' | '\u{c}' => return at,
            _ => {}
        }
    }
    text.len()
}

/// Escapes resolved, line ends of continued lines and the indentation after them left out.
fn unescape(text: &str) -> CompactString {
    if !text.contains('\\') {
        return text.into();
    }
    let mut out = CompactString::default();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('t') => out.push('\t'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let rest = letters.as_str();
                let code = rest
                    .get(..4)
                    .and_then(|hex| u32::from_str_radix(hex, 16).ok());
                match code {
                    Some(code) => {
                        out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                        letters = rest[4..].chars();
                    }
                    None => out.push('u'),
                }
            }
            Some('\r' | '\n') => {
                let rest = letters.as_str();
                letters = rest.trim_start_matches(['\n', ' ', '\t', '\u{c}']).chars();
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_escapes() {
        assert_eq!(unescape(r"a\u00e9\t\:\\\q"), "aé\t:\\q");
        assert_eq!(unescape("a\\\r\n   b\\\n\tc"), "abc");
        assert_eq!(unescape(r"\u12"), "u12");
        assert_eq!(unescape("\\"), "");
    }
}
