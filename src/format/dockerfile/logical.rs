//! Joins the lines of a Dockerfile: continued ones, comments between them, and here-documents.

use crate::format::lines;
use std::collections::VecDeque;
use std::ops::Range;

/// One instruction: the pieces of it, each within one line, without the escape letters between them.
pub(super) struct Logical {
    pub(super) pieces: Vec<Range<usize>>,
    /// The bodies of here-documents, their closing lines included.
    pub(super) body: Option<Range<usize>>,
    /// The letter that escapes and continues: a backslash or a backtick.
    pub(super) escape: char,
}

impl Logical {
    /// From the instruction's word to the end of its last piece or body.
    pub(super) fn range(&self) -> Range<usize> {
        let start = self.pieces.first().map_or(0, |piece| piece.start);
        let end = self.pieces.last().map_or(0, |piece| piece.end);
        start..self.body.as_ref().map_or(end, |body| body.end)
    }
}

/// All instructions of a text.
pub(super) fn lines(text: &str) -> Vec<Logical> {
    let escape = escape(text);
    let mut found: Vec<Logical> = Vec::new();
    let mut open: Option<Vec<Range<usize>>> = None;
    let mut waiting = VecDeque::new();
    for line in lines::lines(text) {
        if let Some((delimiter, dashed)) = waiting.front() {
            let content = &text[line.clone()];
            let closing = if *dashed {
                content.trim_start_matches('\t')
            } else {
                content
            };
            if closing == delimiter {
                waiting.pop_front();
            }
            if let Some(last) = found.last_mut() {
                let start = last.body.as_ref().map_or(line.start, |body| body.start);
                last.body = Some(start..line.end);
            }
            continue;
        }
        let content = lines::trim(text, line);
        let written = &text[content.clone()];
        // Comments, and blank lines too, may stand between continued lines.
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        let continued = written.strip_suffix(escape).map(str::len);
        let mut pieces = open.take().unwrap_or_default();
        pieces.push(match continued {
            Some(length) => lines::trim_end(text, content.start..content.start + length),
            None => content,
        });
        if continued.is_some() {
            open = Some(pieces);
            continue;
        }
        waiting.extend(here_documents(text, &pieces));
        found.push(Logical {
            pieces,
            body: None,
            escape,
        });
    }
    if let Some(pieces) = open {
        found.push(Logical {
            pieces,
            body: None,
            escape,
        });
    }
    found
}

/// What the `# escape=` directive at the top says.
fn escape(text: &str) -> char {
    for line in lines::lines(text) {
        let Some(directive) = text[line].trim().strip_prefix('#') else {
            break;
        };
        match directive.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("escape") => {
                return if value.trim() == "`" { '`' } else { '\\' };
            }
            Some(_) => {}
            None => break,
        }
    }
    '\\'
}

/// The delimiters of the here-documents that an instruction opens, and whether each may be indented by tabs.
fn here_documents(text: &str, pieces: &[Range<usize>]) -> Vec<(String, bool)> {
    let word = pieces.first().map_or("", |piece| &text[piece.clone()]);
    let word = word.split_whitespace().next().unwrap_or_default();
    if !["RUN", "COPY", "ADD"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name))
    {
        return Vec::new();
    }
    pieces
        .iter()
        .flat_map(|piece| text[piece.clone()].split_whitespace())
        .filter_map(|word| {
            let rest = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
            let rest = rest.strip_prefix("<<")?;
            let (rest, dashed) = match rest.strip_prefix('-') {
                Some(rest) => (rest, true),
                None => (rest, false),
            };
            let name = lines::unquoted(rest).unwrap_or(rest);
            let named = name
                .starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            named.then(|| (name.to_owned(), dashed))
        })
        .collect()
}
