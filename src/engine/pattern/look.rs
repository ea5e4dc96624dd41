//! A look at one stretch of a file's bytes: each anchor is asked of its rules, the cheapest test first.

use super::glue::{self, Glue, Sign};
use super::link::{in_link, link_that_ends};
use super::near::{self, Barren};
use super::part::Part;
use super::word::{Words, compares, sets};
use crate::finding::Candidate;
use crate::judge::comment;
use crate::judge::compiled::Compiled;
use crate::judge::form::Judged;
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
    words: Words<'a>,
    /// Where the last rules that look near their key words were seen to find nothing.
    barren: Barren<'a>,
    /// Anchors that were passed over because they stand in what was found.
    within: usize,
    /// How often the path was asked.
    asked: usize,
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

/// Bytes before a value in which the name is looked for that it is assigned to.
const NAME: usize = 144;

/// Bytes before a value in which its line is looked for: lines of data are longer, and many values stand in them.
const LINE: usize = 4096;

/// Bytes behind a value that are asked whether it may end there.
pub(super) const BESIDE: usize = 80;

impl<'a> Look<'a> {
    /// Nothing found yet.
    pub(super) fn new(blob: BlobId, path: &'a str, bytes: &'a [u8]) -> Self {
        Self {
            blob,
            path,
            bytes,
            part: Part::default(),
            path_says: None,
            words: Words::default(),
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
        if words && (!may_name(self.bytes, anchor.clone()) || self.idle(rule, &anchor)) {
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
        let bytes = self.bytes;
        match rule.form.judge(bytes, &found, self.words.key(bytes, &glue)) {
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

    /// Whether no value of a rule starts anywhere near an anchor, which a look at few bytes tells.
    fn idle(&mut self, rule: &Compiled, anchor: &Range<usize>) -> bool {
        let reach = glue::BEHIND.max(rule.near.unwrap_or(0));
        let stretch = anchor.start..anchor.end + reach;
        !rule.form.is_open() && self.barren.is_clear(self.bytes, rule, &stretch)
    }

    /// The value that is joined to the key word around an anchor, where the rule knows both.
    fn joined(
        &mut self,
        rule: &'a Compiled,
        anchor: &Range<usize>,
        words: bool,
    ) -> Option<(Glue, Match)> {
        let word = self.words.around(self.bytes, anchor, words);
        let glue = word.glue.as_ref()?;
        let found = match glue.quote {
            Some(_) if rule.form.is_open() => rule.form.filled(glue.value, word.closed?)?,
            quote => rule.form.at(self.bytes, glue.value, quote)?,
        };
        let glue = glue.clone();
        let stands = self.stands(&glue, words);
        let known = stands && self.words.known(self.bytes, &glue, rule);
        known.then_some((glue, found))
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
        let next = |range| rule.form.next_start(bytes, range);
        for at in near::starts(bytes, stretch, next) {
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
        let code = syntax == Syntax::Code;
        let guess = judged.strength < Strength::Strong && (code || commented);
        let shown = || code && rule.generic() && comment::in_block(self.bytes, found.whole.start);
        let doubtful = open && (guess || shown());
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
