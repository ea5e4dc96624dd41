//! The value that GitHub tells alerts apart by: `primaryLocationLineHash`, a rolling hash over the hundred characters from
//! the line's first on, blanks and tabs left out, and how often the same hash came up before in the file.
//!
//! It is what `github/codeql-action` computes (`src/fingerprints.ts`): when ours is missing or differs, that action warns and
//! sets its own.

use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Characters of the window.
const WINDOW: usize = 100;
/// Base of the polynomial.
const BASE: u64 = 37;
/// Stands after the last character.
const END: u16 = 0xffff;

/// The hashes of the wanted lines (from 1, ascending) of a text; a line that the text does not have is left out.
pub(super) fn line_hashes(bytes: &[u8], wanted: &[u32]) -> BTreeMap<u32, String> {
    let mut found = BTreeMap::new();
    let mut rolling = Rolling::default();
    let text = String::from_utf8_lossy(bytes);
    let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
    let mut keep = |line: u32, hash: u64| {
        let times = seen.entry(hash).or_default();
        *times += 1;
        if wanted.binary_search(&line).is_ok() {
            found.insert(line, format!("{hash:x}:{times}"));
        }
    };
    let mut lines = Lines::default();
    let last = wanted.last().copied().unwrap_or_default();
    let counted = text
        .encode_utf16()
        .chain([END])
        .filter_map(|unit| lines.next(unit));
    for (unit, starts) in counted.chain([(0, None); WINDOW]) {
        if let Some((line, hash)) = rolling.push(unit, starts) {
            keep(line, hash);
            if line >= last {
                break;
            }
        }
    }
    found
}

/// Tells which characters count and which start a line.
struct Lines {
    number: u32,
    starts: bool,
    after_return: bool,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            number: 0,
            starts: true,
            after_return: false,
        }
    }
}

impl Lines {
    /// The character as it is hashed, with the number of the line that it is the first of; none where it does not count.
    fn next(&mut self, unit: u16) -> Option<(u16, Option<u32>)> {
        const FEED: u16 = 0x0a;
        const RETURN: u16 = 0x0d;
        let second = std::mem::take(&mut self.after_return) && unit == FEED;
        if matches!(unit, 0x20 | 0x09) || second {
            return None;
        }
        self.after_return = unit == RETURN;
        let unit = if unit == RETURN { FEED } else { unit };
        let starts = std::mem::replace(&mut self.starts, unit == FEED);
        if starts {
            self.number += 1;
        }
        Some((unit, starts.then_some(self.number)))
    }
}

/// The hash of the last hundred characters, and which of them start a line.
struct Rolling {
    window: [u16; WINDOW],
    lines: [Option<u32>; WINDOW],
    at: usize,
    hash: u64,
    /// `BASE` to the power of `WINDOW`.
    oldest: u64,
}

impl Default for Rolling {
    fn default() -> Self {
        Self {
            window: [0; WINDOW],
            lines: [None; WINDOW],
            at: 0,
            hash: 0,
            oldest: (0..WINDOW).fold(1, |power: u64, _| power.wrapping_mul(BASE)),
        }
    }
}

impl Rolling {
    /// Takes a character; yields the line whose first character leaves the window, with the hash from there on.
    fn push(&mut self, unit: u16, starts: Option<u32>) -> Option<(u32, u64)> {
        let done = self.lines[self.at].map(|line| (line, self.hash));
        self.lines[self.at] = starts;
        let leaving = std::mem::replace(&mut self.window[self.at], unit);
        self.hash = self
            .hash
            .wrapping_mul(BASE)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(self.oldest.wrapping_mul(u64::from(leaving)));
        self.at = if self.at + 1 == WINDOW {
            0
        } else {
            self.at + 1
        };
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<String> {
        let wanted: Vec<u32> = (1..10).collect();
        line_hashes(text.as_bytes(), &wanted)
            .into_values()
            .collect()
    }

    /// Computed with the function GitHub uploads results with.
    #[test]
    fn equals_what_github_computes() {
        let last = "c129715d7a2bc9a3:1";
        let cases: [(&str, &[&str]); 9] = [
            ("", &[last]),
            ("\n", &["3c5bef55b72b93c9:1", last]),
            (
                "a\nb\n",
                &["81b8d8db678b2bbe:1", "ade70578248be16f:1", last],
            ),
            ("a\nb", &["c74339777b6a2c60:1", "8ee5a81e681643c1:1"]),
            (
                "  aws_key = \"x\"\n\taws_key = \"x\"\n",
                &["17cf34b8549b38cf:1", "8dece072bfed1fa9:1", last],
            ),
            (
                "x\r\ny\rz\n",
                &[
                    "b9ca9c0a2452b1b0:1",
                    "3c9a59cfc299b3ee:1",
                    "95de0951c928fa27:1",
                    last,
                ],
            ),
            ("é😀\n", &["16a367e7bde89037:1", last]),
            (
                "k\nk\nk\n",
                &[
                    "49ab6c3e9871bf4e:1",
                    "1177b40ac5e1d52d:1",
                    "84e3a6e9c246cab4:1",
                    last,
                ],
            ),
            (
                &format!("{}\ny\n", "x".repeat(150)),
                &["52b56201ffb58620:1", "c33be7e0cf7c3ca:1", last],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(hashes(text), expected, "{text:?}");
        }
    }

    #[test]
    fn equal_surroundings_are_counted() {
        let block = format!("{}\n", "z".repeat(200));
        let all = hashes(&block.repeat(3));
        let stem = |hash: &String| hash.split(':').next().map(str::to_owned);
        assert_eq!(stem(&all[0]), stem(&all[1]));
        assert!(all[0].ends_with(":1") && all[1].ends_with(":2"));
    }

    #[test]
    fn only_wanted_lines_are_kept() {
        let found = line_hashes(b"a\nb\n", &[2, 9]);
        assert_eq!(found.into_keys().collect::<Vec<u32>>(), [2]);
    }
}
