//! Statements: `param`, `var`, `resource`, `module`, `output`, and the decorators before them.

use super::super::{Block, Entry, Expr, Node, Value};
use super::cursor::{Cursor, Result};
use super::{collection, expression, text};
use crate::source::Span;
use compact_str::{CompactString, format_compact};

/// Reads the statement here; one that says nothing of use is passed over.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Option<Entry>> {
    let decorators = decorators(cursor)?;
    let start = cursor.at();
    let Some((word, range)) = cursor.word() else {
        return Err(cursor.trouble("no statement"));
    };
    let keyword = cursor.span(range);
    cursor.skip_line();
    match word {
        "resource" | "module" => built(cursor, start, word, keyword, decorators).map(Some),
        "param" => valued(cursor, start, word, "default", keyword, decorators).map(Some),
        "var" | "output" => valued(cursor, start, word, "value", keyword, decorators).map(Some),
        "targetScope" => {
            cursor.expect("=", "no value")?;
            cursor.skip();
            let value = expression::read(cursor)?;
            Ok(Some(Entry {
                key: word.into(),
                key_span: keyword,
                value,
            }))
        }
        "using" | "import" | "extension" | "provider" | "metadata" | "type" | "func" | "assert" => {
            cursor.recover(start);
            Ok(None)
        }
        _ => Err(cursor.trouble("no statement")),
    }
}

/// A resource in the body of another, if one stands here.
pub(super) fn nested(cursor: &mut Cursor<'_>) -> Result<Option<Entry>> {
    let start = cursor.at();
    if cursor.peek() == Some(b'@') {
        return cursor.deeper(read);
    }
    if !cursor.rest().starts_with("resource") {
        return Ok(None);
    }
    let is_nested = matches!(cursor.word(), Some(("resource", _))) && {
        cursor.skip_line();
        cursor.word().is_some() && {
            cursor.skip_line();
            cursor.peek() == Some(b'\'')
        }
    };
    cursor.back(start);
    match is_nested {
        true => cursor.deeper(read),
        false => Ok(None),
    }
}

/// `if (test)`, if it stands here.
pub(super) fn condition(cursor: &mut Cursor<'_>) -> Result<Option<Node>> {
    let start = cursor.at();
    if !matches!(cursor.word(), Some(("if", _))) {
        cursor.back(start);
        return Ok(None);
    }
    cursor.skip();
    cursor.expect("(", "a condition without brackets")?;
    cursor.skip();
    let test = expression::read(cursor)?;
    cursor.skip();
    cursor.expect(")", "a bracket without its other")?;
    cursor.skip();
    Ok(Some(test))
}

/// `@secure()`, `@sys.description('...')` as entries `@secure`, `@description`.
fn decorators(cursor: &mut Cursor<'_>) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    while cursor.peek() == Some(b'@') {
        let start = cursor.at();
        cursor.advance(1);
        let value = expression::read(cursor)?;
        if let Value::Expr(expr) = &value.value
            && let Expr::Call { name, args } = &**expr
        {
            let key_span = cursor.span(start..cursor.at());
            let argument = args.first().cloned();
            found.push(Entry {
                key: format_compact!("@{name}"),
                key_span,
                value: argument.unwrap_or_else(|| Node::new(key_span, Value::Bool(true))),
            });
        }
        cursor.skip();
    }
    Ok(found)
}

/// `resource NAME 'TYPE' existing = if (...) {...}`
fn built(
    cursor: &mut Cursor<'_>,
    start: usize,
    word: &str,
    keyword: Span,
    mut body: Vec<Entry>,
) -> Result<Entry> {
    let mut labels = vec![name(cursor)?];
    cursor.skip_line();
    let kind = text::read(cursor)?;
    let Some(text) = kind.as_str() else {
        return Err(cursor.trouble("a type that is computed"));
    };
    labels.push((text.into(), kind.span));
    let head = keyword.to(kind.span);
    cursor.skip_line();
    if matches!(cursor.word(), Some(("existing", _))) {
        body.push(mark("@existing", Node::new(head, Value::Bool(true))));
    }
    cursor.skip_line();
    cursor.expect("=", "no body")?;
    cursor.skip();
    if let Some(test) = condition(cursor)? {
        body.push(mark("@if", test));
    }
    if cursor.peek() == Some(b'[') {
        let loops = expression::read(cursor)?;
        let Some((collection, value)) = looped(loops) else {
            return Err(cursor.trouble("no loop"));
        };
        body.push(mark("@for", collection));
        if let Value::Map(entries) = value.value {
            body.extend(entries);
        }
    } else {
        body.extend(cursor.deeper(collection::map)?);
    }
    Ok(block(
        cursor,
        start,
        word,
        keyword,
        Block { labels, head, body },
    ))
}

fn looped(node: Node) -> Option<(Node, Node)> {
    match node.value {
        Value::Expr(expr) => match *expr {
            Expr::For {
                collection, value, ..
            } => Some((collection, value)),
            _ => None,
        },
        _ => None,
    }
}

fn mark(key: &str, value: Node) -> Entry {
    Entry {
        key: key.into(),
        key_span: value.span,
        value,
    }
}

/// `param NAME TYPE = VALUE`; the type is passed over.
fn valued(
    cursor: &mut Cursor<'_>,
    start: usize,
    word: &str,
    key: &str,
    keyword: Span,
    mut body: Vec<Entry>,
) -> Result<Entry> {
    let label = name(cursor)?;
    let head = keyword.to(label.1);
    let labels = vec![label];
    until_value(cursor);
    if cursor.eat("=") {
        cursor.skip();
        let value = expression::read(cursor)?;
        body.push(mark(key, value));
    }
    Ok(block(
        cursor,
        start,
        word,
        keyword,
        Block { labels, head, body },
    ))
}

fn name(cursor: &mut Cursor<'_>) -> Result<(CompactString, Span)> {
    match cursor.word() {
        Some((name, range)) => Ok((name.into(), cursor.span(range))),
        None => Err(cursor.trouble("no name")),
    }
}

fn block(cursor: &Cursor<'_>, start: usize, word: &str, keyword: Span, block: Block) -> Entry {
    Entry {
        key: word.into(),
        key_span: keyword,
        value: Node::new(
            cursor.span(start..cursor.at()),
            Value::Block(Box::new(block)),
        ),
    }
}

/// Passes over a type: to the equals sign or the line's end, brackets and strings taken whole.
fn until_value(cursor: &mut Cursor<'_>) {
    let mut depth = 0_usize;
    while let Some(byte) = cursor.peek() {
        match byte {
            b'=' | b'\n' if depth == 0 => return,
            b'{' | b'[' | b'(' | b'<' => depth += 1,
            b'}' | b']' | b')' | b'>' => depth = depth.saturating_sub(1),
            b'\'' => {
                let end = cursor.rest()[1..].find('\'').map_or(1, |at| at + 2);
                cursor.advance(end);
                continue;
            }
            b'/' if cursor.rest().starts_with("//") => {
                let line = cursor.rest().find('\n').unwrap_or(cursor.rest().len());
                cursor.advance(line);
                continue;
            }
            _ => {}
        }
        cursor.advance(1);
    }
}
