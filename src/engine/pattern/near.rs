//! Values that stand near their key word while no sign joins the two: in a log line, a note, an element whose name says
//! `secret`. The rule says how near; one of its key words must stand between.

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

/// Places in a stretch where a value may start.
pub(super) fn starts(bytes: &[u8], stretch: Range<usize>) -> impl Iterator<Item = usize> + '_ {
    stretch.filter(move |&at| opens(bytes, at))
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

/// A rule, and a stretch in which no match of it starts.
type Known<'a> = Option<(&'a Compiled, Range<usize>)>;

/// Stretches in which no match of a rule starts, of the rules that were asked last: key words stand close together, so their
/// stretches overlap.
#[derive(Default)]
pub(super) struct Barren<'a> {
    known: [Known<'a>; 16],
    next: usize,
}

impl<'a> Barren<'a> {
    /// Whether no match of a rule starts in a stretch.
    pub(super) fn has(&mut self, bytes: &[u8], rule: &'a Compiled, stretch: &Range<usize>) -> bool {
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
        starts(bytes, stretch(bytes, 0..4, 80, true))
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
    fn a_value_stands_by_itself() {
        let alone = |text: &str, named| closed(text.as_bytes(), 0..text.len(), named);
        assert!(alone("3f9a1c8e7b2d", true) && !alone("authenticationkeys", true));
        assert!(!alone("3f9a1c8e7b2d", false) && alone("3f9a1c8e7b2x", false));
        for text in ["3f9a-4c", "3f9a/x", "3f9a(", "3f9ax"] {
            assert!(!closed(text.as_bytes(), 0..4, true), "{text}");
        }
    }
}
