//! Evaluates a checked condition over one subject, without converting or copying what it reads.

use super::program::{Asked, Base, Collection, DEPTH, Part, Path, Range, Term, Test};
use super::value::{Range as Bounds, Value};
use super::{Fault, Scope, Truth};
use crate::model::{Fact, Field, Link, Noun, Subject};
use crate::source::Span;
use jiff::Span as Period;
use regex_automata::Input;

/// What the names of a condition stand for at one moment.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    scope: &'a Scope<'a>,
    bound: [Element<'a>; DEPTH],
}

/// What `exists`, `all` or `filter` stands at.
#[derive(Clone, Copy)]
enum Element<'a> {
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

    fn with(mut self, slot: usize, element: Element<'a>) -> Self {
        self.bound[slot] = element;
        self
    }

    /// A field; none when it belongs to an identity that is not of this estate.
    fn field(&self, path: Path) -> Option<Field<'a>> {
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
                Value::Text(text) => Truth::from(regex.is_match(Input::new(text))),
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

impl Term {
    fn value<'v>(&'v self, frame: &Frame<'v>) -> Result<Value<'v>, Fault> {
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

impl Range {
    fn witness(&self, frame: &Frame<'_>, field: &str) -> Option<Span> {
        let mut over = &self.over;
        let mut kept = Vec::new();
        while let Collection::Kept(from, test) = over {
            kept.push(test);
            over = from;
        }
        let Collection::Texts(path) = over else {
            return None;
        };
        if path.base != Base::Subject || path.field != field {
            return None;
        }
        let Field::Texts(set) = frame.field(*path)? else {
            return None;
        };
        let satisfies = |text| {
            let frame = frame.with(self.slot, Element::Text(text));
            let all = kept.iter().map(|test| &***test).chain([&self.test]);
            all.into_iter()
                .all(|test| test.truth(&frame) == Ok(Truth::True))
        };
        set.items
            .iter()
            .find(|(text, _)| satisfies(text.as_str()))
            .map(|(_, span)| *span)
    }

    fn exists(&self, frame: &Frame<'_>) -> Result<Truth, Fault> {
        let mut result = Truth::False;
        let complete = self.over.walk(self.slot, frame, &mut |frame, counted| {
            result = result.or(counted.and(self.test.truth(frame)?));
            Ok(result != Truth::True)
        })?;
        Ok(if complete {
            result
        } else {
            result.or(Truth::Unknown)
        })
    }

    fn every(&self, frame: &Frame<'_>) -> Result<Truth, Fault> {
        let mut result = Truth::True;
        let complete = self.over.walk(self.slot, frame, &mut |frame, counted| {
            result = result.and(counted.not().or(self.test.truth(frame)?));
            Ok(result != Truth::False)
        })?;
        Ok(if complete {
            result
        } else {
            result.and(Truth::Unknown)
        })
    }
}

/// Called with each element and whether it counts; says whether to go on.
type Visit<'f> = &'f mut dyn FnMut(&Frame<'_>, Truth) -> Result<bool, Fault>;

impl Collection {
    /// Goes through the elements that are known; says whether they are all there are.
    fn walk(&self, slot: usize, frame: &Frame<'_>, visit: Visit<'_>) -> Result<bool, Fault> {
        match self {
            Collection::Tied(noun) => tied(*noun, slot, frame, visit),
            Collection::Texts(path) => match frame.field(*path) {
                Some(Field::Texts(set)) => {
                    for text in set.texts() {
                        if !visit(&frame.with(slot, Element::Text(text)), Truth::True)? {
                            break;
                        }
                    }
                    Ok(set.complete)
                }
                _ => Ok(false),
            },
            Collection::Listed(texts) => {
                for text in texts {
                    if !visit(&frame.with(slot, Element::Text(text)), Truth::True)? {
                        break;
                    }
                }
                Ok(true)
            }
            Collection::Kept(from, test) => {
                from.walk(
                    slot,
                    frame,
                    &mut |frame, counted| match counted.and(test.truth(frame)?) {
                        Truth::False => Ok(true),
                        counted => visit(frame, counted),
                    },
                )
            }
        }
    }

    fn size(&self, slot: usize, frame: &Frame<'_>) -> Result<Bounds, Fault> {
        let (mut least, mut most) = (0.0, 0.0);
        let complete = self.walk(slot, frame, &mut |_, counted| {
            most += 1.0;
            if counted == Truth::True {
                least += 1.0;
            }
            Ok(true)
        })?;
        if !complete {
            most = f64::INFINITY;
        }
        Ok(Bounds { least, most })
    }
}

fn tied(noun: Noun, slot: usize, frame: &Frame<'_>, visit: Visit<'_>) -> Result<bool, Fault> {
    let Some(identity) = frame.scope.identity() else {
        return Ok(false);
    };
    for subject in frame.scope.estate.tied(noun, identity.id) {
        if !visit(&frame.with(slot, Element::Noun(subject)), Truth::True)? {
            break;
        }
    }
    Ok(true)
}
