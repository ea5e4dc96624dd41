//! What one stretch of a file's bytes yields: each anchor is asked of its rules, and what only a key word says waits until it
//! is known whether something refutes it.

use super::glue::{self, Glue, Sign};
use super::near;
use crate::finding::Candidate;
use crate::judge::compiled::Compiled;
use crate::judge::form::{self, Judged};
use crate::judge::key::{Key, may_name};
use crate::judge::place::{self, Place, Syntax};
use crate::judge::shape::Match;
use crate::judge::value::Strength;
use crate::judge::words::{parts, wordy};
use crate::rule::{Confidence, PatternKind, Profile};
use crate::source::{BlobId, Secret, Span};
use std::ops::Range;

/// What a scan of one file knows.
pub(super) struct Look<'a> {
    blob: BlobId,
    path: &'a str,
    bytes: &'a [u8],
    part: Part,
    /// The place and syntax of the path, found out with the first candidate.
    path_says: Option<(Place, Syntax)>,
    /// What was read around the last anchor: most key words are anchors of several rules, and hold several anchors.
    word: Word,
    /// Where the last rules that look near their key words were seen to find nothing.
    barren: Barren<'a>,
    /// Anchors that were passed over because they stand in what was found.
    within: usize,
    /// How often the path was asked.
    asked: usize,
}

/// What a stretch yields.
#[derive(Default)]
pub(super) struct Part {
    found: Vec<Candidate>,
    /// What only a key word says, until it is known whether something refutes it.
    generic: Vec<Candidate>,
    /// What has the look of a token and was refused: a wrong checksum, a documented value. No key word makes it a secret.
    refuted: Vec<Range<usize>>,
}

impl Part {
    /// Adds what a later stretch of the same file yields.
    pub(super) fn add(&mut self, mut later: Part) {
        self.found.append(&mut later.found);
        self.generic.append(&mut later.generic);
        self.refuted.append(&mut later.refuted);
    }

    /// All candidates but the generic ones that something refutes, in the order of the text.
    pub(super) fn settle(mut self) -> Vec<Candidate> {
        self.refuted.sort_unstable_by_key(|range| range.start);
        let longest = self.refuted.iter().map(ExactSizeIterator::len).max();
        let longest = longest.unwrap_or(0);
        let refuted = self.refuted;
        let mut found = self.found;
        found.extend(self.generic.into_iter().filter(|candidate| {
            let value = candidate.value.range();
            let before = refuted.partition_point(|range| range.start < value.end);
            !refuted[..before]
                .iter()
                .rev()
                .take_while(|range| range.start + longest > value.start)
                .any(|range| range.end > value.start)
        }));
        found.sort_by(|a, b| {
            (a.value, &a.rule, a.profile, a.whole).cmp(&(b.value, &b.rule, b.profile, b.whole))
        });
        found.dedup_by(|a, b| a.value == b.value && a.rule == b.rule);
        found
    }
}

/// So many characters of base64 right beside a match make it a part of something encoded: a font, an image, an archive.
pub(super) const BLOB: usize = 96;

/// Whether a match is a chance one within base64 that goes on around it.
fn drowned(bytes: &[u8], whole: &Range<usize>) -> bool {
    let encoded = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let (before, after) = (&bytes[..whole.start], &bytes[whole.end..]);
    bytes[whole.clone()].iter().all(|byte| encoded(&byte))
        && (before.iter().rev().take(BLOB).take_while(encoded).count() == BLOB
            || after.iter().take(BLOB).take_while(encoded).count() == BLOB)
}

/// The part of a key that speaks of the value: of a method's name what follows the last dot, of a method that compares what
/// stands before it.
fn spoken(bytes: &[u8], glue: &Glue) -> Range<usize> {
    let dot = memchr::memrchr(b'.', &bytes[glue.key.clone()]);
    match dot {
        Some(dot) if glue.sign == Sign::Argument && compares(bytes, glue) => {
            glue.key.start..glue.key.start + dot
        }
        Some(dot) if glue.sign == Sign::Argument => glue.key.start + dot + 1..glue.key.end,
        _ => glue.key.clone(),
    }
}

/// Whether what is joined is compared: `password == "x"`, `password.equals("x")`.
fn compares(bytes: &[u8], glue: &Glue) -> bool {
    let key = &bytes[glue.key.clone()];
    let method = [b".equals".as_slice(), b".Equals", b".equalsIgnoreCase"];
    glue.sign == Sign::Compare
        || (glue.sign == Sign::Argument && method.iter().any(|name| key.ends_with(name)))
}

