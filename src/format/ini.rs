//! INI: `[section]` maps of `key = value` lines, as configuration files, package indexes and cloud profiles use them.
//!
//! An indented line continues the value above it, or is an entry of a map below it when that value is empty. A line
//! `host key=value key=value` (an inventory) is a map under its first word. Values are strings.

use super::draft::Draft;
use super::lines::{lines, trim, unquoted, words};
use super::template;
use super::{Document, Entry, Format, Limits, Named, Node, Value};
use crate::source::BlobId;
use crate::source::folder::folder;
use compact_str::CompactString;
use std::ops::Range;

const NAMES: &[&str] = &[
    ".npmrc",
    ".pypirc",
    ".my.cnf",
    ".s3cfg",
    ".boto",
    ".gitconfig",
    ".passwd-s3fs",
    "pip.conf",
];
const ENDINGS: &[&str] = &[".ini", ".cnf", ".service", ".container"];
/// Endings and names of many syntaxes: the first lines decide, or the folder of AWS.
const PERHAPS: &[&str] = &[".conf", ".cfg", ".config"];
const PERHAPS_NAMES: &[&str] = &["credentials", "config", "hosts", "inventory"];

/// INI and its relatives.
pub(super) struct Ini;

impl Format for Ini {
    fn name(&self) -> &'static str {
        "ini"
    }

    fn claims(&self, file: &Named<'_>, head: &[u8]) -> bool {
        let name = file.bare();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        let of_aws = || folder(file.path()).to_ascii_lowercase().ends_with("aws");
        NAMES.contains(&name)
            || ends(ENDINGS)
            || (matches!(name, "credentials" | "config") && of_aws())
            || ((ends(PERHAPS) || PERHAPS_NAMES.contains(&name)) && looks_like_ini(head))
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("ini", blob, path, text, limits);
        if draft.fits() {
            read(&mut draft);
        }
        draft.done()
    }
}

/// Whether nearly all lines are sections or simple pairs.
fn looks_like_ini(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    let (mut good, mut bad) = (0, 0);
    for line in head.lines().map(str::trim_end) {
        let continues = line.starts_with([' ', '\t']) && good + bad > 0;
        if line.is_empty() || line.starts_with(['#', ';']) || continues {
            continue;
        }
        let line = line.trim_start();
        let key = line.split_once('=').map(|(key, _)| key.trim());
        let plain = |key: &str| {
            !key.is_empty()
                && key
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_.- ".contains(&byte))
        };
        let section = line.starts_with('[') && line.ends_with(']');
        let pair = key.is_some_and(plain) && !line.ends_with(['{', ';', ',']);
        *if section || pair { &mut good } else { &mut bad } += 1;
    }
    good > 0 && bad * 5 <= good
}

/// Entries on their way into a section, or into the root before the first one.
#[derive(Default)]
struct Section {
    name: Option<Range<usize>>,
    entries: Vec<Entry>,
    /// Indentation of the last entry: a line further in continues it.
    indent: Option<usize>,
}

fn read(draft: &mut Draft) {
    let text = draft.text;
    let mut root = Vec::new();
    let mut section = Section::default();
    for line in lines(text) {
        let content = trim(text, line.clone());
        let written = &text[content.clone()];
        if written.is_empty()
            || written.starts_with(['#', ';'])
            || template::is_only_actions(written)
        {
            continue;
        }
        if !draft.afford(1, content.start) {
            break;
        }
        let indent = content.start - line.start;
        if section.indent.is_some_and(|last| indent > last) {
            if let Some(entry) = section.entries.last_mut() {
                extend(draft, entry, content);
            }
        } else if let Some(name) = heading(text, content.clone()) {
            close(draft, &mut root, std::mem::take(&mut section));
            section.name = Some(name);
        } else {
            section.indent = Some(indent);
            let entry = inventory(draft, content.clone()).unwrap_or_else(|| pair(draft, content));
            section.entries.push(entry);
        }
    }
    close(draft, &mut root, section);
    if !root.is_empty() {
        let root = draft.map(root);
        draft.root(root);
    }
}

fn close(draft: &Draft, root: &mut Vec<Entry>, section: Section) {
    let Some(name) = section.name else {
        root.extend(section.entries);
        return;
    };
    let end = section
        .entries
        .last()
        .map_or(name.end, |entry| entry.value.span.end as usize);
    let span = draft.span(name.start..end.max(name.end));
    root.push(draft.entry(name, Node::new(span, Value::Map(section.entries.into()))));
}

