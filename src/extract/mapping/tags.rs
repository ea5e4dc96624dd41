//! Reads what tags and labels say of an identity beside its owner: what it is for, when it ends, when it is reviewed.

use super::super::item::Item;
use super::super::scalar::Scalar;
use crate::format::Node;
use crate::judge::date::{self, Day};
use crate::model::{Date, Fact, Identity};
use crate::rule::resource::{Path, Table};
use crate::source::Span;
use compact_str::CompactString;

const PURPOSE: &[&str] = &["purpose", "usedfor", "usage"];
const EXPIRES: &[&str] = &[
    "expires",
    "expiry",
    "expiration",
    "expiresat",
    "expireson",
    "expirydate",
    "expirationdate",
    "validuntil",
    "deleteafter",
];
const REVIEW: &[&str] = &["reviewafter", "reviewby", "reviewdate", "nextreview"];

/// Fills what the row left absent.
pub(super) fn complete(identity: &mut Identity, table: &Table, item: &Item<'_, '_>) {
    let tags = tags(&table.tags, item);
    if identity.purpose.is_absent() {
        identity.purpose = written(&table.purpose, item)
            .or_else(|| find(&tags, PURPOSE))
            .map_or(Fact::Absent, text);
    }
    ends(identity, &tags);
}

/// Fills the same from the maps in which a Kubernetes object keeps labels and annotations.
pub(in crate::extract) fn from_maps<'a>(
    identity: &mut Identity,
    maps: impl Iterator<Item = &'a Node>,
) {
    let entries = maps.flat_map(Node::entries);
    let tags: Vec<_> = entries
        .map(|entry| (normal(&entry.key), Scalar::of(&entry.value)))
        .collect();
    if identity.purpose.is_absent() {
        identity.purpose = find(&tags, PURPOSE).map_or(Fact::Absent, text);
    }
    ends(identity, &tags);
}

fn ends(identity: &mut Identity, tags: &[(CompactString, Scalar)]) {
    if identity.expires.is_absent() {
        identity.expires = find(tags, EXPIRES).map_or(Fact::Absent, day);
    }
    if identity.review_after.is_absent() {
        identity.review_after = find(tags, REVIEW).map_or(Fact::Absent, day);
    }
}

/// All tags: maps of key to value, or lists of key and value pairs.
fn tags(paths: &[Path], item: &Item<'_, '_>) -> Vec<(CompactString, Scalar)> {
    let mut found = Vec::new();
    for place in paths.iter().flat_map(|path| item.places(path)) {
        let at = |names: [&str; 2]| names.into_iter().find_map(|name| place.node.get(name));
        let pair = at(["Key", "key"]).zip(at(["Value", "value"]));
        if let Some((key, value)) = pair {
            found.push((normal(key.as_str().unwrap_or_default()), Scalar::of(value)));
            continue;
        }
        for entry in place.node.entries() {
            found.push((normal(&entry.key), Scalar::of(&entry.value)));
        }
    }
    found
}

/// The last segment of a key, without case and separators.
fn normal(key: &str) -> CompactString {
    let last = key.rsplit(['/', ':']).next().unwrap_or(key);
    last.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn find(tags: &[(CompactString, Scalar)], names: &[&str]) -> Option<Scalar> {
    tags.iter()
        .find(|(key, value)| names.contains(&key.as_str()) && *value != Scalar::Empty)
        .map(|(_, value)| value.clone())
}

fn written(paths: &[Path], item: &Item<'_, '_>) -> Option<Scalar> {
    paths.iter().flat_map(|path| item.scalars(path)).next()
}

fn text(scalar: Scalar) -> Fact<CompactString> {
    match scalar {
        Scalar::Text(text, span) => Fact::Known(text, span),
        other => unknown(&other),
    }
}

fn day(scalar: Scalar) -> Fact<Date> {
    match scalar {
        Scalar::Text(text, span) => match date::day(&text) {
            Some(Day::On(day)) => Fact::Known(day, span),
            Some(Day::Never) => Fact::Absent,
            None => Fact::Unknown(Some(span)),
        },
        other => unknown(&other),
    }
}

fn unknown<T>(scalar: &Scalar) -> Fact<T> {
    let span: Option<Span> = scalar.span();
    Fact::Unknown(span)
}
