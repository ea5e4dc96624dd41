//! Broken text: whatever is cut out of a configuration or written into it, reading and evaluating it end well.

use std::path::Path;
use tenure::extract::declare;
use tenure::format::{Limits, claim};
use tenure::source::BlobId;

/// A small generator of numbers, the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % most.max(1)
    }
}

const SCRAPS: &[&str] = &[
    "{", "}", "[", "]", "(", "${", "%{ if", "\"", "<<-E\n", "E\n", "/*", "#", "\\", "=", "\n",
    "...", "é", "for x in", "\u{feff}", "\0", "?", ":", ".", "*", "\"${\"${",
];

fn spoil(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(3) {
        let at = dice.below(letters.len());
        if dice.below(2) == 0 {
            let end = (at + dice.below(40)).min(letters.len());
            letters.drain(at..end);
        } else {
            let scrap = SCRAPS[dice.below(SCRAPS.len())];
            letters.splice(at..at, scrap.chars());
        }
    }
    letters.into_iter().collect()
}

#[test]
fn spoiled_configurations_are_read_and_evaluated() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/formats/hcl");
    let mut dice = Dice(7);
    for case in std::fs::read_dir(cases).expect("cases").flatten() {
        let path = case.path();
        if path.extension().is_some_and(|ending| ending == "tree") {
            continue;
        }
        let whole = std::fs::read_to_string(&path).expect("readable");
        for _ in 0..60 {
            let text = spoil(&whole, &mut dice);
            let format = claim("main.tf", text.as_bytes()).expect("a format");
            let document = format.parse(BlobId(7), "main.tf", &text, Limits::default());
            super::tree::check(&document, &text);
            let mut gaps = Vec::new();
            let _ = tenure::resolve::evaluate(declare(&document), &mut gaps);
        }
    }
}
