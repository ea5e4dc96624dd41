//! The functions of conditions: what each takes, and what it becomes.

use super::check::{Builder, Element, Kind, Wrong, wrong};
use super::expression::{Expression, Expressions};
use super::program::{Asked, Part, Path, Range, Term, Test};
use super::value::Order;
use crate::config::LIMITS;
use crate::model::{Date, FieldKind};
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};

type Built<T> = Result<T, Wrong>;

/// Every function, for the message about one that does not exist.
const NAMES: &str = "known, absent, unknown, defaulted, has, before, after, past, within, longer, shorter, contains, \
                     any_match, lacks, limit, size, matches, startsWith, endsWith, exists, exists_one, all, filter";

/// The target of `x.f(y)` and its arguments as one list: `f(x, y)` means the same.
fn operands(call: &CallExpr) -> Vec<&IdedExpr> {
    call.target
        .as_deref()
        .into_iter()
        .chain(&call.args)
        .collect()
}

/// A call that holds or does not.
pub(super) fn test(builder: &mut Builder, at: &IdedExpr, call: &CallExpr) -> Built<Test> {
    let name = call.func_name.as_str();
    match (name, operands(call).as_slice()) {
        ("known", [field]) => asked(builder, Asked::Known, field),
        ("absent", [field]) => asked(builder, Asked::Absent, field),
        ("unknown", [field]) => asked(builder, Asked::Unknown, field),
        ("defaulted", [field]) => asked(builder, Asked::Defaulted, field),
        ("before", [day, other]) => days(builder, day, Order::Less, other),
        ("after", [day, other]) => days(builder, day, Order::More, other),
        ("past", [day]) => {
            let day = of_kind(builder, day, Kind::Day)?;
            Ok(Test::Ordered(day, Order::Less, Term::Today(0)))
        }
        ("within", [day, length]) => {
            let (first, second) = (
                of_kind(builder, day, Kind::Day)?,
                of_kind(builder, day, Kind::Day)?,
            );
            let length = of_kind(builder, length, Kind::Length)?;
            Ok(Test::All(vec![
                Test::Ordered(first, Order::MoreOrSame, Term::Today(0)),
                Test::Ordered(second, Order::LessOrSame, Term::Ahead(Box::new(length))),
            ]))
        }
        ("longer", [length, other]) => lengths(builder, length, Order::More, other),
        ("shorter", [length, other]) => lengths(builder, length, Order::Less, other),
        ("contains", [whole, piece]) if is_set(builder, whole) => member(builder, piece, whole),
        ("contains", [whole, piece]) => part(builder, Part::Anywhere, whole, piece),
        ("startsWith", [whole, piece]) => part(builder, Part::Start, whole, piece),
        ("endsWith", [whole, piece]) => part(builder, Part::End, whole, piece),
        ("lacks", [set, item]) => Ok(Test::Not(Box::new(member(builder, item, set)?))),
        ("any_match", [set, expression]) => {
            let regex = regex(builder, expression)?;
            any(builder, set, |element| Test::Matches(element, regex))
        }
        ("matches", [text, expression]) => Ok(Test::Matches(
            of_kind(builder, text, Kind::Text)?,
            regex(builder, expression)?,
        )),
        ("map", _) => wrong(at, "map makes new values: ask exists, all or filter"),
        ("size" | "limit", _) | (operators::ADD | operators::SUBSTRACT | operators::NEGATE, _) => {
            wrong(at, "is no condition: compare it with something")
        }
        _ => wrong(at, unknown(name)),
    }
}

fn unknown(name: &str) -> String {
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        if NAMES.split(", ").any(|known| known == name) {
            return format!("`{name}` takes other arguments");
        }
        return format!("no function is named `{name}`; there are {NAMES}");
    }
    "this operator means nothing here".to_owned()
}

