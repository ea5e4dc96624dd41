//! Who answers for an identity, and how that is known.

use crate::source::Span;
use compact_str::CompactString;

/// The step of the ownership ladder that answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnerStep {
    /// Own label, annotation, tag or `owners` attribute.
    Own,
    /// What binds it: provider default tags, overlay labels, chart labels, module inputs, stack tags.
    Parent,
    /// What it lives in: its Namespace, account or project file.
    Scope,
    /// The nearest `catalog-info.yaml` or OWNERS.
    Catalogue,
    /// A CODEOWNERS rule for its path.
    Codeowners,
    /// The CODEOWNERS rule for everything, or a MAINTAINERS file: no answer for privileged identities.
    CatchAll,
    /// The `owners:` map of `tenure.yaml`.
    Config,
    /// A lease.
    Lease,
}

impl OwnerStep {
    /// The word in rules and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            OwnerStep::Own => "own",
            OwnerStep::Parent => "parent",
            OwnerStep::Scope => "scope",
            OwnerStep::Catalogue => "catalogue",
            OwnerStep::Codeowners => "codeowners",
            OwnerStep::CatchAll => "catch_all",
            OwnerStep::Config => "config",
            OwnerStep::Lease => "lease",
        }
    }
}

/// How far an answer can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// Written on the thing itself.
    Declared,
    /// Comes from what surrounds it.
    Inherited,
    /// Guessed from the path.
    Inferred,
}

/// The ladder's answer for one subject.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Ownership {
    /// Someone answers for it.
    Owned {
        /// The person or team.
        owner: CompactString,
        /// The step that answered.
        step: OwnerStep,
        /// How far to rely on it.
        strength: Strength,
        /// Where it is written; none for the config map.
        span: Option<Span>,
    },
    /// A step could not be followed: a variable, a remote module.
    Unknown(Option<Span>),
    /// No step answered.
    #[default]
    Nobody,
}
