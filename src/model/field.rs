//! What every noun shares: fields by name, so that tables can fill them and rules can ask for them.

use super::{Date, Fact, Set};
use crate::source::Span;
use compact_str::CompactString;

/// The fields of a noun: name, kind, one line of meaning.
pub type Shape = &'static [(&'static str, FieldKind, &'static str)];

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A string.
    Text,
    /// True or false.
    Flag,
    /// A number.
    Number,
    /// A calendar day.
    Day,
    /// A length of time, in seconds.
    Length,
    /// A set of strings.
    Texts,
}

/// A field for reading.
#[derive(Debug, Clone, Copy)]
pub enum Field<'a> {
    /// A string.
    Text(&'a Fact<CompactString>),
    /// True or false.
    Flag(&'a Fact<bool>),
    /// A number.
    Number(&'a Fact<f64>),
    /// A calendar day.
    Day(&'a Fact<Date>),
    /// Seconds.
    Length(&'a Fact<i64>),
    /// A set of strings.
    Texts(&'a Set),
}

/// A field for writing.
#[derive(Debug)]
pub enum FieldMut<'a> {
    /// A string.
    Text(&'a mut Fact<CompactString>),
    /// True or false.
    Flag(&'a mut Fact<bool>),
    /// A number.
    Number(&'a mut Fact<f64>),
    /// A calendar day.
    Day(&'a mut Fact<Date>),
    /// Seconds.
    Length(&'a mut Fact<i64>),
    /// A set of strings.
    Texts(&'a mut Set),
}

impl Field<'_> {
    /// Where the field's value stands: of a set, its first item.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        match self {
            Field::Text(fact) => fact.span(),
            Field::Flag(fact) => fact.span(),
            Field::Number(fact) => fact.span(),
            Field::Day(fact) => fact.span(),
            Field::Length(fact) => fact.span(),
            Field::Texts(set) => set.items.first().map(|(_, span)| *span),
        }
    }
}

macro_rules! field_type {
    (Text) => { Fact<CompactString> };
    (Flag) => { Fact<bool> };
    (Number) => { Fact<f64> };
    (Day) => { Fact<Date> };
    (Length) => { Fact<i64> };
    (Texts) => { Set };
}

/// Defines a noun once: the struct, its shape for the rule checker, and its fields by name.
macro_rules! noun {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ident = $meaning:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            /// Address of the declaration it came from.
            pub address: CompactString,
            /// The line that names it.
            pub span: Span,
            /// The whole declaration.
            pub whole: Span,
            $(#[doc = $meaning] pub $field: field_type!($kind),)*
        }

        impl $name {
            /// Names, kinds and meaning of the fields.
            pub const SHAPE: Shape = &[$((stringify!($field), FieldKind::$kind, $meaning),)*];

            /// The field of this name.
            #[must_use]
            pub fn field(&self, name: &str) -> Option<Field<'_>> {
                match name {
                    $(stringify!($field) => Some(Field::$kind(&self.$field)),)*
                    _ => None,
                }
            }

            /// The field of this name, to be filled.
            pub fn field_mut(&mut self, name: &str) -> Option<FieldMut<'_>> {
                match name {
                    $(stringify!($field) => Some(FieldMut::$kind(&mut self.$field)),)*
                    _ => None,
                }
            }
        }
    };
}
pub(super) use {field_type, noun};
