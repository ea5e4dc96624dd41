//! Matches a value described as literals and runs, without a regular expression.

use super::alphabet::{self, Class};
use crate::rule::{Alphabet, Pattern, Run, Shape as Written};
use std::ops::Range;

#[derive(Debug)]
enum Part {
    Literals(Vec<Box<[u8]>>),
    Run {
        class: &'static Class,
        min: usize,
        max: usize,
        padded: bool,
        lazy: bool,
    },
}

impl Part {
    /// Bytes of it, at most.
    fn longest(&self) -> usize {
        match self {
            Self::Literals(texts) => texts.iter().map(|text| text.len()).max().unwrap_or(0),
            Self::Run { max, .. } => max.saturating_add(2),
        }
    }
}

/// A described value, ready to match.
#[derive(Debug)]
pub struct Shape {
    parts: Vec<Part>,
    /// The part that anchors stand in.
    anchored: usize,
    /// Parts that the secret runs from and to, where it is not the whole.
    secret: Option<(usize, usize)>,
    /// What may not stand beside the value, where the rule says it.
    boundary: Option<&'static Class>,
    /// A single open run: in quotes it goes up to the closing one.
    open: Option<(usize, usize)>,
    /// The run whose lack shows soonest that no match starts in a stretch.
    row: Option<Row>,
}

/// So many bytes of an alphabet in a row, that every match holds.
#[derive(Debug, Clone, Copy)]
struct Row {
    class: &'static Class,
    least: usize,
    /// Bytes of a match before it, at most.
    before: usize,
    /// Whether the alphabet is one that most tokens are written in.
    tokens: bool,
}

/// Where a value was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The whole match.
    pub whole: Range<usize>,
    /// The secret in it.
    pub secret: Range<usize>,
    /// Length of the fixed literal that the secret begins with.
    pub prefix: usize,
}

/// A run without a `max` ends here at the latest.
const LONGEST: usize = 8192;
/// Most parts tried for one place, so that hostile text stays cheap.
const STEPS: usize = 2048;
const MAX_PARTS: usize = 32;

impl Shape {
    /// Reads a pattern's shape; `None` when it has none.
    #[must_use]
    pub fn new(pattern: &Pattern) -> Option<Self> {
        if pattern.shape.is_empty() || pattern.shape.len() > MAX_PARTS {
            return None;
        }
        let parts: Vec<Part> = pattern.shape.iter().map(part).collect();
        let secret = |part: &Written| matches!(part, Written::Run(run) if run.secret);
        let first = pattern.shape.iter().position(secret);
        let last = pattern.shape.iter().rposition(secret);
        let open = match &pattern.shape[..] {
            [Written::Run(run)] if run.of == Alphabet::Value => Some(bounds(run)),
            _ => None,
        };
        Some(Self {
            anchored: anchored(&parts, &pattern.anchors),
            row: row(&parts),
            parts,
            secret: first.zip(last),
            boundary: pattern.boundary.map(alphabet::of),
            open,
        })
    }

