//! Roles and policies that allow the same as another one beside them, or the same but for one action.
//!
//! What a role allows is a set of rights, each an action with what it reaches. Rights are numbers that are drawn from their
//! texts, so that a set has a sum (exclusive or), and sets that differ by one right on either side meet in a sum with that
//! right taken out. The work grows with the number of rights; what meets is compared right by right.

use crate::engine::context::Context;
use crate::finding::{Finding, Related};
use crate::model::{Fact, Grant, Id, Noun, Set, Subject};
use crate::rule::Rule;
use compact_str::CompactString;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::hash::BuildHasher;

/// Fewer rights than this are too few to call two roles the same.
const FEW: usize = 3;

/// From so many rights on, a difference of one is near enough.
const MANY: usize = 8;

/// A role with more rights than this is left out.
const MOST: usize = 4096;

/// What one role or policy allows.
struct Role<'e> {
    /// The first of its grants.
    at: usize,
    name: &'e str,
    rights: FxHashSet<u64>,
    /// Whether all of it is known.
    whole: bool,
}

/// Roles are compared with those of the same provider, folder and namespace.
type Place<'e> = (&'e str, &'e str, &'e str);

/// One finding for each role that an earlier one makes needless.
pub(super) fn walk(rule: &Rule, context: &Context<'_>) -> Vec<Finding> {
    let mut sums: FxHashMap<(Place<'_>, u64), usize> = FxHashMap::default();
    let roles = roles(context);
    let mut found = Vec::new();
    for (index, (place, role)) in roles.iter().enumerate() {
        let sum = role.rights.iter().fold(0, |sum, right| sum ^ right);
        let near = role.rights.iter().filter(|_| role.rights.len() >= MANY);
        let keys: Vec<u64> = std::iter::once(sum)
            .chain(near.map(|right| sum ^ right))
            .collect();
        let earlier = keys
            .iter()
            .filter_map(|key| sums.get(&(*place, *key)))
            .copied()
            .filter(|other| roles[*other].1.name != role.name)
            .find(|other| is_near(&roles[*other].1.rights, &role.rights));
        if let Some(other) = earlier {
            found.extend(finding(rule, context, role, &roles[other].1));
            continue;
        }
        for key in keys {
            sums.entry((*place, key)).or_insert(index);
        }
    }
    found
}

fn finding(
    rule: &Rule,
    context: &Context<'_>,
    role: &Role<'_>,
    other: &Role<'_>,
) -> Option<Finding> {
    let mut finding = context.finding(rule, subject(role.at)?)?;
    let (_, span, _) = context.estate.place(subject(other.at)?);
    let label = format!("{} allows the same", other.name);
    finding.related = vec![Related { span, label }];
    Some(finding)
}

fn subject(grant: usize) -> Option<Subject> {
    Some(Subject {
        noun: Noun::Grant,
        id: Id(u32::try_from(grant).ok()?),
    })
}

/// Whether two sets are the same, or differ by at most one right on either side.
fn is_near(one: &FxHashSet<u64>, other: &FxHashSet<u64>) -> bool {
    let slack = usize::from(one.len().min(other.len()) >= MANY);
    one.difference(other).count() <= slack && other.difference(one).count() <= slack
}

/// The roles and policies of the estate that can be compared, in its order.
fn roles<'e>(context: &Context<'e>) -> Vec<(Place<'e>, Role<'e>)> {
    let mut roles: Vec<(Place<'e>, Role<'e>)> = Vec::new();
    let mut known: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    for (at, grant) in context
        .estate
        .grants
        .iter()
        .enumerate()
        .filter(|(_, it)| is_written_out(it))
    {
        let name = Some(grant.role.text()).filter(|name| !name.is_empty());
        let name = name.unwrap_or(grant.address.as_str());
        let index = *known
            .entry((grant.address.as_str(), name))
            .or_insert_with(|| {
                let subject = subject(at);
                let root = subject.map_or("", |it| context.root(it, grant.span));
                let place = (grant.provider.text(), root, grant.namespace.text());
                let rights = FxHashSet::default();
                roles.push((
                    place,
                    Role {
                        at,
                        name,
                        rights,
                        whole: true,
                    },
                ));
                roles.len() - 1
            });
        let role = &mut roles[index].1;
        role.whole &= add(grant, &mut role.rights);
    }
    roles.retain(|(_, role)| role.whole && role.rights.len() >= FEW);
    roles
}

/// Whether a grant says by itself what it allows, action by action.
fn is_written_out(grant: &Grant) -> bool {
    let policy = grant.policy.text();
    let defined = policy == "role" || (policy == "identity" && grant.provider.text() == "aws");
    defined && !grant.actions.items.is_empty() && grant.level.text() != "admin"
}

/// Adds the rights of a grant; false where they are not all known.
fn add(grant: &Grant, rights: &mut FxHashSet<u64>) -> bool {
    let known = [
        &grant.actions,
        &grant.not_actions,
        &grant.resources,
        &grant.conditions,
    ];
    if known.iter().any(|set| !set.complete) || matches!(grant.scope, Fact::Unknown(_)) {
        return false;
    }
    let around = (
        sorted(&grant.resources),
        sorted(&grant.not_actions),
        sorted(&grant.conditions),
    );
    let around = FxBuildHasher.hash_one(around);
    for action in grant.actions.texts() {
        rights.insert(FxBuildHasher.hash_one((action.to_ascii_lowercase(), around)));
    }
    rights.len() <= MOST
}

fn sorted(set: &Set) -> Vec<&CompactString> {
    let mut texts: Vec<&CompactString> = set.items.iter().map(|(text, _)| text).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}
