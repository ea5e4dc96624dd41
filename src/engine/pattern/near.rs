//! Values that stand near their key word while no sign joins the two: in a log line, a note, an element whose name says
//! `secret`. The rule says how near; one of its key words must stand between.

use crate::judge::alphabet;
use crate::judge::compiled::Compiled;
use crate::judge::words::wordy;
use std::ops::Range;

/// Most lines that a vendor's name reaches over; a word such as `key` reaches to the end of its own.
const LINES: usize = 3;

/// The bytes after an anchor in which a value may start; `named` when the anchor names a vendor.
pub(super) fn stretch(
    bytes: &[u8],
    anchor: Range<usize>,
    reach: usize,
    named: bool,
) -> Range<usize> {
    let end = bytes.len().min(anchor.end + reach);
    let stretch = &bytes[anchor.end..end];
    let lines = memchr::memchr_iter(b'\n', stretch).nth(if named { LINES - 1 } else { 0 });
    anchor.end..lines.map_or(end, |line| anchor.end + line)
}

/// Places in a stretch where a value may start, of those that `next` names: the first in a range.
pub(super) fn starts<'a>(
    bytes: &'a [u8],
    mut stretch: Range<usize>,
    next: impl Fn(Range<usize>) -> Option<usize> + 'a,
) -> impl Iterator<Item = usize> + 'a {
    let places = std::iter::from_fn(move || {
        let at = next(stretch.clone())?;
        stretch.start = at + 1;
        Some(at)
    });
    places.filter(move |&at| opens(bytes, at))
}

/// Whether a value may open here: a letter or digit that no word, path or address runs into.
fn opens(bytes: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|at| bytes[at]) else {
        return false;
    };
    bytes[at].is_ascii_alphanumeric()
        && !(before.is_ascii_alphanumeric()
            || matches!(
                before,
                b'/' | b'@' | b'#' | b'+' | b'%' | b'$' | b'\\' | b'&'
            )
            || (matches!(before, b'-' | b'_' | b'.') && at >= 2 && bytes[at - 2].is_ascii_digit())
            || (matches!(before, b'?' | b'!' | b'^' | b'*' | b'~')
                && at >= 2
                && bytes[at - 2].is_ascii_alphanumeric()))
}

/// Whether a value that was found there may stand by itself: nothing runs on, and it is no word and, where nobody is named
/// and no sign stands before it, no digest.
pub(super) fn closed(bytes: &[u8], value: Range<usize>, named: bool) -> bool {
    let assigned = value.start > 0 && bytes[value.start - 1] == b'=';
    let next = bytes.get(value.end).copied();
    let further = bytes.get(value.end + 1).copied();
    // What runs on behind a mark is longer than the alphabet of the rule: something else.
    let joined = next.is_some_and(|byte| b"-_./+@:?!^*~".contains(&byte))
        && further.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'/');
    let secret = &bytes[value];
    // The start of a public key of SSH: its kind, with a length before it.
    let public = secret.starts_with(b"AAAA");
    let digits = secret.iter().filter(|byte| byte.is_ascii_digit()).count();
    // Hexadecimal letters make words by chance.
    let word = digits * 5 < secret.len() && wordy(secret);
    let digest = secret.iter().all(u8::is_ascii_hexdigit);
    let capitals = secret.iter().any(u8::is_ascii_uppercase);
    !joined
        && !public
        && !next.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'(' | b'='))
        && (digits > 0 || (secret.len() >= 20 && (capitals || named)))
        && (named || assigned || !digest)
        && !word
}

/// So many bytes in a row that tokens are written in are a long row: few words are longer.
const LONG: usize = 16;

/// A stretch without a long row, and where the first one stands behind it.
#[derive(Default)]
struct Clear {
    stretch: Range<usize>,
    row: Option<usize>,
}

