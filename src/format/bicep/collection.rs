//! Lists, maps and loops.

use super::super::{Entry, Expr, Node, Value};
use super::cursor::{Cursor, Result};
use super::expression::read;
use super::{statement, text};
use crate::source::Span;
use compact_str::CompactString;

/// `[a, b]`, or `[for x in y: z]`.
pub(super) fn list(cursor: &mut Cursor<'_>) -> Result<Node> {
    let start = cursor.at();
    cursor.advance(1);
    cursor.skip();
    if let Some(walk) = walk(cursor)? {
        cursor.skip();
        cursor.expect("]", "a loop without an end")?;
        return cursor.node(start, Value::expr(walk));
    }
    let mut items = Vec::new();
    loop {
        cursor.skip_between();
        if cursor.eat("]") {
            return cursor.node(start, Value::List(items.into()));
        }
        if cursor.eat("...") {
            let from = cursor.at();
            read(cursor)?;
            items.push(Node::unknown(cursor.span(from..cursor.at()), "spread"));
            continue;
        }
        items.push(read(cursor)?);
    }
}

/// `for x in y: z` or `for (x, i) in y: z`, if it stands here.
fn walk(cursor: &mut Cursor<'_>) -> Result<Option<Expr>> {
    let start = cursor.at();
    if !matches!(cursor.word(), Some(("for", _))) {
        cursor.back(start);
        return Ok(None);
    }
    cursor.skip();
    let pair = cursor.eat("(");
    cursor.skip();
    let name = |cursor: &mut Cursor<'_>| match cursor.word() {
        Some((name, _)) => Ok(CompactString::from(name)),
        None => Err(cursor.trouble("a loop without a name")),
    };
    let value_var = name(cursor)?;
    let mut key_var = None;
    if pair {
        cursor.skip_between();
        key_var = Some(name(cursor)?);
        cursor.skip();
        cursor.expect(")", "a bracket without its other")?;
    }
    cursor.skip();
    if !matches!(cursor.word(), Some(("in", _))) {
        return Err(cursor.trouble("a loop over nothing"));
    }
    cursor.skip();
    let collection = read(cursor)?;
    cursor.skip();
    cursor.expect(":", "a loop without a body")?;
    cursor.skip();
    let test = statement::condition(cursor)?;
    cursor.skip();
    let value = read(cursor)?;
    Ok(Some(Expr::For {
        key_var,
        value_var,
        collection,
        key: None,
        value,
        test,
    }))
}

/// `{ key: value }`, resources in it included.
pub(super) fn map(cursor: &mut Cursor<'_>) -> Result<Vec<Entry>> {
    cursor.expect("{", "no object")?;
    let mut entries = Vec::new();
    loop {
        cursor.skip_between();
        let start = cursor.at();
        if cursor.eat("}") {
            return Ok(entries);
        }
        if cursor.eat("...") {
            cursor.skip();
            let value = read(cursor)?;
            let open = |span: Span| Entry {
                key: CompactString::const_new(Entry::OPEN),
                key_span: span,
                value: Node::unknown(span, "spread"),
            };
            entries.push(open(value.span));
            continue;
        }
        if let Some(nested) = statement::nested(cursor)? {
            entries.push(nested);
            continue;
        }
        let (key, key_span) = key(cursor, start)?;
        cursor.skip_line();
        cursor.expect(":", "a key without a value")?;
        cursor.skip();
        let value = read(cursor)?;
        entries.push(Entry {
            key,
            key_span,
            value,
        });
    }
}

fn key(cursor: &mut Cursor<'_>, start: usize) -> Result<(CompactString, Span)> {
    if let Some((word, range)) = cursor.word() {
        return Ok((word.into(), cursor.span(range)));
    }
    if cursor.peek() != Some(b'\'') {
        return Err(cursor.trouble("no key"));
    }
    let node = text::read(cursor)?;
    let text = match node.value {
        Value::String(text) => text,
        _ => cursor.since(start).trim_matches('\'').into(),
    };
    Ok((text, cursor.span(start..cursor.at())))
}