    /// Bytes of the longest match.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.parts
            .iter()
            .map(Part::longest)
            .fold(0, usize::saturating_add)
    }

    /// Bytes before an anchor that belong to a match, at most.
    #[must_use]
    pub fn before(&self) -> usize {
        self.parts[..self.anchored]
            .iter()
            .map(Part::longest)
            .fold(0, usize::saturating_add)
    }

    /// Whether a match ends with its line at the latest.
    #[must_use]
    pub fn in_line(&self) -> bool {
        self.parts.iter().all(|part| match part {
            Part::Literals(texts) => !texts.iter().any(|text| text.contains(&b'\n')),
            Part::Run { class, .. } => !class[usize::from(b'\n')],
        })
    }

    /// Whether the value is one open run, so that quotes bound it.
    #[must_use]
    pub fn open(&self) -> Option<(usize, usize)> {
        self.open
    }

    /// How far behind the stretch in which a match starts a row of so many [`alphabet::TOKENS`] ends that every match holds.
    #[must_use]
    pub fn holds_row(&self, least: usize) -> Option<usize> {
        let row = self.row.filter(|row| row.tokens && row.least >= least)?;
        Some(row.before + row.least)
    }

    /// Whether a match may start in `range`, as far as a look for what it starts with tells.
    #[must_use]
    pub fn may_start(&self, bytes: &[u8], range: Range<usize>) -> bool {
        let text = |length: usize| {
            let end = bytes.len().min(range.end + length);
            bytes.get(range.start..end).unwrap_or_default()
        };
        if let Some(row) = self.row
            && alphabet::find_run(text(row.before + row.least), row.class, row.least).is_none()
        {
            return false;
        }
        match self.parts.first() {
            Some(Part::Literals(starts)) => starts.iter().any(|start| {
                let text = text(start.len());
                start.first().is_none_or(|&first| {
                    memchr::memchr_iter(first, text).any(|at| text[at..].starts_with(start))
                })
            }),
            _ => true,
        }
    }

    /// The first place in `range` at which a match may start, as far as a look for its first row tells.
    #[must_use]
    pub fn next_start(&self, bytes: &[u8], range: Range<usize>) -> Option<usize> {
        let Some(row) = self.row.filter(|row| row.before == 0) else {
            return (!range.is_empty()).then_some(range.start);
        };
        let end = bytes.len().min((range.end + row.least).saturating_sub(1));
        let text = bytes.get(range.start..end).unwrap_or_default();
        alphabet::find_run(text, row.class, row.least).map(|at| range.start + at)
    }

    /// What may stand right before the anchor: the class of the run that the part before it is.
    #[must_use]
    pub fn before_anchor(&self) -> Option<&'static Class> {
        match self.parts.get(self.anchored.checked_sub(1)?)? {
            Part::Run { class, .. } => Some(class),
            Part::Literals(_) => None,
        }
    }

    /// What may stand right after an anchor that is all of its part: the class of the run that follows.
    #[must_use]
    pub fn after_anchor(&self, anchor: &[u8]) -> Option<&'static Class> {
        let Part::Literals(texts) = &self.parts[self.anchored] else {
            return None;
        };
        if !texts
            .iter()
            .all(|text| !text.starts_with(anchor) || **text == *anchor)
        {
            return None;
        }
        match self.parts.get(self.anchored + 1)? {
            Part::Run {
                class, min: 1.., ..
            } => Some(class),
            _ => None,
        }
    }

    /// Matches with the anchor at `at`: what stands before the anchor is matched backwards.
    #[must_use]
    pub fn at_anchor(&self, bytes: &[u8], at: usize) -> Option<Match> {
        let mut starts = [0usize; MAX_PARTS + 1];
        let mut steps = STEPS;
        let start = self.back(self.anchored, bytes, at, &mut starts, &mut steps)?;
        starts[0] = start;
        if !self.begins(bytes, start) {
            return None;
        }
        let end = self.forward(self.anchored, bytes, at, &mut starts, &mut steps)?;
        Some(self.found(start, end, &starts))
    }

    /// Matches from `at` on, whatever stands before it: a key and its join have said where a value starts.
    #[must_use]
    pub fn at(&self, bytes: &[u8], at: usize) -> Option<Match> {
        let mut starts = [0usize; MAX_PARTS + 1];
        starts[0] = at;
        let mut steps = STEPS;
        let end = self.forward(0, bytes, at, &mut starts, &mut steps)?;
        Some(self.found(at, end, &starts))
    }

    fn found(&self, start: usize, end: usize, starts: &[usize; MAX_PARTS + 1]) -> Match {
        let secret = self
            .secret
            .map_or(start..end, |(first, last)| starts[first]..starts[last + 1]);
        let prefix = match &self.parts[0] {
            Part::Literals(_) if self.parts.len() > 1 => starts[1].saturating_sub(secret.start),
            _ => 0,
        };
        Match {
            whole: start..end,
            secret,
            prefix,
        }
    }

    /// Matches the parts before `index` backwards from `end`; yields where the first starts. Longest runs are tried first.
    fn back(
        &self,
        index: usize,
        bytes: &[u8],
        end: usize,
        starts: &mut [usize; MAX_PARTS + 1],
        steps: &mut usize,
    ) -> Option<usize> {
        starts[index] = end;
        let Some(index) = index.checked_sub(1) else {
            return Some(end);
        };
        match &self.parts[index] {
            Part::Literals(texts) => texts
                .iter()
                .filter(|text| bytes[..end].ends_with(text))
                .find_map(|text| self.back(index, bytes, end - text.len(), starts, steps)),
            Part::Run {
                class, min, max, ..
            } => {
                let most = bytes[..end]
                    .iter()
                    .rev()
                    .take(*max)
                    .take_while(|&&byte| class[byte as usize])
                    .count();
                let least = if index == 0 { most } else { *min };
                (least.max(*min)..=most).rev().find_map(|count| {
                    *steps = steps.checked_sub(1)?;
                    self.back(index, bytes, end - count, starts, steps)
                })
            }
        }
    }

    /// Matches part `index` and those after it from `at` on; yields where the last ends. Longest runs are tried first.
    fn forward(
        &self,
        index: usize,
        bytes: &[u8],
        at: usize,
        starts: &mut [usize; MAX_PARTS + 1],
        steps: &mut usize,
    ) -> Option<usize> {
        starts[index] = at;
        let Some(part) = self.parts.get(index) else {
            return self.ends(bytes, at).then_some(at);
        };
        match part {
            Part::Literals(texts) => texts.iter().find_map(|text| {
                *steps = steps.checked_sub(1)?;
                bytes[at..]
                    .starts_with(text)
                    .then(|| self.forward(index + 1, bytes, at + text.len(), starts, steps))?
            }),
            Part::Run {
                min,
                max,
                lazy: true,
                ..
            } => {
                let Some(Part::Literals(texts)) = self.parts.get(index + 1) else {
                    return None;
                };
                let window = &bytes[at..bytes.len().min(at + max)];
                let next = texts
                    .iter()
                    .filter_map(|text| memchr::memmem::find(window, text))
                    .min()?;
                (next >= *min && !window[..next].contains(&0))
                    .then(|| self.forward(index + 1, bytes, at + next, starts, steps))?
            }
            Part::Run {
                class,
                min,
                max,
                padded,
                ..
            } => {
                let most = bytes[at..]
                    .iter()
                    .take(*max)
                    .take_while(|&&byte| class[byte as usize])
                    .count();
                if most < *min {
                    return None;
                }
                for count in (*min..=most).rev() {
                    *steps = steps.checked_sub(1)?;
                    let mut end = at + count;
                    if *padded && count == most {
                        end += bytes[end..]
                            .iter()
                            .take(2)
                            .take_while(|&&byte| byte == b'=')
                            .count();
                    }
                    if let Some(last) = self.forward(index + 1, bytes, end, starts, steps) {
                        starts[index] = at;
                        return Some(last);
                    }
                    if index + 1 == self.parts.len() {
                        // The last run ends where its alphabet ends; a shorter one cannot end better.
                        return None;
                    }
                }
                None
            }
        }
    }

    /// Whether a value may end here.
    fn ends(&self, bytes: &[u8], end: usize) -> bool {
        let Some(&next) = bytes.get(end) else {
            return true;
        };
        let own = match self.parts.last() {
            Some(Part::Run {
                class, lazy: false, ..
            }) => class[next as usize],
            _ => false,
        };
        !own && !self.boundary.is_some_and(|class| class[next as usize])
    }

    /// Whether a value may start here: no letter or digit runs into it, an escape sequence aside.
    fn begins(&self, bytes: &[u8], start: usize) -> bool {
        let Some(before) = start.checked_sub(1).map(|at| bytes[at]) else {
            return true;
        };
        let own = match self.parts.first() {
            Some(Part::Run {
                class, lazy: false, ..
            }) => class[before as usize],
            _ => {
                bytes.get(start).is_some_and(u8::is_ascii_alphanumeric)
                    && before.is_ascii_alphanumeric()
            }
        };
        let beside = own || self.boundary.is_some_and(|class| class[before as usize]);
        !beside || escaped(&bytes[..start])
    }
}