impl Clear {
    /// Whether no long row lies in a range. The bytes of a text are looked at once as long as ranges go on and overlap.
    fn covers(&mut self, bytes: &[u8], range: Range<usize>) -> bool {
        let passed = self.row.is_some_and(|at| at < range.start);
        if passed || !(self.stretch.start..=self.stretch.end).contains(&range.start) {
            self.stretch = range.start..range.start;
            self.row = None;
        }
        if range.end <= self.stretch.end {
            return true;
        }
        if self.row.is_none() {
            let from = self.stretch.end.saturating_sub(LONG - 1);
            let from = from.max(self.stretch.start);
            let rest = bytes.get(from..range.end).unwrap_or_default();
            self.row = alphabet::find_run(rest, &alphabet::TOKENS, LONG).map(|at| from + at);
            self.stretch.end = self.row.map_or(range.end, |at| at + LONG - 1);
        }
        range.end <= self.stretch.end
    }
}

/// A rule, and a stretch in which no match of it starts.
type Known<'a> = Option<(&'a Compiled, Range<usize>)>;

/// Stretches in which no match of a rule starts, of the rules that were asked last: key words stand close together, so their
/// stretches overlap.
#[derive(Default)]
pub(super) struct Barren<'a> {
    clear: Clear,
    known: [Known<'a>; 16],
    next: usize,
}

impl<'a> Barren<'a> {
    /// Whether no match of a rule starts in a stretch, for it holds no row of what tokens are written in.
    pub(super) fn is_clear(
        &mut self,
        bytes: &[u8],
        rule: &Compiled,
        stretch: &Range<usize>,
    ) -> bool {
        rule.form.holds_row(LONG).is_some_and(|behind| {
            let end = bytes.len().min(stretch.end + behind);
            self.clear.covers(bytes, stretch.start..end)
        })
    }

    /// Whether no match of a rule starts in a stretch.
    pub(super) fn has(&mut self, bytes: &[u8], rule: &'a Compiled, stretch: &Range<usize>) -> bool {
        if self.is_clear(bytes, rule, stretch) {
            return true;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn spots(text: &str) -> Vec<&str> {
        let bytes = text.as_bytes();
        let stretch = stretch(bytes, 0..4, 80, true);
        starts(bytes, stretch, |mut range| range.next())
            .map(|at| &text[at..])
            .collect()
    }

    #[test]
    fn a_value_follows_a_key_word_at_some_distance() {
        assert_eq!(spots("acme key 3f9a"), ["key 3f9a", "3f9a"]);
        assert_eq!(spots("acme </id>\n<a>{3f9a"), ["a>{3f9a", "3f9a"]);
        assert!(spots("acme /3f9a").is_empty() && spots("acme 1-3f9a").len() == 1);
        assert!(spots("acme \n\n\n3f9a").is_empty());
        assert!(spots(&format!("acme {}3f9a", " ".repeat(80))).is_empty());
        assert!(spots("acme").is_empty());
    }

    #[test]
    fn a_clear_stretch_holds_no_long_row() {
        let text = format!(
            "{}{} {}",
            "ab ".repeat(9),
            "x".repeat(LONG),
            "cd ".repeat(30)
        );
        let bytes = text.as_bytes();
        for step in [1, 5, 40] {
            let mut clear = Clear::default();
            for start in (0..bytes.len()).step_by(step) {
                for end in [start, start + 9, start + 60] {
                    let end = end.min(bytes.len());
                    let row = alphabet::find_run(&bytes[start..end], &alphabet::TOKENS, LONG);
                    assert_eq!(
                        clear.covers(bytes, start..end),
                        row.is_none(),
                        "{start}..{end}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_value_stands_by_itself() {
        let alone = |text: &str, named| closed(text.as_bytes(), 0..text.len(), named);
        assert!(alone("3f9a1c8e7b2d", true) && !alone("authenticationkeys", true));
        assert!(!alone("3f9a1c8e7b2d", false) && alone("3f9a1c8e7b2x", false));
        for text in ["3f9a-4c", "3f9a/x", "3f9a(", "3f9ax"] {
            assert!(!closed(text.as_bytes(), 0..4, true), "{text}");
        }
    }
}