/// A call with a value, and of what kind.
pub(super) fn term(builder: &mut Builder, at: &IdedExpr, call: &CallExpr) -> Built<(Term, Kind)> {
    match (call.func_name.as_str(), operands(call).as_slice()) {
        ("limit", [at]) => {
            let name = of_kind(builder, at, Kind::Text)?;
            if let Term::Text(name) = &name
                && !LIMITS.iter().any(|(known, _, _)| known == name)
            {
                let known: Vec<&str> = LIMITS.iter().map(|(known, _, _)| *known).collect();
                return wrong(
                    at,
                    format!("no limit is named `{name}`; there are {}", known.join(", ")),
                );
            }
            Ok((Term::Limit(Box::new(name)), Kind::Limit))
        }
        ("size", [of]) => {
            if is_set(builder, of) {
                let (collection, _) = builder.collection(of)?;
                let slot = builder.slot(at)?;
                return Ok((Term::Size(Box::new(collection), slot), Kind::Number));
            }
            let text = of_kind(builder, of, Kind::Text)?;
            Ok((Term::Length(Box::new(text)), Kind::Number))
        }
        (operators::NEGATE, [inner]) => {
            let (term, kind) = countable(builder, inner)?;
            Ok((
                Term::Difference(Box::new(Term::Number(0.0)), Box::new(term)),
                kind,
            ))
        }
        (sign @ (operators::ADD | operators::SUBSTRACT), [a, b]) => {
            let ((a, a_kind), (b, b_kind)) = (countable(builder, a)?, countable(builder, b)?);
            let kind = if a_kind == Kind::Length || b_kind == Kind::Length {
                Kind::Length
            } else {
                Kind::Number
            };
            let (a, b) = (Box::new(a), Box::new(b));
            Ok((
                if sign == operators::ADD {
                    Term::Sum(a, b)
                } else {
                    Term::Difference(a, b)
                },
                kind,
            ))
        }
        (name, _) if NAMES.split(", ").any(|known| known == name) => wrong(
            at,
            format!("{name}() has no value to compare: it holds or does not"),
        ),
        (name, _) => wrong(at, unknown(name)),
    }
}

fn countable(builder: &mut Builder, at: &IdedExpr) -> Built<(Term, Kind)> {
    let (term, kind) = builder.term(at)?;
    let (term, kind) = if kind == Kind::Text {
        read(at, term, Kind::Length)?
    } else {
        (term, kind)
    };
    match (term, kind) {
        (term, kind @ (Kind::Number | Kind::Length | Kind::Limit)) => Ok((term, kind)),
        (_, kind) => wrong(at, format!("{} cannot be added to", kind.word())),
    }
}

fn asked(builder: &mut Builder, asked: Asked, at: &IdedExpr) -> Built<Test> {
    let (path, _) = path(builder, at)?;
    Ok(Test::Asked(asked, path))
}

fn path(builder: &Builder, at: &IdedExpr) -> Built<(Path, FieldKind)> {
    match &at.expr {
        Expr::Select(select) if !select.test => builder.field(at, select),
        _ => wrong(at, "is no field"),
    }
}

fn days(builder: &mut Builder, day: &IdedExpr, order: Order, other: &IdedExpr) -> Built<Test> {
    let day = of_kind(builder, day, Kind::Day)?;
    let other = match builder.term(other)? {
        (limit, Kind::Limit) => Term::Ahead(Box::new(limit)),
        (term, kind) => expect(other, term, kind, Kind::Day)?,
    };
    Ok(Test::Ordered(day, order, other))
}

fn lengths(
    builder: &mut Builder,
    length: &IdedExpr,
    order: Order,
    other: &IdedExpr,
) -> Built<Test> {
    Ok(Test::Ordered(
        of_kind(builder, length, Kind::Length)?,
        order,
        of_kind(builder, other, Kind::Length)?,
    ))
}

fn part(builder: &mut Builder, part: Part, whole: &IdedExpr, piece: &IdedExpr) -> Built<Test> {
    Ok(Test::Part(
        part,
        of_kind(builder, whole, Kind::Text)?,
        of_kind(builder, piece, Kind::Text)?,
    ))
}

/// Whether a node names a set or a list, rather than a text.
fn is_set(builder: &Builder, at: &IdedExpr) -> bool {
    match &at.expr {
        Expr::Select(select) if !select.test => {
            matches!(builder.field(at, select), Ok((_, FieldKind::Texts)))
        }
        Expr::List(_) | Expr::Comprehension(_) => true,
        Expr::Ident(name) => matches!(
            name.as_str(),
            "credentials" | "grants" | "trusts" | "usages"
        ),
        _ => false,
    }
}

