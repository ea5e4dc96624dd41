//! Looks at versions of one text: what a version took over from the one it was made of is not looked at again.
//!
//! Whether an anchor starts at a place depends on the bytes a few places around it, and what comes of it on those in its view,
//! which every rule bounds. So an anchor that lies in copied bytes is inherited, and one of which nothing came stays silent as
//! long as all of its view was copied and the path is the same. Every other anchor is judged again.

use super::look::{BLOB, Look};
use super::skip::BLANKS;
use super::{Scanner, apart, glue, skip};
use crate::finding::Candidate;
use crate::git::Copy;
use crate::judge::anchors::{Anchors, Hit};
use crate::judge::compiled::Compiled;
use crate::judge::form::Judged;
use crate::judge::key::Key;
use crate::judge::patterns::Patterns;
use crate::rule::{Confidence, PatternKind};
use crate::source::BlobId;

/// Bytes before an anchor and from its start on that decide what comes of it, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct View {
    back: usize,
    ahead: usize,
}

/// Bytes beside a match that are asked whether it may begin or end there.
const BESIDE: usize = 8;

/// The views of all anchors, by their literals.
pub(super) fn views(patterns: &Patterns) -> Vec<View> {
    let anchors: &Anchors = patterns.anchors();
    let view = |(length, rules): (usize, &[u32])| {
        let mut view = View::default();
        for &rule in rules {
            let rule = patterns.rule(rule);
            let value = rule.form.longest() + BESIDE;
            let (back, ahead) = match rule.kind {
                PatternKind::Keyed => (
                    glue::BEFORE.max(skip::KEY + apart::REACH.0),
                    glue::BEHIND
                        .max(rule.near.unwrap_or(0))
                        .max(skip::KEY + BLANKS + apart::REACH.1)
                        + value,
                ),
                _ => (value + BLOB, value + BLOB),
            };
            view.back = view.back.max(back);
            view.ahead = view.ahead.max(length + ahead);
        }
        view
    };
    anchors.literals().map(view).collect()
}

/// An anchor, and whether nothing came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    hit: Hit,
    silent: bool,
    /// Whether the tree may tell what the bytes do not.
    tree: bool,
}

impl Spot {
    fn new(hit: Hit) -> Self {
        Self {
            hit,
            silent: false,
            tree: false,
        }
    }
}

/// What is known of the anchors of one version, in the order of its text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The path under which silent anchors were judged.
    path: String,
    /// Whether a format claimed what they stand in, so that the tree might tell more.
    claimed: bool,
    length: usize,
    spots: Vec<Spot>,
}

impl Seen {
    /// The anchors, in the order of the text.
    #[must_use]
    pub fn hits(&self) -> Vec<Hit> {
        self.spots.iter().map(|spot| spot.hit).collect()
    }

    /// Whether one of the anchors stands where the tree tells what the bytes do not. Known once the version was judged.
    #[must_use]
    pub fn asks_for_the_tree(&self) -> bool {
        self.spots.iter().any(|spot| spot.tree)
    }
}

/// Whether the kind of a Kubernetes Secret stands here, whose values need no key word.
fn names_a_secret(bytes: &[u8], at: usize) -> bool {
    let (before, after) = bytes.split_at(at.min(bytes.len()));
    after.starts_with(b"Secret")
        && [&b"kind: "[..], b"kind: \"", b"\"kind\":\"", b"\"kind\": \""]
            .iter()
            .any(|start| before.ends_with(start))
}

impl Scanner {
    /// The anchors of a version that stands alone.
    #[must_use]
    pub fn seen(&self, bytes: &[u8]) -> Seen {
        self.seen_from(bytes, 0)
    }

    /// The anchors of a text from a place on.
    #[must_use]
    pub fn seen_from(&self, bytes: &[u8], start: usize) -> Seen {
        let mut found = Vec::new();
        self.hits(bytes, start.min(bytes.len())..bytes.len(), &mut found);
        found.sort_unstable();
        let spots = found.into_iter().map(Spot::new);
        Seen {
            length: bytes.len(),
            spots: spots.collect(),
            ..Seen::default()
        }
    }

