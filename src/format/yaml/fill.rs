//! What template actions make of the scalars and keys they stand in.

use super::merge;
use crate::format::Value;
use crate::format::draft::Draft;
use crate::format::template::{self, Action, Hole, Stand};
use compact_str::CompactString;
use granit_parser::ScalarStyle;
use std::ops::Range;

/// What is known of template actions in the text that is parsed.
#[derive(Clone, Copy)]
pub(super) enum Fill<'a> {
    /// They stand in it as written. One outside a scalar is a failure.
    Strings {
        actions: &'a [Action],
        /// Whether scalars keep them as text.
        verbatim: bool,
    },
    /// They were replaced by filler.
    Masked {
        actions: &'a [Action],
        holes: &'a [Hole],
    },
}

/// A scalar's value where a template has a say in it, and its place.
pub(super) struct Filled {
    pub(super) value: Option<Value>,
    pub(super) at: Range<usize>,
}

impl Fill<'_> {
    /// Whether what looks like a map in braces at `at` is a template action.
    pub(super) fn is_action(&self, at: &Range<usize>) -> bool {
        let Fill::Strings { actions, .. } = self else {
            return false;
        };
        !at.is_empty()
            && actions
                .binary_search_by_key(&at.start, |action| action.range.start)
                .is_ok()
    }

    /// The value of the scalar `text` if actions stand in it.
    pub(super) fn value(
        &self,
        draft: &Draft,
        text: &str,
        style: ScalarStyle,
        at: Range<usize>,
    ) -> Filled {
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        match self {
            Fill::Strings { verbatim: true, .. } => Filled { value: None, at },
            Fill::Strings { actions, .. } => {
                let actions = template::within(actions, &at, |action| &action.range);
                let whole = actions.first().is_some_and(|action| action.range == at);
                let value = match actions {
                    [] => None,
                    // A script is text to YAML, and what it holds in braces is mostly its own.
                    _ if block && !whole => None,
                    _ => Some(template::plain_parts(draft, text, &at, actions)),
                };
                Filled { value, at }
            }
            Fill::Masked { holes, .. } => match template::within(holes, &at, |hole| &hole.place) {
                [] => {
                    let value = block.then(|| template::without_breaks(text).map(Value::String));
                    Filled {
                        value: value.flatten(),
                        at,
                    }
                }
                [hole] if hole.stand == Stand::Entry && text == merge::KEY => Filled {
                    value: None,
                    at: hole.range.clone(),
                },
                holes => {
                    let value = Some(template::masked_parts(draft, text, &at, holes));
                    let line = holes.first().filter(|hole| hole.stand != Stand::Word);
                    let place = line.filter(|_| !block).map(|hole| hole.range.clone());
                    Filled {
                        value,
                        at: place.unwrap_or(at),
                    }
                }
            },
        }
    }

    /// A key with actions in it: as the file writes it, without those that leave nothing.
    pub(super) fn key(&self, source: &str, at: Range<usize>) -> CompactString {
        let (Fill::Strings { actions, .. } | Fill::Masked { actions, .. }) = self;
        let actions = template::within(actions, &at, |action| &action.range);
        template::key(source, &at, actions)
    }
}
