//! Bicep files: each resource and module, named by its symbol, and the rest as the file's template.

use super::Source;
use crate::format::{Block, Declaration, Entry, Node, Value};
use compact_str::{CompactString, format_compact};

/// Resources in resources end here.
const DEPTH: usize = 16;

/// Takes the root of a Bicep file.
pub(super) fn read(source: &Source<'_>) -> Option<Vec<Declaration>> {
    if source.document.format != "bicep" {
        return None;
    }
    let mut declared = source.whole("bicep", "template");
    if let Some(whole) = declared.first_mut()
        && let Value::Map(entries) = &mut whole.body_mut().value
    {
        entries.retain(|entry| !is_built(entry));
    }
    below(source, source.root.entries(), None, DEPTH, &mut declared);
    Some(declared)
}

fn is_built(entry: &Entry) -> bool {
    entry.key == "resource" || entry.key == "module"
}

/// The resource that others stand in: its kind and its address.
#[derive(Clone, Copy)]
struct Parent<'a> {
    kind: &'a str,
    address: &'a str,
}

fn below(
    source: &Source<'_>,
    entries: &[Entry],
    parent: Option<Parent<'_>>,
    depth: usize,
    out: &mut Vec<Declaration>,
) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    for entry in entries.iter().filter(|entry| is_built(entry)) {
        let Some(block) = entry.value.as_block() else {
            continue;
        };
        let [(symbol, _), (text, _)] = block.labels.as_slice() else {
            continue;
        };
        let kind = match entry.key.as_str() {
            "module" => CompactString::const_new("module"),
            _ => kind(text, parent),
        };
        let address = match parent {
            Some(parent) => format_compact!("{}::{symbol}", parent.address),
            None => format_compact!("{}#{symbol}", source.address()),
        };
        out.push(declaration(source, entry, block, &kind, &address));
        let own = Parent {
            kind: &kind,
            address: &address,
        };
        below(source, &block.body, Some(own), depth, out);
    }
}

/// `Microsoft.X/y@version` without its version; a nested one names only what is below its parent.
fn kind(text: &str, parent: Option<Parent<'_>>) -> CompactString {
    let own = text.split('@').next().unwrap_or(text);
    match parent {
        Some(parent) if !own.contains('.') => format_compact!("{}/{own}", parent.kind),
        _ => own.into(),
    }
}

fn declaration(
    source: &Source<'_>,
    entry: &Entry,
    block: &Block,
    kind: &str,
    address: &str,
) -> Declaration {
    let existing = block.body.iter().any(|entry| entry.key == "@existing");
    let name = block.body.iter().find(|entry| entry.key == "name");
    let name = name.and_then(|entry| entry.value.scalar());
    let kept = |entry: &&Entry| !is_built(entry) && !entry.key.starts_with('@');
    let mut body: Vec<Entry> = block.body.iter().filter(kept).cloned().collect();
    if let ("module", Some((path, span))) = (kind, block.labels.get(1)) {
        body.push(Entry {
            key: CompactString::const_new("@source"),
            key_span: *span,
            value: Node::string(*span, path.clone()),
        });
    }
    Declaration {
        language: "bicep",
        kind: match existing {
            true => format_compact!("data.{kind}"),
            false => kind.into(),
        },
        name: name.unwrap_or_else(|| block.labels[0].0.clone()),
        address: address.into(),
        body: Node::new(entry.value.span, Value::Map(body.into())).into(),
        span: entry.value.span,
        head: block.head,
        scope: source.scope(),
    }
}
