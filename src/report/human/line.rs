//! One source line as a terminal may show it: cut to a window around what matters, secrets covered, controls escaped.

use super::super::{View, clean};
use crate::source::BlobId;
use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// A tab's width.
const TAB: &str = "    ";

/// A line ready to be shown.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// The text.
    pub(super) text: String,
    /// Cells taken so far.
    cells: usize,
    /// Bytes of the line beside the cell they are shown at, ascending.
    stops: Vec<(usize, usize)>,
}

impl Shown {
    /// Shows a line of a blob, `range` its bytes, around the byte ranges that will be underlined.
    pub(super) fn new(
        view: &View<'_>,
        blob: BlobId,
        range: Range<usize>,
        marks: &[Range<usize>],
        width: usize,
    ) -> Self {
        let bytes = view.report.blobs.get(blob).bytes();
        let window = window(bytes, &range, marks, width);
        let mut shown = Self::default();
        if window.start > range.start {
            shown.push(window.start, "…");
        }
        let mut at = window.start;
        for (cover, mask) in view.mask.covers(&view.report.blobs, blob, window.clone()) {
            shown.open(bytes, at..cover.start.max(at));
            shown.push(cover.start.max(at), &clean(&mask));
            at = cover.end.clamp(at, window.end);
        }
        shown.open(bytes, at..window.end);
        shown.stops.push((window.end, shown.cells));
        if window.end < range.end {
            shown.push(window.end, "…");
        }
        shown
    }

    /// The cells that a byte range takes, at least one.
    pub(super) fn cells(&self, mark: &Range<usize>) -> Range<usize> {
        let after = self.stops.partition_point(|stop| stop.0 <= mark.start);
        let start = self
            .stops
            .get(after.saturating_sub(1))
            .map_or(0, |stop| stop.1);
        let until = self.stops.partition_point(|stop| stop.0 < mark.end);
        let end = self.stops.get(until).map_or(self.cells, |stop| stop.1);
        start..end.max(start + 1)
    }

    /// Adds source text that may be seen.
    fn open(&mut self, bytes: &[u8], range: Range<usize>) {
        let mut at = range.start;
        for chunk in bytes[range].utf8_chunks() {
            for c in chunk.valid().chars() {
                let mut piece = String::new();
                if c == '\t' {
                    piece.push_str(TAB);
                } else if c != '\u{feff}' || at != 0 {
                    clean::push(&mut piece, c);
                }
                self.push(at, &piece);
                at += c.len_utf8();
            }
            if !chunk.invalid().is_empty() {
                self.push(at, "\u{fffd}");
                at += chunk.invalid().len();
            }
        }
    }

    fn push(&mut self, at: usize, piece: &str) {
        self.stops.push((at, self.cells));
        self.text.push_str(piece);
        self.cells += width(piece);
    }
}

/// Cells that text takes in a terminal.
pub(super) fn width(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}

/// The part of a line that is shown: all of it, or about `width` bytes around the first mark.
fn window(bytes: &[u8], line: &Range<usize>, marks: &[Range<usize>], width: usize) -> Range<usize> {
    if line.len() <= width {
        return line.clone();
    }
    let first = marks.iter().map(|mark| mark.start).min();
    let first = first.unwrap_or(line.start).clamp(line.start, line.end);
    let last = marks.iter().map(|mark| mark.end).max();
    let taken = last
        .unwrap_or(first)
        .saturating_sub(first)
        .min(width * 2 / 3);
    let start = first
        .saturating_sub((width - taken) / 2)
        .clamp(line.start, line.end - width);
    boundary(bytes, start)..boundary(bytes, start + width).min(line.end)
}

/// The start of the character that `at` lies in.
fn boundary(bytes: &[u8], at: usize) -> usize {
    let back = (0..4).find(|back| {
        let byte = bytes.get(at.saturating_sub(*back));
        byte.is_none_or(|byte| byte & 0xc0 != 0x80)
    });
    at.saturating_sub(back.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(range: Range<usize>) -> Vec<Range<usize>> {
        vec![range]
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        assert_eq!(window(b"abcdef", &(0..6), &mark(2..3), 10), 0..6);
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let text = [b'x'; 1000];
        let cut = window(&text, &(0..1000), &mark(500..510), 100);
        assert_eq!(cut.len(), 100);
        assert!(cut.start < 500 && 510 < cut.end);
        assert_eq!(window(&text, &(0..1000), &mark(990..1000), 100), 900..1000);
        assert_eq!(window(&text, &(0..1000), &mark(0..1000), 100).start, 0);
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        let text = "é".repeat(400);
        let cut = window(text.as_bytes(), &(0..800), &mark(401..403), 101);
        assert!(text.is_char_boundary(cut.start) && text.is_char_boundary(cut.end));
    }

    #[test]
    fn marks_follow_what_is_shown() {
        let mut shown = Shown::default();
        shown.open("\té\u{1b}x".as_bytes(), 0..5);
        assert_eq!(shown.text, "    é\\u{1b}x");
        assert_eq!(shown.cells(&(1..3)), 4..5);
        assert_eq!(shown.cells(&(3..4)), 5..11);
        assert_eq!(shown.cells(&(4..5)), 11..12);
    }
}
