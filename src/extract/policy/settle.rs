//! What only all grants of a principal together show: denies beside them, and rights that combine into more.

use super::super::run::Run;
use super::document::is_everything;
use super::{Denies, boundary};
use crate::model::{Estate, Fact, Grant, Set};
use crate::rule::Tables;
use crate::rule::resource::{Combination, glob};
use crate::source::Span;
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Takes away what other policies of the principal deny, counts denies, and finds escalations over all AWS grants of each
/// principal; then says of every grant which of its actions are wildcards.
pub(in crate::extract) fn settle(
    run: &Run<'_>,
    tables: &Tables,
    estate: &mut Estate,
    denies: &[Denies],
) {
    let mut by_principal: FxHashMap<&str, Vec<&Denies>> = FxHashMap::default();
    for deny in denies.iter().filter(|deny| deny.count > 0) {
        by_principal.entry(&deny.of).or_default().push(deny);
    }
    let beside = |key: &str| by_principal.get(key).map_or(&[][..], Vec::as_slice);
    estate.grants.retain(|grant| {
        let emptied = |deny: &&Denies| deny.empties(&grant.actions);
        !(is_own(grant) && beside(key(grant)).iter().any(emptied))
    });
    let mut groups: FxHashMap<CompactString, Vec<usize>> = FxHashMap::default();
    for (index, grant) in estate.grants.iter_mut().enumerate() {
        grant.wildcards = wildcards(&grant.actions);
        if !is_own(grant) {
            continue;
        }
        let key = CompactString::from(key(grant));
        let count: usize = beside(&key).iter().map(|deny| deny.count).sum();
        #[expect(clippy::cast_precision_loss, reason = "a count of statements is small")]
        let count = count as f64;
        grant.denies = Fact::Default(count);
        groups.entry(key).or_default().push(index);
    }
    boundary::settle(run, estate);
    let combinations: Vec<&Combination> = tables
        .actions("aws")
        .flat_map(|table| &table.combinations)
        .collect();
    for (key, members) in &groups {
        let denies = beside(key);
        for combination in &combinations {
            if let Some(holder) = completed(combination, members, &estate.grants, denies) {
                mark(&mut estate.grants[holder], combination);
            }
        }
    }
}

/// Whether it is a right that an AWS principal holds at large.
fn is_own(grant: &Grant) -> bool {
    grant.provider.text() == "aws" && grant.policy.text() == "identity"
}

/// Whose grant it is; an unattached policy is its own principal.
fn key(grant: &Grant) -> &str {
    grant.to.value().unwrap_or(&grant.address)
}

/// `*`, `s3:*`, `Microsoft.Storage/*`: all actions, or all of a service.
fn wildcards(actions: &Set) -> Set {
    let wild = |(action, _): &&(CompactString, Span)| {
        let before = action.strip_suffix('*');
        before.is_some_and(|before| before.is_empty() || before.ends_with([':', '/', '*']))
    };
    Set {
        items: actions.items.iter().filter(wild).cloned().collect(),
        complete: actions.complete,
    }
}

/// The grant that holds a combination's first action, when the members together hold all of it.
fn completed(
    combination: &Combination,
    members: &[usize],
    grants: &[Grant],
    denies: &[&Denies],
) -> Option<usize> {
    let holder_of = |action: &str| {
        if denies.iter().any(|deny| deny.takes(action)) {
            return None;
        }
        let mut members = members.iter().copied();
        members.find(|index| allows(&grants[*index], action))
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
