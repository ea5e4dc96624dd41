//! A lease as written: owner, purpose and end of an access that has no native place for them. Bound to what it speaks for,
//! it becomes a [`Lease`](super::Lease) of the estate.

use super::Date;
use crate::source::Span;
use compact_str::CompactString;

/// What a lease in a comment or in `.tenure/leases.yaml` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeaseTerms {
    /// The person or team that answers for it.
    pub owner: CompactString,
    /// What it is for.
    pub purpose: CompactString,
    /// Its last day; none where it could not be read.
    pub expires: Option<Date>,
    /// Who approved it; empty when nobody is named.
    pub approver: CompactString,
    /// The work item it was given for; empty when none is named.
    pub ticket: CompactString,
    /// `break-glass` for what emergencies alone may use; empty for the daily kind.
    pub kind: CompactString,
    /// The comment, from `tenure:` to its end, or the entry of the file.
    pub span: Span,
    /// What it speaks for.
    pub about: LeaseAbout,
    /// What is wrong with it, in a lower-case phrase: it then speaks for nothing.
    pub problem: Option<String>,
}

/// What a lease speaks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LeaseAbout {
    /// Nothing that could be found out.
    #[default]
    Nothing,
    /// The declaration that starts on a line, or what stands on it.
    Line(Span),
    /// What has this address or name, below a file or folder where one is given.
    Named {
        /// Address, name or principal.
        address: CompactString,
        /// File or folder; empty for anywhere.
        path: CompactString,
    },
}
