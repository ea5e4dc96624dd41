//! The list of nouns: their words in rule files, and their shapes.

use super::field::Shape;
use super::nouns::{Credential, Grant, Identity, Lease, Review, Setting, Trust, Usage};

/// The kinds of thing a rule can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Noun {
    /// See the glossary of [`crate::model`].
    Identity,
    /// See the glossary.
    Credential,
    /// See the glossary.
    Grant,
    /// See the glossary.
    Trust,
    /// See the glossary.
    Usage,
    /// See the glossary.
    Setting,
    /// See the glossary.
    Lease,
    /// See the glossary.
    Review,
}

impl Noun {
    /// All of them.
    pub const ALL: [Noun; 8] = [
        Noun::Identity,
        Noun::Credential,
        Noun::Grant,
        Noun::Trust,
        Noun::Usage,
        Noun::Setting,
        Noun::Lease,
        Noun::Review,
    ];

    /// The word in rule files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Noun::Identity => "identity",
            Noun::Credential => "credential",
            Noun::Grant => "grant",
            Noun::Trust => "trust",
            Noun::Usage => "usage",
            Noun::Setting => "setting",
            Noun::Lease => "lease",
            Noun::Review => "review",
        }
    }

    /// The noun of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Noun> {
        Noun::ALL.into_iter().find(|noun| noun.word() == word)
    }

    /// Names, kinds and meaning of its fields.
    #[must_use]
    pub fn shape(self) -> Shape {
        match self {
            Noun::Identity => Identity::SHAPE,
            Noun::Credential => Credential::SHAPE,
            Noun::Grant => Grant::SHAPE,
            Noun::Trust => Trust::SHAPE,
            Noun::Usage => Usage::SHAPE,
            Noun::Setting => Setting::SHAPE,
            Noun::Lease => Lease::SHAPE,
            Noun::Review => Review::SHAPE,
        }
    }
}
