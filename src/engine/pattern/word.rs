//! A key word and what it says: read once for all rules and anchors that share it.

use super::glue::{self, Glue, Sign};
use super::keys::Keys;
use crate::judge::compiled::Compiled;
use crate::judge::form;
use crate::judge::key::Key;
use crate::judge::shape::Match;
use std::ops::Range;

/// The key word around an anchor, and the value that is joined to it.
#[derive(Default)]
pub(super) struct Word {
    anchor: Range<usize>,
    place: Range<usize>,
    pub(super) glue: Option<Glue>,
    /// Length of the value, where it is in quotes.
    pub(super) closed: Option<usize>,
}

impl Word {
    /// Turns to the word around an anchor. `words` lets it go on after spaces.
    pub(super) fn turn(&mut self, bytes: &[u8], anchor: &Range<usize>, words: bool) {
        if self.anchor == *anchor {
            return;
        }
        let place = glue::word(bytes, anchor, words);
        if self.place != place {
            self.glue = glue::read(bytes, place.clone());
            let quoted = |glue: &Glue| form::quoted(bytes, glue.value, glue.quote?);
            self.closed = self.glue.as_ref().and_then(quoted);
            self.place = place;
        }
        self.anchor = anchor.clone();
    }
}

/// The words around the last anchor: as one, and as one that goes on after spaces.
#[derive(Default)]
pub(super) struct Words<'a> {
    one: Word,
    many: Word,
    keys: Keys<'a>,
}

impl<'a> Words<'a> {
    /// The word around an anchor.
    pub(super) fn around(&mut self, bytes: &[u8], anchor: &Range<usize>, words: bool) -> &Word {
        let word = if words { &mut self.many } else { &mut self.one };
        word.turn(bytes, anchor, words);
        word
    }

    /// The part of a key that speaks of the value.
    pub(super) fn key(&mut self, bytes: &[u8], glue: &Glue) -> &Key {
        self.keys.key(bytes, spoken(bytes, glue))
    }

    /// Whether a rule speaks of a key.
    pub(super) fn known(&mut self, bytes: &[u8], glue: &Glue, rule: &'a Compiled) -> bool {
        self.keys.known(bytes, spoken(bytes, glue), rule)
    }
}

/// The part of a key that speaks of the value: of a method's name what follows the last dot, of a method that compares what
/// stands before it.
fn spoken(bytes: &[u8], glue: &Glue) -> Range<usize> {
    if glue.sign != Sign::Argument {
        return glue.key.clone();
    }
    let before = glue.key.start.checked_sub(1).map(|at| bytes[at]);
    // `conf.set("fs.s3a.secret.key", ...)` names a property, `conf.setKey(...)` calls a method.
    let method = !matches!(before, Some(b'"' | b'\'' | b'`'));
    let dot = memchr::memrchr(b'.', &bytes[glue.key.clone()]).filter(|_| method);
    match dot {
        Some(dot) if compares(bytes, glue) => glue.key.start..glue.key.start + dot,
        Some(dot) => glue.key.start + dot + 1..glue.key.end,
        None => glue.key.clone(),
    }
}

/// Whether what is joined is compared: `password == "x"`, `password.equals("x")`.
pub(super) fn compares(bytes: &[u8], glue: &Glue) -> bool {
    let key = &bytes[glue.key.clone()];
    let method = [b".equals".as_slice(), b".Equals", b".equalsIgnoreCase"];
    glue.sign == Sign::Compare
        || (glue.sign == Sign::Argument && method.iter().any(|name| key.ends_with(name)))
}

/// Whether a call sets the one value that it is given: `setPassword("x")`, `.withPassword("x")`.
pub(super) fn sets(bytes: &[u8], glue: &Glue, found: &Match) -> bool {
    let name = &bytes[spoken(bytes, glue)];
    let setter = name.starts_with(b"set") || name.starts_with(b"with");
    let alone = bytes.get(found.whole.end + 1) == Some(&b')');
    glue.sign == Sign::Argument && setter && alone
}
