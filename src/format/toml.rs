//! TOML: tables as maps, arrays of tables as lists, dates as strings, numbers as written.

use super::draft::Draft;
use super::template::{self, Hole};
use super::{Document, Entry, Format, Limits, Named, Node, Value};
use crate::source::{BlobId, GapKind, Span};
use std::ops::Range;
use toml_edit::{Item, Key, TableLike};

/// TOML 1.
pub(super) struct Toml;

impl Format for Toml {
    fn name(&self) -> &'static str {
        "toml"
    }

    fn claims(&self, file: &Named<'_>, _head: &[u8]) -> bool {
        let name = file.bare();
        name.ends_with(".toml")
            || name == "pipfile"
            || file.path().ends_with(".cargo/credentials")
            || file.path().ends_with(".cargo/config")
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("toml", blob, path, text, limits);
        if draft.fits() {
            read(&mut draft);
        }
        draft.done()
    }
}

fn read(draft: &mut Draft) {
    let text = draft.text;
    let error = match toml_edit::Document::parse(text) {
        Ok(parsed) => {
            build(draft, parsed.as_table(), &[]);
            return;
        }
        Err(error) => error,
    };
    // A template of TOML: what breaks the syntax may be what a template engine replaces.
    if let Some(masked) = template::quoted(text)
        && let Ok(parsed) = toml_edit::Document::parse(masked.text.as_str())
    {
        build(draft, parsed.as_table(), &masked.holes);
        return;
    }
    let kind = if error.message().contains("recursion") {
        GapKind::Limit
    } else {
        GapKind::Syntax
    };
    let message = error.message().lines().next().unwrap_or("does not parse");
    draft.gap(kind, error.span().unwrap_or(0..0), message);
}

fn build(draft: &mut Draft, table: &toml_edit::Table, holes: &[Hole]) {
    if !table.is_empty() {
        let mut root = Build { draft, holes }.table(table, 0..0, 0);
        root.span = draft.span(0..draft.text.trim_end().len());
        draft.root(root);
    }
}

struct Build<'d, 't, 'h> {
    draft: &'d mut Draft<'t>,
    /// Where the parsed text has filler.
    holes: &'h [Hole],
}

impl Build<'_, '_, '_> {
    /// A table that stands at `at`, or where its entries do if it has no place of its own.
    fn table(&mut self, table: &dyn TableLike, at: Range<usize>, depth: usize) -> Node {
        let mut entries = Vec::with_capacity(table.len());
        let mut span: Option<Span> = (!at.is_empty()).then(|| self.draft.span(at.clone()));
        for (name, _) in table.iter() {
            let Some((key, item)) = table.get_key_value(name) else {
                continue;
            };
            let key_at = key.span().unwrap_or(at.clone());
            if !self.draft.afford(1, key_at.start) {
                break;
            }
            let entry = self.entry(key, key_at, item, depth);
            let covered = entry.key_span.to(entry.value.span);
            span = Some(span.map_or(covered, |span| span.to(covered)));
            entries.push(entry);
        }
        let span = span.unwrap_or_else(|| self.draft.span(at));
        Node::new(span, Value::Map(entries.into()))
    }

    fn entry(&mut self, key: &Key, key_at: Range<usize>, item: &Item, depth: usize) -> Entry {
        let value = self.item(item, &key_at, depth + 1);
        let key = match template::within(self.holes, &key_at, |hole| &hole.place) {
            [] => key.get().into(),
            _ => template::key(self.draft.text, &key_at, &[]),
        };
        Entry {
            key,
            key_span: self.draft.span(key_at),
            value,
        }
    }

    fn item(&mut self, item: &Item, key: &Range<usize>, depth: usize) -> Node {
        let at = item.span().unwrap_or(key.end..key.end);
        if depth > self.draft.limits.depth {
            let reason = format!("nested deeper than {}", self.draft.limits.depth);
            self.draft.gap(GapKind::Limit, at.clone(), reason);
            return Node::unknown(self.draft.span(at), "nested too deep");
        }
        match item {
            Item::None => Node::new(self.draft.span(at), Value::Null),
            Item::Value(value) => self.value(value, at, depth),
            Item::Table(table) => self.table(table, item.span().unwrap_or(0..0), depth),
            Item::ArrayOfTables(tables) => {
                let mut items = Vec::with_capacity(tables.len());
                for table in tables.iter() {
                    if !self.draft.afford(1, at.start) {
                        break;
                    }
                    items.push(self.table(table, table.span().unwrap_or(0..0), depth + 1));
                }
                let span = match (items.first(), items.last()) {
                    (Some(first), Some(last)) => first.span.to(last.span),
                    _ => self.draft.span(at),
                };
                Node::new(span, Value::List(items.into()))
            }
        }
    }

    fn value(&mut self, value: &toml_edit::Value, at: Range<usize>, depth: usize) -> Node {
        let span = self.draft.span(at.clone());
        let value = match value {
            toml_edit::Value::String(text) => {
                match template::within(self.holes, &at, |hole| &hole.place) {
                    [] => Value::String(text.value().into()),
                    holes => template::masked_parts(self.draft, text.value(), &at, holes),
                }
            }
            toml_edit::Value::Boolean(flag) => Value::Bool(*flag.value()),
            toml_edit::Value::Integer(_) | toml_edit::Value::Float(_) => {
                Value::Number(self.written(span).into())
            }
            toml_edit::Value::Datetime(_) => Value::String(self.written(span).into()),
            toml_edit::Value::Array(array) => {
                let mut items = Vec::with_capacity(array.len());
                for item in array.iter() {
                    let inner = item.span().unwrap_or(at.clone());
                    if !self.draft.afford(1, inner.start) {
                        break;
                    }
                    items.push(self.nested(item, inner, depth + 1));
                }
                Value::List(items.into())
            }
            toml_edit::Value::InlineTable(table) => return self.table(table, at, depth),
        };
        Node::new(span, value)
    }

    fn nested(&mut self, value: &toml_edit::Value, at: Range<usize>, depth: usize) -> Node {
        if depth > self.draft.limits.depth {
            let reason = format!("nested deeper than {}", self.draft.limits.depth);
            self.draft.gap(GapKind::Limit, at.clone(), reason);
            return Node::unknown(self.draft.span(at), "nested too deep");
        }
        self.value(value, at, depth)
    }

    fn written(&self, span: Span) -> &str {
        self.draft.text.get(span.range()).unwrap_or_default()
    }
}