    /// The anchors of a version that was made from another: those of the copied parts are taken over, the rest is searched.
    #[must_use]
    pub fn inherited(&self, bytes: &[u8], base: &Seen, copies: &[Copy]) -> Seen {
        let reach = self.reach();
        let mut spots: Vec<Spot> = Vec::with_capacity(base.spots.len());
        let mut found = Vec::new();
        let mut search = |range: std::ops::Range<usize>, spots: &mut Vec<Spot>| {
            found.clear();
            self.hits(bytes, range, &mut found);
            spots.extend(found.iter().copied().map(Spot::new));
        };
        let mut at = 0;
        for copy in copies.iter().filter(|copy| copy.length > 2 * reach) {
            let (from, until) = (copy.from + reach, copy.from + copy.length - reach);
            search(at..copy.to + reach, &mut spots);
            let place = |spot: &Spot| spot.hit.0 as usize;
            let first = base.spots.partition_point(|spot| place(spot) < from);
            for spot in &base.spots[first..] {
                if place(spot) >= until {
                    break;
                }
                let moved = place(spot) - copy.from + copy.to;
                let whole = spot.silent && self.sees_only(spot, copy, base.length, bytes.len());
                spots.push(Spot {
                    hit: (u32::try_from(moved).unwrap_or(u32::MAX), spot.hit.1),
                    silent: whole,
                    tree: whole && spot.tree,
                });
            }
            at = copy.to + copy.length - reach;
        }
        search(at..bytes.len(), &mut spots);
        spots.sort_unstable();
        Seen {
            path: base.path.clone(),
            claimed: base.claimed,
            length: bytes.len(),
            spots,
        }
    }

    /// Whether all that decides what comes of an anchor was copied; `before` and `after` are the lengths of both versions.
    fn sees_only(&self, spot: &Spot, copy: &Copy, before: usize, after: usize) -> bool {
        let views = self.views.get_or_init(|| views(&self.patterns));
        let view = views[spot.hit.1 as usize];
        let at = spot.hit.0 as usize;
        let end = copy.from + copy.length;
        let starts = copy.from == 0 && copy.to == 0;
        let ends = end == before && copy.to + copy.length == after;
        (starts || at >= copy.from + view.back) && (ends || at + view.ahead <= end)
    }

    /// Whether the tree may tell what the bytes of a text do not; `hits` are the anchors in it.
    #[must_use]
    pub fn asks_for_the_tree(&self, bytes: &[u8], hits: &[Hit]) -> bool {
        hits.iter().any(|&hit| self.joins_apart(bytes, hit))
    }

    /// Whether a key word stands apart from a value that its rules would take, or the kind of a Kubernetes Secret stands here.
    fn joins_apart(&self, bytes: &[u8], hit: Hit) -> bool {
        let anchors = self.patterns.anchors();
        let (anchor, rules) = anchors.of(hit);
        if names_a_secret(bytes, anchor.start) {
            return true;
        }
        if !anchors.is_key(hit) {
            return false;
        }
        let after = bytes[anchor.end..].iter().take(skip::KEY);
        let end = anchor.end + after.take_while(|&&byte| skip::in_key(byte)).count();
        let word = glue::word_start(bytes, anchor.start)..end;
        let starts = apart::starts(bytes, &word);
        if starts.called.is_empty() && starts.below.is_empty() {
            return false;
        }
        let key = Key::new(&bytes[word]);
        let takes = |rule: &Compiled| {
            let judged = |&(at, quote): &apart::Start| {
                let found = rule.form.at(bytes, at, quote)?;
                rule.form.judge(bytes, &found, &key)
            };
            let sure = |judged: Judged| rule.sure(&judged) > Confidence::Low;
            starts.called.iter().any(|at| judged(at).is_some())
                || starts.below.iter().filter_map(judged).any(sure)
        };
        rules.iter().any(|&rule| {
            let rule = self.patterns.rule(rule);
            rule.generic() && rule.knows(&key) && takes(rule)
        })
    }