/// Whether a call sets the one value that it is given: `setPassword("x")`, `.withPassword("x")`.
fn sets(bytes: &[u8], glue: &Glue, found: &Match) -> bool {
    let name = &bytes[spoken(bytes, glue)];
    let setter = name.starts_with(b"set") || name.starts_with(b"with");
    let alone = bytes.get(found.whole.end + 1) == Some(&b')');
    glue.sign == Sign::Argument && setter && alone
}

/// Bytes before a value in which the name is looked for that it is assigned to.
const NAME: usize = 144;

/// Bytes before a value in which its line is looked for: lines of data are longer, and many values stand in them.
const LINE: usize = 4096;

/// Bytes behind a value that are asked whether it may end there.
pub(super) const BESIDE: usize = 80;

/// Bytes on each side of a value that may belong to an address around it.
pub(super) const LINK: usize = 400;

/// Whether a value is part of an address that says when it ends: `https://cdn.corp.io/x?e=1576142006&token=...`. Such a link is
/// signed for a while and handed out.
fn link_that_ends(bytes: &[u8], value: &Range<usize>) -> bool {
    const ENDS: [&[u8]; 5] = [b"e=", b"se=", b"exp=", b"expires=", b"Expires="];
    let before = before_in_link(bytes, value.start);
    let after = &bytes[value.end..bytes.len().min(value.end + LINK)];
    let end = after.iter().position(beside_link).unwrap_or(after.len());
    let ends = |part: &[u8]| {
        ENDS.iter().any(|name| {
            part.strip_prefix(*name)
                .is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_digit))
        })
    };
    let parts = |text: &[u8]| {
        text.split(|byte| matches!(byte, b'?' | b'&' | b';'))
            .skip(1)
            .any(ends)
    };
    memchr::memmem::find(before, b"://").is_some() && (parts(before) || parts(&after[..end]))
}

/// Whether a byte cannot stand in an address.
fn beside_link(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || b"\"'<>`".contains(byte)
}

/// What stands before a place in the address that it may belong to.
fn before_in_link(bytes: &[u8], at: usize) -> &[u8] {
    let before = &bytes[at.saturating_sub(LINK)..at];
    let start = before.iter().rposition(beside_link).map_or(0, |at| at + 1);
    &before[start..]
}

/// Whether a value stands in the query of an address, whose own names say what it is.
fn in_link(bytes: &[u8], at: usize) -> bool {
    let before = before_in_link(bytes, at);
    before.ends_with(b"=") && memchr::memmem::find(before, b"://").is_some()
}

/// The key word around an anchor, and the value that is joined to it.
#[derive(Default)]
struct Word {
    anchor: Range<usize>,
    /// Whether the key word may go on after spaces.
    words: bool,
    place: Range<usize>,
    glue: Option<Glue>,
    /// Length of the value, where it is in quotes.
    closed: Option<usize>,
    key: Key,
    /// Whether `key` is that of `glue`.
    read: bool,
}

impl Word {
    /// Turns to the word around an anchor.
    fn turn(&mut self, bytes: &[u8], anchor: &Range<usize>, words: bool) {
        if self.anchor == *anchor && self.words == words {
            return;
        }
        let place = glue::word(bytes, anchor, words);
        if self.place != place {
            self.glue = glue::read(bytes, place.clone());
            let quoted = |glue: &Glue| form::quoted(bytes, glue.value, glue.quote?);
            self.closed = self.glue.as_ref().and_then(quoted);
            self.place = place;
            self.read = false;
        }
        self.anchor = anchor.clone();
        self.words = words;
    }

    /// The part of the word that speaks of the value.
    fn key(&mut self, bytes: &[u8]) -> &Key {
        if let Some(glue) = self.glue.as_ref().filter(|_| !self.read) {
            self.key = Key::new(&bytes[spoken(bytes, glue)]);
            self.read = true;
        }
        &self.key
    }
}

/// A rule, and a stretch in which no match of it starts.
type Known<'a> = Option<(&'a Compiled, Range<usize>)>;

/// Stretches in which no match of a rule starts, of the rules that were asked last: key words stand close together, so their
/// stretches overlap.
#[derive(Default)]
struct Barren<'a> {
    known: [Known<'a>; 4],
    next: usize,
}

