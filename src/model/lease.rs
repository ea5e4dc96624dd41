//! A lease: owner, purpose and end of an access that has no native place for them.

use super::Date;
use crate::source::Span;
use compact_str::CompactString;

/// Who answers for an access, what it is for and when it ends, as written in a `tenure: lease` comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The person or team that answers for it.
    pub owner: CompactString,
    /// What it is for.
    pub purpose: CompactString,
    /// Its last day.
    pub expires: Date,
    /// Who approved it; empty when nobody is named.
    pub approver: CompactString,
    /// The work item it was given for; empty when none is named.
    pub ticket: CompactString,
    /// The comment, from `tenure:` to its end.
    pub span: Span,
    /// The line it speaks for: it covers a declaration that starts there, and what stands on the line.
    pub target: Span,
}
