//! Expressions: operators by their rank, calls, member access, values.

use super::super::{Expr, Node, Op, Step, Value};
use super::cursor::{Cursor, Dialect, Result};
use super::{collection, text};
use compact_str::CompactString;

/// Operators by rank, loosest first. `None` is one that evaluation does not know.
const RANKS: &[&[(&str, Option<Op>)]] = &[
    &[("??", None)],
    &[("||", Some(Op::Or))],
    &[("&&", Some(Op::And))],
    &[
        ("==", Some(Op::Eq)),
        ("!=", Some(Op::NotEq)),
        ("=~", Some(Op::Eq)),
        ("!~", Some(Op::NotEq)),
    ],
    &[
        ("<=", Some(Op::LessEq)),
        (">=", Some(Op::GreaterEq)),
        ("<", Some(Op::Less)),
        (">", Some(Op::Greater)),
    ],
    &[("+", Some(Op::Add)), ("-", Some(Op::Sub))],
    &[
        ("*", Some(Op::Mul)),
        ("/", Some(Op::Div)),
        ("%", Some(Op::Mod)),
    ],
];

/// Reads an expression that starts here.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Node> {
    cursor.deeper(|cursor| {
        let start = cursor.at();
        let test = ranked(cursor, 0)?;
        if !on_next_line(cursor, |cursor| {
            !cursor.rest().starts_with("?.") && cursor.eat("?")
        }) {
            return Ok(test);
        }
        cursor.skip();
        let yes = read(cursor)?;
        cursor.skip();
        cursor.expect(":", "a choice without its other side")?;
        cursor.skip();
        let no = read(cursor)?;
        cursor.node(start, Value::expr(Expr::Conditional { test, yes, no }))
    })
}

/// Tries something here or after line ends; stays where it was if that is not found.
fn on_next_line(cursor: &mut Cursor<'_>, found: impl FnOnce(&mut Cursor<'_>) -> bool) -> bool {
    let start = cursor.at();
    cursor.skip();
    let found = found(cursor);
    if !found {
        cursor.back(start);
    }
    found
}

fn ranked(cursor: &mut Cursor<'_>, rank: usize) -> Result<Node> {
    let Some(operators) = RANKS.get(rank) else {
        return unary(cursor);
    };
    let start = cursor.at();
    let mut left = ranked(cursor, rank + 1)?;
    while let Some(op) = operator(cursor, operators) {
        cursor.skip();
        let right = ranked(cursor, rank + 1)?;
        let expr = match op {
            Some(op) => Expr::Operation { op, left, right },
            None => Expr::Call {
                name: "??".into(),
                args: vec![left, right],
            },
        };
        left = cursor.node(start, Value::expr(expr))?;
    }
    Ok(left)
}

/// The operator here. A minus counts only on the same line, as it may begin an item of a list.
fn operator(cursor: &mut Cursor<'_>, operators: &[(&str, Option<Op>)]) -> Option<Option<Op>> {
    if cursor.dialect != Dialect::Bicep {
        return None;
    }
    let start = cursor.at();
    cursor.skip_line();
    let same_line = cursor.peek() != Some(b'\n');
    cursor.skip();
    for (text, op) in operators {
        if (same_line || *text != "-") && cursor.eat(text) {
            return Some(*op);
        }
    }
    cursor.back(start);
    None
}

fn unary(cursor: &mut Cursor<'_>) -> Result<Node> {
    let start = cursor.at();
    let op = match cursor.peek() {
        Some(b'!') => Op::Not,
        Some(b'-') => Op::Neg,
        _ => return accessed(cursor),
    };
    cursor.advance(1);
    cursor.skip_line();
    let right = cursor.deeper(unary)?;
    if let (Op::Neg, Value::Number(number)) = (op, &right.value) {
        let number = compact_str::format_compact!("-{number}");
        return cursor.node(start, Value::Number(number));
    }
    let left = Node::new(cursor.span(start..start), Value::Null);
    cursor.node(start, Value::expr(Expr::Operation { op, left, right }))
}

/// A value with the members that are asked of it.
fn accessed(cursor: &mut Cursor<'_>) -> Result<Node> {
    let start = cursor.at();
    let mut node = value(cursor)?;
    loop {
        let before = cursor.at();
        if cursor.eat(".?") || cursor.eat("?.") || cursor.eat("::") || cursor.eat(".") {
            let Some((name, _)) = cursor.word() else {
                cursor.back(before);
                return Err(cursor.trouble("a member without a name"));
            };
            if cursor.peek() == Some(b'(') {
                let args = arguments(cursor)?;
                node = method(cursor, start, &node, name, args)?;
            } else {
                node = step(cursor, start, node, Step::Name(name.into()))?;
            }
        } else if cursor.eat("[?") || cursor.eat("[") {
            cursor.skip();
            let index = read(cursor)?;
            cursor.skip();
            cursor.expect("]", "an index without an end")?;
            node = step(cursor, start, node, Step::Index(index))?;
        } else if cursor.peek() == Some(b'!')
            && !cursor.rest().starts_with("!=")
            && !cursor.rest().starts_with("!~")
        {
            cursor.advance(1);
        } else {
            return Ok(node);
        }
    }
}

