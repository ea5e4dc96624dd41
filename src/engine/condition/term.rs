//! The value of a term over one subject.

use super::Fault;
use super::program::Term;
use super::run::{Element, Frame};
use super::value::{Range as Bounds, Value};
use crate::model::Link;
use jiff::Span as Period;

impl Term {
    pub(super) fn value<'v>(&'v self, frame: &Frame<'v>) -> Result<Value<'v>, Fault> {
        Ok(match self {
            Term::Null => Value::Null,
            Term::Text(text) => Value::Text(text),
            Term::Flag(flag) => Value::Flag(*flag),
            Term::Number(number) => Value::Number(Bounds::exactly(*number)),
            Term::Day(day) => Value::Day(*day),
            Term::Today(days) => ahead(frame, days.saturating_mul(DAY)),
            Term::Ahead(length) => match length.value(frame)? {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "the checker lets only lengths in whole seconds come here"
                )]
                Value::Number(length) => ahead(frame, length.least as i64),
                _ => Value::Unknown,
            },
            Term::Field(path) => frame.field(*path).map_or(Value::Unknown, Value::of),
            Term::Bound(slot) => match frame.bound[*slot] {
                Element::Text(text) => Value::Text(text),
                Element::Nothing | Element::Noun(_) => Value::Unknown,
            },
            Term::Linked => Value::Text(match frame.scope.link {
                Link::To(_) => "to",
                Link::Outside => "outside",
                Link::Dangling => "dangling",
                Link::Unknown => "unknown",
            }),
            Term::Limit(name) => limit(name, frame)?,
            Term::Size(collection, slot) => Value::Number(collection.size(*slot, frame)?),
            Term::Length(term) => match term.value(frame)? {
                Value::Text(text) => length_of(text),
                Value::Unknown => Value::Unknown,
                _ => Value::Number(Bounds::exactly(0.0)),
            },
            Term::Sum(a, b) => combine(a.value(frame)?, b.value(frame)?, |a, b| Bounds {
                least: a.least + b.least,
                most: a.most + b.most,
            }),
            Term::Difference(a, b) => combine(a.value(frame)?, b.value(frame)?, |a, b| Bounds {
                least: a.least - b.most,
                most: a.most - b.least,
            }),
        })
    }
}

/// A limit of the configuration. One that a rule names must be there; one that is named by a field (`limit(credential.kind)`)
/// may be missing, and limits nothing then.
fn limit<'v>(name: &'v Term, frame: &Frame<'v>) -> Result<Value<'v>, Fault> {
    let found = match name.value(frame)? {
        Value::Text(name) => (frame.scope.limits)(name).map(Value::seconds),
        Value::Unknown => Some(Value::Unknown),
        _ => None,
    };
    match (found, name) {
        (Some(found), _) => Ok(found),
        (None, Term::Text(name)) => Err(Fault(format!("no limit is named `{name}`"))),
        (None, _) => Ok(Value::Null),
    }
}

const DAY: i64 = 86_400;

/// The day that lies so many seconds after today; unknown past the end of the calendar.
fn ahead<'v>(frame: &Frame<'_>, seconds: i64) -> Value<'v> {
    Period::new()
        .try_days(seconds.div_euclid(DAY))
        .and_then(|days| frame.scope.now.checked_add(days))
        .map_or(Value::Unknown, Value::Day)
}

fn length_of(text: &str) -> Value<'_> {
    Value::seconds(i64::try_from(text.chars().count()).unwrap_or(i64::MAX))
}

fn combine<'v>(
    a: Value<'v>,
    b: Value<'v>,
    with: impl FnOnce(Bounds, Bounds) -> Bounds,
) -> Value<'v> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Value::Number(with(a, b)),
        (Value::Unknown, _) | (_, Value::Unknown) => Value::Unknown,
        _ => Value::Null,
    }
}
