//! What a second scan says of a change that ends access: which findings are gone, and whether any came.

use super::target::Target;
use crate::finding::Finding;
use crate::report::Report;
use crate::rule::Severity;
use rustc_hash::{FxHashMap, FxHashSet};

/// What a second scan says of a change.
pub(super) struct Proof<'a> {
    /// Findings that are gone.
    pub(super) gone: Vec<&'a Finding>,
    /// Findings that were to go and did not.
    left: Vec<&'a Finding>,
    /// Findings that come with the change, notes aside.
    new: Vec<&'a Finding>,
    /// Notes about identities whose access goes: what is to be said of them without it.
    pub(super) notes: Vec<&'a Finding>,
}

impl<'a> Proof<'a> {
    pub(super) fn new(before: &'a Report, after: &'a Report, done: &[Target]) -> Self {
        let (gone, new) = unpaired(&before.findings, &after.findings);
        let wanted: FxHashSet<&str> = done
            .iter()
            .flat_map(|target| &target.ends)
            .map(String::as_str)
            .collect();
        let of: FxHashSet<&str> = done
            .iter()
            .flat_map(|target| &target.of)
            .map(String::as_str)
            .collect();
        let low = |finding: &&Finding| finding.severity == Severity::Low;
        // What excused or leased the access has nothing left to speak for.
        let idle = |finding: &&Finding| finding.rule.starts_with("governance/") && low(finding);
        let (notes, new): (Vec<_>, Vec<_>) = new
            .into_iter()
            .filter(|finding| !idle(finding))
            .partition(|finding| low(finding) && of.contains(finding.address.as_str()));
        let missing: FxHashSet<&str> = gone.iter().map(|finding| &*finding.fingerprint).collect();
        let left = before.findings.iter().filter(|finding| {
            let print = finding.fingerprint.as_str();
            wanted.contains(print) && !missing.contains(print)
        });
        Self {
            left: left.collect(),
            new,
            notes,
            gone,
        }
    }

    pub(super) fn holds(&self) -> bool {
        self.left.is_empty() && self.new.is_empty()
    }

    /// What it did not prove, in a lower-case phrase.
    pub(super) fn why(&self) -> String {
        let left = self.left.iter().map(|finding| ("still there", finding));
        let said = left.chain(self.new.iter().map(|finding| ("new", finding)));
        let said: Vec<String> = said
            .map(|(how, finding)| format!("{how}: {} {}", finding.rule, finding.message))
            .collect();
        format!("a second scan does not prove it ({})", said.join("; "))
    }
}

/// The findings of two scans that have no counterpart in the other: one that says the same of the same, else one of the same
/// fingerprint. Of two that differ only in what they say, the second takes the fingerprint of the first when that goes.
fn unpaired<'a>(
    before: &'a [Finding],
    after: &'a [Finding],
) -> (Vec<&'a Finding>, Vec<&'a Finding>) {
    let mut said: FxHashMap<_, Vec<&Finding>> = FxHashMap::default();
    for finding in after {
        said.entry(sentence(finding)).or_default().push(finding);
    }
    let mut gone: Vec<&Finding> = before.iter().collect();
    gone.retain(|finding| {
        let same = said.get_mut(&sentence(finding));
        same.and_then(Vec::pop).is_none()
    });
    let mut new: Vec<&Finding> = said.into_values().flatten().collect();
    let prints = |findings: &[&'a Finding]| -> FxHashSet<&'a str> {
        findings
            .iter()
            .map(|finding| &*finding.fingerprint)
            .collect()
    };
    let (old, now) = (prints(&gone), prints(&new));
    gone.retain(|finding| !now.contains(&*finding.fingerprint));
    new.retain(|finding| !old.contains(&*finding.fingerprint));
    new.sort_by_key(|finding| finding.span);
    (gone, new)
}

/// What a finding says of what; of a secret, which one it is.
fn sentence(finding: &Finding) -> (&str, &str, &str, &str, Option<&str>) {
    let secret = finding.secret.as_ref();
    (
        &finding.rule,
        &finding.address,
        &finding.attribute,
        &finding.message,
        secret.map(|_| finding.fingerprint.as_str()),
    )
}
