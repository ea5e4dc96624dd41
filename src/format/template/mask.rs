//! Replaces template actions by filler of the same length that YAML reads as text.
//!
//! An action beside text becomes a word of private-use letters. One that has its lines to itself and only controls
//! becomes blank. One that writes whole lines becomes an entry `<<: filler` or an item `- filler`, in the column where
//! its output will stand: the collection around it then knows that it may hold more.

use super::hole::{Hole, Masked, Stand};
use super::outline::{self, Outline};
use super::{Action, Kind, branch};
use std::ops::Range;

/// Filler: three bytes of text that no file uses.
pub(super) const LONG: char = '\u{e000}';
/// Filler: two bytes.
pub(super) const SHORT: char = '\u{7fe}';

/// `<<: ` and the shortest filler.
const SHORTEST: usize = 6;

/// How much of the text is kept, from most to least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Style {
    /// All branches, and marks for what actions write on lines of their own.
    Whole,
    /// The first branch of each control only.
    FirstBranch,
    /// The first branch, without marks.
    Unmarked,
}

pub(super) fn mask(text: &str, actions: &[Action], style: Style) -> Masked {
    let mut masker = Masker {
        out: text.as_bytes().to_vec(),
        holes: Vec::new(),
        text: text.as_bytes(),
        outline: Outline::default(),
        style,
    };
    let branches = match style {
        Style::Whole => Vec::new(),
        Style::FirstBranch | Style::Unmarked => branch::later(actions),
    };
    let mut rest = actions;
    for branch in branches {
        let before = rest.partition_point(|action| action.range.start < branch.start);
        masker.actions(&rest[..before]);
        let after = rest.partition_point(|action| action.range.start < branch.end);
        rest = &rest[after..];
        masker.omit(branch);
    }
    masker.actions(rest);
    // Whole characters were replaced by whole characters, so this is always text; if it were not, nothing is masked.
    match String::from_utf8(masker.out) {
        Ok(out) => Masked {
            text: out,
            holes: masker.holes,
        },
        Err(_) => Masked {
            text: text.to_owned(),
            holes: Vec::new(),
        },
    }
}

/// The lines that the first actions of `actions` share, and how many do.
fn group(text: &[u8], actions: &[Action]) -> (Range<usize>, usize) {
    let first = &actions[0].range;
    let start = memchr::memrchr(b'\n', &text[..first.start]).map_or(0, |at| at + 1);
    let mut count = 0;
    let mut end = start;
    for action in actions {
        if count > 0 && action.range.start >= end {
            break;
        }
        count += 1;
        if action.range.end > end || count == 1 {
            let rest = &text[action.range.end..];
            end = action.range.end + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        }
    }
    (start..end, count)
}

struct Masker<'t> {
    text: &'t [u8],
    out: Vec<u8>,
    holes: Vec<Hole>,
    outline: Outline,
    style: Style,
}

