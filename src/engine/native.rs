//! Rules that no condition can say: walks over the graph of the estate, one file each, named after their page.
//!
//! A page with `native: true` and its walk meet here by the page's id; a test holds that neither is without the other.

mod accounts_share_role;
mod duplicate_role;
mod pipeline_to_admin;
mod reach;
mod shared_function_role;
mod shared_task_role;
mod ungated_environment;
mod workload_to_admin;

use super::context::Context;
use crate::finding::Finding;
use crate::rule::Rule;

/// A walk over the estate on behalf of a rule. [`Context::finding`] makes what it reports.
pub type Native = fn(&Rule, &Context<'_>) -> Vec<Finding>;

/// All walks by the id of their page.
pub static NATIVE: &[(&str, Native)] = &[
    ("grant/duplicate-role", duplicate_role::walk),
    ("identity/agent-and-task-share-role", shared_task_role::walk),
    ("trust/accounts-share-role", accounts_share_role::walk),
    ("trust/pipeline-reaches-admin", pipeline_to_admin::walk),
    ("trust/ungated-environment", ungated_environment::walk),
    ("trust/workload-reaches-admin", workload_to_admin::walk),
    ("usage/functions-share-role", shared_function_role::walk),
];

/// Folders of pages whose findings are made by other stages: those about waivers, leases and baselines by `suppress`.
const ELSEWHERE: &[&str] = &["governance/"];

/// The walk of a rule.
pub(super) fn walk(id: &str) -> Option<Native> {
    NATIVE
        .iter()
        .find(|(name, _)| *name == id)
        .map(|(_, walk)| *walk)
}

/// Whether another stage makes this rule's findings.
pub(super) fn is_elsewhere(id: &str) -> bool {
    ELSEWHERE.iter().any(|folder| id.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{Check, builtin};

    #[test]
    fn every_page_has_its_walk_and_every_walk_its_page() {
        let rules = builtin();
        for rule in rules.iter() {
            let native = matches!(rule.check, Check::Native);
            let run = walk(&rule.id).is_some() || is_elsewhere(&rule.id);
            assert!(!native || run, "{} has no walk", rule.id);
        }
        for (id, _) in NATIVE {
            let page = rules.get(id);
            assert!(
                page.is_some_and(|rule| matches!(rule.check, Check::Native)),
                "{id} has no page with `native: true`"
            );
        }
    }
}