/// Whether text ends in an escape sequence: `\n`, `\t`, `\u0022`, `%3D`.
#[must_use]
pub fn escaped(before: &[u8]) -> bool {
    match before {
        [.., b'\\', b'n' | b't' | b'r' | b'b' | b'f'] => true,
        [.., b'\\', b'u', a, b, c, d] => [a, b, c, d].iter().all(|byte| byte.is_ascii_hexdigit()),
        [.., b'%', b'2' | b'3' | b'7', low] => low.is_ascii_hexdigit(),
        _ => false,
    }
}

fn part(written: &Written) -> Part {
    match written {
        Written::Literal(text) => Part::Literals(vec![text.as_bytes().into()]),
        Written::OneOf(texts) => {
            Part::Literals(texts.iter().map(|text| text.as_bytes().into()).collect())
        }
        Written::Run(run) => {
            let (min, max) = bounds(run);
            Part::Run {
                class: alphabet::of(run.of),
                min,
                max,
                padded: run.of == Alphabet::Base64,
                lazy: run.of == Alphabet::Text,
            }
        }
    }
}

/// The longest row that every match holds near its start.
fn row(parts: &[Part]) -> Option<Row> {
    /// Bytes before a row that are not too many to look through as well.
    const NEAR: usize = 64;
    let mut before = 0usize;
    let mut longest: Option<Row> = None;
    for part in parts {
        if let Part::Run {
            class,
            min: least @ 2..,
            lazy: false,
            ..
        } = *part
            && longest.is_none_or(|row| row.least < least)
        {
            longest = Some(Row {
                class,
                least,
                before,
                tokens: alphabet::within(class, &alphabet::TOKENS),
            });
        }
        before = before.saturating_add(part.longest());
        if before > NEAR {
            break;
        }
    }
    longest
}

/// Least and most length of a run.
#[must_use]
pub fn bounds(run: &Run) -> (usize, usize) {
    match (run.length, run.min, run.max) {
        (Some(length), _, _) => (length as usize, length as usize),
        (None, min, max) => {
            let min = min.unwrap_or(1) as usize;
            (min, max.map_or(LONGEST, |max| max as usize).max(min))
        }
    }
}

