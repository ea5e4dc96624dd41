//! Workloads that become an administrator of another system: from the pod, through its service account, to the right.

use super::reach::{finding, is_high};
use crate::engine::context::Context;
use crate::finding::Finding;
use crate::rule::Rule;

/// One finding for each workload and identity it becomes. What its own account may do is said by the rules about grants.
pub(super) fn walk(rule: &Rule, context: &Context<'_>) -> Vec<Finding> {
    let estate = context.estate;
    estate
        .paths
        .iter()
        .filter(|path| is_high(path) && path.from != path.to)
        .filter(|path| estate.identities[path.from.index()].kind.text() != "job")
        .filter_map(|path| finding(rule, context, path.start, path))
        .collect()
}
