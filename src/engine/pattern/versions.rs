//! Looks at versions of one text: what a version took over from the one it was made of is not looked at again.
//!
//! Whether an anchor starts at a place depends on the bytes a few places around it, and what comes of it on those in its view,
//! which every rule bounds. So an anchor that lies in copied bytes is inherited, and one of which nothing came stays silent as
//! long as all of its view was copied and the path is the same or had no say. Every other anchor is judged again.

use super::asks::Asker;
use super::link::LINK;
use super::look::{BESIDE, BLOB, Look};
use super::opening::OPENING;
use super::{Scanner, apart, glue, skip};
use crate::finding::Candidate;
use crate::git::Copy;
use crate::judge::anchors::Hit;
use crate::judge::compiled::Compiled;
use crate::rule::PatternKind;
use crate::source::BlobId;
use std::sync::OnceLock;

/// How far an anchor looks: the bytes before it and from its start on that decide what comes of it, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct View {
    back: usize,
    /// As far as all of its rules look.
    ahead: usize,
    /// As far as those look whose values may go on over lines.
    over: usize,
    /// As far as the values of the others may start: these end with their line.
    line: usize,
}

impl View {
    /// The view of a rule whose anchor is so long.
    fn of(rule: &Compiled, anchor: usize) -> Self {
        let (back, start) = match rule.kind {
            PatternKind::Keyed => match rule.near {
                Some(near) => (LINK, glue::BEHIND.max(near)),
                None => (glue::BEFORE, glue::BEHIND),
            },
            _ => (rule.form.before() + BESIDE + BLOB, 0),
        };
        let line = rule.form.in_line();
        let ahead = anchor + start + rule.form.longest() + BESIDE + BLOB;
        Self {
            back,
            ahead,
            over: if line { 0 } else { ahead },
            line: if line { anchor + start } else { 0 },
        }
    }

    /// The view of who looks for values that stand apart from their key words.
    fn of_tree(self) -> Self {
        let more = apart::REACH.1 + OPENING;
        Self {
            back: self.back.max(skip::KEY + apart::REACH.0),
            ahead: self.ahead + more,
            over: self.over + if self.over > 0 { more } else { 0 },
            line: self.line + more,
        }
    }

    /// What both see.
    fn and(self, other: Self) -> Self {
        Self {
            back: self.back.max(other.back),
            ahead: self.ahead.max(other.ahead),
            over: self.over.max(other.over),
            line: self.line.max(other.line),
        }
    }

    /// Whether what follows a place is seen whole before `end`.
    fn ends_before(self, bytes: &[u8], at: usize, end: usize) -> bool {
        let line = || {
            let rest = bytes.get(at + self.line..end.saturating_sub(BESIDE));
            rest.is_some_and(|rest| memchr::memchr(b'\n', rest).is_some())
        };
        at + self.ahead <= end || (at + self.over <= end && line())
    }
}

/// Where nothing comes of an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Silence {
    /// Something does, or nobody asked.
    No,
    /// Under the path at which it was judged.
    Here,
    /// Under any path.
    Everywhere,
}

/// An anchor, and whether nothing came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    hit: Hit,
    silent: Silence,
    /// Whether the tree may tell what the bytes do not, once somebody asked.
    tree: Option<bool>,
}

impl Spot {
    fn new(hit: Hit) -> Self {
        Self {
            hit,
            silent: Silence::No,
            tree: None,
        }
    }
}

/// What is known of the anchors of one version, in the order of its text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The path under which silent anchors were judged.
    path: String,
    length: usize,
    spots: Vec<Spot>,
}

impl Seen {
    /// The anchors, in the order of the text.
    #[must_use]
    pub fn hits(&self) -> Vec<Hit> {
        self.spots.iter().map(|spot| spot.hit).collect()
    }
}

/// Whether all that decides what comes of an anchor was copied to where it stands now; `before` is the length of the version it
/// was copied from.
fn copied(bytes: &[u8], (at, view): (usize, View), copy: &Copy, before: usize) -> bool {
    let end = copy.to + copy.length;
    let starts = copy.from == 0 && copy.to == 0;
    let ends = copy.from + copy.length == before && end == bytes.len();
    (starts || at >= copy.to + view.back) && (ends || view.ends_before(bytes, at, end))
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
                let view = self.view(spot.hit.1);
                let sees = |view: View| copied(bytes, (moved, view), copy, base.length);
                spots.push(Spot {
                    hit: (u32::try_from(moved).unwrap_or(u32::MAX), spot.hit.1),
                    silent: match spot.silent {
                        Silence::No => Silence::No,
                        silent if sees(view) => silent,
                        _ => Silence::No,
                    },
                    tree: spot.tree.filter(|_| sees(view.of_tree())),
                });
            }
            at = copy.to + copy.length - reach;
        }
        search(at..bytes.len(), &mut spots);
        spots.sort_unstable();
        Seen {
            path: base.path.clone(),
            length: bytes.len(),
            spots,
        }
    }

    /// How far an anchor looks, by its literal.
    fn view(&self, literal: u32) -> View {
        let anchors = self.patterns.anchors();
        let unknown = || (0..anchors.count()).map(|_| OnceLock::new()).collect();
        *self.views.get_or_init(unknown)[literal as usize].get_or_init(|| {
            let (length, rules) = anchors.literal(literal);
            let rules = rules.iter().map(|&rule| self.patterns.rule(rule));
            let views = rules.map(|rule| View::of(rule, length));
            views.fold(View::default(), View::and)
        })
    }

    /// As [`Scanner::asks_for_the_tree`], of a version.
    pub fn version_asks_for_the_tree(&self, bytes: &[u8], seen: &mut Seen) -> bool {
        let mut asker = Asker::new(&self.patterns, bytes);
        seen.spots
            .iter_mut()
            .any(|spot| *spot.tree.get_or_insert_with(|| asker.asks(spot.hit)))
    }

    /// Candidates of a version, in the order of the text; remembers the anchors of which nothing came.
    pub fn judged(&self, path: &str, bytes: &[u8], seen: &mut Seen) -> Vec<Candidate> {
        let moved = seen.path != path;
        if moved {
            path.clone_into(&mut seen.path);
        }
        let anchors = self.patterns.anchors();
        let mut look = Look::new(BlobId(0), path, bytes);
        for spot in &mut seen.spots {
            match spot.silent {
                Silence::Everywhere => continue,
                Silence::Here if !moved => continue,
                _ => {}
            }
            let (said, asked) = (look.said(), look.asked());
            let (anchor, rules) = anchors.of(spot.hit);
            for &rule in rules {
                look.hit(self.patterns.rule(rule), anchor.clone());
            }
            spot.silent = match () {
                () if look.said() != said => Silence::No,
                () if look.asked() != asked => Silence::Here,
                () => Silence::Everywhere,
            };
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
            scanner.judged("a.conf", &base, &mut seen);
            for version in 0..4 {
                let (made, copies) = edited(&mut state, &base);
                let mut own = scanner.inherited(&made, &seen, &copies);
                assert_eq!(own.hits(), scanner.seen(&made).hits(), "the same anchors");
                let path = if version == 3 { "b.py" } else { "a.conf" };
                inherited += copies.len();
                silent += own
                    .spots
                    .iter()
                    .filter(|spot| spot.silent != Silence::No)
                    .count();
                let now = scanner.judged(path, &made, &mut own);
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
