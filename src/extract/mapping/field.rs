//! Fills one field of a noun from its source: what is written, what the provider applies, or nothing.

use super::super::item::Item;
use super::super::scalar::Scalar;
use crate::judge::date::{self, Day};
use crate::model::{Fact, FieldMut, Set};
use crate::rule::resource::{Alternative, From, Path, Source, matches};
use crate::source::Span;
use compact_str::CompactString;

/// Fields that keep the address of a reference, for `resolve` to tie.
const ADDRESSES: &[&str] = &["of", "to", "boundary", "role"];

/// What a source says, before it is known what kind of field it is for.
enum Word {
    /// Written, as the model's word.
    Written(CompactString, Span),
    /// Not written, always so.
    Given(CompactString),
    /// A reference.
    Address(CompactString, Span),
    /// Text with holes.
    Partial(CompactString, Span),
    /// Cannot be known.
    Unknown(Option<Span>),
}

impl Item<'_, '_> {
    /// The innermost thing that is written on the way to a value which is not: where it would have to be added.
    pub(super) fn nearest_written(&self, source: &Source) -> Option<Span> {
        source
            .alternatives
            .iter()
            .find_map(|alternative| match &alternative.from {
                From::Path(path) | From::Present(path) => self.nearest(path),
                From::Const(_) | From::Keys(_) | From::After(_) => None,
            })
    }

    /// Fills a field. Yields the length of time that a day was given by, when it was given by one.
    pub(super) fn fill(
        &self,
        name: &str,
        field: FieldMut<'_>,
        source: &Source,
    ) -> Option<Fact<i64>> {
        match field {
            FieldMut::Text(fact) => *fact = self.text(source, ADDRESSES.contains(&name)),
            FieldMut::Flag(fact) => *fact = self.flag(source),
            FieldMut::Number(fact) => {
                *fact = self.fact(source).and_then(|text| text.trim().parse().ok());
            }
            FieldMut::Length(fact) => *fact = self.length(source),
            FieldMut::Day(fact) => return self.day(source, fact),
            FieldMut::Texts(set) => *set = self.set(source),
        }
        None
    }

    fn text(&self, source: &Source, keeps_addresses: bool) -> Fact<CompactString> {
        match self.first(source) {
            Some((Word::Written(text, span), _)) => Fact::Known(text, span),
            Some((Word::Given(text), _)) => Fact::Default(text),
            Some((Word::Address(text, span) | Word::Partial(text, span), _)) if keeps_addresses => {
                Fact::Known(text, span)
            }
            Some((word, _)) => Fact::Unknown(word.span()),
            None => default(source).map_or(Fact::Absent, Fact::Default),
        }
    }

    /// The literal text of the first written alternative.
    fn fact(&self, source: &Source) -> Fact<CompactString> {
        self.text(source, false)
    }

    fn flag(&self, source: &Source) -> Fact<bool> {
        let not = |text: CompactString, not: bool| parse_flag(&text).map(|flag| flag != not);
        match self.first(source) {
            Some((Word::Written(text, span), alternative)) => {
                Fact::Known(text, span).and_then(|text| not(text, alternative.not))
            }
            Some((Word::Given(text), alternative)) => {
                Fact::Default(text).and_then(|text| not(text, alternative.not))
            }
            Some((word, _)) => Fact::Unknown(word.span()),
            None => {
                let turned = source.alternatives.last().is_some_and(|last| last.not);
                default(source).map_or(Fact::Absent, |text| {
                    Fact::Default(text).and_then(|text| not(text, turned))
                })
            }
        }
    }

    fn length(&self, source: &Source) -> Fact<i64> {
        let unit = source
            .alternatives
            .last()
            .map_or(1, |last| last.unit.seconds());
        match self.first(source) {
            Some((Word::Written(text, span), alternative)) => {
                let unit = alternative.unit.seconds();
                Fact::Known(text, span).and_then(|text| date::length(&text, unit))
            }
            Some((Word::Given(text), alternative)) => {
                let unit = alternative.unit.seconds();
                Fact::Default(text).and_then(|text| date::length(&text, unit))
            }
            Some((word, _)) => Fact::Unknown(word.span()),
            None => default(source).map_or(Fact::Absent, |text| {
                Fact::Default(text).and_then(|text| date::length(&text, unit))
            }),
        }
    }

    fn day(&self, source: &Source, fact: &mut Fact<crate::model::Date>) -> Option<Fact<i64>> {
        let Some((word, alternative)) = self.first(source) else {
            *fact = default(source).map_or(Fact::Absent, |text| match date::day(&text) {
                Some(Day::On(day)) => Fact::Default(day),
                Some(Day::Never) => Fact::Absent,
                None => Fact::Unknown(None),
            });
            return None;
        };
        if matches!(alternative.from, From::After(_)) {
            *fact = Fact::Unknown(word.span());
            let unit = alternative.unit.seconds();
            return match word {
                Word::Written(text, span) => {
                    Some(Fact::Known(text, span).and_then(|text| date::length(&text, unit)))
                }
                word => Some(Fact::Unknown(word.span())),
            };
        }
        *fact = match word {
            Word::Written(text, span) => match date::day(&text).or_else(|| date::bound(&text)) {
                Some(Day::On(day)) => Fact::Known(day, span),
                Some(Day::Never) => Fact::Absent,
                None => Fact::Unknown(Some(span)),
            },
            word => Fact::Unknown(word.span()),
        };
        None
    }

