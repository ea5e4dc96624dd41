//! How each syntax opens a comment, told from the bytes right before its text.

/// How a syntax opens a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    /// `#`
    Hash,
    /// `//`
    Slashes,
    /// `--`
    Dashes,
    /// `;`
    Semicolon,
    /// `%`
    Percent,
    /// `rem`
    Rem,
    /// A line of a block comment that began earlier: `*`.
    Star,
    /// A comment with an end of its own, which is this text.
    Block(&'static str),
}

/// Openings of comments with an end of their own, longest first.
pub(super) const BLOCKS: &[(&str, &str)] = &[
    ("{{- /*", "*/"),
    ("{{-/*", "*/"),
    ("{{/*", "*/"),
    ("{/*", "*/"),
    ("<!--", "-->"),
    ("<%--", "--%>"),
    ("/**", "*/"),
    ("/*", "*/"),
    ("{#", "#}"),
];

pub(super) fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |end| at + end)
}

/// The marker right before the key, if one stands there and is not part of something longer. Only a comment with an end
/// of its own may have opened on an earlier line. `whole` says that the window begins where the text does.
pub(super) fn marker(window: &[u8], whole: bool) -> Option<Marker> {
    let before = window.trim_ascii_end();
    if let Some((open, close)) = BLOCKS
        .iter()
        .find(|(open, _)| before.ends_with(open.as_bytes()))
    {
        let rest = &before[..before.len() - open.len()];
        return free(rest, whole).then_some(Marker::Block(close));
    }
    let before = trim_blanks(window);
    let (marker, rest) = match before.last()? {
        b'#' => (Marker::Hash, strip(before, b'#')),
        b'/' if before.ends_with(b"//") => (Marker::Slashes, strip(before, b'/')),
        b'!' if before.ends_with(b"//!") => {
            (Marker::Slashes, strip(&before[..before.len() - 1], b'/'))
        }
        b'-' if before.ends_with(b"--") => (Marker::Dashes, strip(before, b'-')),
        b';' => (Marker::Semicolon, strip(before, b';')),
        b'%' => (Marker::Percent, strip(before, b'%')),
        b'*' => (Marker::Star, strip(before, b'*')),
        b'm' | b'M' if before.len() < window.len() => {
            let rest = before.len().checked_sub(3)?;
            let word = before[rest..].eq_ignore_ascii_case(b"rem");
            word.then_some((Marker::Rem, &before[..rest]))?
        }
        _ => return None,
    };
    let begins_line = match trim_blanks(rest).last() {
        Some(byte) => matches!(byte, b'\n' | b'\r'),
        None => true,
    };
    (free(rest, whole) && !is_inner(rest) && (marker != Marker::Star || begins_line))
        .then_some(marker)
}

/// Whether a marker after `rest` is itself commented out: `// # tenure: ...` shows a directive, and is none.
fn is_inner(rest: &[u8]) -> bool {
    let line = rest.rsplit(|b| matches!(b, b'\n' | b'\r')).next();
    let before = line.unwrap_or_default().trim_ascii();
    !before.is_empty() && before.iter().all(|byte| b"/!#*;%".contains(byte))
}

/// Without the spaces and tabs at the end.
pub(super) fn trim_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().rev().take_while(|b| matches!(b, b' ' | b'\t'));
    &text[..text.len() - blanks.count()]
}

fn strip(text: &[u8], mark: u8) -> &[u8] {
    let marks = text.iter().rev().take_while(|byte| **byte == mark).count();
    &text[..text.len() - marks]
}

/// Whether a marker after `rest` begins a comment: at the start of the text or after white space.
fn free(rest: &[u8], whole: bool) -> bool {
    match rest.last() {
        Some(byte) => byte.is_ascii_whitespace(),
        None => whole,
    }
}
