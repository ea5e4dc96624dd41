//! Task definitions whose task wears the role of the agent that starts it: by the role's declaration, by its name where it
//! is made elsewhere, or by the variable that hands it over.

use super::shared_function_role::Role;
use crate::engine::context::Context;
use crate::finding::Finding;
use crate::model::{Id, Noun, Subject};
use crate::rule::Rule;
use rustc_hash::FxHashSet;

/// One finding for each task definition whose task and agent wear one role.
pub(super) fn walk(rule: &Rule, context: &Context<'_>) -> Vec<Finding> {
    let estate = context.estate;
    let wearers = |kind: &'static str| {
        let usages = estate.usages.iter().zip(&estate.usage_of).enumerate();
        usages.filter_map(move |(at, (usage, link))| {
            let task = usage.resource.text().to_ascii_lowercase().replace('_', "");
            let fits = usage.kind.text() == kind
                && usage.provider.text() == "aws"
                && task.contains("taskdefinition");
            let role = Role::worn(usage, link).filter(|_| fits)?;
            Some((at, (usage.address.as_str(), usage.name.text(), role)))
        })
    };
    let agents: FxHashSet<_> = wearers("runner").map(|(_, worn)| worn).collect();
    wearers("workload")
        .filter(|(_, worn)| agents.contains(worn))
        .filter_map(|(at, _)| {
            let id = Id(u32::try_from(at).ok()?);
            let noun = Noun::Usage;
            context.finding(rule, Subject { noun, id })
        })
        .collect()
}
