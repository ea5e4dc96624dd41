//! HCL: Terraform and OpenTofu configurations, their variable files, and the other `.hcl` files.
//!
//! The parser reads a file whole or not at all, so a file it refuses is cut into statements (see [`split`]) and each is
//! read alone; a statement that still fails is a gap, and stands in the tree as unknown, never as missing.

mod build;
mod object;
mod split;
mod template;

pub use template::parse_template;

use super::draft::Draft;
use super::{Block, Document, Entry, Format, Limits, Named, Node, Value};
use crate::source::{BlobId, GapKind, Span};
use build::{Build, Places};
use hcl_edit::parser::{Error, parse_body};
use split::{Statement, statements};
use std::ops::Range;

const BOM: &str = "\u{feff}";

const ENDINGS: &[&str] = &[".tf", ".tofu", ".tfvars", ".hcl", ".tfbackend"];

/// Most brackets, separators and assignments a text may have; each may become a node of some hundred bytes.
const DENSITY: usize = 500_000;

/// Most assignments one statement may have: the parser compares every key of an object with those before it.
const KEYS: usize = 20_000;

/// How deep a refused block is taken apart.
const PARTS: usize = 8;

/// HCL.
pub(super) struct Hcl;

impl Format for Hcl {
    fn name(&self) -> &'static str {
        "hcl"
    }

    fn claims(&self, file: &Named<'_>, _head: &[u8]) -> bool {
        let name = file.written();
        ENDINGS.iter().any(|ending| name.ends_with(ending))
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("hcl", blob, path, text, limits);
        if draft.fits() && sparse(&mut draft) {
            read(&mut draft, blob);
        }
        draft.done()
    }
}

/// Whether the tree will be of bearable size; notes the gap when not.
fn sparse(draft: &mut Draft) -> bool {
    let most = DENSITY.min(draft.limits.nodes);
    let dense = draft
        .text
        .bytes()
        .filter(|byte| matches!(byte, b'[' | b'{' | b'(' | b',' | b'=' | b':'))
        .count();
    if dense > most {
        let reason = format!("more than {most} brackets, separators and assignments");
        draft.gap(GapKind::Limit, 0..0, reason);
    }
    dense <= most
}

fn read(draft: &mut Draft, blob: BlobId) {
    let text = draft.text;
    let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let whole = Span::new(blob, start, text.len());
    let mut reader = Reader { draft, blob };
    let entries = match reader.parse(start..text.len()) {
        Ok(entries) => entries,
        Err(_) => reader.piecewise(start..text.len(), 0),
    };
    let count = count(&entries);
    if draft.afford(count, start) && !(entries.is_empty() && text[start..].trim().is_empty()) {
        draft.root(Node::new(whole, Value::Map(entries.into())));
    }
}

/// How many nodes lie in the entries, expressions counted once: a measure, not an exact sum.
fn count(entries: &[Entry]) -> usize {
    let mut sum = 0;
    let mut open: Vec<&Node> = entries.iter().map(|entry| &entry.value).collect();
    while let Some(node) = open.pop() {
        sum += 1;
        open.extend(node.entries().iter().map(|entry| &entry.value));
        open.extend(node.as_list().unwrap_or_default());
    }
    sum
}

/// Why a piece of text did not become entries.
struct Refusal {
    kind: GapKind,
    at: usize,
    reason: String,
}

impl Refusal {
    fn new(error: &Error, base: usize) -> Self {
        let reason = error.message().to_owned();
        let deep = reason.contains("nested levels") || reason.contains("chained binary");
        Self {
            kind: if deep {
                GapKind::Limit
            } else {
                GapKind::Syntax
            },
            at: base + error.location().offset(),
            reason,
        }
    }
}

struct Reader<'d, 't> {
    draft: &'d mut Draft<'t>,
    blob: BlobId,
}

