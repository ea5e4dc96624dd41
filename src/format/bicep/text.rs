//! Strings: quoted with `${holes}`, on several lines without them, and in the ARM spelling.

use super::super::{Expr, Node, Value};
use super::cursor::{Cursor, Dialect, Result};
use super::expression;
use compact_str::CompactString;

/// Reads a string that starts here.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Node> {
    match cursor.dialect {
        Dialect::Arm(_) => plain(cursor),
        Dialect::Bicep if cursor.rest().starts_with("'''") => lines(cursor),
        Dialect::Bicep => quoted(cursor),
    }
}

/// `'it''s'`
fn plain(cursor: &mut Cursor<'_>) -> Result<Node> {
    let start = cursor.at();
    cursor.advance(1);
    let mut text = CompactString::default();
    loop {
        let Some(end) = cursor.rest().find('\'') else {
            return Err(cursor.trouble("a string without an end"));
        };
        text.push_str(&cursor.rest()[..end]);
        cursor.advance(end + 1);
        if !cursor.eat("'") {
            return cursor.node(start, Value::String(text));
        }
        text.push('\'');
    }
}

/// `'''` to `'''`; a line end right after the start is no part of it.
fn lines(cursor: &mut Cursor<'_>) -> Result<Node> {
    let start = cursor.at();
    cursor.advance(3);
    let rest = cursor.rest();
    let Some(end) = rest.find("'''") else {
        return Err(cursor.trouble("a string without an end"));
    };
    let text = rest[..end].trim_start_matches('\r');
    let text = text.strip_prefix('\n').unwrap_or(text).into();
    cursor.advance(end + 3);
    cursor.node(start, Value::String(text))
}

/// `'text ${expression} text'`
fn quoted(cursor: &mut Cursor<'_>) -> Result<Node> {
    let start = cursor.at();
    cursor.advance(1);
    let mut parts: Vec<Node> = Vec::new();
    let (mut text, mut from) = (CompactString::default(), cursor.at());
    loop {
        let rest = cursor.rest();
        let Some(stop) = rest.find(['\'', '\\', '$', '\n']) else {
            return Err(cursor.trouble("a string without an end"));
        };
        text.push_str(&rest[..stop]);
        cursor.advance(stop);
        match cursor.peek() {
            Some(b'\'') => {
                let literal = (!text.is_empty() || parts.is_empty()).then_some(text);
                let inner = cursor.at();
                cursor.advance(1);
                let Some(literal) = literal else {
                    return cursor.node(start, Value::expr(Expr::Template(parts)));
                };
                if parts.is_empty() {
                    return cursor.node(start, Value::String(literal));
                }
                parts.push(Node::string(cursor.span(from..inner), literal));
                return cursor.node(start, Value::expr(Expr::Template(parts)));
            }
            Some(b'\\') => escape(cursor, &mut text)?,
            Some(b'$') if cursor.rest().starts_with("${") => {
                if !text.is_empty() {
                    let span = cursor.span(from..cursor.at());
                    parts.push(Node::string(span, std::mem::take(&mut text)));
                }
                cursor.advance(2);
                cursor.skip();
                parts.push(cursor.deeper(expression::read)?);
                cursor.skip();
                cursor.expect("}", "a hole without an end")?;
                from = cursor.at();
            }
            Some(b'$') => {
                text.push('$');
                cursor.advance(1);
            }
            _ => return Err(cursor.trouble("a string without an end")),
        }
    }
}

fn escape(cursor: &mut Cursor<'_>, text: &mut CompactString) -> Result<()> {
    cursor.advance(1);
    let rest = cursor.rest();
    if let Some(code) = rest.strip_prefix("u{") {
        let Some((digits, _)) = code.split_once('}') else {
            return Err(cursor.trouble("an escape without an end"));
        };
        let code = u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32);
        text.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
        cursor.advance(digits.len() + 3);
        return Ok(());
    }
    let Some(letter) = rest.chars().next() else {
        return Err(cursor.trouble("a string without an end"));
    };
    text.push(match letter {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    });
    cursor.advance(letter.len_utf8());
    Ok(())
}