    /// Candidates of a version, in the order of the text; remembers the anchors of which nothing came. Where a format claims
    /// the version, it becomes known whether the tree may tell more.
    pub fn judged(
        &self,
        path: &str,
        bytes: &[u8],
        claimed: bool,
        seen: &mut Seen,
    ) -> Vec<Candidate> {
        let moved = seen.path != path || seen.claimed != claimed;
        if moved {
            path.clone_into(&mut seen.path);
            seen.claimed = claimed;
        }
        let anchors = self.patterns.anchors();
        let mut look = Look::new(BlobId(0), path, bytes);
        for spot in &mut seen.spots {
            if spot.silent && !moved {
                continue;
            }
            let before = look.said();
            let (anchor, rules) = anchors.of(spot.hit);
            for &rule in rules {
                look.hit(self.patterns.rule(rule), anchor.clone());
            }
            spot.silent = look.said() == before;
            spot.tree = claimed && self.joins_apart(bytes, spot.hit);
        }
        look.done().settle()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Scanner, Scratch};

    /// Numbers without a pattern, from a seed.
    fn next(state: &mut u64, below: usize) -> usize {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        usize::try_from(*state >> 11).unwrap_or(0) % below.max(1)
    }

    const WORDS: [&str; 16] = [
        "password = ",
        "token",
        "x",
        "\n",
        concat!("AKIA", "QYLPMN5HHHFPZAM2"),
        "secret: ",
        concat!("ghp", "_"),
        "api_key",
        "ab c-",
        "\"Harbor1940%\"\n",
        "kind: Secret\n",
        "imeQ5bMjsfrg8OWk4kSL5zT7K9Zl3Ccp",
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ",
        "datadog ",
        "; # some words that say nothing at all about anything\n",
    ];

    fn words(state: &mut u64, count: usize) -> Vec<u8> {
        let words = (0..count).map(|_| WORDS[next(state, WORDS.len())]);
        words.collect::<String>().into_bytes()
    }

    /// A text made of stretches of a base and new words, and which bytes are copies.
    fn edited(state: &mut u64, base: &[u8]) -> (Vec<u8>, Vec<Copy>) {
        let (mut made, mut copies) = (Vec::new(), Vec::new());
        let mut last = 0;
        for part in 0..next(state, 6) {
            let count = next(state, 5);
            made.extend(words(state, count));
            let from = match part % 3 {
                0 => last,
                _ => next(state, base.len()),
            };
            let length = next(state, base.len() - from + 1);
            let (to, end) = (made.len(), from + length);
            copies.push(Copy { from, to, length });
            made.extend(&base[from..end]);
            last = end;
        }
        (made, copies)
    }

    #[test]
    fn a_version_shows_what_a_look_at_it_alone_shows() {
        let rules = crate::rule::builtin();
        let scanner = Scanner::new(&rules);
        let mut state = 88_172_645_463_325_252;
        let (mut inherited, mut silent, mut found) = (0, 0, 0);
        for _ in 0..25 {
            let mut base = words(&mut state, 1500);
            let mut seen = scanner.seen(&base);
            scanner.judged("a.conf", &base, true, &mut seen);
            for version in 0..4 {
                let (made, copies) = edited(&mut state, &base);
                let mut own = scanner.inherited(&made, &seen, &copies);
                assert_eq!(own.hits(), scanner.seen(&made).hits(), "the same anchors");
                let path = if version == 3 { "b.py" } else { "a.conf" };
                inherited += copies.len();
                silent += own.spots.iter().filter(|spot| spot.silent).count();
                let now = scanner.judged(path, &made, true, &mut own);
                let alone = scanner.bytes(&mut Scratch::default(), BlobId(0), path, &made);
                assert_eq!(now, alone, "the same candidates");
                found += now.len();
                (base, seen) = (made, own);
            }
        }
        assert!(
            inherited > 80 && silent > 2000 && found > 200,
            "{inherited} {silent} {found}"
        );
    }
}
