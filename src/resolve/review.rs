//! What reviews say of other nouns: when somebody other than its owner last looked at what a lease speaks for, and which day for
//! another look is met.

use crate::config::Config;
use crate::model::{Date, Estate, Fact, Link, Review};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Fills `reviewed` of leases, and takes `next` from reviews that a later one of the same followed. Leases are bound.
pub(super) fn settle(estate: &mut Estate) {
    if estate.reviews.is_empty() {
        return;
    }
    let looks = looks(&estate.reviews);
    for at in 0..estate.leases.len() {
        let names = names(estate, at);
        let owner = estate.leases[at].owner.text();
        let looked = names.into_iter().filter_map(|name| looks.get(&plain(name)));
        let days = looked
            .flatten()
            .filter(|(by, _)| !Config::is_same_name(by, owner))
            .map(|(_, day)| *day);
        let last = days.max();
        estate.leases[at].reviewed = last.map_or(Fact::Absent, Fact::Default);
    }
    for review in &mut estate.reviews {
        let all = looks.get(&plain(review.about.text()));
        let last = all.into_iter().flatten().map(|(_, day)| day).max();
        if last.is_some_and(|last| review.reviewed.value().is_none_or(|own| last > own)) {
            review.next = Fact::Absent;
        }
    }
}

/// Who looked at what, and when, by what the reviews call it.
fn looks(reviews: &[Review]) -> FxHashMap<String, Vec<(CompactString, Date)>> {
    let mut looks: FxHashMap<_, Vec<_>> = FxHashMap::default();
    for review in reviews {
        if let Some(day) = review.reviewed.value() {
            let of = looks.entry(plain(review.about.text())).or_default();
            of.push((review.reviewed_by.text().into(), *day));
        }
    }
    looks
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

/// What a review may call the access of a lease: by its address, its principal, its identity's address or name.
fn names(estate: &Estate, at: usize) -> Vec<&str> {
    let mut names = vec![estate.leases[at].address.as_str()];
    for subject in &estate.lease_on[at] {
        names.push(estate.place(*subject).0);
        if let Some(grant) = estate.grants.get(subject.id.index())
            && subject.noun == crate::model::Noun::Grant
        {
            names.push(grant.to.text());
        }
    }
    if let Link::To(id) = estate.lease_of[at] {
        let identity = &estate.identities[id.index()];
        names.extend([identity.address.as_str(), identity.name.text()]);
    }
    names.retain(|name| !name.is_empty());
    names
}
