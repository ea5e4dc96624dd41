//! Lists of the files in `.tenure/`, read entry by entry: a slip in one entry makes that one invalid and leaves the others as
//! they are.

use super::waiver::{bytes, unknown, words};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};
use std::ops::Range;

/// What is wrong, in a lower-case phrase, after the bytes where it is.
pub(super) type Wrong = (Range<usize>, String);

/// A part of a file.
#[derive(Debug)]
pub(super) enum Part {
    /// An entry of the list of this name.
    Entry(&'static str, Entry),
    /// What stands beside the entries and is not known.
    Stray(Wrong),
}

/// The keys of an entry and what they hold.
#[derive(Debug)]
pub(super) struct Entry {
    at: Range<usize>,
    pairs: Vec<(Spanned<String>, Spanned<Loose>)>,
    /// What makes it no entry.
    wrong: Option<Wrong>,
}

/// A value of any shape. Numbers and the like are the text they were written with.
#[derive(Debug)]
enum Loose {
    Empty,
    Text(String),
    Written,
    List(Vec<Spanned<Loose>>),
    Map(Vec<(Spanned<String>, Spanned<Loose>)>),
}

/// The parts of a file of lists.
///
/// # Errors
/// When its syntax is broken or it holds anything but a mapping.
pub(super) fn parts(text: &str, lists: &[&'static str]) -> Result<Vec<Part>, Wrong> {
    let options = serde_saphyr::options! { with_snippet: false };
    let read = serde_saphyr::from_str_with_options::<Spanned<Loose>>(text, options);
    let document = read.map_err(|error| {
        let error = error.without_snippet();
        (place(error.location(), text), words(error))
    })?;
    let at = bytes(document.referenced);
    let pairs = match document.value {
        Loose::Map(pairs) => pairs,
        Loose::Empty => Vec::new(),
        _ => return Err((at, "the file is no mapping".into())),
    };
    let mut parts = Vec::new();
    for (key, value) in pairs {
        let at = bytes(key.referenced);
        match (lists.iter().find(|list| key.value == **list), value.value) {
            (Some(_), Loose::Empty) => {}
            (Some(list), Loose::List(items)) => {
                let entries = items.into_iter().map(|item| Part::Entry(list, entry(item)));
                parts.extend(entries);
            }
            (Some(list), _) => parts.push(Part::Stray((at, format!("`{list}` is no list")))),
            (None, _) => {
                let problem = unknown(&key.value, lists.iter().copied());
                parts.push(Part::Stray((at, problem)));
            }
        }
    }
    Ok(parts)
}

fn entry(item: Spanned<Loose>) -> Entry {
    let at = bytes(item.referenced);
    match item.value {
        Loose::Map(pairs) => Entry {
            at: pairs.first().map_or(at, |(key, _)| bytes(key.referenced)),
            pairs,
            wrong: None,
        },
        _ => Entry {
            wrong: Some((at.clone(), "the entry is no mapping".into())),
            at,
            pairs: Vec::new(),
        },
    }
}

fn place(at: Option<Location>, text: &str) -> Range<usize> {
    let own = bytes(at.unwrap_or(Location::UNKNOWN));
    own.start.min(text.len())..own.end.min(text.len())
}

impl Entry {
    /// Refuses keys that are not known.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Wrong> {
        if let Some(wrong) = &self.wrong {
            return Err(wrong.clone());
        }
        let strange = |(key, _): &&(Spanned<String>, _)| !known.contains(&key.value.as_str());
        match self.pairs.iter().find(strange) {
            None => Ok(()),
            Some((key, _)) => {
                let problem = unknown(&key.value, known.iter().copied());
                Err((bytes(key.referenced), problem))
            }
        }
    }

    /// The text of a key and its bytes; none where it is not there or holds nothing.
    pub(super) fn text(
        &self,
        key: &str,
        file: &str,
    ) -> Result<Option<(String, Range<usize>)>, Wrong> {
        let Some((value, at)) = self.value(key) else {
            return Ok(None);
        };
        match value {
            Loose::Empty => Ok(None),
            Loose::Text(text) => Ok(Some((text.trim().to_owned(), at))),
            Loose::Written => {
                let written = file.get(at.clone()).unwrap_or_default();
                Ok(Some((written.trim().to_owned(), at)))
            }
            Loose::List(_) | Loose::Map(_) => Err((at, format!("`{key}` is no text"))),
        }
    }

    /// As [`Entry::text`] of a key that must be there.
    pub(super) fn need(&self, key: &str, file: &str) -> Result<(String, Range<usize>), Wrong> {
        self.text(key, file)?
            .ok_or_else(|| (self.at.clone(), format!("`{key}` is missing")))
    }

    /// The texts of a key that must be there and hold a list.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, Wrong> {
        let missing = || (self.at.clone(), format!("`{key}` is missing"));
        let (value, at) = self.value(key).ok_or_else(missing)?;
        let wrong = || (at.clone(), format!("`{key}` is no list of texts"));
        let Loose::List(items) = value else {
            return Err(wrong());
        };
        let text = |item: &Spanned<Loose>| match &item.value {
            Loose::Text(text) => Ok(text.trim().to_owned()),
            _ => Err(wrong()),
        };
        items.iter().map(text).collect()
    }

    fn value(&self, key: &str) -> Option<(&Loose, Range<usize>)> {
        let found = self.pairs.iter().find(|(own, _)| own.value == key)?;
        Some((&found.1.value, bytes(found.1.referenced)))
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Loose;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("anything")
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Empty)
    }

    fn visit_none<E>(self) -> Result<Loose, E> {
        Ok(Loose::Empty)
    }

    fn visit_str<E>(self, text: &str) -> Result<Loose, E> {
        Ok(Loose::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Loose, E> {
        Ok(Loose::Written)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Loose, E> {
        Ok(Loose::Written)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Loose, E> {
        Ok(Loose::Written)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Loose, E> {
        Ok(Loose::Written)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Loose, E> {
        Ok(Loose::Written)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Loose, E> {
        Ok(Loose::Written)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Loose, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Loose::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Loose::Map(pairs))
    }
}
