//! What reviews say of other nouns: when somebody other than its owner last looked at what a lease speaks for, and which day for
//! another look is met.

use crate::config::Config;
use crate::model::{Date, Estate, Fact, Lease, Link, Review};

/// Fills `reviewed` of leases, and takes `next` from reviews that a later one of the same followed. Leases are bound.
pub(super) fn settle(estate: &mut Estate) {
    if estate.reviews.is_empty() {
        return;
    }
    for at in 0..estate.leases.len() {
        let names = names(estate, at);
        let lease = &estate.leases[at];
        let days = estate.reviews.iter().filter(|review| {
            is_anothers(review, lease) && names.iter().any(|name| is_about(review, name))
        });
        let last = days.filter_map(|review| review.reviewed.value()).max();
        estate.leases[at].reviewed = last.map_or(Fact::Absent, |day| Fact::Default(*day));
    }
    let looks: Vec<(String, Date)> = estate
        .reviews
        .iter()
        .filter_map(|review| Some((plain(review.about.text()), *review.reviewed.value()?)))
        .collect();
    for review in &mut estate.reviews {
        let (about, own) = (plain(review.about.text()), review.reviewed.value());
        let since =
            |(other, day): &(String, Date)| *other == about && own.is_none_or(|own| day > own);
        if looks.iter().any(since) {
            review.next = Fact::Absent;
        }
    }
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

fn is_about(review: &Review, name: &str) -> bool {
    !name.is_empty() && plain(review.about.text()) == plain(name)
}

/// Whether who reviewed it is another than who owns it.
fn is_anothers(review: &Review, lease: &Lease) -> bool {
    !Config::is_same_name(review.reviewed_by.text(), lease.owner.text())
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
    names
}
