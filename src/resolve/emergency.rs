//! What is for emergencies only: which identities and rights are, whose hands hold them beside rights for every day, and
//! whether an alarm of the repository names them.

mod alarm;
mod beside;

use crate::config::Config;
use crate::format::Declaration;
use crate::model::{Estate, Fact, Id, Link, Noun, Subject};
use crate::source::Span;
use rustc_hash::FxHashSet;

/// Fills `break_glass`, `watched` and `emergency`. Leases are bound and levels known.
pub(super) fn settle(estate: &mut Estate, declarations: &[Declaration], config: &Config) {
    by_lease(estate);
    by_name(estate, declarations, config);
    let any = estate
        .identities
        .iter()
        .any(|identity| is(&identity.break_glass));
    if any || estate.grants.iter().any(|grant| is(&grant.break_glass)) {
        beside::settle(estate);
        alarm::settle(estate, declarations, config);
    }
}

fn is(flag: &Fact<bool>) -> bool {
    flag.value() == Some(&true)
}

/// A lease for emergencies speaks for an identity, or for one of its rights: then for the identity, too, unless it has other
/// rights that are as high.
fn by_lease(estate: &mut Estate) {
    let mut shared: Vec<(Id, Fact<bool>)> = Vec::new();
    let leased = estate.leases.iter().zip(&estate.lease_on);
    let leased: Vec<(Fact<bool>, Subject)> = leased
        .filter(|(lease, _)| lease.kind.text() == "break-glass")
        .flat_map(|(lease, on)| on.iter().map(|subject| (flag(lease.kind.span()), *subject)))
        .collect();
    for (flag, subject) in leased {
        let of = estate.identity_of(subject);
        match (subject.noun, of) {
            (Noun::Grant, _) => {
                estate.grants[subject.id.index()].break_glass = flag.clone();
                if let Link::To(id) = of {
                    shared.push((id, flag));
                }
            }
            (_, Link::To(id)) => estate.identities[id.index()].break_glass = flag,
            _ => {}
        }
    }
    for (id, flag) in shared {
        if !keeps_daily_rights(estate, id) {
            estate.identities[id.index()].break_glass = flag;
        }
    }
}

fn flag(place: Option<Span>) -> Fact<bool> {
    place.map_or(Fact::Default(true), |place| Fact::Known(true, place))
}

/// Whether an identity has high rights that no lease for emergencies speaks for.
fn keeps_daily_rights(estate: &Estate, id: Id) -> bool {
    estate.tied(Noun::Grant, id).any(|subject| {
        let grant = &estate.grants[subject.id.index()];
        !is(&grant.break_glass) && is_high(grant.level.text())
    })
}

fn is_high(level: &str) -> bool {
    matches!(level, "admin" | "escalate")
}

/// Rights of identities that are for emergencies, and of principals whose names the configuration lists.
fn by_name(estate: &mut Estate, declarations: &[Declaration], config: &Config) {
    let addresses: FxHashSet<&str> = match config.names_break_glass() {
        true => declarations
            .iter()
            .map(|found| found.address.as_str())
            .collect(),
        false => FxHashSet::default(),
    };
    let ids: FxHashSet<Id> = estate
        .subjects(Noun::Identity)
        .filter(|subject| is(&estate.identities[subject.id.index()].break_glass))
        .map(|subject| subject.id)
        .collect();
    for (grant, of) in estate.grants.iter_mut().zip(&estate.grant_of) {
        let named = match of {
            Link::To(id) => ids.contains(id),
            // An address is no name.
            _ if addresses.contains(grant.to.text()) => false,
            _ => config.is_break_glass(bare(grant.to.text())),
        };
        if named && !is(&grant.break_glass) {
            grant.break_glass = Fact::Default(true);
        }
    }
}

/// A principal's name without the word of its kind: `group:ops@example.org`.
fn bare(name: &str) -> &str {
    let kinds = ["group:", "user:", "serviceAccount:", "principal:"];
    let stripped = kinds.iter().find_map(|kind| name.strip_prefix(kind));
    stripped.unwrap_or(name)
}
