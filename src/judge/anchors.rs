//! The anchors of many rules: finds where one stands and tells which rules to ask.

use super::alphabet::Class;
use super::prefilter::{Literal, Prefilter};
use super::shape::Shape;
use crate::rule::Mark;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A prefilter over the anchors of some rules.
#[derive(Debug)]
pub struct Anchors {
    filter: Prefilter,
    /// What the literals of the filter mean, in their order.
    literals: Vec<Meaning>,
    /// Length of the longest.
    longest: usize,
}

/// What a literal is an anchor of.
#[derive(Debug)]
struct Meaning {
    length: usize,
    /// Whether it is part of a key, not of a value.
    key: bool,
    rules: Vec<u32>,
}

/// An anchor in a text: where it starts, and which it is.
pub type Hit = (u32, u32);

impl Anchors {
    /// The anchors of rules, which are known by their place. The shape of a rule is asked for where an anchor is so short that
    /// what stands beside it counts.
    #[must_use]
    pub fn new<'m, 's>(
        marks: impl Iterator<Item = &'m Mark>,
        shape: impl Fn(usize) -> Option<&'s Shape>,
    ) -> Self {
        let (mut texts, mut literals) = (Vec::new(), Vec::<Meaning>::new());
        let mut known: FxHashMap<(Box<[u8]>, bool), usize> = FxHashMap::default();
        for (at, mark) in marks.enumerate() {
            let index = u32::try_from(at).unwrap_or(u32::MAX);
            for text in &mark.anchors {
                let literal = literal(mark, text, || shape(at));
                let key = (literal.text.clone(), literal.fold);
                // Short ones are found by what may stand beside them, which differs from rule to rule.
                match known.get(&key).filter(|_| literal.text.len() > SHORT) {
                    Some(&at) => literals[at].rules.push(index),
                    None => {
                        known.insert(key, texts.len());
                        literals.push(Meaning {
                            length: literal.text.len(),
                            key: literal.fold,
                            rules: vec![index],
                        });
                        texts.push(literal);
                    }
                }
            }
        }
        let lengths = literals.iter().map(|meaning| meaning.length);
        Self {
            longest: lengths.max().unwrap_or(0),
            filter: Prefilter::new(texts),
            literals,
        }
    }

    /// Adds the anchors that start within `range`, nearly in the order of the text.
    pub fn find(&self, bytes: &[u8], range: Range<usize>, hits: &mut Vec<Hit>) {
        self.filter.scan(bytes, range, |literal, at| {
            hits.push((
                u32::try_from(at).unwrap_or(u32::MAX),
                u32::try_from(literal).unwrap_or(u32::MAX),
            ));
        });
    }

    /// Length of the longest anchor.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// How many anchors there are: hits tell them apart by numbers below this.
    #[must_use]
    pub fn count(&self) -> usize {
        self.literals.len()
    }

    /// Length and rules of the anchor of a number.
    #[must_use]
    pub fn literal(&self, number: u32) -> (usize, &[u32]) {
        let meaning = &self.literals[number as usize];
        (meaning.length, &meaning.rules)
    }

    /// Where the anchor of a hit stands, and the rules it is an anchor of.
    #[must_use]
    pub fn of(&self, (at, literal): Hit) -> (Range<usize>, &[u32]) {
        let (length, rules) = self.literal(literal);
        (at as usize..at as usize + length, rules)
    }

    /// Whether a hit is part of a key word, not of a value.
    #[must_use]
    pub fn is_key(&self, (_, literal): Hit) -> bool {
        self.literals[literal as usize].key
    }
}

/// An anchor of at most so many bytes is found by what may stand beside it.
const SHORT: usize = 4;

fn literal<'s>(mark: &Mark, text: &str, shape: impl Fn() -> Option<&'s Shape>) -> Literal {
    let mut literal = Literal {
        text: text.as_bytes().into(),
        fold: mark.keyed,
        before: None,
        after: None,
    };
    if mark.keyed {
        literal.text.make_ascii_lowercase();
        literal.after = Some(&JOINTS);
    } else if literal.text.len() <= SHORT
        && let Some(shape) = shape()
    {
        literal.before = shape.before_anchor();
        literal.after = shape.after_anchor(&literal.text);
    }
    literal
}

/// What may follow a key word of three letters: the rest of a key, what joins it to its value, or the end of a name whose value
/// stands beside it.
static JOINTS: Class = {
    let mut table = [false; 256];
    let letters =
        b" \t\r\n=:<>|?!,([{}])\"'`\\_-.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut at = 0;
    while at < letters.len() {
        table[letters[at] as usize] = true;
        at += 1;
    }
    table
};
