//! Service accounts of Kubernetes that may become one identity of a cloud: by its declaration, or by its name where it is made
//! elsewhere.

use super::shared_function_role::Role;
use crate::engine::context::Context;
use crate::finding::{Finding, Related};
use crate::model::{Id, Noun, Subject};
use crate::rule::Rule;
use rustc_hash::FxHashMap;

/// One finding for each account whose cloud identity an earlier account becomes too.
pub(super) fn walk(rule: &Rule, context: &Context<'_>) -> Vec<Finding> {
    let estate = context.estate;
    let mut first: FxHashMap<Role<'_>, usize> = FxHashMap::default();
    let mut found = Vec::new();
    for (at, (trust, link)) in estate.trusts.iter().zip(&estate.trust_of).enumerate() {
        if trust.kind.text() != "workload" || trust.resource.text() != "ServiceAccount" {
            continue;
        }
        let Some(role) = Role::new(trust.of.text(), link) else {
            continue;
        };
        let other = *first.entry(role).or_insert(at);
        let earlier = &estate.trusts[other];
        let Ok(id) = u32::try_from(at) else { continue };
        if earlier.address == trust.address {
            continue;
        }
        let noun = Noun::Trust;
        if let Some(mut finding) = context.finding(rule, Subject { noun, id: Id(id) }) {
            finding.related = vec![Related {
                span: earlier.span,
                label: format!("{} becomes it too", earlier.address),
            }];
            found.push(finding);
        }
    }
    found
}
