//! For a person at a terminal: a diagnostic per finding with its source lines, then the summary, then what was not seen.

mod block;
mod closing;
mod diagnostic;
mod line;
mod paint;
mod sheet;

use super::view::View;
use super::{Report, Reporter, Style, finding_groups};
use paint::Paint;
use rayon::prelude::*;
use std::io::{Result, Write};

/// Findings that one thread renders at a time.
const BATCH: usize = 256;

/// The format for people.
#[derive(Debug)]
pub(super) struct Human;

/// How the text is laid out.
#[derive(Debug, Clone, Copy)]
struct Layout {
    paint: Paint,
    /// Columns for source text.
    source: usize,
    /// Columns for prose; `usize::MAX` for no wrapping.
    prose: usize,
}

impl Layout {
    fn new(style: &Style) -> Self {
        let (source, prose) = match style.width {
            0 => (120, usize::MAX),
            width => (
                width.saturating_sub(8).max(40),
                width.saturating_sub(16).max(40),
            ),
        };
        Self {
            paint: Paint::new(style.color),
            source,
            prose,
        }
    }
}

impl Reporter for Human {
    fn name(&self) -> &'static str {
        "human"
    }

    fn write(&self, report: &Report, style: &Style, out: &mut dyn Write) -> Result<()> {
        let view = View::new(report);
        let layout = Layout::new(style);
        for batch in finding_groups(report).chunks(BATCH) {
            let texts: Vec<String> = batch
                .par_iter()
                .map(|group| diagnostic::render(&view, layout, group))
                .collect();
            for text in texts {
                out.write_all(text.as_bytes())?;
            }
        }
        out.write_all(closing::render(&view, layout).as_bytes())
    }
}