impl<'a> Barren<'a> {
    /// Whether no match of a rule starts in a stretch.
    fn has(&mut self, bytes: &[u8], rule: &'a Compiled, stretch: &Range<usize>) -> bool {
        let same =
            |known: &Known<'a>| matches!(known, Some((other, _)) if std::ptr::eq(*other, rule));
        let slot = self.known.iter().position(same).unwrap_or_else(|| {
            self.next = (self.next + 1) % self.known.len();
            self.known[self.next] = None;
            self.next
        });
        let seen = match &self.known[slot] {
            Some((_, seen)) if seen.contains(&stretch.start) => seen.clone(),
            _ => stretch.start..stretch.start,
        };
        if rule
            .form
            .may_start(bytes, seen.end.min(stretch.end)..stretch.end)
        {
            return false;
        }
        self.known[slot] = Some((rule, seen.start..seen.end.max(stretch.end)));
        true
    }
}

impl<'a> Look<'a> {
    /// Nothing found yet.
    pub(super) fn new(blob: BlobId, path: &'a str, bytes: &'a [u8]) -> Self {
        Self {
            blob,
            path,
            bytes,
            part: Part::default(),
            path_says: None,
            word: Word::default(),
            barren: Barren::default(),
            within: 0,
            asked: 0,
        }
    }

    /// How often something came of an anchor. One of which nothing came says nothing about the others.
    pub(super) fn said(&self) -> usize {
        let part = &self.part;
        part.found.len() + part.generic.len() + part.refuted.len() + self.within
    }

    /// How often the path had a say. What was dropped without it is dropped under every path.
    pub(super) fn asked(&self) -> usize {
        self.asked
    }

    /// What was found.
    pub(super) fn done(self) -> Part {
        self.part
    }

    /// Asks a rule about an anchor of it.
    pub(super) fn hit(&mut self, rule: &'a Compiled, anchor: Range<usize>) {
        if rule.kind == PatternKind::Keyed {
            self.keyed(rule, anchor);
            return;
        }
        let inside = |candidate: &Candidate| {
            candidate.rule == rule.id
                && candidate.whole.range().contains(&anchor.start)
                && candidate.whole.range().start < anchor.start
        };
        if self.part.found.iter().rev().take(4).any(inside) {
            self.within += 1;
            return;
        }
        let Some(found) = rule.form.at_anchor(self.bytes, anchor.start) else {
            return;
        };
        if drowned(self.bytes, &found.whole) {
            return;
        }
        let key = Key::new(b"");
        match rule.form.judge(self.bytes, &found, &key) {
            Some(judged) => {
                self.push(rule, &found, &judged, None);
                if rule.publishable {
                    self.refute(rule, found.whole);
                }
            }
            // What one generic rule is not sure of, another may be.
            None if rule.generic() => {}
            None => self.refute(rule, found.whole),
        }
    }

    /// Remembers what a rule refused, where the rule has a say.
    fn refute(&mut self, rule: &Compiled, whole: Range<usize>) {
        self.asked += 1;
        if rule.reads(self.path) {
            self.part.refuted.push(whole);
        }
    }

    fn keyed(&mut self, rule: &'a Compiled, anchor: Range<usize>) {
        let words = rule.form.like().is_none();
        if words && !may_name(self.bytes, anchor.clone()) {
            return;
        }
        // The sign in an anchor is there for what is near: the rules of the key judge what the sign joins.
        let signed =
            !words && rule.near.is_some() && matches!(self.bytes[anchor.end - 1], b'=' | b':');
        let joined = (!signed).then(|| self.joined(rule, &anchor, words));
        let Some((glue, found)) = joined.flatten() else {
            self.near(rule, anchor);
            return;
        };
        if !words && !self.plausible(&glue, &found) {
            return;
        }
        // `throws AcmeTokenException, AnotherLongException`: names beside one another.
        let bare = words && glue.quote.is_none();
        let named = bare && (glue.sign == Sign::Argument || self.says().1 == Syntax::Code);
        let secret = &self.bytes[found.secret.clone()];
        if named && wordy(secret) && !secret.iter().any(u8::is_ascii_digit) {
            return;
        }
        match rule.form.judge(self.bytes, &found, &self.word.key) {
            // `("username", "password", "scope")` is a list of names.
            Some(judged)
                if matches!(glue.sign, Sign::Argument | Sign::Option | Sign::Beside)
                    && judged.strength == Strength::Weak
                    && !sets(self.bytes, &glue, &found) => {}
            // A name is compared with a kind, a state, a word of a protocol.
            Some(judged)
                if compares(self.bytes, &glue) && !words && judged.strength < Strength::Strong => {}
            Some(judged) => self.push(rule, &found, &judged, Some(&glue)),
            None if words => self.refute(rule, found.whole),
            None => {}
        }
    }

