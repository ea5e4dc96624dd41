//! Finds the lines of a thing by the line it begins on, and takes them out: a block, an object, an entry or an item, with the
//! comments right above it. What shares its lines with something else is refused, never guessed.

use crate::format::{self, Document, Node, Value};
use crate::source::BlobId;
use std::ops::Range;

/// A thing that can be taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its lines, comments right above included.
    pub lines: Range<usize>,
    /// What it is: block, document, entry, item.
    pub kind: &'static str,
}

/// The offset that a comment speaks for: its own line when code stands before it, else the next line with code.
#[must_use]
pub fn spoken_for(text: &str, comment: usize) -> usize {
    let start = line_start(text, comment);
    let before = text.get(start..comment).unwrap_or_default();
    let marks = |c: char| c.is_whitespace() || "#/*!-".contains(c);
    if !before.trim_matches(marks).is_empty() {
        return start + (before.len() - before.trim_start().len());
    }
    let mut at = line_end(text, comment);
    while at < text.len() {
        let end = line_end(text, at);
        let line = text.get(at..end).unwrap_or_default();
        if !is_blank_or_comment(line) && line.trim() != "---" {
            return at + (line.len() - line.trim_start().len());
        }
        at = end;
    }
    comment
}

/// A file whose things can be taken out, read once for all of them.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its text.
    pub text: String,
    pub(super) document: Document,
}

impl Page {
    /// Reads a file.
    ///
    /// # Errors
    /// When no syntax is known for it, in a lower-case phrase.
    pub fn read(path: &str, text: &str) -> Result<Self, String> {
        let head = text.as_bytes();
        let Some(format) = format::claim(path, &head[..head.len().min(4096)]) else {
            return Err("no syntax is known for the file".into());
        };
        Ok(Self {
            text: text.to_owned(),
            document: format.parse(BlobId(0), path, text, format::Limits::default()),
        })
    }

    /// The thing that begins on the line of an offset.
    ///
    /// # Errors
    /// Why none can be taken out, in a lower-case phrase.
    pub fn unit(&self, offset: usize) -> Result<Unit, String> {
        let text = self.text.as_str();
        let line = line_start(text, offset)..line_end(text, offset);
        let yaml = self.document.format == "yaml";
        for root in &self.document.roots {
            let span = root.span.range();
            if yaml && line.contains(&span.start) {
                return Ok(whole_document(text, span));
            }
            let own = if yaml { Some(span.clone()) } else { None };
            if let Some(found) = search(root, &line, own) {
                return found.and_then(|found| lines_of(text, found));
            }
        }
        Err("nothing that can be taken out begins on the line".into())
    }
}

/// The text without some lines; blank lines that only parted them go, too. Empty when nothing but blanks would stay.
#[must_use]
pub fn without(text: &str, mut ranges: Vec<Range<usize>>) -> String {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        if range.start > at {
            out.push_str(&text[at..range.start]);
        }
        at = at.max(range.end);
        uncomma(&mut out, text, range, at);
        if out.is_empty() || out.ends_with("\n\n") || out.ends_with("\r\n\r\n") {
            let rest = &text[at..];
            at += rest.len() - rest.trim_start_matches(['\n', '\r']).len();
        }
    }
    out.push_str(&text[at..]);
    if out
        .lines()
        .all(|line| line.trim().is_empty() || line.trim() == "---")
    {
        return String::new();
    }
    let kept = out.trim_end_matches(['\n', '\r']).len();
    let newline = if out[kept..].starts_with('\r') {
        "\r\n"
    } else {
        "\n"
    };
    if out.len() > kept + newline.len() {
        out.truncate(kept + newline.len());
    }
    out
}

/// Takes off the comma that parted what stays from a last item that had none behind it.
fn uncomma(out: &mut String, text: &str, range: Range<usize>, at: usize) {
    let closes = text[at..].trim_start().starts_with([']', '}']);
    let last = text[range].trim_end().lines().last().unwrap_or_default();
    let marks = [" #", " //"].iter().filter_map(|mark| last.find(mark));
    let code = &last[..marks.min().unwrap_or(last.len())];
    let parted = code.trim_end().ends_with(',');
    let kept = out.trim_end().len();
    if closes && !parted && out[..kept].ends_with(',') {
        out.remove(kept - 1);
    }
}

