//! `.pgpass`: a list with one map a line: `host`, `port`, `database`, `user`, `password`.

use super::draft::Draft;
use super::lines::lines;
use super::{Document, Entry, Format, Limits, Named, Node, Value};
use crate::source::{BlobId, GapKind};
use compact_str::CompactString;
use std::ops::Range;

const FIELDS: [&str; 5] = ["host", "port", "database", "user", "password"];

/// `.pgpass` and `pgpass.conf`.
pub(super) struct Pgpass;

impl Format for Pgpass {
    fn name(&self) -> &'static str {
        "pgpass"
    }

    fn claims(&self, file: &Named<'_>, _head: &[u8]) -> bool {
        let name = file.written();
        matches!(name, ".pgpass" | "pgpass" | "pgpass.conf")
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("pgpass", blob, path, text, limits);
        if draft.fits() {
            read(&mut draft);
        }
        draft.done()
    }
}

fn read(draft: &mut Draft) {
    let mut items = Vec::new();
    for line in lines(draft.text) {
        let content = &draft.text[line.clone()];
        if content.trim().is_empty() || content.starts_with('#') {
            continue;
        }
        if !draft.afford(FIELDS.len(), line.start) {
            break;
        }
        match fields(draft.text, line.clone()) {
            Some(fields) => items.push(record(draft, fields)),
            None => draft.gap(
                GapKind::Syntax,
                line,
                "not host:port:database:user:password",
            ),
        }
    }
    if let (Some(first), Some(last)) = (items.first(), items.last()) {
        let span = first.span.to(last.span);
        draft.root(Node::new(span, Value::List(items.into())));
    }
}

/// The five fields of a line; `\:` and `\\` are letters, not ends. What follows a fifth colon is no part of the password.
fn fields(text: &str, line: Range<usize>) -> Option<[Range<usize>; 5]> {
    let mut ends = Vec::with_capacity(FIELDS.len());
    let mut escaped = false;
    for (at, byte) in text[line.clone()].bytes().enumerate() {
        if byte == b':' && !escaped {
            ends.push(line.start + at);
        }
        escaped = byte == b'\\' && !escaped;
    }
    ends.push(line.end);
    let mut start = line.start;
    let ranges: Vec<Range<usize>> = ends
        .into_iter()
        .take(FIELDS.len())
        .map(|end| std::mem::replace(&mut start, end + 1)..end)
        .collect();
    ranges.try_into().ok()
}

fn record(draft: &Draft, fields: [Range<usize>; 5]) -> Node {
    let span = draft.span(fields[0].start..fields[4].end);
    let entries = FIELDS.iter().zip(fields).map(|(name, range)| {
        let text = draft.text[range.clone()]
            .replace("\\:", ":")
            .replace("\\\\", "\\");
        let value = Node::string(draft.span(range), text);
        Entry {
            key: CompactString::const_new(name),
            key_span: value.span,
            value,
        }
    });
    Node::new(span, Value::Map(entries.collect()))
}
