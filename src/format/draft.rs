//! The document a parser is filling: places, budgets and gaps, the same for every syntax.

use super::{Document, Limits};
use crate::source::{BlobId, Gap, GapKind, Span};
use std::ops::Range;

/// Gaps told one by one; a file that is broken all over gets one more that counts the rest.
const GAPS: usize = 32;

/// One file on its way to a [`Document`].
pub(super) struct Draft<'t> {
    /// The whole text.
    pub(super) text: &'t str,
    /// What the tree may cost.
    pub(super) limits: Limits,
    nodes: usize,
    unheard: usize,
    document: Document,
}

/// A state of a draft.
pub(super) struct Mark {
    nodes: usize,
    gaps: usize,
    unheard: usize,
}

impl<'t> Draft<'t> {
    /// A draft without trees.
    pub(super) fn new(
        format: &'static str,
        blob: BlobId,
        path: &str,
        text: &'t str,
        limits: Limits,
    ) -> Self {
        Self {
            text,
            limits,
            nodes: 0,
            unheard: 0,
            document: Document {
                format,
                blob,
                path: path.to_owned(),
                ..Document::default()
            },
        }
    }

    /// Whether the text is small enough to read; notes the gap when it is not.
    pub(super) fn fits(&mut self) -> bool {
        let fits = self.text.len() <= self.limits.bytes;
        if !fits {
            let reason = format!("larger than {} bytes", self.limits.bytes);
            self.gap(GapKind::TooLarge, 0..0, reason);
        }
        fits
    }

    /// A span of the text; what lies past the end is cut off. Masked text may part a character: the span holds all of it.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let mut end = range.end.min(self.text.len());
        let mut start = range.start.min(end);
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        Span::new(self.document.blob, start, end)
    }

    /// Pays for `count` nodes. Once the budget is spent nothing more is granted, and the first refusal is a gap at `at`.
    pub(super) fn afford(&mut self, count: usize, at: usize) -> bool {
        let spent = self.nodes > self.limits.nodes;
        self.nodes = self.nodes.saturating_add(count);
        let over = self.nodes > self.limits.nodes;
        if over && !spent {
            let reason = format!("more than {} nodes", self.limits.nodes);
            self.gap(GapKind::Limit, at..at, reason);
        }
        !over
    }

    /// Notes what could not be read.
    pub(super) fn gap(&mut self, kind: GapKind, at: Range<usize>, reason: impl Into<String>) {
        if self.document.gaps.len() >= GAPS {
            self.unheard += 1;
            return;
        }
        let gap = Gap::at(&self.document.path, self.span(at), kind, reason);
        self.document.gaps.push(gap);
    }

    /// What the draft has spent and told so far, to return to when another reading is tried.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            nodes: self.nodes,
            gaps: self.document.gaps.len(),
            unheard: self.unheard,
        }
    }

    /// Forgets what was spent and told since `mark`.
    pub(super) fn rewind(&mut self, mark: &Mark) {
        self.nodes = mark.nodes;
        self.unheard = mark.unheard;
        self.document.gaps.truncate(mark.gaps);
    }

    /// Adds a comment that follows the value at a place, on its line.
    pub(super) fn remark(&mut self, beside: Range<usize>, text: &str) {
        let beside = self.span(beside);
        let text = text.trim().into();
        self.document.remarks.push(super::Remark { beside, text });
    }

    /// Adds a tree.
    pub(super) fn root(&mut self, node: super::Node) {
        self.document.roots.push(node);
    }

    /// The document. Its gaps know their lines: the text may be gone when they are reported.
    pub(super) fn done(mut self) -> Document {
        for gap in &mut self.document.gaps {
            let start = gap.span.map_or(0, |span| span.start as usize);
            let breaks = memchr::memchr_iter(b'\n', &self.text.as_bytes()[..start]);
            gap.line = u32::try_from(breaks.count() + 1).ok();
        }
        if self.unheard > 0 {
            let reason = format!("{} more places do not parse", self.unheard);
            let gap = Gap::of_file(&self.document.path, GapKind::Syntax, reason);
            self.document.gaps.push(gap);
        }
        self.document
    }
}