/// `sys.concat(...)` is the function, `vault.getSecret(...)` one of that name on something.
fn method(
    cursor: &mut Cursor<'_>,
    start: usize,
    on: &Node,
    name: &str,
    mut args: Vec<Node>,
) -> Result<Node> {
    let root = match &on.value {
        Value::Expr(expr) => match &**expr {
            Expr::Reference(steps) => match steps.as_slice() {
                [Step::Name(root)] => Some(root.as_str()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    if !matches!(root, Some("sys" | "az")) {
        args.insert(0, on.clone());
    }
    let name = name.into();
    cursor.node(start, Value::expr(Expr::Call { name, args }))
}

fn step(cursor: &mut Cursor<'_>, start: usize, node: Node, step: Step) -> Result<Node> {
    let mut steps = match node.value {
        Value::Expr(expr) => match *expr {
            Expr::Reference(steps) => steps,
            other => vec![Step::Index(Node::new(node.span, Value::expr(other)))],
        },
        value => vec![Step::Index(Node::new(node.span, value))],
    };
    steps.push(step);
    cursor.node(start, Value::expr(Expr::Reference(steps)))
}

fn value(cursor: &mut Cursor<'_>) -> Result<Node> {
    let start = cursor.at();
    match cursor.peek() {
        Some(b'\'') => text::read(cursor),
        Some(b'(') => grouped(cursor),
        Some(b'[') => cursor.deeper(collection::list),
        Some(b'{') => {
            let entries = cursor.deeper(collection::map)?;
            cursor.node(start, Value::Map(entries.into()))
        }
        Some(byte) if byte.is_ascii_digit() => number(cursor),
        _ => named(cursor),
    }
}

fn number(cursor: &mut Cursor<'_>) -> Result<Node> {
    let start = cursor.at();
    let digits = |byte: &u8| byte.is_ascii_digit();
    let length = cursor
        .rest()
        .bytes()
        .take_while(|byte| digits(byte))
        .count();
    let text: CompactString = cursor.rest()[..length].into();
    cursor.advance(length);
    cursor.node(start, Value::Number(text))
}

/// A word: a literal, a call, a function of one argument, or a reference.
fn named(cursor: &mut Cursor<'_>) -> Result<Node> {
    let start = cursor.at();
    let Some((name, _)) = cursor.word() else {
        return Err(cursor.trouble("no expression"));
    };
    let before = cursor.at();
    cursor.skip_line();
    if cursor.peek() == Some(b'(') {
        let args = arguments(cursor)?;
        let name = name.into();
        return cursor.node(start, Value::expr(Expr::Call { name, args }));
    }
    if cursor.eat("=>") {
        return lambda(cursor, start);
    }
    cursor.back(before);
    let value = match name {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        name => Value::expr(Expr::Reference(vec![Step::Name(name.into())])),
    };
    cursor.node(start, value)
}

/// `(expression)`, or the arguments of a lambda.
fn grouped(cursor: &mut Cursor<'_>) -> Result<Node> {
    let start = cursor.at();
    cursor.advance(1);
    let rest = cursor.rest();
    if let Some(end) = rest.find(')') {
        let names = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ',' | ' ');
        let after = rest[end + 1..].trim_start();
        if after.starts_with("=>") && rest[..end].chars().all(names) {
            cursor.advance(end + 1);
            cursor.skip_line();
            cursor.advance(2);
            return lambda(cursor, start);
        }
    }
    cursor.skip();
    let node = read(cursor)?;
    cursor.skip();
    cursor.expect(")", "a bracket without its other")?;
    Ok(node)
}

/// What a function without a name comes to depends on what it is given.
fn lambda(cursor: &mut Cursor<'_>, start: usize) -> Result<Node> {
    cursor.skip();
    read(cursor)?;
    cursor.node(start, Value::expr(Expr::Unknown("function".into())))
}

fn arguments(cursor: &mut Cursor<'_>) -> Result<Vec<Node>> {
    cursor.advance(1);
    let mut args = Vec::new();
    loop {
        cursor.skip_between();
        if cursor.eat(")") {
            return Ok(args);
        }
        args.push(read(cursor)?);
    }
}