/// Whether an item is in a set.
pub(super) fn member(builder: &mut Builder, item: &IdedExpr, set: &IdedExpr) -> Built<Test> {
    let item = of_kind(builder, item, Kind::Text)?;
    any(builder, set, |element| Test::Same(element, item))
}

fn any(builder: &mut Builder, set: &IdedExpr, test: impl FnOnce(Term) -> Test) -> Built<Test> {
    let (over, element) = builder.collection(set)?;
    if element != Element::Text {
        return wrong(set, "is a list of nouns: ask exists or all");
    }
    let slot = builder.slot(set)?;
    Ok(Test::Exists(Box::new(Range {
        over,
        slot,
        test: test(Term::Bound(slot)),
    })))
}

fn of_kind(builder: &mut Builder, at: &IdedExpr, want: Kind) -> Built<Term> {
    let (term, kind) = builder.term(at)?;
    expect(at, term, kind, want)
}

/// A term of the kind that is wanted; a text is read as a day or a length.
fn expect(at: &IdedExpr, term: Term, kind: Kind, want: Kind) -> Built<Term> {
    let (term, kind) = if kind == Kind::Text {
        read(at, term, want)?
    } else {
        (term, kind)
    };
    match (kind, want) {
        (Kind::Limit, Kind::Length | Kind::Number) => Ok(term),
        (kind, want) if kind == want => Ok(term),
        (kind, want) => wrong(
            at,
            format!("is {}, where {} is asked for", kind.word(), want.word()),
        ),
    }
}

/// Reads a written text as what stands opposite: a day or a length.
pub(super) fn read(at: &IdedExpr, term: Term, want: Kind) -> Built<(Term, Kind)> {
    let Term::Text(text) = &term else {
        return Ok((term, Kind::Text));
    };
    match want {
        Kind::Day => match day(text) {
            Some(day) => Ok((day, Kind::Day)),
            None => wrong(
                at,
                format!("`{text}` is no day: write \"2027-01-31\", \"today\" or \"+90d\""),
            ),
        },
        Kind::Length | Kind::Limit => match length(text) {
            Some(seconds) => Ok((seconds, Kind::Length)),
            None => wrong(
                at,
                format!("`{text}` is no length: write \"90d\", \"12h\" or \"1h30m\""),
            ),
        },
        Kind::Text | Kind::Flag | Kind::Number | Kind::Null => Ok((term, Kind::Text)),
    }
}

fn day(text: &str) -> Option<Term> {
    if text == "today" {
        return Some(Term::Today(0));
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return text.parse::<Date>().ok().map(Term::Day),
    };
    let seconds = seconds(&text[1..])?;
    (seconds % 86_400 == 0).then_some(Term::Today(sign * (seconds / 86_400)))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no length in a rule comes near 2^53 seconds"
)]
fn length(text: &str) -> Option<Term> {
    seconds(text).map(|seconds| Term::Number(seconds as f64))
}

/// `90d`, `1h30m`: numbers with units; a bare number could mean anything.
fn seconds(text: &str) -> Option<i64> {
    let written = text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_alphabetic());
    written
        .then(|| crate::judge::date::length(text, 0))
        .flatten()
}

fn regex(builder: &Builder, at: &IdedExpr) -> Built<Expression> {
    let Expr::Literal(LiteralValue::String(text)) = &at.expr else {
        return wrong(at, "a regular expression is written as a text");
    };
    let expression = Expression::new(text.inner());
    if builder.expressions == Expressions::AtOnce
        && let Some(mistake) = expression.mistake()
    {
        return wrong(at, mistake);
    }
    Ok(expression)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_with_their_units() {
        assert_eq!(seconds("90d"), Some(7_776_000));
        assert_eq!(seconds("1h30m"), Some(5_400));
        assert_eq!(seconds("1y"), Some(31_536_000));
        for bad in ["", "d", "90", "5x", "99999999999999999999d", "1d "] {
            assert_eq!(seconds(bad), None, "{bad:?}");
        }
    }
}
