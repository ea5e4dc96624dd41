//! A place in a Bicep text: blanks, comments, words, budgets.

use super::super::{Limits, Node, Value};
use crate::source::{BlobId, GapKind, Span};
use std::ops::Range;

/// Words that begin a statement.
const KEYWORDS: &[&str] = &[
    "param",
    "var",
    "resource",
    "module",
    "output",
    "targetScope",
    "metadata",
    "type",
    "func",
    "import",
    "using",
    "extension",
    "provider",
    "assert",
];

/// Which of the two spellings of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// A file.
    Bicep,
    /// The text of an expression in an ARM template that stands at this place.
    Arm(Span),
}

/// Why reading stopped.
#[derive(Debug)]
pub(super) struct Trouble {
    /// Where.
    pub(super) at: usize,
    /// What kind of gap it makes.
    pub(super) kind: GapKind,
    /// In a few words.
    pub(super) reason: &'static str,
}

pub(super) type Result<T> = std::result::Result<T, Trouble>;

/// A text and how far it is read.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    blob: BlobId,
    /// The spelling.
    pub(super) dialect: Dialect,
    depth: usize,
    nodes: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str, dialect: Dialect, blob: BlobId, limits: Limits) -> Self {
        Self {
            text,
            at: 0,
            blob,
            dialect,
            depth: limits.depth,
            nodes: limits.nodes,
        }
    }

    /// How far it is read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes back.
    pub(super) fn back(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// What was read from a place on.
    pub(super) fn since(&self, start: usize) -> &'t str {
        &self.text[start..self.at]
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes past this text, if it stands here.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let here = self.rest().starts_with(text);
        if here {
            self.at += text.len();
        }
        here
    }

    /// Goes past this text, or is in trouble.
    pub(super) fn expect(&mut self, text: &str, reason: &'static str) -> Result<()> {
        match self.eat(text) {
            true => Ok(()),
            false => Err(self.trouble(reason)),
        }
    }

    /// Goes `length` bytes on; stays on a character's start.
    pub(super) fn advance(&mut self, length: usize) {
        self.at = (self.at + length).min(self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    pub(super) fn trouble(&self, reason: &'static str) -> Trouble {
        Trouble {
            at: self.at,
            kind: GapKind::Syntax,
            reason,
        }
    }

    /// Blanks and comments of the line.
    pub(super) fn skip_line(&mut self) {
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\u{feff}']).len();
            self.at += blanks;
            if self.eat("/*") {
                let end = self
                    .rest()
                    .find("*/")
                    .map_or(self.rest().len(), |at| at + 2);
                self.at += end;
            } else if self.rest().starts_with("//") {
                let end = self.rest().find('\n').unwrap_or(self.rest().len());
                self.at += end;
            } else if blanks == 0 {
                return;
            }
        }
    }

    /// Blanks, comments, line ends and directives (`#disable-next-line`).
    pub(super) fn skip(&mut self) {
        loop {
            self.skip_line();
            match self.peek() {
                Some(b'\n') => self.at += 1,
                Some(b'#') => {
                    let end = self.rest().find('\n').unwrap_or(self.rest().len());
                    self.at += end;
                }
                _ => return,
            }
        }
    }

    /// Blanks, line ends and commas between the items of a list or map.
    pub(super) fn skip_between(&mut self) {
        loop {
            self.skip();
            if !self.eat(",") {
                return;
            }
        }
    }

    /// A name, if one stands here.
    pub(super) fn word(&mut self) -> Option<(&'t str, Range<usize>)> {
        let bytes = self.rest().as_bytes();
        let starts = bytes
            .first()
            .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        if !starts {
            return None;
        }
        let more = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = bytes.iter().take_while(|byte| more(byte)).count();
        let start = self.at;
        self.at += length;
        Some((&self.text[start..self.at], start..self.at))
    }

    /// Where something stands.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        match self.dialect {
            Dialect::Bicep => Span::new(self.blob, range.start, range.end.max(range.start)),
            Dialect::Arm(span) => span,
        }
    }

    /// A node from `start` to here, paid for.
    pub(super) fn node(&mut self, start: usize, value: Value) -> Result<Node> {
        let Some(nodes) = self.nodes.checked_sub(1) else {
            return Err(Trouble {
                at: start,
                kind: GapKind::Limit,
                reason: "too many nodes",
            });
        };
        self.nodes = nodes;
        Ok(Node::new(self.span(start..self.at), value))
    }

    /// Reads something one level deeper.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let Some(depth) = self.depth.checked_sub(1) else {
            return Err(self.trouble("nested too deep"));
        };
        self.depth = depth;
        let found = read(self);
        self.depth += 1;
        found
    }

    /// Goes to the next line after `start` that begins with a statement's word.
    pub(super) fn recover(&mut self, start: usize) {
        self.at = start;
        while let Some(end) = self.rest().find('\n') {
            self.at += end + 1;
            let rest = self.rest();
            let begins = |word: &&str| {
                let after = rest.strip_prefix(*word);
                after.is_some_and(|after| after.starts_with([' ', '\t', '(']))
            };
            if rest.starts_with('@') || KEYWORDS.iter().any(begins) {
                return;
            }
        }
        self.at = self.text.len();
    }
}
