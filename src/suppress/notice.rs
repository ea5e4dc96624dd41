//! Findings about exceptions themselves: not valid, ended, excusing nothing. Their pages are in `rules/governance`.

use crate::config::Config;
use crate::finding::Finding;
use crate::model::{OwnerStep, Ownership, Strength};
use crate::rule::{Profile, RuleSet};
use crate::source::{Blobs, Span};

/// What is the matter with an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Matter {
    /// It is not understood, or grants more than may be granted.
    Invalid,
    /// Its last day is over.
    Expired,
    /// There is nothing it excuses.
    Stale,
    /// Who approved it wrote it.
    Own,
}

impl Matter {
    fn rule(self) -> &'static str {
        match self {
            Matter::Invalid => "governance/invalid-waiver",
            Matter::Expired => "governance/expired-waiver",
            Matter::Stale => "governance/stale-waiver",
            Matter::Own => "governance/waiver-approved-by-author",
        }
    }
}

/// Collects notices of the rules that run.
pub(super) struct Notices<'a> {
    pub(super) rules: &'a RuleSet,
    pub(super) config: &'a Config,
    pub(super) profile: Profile,
    pub(super) found: Vec<Finding>,
}

impl Notices<'_> {
    /// Reports an exception at `at`. `name` is what it is known by across commits.
    pub(super) fn report(
        &mut self,
        matter: Matter,
        at: Span,
        (name, owner): (&str, Option<&str>),
        detail: &str,
        blobs: &Blobs,
    ) {
        let Some(page) = self.rules.get(matter.rule()) else {
            return;
        };
        if page.profile > self.profile {
            return;
        }
        let route = owner.map_or(Ownership::Nobody, |owner| Ownership::Owned {
            owner: owner.into(),
            step: OwnerStep::Own,
            strength: Strength::Declared,
            span: Some(at),
        });
        self.found.push(Finding {
            rule: page.id.clone(),
            severity: self.config.severity(&page.id).unwrap_or(page.severity),
            confidence: page.confidence,
            profile: page.profile,
            message: format!("{}: {detail}", page.message),
            span: at,
            whole: None,
            address: blobs.path(at).to_owned(),
            attribute: name.to_owned(),
            subject: None,
            related: Vec::new(),
            also: Vec::new(),
            chain: Vec::new(),
            route,
            fix: page.fix.clone().unwrap_or_default(),
            secret: None,
            properties: Vec::new(),
            fingerprint: String::new(),
            group: String::new(),
        });
    }
}
