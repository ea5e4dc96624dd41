//! Lines and columns of every place a report names, in one pass a file: thousands of findings on one long line cost no
//! more than one.

use super::Report;
use crate::finding::{Disposal, Finding};
use crate::model::Ownership;
use crate::source::{BlobId, Blobs, Position, Span};
use rustc_hash::FxHashMap;

/// Start and end of a place; the end is one past the last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    /// First character.
    pub(super) start: Position,
    /// One past the last.
    pub(super) end: Position,
}

/// Positions by offset.
#[derive(Debug)]
pub(super) struct Places(FxHashMap<(BlobId, u32), Position>);

impl Places {
    /// Computes the positions of every span in a report.
    pub(super) fn new(report: &Report) -> Self {
        let mut offsets: Vec<(BlobId, u32)> = Vec::new();
        for span in spans(report) {
            let span = trim(&report.blobs, span);
            offsets.push((span.blob, span.start));
            offsets.push((span.blob, span.end));
        }
        offsets.sort_unstable();
        offsets.dedup();
        let mut positions = FxHashMap::default();
        for group in offsets.chunk_by(|a, b| a.0 == b.0) {
            walk(&report.blobs, group, &mut positions);
        }
        Self(positions)
    }

    /// Where a span starts and ends, trailing line ends left out.
    pub(super) fn region(&self, blobs: &Blobs, span: Span) -> Region {
        let span = trim(blobs, span);
        let at = |offset| {
            self.0
                .get(&(span.blob, offset))
                .copied()
                .unwrap_or(Position { line: 1, column: 1 })
        };
        Region {
            start: at(span.start),
            end: at(span.end),
        }
    }
}

/// A span within its text and without the blanks and line ends at its end.
pub(super) fn trim(blobs: &Blobs, span: Span) -> Span {
    let bytes = blobs.get(span.blob).bytes();
    let start = (span.start as usize).min(bytes.len());
    let end = (span.end as usize).clamp(start, bytes.len());
    Span::new(
        span.blob,
        start,
        start + bytes[start..end].trim_ascii_end().len(),
    )
}

/// Positions of one blob's sorted offsets.
fn walk(
    blobs: &Blobs,
    offsets: &[(BlobId, u32)],
    positions: &mut FxHashMap<(BlobId, u32), Position>,
) {
    let Some(&(blob, _)) = offsets.first() else {
        return;
    };
    let (bytes, lines) = (blobs.get(blob).bytes(), blobs.get(blob).lines());
    let (mut line, mut column, mut at) = (0, 1, 0);
    for &(_, offset) in offsets {
        let number = lines.number(offset as usize);
        if number != line {
            (line, column, at) = (number, 1, lines.line(bytes, number).start);
        }
        let end = (offset as usize).clamp(at, bytes.len());
        let units = if bytes[at..end].is_ascii() {
            end - at
        } else {
            let text = String::from_utf8_lossy(&bytes[at..end]);
            let mark = at == 0 && text.starts_with('\u{feff}');
            text.encode_utf16().count() - usize::from(mark)
        };
        column = u32::try_from(units)
            .unwrap_or(u32::MAX)
            .saturating_add(column);
        at = end;
        positions.insert((blob, offset), Position { line, column });
    }
}

/// Every span a report may show.
fn spans(report: &Report) -> impl Iterator<Item = Span> + '_ {
    let disposed = report.disposed.iter().flat_map(|disposed| {
        let waiver = match &disposed.by {
            Disposal::Waived { at, .. } => Some(*at),
            Disposal::Baseline | Disposal::Ignored { .. } => None,
        };
        of(&disposed.finding).chain(waiver)
    });
    let gaps = report.coverage.gaps.iter().filter_map(|gap| gap.span);
    report
        .findings
        .iter()
        .flat_map(of)
        .chain(disposed)
        .chain(gaps)
}

fn of(finding: &Finding) -> impl Iterator<Item = Span> + '_ {
    let beside = finding.related.iter().chain(&finding.chain);
    let owner = match &finding.route {
        Ownership::Owned { span, .. } | Ownership::Unknown(span) => *span,
        Ownership::Nobody => None,
    };
    std::iter::once(finding.span)
        .chain(finding.whole)
        .chain(beside.map(|related| related.span))
        .chain(owner)
}
