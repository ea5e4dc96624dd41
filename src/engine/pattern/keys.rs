//! Keys that were read in a file, and what rules said of them: most keys stand in a file many times.

use crate::judge::compiled::Compiled;
use crate::judge::key::Key;
use rustc_hash::FxHasher;
use std::hash::Hasher;
use std::ops::Range;

/// Keys that are remembered at once.
const KEYS: usize = 64;

/// A key, and the rules that were asked about it.
#[derive(Debug, Clone, Default)]
struct Read<'a> {
    /// Where it stands.
    place: Range<usize>,
    key: Key,
    /// Whether they speak of it.
    answers: Vec<(&'a Compiled, bool)>,
}

/// Keys of one file, each in the slot that its hash names.
#[derive(Debug, Default)]
pub(super) struct Keys<'a> {
    slots: Vec<Read<'a>>,
}

impl<'a> Keys<'a> {
    /// The key that stands at a place.
    pub(super) fn key(&mut self, bytes: &[u8], place: Range<usize>) -> &Key {
        &self.read(bytes, place).key
    }

    /// Whether a rule speaks of the key at a place.
    pub(super) fn known(&mut self, bytes: &[u8], place: Range<usize>, rule: &'a Compiled) -> bool {
        let read = self.read(bytes, place);
        let mut answers = read.answers.iter();
        if let Some((_, answer)) = answers.find(|(asked, _)| std::ptr::eq(*asked, rule)) {
            return *answer;
        }
        let answer = rule.knows(&read.key);
        read.answers.push((rule, answer));
        answer
    }

    fn read(&mut self, bytes: &[u8], place: Range<usize>) -> &mut Read<'a> {
        if self.slots.is_empty() {
            self.slots.resize(KEYS, Read::default());
        }
        let text = &bytes[place.clone()];
        let mut hasher = FxHasher::default();
        hasher.write(text);
        let slot = hasher.finish() as usize % KEYS;
        let read = &mut self.slots[slot];
        if bytes[read.place.clone()] != *text {
            read.key = Key::new(text);
            read.answers.clear();
            read.place = place;
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_one_that_stands_there() {
        let text: String = (0..500).map(|at| format!("key_{at} ")).collect();
        let mut keys = Keys::default();
        for _ in 0..2 {
            let mut at = 0;
            for word in text.split_inclusive(' ') {
                let place = at..at + word.len() - 1;
                let wanted = Key::new(word.trim().as_bytes());
                assert_eq!(keys.key(text.as_bytes(), place).text(), wanted.text());
                at += word.len();
            }
        }
        assert!(Keys::default().key(b"", 0..0).is_empty());
    }
}