/// What was found on a line.
struct Found {
    range: Range<usize>,
    kind: &'static str,
    /// Whether a dash of a list stands before it.
    dashed: bool,
}

/// The outermost thing that begins on a line. `document` is what goes when its only subject goes.
fn search(
    node: &Node,
    line: &Range<usize>,
    document: Option<Range<usize>>,
) -> Option<Result<Found, String>> {
    let around = |node: &Node| {
        let span = node.span.range();
        span.start < line.end && line.start < span.end
    };
    if let Value::List(items) = &node.value {
        let at = items
            .iter()
            .position(|item| line.contains(&item.span.range().start));
        return match at {
            Some(_) if items.len() == 1 => None,
            Some(at) => Some(Ok(Found {
                range: items[at].span.range(),
                kind: "item",
                dashed: true,
            })),
            None => items
                .iter()
                .filter(|item| around(item))
                .find_map(|item| search(item, line, document.clone())),
        };
    }
    for entry in node.entries() {
        let start = entry.key_span.range().start;
        let end = entry.value.span.range().end.max(entry.key_span.range().end);
        let kind = if entry.value.as_block().is_some() {
            "block"
        } else {
            "entry"
        };
        let own = Found {
            range: start..end,
            kind,
            dashed: false,
        };
        if line.contains(&start) {
            return Some(Ok(own));
        }
        if !around(&entry.value) {
            continue;
        }
        if let Some(found) = search(&entry.value, line, document.clone()) {
            return Some(found);
        }
        // The only item of a list goes with the list; a binding without subjects goes as a whole.
        if let Value::List(items) = &entry.value.value
            && items.len() == 1
            && line.contains(&items[0].span.range().start)
        {
            return Some(match (entry.key.as_str(), document) {
                ("subjects", Some(range)) => Ok(Found {
                    range,
                    kind: "document",
                    dashed: false,
                }),
                _ => Ok(own),
            });
        }
    }
    None
}

/// The lines of what was found, unless something else stands on them.
fn lines_of(text: &str, found: Found) -> Result<Unit, String> {
    if found.kind == "document" {
        return Ok(whole_document(text, found.range));
    }
    let start = line_start(text, found.range.start);
    let before = text[start..found.range.start].trim();
    if !(before.is_empty() || (found.dashed && before == "-")) {
        return Err("something else begins on the same line".into());
    }
    let end = end_of(text, &found.range);
    let after = text[found.range.end.min(end)..end]
        .trim()
        .trim_start_matches([',', ';'])
        .trim();
    if !(after.is_empty() || is_blank_or_comment(after)) {
        return Err("something else ends on the same line".into());
    }
    Ok(Unit {
        lines: comments_above(text, start)..end,
        kind: found.kind,
    })
}

/// The lines of an item that has them for itself.
pub(super) fn lines_alone(text: &str, range: Range<usize>) -> Option<Unit> {
    let found = Found {
        range,
        kind: "item",
        dashed: true,
    };
    lines_of(text, found).ok()
}

/// A document of a stream, with one of the lines that part it from its neighbours.
fn whole_document(text: &str, span: Range<usize>) -> Unit {
    let mut start = comments_above(text, line_start(text, span.start));
    let mut end = end_of(text, &span);
    let above = line_start(text, start.saturating_sub(1));
    if start > 0 && text[above..start].trim() == "---" {
        start = above;
    } else if text[end..line_end(text, end)].trim() == "---" {
        end = line_end(text, end);
    }
    Unit {
        lines: start..end,
        kind: "document",
    }
}

/// The end of the last line that a range covers, line end included.
fn end_of(text: &str, range: &Range<usize>) -> usize {
    let covered = text[range.start..range.end.min(text.len())]
        .trim_end()
        .len();
    line_end(text, range.start + covered)
}

/// The start of the comments right above a line.
fn comments_above(text: &str, mut start: usize) -> usize {
    while start > 0 {
        let above = line_start(text, start - 1);
        let line = text[above..start].trim();
        if line.is_empty() || !is_blank_or_comment(line) {
            break;
        }
        start = above;
    }
    start
}

