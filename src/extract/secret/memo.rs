//! What was asked before in one document: a key or a value that stands a million times is asked about once.

use crate::judge::key::Key;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// Most keys, and most values, that are remembered at a time.
const KEPT: usize = 4096;
/// Longest value that is remembered.
const SHORT: usize = 24;

/// Keys that were asked about, and values that were refused.
#[derive(Default)]
pub(super) struct Memo {
    known: FxHashMap<Box<str>, Rc<Asked>>,
    refused: FxHashSet<Refused>,
    /// Keys asked about so far.
    count: usize,
}

/// A value that a rule refused under a key.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Refused {
    key: usize,
    rule: u32,
    value: CompactString,
}

/// What is known of a key.
pub(super) struct Asked {
    number: usize,
    pub(super) key: Key,
    /// Numbers of the generic rules that speak of it.
    pub(super) rules: Vec<u32>,
}

impl Memo {
    /// The rules that `rules` yields for a key.
    pub(super) fn ask(&mut self, key: &str, rules: impl FnOnce(&Key) -> Vec<u32>) -> Rc<Asked> {
        if let Some(known) = self.known.get(key) {
            return Rc::clone(known);
        }
        let read = Key::new(key.as_bytes());
        self.count += 1;
        let asked = Rc::new(Asked {
            rules: rules(&read),
            key: read,
            number: self.count,
        });
        if self.known.len() >= KEPT {
            self.known.clear();
        }
        self.known.insert(key.into(), Rc::clone(&asked));
        asked
    }

    /// The question whether a rule takes a value under a key; `None` when it is known that it does not.
    pub(super) fn question(
        &self,
        asked: &Asked,
        rule: u32,
        value: &str,
    ) -> Option<Option<Refused>> {
        if value.len() > SHORT {
            return Some(None);
        }
        let question = Refused {
            key: asked.number,
            rule,
            value: value.into(),
        };
        (!self.refused.contains(&question)).then_some(Some(question))
    }

    /// Remembers that the answer was no.
    pub(super) fn refuse(&mut self, question: Option<Refused>) {
        if self.refused.len() >= KEPT {
            self.refused.clear();
        }
        self.refused.extend(question);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_value_is_asked_about_once() {
        let mut memo = Memo::default();
        let password = memo.ask("password", |_| vec![1, 2]);
        let token = memo.ask("token", |_| vec![1]);
        let question = memo.question(&password, 1, "changeme").unwrap();
        assert!(question.is_some());
        memo.refuse(question);
        assert!(memo.question(&password, 1, "changeme").is_none());
        assert!(memo.question(&password, 2, "changeme").is_some());
        assert!(memo.question(&token, 1, "changeme").is_some());
        let long = "x".repeat(SHORT + 1);
        assert!(memo.question(&token, 1, &long).unwrap().is_none());
    }

    #[test]
    fn a_key_is_asked_about_once() {
        let mut memo = Memo::default();
        let mut asked = 0;
        for _ in 0..3 {
            let found = memo.ask("password", |_| {
                asked += 1;
                vec![7]
            });
            assert_eq!(found.rules, [7]);
        }
        assert_eq!(asked, 1);
        for number in 0..3 * KEPT {
            let key = number.to_string();
            memo.ask(&key, |_| Vec::new());
        }
        assert!(memo.known.len() <= KEPT);
    }
}
