//! Draws source lines with what is marked on them: the frame on the left, underlines below, labels beside or below these.

use super::super::{View, clean, place};
use super::line::Shown;
use super::paint::Tone;
use super::sheet::Sheet;
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

/// Draws places in their order, each line once where neighbours in the list share it.
pub(super) fn draw(sheet: &mut Sheet, view: &View<'_>, marks: &[Mark]) {
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
            heading(sheet, view, row, before.is_none());
        }
        source(sheet, view, row);
        before = Some(row);
    }
}

/// Line numbers need this many columns.
pub(super) fn gutter(view: &View<'_>, marks: &[Mark]) -> usize {
    let last = marks.iter().map(|mark| view.region(mark.span).start.line);
    last.max().unwrap_or(1).to_string().len()
}

/// Path and place of what follows; `first` where the frame begins.
fn heading(sheet: &mut Sheet, view: &View<'_>, row: &Row<'_>, first: bool) {
    let main = row.marks.iter().find(|mark| mark.main);
    let span = main.unwrap_or(&row.marks[0]).span;
    if !first {
        sheet.frame("│\n");
    }
    sheet.frame(if first { "╭▸ " } else { "├▸ " });
    let start = view.region(span).start;
    let path = clean::line(view.report.blobs.path(span));
    sheet
        .text
        .push_str(&format!("{path}:{}:{}\n", start.line, start.column));
    sheet.frame("│\n");
}

fn source(sheet: &mut Sheet, view: &View<'_>, row: &Row<'_>) {
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
    let shown = Shown::new(view, blob, line, &within, sheet.layout.source);
    let gutter = sheet.gutter;
    let number = format!("{:>gutter$} │ ", row.number);
    sheet.paint(Tone::Frame, number.trim_end());
    if !shown.text.is_empty() {
        sheet.text.push(' ');
        sheet.text.push_str(shown.text.trim_end());
    }
    sheet.text.push('\n');
    let mut drawn: Vec<(Range<usize>, &Mark)> = within
        .iter()
        .map(|range| shown.cells(range))
        .zip(row.marks.iter().copied())
        .collect();
    drawn.sort_by_key(|(cells, mark)| (cells.start, std::cmp::Reverse(cells.end), mark.main));
    underline(sheet, &drawn);
    for index in (0..drawn.len().saturating_sub(1)).rev() {
        hang(sheet, &drawn[..=index]);
    }
}

/// The row of underlines, with the label of the last mark after them.
fn underline(sheet: &mut Sheet, marks: &[(Range<usize>, &Mark)]) {
    sheet.frame("│ ");
    let mut at = 0;
    let mut order: Vec<&(Range<usize>, &Mark)> = marks.iter().collect();
    order.sort_by_key(|(cells, _)| cells.start);
    for (cells, mark) in order {
        let from = cells.start.max(at);
        let until = cells.end.max(from);
        sheet.blanks(from - at);
        let sign = if mark.main { "━" } else { "─" };
        sheet.paint(mark.tone, &sign.repeat(until - from));
        at = until;
    }
    if let Some((_, last)) = marks.last()
        && !last.label.is_empty()
    {
        sheet.text.push(' ');
        sheet.paint(last.tone, &last.label);
    }
    sheet.text.push('\n');
}

/// The label of the last of these marks, hung below its first column; bars lead down to those on its left.
fn hang(sheet: &mut Sheet, marks: &[(Range<usize>, &Mark)]) {
    let Some(((cells, mark), left)) = marks.split_last() else {
        return;
    };
    if mark.label.is_empty() {
        return;
    }
    sheet.frame("│ ");
    let mut at = 0;
    for (other, left) in left {
        if other.start >= at && other.start < cells.start && !left.label.is_empty() {
            sheet.blanks(other.start - at);
            sheet.paint(left.tone, "│");
            at = other.start + 1;
        }
    }
    sheet.blanks(cells.start.saturating_sub(at));
    sheet.paint(mark.tone, &format!("╰ {}", mark.label));
    sheet.text.push('\n');
}
