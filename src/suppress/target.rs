//! The line a comment speaks for: its own when code stands beside it, else the next that holds code.

use super::marker::{BLOCKS, Marker, line_end, trim_blanks};
use memchr::memmem;
use std::ops::Range;

/// Whether code stands on the line beside the comment. A lone `-` of a list or a `---` is none.
pub(super) fn has_code(
    text: &[u8],
    line: &Range<usize>,
    at: usize,
    end: usize,
    marker: Marker,
) -> bool {
    let is_code = |bytes: &[u8]| !matches!(bytes.trim_ascii(), b"" | b"-" | b"---");
    let before = trim_blanks(&text[line.start..at]);
    let opening = match marker {
        Marker::Block(_) => BLOCKS
            .iter()
            .find(|(open, _)| before.ends_with(open.as_bytes()))
            .map_or(0, |(open, _)| open.len()),
        Marker::Rem => 3,
        _ => {
            let marks = before.iter().rev();
            marks.take_while(|byte| b"#/!-;%*".contains(byte)).count()
        }
    };
    let after = match marker {
        Marker::Block(close) => tail(&text[end..line.end], close),
        _ => b"",
    };
    is_code(&before[..before.len() - opening]) || is_code(after)
}

/// What follows a comment's end, the end of a template's action left out; nothing when the comment stays open.
fn tail<'t>(text: &'t [u8], close: &str) -> &'t [u8] {
    let rest = text.strip_prefix(close.as_bytes()).unwrap_or_default();
    let rest = rest.trim_ascii_start();
    ["-}}", "}}", "}"]
        .iter()
        .find_map(|action| rest.strip_prefix(action.as_bytes()))
        .unwrap_or(rest)
}

/// The next line of code after a place. Remembers its last answer by marker, since the next comment usually asks for the
/// same line: without that, a file of comments alone would take quadratic time.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    known: Vec<(Marker, usize, Option<Range<usize>>)>,
    closed: Vec<(&'static str, usize, usize)>,
}

impl Ahead {
    pub(super) fn next_code(
        &mut self,
        text: &[u8],
        from: usize,
        marker: Marker,
        end: usize,
    ) -> Option<Range<usize>> {
        let from = match marker {
            Marker::Block(close) => self.past(text, end, close),
            Marker::Star => self.past(text, end, "*/"),
            _ => from,
        };
        let known = self.known.iter_mut().find(|(of, _, _)| *of == marker);
        if let Some((_, since, answer)) = &known
            && *since <= from
            && answer.as_ref().is_none_or(|line| line.start >= from)
        {
            return answer.clone();
        }
        let answer = search(text, from, marker);
        match known {
            Some(known) => *known = (marker, from, answer.clone()),
            None => self.known.push((marker, from, answer.clone())),
        }
        answer
    }

    /// As [`past`], with the same memory.
    fn past(&mut self, text: &[u8], from: usize, close: &'static str) -> usize {
        let known = self.closed.iter_mut().find(|(of, _, _)| *of == close);
        if let Some((_, since, end)) = known {
            if from < *since || from > *end {
                (*since, *end) = (from, past(text, from, close));
            }
            return *end;
        }
        let end = past(text, from, close);
        self.closed.push((close, from, end));
        end
    }
}

/// The end of the line on which an open comment closes.
fn past(text: &[u8], from: usize, close: &str) -> usize {
    let at = memmem::find(&text[from..], close.as_bytes()).map_or(text.len(), |at| from + at);
    line_end(text, at)
}

fn search(text: &[u8], from: usize, marker: Marker) -> Option<Range<usize>> {
    let mut at = from;
    while at < text.len() {
        let start = at + usize::from(matches!(text[at], b'\n' | b'\r'));
        let end = line_end(text, start);
        let line = text[start..end].trim_ascii();
        let open = BLOCKS
            .iter()
            .find(|(open, _)| line.starts_with(open.as_bytes()));
        if let Some((open, close)) = open {
            let inside =
                start + (text[start..end].len() - text[start..end].trim_ascii_start().len());
            let closed = past(text, inside + open.len(), close);
            at = closed.max(start + 1).min(text.len());
            let after = memmem::find(line, close.as_bytes()).map(|at| tail(&line[at..], close));
            if closed == end && after.is_some_and(|after| !after.trim_ascii().is_empty()) {
                return Some(start..end);
            }
            continue;
        }
        if !line.is_empty() && !is_comment(line, marker) {
            return Some(start..end);
        }
        at = end.max(start);
        if at == text.len() {
            break;
        }
    }
    None
}

/// Whether a trimmed line holds only a comment, or separates documents, for a reader of comments like `marker`.
fn is_comment(line: &[u8], marker: Marker) -> bool {
    let spaced = |mark: &[u8]| {
        line.strip_prefix(mark)
            .is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
    };
    match line[0] {
        b'#' => marker == Marker::Hash || spaced(b"#") || line.starts_with(b"##"),
        b'/' => line.starts_with(b"//"),
        b'-' => spaced(b"--") || spaced(b"---"),
        b';' => matches!(marker, Marker::Semicolon | Marker::Hash),
        b'%' => marker == Marker::Percent,
        b'r' | b'R' => {
            marker == Marker::Rem && line.len() > 3 && line[..4].eq_ignore_ascii_case(b"rem ")
        }
        _ => false,
    }
}
