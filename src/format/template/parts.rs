//! What a scalar with template actions in it is: unknown, or text with unknown parts.

use super::hole::{Hole, Stand};
use super::mask::{LONG, SHORT};
use super::{Action, Kind, WHY, action};
use crate::format::draft::Draft;
use crate::format::{Entry, Expr, Node, Value};
use crate::source::Span;
use compact_str::CompactString;
use std::ops::Range;

/// A part of a scalar's text that is not known before the template is filled in.
struct Part {
    /// In the scalar's value.
    cooked: Range<usize>,
    /// In the file.
    raw: Range<usize>,
    kind: Kind,
}

/// The value of a scalar whose text holds `actions` as they are written.
pub(in super::super) fn plain_parts(
    draft: &Draft,
    cooked: &str,
    at: &Range<usize>,
    actions: &[Action],
) -> Value {
    let inside = action::scan(cooked);
    if inside.len() != actions.len() {
        return unknown();
    }
    let parts = inside
        .into_iter()
        .zip(actions)
        .map(|(inside, action)| Part {
            cooked: inside.range,
            raw: action.range.clone(),
            kind: action.kind,
        });
    assemble(draft, cooked, at, parts.collect())
}

/// The value of a scalar whose text holds filler for `holes`, or its text without the filler.
pub(in super::super) fn masked_parts(
    draft: &Draft,
    cooked: &str,
    at: &Range<usize>,
    holes: &[Hole],
) -> Value {
    let runs = runs(cooked);
    let standing = || holes.iter().filter(|hole| hole.stand != Stand::Blank);
    if runs.len() != standing().count() {
        return unknown();
    }
    let parts = runs.into_iter().zip(standing()).map(|(run, hole)| {
        let mark = match hole.stand {
            Stand::Entry => "<<: ",
            Stand::Item => "- ",
            Stand::Word | Stand::Blank => "",
        };
        let marked = cooked[..run.start].ends_with(mark);
        Part {
            cooked: run.start - if marked { mark.len() } else { 0 }..run.end,
            raw: hole.range.clone(),
            kind: hole.kind,
        }
    });
    assemble(draft, cooked, at, parts.collect())
}

/// A string node for `cooked`, which the file writes at `at`; unknown or a template where actions stand in it.
pub(in super::super) fn text(draft: &Draft, cooked: &str, at: Range<usize>) -> Node {
    let mut actions = action::scan(&draft.text[at.clone()]);
    let span = draft.span(at.clone());
    if actions.is_empty() {
        return Node::string(span, cooked);
    }
    for action in &mut actions {
        action.range = at.start + action.range.start..at.start + action.range.end;
    }
    Node::new(span, plain_parts(draft, cooked, &at, &actions))
}

fn unknown() -> Value {
    Value::Expr(Box::new(Expr::Unknown(WHY.into())))
}

/// A block scalar's text without the line breaks that stand for masked actions; `None` when it has none.
pub(in super::super) fn without_breaks(text: &str) -> Option<CompactString> {
    // The shortest action has four bytes, and the line it had to itself ends too.
    const MASKED: &str = "\n\n\n\n\n";
    if !text.contains(MASKED) {
        return None;
    }
    let mut out = CompactString::default();
    let mut rest = text;
    while let Some(at) = rest.find(MASKED) {
        out.push_str(&rest[..=at]);
        rest = rest[at..].trim_start_matches('\n');
    }
    out.push_str(rest);
    Some(out)
}

/// The stretches of filler.
fn runs(cooked: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, letter) in cooked.char_indices() {
        if letter != LONG && letter != SHORT {
            continue;
        }
        let end = at + letter.len_utf8();
        match found.last_mut() {
            Some(last) if last.end == at => last.end = end,
            _ => found.push(at..end),
        }
    }
    found
}

