//! A checked condition: a tree in which every field exists and every operand is of the right kind.

use super::expression::Expression;
use super::value::Order;
use crate::model::{Date, Noun};

/// Deepest nesting of `exists`, `all` and `filter` within each other.
pub(super) const DEPTH: usize = 4;

/// Something that holds, does not hold, or cannot be told.
#[derive(Debug)]
pub(super) enum Test {
    Constant(bool),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Choose(Box<[Test; 3]>),
    /// A switch on its own.
    Flag(Term),
    Same(Term, Term),
    Ordered(Term, Order, Term),
    /// `field in ["a", "b"]`.
    Among(Term, Vec<Term>),
    /// What is known of a field.
    Asked(Asked, Path),
    Part(Part, Term, Term),
    Matches(Term, Expression),
    Exists(Box<Range>),
    Every(Box<Range>),
}

/// `exists` and `all`: what is gone through, and what is asked of each.
#[derive(Debug)]
pub(super) struct Range {
    pub(super) over: Collection,
    pub(super) slot: usize,
    pub(super) test: Test,
}

/// What a rule may ask about a field instead of reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Written or defaulted.
    Known,
    /// Not written, and nothing is applied.
    Absent,
    /// Cannot be known, wholly or, for a set, in part.
    Unknown,
    /// The provider's default.
    Defaulted,
    /// As known, but unknown where it cannot be known: CEL's `has`.
    Present,
}

/// How a text is part of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Start,
    End,
    Anywhere,
}

/// Something with a value.
#[derive(Debug)]
pub(super) enum Term {
    Null,
    Text(String),
    Flag(bool),
    Number(f64),
    Day(Date),
    /// So many days from today.
    Today(i64),
    /// Today plus a length.
    Ahead(Box<Term>),
    Field(Path),
    /// The text an `exists` stands at.
    Bound(usize),
    /// How the subject is tied to an identity.
    Linked,
    Limit(Box<Term>),
    Size(Box<Collection>, usize),
    Length(Box<Term>),
    Sum(Box<Term>, Box<Term>),
    Difference(Box<Term>, Box<Term>),
}

/// A field of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) base: Base,
    pub(super) field: &'static str,
}

/// What a field belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    Subject,
    Identity,
    /// The noun an `exists` stands at.
    Bound(usize),
}

/// Something with elements.
#[derive(Debug)]
pub(super) enum Collection {
    /// The nouns tied to the identity.
    Tied(Noun),
    /// A set field.
    Texts(Path),
    /// A list in the condition.
    Listed(Vec<String>),
    /// Those that pass a test.
    Kept(Box<Collection>, Box<Test>),
}
