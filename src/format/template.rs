//! Templating: text that another program fills in before anything reads the file as what its name says.
//!
//! Go and Helm `{{ }}`, Jinja `{{ }}`, `{% %}` and `{# #}`, ERB `<% %>`, and `%{ if }` directives are known; `${{ }}` and
//! `${ }` are plain text to every YAML reader and stay so. Where actions stand only inside strings, the text is YAML as it
//! is. Where they stand between, they are masked with filler of the same length, so that every place stays right.

mod action;
mod branch;
mod guard;
mod hole;
mod mask;
mod outline;
mod parts;
mod quoted;

pub(super) use action::{Action, Kind};
pub use guard::guards;
pub(super) use hole::{Hole, Masked, Stand};
pub(super) use mask::Style;
pub(super) use parts::{key, masked_parts, note_holes, plain_parts, text, without_breaks};
pub(super) use quoted::quoted;

use std::cell::OnceCell;
use std::ops::Range;

/// The reason a value made by a template cannot be known.
pub(super) const WHY: &str = "template";

/// The actions of a file, and its masked text once somebody needs it.
pub(super) struct Templating<'t> {
    text: &'t str,
    actions: Vec<Action>,
    /// Whether `{{ }}` in a string is the string's own text, as in workflows, whose expressions are `${{ }}`.
    pub(super) verbatim: bool,
    masked: [OnceCell<Masked>; 3],
}

impl<'t> Templating<'t> {
    pub(super) fn of(path: &str, text: &'t str) -> Self {
        let actions = action::scan(text);
        let workflow = path.starts_with(".github/") || path.contains("/.github/");
        let verbatim = !actions.is_empty()
            && (workflow || memchr::memmem::find(text.as_bytes(), b"${{").is_some());
        Self {
            text,
            actions,
            verbatim,
            masked: Default::default(),
        }
    }

    /// The actions that begin in a stretch of the text.
    pub(super) fn actions(&self, range: &Range<usize>) -> &[Action] {
        within(&self.actions, range, |action| &action.range)
    }

    /// Whether a stretch of text may be cut at `at`: no action lies across it.
    pub(super) fn may_cut(&self, at: usize) -> bool {
        let next = self
            .actions
            .partition_point(|action| action.range.end <= at);
        self.actions
            .get(next)
            .is_none_or(|action| action.range.start >= at)
    }

    /// The text with its actions masked.
    pub(super) fn masked(&self, style: Style) -> &Masked {
        self.masked[style as usize].get_or_init(|| mask::mask(self.text, &self.actions, style))
    }
}

/// Whether a line holds nothing but template actions.
pub(super) fn is_only_actions(line: &str) -> bool {
    let mut at = 0;
    for action in action::scan(line) {
        if !line[at..action.range.start].trim().is_empty() {
            return false;
        }
        at = action.range.end;
    }
    at > 0 && line[at..].trim().is_empty()
}

/// The members of a sorted list of ranges that touch `range`.
pub(super) fn within<'a, T>(
    sorted: &'a [T],
    range: &Range<usize>,
    place: impl Fn(&T) -> &Range<usize>,
) -> &'a [T] {
    let first = sorted.partition_point(|item| place(item).end <= range.start);
    let count = sorted[first..].partition_point(|item| place(item).start < range.end);
    &sorted[first..first + count]
}