    fn set(&self, source: &Source) -> Set {
        let mut set = Set::default();
        for alternative in &source.alternatives {
            for word in self.words(alternative) {
                match word {
                    Word::Written(text, span) | Word::Address(text, span) => set.push(text, span),
                    Word::Given(text) => set.push(text, self.declaration.head),
                    Word::Partial(text, span) => {
                        set.push(text, span);
                        set.complete = false;
                    }
                    Word::Unknown(_) => set.complete = false,
                }
            }
        }
        if let (true, true, Some(text)) = (set.items.is_empty(), set.complete, default(source)) {
            set.push(text, self.declaration.head);
        }
        set
    }

    /// The first alternative that is written.
    fn first<'s>(&self, source: &'s Source) -> Option<(Word, &'s Alternative)> {
        source.alternatives.iter().find_map(|alternative| {
            let word = self.words(alternative).into_iter().next()?;
            Some((word, alternative))
        })
    }

    fn words(&self, alternative: &Alternative) -> Vec<Word> {
        match &alternative.from {
            From::Const(texts) => texts.iter().map(|text| Word::Given(text.into())).collect(),
            From::Present(path) => self.presence(path),
            From::Keys(path) => self.keys(path),
            From::Path(path) | From::After(path) => self
                .scalars(path)
                .into_iter()
                .flat_map(|scalar| self.followed(scalar, alternative))
                .filter_map(|scalar| translate(scalar, alternative))
                .collect(),
        }
    }

    /// Whether something is written at a path; unknown where there may be.
    fn presence(&self, path: &Path) -> Vec<Word> {
        let places = self.places(path);
        let word = match places.iter().find(|place| place.is_written()) {
            Some(written) => Word::Written("true".into(), written.node.span),
            None => match places.iter().find(|place| place.perhaps) {
                Some(perhaps) => Word::Unknown(Some(perhaps.node.span)),
                None => return Vec::new(),
            },
        };
        vec![word]
    }

    /// The keys of the maps at a path.
    fn keys(&self, path: &Path) -> Vec<Word> {
        let mut words = Vec::new();
        for place in self.places(path) {
            if place.hidden || place.node.is_open() {
                words.push(Word::Unknown(Some(place.node.span)));
            }
            for entry in place.node.entries() {
                words.push(Word::Written(entry.key.clone(), entry.key_span));
            }
        }
        words
    }

    /// A reference's target, when the source says which of its attributes are the value.
    fn followed(&self, scalar: Scalar, alternative: &Alternative) -> Vec<Scalar> {
        let Scalar::Address {
            address,
            attribute,
            span,
        } = &scalar
        else {
            return vec![scalar];
        };
        if alternative.index
            && let Some(key) = key_of(attribute)
        {
            return vec![Scalar::Text(key.into(), *span)];
        }
        let Some(target) = self.run.at(address) else {
            return vec![scalar];
        };
        let item = Item::whole(self.run, target);
        let found = alternative
            .follow
            .iter()
            .map(|path| item.scalars(path))
            .find(|scalars| !scalars.is_empty());
        found.unwrap_or_else(|| vec![scalar])
    }
}

impl Word {
    fn span(&self) -> Option<Span> {
        match self {
            Word::Written(_, span) | Word::Address(_, span) | Word::Partial(_, span) => Some(*span),
            Word::Given(_) => None,
            Word::Unknown(span) => *span,
        }
    }
}

/// The last key in quotes of an attribute path: `app_role_ids["Directory.Read.All"]`.
fn key_of(attribute: &str) -> Option<&str> {
    let (_, key) = attribute.strip_suffix("\"]")?.rsplit_once("[\"")?;
    Some(key)
}

/// What a written value is called in the model; none when it means the same as nothing.
fn translate(scalar: Scalar, alternative: &Alternative) -> Option<Word> {
    let scalar = alternative
        .strip
        .iter()
        .fold(scalar, |scalar, prefix| scalar.without(prefix));
    let scalar = match scalar {
        Scalar::Text(text, span) => Scalar::Text(trimmed(&text, alternative), span),
        other => other,
    };
    let text = scalar.pattern_text();
    if let Some(text) = &text {
        if alternative.none.iter().any(|none| matches(none, text)) {
            return None;
        }
        if let Some(word) = value_of(alternative, text) {
            let span = scalar.span().unwrap_or_default();
            return (!word.is_empty()).then(|| Word::Written(word.into(), span));
        }
    }
    match scalar {
        Scalar::Empty => None,
        Scalar::Text(text, span) => Some(Word::Written(text, span)),
        Scalar::Address { address, span, .. } => Some(Word::Address(address, span)),
        Scalar::Pieces(_, span) => Some(Word::Partial(text.unwrap_or_default(), span)),
        Scalar::Unknown(span) => Some(Word::Unknown(Some(span))),
    }
}

/// Only what follows the last separator, behind the prefix the table gives.
fn trimmed(text: &str, alternative: &Alternative) -> CompactString {
    let last = alternative.last.as_str();
    let text = match text.rsplit_once(last) {
        Some((_, rest)) if !last.is_empty() => rest,
        _ => text,
    };
    compact_str::format_compact!("{}{text}", alternative.prefix)
}

fn value_of<'s>(alternative: &'s Alternative, text: &str) -> Option<&'s str> {
    alternative
        .values
        .iter()
        .find(|(pattern, _)| matches(pattern, text))
        .map(|(_, word)| word.as_str())
}

/// What the provider applies, as the model's word: a value that the last alternative names in full is translated.
fn default(source: &Source) -> Option<CompactString> {
    let presence = |alternative: &Alternative| matches!(alternative.from, From::Present(_));
    let constant = source.alternatives.iter().any(presence).then_some("false");
    let text = source.default.as_deref().or(constant)?;
    let named = source
        .alternatives
        .last()
        .and_then(|last| last.values.iter().find(|(written, _)| written == text));
    let word = named.map_or(text, |(_, word)| word.as_str());
    (!word.is_empty()).then(|| word.into())
}

fn parse_flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}
