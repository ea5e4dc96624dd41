//! Findings that are shown together.

use super::Report;
use crate::finding::Finding;
use rustc_hash::FxHashMap;

/// Open findings in the report's order; those of one rule with one group key stand together, where the first of them
/// stands.
pub(super) fn finding_groups(report: &Report) -> Vec<Vec<&Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    let mut known: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    for finding in &report.findings {
        let key = (finding.rule.as_str(), finding.group.as_str());
        match known.get(&key) {
            Some(&index) if !finding.group.is_empty() => groups[index].push(finding),
            _ => {
                known.insert(key, groups.len());
                groups.push(vec![finding]);
            }
        }
    }
    groups
}