    /// The value that is joined to the key word around an anchor, where the rule knows both.
    fn joined(
        &mut self,
        rule: &Compiled,
        anchor: &Range<usize>,
        words: bool,
    ) -> Option<(Glue, Match)> {
        self.word.turn(self.bytes, anchor, words);
        let glue = self.word.glue.as_ref()?;
        let found = match glue.quote {
            Some(_) if rule.form.is_open() => rule.form.filled(glue.value, self.word.closed?)?,
            quote => rule.form.at(self.bytes, glue.value, quote)?,
        };
        let glue = glue.clone();
        let stands = self.stands(&glue, words);
        (stands && rule.knows(self.word.key(self.bytes))).then_some((glue, found))
    }

    /// A value that stands near its key word, with nothing that joins them: doubtful, so for the strict profile.
    fn near(&mut self, rule: &'a Compiled, anchor: Range<usize>) {
        let Some(reach) = rule.near else {
            return;
        };
        let (bytes, named) = (self.bytes, rule.form.like().is_none());
        let stretch = near::stretch(bytes, anchor.clone(), reach, named);
        if self.barren.has(bytes, rule, &stretch) {
            return;
        }
        let word = glue::word_start(bytes, anchor.start);
        for at in near::starts(bytes, stretch) {
            let Some(found) = rule.form.at(bytes, at, None) else {
                continue;
            };
            let key = Key::new(&bytes[word..at]);
            let linked = !named && in_link(bytes, at);
            if linked || !near::closed(bytes, found.secret.clone(), named) || !rule.knows(&key) {
                continue;
            }
            let judged = rule.form.judge(bytes, &found, &key);
            let sure = |judged: &Judged| named || judged.strength == Strength::Strong;
            let Some(judged) = judged.filter(sure) else {
                continue;
            };
            if self.says().0 == Place::Generated {
                return;
            }
            self.push(rule, &found, &judged, None);
            let list = if rule.generic() {
                &mut self.part.generic
            } else {
                &mut self.part.found
            };
            if let Some(candidate) = list.last_mut().filter(|last| last.rule == rule.id) {
                candidate.profile = candidate.profile.max(Profile::Strict);
                candidate.confidence = Confidence::Low;
            }
            return;
        }
    }

    /// Whether a value that no sign joins to its key may stand there: a bare word after a name without dots is one in settings,
    /// `requirepass x`, and nowhere else.
    fn stands(&mut self, glue: &Glue, words: bool) -> bool {
        glue.sign != Sign::Beside
            || glue.quote.is_some()
            || self.bytes[glue.key.clone()].contains(&b'.')
            || (!words && self.says().1 == Syntax::Settings)
    }

    /// Whether an open value stands where this file writes literals: in quotes in code, after an assignment elsewhere.
    fn plausible(&mut self, glue: &Glue, found: &Match) -> bool {
        let (place, syntax) = self.says();
        if place == Place::Generated {
            return false;
        }
        let rest = &self.bytes[found.whole.end..];
        let bare = glue.quote.is_none();
        match glue.sign {
            Sign::Element if bare && !self.element(glue, rest) => return false,
            Sign::Define | Sign::Argument | Sign::Compare if bare => return false,
            // `should pass (...)`, `case.pass("...")`: a verb.
            Sign::Argument if self.bytes[..glue.key.end].ends_with(b"pass") => return false,
            _ => {}
        }
        // `.password-toggle:hover {` selects elements.
        if bare && matches!(rest, [b'{', ..] | [b' ', b'{', ..]) {
            return false;
        }
        // `password: as you like` is a sentence.
        let goes_on = matches!(rest, [b' ', next, ..] if next.is_ascii_alphanumeric());
        let sentence = glue.spaced && goes_on && glue.sign != Sign::Option;
        !bare || (syntax != Syntax::Code && !sentence) || self.queried(glue, rest)
    }

