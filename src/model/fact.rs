//! A value that may be known, defaulted, absent or unknown: four different things, kept apart.

use crate::source::Span;
use compact_str::CompactString;

/// A calendar day.
pub type Date = jiff::civil::Date;

/// What is known of one field.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Fact<T> {
    /// Written in the configuration.
    Known(T, Span),
    /// Not written; the provider applies this value.
    Default(T),
    /// Not written, and nothing is applied: never expires, no owner.
    #[default]
    Absent,
    /// Written as something a static tool cannot follow, or belongs to something it did not read.
    Unknown(Option<Span>),
}

impl<T> Fact<T> {
    /// The value, written or defaulted.
    pub fn value(&self) -> Option<&T> {
        match self {
            Fact::Known(value, _) | Fact::Default(value) => Some(value),
            Fact::Absent | Fact::Unknown(_) => None,
        }
    }

    /// Where it stands.
    pub fn span(&self) -> Option<Span> {
        match self {
            Fact::Known(_, span) => Some(*span),
            Fact::Unknown(span) => *span,
            Fact::Default(_) | Fact::Absent => None,
        }
    }

    /// Whether it is [`Fact::Absent`].
    pub fn is_absent(&self) -> bool {
        matches!(self, Fact::Absent)
    }

    /// Whether it is [`Fact::Unknown`].
    pub fn is_unknown(&self) -> bool {
        matches!(self, Fact::Unknown(_))
    }

    /// The same fact about a converted value; a value that does not convert is unknown where it stood.
    pub fn and_then<U>(self, convert: impl FnOnce(T) -> Option<U>) -> Fact<U> {
        match self {
            Fact::Known(value, span) => {
                convert(value).map_or(Fact::Unknown(Some(span)), |value| Fact::Known(value, span))
            }
            Fact::Default(value) => convert(value).map_or(Fact::Unknown(None), Fact::Default),
            Fact::Absent => Fact::Absent,
            Fact::Unknown(span) => Fact::Unknown(span),
        }
    }
}

impl Fact<CompactString> {
    /// The text, written or defaulted; empty for the rest.
    #[must_use]
    pub fn text(&self) -> &str {
        self.value().map_or("", CompactString::as_str)
    }

    /// A text that the extractor supplies itself (a kind, a provider): a default without a place.
    #[must_use]
    pub fn given(text: &str) -> Self {
        Fact::Default(text.into())
    }
}

/// A collection of which perhaps only a part is known: *contains* is decided on the items, *lacks* only when complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    /// What is known to be in it, with where each stands.
    pub items: Vec<(CompactString, Span)>,
    /// Whether that is all of it.
    pub complete: bool,
}

impl Default for Set {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            complete: true,
        }
    }
}

impl Set {
    /// Whether `value` is known to be in it.
    #[must_use]
    pub fn contains(&self, value: &str) -> bool {
        self.items.iter().any(|(item, _)| item == value)
    }

    /// The item texts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.items.iter().map(|(item, _)| item.as_str())
    }

    /// Adds an item.
    pub fn push(&mut self, item: impl Into<CompactString>, span: Span) {
        self.items.push((item.into(), span));
    }
}