impl Masker<'_> {
    fn actions(&mut self, mut actions: &[Action]) {
        while !actions.is_empty() {
            let (line, count) = group(self.text, actions);
            let (here, later) = actions.split_at(count);
            self.group(line, here);
            actions = later;
        }
    }

    fn group(&mut self, line: Range<usize>, actions: &[Action]) {
        if !alone(self.text, &line, actions) {
            self.beside(&line, actions);
            return;
        }
        // Line breaks rather than blanks: before the first line of a block scalar, blanks would be indentation.
        self.replace(&line, b'\n');
        if let Some(output) = actions.iter().find(|action| action.kind == Kind::Output) {
            self.line(line, output);
        }
    }

    /// Leaves out a stretch of text, and remembers that something stood there.
    fn omit(&mut self, range: Range<usize>) {
        let over_lines = memchr::memchr(b'\n', &self.text[range.clone()]).is_some();
        self.replace(&range, if over_lines { b'\n' } else { b' ' });
        self.holes.push(Hole {
            range: range.clone(),
            place: range,
            stand: Stand::Blank,
            kind: Kind::Output,
        });
    }

    /// Replaces by one byte, line breaks kept.
    fn replace(&mut self, range: &Range<usize>, filler: u8) {
        for byte in &mut self.out[range.clone()] {
            if !matches!(*byte, b'\n' | b'\r') {
                *byte = filler;
            }
        }
    }

    /// Masks actions on a line with other text.
    fn beside(&mut self, line: &Range<usize>, actions: &[Action]) {
        let mut last = actions.len();
        let mut end = line.end;
        while last > 0 && self.is_blank(actions[last - 1].range.end..end) {
            let action = &actions[last - 1];
            if !action.kind.is_silent() {
                break;
            }
            // What decides about the text before it, and stands at the end, is no part of that text.
            self.replace(&action.range, b' ');
            end = action.range.start;
            last -= 1;
        }
        let mut quotes = Quotes::default();
        let mut from = line.start;
        let mut index = 0;
        while index < last {
            let action = &actions[index];
            let after_a_string = quotes.end_a_string(&self.text[from..action.range.start]);
            if let Some(next) = self.other_key(actions, index) {
                self.omit(action.range.start..actions[next].range.end);
                index = next;
            } else if action.kind.is_silent() && after_a_string {
                self.replace(&action.range, b' ');
            } else if index + 1 == last && self.is_blank(action.range.end..end) {
                self.last_word(line, action);
            } else {
                self.word(action);
            }
            from = actions[index].range.end;
            index += 1;
        }
    }

    /// Where `{{ else }} key: {{ end }}` ends, if that is what begins at `index`.
    fn other_key(&self, actions: &[Action], index: usize) -> Option<usize> {
        let next = actions.get(index + 1)?;
        let between = &self.text[actions[index].range.end..next.range.start];
        let key = actions[index].kind == Kind::Else && between.trim_ascii().ends_with(b":");
        (key && next.kind == Kind::End).then_some(index + 1)
    }

    fn is_blank(&self, range: Range<usize>) -> bool {
        self.text[range].trim_ascii().is_empty()
    }

    /// Masks an action that stands beside text.
    fn word(&mut self, action: &Action) {
        self.replace(&action.range, b' ');
        if action.kind == Kind::Note {
            return;
        }
        self.fill(first_line(self.text, &action.range));
        match self.holes.last_mut() {
            Some(last) if last.range.end == action.range.start && last.stand == Stand::Word => {
                last.range.end = action.range.end;
                last.place.end = action.range.end;
                if action.kind == Kind::Output {
                    last.kind = Kind::Output;
                }
            }
            _ => self.holes.push(Hole {
                range: action.range.clone(),
                place: action.range.clone(),
                stand: Stand::Word,
                kind: action.kind,
            }),
        }
    }

    /// Masks the action that a line ends with. `key: {{ x | nindent 4 }}` writes the lines below; where more of them follow,
    /// it is one of them.
    fn last_word(&mut self, line: &Range<usize>, action: &Action) {
        let range = action.range.clone();
        let after_key = self.text[line.start..range.start]
            .trim_ascii_end()
            .ends_with(b":");
        let below = column(&self.text[range.clone()], usize::MAX).filter(|_| after_key);
        let next = outline::next_line(self.text, line.end.min(self.text.len()));
        let (Some(column), Some((next, content))) = (below, next) else {
            return self.word(action);
        };
        let room = first_line(self.text, &range);
        let start = room.start + 1 + column;
        let mark: &[u8] = if outline::is_item(content) {
            b"- "
        } else {
            b"<<: "
        };
        if next != column || start + SHORTEST > room.end || self.style == Style::Unmarked {
            return self.word(action);
        }
        self.replace(&range, b' ');
        self.out[room.start] = b'\n';
        self.out[start..start + mark.len()].copy_from_slice(mark);
        self.fill(start + mark.len()..room.end);
        self.holes.push(Hole {
            range: range.clone(),
            place: range,
            stand: if mark == b"- " {
                Stand::Item
            } else {
                Stand::Entry
            },
            kind: Kind::Output,
        });
    }

    /// Masks an action that writes the lines it stands on.
    fn line(&mut self, line: Range<usize>, action: &Action) {
        let mut stand = Stand::Blank;
        let mut place = action.range.clone();
        if self.style != Style::Unmarked {
            let room = first_line(self.text, &action.range);
            let own = room.start - line.start;
            let wanted = column(&self.text[action.range.clone()], own).unwrap_or(own);
            let (column, word) = match line.start + wanted {
                start if start + SHORTEST <= room.end => (wanted, start..room.end),
                _ => (own, room),
            };
            stand = self.outline.stand(self.text, line.start, column, line.end);
            if word.len() < SHORTEST {
                stand = Stand::Word;
            }
            let mark: &[u8] = match stand {
                Stand::Entry => b"<<: ",
                Stand::Item => b"- ",
                Stand::Word | Stand::Blank => b"",
            };
            place.start = place.start.min(word.start);
            self.out[line.start..word.start].fill(b' ');
            let from = word.start + mark.len();
            self.out[word.start..from].copy_from_slice(mark);
            self.fill(from..word.end);
        }
        self.holes.push(Hole {
            range: action.range.clone(),
            place,
            stand,
            kind: Kind::Output,
        });
    }

    fn fill(&mut self, range: Range<usize>) {
        fill(&mut self.out[range]);
    }
}