fn is_blank_or_comment(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#') || line.starts_with("//")
}

fn line_start(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    text.as_bytes()[..at]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1)
}

/// One past the line end.
fn line_end(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text without the thing that begins on the line of a word.
    fn cut(path: &str, text: &str, word: &str) -> Result<String, String> {
        let at = text.find(word).expect("the word is there");
        let page = Page::read(path, text)?;
        page.unit(at).map(|unit| without(text, vec![unit.lines]))
    }

    #[test]
    fn blocks_go_with_their_comments() {
        let text = "# head\n\nresource \"a\" \"x\" {\n  k = 1 # why\n}\n\n# lease\n# more\nresource \"a\" \"y\" {\n  k = 2\n}\n\nresource \"a\" \"z\" {}\n";
        assert_eq!(
            cut("m.tf", text, "resource \"a\" \"y\""),
            Ok(
                "# head\n\nresource \"a\" \"x\" {\n  k = 1 # why\n}\n\nresource \"a\" \"z\" {}\n"
                    .to_owned()
            )
        );
        assert_eq!(
            cut("m.tf", "resource \"a\" \"y\" {}\n", "resource"),
            Ok(String::new())
        );
    }

    #[test]
    fn documents_go_with_one_separator() {
        let text = "kind: A\n---\n# lease\nkind: B\nx: 1\n---\nkind: C\n";
        assert_eq!(
            cut("k.yaml", text, "kind: B"),
            Ok("kind: A\n---\nkind: C\n".to_owned())
        );
        assert_eq!(
            cut("k.yaml", text, "kind: A"),
            Ok("# lease\nkind: B\nx: 1\n---\nkind: C\n".to_owned())
        );
    }

    #[test]
    fn items_and_entries_go_alone() {
        let text = "kind: RoleBinding\nsubjects:\n  # lease\n  - kind: User\n    name: a\n  - kind: User\n    name: b\nroleRef: {name: x}\n";
        assert_eq!(
            cut("k.yaml", text, "- kind: User"),
            Ok(
                "kind: RoleBinding\nsubjects:\n  - kind: User\n    name: b\nroleRef: {name: x}\n"
                    .to_owned()
            )
        );
        let one = "kind: A\n---\nkind: RoleBinding\nsubjects:\n  - kind: User\n    name: a\n";
        assert_eq!(
            cut("k.yaml", one, "- kind: User"),
            Ok("kind: A\n".to_owned())
        );
        let jobs = "on: push\njobs:\n  # lease\n  a:\n    runs-on: x\n  b:\n    runs-on: y\n";
        assert_eq!(
            cut("w.yml", jobs, "a:\n"),
            Ok("on: push\njobs:\n  b:\n    runs-on: y\n".to_owned())
        );
        let last = "a = [\n  \"one\",\n  \"two\", # lease, theirs\n]\n";
        assert_eq!(
            cut("m.tf", last, "\"two\""),
            Ok("a = [\n  \"one\",\n]\n".to_owned()),
            "the comma before stays where each has one"
        );
        let list =
            "resource \"a\" \"x\" {\n  members = [\n    \"one\", # lease\n    \"two\",\n  ]\n}\n";
        assert_eq!(
            cut("m.tf", list, "\"one\""),
            Ok("resource \"a\" \"x\" {\n  members = [\n    \"two\",\n  ]\n}\n".to_owned())
        );
    }

    #[test]
    fn what_shares_its_line_is_refused() {
        assert!(cut("a.json", "{\"a\": 1, \"b\": 2}\n", "a").is_err());
        assert!(cut("m.tf", "# nothing here\n", "nothing").is_err());
        assert!(cut("a.unknown", "words\n", "words").is_err());
    }

    #[test]
    fn comments_speak_for_what_follows() {
        let text = "# tenure: lease\n\n# other\nresource x {}\na = 1 # tenure: lease\n";
        assert_eq!(spoken_for(text, 2), text.find("resource").unwrap_or(0));
        let at = text.rfind("tenure").unwrap_or(0);
        assert_eq!(spoken_for(text, at), text.find("a = 1").unwrap_or(0));
    }
}