    /// Whether a bare value belongs to the query of an address: `https://corp.io/x?token=...&y=1`.
    fn queried(&self, glue: &Glue, rest: &[u8]) -> bool {
        let before = glue.key.start.checked_sub(1).map(|at| self.bytes[at]);
        glue.sign == Sign::Assign
            && matches!(before, Some(b'?' | b'&'))
            && rest.first().is_none_or(|next| b"&\"'` \n".contains(next))
    }

    /// Whether the value of an element fills it, on its line or on a line of its own.
    fn element(&self, glue: &Glue, rest: &[u8]) -> bool {
        let before = self.bytes[..glue.value].trim_ascii_end();
        let own_line = self.bytes[before.len()..glue.value].contains(&b'\n');
        if own_line {
            let near = &rest[..rest.len().min(BESIDE)];
            near.trim_ascii_start().starts_with(b"</")
        } else {
            !glue.spaced && rest.starts_with(b"</")
        }
    }

    /// Whether what a value is assigned to says that somebody made it up: `const FAKE_KEY = "..."`.
    fn invented(&self, at: usize) -> bool {
        const WORDS: [&str; 4] = ["fake", "mock", "dummy", "stub"];
        let before = &self.bytes[at.saturating_sub(NAME)..at];
        let line = memchr::memrchr(b'\n', before).map_or(before, |end| &before[end + 1..]);
        let name = |text: &[u8]| {
            std::str::from_utf8(text).is_ok_and(|text| {
                parts(text).any(|part| WORDS.iter().any(|word| part.eq_ignore_ascii_case(word)))
            })
        };
        memchr::memchr2(b'=', b':', line).is_some_and(|sign| name(&line[..sign]))
    }

    /// Whether the line of a place is a comment; a line that starts further away than [`LINE`] is none.
    fn commented(&self, at: usize) -> bool {
        let from = at.saturating_sub(LINE);
        let start = match memchr::memrchr2(b'\n', b'\r', &self.bytes[from..at]) {
            Some(end) => from + end + 1,
            None if from == 0 => 0,
            None => return false,
        };
        let line = self.bytes[start..at].trim_ascii_start();
        !line.starts_with(b"#define")
            && [b"#".as_slice(), b"//", b";", b"* ", b"--", b"<!--", b"REM "]
                .iter()
                .any(|mark| line.starts_with(mark))
    }

    fn says(&mut self) -> (Place, Syntax) {
        self.asked += 1;
        *self
            .path_says
            .get_or_insert_with(|| (place::of(self.path), place::syntax(self.path)))
    }

    fn push(&mut self, rule: &Compiled, found: &Match, judged: &Judged, glue: Option<&Glue>) {
        self.asked += 1;
        if !rule.reads(self.path) {
            return;
        }
        let (place, syntax) = self.says();
        let key = glue.map(|glue| glue.key.clone());
        let open = rule.form.like().is_some();
        let commented = open && self.commented(found.whole.start);
        let doubtful =
            open && judged.strength < Strength::Strong && (syntax == Syntax::Code || commented);
        let mut profile = rule.shown(judged, place);
        let ends = rule.generic() && link_that_ends(self.bytes, &found.whole);
        // What a literal is compared with may be anybody's.
        let compared = open && glue.is_some_and(|glue| compares(self.bytes, glue));
        // A link in code is mostly there to be followed by anybody.
        let linked = open
            && syntax == Syntax::Code
            && glue.is_some_and(|glue| glue.quote.is_none() && glue.sign == Sign::Assign);
        let weak = !open && judged.strength == Strength::Weak;
        let invented = !judged.proven && self.invented(found.whole.start);
        let start = key.as_ref().map_or(found.whole.start, |key| key.start);
        if linked || doubtful || compared || weak || invented {
            profile = profile.max(Profile::Strict);
        }
        if ends {
            profile = Profile::Audit;
        }
        let secret = &self.bytes[found.secret.clone()];
        let list = if rule.generic() {
            &mut self.part.generic
        } else {
            &mut self.part.found
        };
        list.push(Candidate {
            rule: rule.id.clone(),
            value: Span::new(self.blob, found.secret.start, found.secret.end),
            whole: Span::new(self.blob, start, found.whole.end),
            secret: Secret::new(secret, rule.public),
            key: key.map_or_else(String::new, |key| {
                String::from_utf8_lossy(&self.bytes[key]).into_owned()
            }),
            confidence: rule.sure(judged),
            profile,
            notes: judged.notes.clone(),
        });
    }
}
