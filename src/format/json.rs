//! JSON with what people add to it: comments, trailing commas, loose keys.
//!
//! Some files carry JSON under another name (state files, notebooks, templates, dotfiles); those are told by their first
//! bytes. Keys that repeat all stay, in order.

use super::draft::Draft;
use super::template::{self, Hole};
use super::{Document, Entry, Format, Limits, Named, Node, Value};
use crate::source::{BlobId, GapKind};
use jsonc_parser::ast;
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

const BOM: &str = "\u{feff}";

/// The endings that always mean JSON.
const ENDINGS: &[&str] = &[
    ".json",
    ".jsonc",
    ".json5",
    ".tfstate",
    ".tfstate.backup",
    ".ipynb",
    ".code-workspace",
    ".webmanifest",
    ".dockerconfigjson",
];

/// Endings and names that mean JSON when the text begins like an object.
const PERHAPS: &[&str] = &[".template", ".tmpl", ".tpl", ".tftpl", ".arm", ".lock"];

/// JSON, JSONC and the parts of JSON5 in use.
pub(super) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn claims(&self, file: &Named<'_>, head: &[u8]) -> bool {
        let bare = file.bare();
        if ENDINGS.iter().any(|ending| bare.ends_with(ending)) {
            return true;
        }
        let name = file.full();
        let without_ending = !name.trim_start_matches('.').contains('.');
        let perhaps = without_ending || PERHAPS.iter().any(|ending| name.ends_with(ending));
        perhaps && begins_an_object(head)
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("json", blob, path, text, limits);
        if draft.fits() {
            read(&mut draft);
        }
        draft.done()
    }
}

/// Whether the text starts `{ "`, `{ }` or `{ //`, which neither YAML flow nor a template does.
fn begins_an_object(head: &[u8]) -> bool {
    let head = head.strip_prefix(BOM.as_bytes()).unwrap_or(head);
    let Some(rest) = head.trim_ascii_start().strip_prefix(b"{") else {
        return false;
    };
    matches!(rest.trim_ascii_start().first(), Some(b'"' | b'}' | b'/'))
}

fn read(draft: &mut Draft) {
    let text = draft.text;
    let base = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let error = match parse(&text[base..]) {
        Ok(value) => {
            build(draft, value, base, &[]);
            return;
        }
        Err(error) => error,
    };
    // A template of JSON: what breaks the syntax may be what a template engine replaces.
    if let Some(masked) = template::quoted(text)
        && let Ok(value) = parse(&masked.text[base..])
    {
        build(draft, value, base, &masked.holes);
        return;
    }
    let kind = match error.kind() {
        ParseErrorKind::NestingDepthExceeded => GapKind::Limit,
        _ => GapKind::Syntax,
    };
    let Range { start, end } = error.range();
    let reason = error.kind().to_string();
    draft.gap(kind, base + start..base + end.max(start), lower(&reason));
}

fn parse(text: &str) -> Result<Option<ast::Value<'_>>, ParseError> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default())?;
    Ok(parsed.value)
}

fn build(draft: &mut Draft, value: Option<ast::Value>, base: usize, holes: &[Hole]) {
    if let Some(value) = value {
        let root = Build { draft, base, holes }.node(value, 0);
        draft.root(root);
    }
}

/// The list of strings written in a stretch of another syntax's text; `None` when that is not what stands there.
pub(super) fn strings(draft: &mut Draft, at: std::ops::Range<usize>) -> Option<Node> {
    let text = draft.text.get(at.clone())?;
    let ast::Value::Array(array) = parse(text).ok()?? else {
        return None;
    };
    let all = array
        .elements
        .iter()
        .all(|item| item.as_string_lit().is_some());
    all.then(|| {
        let base = at.start;
        let holes = &[];
        Build { draft, base, holes }.node(ast::Value::Array(array), 0)
    })
}

/// A sentence as a lower-case phrase, as gaps are worded.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

struct Build<'d, 't, 'h> {
    draft: &'d mut Draft<'t>,
    /// Where the parsed text begins.
    base: usize,
    /// Where the parsed text has filler.
    holes: &'h [Hole],
}

impl Build<'_, '_, '_> {
    fn node(&mut self, value: ast::Value, depth: usize) -> Node {
        let range = self.place(value.range());
        let span = self.draft.span(range.clone());
        if depth > self.draft.limits.depth {
            let reason = format!("nested deeper than {}", self.draft.limits.depth);
            self.draft.gap(GapKind::Limit, range, reason);
            return Node::unknown(span, "nested too deep");
        }
        let value = match value {
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::BooleanLit(flag) => Value::Bool(flag.value),
            ast::Value::NumberLit(number) => Value::Number(number.value.into()),
            ast::Value::StringLit(string) => self.string(&string.value, &range),
            ast::Value::Array(array) => self.list(array, depth),
            ast::Value::Object(object) => self.map(object, depth),
        };
        Node::new(span, value)
    }

    fn string(&self, text: &str, at: &std::ops::Range<usize>) -> Value {
        match template::within(self.holes, at, |hole| &hole.place) {
            [] => Value::String(text.into()),
            holes => template::masked_parts(self.draft, text, at, holes),
        }
    }

    fn list(&mut self, array: ast::Array, depth: usize) -> Value {
        let mut items = Vec::with_capacity(array.elements.len());
        for element in array.elements {
            if !self.draft.afford(1, self.base + element.start()) {
                break;
            }
            items.push(self.node(element, depth + 1));
        }
        Value::List(items.into())
    }

    fn map(&mut self, object: ast::Object, depth: usize) -> Value {
        let mut entries = Vec::with_capacity(object.properties.len());
        for property in object.properties {
            if !self.draft.afford(1, self.base + property.start()) {
                break;
            }
            let key_at = self.place(property.name.range());
            let key_span = self.draft.span(key_at.clone());
            let key = match template::within(self.holes, &key_at, |hole| &hole.place) {
                [] => property.name.as_str().into(),
                _ => template::key(self.draft.text, &key_at, &[]),
            };
            entries.push(Entry {
                key,
                key_span,
                value: self.node(property.value, depth + 1),
            });
        }
        Value::Map(entries.into())
    }

    fn place(&self, range: Range) -> std::ops::Range<usize> {
        self.base + range.start..self.base + range.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_json_by_ending_or_by_its_first_bytes() {
        for path in ["a/b.json", "x.TFSTATE", "main.tf.json", "n.ipynb"] {
            assert!(Json.claims(&Named::new(path), b""), "{path}");
        }
        assert!(Json.claims(&Named::new(".docker/.eslintrc"), b" {\n \"a\": 1}"));
        assert!(Json.claims(
            &Named::new("stack.template"),
            "\u{feff}{ \"A\": 1}".as_bytes()
        ));
        assert!(!Json.claims(
            &Named::new("stack.template"),
            b"AWSTemplateFormatVersion: 1"
        ));
        assert!(!Json.claims(&Named::new("deploy.tpl"), b"{{ define \"x\" }}"));
        assert!(!Json.claims(&Named::new("results.sarif"), b"{\"version\": 1}"));
    }
}
