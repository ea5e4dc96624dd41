//! A way from what somebody can start to what an identity may do: job or workload, trusts and identities, grant.

use super::{Id, Subject};
use crate::source::Span;
use compact_str::CompactString;

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStep {
    /// The noun that is stepped on.
    pub subject: Subject,
    /// Where that is written.
    pub span: Span,
    /// What happens there, in a lower-case phrase.
    pub label: String,
}

/// The shortest way from one start to one identity, and the most it may do there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The usage that starts it: a job, or a workload.
    pub start: Subject,
    /// The identity it begins with.
    pub from: Id,
    /// The identity it ends with; `from` itself when that has the right.
    pub to: Id,
    /// The grant it reaches: the highest of the last identity.
    pub grant: Subject,
    /// Who can start it, in the words of `usage.starter`; empty for a workload.
    pub starter: CompactString,
    /// Level of the grant: read, write, escalate, admin.
    pub level: CompactString,
    /// From start to grant, both included.
    pub steps: Vec<PathStep>,
}
