//! Keeps secret values out of every report: knows where they stand and what they are, and covers them with their mask.
//!
//! A value is covered where a finding points at it, whatever its length, and wherever else it comes up when it is long
//! enough not to be a word of the language. Paths and addresses are left as they are: a reader has to find the place.

use super::Report;
use crate::finding::Finding;
use crate::source::{BlobId, Blobs, Secret, Span};
use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;

/// Shortest value, or line of a value, that is looked for away from its place.
const SHORTEST: usize = 8;
/// From this length on no value is taken for a word.
const LONGEST_WORD: usize = 24;
/// How far beyond a shown range a value is looked for that reaches into it, at most.
const REACH: usize = 4096;

/// A covered range and what is shown instead of it.
type Cover = (Range<usize>, String);

/// All secrets of a report.
#[derive(Debug)]
pub(super) struct Mask {
    /// By blob: disjoint ranges in the order of the text.
    places: FxHashMap<BlobId, Vec<Cover>>,
    values: Option<AhoCorasick>,
    /// The mask of each value of `values`.
    masks: Vec<String>,
    /// Length of the longest value.
    reach: usize,
}

impl Mask {
    /// Gathers the secrets of open, disposed and hidden findings.
    pub(super) fn new(report: &Report) -> Self {
        let mut places: FxHashMap<BlobId, Vec<Cover>> = FxHashMap::default();
        let mut values: FxHashMap<&[u8], String> = FxHashMap::default();
        let disposed = report.disposed.iter().map(|disposed| &disposed.finding);
        for finding in report.findings.iter().chain(disposed).chain(&report.hidden) {
            let Some(secret) = &finding.secret else {
                continue;
            };
            for span in spans(finding) {
                if let Some(range) = cover(&report.blobs, span, secret, span == finding.span) {
                    let covers = places.entry(span.blob).or_default();
                    covers.push((range, secret.mask()));
                }
            }
            for piece in pieces(secret.expose()) {
                values.entry(piece).or_insert_with(|| secret.mask());
            }
        }
        for covers in places.values_mut() {
            join(covers);
        }
        let mut values: Vec<(&[u8], String)> = values.into_iter().collect();
        values.sort();
        let (patterns, masks): (Vec<&[u8]>, Vec<String>) = values.into_iter().unzip();
        Self {
            places,
            values: build(&patterns),
            masks,
            reach: patterns
                .iter()
                .map(|value| value.len())
                .max()
                .unwrap_or(0)
                .min(REACH),
        }
    }

    /// A message, label or fix with every known value covered.
    pub(super) fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let Some(values) = &self.values else {
            return Cow::Borrowed(text);
        };
        if !values.is_match(text) {
            return Cow::Borrowed(text);
        }
        Cow::Owned(values.replace_all(text, &self.masks))
    }

    /// What has to be covered in a range of a blob: disjoint, in order, whole even where it only reaches in.
    pub(super) fn covers(&self, blobs: &Blobs, blob: BlobId, shown: Range<usize>) -> Vec<Cover> {
        let known = self.places.get(&blob).map_or(&[][..], Vec::as_slice);
        let first = known.partition_point(|(range, _)| range.end <= shown.start);
        let mut covers: Vec<Cover> = known[first..]
            .iter()
            .take_while(|(range, _)| range.start < shown.end)
            .cloned()
            .collect();
        if let Some(values) = &self.values {
            let bytes = blobs.get(blob).bytes();
            let from = shown.start.saturating_sub(self.reach).min(bytes.len());
            let to = (shown.end + self.reach).min(bytes.len());
            covers.extend(
                values
                    .find_iter(&bytes[from..to])
                    .map(|hit| {
                        let mask = &self.masks[hit.pattern().as_usize()];
                        (from + hit.start()..from + hit.end(), mask.clone())
                    })
                    .filter(|(range, _)| range.start < shown.end && shown.start < range.end),
            );
        }
        join(&mut covers);
        covers
    }
}

fn build(patterns: &[&[u8]]) -> Option<AhoCorasick> {
    if patterns.is_empty() {
        return None;
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(patterns);
    Some(automaton.expect("the values of one run are far fewer than an automaton can hold"))
}

/// Every place a finding names.
fn spans(finding: &Finding) -> impl Iterator<Item = Span> + '_ {
    let beside = finding.related.iter().chain(&finding.chain);
    std::iter::once(finding.span).chain(beside.map(|related| related.span))
}

/// Where the value stands in a span: within it when it is part of it; the whole span when it is the finding's own, for
/// then what stands there is the value in another spelling. A related place that does not hold the value stays open.
fn cover(blobs: &Blobs, span: Span, secret: &Secret, own: bool) -> Option<Range<usize>> {
    let bytes = blobs.get(span.blob).bytes();
    let range = span.start as usize..(span.end as usize).min(bytes.len());
    let text = bytes.get(range.clone())?;
    if let (false, Some(at)) = (
        secret.expose().is_empty(),
        memchr::memmem::find(text, secret.expose()),
    ) {
        let start = range.start + at;
        return Some(start..start + secret.expose().len());
    }
    own.then_some(range).filter(|range| !range.is_empty())
}

/// A value as it is looked for: line by line, for a key block is wrapped differently from file to file.
fn pieces(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value
        .split(|&byte| byte == b'\n' || byte == b'\r')
        .map(<[u8]>::trim_ascii)
        .filter(|piece| piece.len() >= SHORTEST && !piece.starts_with(b"-----") && !word(piece))
}

/// Whether a value may be a word or name as well: a password `resource` must not cover every `resource` of a file.
fn word(piece: &[u8]) -> bool {
    let lower = |byte: &u8| byte.is_ascii_lowercase() || b"-_./".contains(byte);
    let upper = |byte: &u8| byte.is_ascii_uppercase() || b"-_./".contains(byte);
    piece.len() < LONGEST_WORD && (piece.iter().skip(1).all(lower) || piece.iter().all(upper))
}

/// Sorts covers and joins those that overlap; the first one's mask stands for all.
fn join(covers: &mut Vec<Cover>) {
    covers.sort_by_key(|(range, _)| (range.start, range.end));
    covers.dedup_by(|next, kept| {
        let overlap = next.0.start < kept.0.end;
        if overlap {
            kept.0.end = kept.0.end.max(next.0.end);
        }
        overlap
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_covers_become_one() {
        let cover = |range: Range<usize>| (range, "*".to_owned());
        let mut covers = vec![cover(8..12), cover(0..4), cover(3..6), cover(6..7)];
        join(&mut covers);
        let ranges: Vec<Range<usize>> = covers.into_iter().map(|(range, _)| range).collect();
        assert_eq!(ranges, [0..6, 6..7, 8..12]);
    }

    #[test]
    fn words_are_covered_only_where_they_stand() {
        assert!(word(b"resource") && word(b"secret-manager") && word(b"Password"));
        assert!(!word(b"kJxQmZrVtLw"));
        assert!(!word(b"hunter2!hunter") && !word(b"k3JxQm7Zr2") && !word(&[b'a'; 24]));
    }

    #[test]
    fn a_key_block_is_looked_for_line_by_line() {
        let block = b"-----BEGIN KEY-----\r\nabcdefghi1\nxy\n  klmnopqrs2\n-----END KEY-----";
        let found: Vec<&[u8]> = pieces(block).collect();
        assert_eq!(found, [&b"abcdefghi1"[..], b"klmnopqrs2"]);
    }
}
