//! The conditions of rules: CEL's syntax, evaluated by us with three truth values over the model.
//!
//! Why not CEL's own evaluation: it knows two truth values, and would need every subject converted to a map. Here a
//! condition becomes a small typed tree once, fields are read where they stand in the estate, and an unknown operand makes
//! the result unknown unless the rest decides it: `false && unknown` is false, `true || unknown` is true.
//!
//! What an absent field means, since that is a known fact and not an unknown one:
//! - it equals `null` and nothing else: `absent == "x"` is false, `absent != "x"` is true;
//! - as a condition of its own, an absent switch is false: `!usage.gated` holds where nothing gates it, while
//!   `usage.gated == false` asks for a switch that is off in writing or by default;
//! - it is neither before nor after, neither longer nor shorter than anything: each of those is false;
//! - a set that is complete and empty is absent; a set that is not complete is never said to lack anything.
//!
//! A field of an identity that the subject is not tied to is unknown. Only this room names the CEL crate.

mod check;
mod expression;
mod field;
mod function;
mod list;
mod program;
mod run;
mod syntax;
mod term;
mod truth;
mod value;
mod walk;

pub(super) use expression::Expressions;
pub(super) use field::field_of;
pub(super) use truth::Truth;

use crate::model::{Date, Estate, Link, Noun, Subject};
use crate::source::Span;
use program::Test;

/// A limit of the configuration by name: seconds for lengths, a plain number for the rest.
pub type Limits<'a> = &'a (dyn Fn(&str) -> Option<i64> + Sync);

/// A condition ready to be asked.
#[derive(Debug)]
pub(super) struct Condition {
    test: Test,
}

/// What is wrong in a condition or a template, and at which byte of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) offset: usize,
    pub(super) message: String,
}

/// Why a condition could not be evaluated although it was well-formed: its rule is switched off for the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault(pub(super) String);

/// What a condition is asked about: one subject, its identity, and the day.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) estate: &'a Estate,
    pub(super) subject: Subject,
    pub(super) link: Link,
    pub(super) now: Date,
    pub(super) limits: Limits<'a>,
}

impl<'a> Scope<'a> {
    /// The scope of one subject.
    pub(super) fn new(estate: &'a Estate, subject: Subject, now: Date, limits: Limits<'a>) -> Self {
        Self {
            estate,
            subject,
            link: estate.identity_of(subject),
            now,
            limits,
        }
    }

    /// The identity of the estate that the subject is tied to; an identity is tied to itself.
    pub(super) fn identity(&self) -> Option<Subject> {
        match self.link {
            Link::To(id) => Some(Subject {
                noun: Noun::Identity,
                id,
            }),
            Link::Outside | Link::Dangling | Link::Unknown => None,
        }
    }
}

impl Condition {
    /// Parses and checks a condition about a noun: every field, function and kind of operand.
    pub(super) fn compile(text: &str, on: Noun, expressions: Expressions) -> Result<Self, Mistake> {
        let tree = syntax::parse(text)?;
        check::build(&tree, on, expressions)
            .map(|test| Self { test })
            .map_err(|wrong| {
                let offset = syntax::offset(text, |tree| check::build(tree, on, expressions).err());
                Mistake {
                    offset,
                    message: wrong.message,
                }
            })
    }

    /// Where the first item stands that satisfies what the condition asks of a set field of the subject.
    pub(super) fn witness(&self, scope: &Scope<'_>, field: &str) -> Option<Span> {
        self.test.witness(&run::Frame::new(scope), field)
    }

    /// Whether it holds.
    pub(super) fn holds(&self, scope: &Scope<'_>) -> Result<Truth, Fault> {
        self.test.truth(&run::Frame::new(scope))
    }
}

#[cfg(test)]
mod tests;
