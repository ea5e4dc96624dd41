//! GitLab's three formats: code quality (shown in every merge request), and the security reports for secrets and for all
//! other findings. Built for report schemas 15.

mod quality;
mod security;

use super::{Report, Reporter, Style, View, escaping};
use crate::finding::Finding;
use crate::rule::Check;
use crate::source::hex;
use sha2::{Digest, Sha256};
use std::io::{Result, Write};

/// One of GitLab's formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gitlab {
    /// Code quality under its short name.
    Default,
    /// Code quality.
    Quality,
    /// Secret detection: findings that are a secret.
    Secret,
    /// Static application security testing: the other findings.
    Sast,
}

impl Reporter for Gitlab {
    fn name(&self) -> &'static str {
        match self {
            Gitlab::Default => "gitlab",
            Gitlab::Quality => "gitlab-codequality",
            Gitlab::Secret => "gitlab-secret",
            Gitlab::Sast => "gitlab-sast",
        }
    }

    fn write(&self, report: &Report, _style: &Style, out: &mut dyn Write) -> Result<()> {
        let view = View::new(report);
        match self {
            Gitlab::Default | Gitlab::Quality => escaping::pretty(out, &quality::issues(&view)),
            Gitlab::Secret | Gitlab::Sast => {
                escaping::pretty(out, &security::document(&view, *self))
            }
        }
    }
}

impl Gitlab {
    /// Whether a finding belongs into this format.
    fn takes(self, view: &View<'_>, finding: &Finding) -> bool {
        let pattern = |rule: &crate::rule::Rule| matches!(rule.check, Check::Pattern(_));
        let secret = finding.secret.is_some() || view.rule(&finding.rule).is_some_and(pattern);
        match self {
            Gitlab::Default | Gitlab::Quality => true,
            Gitlab::Secret => secret,
            Gitlab::Sast => !secret,
        }
    }
}

/// What tells a finding apart from all others: its fingerprint, made unique by the count of equal ones before it.
fn identity(finding: &Finding, view: &View<'_>, before: usize) -> String {
    let mut hash = Sha256::new();
    if finding.fingerprint.is_empty() {
        hash.update(view.report.blobs.path(finding.span));
        hash.update(format!(
            "\0{}\0{}\0{}",
            finding.rule, finding.address, finding.span.start
        ));
    } else {
        hash.update(&finding.fingerprint);
    }
    hash.update(before.to_be_bytes());
    hex(&hash.finalize())
}

/// The findings of a format with their identities, in the report's order.
fn identified<'a>(view: &'a View<'_>, format: Gitlab) -> Vec<(&'a Finding, String)> {
    let mut seen: rustc_hash::FxHashMap<&str, usize> = rustc_hash::FxHashMap::default();
    view.report
        .findings
        .iter()
        .filter(|finding| format.takes(view, finding))
        .map(|finding| {
            let times = seen.entry(&finding.fingerprint).or_default();
            let before = std::mem::replace(times, *times + 1);
            (finding, identity(finding, view, before))
        })
        .collect()
}
