//! Evaluates a checked condition over one subject, without converting or copying what it reads.

use super::program::{Asked, Base, DEPTH, Part, Path, Test};
use super::value::Value;
use super::{Fault, Scope, Truth};
use crate::model::{Fact, Field, Subject};
use crate::source::Span;

/// What the names of a condition stand for at one moment.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) bound: [Element<'a>; DEPTH],
}

/// What `exists`, `all` or `filter` stands at.
#[derive(Clone, Copy)]
pub(super) enum Element<'a> {
    Nothing,
    Text(&'a str),
    Noun(Subject),
}

impl<'a> Frame<'a> {
    pub(super) fn new(scope: &'a Scope<'a>) -> Self {
        Self {
            scope,
            bound: [Element::Nothing; DEPTH],
        }
    }

    pub(super) fn with(mut self, slot: usize, element: Element<'a>) -> Self {
        self.bound[slot] = element;
        self
    }

    /// A field; none when it belongs to an identity that is not of this estate.
    pub(super) fn field(&self, path: Path) -> Option<Field<'a>> {
        match path.base {
            Base::Subject => self.scope.estate.field(self.scope.subject, path.field),
            Base::Identity => self.scope.estate.field(self.scope.identity()?, path.field),
            Base::Bound(slot) => match self.bound[slot] {
                Element::Noun(subject) => self.scope.estate.field(subject, path.field),
                Element::Nothing | Element::Text(_) => None,
            },
        }
    }
}

impl Test {
    pub(super) fn truth(&self, frame: &Frame<'_>) -> Result<Truth, Fault> {
        Ok(match self {
            Test::Constant(holds) => Truth::from(*holds),
            Test::All(tests) => {
                let mut result = Truth::True;
                for test in tests {
                    result = result.and(test.truth(frame)?);
                    if result == Truth::False {
                        break;
                    }
                }
                result
            }
            Test::Any(tests) => {
                let mut result = Truth::False;
                for test in tests {
                    result = result.or(test.truth(frame)?);
                    if result == Truth::True {
                        break;
                    }
                }
                result
            }
            Test::Not(test) => test.truth(frame)?.not(),
            Test::Choose(tests) => choose(tests, frame)?,
            Test::Flag(term) => match term.value(frame)? {
                Value::Flag(flag) => Truth::from(flag),
                Value::Unknown => Truth::Unknown,
                _ => Truth::False,
            },
            Test::Same(a, b) => a.value(frame)?.same(b.value(frame)?),
            Test::Ordered(a, order, b) => a.value(frame)?.ordered(*order, b.value(frame)?),
            Test::Among(term, list) => {
                let (value, mut result) = (term.value(frame)?, Truth::False);
                for item in list {
                    result = result.or(value.same(item.value(frame)?));
                }
                result
            }
            Test::Asked(asked, path) => answer(*asked, frame.field(*path)),
            Test::Part(part, whole, piece) => {
                part_of(*part, whole.value(frame)?, piece.value(frame)?)
            }
            Test::Matches(term, regex) => match term.value(frame)? {
                Value::Text(text) => Truth::from(regex.is_in(text)?),
                Value::Unknown => Truth::Unknown,
                _ => Truth::False,
            },
            Test::Exists(range) => range.exists(frame)?,
            Test::Every(range) => range.every(frame)?,
        })
    }
}

impl Test {
    /// The first item of the subject's set that satisfies a test asked of its items, wherever in the condition that is.
    pub(super) fn witness(&self, frame: &Frame<'_>, field: &str) -> Option<Span> {
        match self {
            Test::All(tests) | Test::Any(tests) => {
                tests.iter().find_map(|test| test.witness(frame, field))
            }
            Test::Choose(tests) => tests.iter().find_map(|test| test.witness(frame, field)),
            Test::Exists(range) => range.witness(frame, field),
            _ => None,
        }
    }
}

/// `c ? a : b`; when `c` is unknown, what both branches agree on.
fn choose(tests: &[Test; 3], frame: &Frame<'_>) -> Result<Truth, Fault> {
    let [condition, then, otherwise] = tests;
    Ok(match condition.truth(frame)? {
        Truth::True => then.truth(frame)?,
        Truth::False => otherwise.truth(frame)?,
        Truth::Unknown => {
            let (then, otherwise) = (then.truth(frame)?, otherwise.truth(frame)?);
            if then == otherwise {
                then
            } else {
                Truth::Unknown
            }
        }
    })
}

fn part_of(part: Part, whole: Value<'_>, piece: Value<'_>) -> Truth {
    match (whole, piece) {
        (Value::Unknown, _) | (_, Value::Unknown) => Truth::Unknown,
        (Value::Text(whole), Value::Text(piece)) => Truth::from(match part {
            Part::Start => whole.starts_with(piece),
            Part::End => whole.ends_with(piece),
            Part::Anywhere => whole.contains(piece),
        }),
        _ => Truth::False,
    }
}

/// How much is known of a field.
enum State {
    Written,
    Defaulted,
    Absent,
    Unknown,
}

fn answer(asked: Asked, field: Option<Field<'_>>) -> Truth {
    let (state, partly) = field.map_or((State::Unknown, true), |field| match field {
        Field::Text(fact) => (state(fact), false),
        Field::Flag(fact) => (state(fact), false),
        Field::Number(fact) => (state(fact), false),
        Field::Day(fact) => (state(fact), false),
        Field::Length(fact) => (state(fact), false),
        Field::Texts(set) if !set.items.is_empty() => (State::Written, !set.complete),
        Field::Texts(set) if set.complete => (State::Absent, false),
        Field::Texts(_) => (State::Unknown, true),
    });
    match (asked, state) {
        (Asked::Absent | Asked::Present, State::Unknown) => Truth::Unknown,
        (Asked::Absent, state) => Truth::from(matches!(state, State::Absent)),
        (Asked::Known | Asked::Present, state) => {
            Truth::from(matches!(state, State::Written | State::Defaulted))
        }
        (Asked::Unknown, state) => Truth::from(partly || matches!(state, State::Unknown)),
        (Asked::Defaulted, state) => Truth::from(matches!(state, State::Defaulted)),
    }
}

fn state<T>(fact: &Fact<T>) -> State {
    match fact {
        Fact::Known(..) => State::Written,
        Fact::Default(_) => State::Defaulted,
        Fact::Absent => State::Absent,
        Fact::Unknown(_) => State::Unknown,
    }
}
