//! Ties leases to what they speak for: comments by the declaration that begins on their line, annotations, labels and tags
//! by the object that carries them, entries of `.tenure/leases.yaml` by address or name.
//!
//! A lease answers who owns an access, what it is for and when it is to end, as declared: `expires` of a noun stays what the
//! platform enforces, `leased_until` is what the lease says.

mod about;
mod note;

use super::tags;
use crate::config::Config;
use crate::format::Declaration;
use crate::model::{Estate, Fact, Id, Lease, LeaseTerms, Link, Noun, Ownership, Subject, rank};
use crate::model::{OwnerStep, Strength};
use crate::source::Span;
use about::About;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// A lease that is not tied yet, and what it would speak for.
struct Found {
    lease: Lease,
    on: Vec<Subject>,
}

/// Fills `leases`, `lease_on`, `lease_of`, and `leased_until` and purposes of what they speak for. The estate is indexed and
/// its levels are known.
pub(super) fn bind(
    estate: &mut Estate,
    declarations: &[Declaration],
    terms: &[LeaseTerms],
    config: &Config,
) {
    let mut found = Vec::new();
    let about = About::new(estate, declarations, !terms.is_empty());
    for terms in terms {
        found.push(Found {
            lease: note::of_terms(terms),
            on: match terms.problem {
                None => about.subjects(&terms.about),
                Some(_) => Vec::new(),
            },
        });
    }
    for declaration in declarations {
        let on = about.at(&declaration.address);
        if on.is_empty() {
            continue;
        }
        if let Some(lease) = note::of_tags(&tags::of(declaration), declaration) {
            let on = match lease.problem {
                Fact::Absent => on.to_vec(),
                _ => Vec::new(),
            };
            found.push(Found { lease, on });
        }
    }
    if found.is_empty() {
        return;
    }
    refuse_twins(&mut found);
    for found in &mut found {
        describe(found, estate, config);
    }
    copies(&mut found, estate);
    found.sort_by_key(|found| found.lease.span);
    estate.lease_of = found.iter().map(|found| link(found, estate)).collect();
    for Found { lease, on } in found {
        estate.leases.push(lease);
        estate.lease_on.push(on);
    }
    settle(estate);
}

/// Who answers for each identity by its lease.
pub(super) fn owner(estate: &Estate, id: Id) -> Option<Ownership> {
    let subject = Subject {
        noun: Noun::Identity,
        id,
    };
    let lease = estate.lease_on(subject)?;
    match &lease.owner {
        Fact::Known(owner, span) => Some(Ownership::Owned {
            owner: owner.clone(),
            step: OwnerStep::Lease,
            strength: Strength::Declared,
            span: Some(*span),
        }),
        _ => None,
    }
}

/// Fills tier and greatest length of the leases: tiers are known last.
pub(super) fn grade(estate: &mut Estate) {
    for at in 0..estate.leases.len() {
        let identity = match estate.lease_of[at] {
            Link::To(id) => estate.identities[id.index()].tier.value().copied(),
            _ => None,
        };
        let lease = &mut estate.leases[at];
        if lease.about.is_absent() {
            continue;
        }
        let production = lease.environment.text() == "production";
        let tier = identity.unwrap_or_else(|| match (lease.level.text(), production) {
            ("admin" | "escalate", true) => 1.0,
            ("admin" | "escalate", false) | ("write", true) => 2.0,
            ("write", false) | (_, true) => 3.0,
            _ => 4.0,
        });
        lease.tier = Fact::Default(tier);
        lease.maximum = Fact::given(match tier {
            tier if tier < 1.5 => "lease_tier_1",
            tier if tier < 2.5 => "lease_tier_2",
            tier if tier < 3.5 => "lease_tier_3",
            _ => "lease_tier_4",
        });
    }
}

/// One lease speaks for one thing: of two, that which ends first counts, and the other is a mistake.
fn refuse_twins(found: &mut [Found]) {
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|&at| {
        let lease = &found[at].lease;
        (
            lease
                .expires
                .value()
                .copied()
                .unwrap_or(crate::model::Date::MAX),
            lease.span,
        )
    });
    let mut taken: FxHashMap<Subject, usize> = FxHashMap::default();
    for at in order {
        if found[at]
            .on
            .iter()
            .any(|subject| taken.contains_key(subject))
        {
            let span = found[at].lease.span;
            let problem = "another lease, which ends no later, speaks for the same";
            found[at].lease.problem = Fact::Known(problem.into(), span);
            found[at].on.clear();
            continue;
        }
        for &subject in &found[at].on {
            taken.insert(subject, at);
        }
    }
}

/// What a lease takes from the things it speaks for.
fn describe(found: &mut Found, estate: &Estate, config: &Config) {
    found.lease.approval = Fact::given(approval(&found.lease, config));
    found
        .on
        .sort_by_key(|subject| (place(subject.noun), subject.id));
    let Some(first) = found.on.first() else {
        return;
    };
    let lease = &mut found.lease;
    lease.about = Fact::given(first.noun.word());
    lease.address = estate.place(*first).0.into();
    let text = |subject: &Subject, field| match estate.field(*subject, field) {
        Some(crate::model::Field::Text(fact)) => fact.value().cloned(),
        _ => None,
    };
    let environment = found.on.iter().find_map(|on| text(on, "environment"));
    lease.environment = environment.map_or(Fact::Absent, Fact::Default);
    let levels = found.on.iter().filter_map(|on| text(on, "level"));
    let level = levels.max_by_key(|level| rank(level));
    lease.level = level.map_or(Fact::Absent, Fact::Default);
}