/// The first part that holds an anchor at its start.
fn anchored(parts: &[Part], anchors: &[String]) -> usize {
    parts
        .iter()
        .position(|part| match part {
            Part::Literals(texts) => texts.iter().any(|text| {
                anchors
                    .iter()
                    .any(|anchor| !anchor.is_empty() && text.starts_with(anchor.as_bytes()))
            }),
            Part::Run { .. } => false,
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(anchors: &str, parts: &str) -> Shape {
        let yaml = format!("provider: x\nkind: token\nanchors: {anchors}\nshape: {parts}\n");
        Shape::new(&serde_saphyr::from_str(&yaml).unwrap()).unwrap()
    }

    #[test]
    fn a_value_ends_where_its_alphabet_ends() {
        let token = shape("[tok_]", "[tok_, {of: base62, length: 4}]");
        let at = |text: &str| token.at_anchor(text.as_bytes(), text.find("tok_").unwrap());
        assert_eq!(
            at("=tok_ab12;").map(|m| (m.whole, m.prefix)),
            Some((1..9, 4))
        );
        assert_eq!(at("tok_ab12").map(|m| m.whole), Some(0..8));
        assert_eq!(at("tok_ab123"), None);
        assert_eq!(at("tok_ab1"), None);
        assert_eq!(at("xtok_ab12"), None);
        assert!(at("\\ntok_ab12").is_some() && at("%3Dtok_ab12").is_some());
    }

    #[test]
    fn a_stretch_shows_whether_a_match_may_start_in_it() {
        let token = shape("[tok_]", "[[tok_, key-], {of: base62, length: 4}]");
        let may = |text: &str, end: usize| token.may_start(text.as_bytes(), 0..end);
        assert!(may("a key-ab12", 3) && may("tok_ab12", 1) && may("a key-ab12", 10));
        assert!(!may("a key-ab12", 1) && !may("no word of it", 13) && !may("", 0));
        assert!(!may("tok_ab1", 1) && !may("key-", 1));
        let run = shape("[tok_]", "[{of: hex, length: 4}, tok_]");
        let may = |text: &str| run.may_start(text.as_bytes(), 0..text.len());
        assert!(may("x 12ab") && !may("x 12a"));
        let next = |text: &str, range| run.next_start(text.as_bytes(), range);
        assert_eq!(next("x 12ab5", 0..4), Some(2));
        assert_eq!(next("x 12ab5", 3..4), Some(3));
        assert_eq!(next("x 12ab5", 4..7), None);
        assert_eq!(next("x 12ab5", 0..2), None);
        assert_eq!(token.next_start(b"ab", 1..2), Some(1));
        assert_eq!(token.next_start(b"ab", 2..2), None);
    }

    #[test]
    fn what_stands_before_the_anchor_is_matched_backwards() {
        let bot = shape(
            "[':AA']",
            "[{of: digit, min: 3, max: 5}, ':AA', {of: base64url, length: 4}]",
        );
        let at = |text: &str| bot.at_anchor(text.as_bytes(), text.find(":AA").unwrap());
        assert_eq!(at("bot1234:AAabcd/x").map(|m| m.whole), Some(3..14));
        assert_eq!(at("/1234:AAabcd/x").map(|m| m.whole), Some(1..12));
        assert_eq!(at("123456:AAabcd"), None);
        assert_eq!(at("12:AAabcd"), None);
        assert!(bot.before_anchor().is_some() && bot.after_anchor(b":AA").is_some());
    }

    #[test]
    fn runs_give_back_what_the_next_part_needs() {
        let mixed = shape(
            "[key-]",
            "[key-, {of: base62, min: 2, max: 9}, us, {of: digit, min: 1, max: 2}]",
        );
        assert_eq!(
            mixed.at_anchor(b"key-abusus12", 0).map(|m| m.whole),
            Some(0..12)
        );
        let block = shape("[BEGIN]", "[BEGIN, {of: text, max: 20}, END]");
        assert_eq!(
            block.at_anchor(b"BEGIN a\nb END END", 0).map(|m| m.whole),
            Some(0..13)
        );
        assert_eq!(block.at_anchor(b"BEGIN 12345678901234567890 END", 0), None);
        let hostile = shape(
            "[aaaa]",
            "[aaaa, {of: lower, min: 1}, {of: lower, min: 1}, {of: lower, min: 1}, '!']",
        );
        assert_eq!(hostile.at_anchor(&[b'a'; 5000], 0), None);
    }

    #[test]
    fn the_secret_may_be_a_part() {
        let url = shape(
            "['http://']",
            "['http://', {of: unreserved, min: 1}, ':', {of: userinfo, min: 1, secret: true}, '@']",
        );
        let found = url.at_anchor(b"http://me:pw@host", 0).unwrap();
        assert_eq!((found.whole, found.secret), (0..13, 10..12));
    }
}