fn assemble(draft: &Draft, cooked: &str, at: &Range<usize>, parts: Vec<Part>) -> Value {
    let quoted = matches!(draft.text.as_bytes().get(at.start), Some(b'"' | b'\''));
    let (mut raw, end) = if quoted {
        (at.start + 1, at.end.saturating_sub(1))
    } else {
        (at.start, at.end)
    };
    let mut nodes = Vec::new();
    let mut known = 0;
    for part in parts {
        if part.cooked.start > known {
            let span = draft.span(raw..part.raw.start.max(raw));
            nodes.push(literal(span, &cooked[known..part.cooked.start]));
        }
        if matches!(part.kind, Kind::Output | Kind::Control | Kind::Else) {
            let why = why(draft.text.get(part.raw.clone()).unwrap_or_default());
            nodes.push(Node::unknown(draft.span(part.raw.clone()), &why));
        }
        (known, raw) = (part.cooked.end, part.raw.end);
    }
    if known < cooked.len() {
        let span = draft.span(raw..end.max(raw));
        nodes.push(literal(span, &cooked[known..]));
    }
    if !nodes.iter().any(Node::is_open) {
        let text: CompactString = nodes.iter().filter_map(Node::as_str).collect();
        return Value::String(text);
    }
    match nodes.len() {
        1 => nodes.remove(0).value,
        _ => Value::Expr(Box::new(Expr::Template(nodes))),
    }
}

/// Filters that leave a value what it is, but for its spelling.
const SAME: &[&str] = &["to_json", "to_nice_json", "tojson", "bool"];

/// Why an action's value is not known: `{{name}}` or `{{name.member}}` where it stands for a variable and nothing else, so that
/// who knows the variable can say what it is.
fn why(action: &str) -> CompactString {
    let inner = action
        .strip_prefix("{{")
        .and_then(|it| it.strip_suffix("}}"));
    let name = inner.unwrap_or_default().trim_matches(['-', ' ']);
    let name = match name.rsplit_once('|') {
        Some((value, filter)) if SAME.contains(&filter.trim()) => value.trim_end(),
        _ => name,
    };
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(letter)
        && !matches!(name, "end" | "else");
    match plain {
        true => compact_str::format_compact!("{{{{{name}}}}}"),
        false => WHY.into(),
    }
}

fn literal(span: Span, text: &str) -> Node {
    Node::string(span, without_breaks(text).unwrap_or_else(|| text.into()))
}

/// A key as the file writes it, without the actions that leave nothing in it.
pub(in super::super) fn key(source: &str, at: &Range<usize>, actions: &[Action]) -> CompactString {
    let mut text = CompactString::default();
    let mut from = at.start;
    for action in actions {
        let Range { start, end } = action.range;
        if action.kind != Kind::Output {
            text.push_str(source.get(from..start).unwrap_or_default());
            from = end.min(at.end);
        }
    }
    text.push_str(source.get(from..at.end).unwrap_or_default());
    let text = text.trim();
    let bare = text
        .strip_prefix(['"', '\''])
        .and_then(|text| text.strip_suffix(['"', '\'']));
    bare.unwrap_or(text).into()
}

/// Tells the trees of holes that left no mark: every map on the way to such a place may hold more, and a key without a
/// value there has one that cannot be known.
pub(in super::super) fn note_holes(draft: &Draft, roots: &mut [Node], holes: &[Hole]) {
    for hole in holes.iter().filter(|hole| hole.stand == Stand::Blank) {
        let start = u32::try_from(hole.range.start).unwrap_or(u32::MAX);
        let place = roots.partition_point(|root| root.span.start <= start);
        if let Some(root) = roots.get_mut(place.saturating_sub(1)) {
            note(
                root,
                start,
                Node::unknown(draft.span(hole.range.clone()), WHY),
            );
        }
    }
}

fn note(node: &mut Node, start: u32, hole: Node) {
    match &mut node.value {
        Value::Null => *node = hole,
        Value::List(items) => {
            let place = items.partition_point(|item| item.span.start <= start);
            match place.checked_sub(1).and_then(|index| items.get_mut(index)) {
                Some(item) => note(item, start, hole),
                None => items.push(hole),
            }
        }
        Value::Map(entries) => {
            let before = |entry: &&mut Entry| entry.key_span.start <= start && entry.key != "<<";
            if let Some(entry) = entries.iter_mut().rev().find(before) {
                note(&mut entry.value, start, hole.clone());
            }
            if !entries
                .iter()
                .any(|entry| entry.key == "<<" && entry.value.is_open())
            {
                entries.push(Entry {
                    key: "<<".into(),
                    key_span: hole.span,
                    value: hole,
                });
            }
        }
        _ => {}
    }
}
