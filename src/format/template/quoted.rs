//! Masks actions in syntaxes whose strings stand in quotes (JSON, TOML): filler inside a string, a string of filler
//! outside, blanks for what writes nothing.
//!
//! Interpolations `${ }` count as actions here where they would break the text: outside strings, or with quotes in them.

use super::mask::fill;
use super::{Action, Hole, Kind, Masked, Stand, action};
use std::ops::Range;

/// Longest interpolation that is followed to its brace.
const REACH: usize = 1024;

/// The text with its actions masked; `None` when it has none.
pub(in super::super) fn quoted(text: &str) -> Option<Masked> {
    let actions = action::scan(text);
    let mut masker = Masker {
        text: text.as_bytes(),
        out: text.as_bytes().to_vec(),
        holes: Vec::new(),
        open: None,
        patience: REACH + 4 * text.len(),
    };
    let mut at = 0;
    for action in &actions {
        masker.plain(at..action.range.start);
        masker.action(action);
        at = action.range.end;
    }
    masker.plain(at..text.len());
    let text = String::from_utf8(masker.out).ok()?;
    let any = !actions.is_empty() || !masker.holes.is_empty();
    any.then_some(Masked {
        text,
        holes: masker.holes,
    })
}

struct Masker<'t> {
    text: &'t [u8],
    out: Vec<u8>,
    holes: Vec<Hole>,
    /// The quote of the string that is open.
    open: Option<u8>,
    /// Bytes that may still be read in search of braces.
    patience: usize,
}

impl Masker<'_> {
    /// Follows strings through text without actions; no string goes past its line.
    fn plain(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            match (self.text[at], self.open) {
                (b'\n', _) => self.open = None,
                (b'\\', Some(_)) => at += 1,
                (quote @ (b'"' | b'\''), None) => self.open = Some(quote),
                (byte, Some(quote)) if byte == quote => self.open = None,
                (b'$', open) if self.text.get(at + 1) == Some(&b'{') => {
                    let inside = &self.text[at..range.end.min(at + REACH.min(self.patience))];
                    self.patience -= inside.len();
                    if let Some(length) = interpolation(inside) {
                        if open.is_none() || memchr::memchr(b'"', &inside[..length]).is_some() {
                            self.hole(at..at + length, Kind::Output);
                        }
                        at += length - 1;
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn action(&mut self, action: &Action) {
        let Range { start, end } = action.range;
        if self.open.is_none() && (action.kind.is_silent() || self.lonely(action)) {
            for byte in &mut self.out[start..end] {
                if !matches!(*byte, b'\n' | b'\r') {
                    *byte = b' ';
                }
            }
        } else {
            self.hole(start..end, action.kind);
        }
    }

    /// Whether the action has its line to itself.
    fn lonely(&self, action: &Action) -> bool {
        let near = action.range.start.saturating_sub(REACH);
        let before = &self.text[near..action.range.start];
        let after = &self.text[action.range.end..];
        let after = &after[..after.len().min(REACH)];
        let begins = match memchr::memrchr(b'\n', before) {
            Some(at) => before[at..].trim_ascii().is_empty(),
            None => near == 0 && before.trim_ascii().is_empty(),
        };
        let end = memchr::memchr(b'\n', after).unwrap_or(after.len());
        begins && after[..end].trim_ascii().is_empty()
    }

    /// Filler; outside a string with quotes around it.
    fn hole(&mut self, range: Range<usize>, kind: Kind) {
        let mut inner = range.clone();
        if self.open.is_none() {
            self.out[range.start] = b'"';
            self.out[range.end - 1] = b'"';
            inner = range.start + 1..range.end - 1;
        }
        fill(&mut self.out[inner]);
        match self.holes.last_mut() {
            Some(last) if self.open.is_some() && last.range.end == range.start => {
                last.range.end = range.end;
                last.place.end = range.end;
                if kind == Kind::Output {
                    last.kind = kind;
                }
            }
            _ => self.holes.push(Hole {
                range: range.clone(),
                place: range,
                stand: Stand::Word,
                kind,
            }),
        }
    }
}

/// The length of `${ ... }`, braces inside it in pairs, within its line.
fn interpolation(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at + 1),
            b'}' => depth -= 1,
            b'\n' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_strings_whole_and_lengths_equal() {
        let text = "{\"a\": \"x{{ b }}y\",\n{% if c %}\n\"d\": {{ e }}, \"f\": \"${g[\"h\"]}\", \"i\": \"${j}\"}";
        let masked = quoted(text).expect("has actions");
        assert_eq!(masked.text.len(), text.len());
        let holes: Vec<&str> = masked
            .holes
            .iter()
            .map(|hole| &text[hole.range.clone()])
            .collect();
        assert_eq!(holes, ["{{ b }}", "{{ e }}", "${g[\"h\"]}"]);
        assert!(masked.text.contains("\"${j}\""));
        assert!(quoted("{\"a\": \"${b}\"}").is_none());
    }
}
