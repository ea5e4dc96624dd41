//! What only all grants of a principal together show: denies beside them, and rights that combine into more.

use super::Denies;
use super::document::is_everything;
use crate::model::{Estate, Fact, Grant};
use crate::rule::Tables;
use crate::rule::resource::{Combination, glob};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Counts denies and finds escalations over all AWS grants of each principal.
pub(in crate::extract) fn settle(tables: &Tables, estate: &mut Estate, denies: &[Denies]) {
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for deny in denies {
        *counts.entry(deny.of.as_str()).or_default() += deny.count;
    }
    let mut groups: FxHashMap<CompactString, Vec<usize>> = FxHashMap::default();
    for (index, grant) in estate.grants.iter_mut().enumerate() {
        if grant.provider.text() != "aws" || grant.policy.text() != "identity" {
            continue;
        }
        let key = grant.to.value().unwrap_or(&grant.address).clone();
        let count = counts.get(key.as_str()).copied().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "a count of statements is small")]
        let count = count as f64;
        grant.denies = Fact::Default(count);
        groups.entry(key).or_default().push(index);
    }
    let combinations: Vec<&Combination> = tables
        .actions("aws")
        .flat_map(|table| &table.combinations)
        .collect();
    for members in groups.values() {
        for combination in &combinations {
            if let Some(holder) = completed(combination, members, &estate.grants) {
                mark(&mut estate.grants[holder], combination);
            }
        }
    }
}

/// The grant that holds a combination's first action, when the members together hold all of it.
fn completed(combination: &Combination, members: &[usize], grants: &[Grant]) -> Option<usize> {
    let holder_of = |action: &str| {
        members
            .iter()
            .copied()
            .find(|index| allows(&grants[*index], action))
    };
    let mut holders = combination.actions.iter().map(|either| {
        either
            .split('|')
            .find_map(|action| holder_of(action.trim()))
    });
    let first = holders.next()??;
    holders.all(|holder| holder.is_some()).then_some(first)
}

/// Whether a grant allows an action on a whole kind of resource, on no condition.
fn allows(grant: &Grant, action: &str) -> bool {
    let allowed = if grant.not_actions.items.is_empty() {
        grant.actions.texts().any(|pattern| glob(pattern, action))
    } else {
        !grant
            .not_actions
            .texts()
            .any(|pattern| glob(pattern, action))
    };
    allowed && grant.conditions.items.is_empty() && is_wide(grant, action)
}

/// Whether its resources are a whole kind of the action's service: `*`, `arn:aws:iam::123456789012:role/*`.
fn is_wide(grant: &Grant, action: &str) -> bool {
    let service = action.split(':').next().unwrap_or(action);
    grant.resources.texts().any(|resource| {
        if is_everything(resource) {
            return true;
        }
        let mut parts = resource.split(':');
        let of_service = parts.next() == Some("arn") && parts.nth(1) == Some(service);
        let last = resource.rsplit(':').next().unwrap_or(resource);
        of_service
            && (last == "*"
                || last
                    .strip_suffix("/*")
                    .is_some_and(|kind| !kind.contains('/')))
    })
}

/// An administrator escalates nothing; anyone else's grant is worth what it leads to.
fn mark(grant: &mut Grant, combination: &Combination) {
    if grant.level.text() == "admin" {
        return;
    }
    if grant.escalation.is_absent() {
        grant.escalation = Fact::Known(combination.name.as_str().into(), grant.span);
    }
    grant.level = Fact::given("escalate");
}
