//! The anchors of many rules: finds where one stands and tells which rules to ask.

use super::alphabet::Class;
use super::compiled::Compiled;
use super::prefilter::{Literal, Prefilter};
use crate::rule::PatternKind;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A prefilter over the anchors of some rules.
#[derive(Debug)]
pub struct Anchors {
    filter: Prefilter,
    /// What the literals of the filter mean, in their order.
    literals: Vec<Meaning>,
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
    /// The anchors of rules, which are known by their place.
    #[must_use]
    pub fn new(rules: &[Compiled]) -> Self {
        let (mut texts, mut literals) = (Vec::new(), Vec::<Meaning>::new());
        let mut known: FxHashMap<(Box<[u8]>, bool), usize> = FxHashMap::default();
        for (index, rule) in rules.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            for text in &rule.anchors {
                let literal = literal(rule, text);
                let key = (literal.text.clone(), literal.fold);
                // Short ones are found by what may stand beside them, which differs from rule to rule.
                match known.get(&key).filter(|_| literal.text.len() > 4) {
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
        Self {
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
        let lengths = self.literals.iter().map(|meaning| meaning.length);
        lengths.max().unwrap_or(0)
    }

    /// Length and rules of each anchor, in the order of the numbers that hits give.
    pub fn literals(&self) -> impl Iterator<Item = (usize, &[u32])> {
        let literals = self.literals.iter();
        literals.map(|meaning| (meaning.length, &meaning.rules[..]))
    }

    /// Where the anchor of a hit stands, and the rules it is an anchor of.
    #[must_use]
    pub fn of(&self, (at, literal): Hit) -> (Range<usize>, &[u32]) {
        let meaning = &self.literals[literal as usize];
        (at as usize..at as usize + meaning.length, &meaning.rules)
    }

    /// Whether a hit is part of a key word, not of a value.
    #[must_use]
    pub fn is_key(&self, (_, literal): Hit) -> bool {
        self.literals[literal as usize].key
    }
}

fn literal(rule: &Compiled, text: &str) -> Literal {
    let keyed = rule.kind == PatternKind::Keyed;
    let bytes = if keyed {
        text.to_ascii_lowercase()
    } else {
        text.to_owned()
    };
    let shape = rule.form.shape().filter(|_| !keyed);
    let joints: Option<&'static Class> = keyed.then_some(&JOINTS);
    Literal {
        before: shape.and_then(|shape| shape.before_anchor()),
        after: shape
            .and_then(|shape| shape.after_anchor(bytes.as_bytes()))
            .or(joints),
        text: bytes.into_bytes().into(),
        fold: keyed,
    }
}

/// What may follow a key word of three letters: the rest of a key, or what joins it to its value.
static JOINTS: Class = {
    let mut table = [false; 256];
    let letters =
        b" \t=:>|?,([])\"'`\\_-.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut at = 0;
    while at < letters.len() {
        table[letters[at] as usize] = true;
        at += 1;
    }
    table
};
