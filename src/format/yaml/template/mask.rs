//! Replaces template actions by filler of the same length that YAML reads as text.
//!
//! An action beside text becomes a word of private-use letters. One that has its lines to itself and only controls
//! becomes blank. One that writes whole lines becomes an entry `<<: filler` or an item `- filler`, in the column where
//! its output will stand: the collection around it then knows that it may hold more.

use super::{Action, Kind};
use std::ops::Range;

/// Filler: three bytes of text that no file uses.
pub(super) const LONG: char = '\u{e000}';
/// Filler: two bytes.
pub(super) const SHORT: char = '\u{7fe}';

/// `<<: ` and the shortest filler.
const SHORTEST: usize = 6;

/// What becomes of an action that writes whole lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Lines {
    /// An entry or an item.
    Marked,
    /// Blank: for texts where the mark does not parse.
    Blank,
}

/// How a hole stands in the masked text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Stand {
    /// As a word.
    Word,
    /// As `<<: word`.
    Entry,
    /// As `- word`.
    Item,
    /// As nothing.
    Blank,
}

/// An action, or several that touch, in the masked text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Hole {
    /// What was there.
    pub(in super::super) range: Range<usize>,
    /// The same with the filler, which may begin before it.
    pub(in super::super) place: Range<usize>,
    pub(in super::super) stand: Stand,
    pub(in super::super) kind: Kind,
}

/// A text of the same length without actions.
pub(in super::super) struct Masked {
    pub(in super::super) text: String,
    /// In order; actions that leave nothing are not among them.
    pub(in super::super) holes: Vec<Hole>,
}

pub(super) fn mask(text: &str, actions: &[Action], lines: Lines) -> Masked {
    let mut masker = Masker {
        out: text.as_bytes().to_vec(),
        holes: Vec::new(),
        text: text.as_bytes(),
        outline: Outline::default(),
        lines,
    };
    let mut rest = actions;
    while !rest.is_empty() {
        let (line, count) = group(masker.text, rest);
        let (here, later) = rest.split_at(count);
        masker.group(line, here);
        rest = later;
    }
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
    lines: Lines,
}

impl Masker<'_> {
    fn group(&mut self, line: Range<usize>, actions: &[Action]) {
        if !self.alone(&line, actions) {
            for action in actions {
                self.word(action);
            }
            return;
        }
        let output = actions
            .iter()
            .position(|action| action.kind == Kind::Output);
        for action in actions {
            self.blank(&action.range);
        }
        if let Some(index) = output {
            self.line(line, &actions[index]);
        }
    }

    /// Whether nothing but blanks stands beside the actions.
    fn alone(&self, line: &Range<usize>, actions: &[Action]) -> bool {
        let mut at = line.start;
        let mut blank = true;
        for action in actions {
            blank &= self.text[at..action.range.start].trim_ascii().is_empty();
            at = action.range.end;
        }
        blank && self.text[at..line.end].trim_ascii().is_empty()
    }

    /// Replaces by spaces, line breaks kept.
    fn blank(&mut self, range: &Range<usize>) {
        for byte in &mut self.out[range.clone()] {
            if !matches!(*byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }

    /// Masks an action that stands beside text.
    fn word(&mut self, action: &Action) {
        self.blank(&action.range);
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

    /// Masks an action that writes the lines it stands on.
    fn line(&mut self, line: Range<usize>, action: &Action) {
        let mut stand = Stand::Blank;
        let mut place = action.range.clone();
        if self.lines == Lines::Marked {
            let room = first_line(self.text, &action.range);
            let own = room.start - line.start;
            let wanted = column(&self.text[action.range.clone()], own);
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
        let mut at = range.start;
        while at < range.end {
            let left = range.end - at;
            let mut letters = [0; 3];
            let letter = match left % 3 {
                _ if left < 2 => " ",
                0 => LONG.encode_utf8(&mut letters),
                _ => SHORT.encode_utf8(&mut letters),
            };
            self.out[at..at + letter.len()].copy_from_slice(letter.as_bytes());
            at += letter.len();
        }
    }
}

/// The part of a range before its first line break.
fn first_line(text: &[u8], range: &Range<usize>) -> Range<usize> {
    let length = memchr::memchr2(b'\n', b'\r', &text[range.clone()]).unwrap_or(range.len());
    range.start..range.start + length
}

/// The column in which an action writes: what `nindent` or `indent` says, else its own.
fn column(action: &[u8], own: usize) -> usize {
    let Some(at) = memchr::memmem::rfind(action, b"indent") else {
        return own;
    };
    let rest = action[at + b"indent".len()..].trim_ascii_start();
    let rest = rest.strip_prefix(b"(").unwrap_or(rest);
    let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit());
    let Some(number) = digits
        .map(|digit| usize::from(digit - b'0'))
        .reduce(|number, digit| number * 10 + digit)
    else {
        return own;
    };
    let breaks_the_line = at > 0 && action[at - 1] == b'n';
    number + if breaks_the_line { 0 } else { own }
}

/// Items that may open on one line.
const INNER: usize = 16;

/// The indentation of the lines read so far: which columns are open, and as what.
#[derive(Default)]
struct Outline {
    read: usize,
    /// Columns from outer to inner, and whether items stand there.
    open: Vec<(usize, bool)>,
    /// Column of the last line, if it ends in a key without a value.
    wants: Option<usize>,
}

impl Outline {
    /// How a line written at `column` continues what is open there.
    fn stand(&mut self, text: &[u8], upto: usize, column: usize, next: usize) -> Stand {
        self.read(text, upto);
        if self.wants == Some(column) {
            return Stand::Item;
        }
        let inner = self.open.partition_point(|(open, _)| *open <= column);
        let items = match self.open[..inner].last() {
            Some(&(open, items)) if open == column => items,
            _ => follows_with_item(text, next, column),
        };
        if items { Stand::Item } else { Stand::Entry }
    }

    fn read(&mut self, text: &[u8], upto: usize) {
        while self.read < upto {
            let rest = &text[self.read..upto];
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            self.line(&rest[..end]);
            self.read += end;
        }
    }

    fn line(&mut self, line: &[u8]) {
        let content = line.trim_ascii_start();
        let column = line.len() - content.len();
        let content = content.trim_ascii_end();
        if content.is_empty()
            || content[0] == b'#'
            || content.starts_with(b"{{")
            || content.starts_with(b"{%")
        {
            return;
        }
        let outer = self.open.partition_point(|(open, _)| *open < column);
        self.open.truncate(outer);
        self.open.push((column, is_item(content)));
        self.wants = None;
        let mut column = column;
        let mut content = content;
        for _ in 0..INNER {
            if !is_item(content) {
                break;
            }
            let inner = content[1..].trim_ascii_start();
            column += content.len() - inner.len();
            content = inner;
            self.open.push((column, is_item(content)));
        }
        if content.ends_with(b":") {
            self.wants = Some(column);
        }
    }
}

fn is_item(content: &[u8]) -> bool {
    content.starts_with(b"- ") || content == b"-"
}

/// Whether the next line with text is an item at this column.
fn follows_with_item(text: &[u8], from: usize, column: usize) -> bool {
    text[from..]
        .split(|&byte| byte == b'\n')
        .take(20)
        .map(<[u8]>::trim_ascii_end)
        .find(|line| {
            let content = line.trim_ascii_start();
            !content.is_empty() && !content.starts_with(b"{{") && content[0] != b'#'
        })
        .is_some_and(|line| {
            line.len() > column
                && line[..column].trim_ascii().is_empty()
                && is_item(&line[column..])
        })
}