/// The name between the brackets of a section's heading.
fn heading(text: &str, content: Range<usize>) -> Option<Range<usize>> {
    let inside = text[content.clone()].strip_prefix('[')?;
    let close = inside.rfind(']')?;
    let start = content.start + 1;
    Some(trim(text, start..start + close))
}

/// `key = value`, `key: value`, or a key alone.
fn pair(draft: &Draft, content: Range<usize>) -> Entry {
    let text = &draft.text[content.clone()];
    let Some(at) = separator(text) else {
        let none = Node::new(draft.span(content.end..content.end), Value::Null);
        return draft.entry(content, none);
    };
    let key = trim(draft.text, content.start..content.start + at);
    let range = trim(draft.text, content.start + at + 1..content.end);
    draft.entry(key, value(draft, range))
}

/// The first `=`, or a `:` before it that a blank follows; in `//host/:_token=x` the colons are the key's.
fn separator(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'=', b':', bytes)
        .find(|&at| bytes[at] == b'=' || bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace))
}

/// A value without its quotes and without a comment behind it.
fn value(draft: &Draft, range: Range<usize>) -> Node {
    let text = &draft.text[range.clone()];
    let quoted = text
        .starts_with(['"', '\''])
        .then(|| text[1..].find(&text[..1]).map(|end| end + 2))
        .flatten();
    let from = quoted.unwrap_or(0);
    let bytes = text.as_bytes();
    let comment = memchr::memchr2_iter(b'#', b';', &bytes[from..])
        .map(|at| at + from)
        .find(|&at| at > 0 && bytes[at - 1].is_ascii_whitespace());
    let range = trim(
        draft.text,
        range.start..comment.map_or(range.end, |at| range.start + at),
    );
    let written = &draft.text[range.clone()];
    template::text(draft, unquoted(written).unwrap_or(written), range)
}

/// `host key=value key=value`.
fn inventory(draft: &mut Draft, content: Range<usize>) -> Option<Entry> {
    let text = draft.text;
    let mut parts = words(text, content.clone());
    let host = parts
        .next()
        .filter(|host| !text[host.clone()].contains(['=', ':', '"']))?;
    let is_pair = |word: &Range<usize>| text[word.clone()].find('=').is_some_and(|at| at > 0);
    if !parts.next().is_some_and(|word| is_pair(&word)) {
        return None;
    }
    let mut entries = Vec::new();
    let mut at = host.end;
    while let Some(word) = words(text, at..content.end).next() {
        if text[word.clone()].starts_with('#') || !is_pair(&word) || !draft.afford(1, word.start) {
            break;
        }
        let equals = text[word.clone()]
            .find('=')
            .map_or(word.end, |offset| word.start + offset);
        let end = end_of_word(text, equals + 1..content.end);
        let written = &text[equals + 1..end];
        let value = template::text(draft, unquoted(written).unwrap_or(written), equals + 1..end);
        entries.push(draft.entry(word.start..equals, value));
        at = end;
    }
    let map = draft.map(entries);
    Some(draft.entry(host, map))
}

/// Where a value ends: at its closing quote, else before the next blank.
fn end_of_word(text: &str, range: Range<usize>) -> usize {
    let rest = &text[range.clone()];
    if rest.starts_with("{{") {
        return rest
            .find("}}")
            .map_or(range.end, |end| range.start + end + 2);
    }
    let quoted = rest
        .starts_with(['"', '\''])
        .then(|| rest[1..].find(&rest[..1]).map(|end| end + 2))
        .flatten();
    range.start + quoted.unwrap_or_else(|| rest.find(char::is_whitespace).unwrap_or(rest.len()))
}

/// Continues the value of an entry by an indented line.
fn extend(draft: &Draft, entry: &mut Entry, line: Range<usize>) {
    let looks_like_pair = draft.text[line.clone()]
        .split_once('=')
        .is_some_and(|(key, _)| {
            let key = key.trim();
            !key.is_empty()
                && key
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
        });
    let (start, end) = (entry.value.span.start as usize, line.end);
    match &mut entry.value.value {
        Value::Map(entries) => entries.push(pair(draft, line)),
        Value::String(text) if text.is_empty() && looks_like_pair => {
            entry.value = draft.map(vec![pair(draft, line)]);
        }
        Value::String(text) => {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&draft.text[line.clone()]);
            let start = if text.len() == line.len() {
                line.start
            } else {
                start
            };
            entry.value.span = draft.span(start..end);
        }
        _ => {
            entry.value = Node::string(
                draft.span(line.clone()),
                CompactString::from(&draft.text[line]),
            )
        }
    }
}
