//! What an excerpt of a repository cannot say: that nothing defines a name, or that nobody owns an identity.

use crate::model::{Estate, Fact, Link, Ownership};

/// Turns what was not found into what is not known, since it may stand in a file that was not read.
pub fn doubt(estate: &mut Estate) {
    let links = [
        &mut estate.credential_of,
        &mut estate.grant_of,
        &mut estate.trust_of,
        &mut estate.usage_of,
    ];
    for link in links.into_iter().flatten() {
        if *link == Link::Dangling {
            *link = Link::Unknown;
        }
    }
    for (identity, ownership) in estate.identities.iter_mut().zip(&mut estate.ownership) {
        if *ownership == Ownership::Nobody {
            *ownership = Ownership::Unknown(None);
            identity.owner = Fact::Unknown(None);
            identity.owner_step = Fact::Unknown(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Identity;

    #[test]
    fn nothing_is_missing_from_an_excerpt() {
        let mut estate = Estate::default();
        estate.identities.push(Identity::default());
        estate.ownership.push(Ownership::Nobody);
        estate.grant_of.extend([Link::Dangling, Link::Outside]);
        doubt(&mut estate);
        assert_eq!(estate.ownership, [Ownership::Unknown(None)]);
        assert_eq!(estate.identities[0].owner, Fact::Unknown(None));
        assert_eq!(estate.grant_of, [Link::Unknown, Link::Outside]);
    }
}
