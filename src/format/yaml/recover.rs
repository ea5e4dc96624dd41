//! Reads one document of a stream in the first way that works: as it is, with quoted lines joined, with template actions
//! masked.

use super::build;
use super::failure::Failure;
use super::fill::Fill;
use crate::format::Node;
use crate::format::draft::Draft;
use crate::format::template::{self, Style, Templating};
use std::ops::Range;

/// Line breaks in quoted scalars that are joined before giving up.
const JOINS: usize = 32;
/// Largest text that is read again for each of them.
const JOINED: usize = 1 << 20;

/// The trees of a stretch, and what ended it early.
type Reading = (Vec<Node>, Option<Failure>);

/// Adds the trees of `range` to the draft, or the gap.
pub(super) fn read(draft: &mut Draft, templating: &Templating, range: Range<usize>) {
    let (roots, failure) = attempt(draft, templating, range);
    for root in roots {
        draft.root(root);
    }
    if let Some(failure) = failure {
        draft.gap(failure.kind, failure.at, failure.reason);
    }
}

fn attempt(draft: &mut Draft, templating: &Templating, range: Range<usize>) -> Reading {
    let actions = templating.actions(&range);
    let verbatim = templating.verbatim;
    let mark = draft.mark();
    let mut reading = written(draft, range.clone(), Fill::Strings { actions, verbatim });
    if actions.is_empty() {
        return reading;
    }
    for style in [Style::Whole, Style::FirstBranch, Style::Unmarked] {
        if !reading.1.as_ref().is_some_and(Failure::can_be_mended) {
            break;
        }
        draft.rewind(&mark);
        let masked = templating.masked(style);
        let holes = template::within(&masked.holes, &range, |hole| &hole.place);
        let fill = Fill::Masked { actions, holes };
        reading = build::documents(draft, &masked.text[range.clone()], range.start, fill);
        template::note_holes(draft, &mut reading.0, holes);
    }
    reading
}

/// Reads the text as it is written. Quoted scalars may go on at any column, as most readers let them.
fn written(draft: &mut Draft, range: Range<usize>, fill: Fill) -> Reading {
    let mark = draft.mark();
    let text = &draft.text[range.clone()];
    let mut reading = build::documents(draft, text, range.start, fill);
    let mut joined = String::new();
    for _ in 0..JOINS {
        let outdent = reading.1.as_ref().filter(|failure| failure.is_outdent);
        let Some(at) = outdent.map(|failure| failure.at.start - range.start) else {
            break;
        };
        if text.len() > JOINED {
            break;
        }
        if joined.is_empty() {
            joined = text.to_owned();
        }
        let Some(line_break) = joined.get(..at).and_then(|text| text.rfind('\n')) else {
            break;
        };
        // A line break in a quoted scalar reads as one blank.
        joined.replace_range(line_break..=line_break, " ");
        draft.rewind(&mark);
        reading = build::documents(draft, &joined, range.start, fill);
    }
    reading
}
