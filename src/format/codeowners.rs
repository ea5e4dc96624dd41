//! CODEOWNERS: a list with one map a line, `pattern` and `owners`, and `section` where the line stands in one.
//!
//! A section's heading is a map without `pattern`: its `owners` are those of the lines in it that name none, and are
//! repeated there. An empty `owners` list removes ownership. A `comment` is kept where it names somebody: one forge reads it. MAINTAINERS is prose: its first line stands for it.

use super::draft::Draft;
use super::lines::{lines, trim, words};
use super::{Document, Entry, Format, Limits, Named, Node, Value};
use crate::source::BlobId;
use compact_str::CompactString;
use std::ops::Range;

/// CODEOWNERS as the forges read it.
pub(super) struct Codeowners;

impl Format for Codeowners {
    fn name(&self) -> &'static str {
        "codeowners"
    }

    fn claims(&self, file: &Named<'_>, _head: &[u8]) -> bool {
        file.written() == "CODEOWNERS" || is_maintainers(file.path())
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("codeowners", blob, path, text, limits);
        if draft.fits() {
            match is_maintainers(path) {
                true => first_line(&mut draft),
                false => read(&mut draft),
            }
        }
        draft.done()
    }
}

/// Whether a file says in prose who maintains the repository.
fn is_maintainers(path: &str) -> bool {
    matches!(path, "MAINTAINERS" | "MAINTAINERS.md" | "MAINTAINERS.txt")
}

fn first_line(draft: &mut Draft) {
    if let Some(line) = lines(draft.text).find(|line| !trim(draft.text, line.clone()).is_empty()) {
        let node = draft.string(trim(draft.text, line));
        draft.root(node);
    }
}

/// The section that lines belong to.
struct Section {
    name: Node,
    owners: Vec<Node>,
}

fn read(draft: &mut Draft) {
    let mut items = Vec::new();
    let mut section: Option<Section> = None;
    for whole in lines(draft.text) {
        let line = without_comment(draft.text, whole.clone());
        if line.is_empty() {
            continue;
        }
        if !draft.afford(4, line.start) {
            break;
        }
        if let Some((name, rest)) = heading(draft.text, line.clone()) {
            let owners = owners(draft, rest);
            let found = Section {
                name: draft.string(name),
                owners,
            };
            let list = listed(draft, found.owners.clone(), line.end);
            let entries = vec![named("section", found.name.clone()), named("owners", list)];
            items.push(Node::new(draft.span(line), Value::Map(entries.into())));
            section = Some(found);
        } else {
            let comment = line.end..whole.end;
            items.push(rule(draft, line, comment, section.as_ref()));
        }
    }
    if let (Some(first), Some(last)) = (items.first(), items.last()) {
        let span = first.span.to(last.span);
        draft.root(Node::new(span, Value::List(items.into())));
    }
}

/// One `pattern owner owner` line, with the comment behind it.
fn rule(
    draft: &mut Draft,
    line: Range<usize>,
    comment: Range<usize>,
    section: Option<&Section>,
) -> Node {
    let end = end_of_pattern(&draft.text[line.clone()]);
    let at = line.start..line.start + end;
    let pattern = draft.text[at.clone()].replace("\\ ", " ");
    let mut own = owners(draft, at.end..line.end);
    if own.is_empty() {
        own = section
            .map(|section| section.owners.clone())
            .unwrap_or_default();
        if !draft.afford(own.len(), line.start) {
            own.clear();
        }
    }
    let pattern = Node::string(draft.span(at), pattern);
    let list = listed(draft, own, line.end);
    let mut entries = vec![named("pattern", pattern), named("owners", list)];
    if let Some(section) = section {
        entries.push(named("section", section.name.clone()));
    }
    if draft.text[comment.clone()].contains('@') {
        let comment = draft.string(trim(draft.text, comment));
        entries.push(named("comment", comment));
    }
    Node::new(draft.span(line), Value::Map(entries.into()))
}

/// An entry whose key is not in the text: it stands where its value does.
fn named(key: &'static str, value: Node) -> Entry {
    Entry {
        key: CompactString::const_new(key),
        key_span: value.span,
        value,
    }
}

fn owners(draft: &mut Draft, range: Range<usize>) -> Vec<Node> {
    let mut found = Vec::new();
    for word in words(draft.text, range) {
        if !draft.afford(1, word.start) {
            break;
        }
        found.push(draft.string(word));
    }
    found
}

/// A list of owners; where nobody is named, an empty one at `at`.
fn listed(draft: &Draft, owners: Vec<Node>, at: usize) -> Node {
    let span = match (owners.first(), owners.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => draft.span(at..at),
    };
    Node::new(span, Value::List(owners.into()))
}

/// The line up to a comment: `#` at its start or after a blank, unless it is escaped.
fn without_comment(text: &str, line: Range<usize>) -> Range<usize> {
    let bytes = text[line.clone()].as_bytes();
    let comment =
        memchr::memchr_iter(b'#', bytes).find(|&at| at == 0 || bytes[at - 1].is_ascii_whitespace());
    trim(
        text,
        line.start..comment.map_or(line.end, |at| line.start + at),
    )
}

/// `[Name]`, `^[Name]` or `[Name][2]` with the section's own owners behind it: the name, and what follows.
fn heading(text: &str, line: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let content = &text[line.clone()];
    let inside = content
        .strip_prefix('^')
        .unwrap_or(content)
        .strip_prefix('[')?;
    let start = line.end - inside.len();
    let close = start + inside.find(']')?;
    let mut rest = close + 1..line.end;
    if let Some(count) = text[rest.clone()].strip_prefix('[') {
        let digits = count
            .find(']')
            .filter(|&end| count[..end].bytes().all(|byte| byte.is_ascii_digit()))?;
        rest.start += digits + 2;
    }
    // `[a-z]*.rs` is a pattern: nothing but blanks may follow a heading's bracket.
    let ends = text[rest.clone()]
        .chars()
        .next()
        .is_none_or(char::is_whitespace);
    ends.then(|| (trim(text, start..close), rest))
}

/// Where the pattern ends: before the first blank that is not escaped.
fn end_of_pattern(line: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in line.char_indices() {
        if letter.is_whitespace() && !escaped {
            return at;
        }
        escaped = letter == '\\' && !escaped;
    }
    line.len()
}
