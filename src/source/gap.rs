//! What the tool could not read or resolve: shown in every report, never a silent skip.

use super::Span;
use serde::Serialize;

/// Why something stayed unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// The file or directory could not be opened or read.
    Unreadable,
    /// The file is larger than the limit.
    TooLarge,
    /// The text does not parse as the format its name promises.
    Syntax,
    /// Nesting, aliases or expansion went past a limit.
    Limit,
    /// The encoding is not one we read.
    Encoding,
    /// A module, base, chart or include that is not in the repository.
    External,
    /// A reference that could not be followed: a cycle, or nothing by that name.
    Unresolved,
    /// A rule failed while it ran and was switched off.
    Rule,
    /// A git object, index or history that could not be read.
    Git,
}

/// One thing the tool could not read or resolve.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Path relative to the root, or the name asked for.
    pub path: String,
    /// Where in the file, when known.
    pub span: Option<Span>,
    /// Line, when the reader knew it but no span.
    pub line: Option<u32>,
    /// What sort of gap.
    pub kind: GapKind,
    /// What happened, in a lower-case phrase without the path.
    pub reason: String,
}

impl Gap {
    /// A gap about a whole file.
    #[must_use]
    pub fn of_file(path: &str, kind: GapKind, reason: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            span: None,
            line: None,
            kind,
            reason: reason.into(),
        }
    }

    /// A gap at a place in a file.
    #[must_use]
    pub fn at(path: &str, span: Span, kind: GapKind, reason: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            span: Some(span),
            line: None,
            kind,
            reason: reason.into(),
        }
    }
}
