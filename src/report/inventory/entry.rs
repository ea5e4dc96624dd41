//! One identity with all that is tied to it, in texts that may be shown.

use super::end::End;
use super::place::Place;
use serde::Serialize;

/// Who answers for an identity.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Owner {
    /// Someone does.
    Owned {
        /// The person or team.
        name: String,
        /// The step of the ladder that answered.
        step: &'static str,
        /// How far to rely on it.
        strength: &'static str,
        /// Where it is written; none for the configuration.
        place: Option<Place>,
    },
    /// It cannot be told.
    Unknown {
        /// What could not be followed.
        place: Option<Place>,
    },
    /// Nobody does.
    Nobody,
}

/// What an identity proves itself with.
#[derive(Debug, Clone, Serialize)]
pub struct CredentialEntry {
    /// access_key, client_secret, ...
    pub kind: String,
    /// The name it is known by.
    pub name: String,
    /// Where its value is kept.
    pub stored: String,
    /// Whether it is a key where a keyless way exists.
    pub static_key: Option<bool>,
    /// Whether something replaces it.
    pub rotated: Option<bool>,
    /// When it ends.
    #[serde(flatten)]
    pub ends: End,
    /// Where it is written.
    pub place: Place,
}

/// What an identity may do.
#[derive(Debug, Clone, Serialize)]
pub struct GrantEntry {
    /// read, write, admin, escalate; empty where it is not known.
    pub level: String,
    /// Role or policy.
    pub role: String,
    /// What it amounts to, where that has a name.
    pub effect: String,
    /// What is allowed.
    pub actions: Vec<String>,
    /// On what.
    pub resources: Vec<String>,
    /// organisation, account, cluster, namespace, ...
    pub scope: String,
    /// Namespace it holds in.
    pub namespace: String,
    /// standing, eligible, conditional, time_bound.
    pub activation: String,
    /// When it ends.
    #[serde(flatten)]
    pub ends: End,
    /// Last day of the lease that speaks for it: declared, not enforced.
    pub leased_until: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// Who may become an identity.
#[derive(Debug, Clone, Serialize)]
pub struct TrustEntry {
    /// oidc, account, workload, ...
    pub kind: String,
    /// The issuer.
    pub issuer: String,
    /// Who gets in, in a word.
    pub breadth: String,
    /// Subjects that are let in.
    pub subjects: Vec<String>,
    /// Principals that are let in.
    pub principals: Vec<String>,
    /// Whether that is all of them.
    pub complete: bool,
    /// Where it is written.
    pub place: Place,
}

/// Where an identity is worn.
#[derive(Debug, Clone, Serialize)]
pub struct UsageEntry {
    /// workload, job, step, ...
    pub kind: String,
    /// The workload or job.
    pub name: String,
    /// Its environment.
    pub environment: String,
    /// How it signs in.
    pub method: String,
    /// Who can start it.
    pub starter: String,
    /// Where it is written.
    pub place: Place,
}

/// One identity.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Address of its declaration: what `tenure explain` takes.
    pub address: String,
    /// aws, kubernetes, ...
    pub provider: String,
    /// iam_role, service_account, ...
    pub kind: String,
    /// The name the provider knows it by.
    pub name: String,
    /// Namespace, project or account.
    pub namespace: String,
    /// production, staging, ...; empty where none is known.
    pub environment: String,
    /// What it is for.
    pub purpose: String,
    /// Language and type of its declaration.
    pub language: String,
    /// Type of its declaration.
    pub resource: String,
    /// Where it is written.
    pub place: Place,
    /// Who answers for it.
    pub owner: Owner,
    /// Whether a person signs in with it.
    pub human: Option<bool>,
    /// Whether it is switched off.
    pub disabled: Option<bool>,
    /// Whether it belongs to a third party.
    pub external: Option<bool>,
    /// Whether the platform makes and manages it.
    pub managed: Option<bool>,
    /// Highest level of its grants.
    pub level: String,
    /// Whether an administrative right holds at all times.
    pub standing: Option<bool>,
    /// When it ends.
    #[serde(flatten)]
    pub ends: End,
    /// Last day of the lease that speaks for it: declared, not enforced.
    pub leased_until: Option<String>,
    /// When its access is to be reviewed.
    pub review_after: Option<String>,
    /// Risk from 1 (worst) to 4.
    pub tier: Option<u8>,
    /// Why it has this tier.
    pub tier_reason: String,
    /// What it proves itself with.
    pub credentials: Vec<CredentialEntry>,
    /// What it may do.
    pub grants: Vec<GrantEntry>,
    /// Who may become it.
    pub trusts: Vec<TrustEntry>,
    /// Where it is worn.
    pub usages: Vec<UsageEntry>,
    /// Open findings about it.
    pub findings: Vec<Noted>,
}

/// An open finding about an identity.
#[derive(Debug, Clone, Serialize)]
pub struct Noted {
    /// The rule.
    pub rule: String,
    /// How bad.
    pub severity: &'static str,
    /// What is said.
    pub message: String,
    /// Where.
    pub place: Place,
}

impl Entry {
    /// Whether somebody should answer for it and nobody does.
    #[must_use]
    pub fn is_ownerless(&self) -> bool {
        matches!(self.owner, Owner::Nobody) && self.managed != Some(true)
    }

    /// Whether one of its credentials never ends.
    #[must_use]
    pub fn has_endless(&self) -> bool {
        let mut all = self.credentials.iter();
        all.any(|credential| credential.ends.is_never())
    }

    /// Kind, namespace and name, for people.
    pub(super) fn title(&self) -> String {
        let name = match self.name.as_str() {
            "" => self.address.as_str(),
            name => name,
        };
        match self.namespace.as_str() {
            "" => name.to_owned(),
            namespace => format!("{namespace}/{name}"),
        }
    }

    /// The order of the list.
    pub(super) fn rank(&self) -> impl Ord + '_ {
        (
            &self.provider,
            &self.kind,
            &self.namespace,
            &self.name,
            &self.address,
            &self.place,
        )
    }
}