fn place(noun: Noun) -> usize {
    let order = [Noun::Identity, Noun::Grant, Noun::Credential, Noun::Trust];
    order
        .iter()
        .position(|own| *own == noun)
        .unwrap_or(order.len())
}

fn approval(lease: &Lease, config: &Config) -> &'static str {
    let approver = lease.approver.text();
    if approver.is_empty() {
        return "missing";
    }
    if Config::is_same_name(approver, lease.owner.text()) {
        return "self";
    }
    match config.may_approve(approver) {
        None => "named",
        Some(true) => "entitled",
        Some(false) => "not_entitled",
    }
}

/// Who has accesses of one purpose in one environment.
#[derive(Default)]
struct Alike {
    /// The owners of the accesses that each has.
    owners_of: FxHashMap<String, FxHashSet<String>>,
    /// How many have an access of each owner.
    owners: FxHashMap<String, usize>,
}

impl Alike {
    fn add(&mut self, holder: String, owner: String) {
        if self
            .owners_of
            .entry(holder)
            .or_default()
            .insert(owner.clone())
        {
            *self.owners.entry(owner).or_default() += 1;
        }
    }

    /// How many others there are.
    fn others(&self, holder: &str) -> usize {
        self.owners_of.len() - usize::from(self.owners_of.contains_key(holder))
    }

    /// How many owners others have, one aside.
    fn other_owners(&self, holder: &str, owner: &str) -> usize {
        let own = self.owners_of.get(holder);
        let shared =
            |of: &str| self.owners[of] > usize::from(own.is_some_and(|own| own.contains(of)));
        let alone = own.into_iter().flatten().filter(|of| !shared(of)).count();
        let counted = self.owners.contains_key(owner) && shared(owner);
        self.owners.len() - alone - usize::from(counted)
    }
}

/// Counts whose accesses have the same purpose in the same environment: one task may need several rights, and the same identity
/// in each environment, but not two identities.
fn copies(found: &mut [Found], estate: &Estate) {
    let plain = |text: &Fact<CompactString>| text.text().trim().to_lowercase();
    let mut alike: FxHashMap<(String, String), Alike> = FxHashMap::default();
    let mut own = Vec::with_capacity(found.len());
    for found in found.iter() {
        let purpose = (plain(&found.lease.purpose), plain(&found.lease.environment));
        let (holder, owner) = (holder(found, estate), plain(&found.lease.owner));
        let others = alike.entry(purpose.clone()).or_default();
        if !found.on.is_empty() {
            others.add(holder.clone(), owner.clone());
        }
        own.push((purpose, holder, owner));
    }
    let number = |count: usize| Fact::Default(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    for (found, (purpose, holder, owner)) in found.iter_mut().zip(own) {
        let alike = &alike[&purpose];
        found.lease.copies = number(alike.others(&holder));
        found.lease.other_owners = number(alike.other_owners(&holder, &owner));
    }
}

/// Who has the access that a lease speaks for: the identity's name, or that of whom a right is given to.
fn holder(found: &Found, estate: &Estate) -> String {
    let Some(first) = found.on.first() else {
        return String::new();
    };
    let named = match (estate.identity_of(*first), first.noun) {
        (Link::To(id), _) => estate.identities[id.index()].name.text(),
        (_, Noun::Grant) => estate.grants[first.id.index()].to.text(),
        _ => "",
    };
    match named {
        "" => estate.place(*first).0.to_owned(),
        named => named.to_lowercase(),
    }
}

/// The identity a lease speaks for, or for whose right.
fn link(found: &Found, estate: &Estate) -> Link {
    let links = || found.on.iter().map(|subject| estate.identity_of(*subject));
    links()
        .find(|link| matches!(link, Link::To(_)))
        .or_else(|| links().next())
        .unwrap_or(Link::Outside)
}

/// Writes ends and purposes into what leases speak for, and ends into the rights of leased identities.
fn settle(estate: &mut Estate) {
    let pairs: Vec<(usize, Subject)> = estate
        .lease_on
        .iter()
        .enumerate()
        .flat_map(|(at, on)| on.iter().map(move |subject| (at, *subject)))
        .collect();
    for (at, subject) in pairs {
        let (ends, purpose) = {
            let lease = &estate.leases[at];
            (lease.expires.clone(), lease.purpose.clone())
        };
        if subject.noun == Noun::Identity {
            let tied: Vec<Subject> = [Noun::Credential, Noun::Grant, Noun::Trust]
                .into_iter()
                .flat_map(|noun| estate.tied(noun, subject.id))
                .collect();
            for subject in tied {
                until(estate, subject, &ends);
            }
            let identity = &mut estate.identities[subject.id.index()];
            if identity.purpose.is_absent() {
                identity.purpose = purpose;
            }
        }
        until(estate, subject, &ends);
    }
}

/// The earlier end counts where a lease speaks for a right and one for its identity.
fn until(estate: &mut Estate, subject: Subject, ends: &Fact<crate::model::Date>) {
    let at = subject.id.index();
    let field = match subject.noun {
        Noun::Identity => &mut estate.identities[at].leased_until,
        Noun::Credential => &mut estate.credentials[at].leased_until,
        Noun::Grant => &mut estate.grants[at].leased_until,
        Noun::Trust => &mut estate.trusts[at].leased_until,
        Noun::Usage | Noun::Setting | Noun::Lease | Noun::Review => return,
    };
    let earlier = match (field.value(), ends.value()) {
        (Some(own), Some(new)) => new < own,
        _ => true,
    };
    if earlier {
        *field = ends.clone();
    }
}

/// A known text at a place; absent when empty.
fn text(text: &str, span: Span) -> Fact<CompactString> {
    match text {
        "" => Fact::Absent,
        text => Fact::Known(text.into(), span),
    }
}