/// How many quotes of each kind a line had so far.
#[derive(Default)]
struct Quotes {
    double: usize,
    single: usize,
}

impl Quotes {
    /// Reads on, and tells whether the text ends in the quote that closes a string.
    fn end_a_string(&mut self, text: &[u8]) -> bool {
        self.double += memchr::memchr_iter(b'"', text).count();
        self.single += memchr::memchr_iter(b'\'', text).count();
        match text.trim_ascii_end().last() {
            Some(b'"') => self.double.is_multiple_of(2),
            Some(b'\'') => self.single.is_multiple_of(2),
            _ => false,
        }
    }
}

/// Fills with filler; a single byte is a blank.
pub(super) fn fill(bytes: &mut [u8]) {
    let mut at = 0;
    while at < bytes.len() {
        let left = bytes.len() - at;
        let mut letters = [0; 3];
        let letter = match left % 3 {
            _ if left < 2 => " ",
            0 => LONG.encode_utf8(&mut letters),
            _ => SHORT.encode_utf8(&mut letters),
        };
        bytes[at..at + letter.len()].copy_from_slice(letter.as_bytes());
        at += letter.len();
    }
}

/// Whether nothing but blanks stands beside the actions.
pub(super) fn alone(text: &[u8], line: &Range<usize>, actions: &[Action]) -> bool {
    let mut at = line.start;
    let mut blank = true;
    for action in actions {
        blank &= text[at..action.range.start].trim_ascii().is_empty();
        at = action.range.end;
    }
    blank && text[at..line.end].trim_ascii().is_empty()
}

/// The part of a range before its first line break.
fn first_line(text: &[u8], range: &Range<usize>) -> Range<usize> {
    let length = memchr::memchr2(b'\n', b'\r', &text[range.clone()]).unwrap_or(range.len());
    range.start..range.start + length
}

/// The column that `nindent` names, or `indent` from the action's `own` column.
fn column(action: &[u8], own: usize) -> Option<usize> {
    let at = memchr::memmem::rfind(action, b"indent")?;
    let rest = action[at + b"indent".len()..].trim_ascii_start();
    let rest = rest.strip_prefix(b"(").unwrap_or(rest);
    let number = rest
        .iter()
        .take(3)
        .take_while(|byte| byte.is_ascii_digit())
        .map(|digit| usize::from(digit - b'0'))
        .reduce(|number, digit| number * 10 + digit)?;
    let breaks_the_line = at > 0 && action[at - 1] == b'n';
    if breaks_the_line {
        return Some(number);
    }
    number.checked_add(own)
}
