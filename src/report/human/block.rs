//! Draws source lines with what is marked on them: the frame on the left, underlines below, labels beside or below these.

use super::super::{View, clean, place};
use super::Layout;
use super::line::{Shown, width};
use super::paint::Tone;
use crate::source::Span;
use std::ops::Range;

/// A place to mark.
#[derive(Debug)]
pub(super) struct Mark {
    /// Where.
    pub(super) span: Span,
    /// What it shows; may be empty.
    pub(super) label: String,
    /// Colour of its underline.
    pub(super) tone: Tone,
    /// Whether it is what the finding points at.
    pub(super) main: bool,
}

/// Marks on one line.
struct Row<'m> {
    number: u32,
    marks: Vec<&'m Mark>,
}

/// Draws places in their order, each line once where neighbours in the list share it. `gutter` is the width of the line
/// numbers.
pub(super) fn draw(
    out: &mut String,
    view: &View<'_>,
    layout: Layout,
    marks: &[Mark],
    gutter: usize,
) {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for mark in marks {
        let number = view.region(mark.span).start.line;
        match rows.last_mut() {
            Some(row) if row.number == number && row.marks[0].span.blob == mark.span.blob => {
                row.marks.push(mark);
            }
            _ => rows.push(Row {
                number,
                marks: vec![mark],
            }),
        }
    }
    let mut before: Option<&Row<'_>> = None;
    for row in &rows {
        let next_line = before.is_some_and(|before| {
            before.marks[0].span.blob == row.marks[0].span.blob && before.number + 1 == row.number
        });
        if !next_line {
            heading(out, view, layout, row, gutter, before.is_none());
        }
        source(out, view, layout, row, gutter);
        before = Some(row);
    }
}

/// Line numbers need this many columns.
pub(super) fn gutter(view: &View<'_>, marks: &[Mark]) -> usize {
    let last = marks.iter().map(|mark| view.region(mark.span).start.line);
    last.max().unwrap_or(1).to_string().len()
}

/// An empty frame row, or the beginning of one.
pub(super) fn frame(out: &mut String, layout: Layout, gutter: usize, sign: &str) {
    out.extend(std::iter::repeat_n(' ', gutter + 1));
    layout.paint.push(out, Tone::Frame, sign);
}

fn heading(
    out: &mut String,
    view: &View<'_>,
    layout: Layout,
    row: &Row<'_>,
    gutter: usize,
    first: bool,
) {
    let main = row.marks.iter().find(|mark| mark.main);
    let span = main.unwrap_or(&row.marks[0]).span;
    if !first {
        frame(out, layout, gutter, "│\n");
    }
    frame(out, layout, gutter, if first { "╭▸ " } else { "├▸ " });
    let start = view.region(span).start;
    let path = clean::line(view.report.blobs.path(span));
    out.push_str(&format!("{path}:{}:{}\n", start.line, start.column));
    frame(out, layout, gutter, "│\n");
}

fn source(out: &mut String, view: &View<'_>, layout: Layout, row: &Row<'_>, gutter: usize) {
    let blob = row.marks[0].span.blob;
    let text = view.report.blobs.get(blob);
    if text.bytes().is_empty() {
        return;
    }
    let line = text.lines().line(text.bytes(), row.number);
    let within: Vec<Range<usize>> = row
        .marks
        .iter()
        .map(|mark| {
            let range = place::trim(&view.report.blobs, mark.span).range();
            range.start.min(line.end)..range.end.min(line.end)
        })
        .collect();
    let shown = Shown::new(view, blob, line, &within, layout.source);
    let number = format!("{:>gutter$} │ ", row.number);
    layout.paint.push(out, Tone::Frame, number.trim_end());
    if !shown.text.is_empty() {
        out.push(' ');
        out.push_str(shown.text.trim_end());
    }
    out.push('\n');
    let mut drawn: Vec<(Range<usize>, &Mark)> = within
        .iter()
        .map(|range| shown.cells(range))
        .zip(row.marks.iter().copied())
        .collect();
    drawn.sort_by_key(|(cells, mark)| (cells.start, std::cmp::Reverse(cells.end), mark.main));
    underline(out, layout, gutter, &drawn);
    for index in (0..drawn.len().saturating_sub(1)).rev() {
        hang(out, layout, gutter, &drawn[..=index]);
    }
}

/// The row of underlines, with the label of the last mark after them.
fn underline(out: &mut String, layout: Layout, gutter: usize, marks: &[(Range<usize>, &Mark)]) {
    frame(out, layout, gutter, "│ ");
    let mut at = 0;
    let mut order: Vec<&(Range<usize>, &Mark)> = marks.iter().collect();
    order.sort_by_key(|(cells, _)| cells.start);
    for (cells, mark) in order {
        let from = cells.start.max(at);
        let until = cells.end.max(from);
        out.extend(std::iter::repeat_n(' ', from - at));
        let sign = if mark.main { "━" } else { "─" };
        layout
            .paint
            .push(out, mark.tone, &sign.repeat(until - from));
        at = until;
    }
    if let Some((_, last)) = marks.last()
        && !last.label.is_empty()
    {
        out.push(' ');
        layout.paint.push(out, last.tone, &last.label);
    }
    out.push('\n');
}

/// The label of the last of these marks, hung below its first column; bars lead down to those on its left.
fn hang(out: &mut String, layout: Layout, gutter: usize, marks: &[(Range<usize>, &Mark)]) {
    let Some(((cells, mark), left)) = marks.split_last() else {
        return;
    };
    if mark.label.is_empty() {
        return;
    }
    frame(out, layout, gutter, "│ ");
    let mut at = 0;
    for (other, left) in left {
        if other.start >= at && other.start < cells.start && !left.label.is_empty() {
            out.extend(std::iter::repeat_n(' ', other.start - at));
            layout.paint.push(out, left.tone, "│");
            at = other.start + 1;
        }
    }
    out.extend(std::iter::repeat_n(' ', cells.start.saturating_sub(at)));
    layout
        .paint
        .push(out, mark.tone, &format!("╰ {}", mark.label));
    out.push('\n');
}

/// A note below the source: `owner: @team`. Its further lines stand below the first.
pub(super) fn note(
    out: &mut String,
    layout: Layout,
    gutter: usize,
    sign: &str,
    word: &str,
    lines: &[String],
) {
    let label = format!("{word}: ");
    for (index, line) in lines.iter().enumerate() {
        if index == 0 {
            frame(out, layout, gutter, sign);
            out.push(' ');
            layout.paint.push(out, Tone::Strong, &label);
        } else {
            frame(out, layout, gutter, if sign == "╰" { " " } else { "│" });
            out.extend(std::iter::repeat_n(' ', 1 + width(&label)));
        }
        out.push_str(line);
        out.push('\n');
    }
}
