//! The graph of all nouns of a run, after resolution.

use super::{
    Credential, Field, Grant, Id, Identity, Lease, Noun, Ownership, Path, Review, Setting, Subject,
    Trust, Usage,
};
use crate::source::Span;
use compact_str::CompactString;

/// How a credential, grant, trust or usage is tied to its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Link {
    /// To this identity of the estate.
    To(Id),
    /// To something outside that is named in full: another account's role, a built-in group.
    Outside,
    /// To something by name or reference that nothing in the run defines.
    Dangling,
    /// Which one cannot be known.
    #[default]
    Unknown,
}

/// All nouns of a run and the ties between them. Lists are in the order of the sorted paths, then of the text.
#[derive(Debug, Default)]
pub struct Estate {
    /// Identities.
    pub identities: Vec<Identity>,
    /// Who answers for each identity: same index.
    pub ownership: Vec<Ownership>,
    /// Owners that count for nothing, because the trusted revision does not know them: identity, name and place.
    pub newcomers: Vec<(Id, CompactString, Span)>,
    /// Credentials.
    pub credentials: Vec<Credential>,
    /// The identity of each credential: same index.
    pub credential_of: Vec<Link>,
    /// Grants.
    pub grants: Vec<Grant>,
    /// The identity of each grant: same index.
    pub grant_of: Vec<Link>,
    /// Trusts.
    pub trusts: Vec<Trust>,
    /// The identity each trust leads to: same index.
    pub trust_of: Vec<Link>,
    /// The identities each trust lets in, where they are of this estate (jobs, service accounts, roles): same index.
    pub trust_from: Vec<Vec<Id>>,
    /// Usages.
    pub usages: Vec<Usage>,
    /// The identity of each usage: same index.
    pub usage_of: Vec<Link>,
    /// Settings.
    pub settings: Vec<Setting>,
    /// Leases, those that speak for nothing included.
    pub leases: Vec<Lease>,
    /// The identity each lease speaks for, or for whose right it does: same index.
    pub lease_of: Vec<Link>,
    /// What each lease speaks for: same index.
    pub lease_on: Vec<Vec<Subject>>,
    /// Reviews, those that count for nothing included.
    pub reviews: Vec<Review>,
    /// Ways from jobs and workloads to grants, in the order of their starts.
    pub paths: Vec<Path>,
    /// The subjects tied to each identity: same index as `identities`; made by [`Estate::index`].
    ties: Vec<Vec<Subject>>,
}

impl Estate {
    /// How many there are of a noun.
    #[must_use]
    pub fn count(&self, noun: Noun) -> usize {
        match noun {
            Noun::Identity => self.identities.len(),
            Noun::Credential => self.credentials.len(),
            Noun::Grant => self.grants.len(),
            Noun::Trust => self.trusts.len(),
            Noun::Usage => self.usages.len(),
            Noun::Setting => self.settings.len(),
            Noun::Lease => self.leases.len(),
            Noun::Review => self.reviews.len(),
        }
    }

    /// All subjects of a noun.
    pub fn subjects(&self, noun: Noun) -> impl Iterator<Item = Subject> + use<> {
        (0..u32::try_from(self.count(noun)).unwrap_or(u32::MAX)).map(move |index| Subject {
            noun,
            id: Id(index),
        })
    }

    /// A field of a subject.
    #[must_use]
    pub fn field(&self, subject: Subject, name: &str) -> Option<Field<'_>> {
        let index = subject.id.index();
        match subject.noun {
            Noun::Identity => self.identities.get(index)?.field(name),
            Noun::Credential => self.credentials.get(index)?.field(name),
            Noun::Grant => self.grants.get(index)?.field(name),
            Noun::Trust => self.trusts.get(index)?.field(name),
            Noun::Usage => self.usages.get(index)?.field(name),
            Noun::Setting => self.settings.get(index)?.field(name),
            Noun::Lease => self.leases.get(index)?.field(name),
            Noun::Review => self.reviews.get(index)?.field(name),
        }
    }

    /// Address, naming line and whole declaration of a subject.
    ///
    /// # Panics
    /// When the subject is not of this estate.
    #[must_use]
    pub fn place(&self, subject: Subject) -> (&str, Span, Span) {
        let index = subject.id.index();
        macro_rules! of {
            ($list:ident) => {{
                let noun = &self.$list[index];
                (noun.address.as_str(), noun.span, noun.whole)
            }};
        }
        match subject.noun {
            Noun::Identity => of!(identities),
            Noun::Credential => of!(credentials),
            Noun::Grant => of!(grants),
            Noun::Trust => of!(trusts),
            Noun::Usage => of!(usages),
            Noun::Setting => of!(settings),
            Noun::Lease => of!(leases),
            Noun::Review => of!(reviews),
        }
    }

    /// The identity a subject is tied to: itself for an identity.
    #[must_use]
    pub fn identity_of(&self, subject: Subject) -> Link {
        let index = subject.id.index();
        let links = match subject.noun {
            Noun::Identity => return Link::To(subject.id),
            Noun::Credential => &self.credential_of,
            Noun::Grant => &self.grant_of,
            Noun::Trust => &self.trust_of,
            Noun::Usage => &self.usage_of,
            Noun::Lease => &self.lease_of,
            Noun::Setting | Noun::Review => return Link::Outside,
        };
        links.get(index).copied().unwrap_or_default()
    }

    /// The subjects of a noun that are tied to an identity.
    pub fn tied(&self, noun: Noun, identity: Id) -> impl Iterator<Item = Subject> + '_ {
        self.ties
            .get(identity.index())
            .into_iter()
            .flatten()
            .copied()
            .filter(move |subject| subject.noun == noun)
    }

    /// The lease that speaks for a subject itself.
    #[must_use]
    pub fn lease_on(&self, subject: Subject) -> Option<&Lease> {
        let at = self.lease_on.iter().position(|on| on.contains(&subject))?;
        self.leases.get(at)
    }

    /// Fills the table behind [`Estate::tied`] and pads the link lists; called once when all links are made.
    pub fn index(&mut self) {
        self.credential_of
            .resize(self.credentials.len(), Link::Unknown);
        self.grant_of.resize(self.grants.len(), Link::Unknown);
        self.trust_of.resize(self.trusts.len(), Link::Unknown);
        self.trust_from.resize(self.trusts.len(), Vec::new());
        self.usage_of.resize(self.usages.len(), Link::Unknown);
        self.ownership
            .resize(self.identities.len(), Ownership::Nobody);
        let mut ties = vec![Vec::new(); self.identities.len()];
        for noun in [Noun::Credential, Noun::Grant, Noun::Trust, Noun::Usage] {
            for subject in self.subjects(noun) {
                if let Link::To(id) = self.identity_of(subject)
                    && let Some(list) = ties.get_mut(id.index())
                {
                    list.push(subject);
                }
            }
        }
        self.ties = ties;
    }
}
