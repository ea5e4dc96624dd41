//! Why a stretch of YAML yielded no more trees.

use crate::source::GapKind;
use granit_parser::{ErrorKind, ScanError};
use std::ops::Range;

/// What ended a reading.
pub(super) struct Failure {
    pub(super) kind: GapKind,
    pub(super) at: Range<usize>,
    pub(super) reason: String,
    /// Whether a quoted scalar goes on at `at` with less indentation than the standard asks for.
    pub(super) is_outdent: bool,
}

impl Failure {
    pub(super) fn new(kind: GapKind, at: Range<usize>, reason: impl Into<String>) -> Self {
        Self {
            kind,
            at,
            reason: reason.into(),
            is_outdent: false,
        }
    }

    /// The parser's error about a text that begins at `base`.
    pub(super) fn of(error: &ScanError, base: usize) -> Self {
        let reason = error.info();
        let kind = if reason.contains("limit") {
            GapKind::Limit
        } else {
            GapKind::Syntax
        };
        let at = base + error.marker().byte_offset().unwrap_or(0);
        Self {
            is_outdent: matches!(error.kind(), ErrorKind::InvalidQuotedScalarIndent),
            ..Self::new(kind, at..at, reason)
        }
    }

    /// Whether another reading may do better.
    pub(super) fn can_be_mended(&self) -> bool {
        self.kind == GapKind::Syntax
    }
}