impl<'t> Reader<'_, 't> {
    /// Reads a range as a body.
    fn parse(&self, range: Range<usize>) -> Result<Vec<Entry>, Refusal> {
        let text = &self.draft.text[range.clone()];
        let keys = memchr::memchr2_iter(b'=', b':', text.as_bytes()).count();
        if keys > KEYS {
            return Err(Refusal {
                kind: GapKind::Limit,
                at: range.start,
                reason: format!("more than {KEYS} assignments in one statement"),
            });
        }
        let body = parse_body(text).map_err(|error| Refusal::new(&error, range.start))?;
        let places = Places::exact(self.blob, range.start);
        Ok(Build::new(text, places).body(&body))
    }

    /// Reads a range statement by statement.
    fn piecewise(&mut self, range: Range<usize>, depth: usize) -> Vec<Entry> {
        let mut entries = Vec::new();
        for statement in statements(self.draft.text, range) {
            match self.parse(statement.range.clone()) {
                Ok(read) => entries.extend(read),
                Err(refusal) => entries.extend(self.rescue(&statement, &refusal, depth)),
            }
        }
        entries
    }

    /// What can be kept of a statement that does not parse: a block without its broken parts, a name with no known value.
    fn rescue(&mut self, statement: &Statement, refusal: &Refusal, depth: usize) -> Option<Entry> {
        if let Some(inner) = &statement.inner
            && depth < PARTS
            && refusal.kind != GapKind::Limit
            && let Some(mut entry) = self.shell(statement, inner.start)
        {
            let body = self.piecewise(inner.clone(), depth + 1);
            if let Value::Block(block) = &mut entry.value.value {
                block.body = body;
            }
            return Some(entry);
        }
        let at = refusal.at.min(self.draft.text.len());
        self.draft.gap(refusal.kind, at..at, refusal.reason.clone());
        let key = statement.key.clone();
        (depth > 0 && !key.is_empty()).then(|| Entry {
            key: self.draft.text[key.clone()].into(),
            key_span: self.draft.span(key),
            value: Node::unknown(self.draft.span(statement.range.clone()), "does not parse"),
        })
    }

    /// The block of a statement with nothing in it, when its keyword and labels parse.
    fn shell(&self, statement: &Statement, open: usize) -> Option<Entry> {
        let start = statement.range.start;
        let head = format!("{}}}", self.draft.text.get(start..open)?);
        let body = parse_body(&head).ok()?;
        let mut entries = Build::new(&head, Places::exact(self.blob, start)).body(&body);
        let mut entry = entries.pop()?;
        entry.value.span = self.draft.span(statement.range.clone());
        matches!(&entry.value.value, Value::Block(block) if block.body == Block::default().body)
            .then_some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Document {
        Hcl.parse(BlobId(0), "main.tf", text, Limits::default())
    }

    #[test]
    fn a_broken_attribute_is_unknown_and_its_neighbours_stay() {
        let text = "resource \"a\" \"b\" {\n  x = 1\n  y = = 2\n  z = 3\n}\nlocals {\n  k = 1\n}\n";
        let document = parse(text);
        let root = &document.roots[0];
        let block = root.get("resource").unwrap();
        assert_eq!(block.get("x").unwrap().as_f64(), Some(1.0));
        assert!(block.get("y").unwrap().is_open());
        assert_eq!(block.get("z").unwrap().as_f64(), Some(3.0));
        assert!(root.get("locals").is_some());
        assert_eq!(document.gaps.len(), 1);
        assert_eq!(document.gaps[0].line, Some(3));
    }

    #[test]
    fn an_attribute_written_twice_keeps_both_values() {
        let document = parse("resource \"a\" \"b\" {\n  x = 1\n  x = 2\n}\n");
        let block = document.roots[0].get("resource").unwrap();
        assert_eq!(block.all("x").count(), 2);
        assert!(document.gaps.is_empty());
    }

    #[test]
    fn nesting_past_the_parsers_limit_is_a_gap() {
        let deep = format!("a = {}1{}\nb = 2\n", "[".repeat(5_000), "]".repeat(5_000));
        let document = parse(&deep);
        assert_eq!(document.gaps.len(), 1);
        assert_eq!(document.gaps[0].kind, GapKind::Limit);
        assert_eq!(document.roots[0].get("b").unwrap().as_f64(), Some(2.0));
    }

    #[test]
    fn an_object_of_too_many_keys_is_refused_before_it_costs_time() {
        let keys: String = (0..30_000).map(|n| format!("k{n} = 1\n")).collect();
        let document = parse(&format!("a = {{\n{keys}}}\nb = 2\n"));
        assert_eq!(document.gaps[0].kind, GapKind::Limit);
        assert!(document.roots[0].get("b").is_some());
    }

    #[test]
    fn a_missing_brace_costs_only_its_block() {
        let text = "resource \"a\" \"b\" {\n  x = 1\n\nresource \"c\" \"d\" {\n  y = 2\n}\n";
        let document = parse(text);
        let found: Vec<_> = document.roots[0].all("resource").collect();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].get("y").unwrap().as_f64(), Some(2.0));
        assert_eq!(document.gaps.len(), 1);
    }

    #[test]
    fn nothing_and_comments_alone_are_no_gap() {
        assert!(parse("").roots.is_empty());
        assert!(parse("\u{feff}\r\n# only\r\n").gaps.is_empty());
    }
}
