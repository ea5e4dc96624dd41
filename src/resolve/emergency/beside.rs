//! In whose hands rights for emergencies lie that have high rights every day as well: the group that is given both, the role that
//! may become the emergency identity, the team whose member it is.

use super::{bare, is, is_high};
use crate::model::{Estate, Fact, Grant, Id, Link, Noun};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Who holds rights: an identity of the estate, or a name of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Holder {
    Known(Id),
    Named(CompactString, CompactString),
}

/// Fills `emergency` of the rights for every day.
pub(super) fn settle(estate: &mut Estate) {
    let ways = ways_in(estate);
    let members = members(estate);
    let holders = holders(estate, &ways, &members);
    let found: Vec<(usize, CompactString)> = estate
        .grants
        .iter()
        .enumerate()
        .filter(|(at, grant)| is_daily(grant) && !ways.contains_key(at))
        .filter_map(|(at, grant)| {
            let own = holder(grant, estate.grant_of[at]);
            let through = || match &own {
                Holder::Known(id) => members.get(id)?.iter().find_map(|own| holders.get(own)),
                Holder::Named(..) => None,
            };
            let what = holders.get(&own).or_else(through)?;
            Some((at, what.clone()))
        })
        .collect();
    for (at, what) in found {
        estate.grants[at].emergency = Fact::Default(what);
    }
}

/// A high right that stands, for no emergency.
fn is_daily(grant: &Grant) -> bool {
    is_high(grant.level.text())
        && grant.activation.text() == "standing"
        && !is(&grant.break_glass)
        && grant.policy.text() != "role"
        && !matches!(
            grant.principal.text(),
            "public" | "authenticated" | "platform"
        )
}

fn holder(grant: &Grant, of: Link) -> Holder {
    match of {
        Link::To(id) => Holder::Known(id),
        _ => named(grant.provider.text(), grant.to.text()),
    }
}

fn named(provider: &str, name: &str) -> Holder {
    Holder::Named(provider.into(), bare(name).to_lowercase().into())
}

/// Rights over identities for emergencies and nothing else, by which others become them: which identity each is about.
fn ways_in(estate: &Estate) -> FxHashMap<usize, CompactString> {
    let mut emergency: FxHashMap<(&str, &str), &CompactString> = FxHashMap::default();
    for identity in estate.identities.iter().filter(|own| is(&own.break_glass)) {
        let name = identity.name.value().unwrap_or(&identity.address);
        let provider = identity.provider.text();
        emergency.insert((provider, identity.address.as_str()), name);
        emergency.insert((provider, identity.name.text()), name);
    }
    let about = |grant: &Grant| {
        let provider = grant.provider.text();
        let mut names = grant
            .resources
            .texts()
            .map(|text| emergency.get(&(provider, text)));
        let first = names.next()??;
        names.all(|name| name.is_some()).then(|| (*first).clone())
    };
    let grants = estate.grants.iter().enumerate();
    grants
        .filter_map(|(at, grant)| Some((at, about(grant)?)))
        .collect()
}

/// Whose hands hold what is for emergencies: who is given such a right, may become such an identity, belongs to such a group, or
/// is one itself, as far as a group of every day is concerned.
fn holders(
    estate: &Estate,
    ways: &FxHashMap<usize, CompactString>,
    members: &FxHashMap<Id, Vec<Holder>>,
) -> FxHashMap<Holder, CompactString> {
    let mut found = FxHashMap::default();
    for (at, what) in ways {
        let own = holder(&estate.grants[*at], estate.grant_of[*at]);
        found.insert(own, what.clone());
    }
    for (grant, of) in estate.grants.iter().zip(&estate.grant_of) {
        if is(&grant.break_glass) && !grant.to.text().is_empty() {
            let what = grant.role.value().unwrap_or(&grant.address);
            found.insert(holder(grant, *of), what.clone());
        }
    }
    for subject in estate.subjects(Noun::Identity) {
        let identity = &estate.identities[subject.id.index()];
        if !is(&identity.break_glass) {
            continue;
        }
        let name = identity.name.value().unwrap_or(&identity.address);
        found.insert(Holder::Known(subject.id), name.clone());
        for trust in estate.tied(Noun::Trust, subject.id) {
            let from = estate.trust_from[trust.id.index()].iter();
            found.extend(from.map(|id| (Holder::Known(*id), name.clone())));
        }
    }
    for (group, people) in members {
        let identity = &estate.identities[group.index()];
        if is(&identity.break_glass) {
            let name = identity.name.value().unwrap_or(&identity.address);
            let people = people.iter().cloned();
            found.extend(people.map(|person| (person, name.clone())));
        }
    }
    found
}

/// The members of each group that names them.
fn members(estate: &Estate) -> FxHashMap<Id, Vec<Holder>> {
    let addresses: FxHashMap<&str, Id> = estate
        .subjects(Noun::Identity)
        .map(|subject| (estate.place(subject).0, subject.id))
        .collect();
    let groups = estate.subjects(Noun::Identity).filter_map(|subject| {
        let group = &estate.identities[subject.id.index()];
        let people: Vec<Holder> = group
            .members
            .texts()
            .map(|text| match addresses.get(text) {
                Some(id) => Holder::Known(*id),
                None => named(group.provider.text(), text),
            })
            .collect();
        (!people.is_empty()).then_some((subject.id, people))
    });
    groups.collect()
}
