//! What a second scan says of a change that ends access: which findings are gone, and whether any came.

use super::target::Target;
use crate::finding::Finding;
use crate::report::Report;
use crate::rule::Severity;
use rustc_hash::FxHashSet;

/// What a second scan says of a change.
pub(super) struct Proof<'a> {
    /// Findings that are gone.
    pub(super) gone: Vec<&'a Finding>,
    /// Findings that were to go and did not.
    left: Vec<&'a Finding>,
    /// Findings that come with the change, notes about what excused or leased the access aside.
    new: Vec<&'a Finding>,
}

impl<'a> Proof<'a> {
    pub(super) fn new(before: &'a Report, after: &'a Report, done: &[Target]) -> Self {
        let prints = |report: &'a Report| -> FxHashSet<&'a str> {
            report
                .findings
                .iter()
                .map(|finding| finding.fingerprint.as_str())
                .collect()
        };
        let (old, new) = (prints(before), prints(after));
        let wanted: FxHashSet<&str> = done
            .iter()
            .flat_map(|target| &target.ends)
            .map(String::as_str)
            .collect();
        let note = |finding: &&Finding| {
            finding.rule.starts_with("governance/") && finding.severity == Severity::Low
        };
        Self {
            gone: before
                .findings
                .iter()
                .filter(|finding| !new.contains(finding.fingerprint.as_str()))
                .collect(),
            left: before
                .findings
                .iter()
                .filter(|finding| {
                    wanted.contains(finding.fingerprint.as_str())
                        && new.contains(finding.fingerprint.as_str())
                })
                .collect(),
            new: after
                .findings
                .iter()
                .filter(|finding| !old.contains(finding.fingerprint.as_str()) && !note(finding))
                .collect(),
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
