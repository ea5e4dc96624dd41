//! One identity with all that is tied to it, in texts that may be shown.

use super::end::End;
use super::place::Place;
use super::way::Way;
use crate::model::{
    Credential, Estate, Fact, Grant, Id, Identity, Noun, Ownership, Path, Set, Trust, Usage,
};
use crate::report::mask::Mask;
use crate::report::{Report, owner};
use crate::source::{Blobs, Span};
use compact_str::CompactString;
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

/// Makes entries of one run.
pub(super) struct Maker<'a> {
    estate: &'a Estate,
    mask: &'a Mask,
    blobs: &'a Blobs,
    /// Open findings by identity.
    noted: Vec<Vec<Noted>>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(estate: &'a Estate, report: &'a Report, mask: &'a Mask) -> Self {
        let mut maker = Self {
            estate,
            mask,
            blobs: &report.blobs,
            noted: vec![Vec::new(); estate.identities.len()],
        };
        for finding in &report.findings {
            let Some(subject) = finding.subject else {
                continue;
            };
            if let crate::model::Link::To(id) = estate.identity_of(subject) {
                let noted = Noted {
                    rule: finding.rule.clone(),
                    severity: finding.severity.word(),
                    message: maker.shown(&finding.message),
                    place: maker.place(finding.span),
                };
                maker.noted[id.index()].push(noted);
            }
        }
        maker
    }

    fn shown(&self, text: &str) -> String {
        self.mask.text(text).into_owned()
    }

    fn text(&self, fact: &Fact<CompactString>) -> String {
        self.shown(fact.text())
    }

    fn texts(&self, set: &Set) -> Vec<String> {
        set.texts().map(|text| self.shown(text)).collect()
    }

    fn place(&self, span: Span) -> Place {
        let (start, _) = self.blobs.place(span);
        Place {
            path: self.blobs.path(span).to_owned(),
            line: start.line,
        }
    }

    fn owner(&self, ownership: &Ownership) -> Owner {
        match ownership {
            Ownership::Owned {
                owner,
                step,
                strength,
                span,
            } => Owner::Owned {
                name: self.shown(owner),
                step: step.word(),
                strength: owner::strength(*strength),
                place: span.map(|span| self.place(span)),
            },
            Ownership::Unknown(span) => Owner::Unknown {
                place: span.map(|span| self.place(span)),
            },
            Ownership::Nobody => Owner::Nobody,
        }
    }

    /// The entry of one identity.
    pub(super) fn entry(&mut self, id: Id) -> Entry {
        let identity: &Identity = &self.estate.identities[id.index()];
        macro_rules! tied {
            ($noun:ident, $list:ident, $make:ident) => {
                self.estate
                    .tied(Noun::$noun, id)
                    .map(|subject| self.$make(&self.estate.$list[subject.id.index()]))
                    .collect()
            };
        }
        Entry {
            address: identity.address.to_string(),
            provider: self.text(&identity.provider),
            kind: self.text(&identity.kind),
            name: self.text(&identity.name),
            namespace: self.text(&identity.namespace),
            environment: self.text(&identity.environment),
            purpose: self.text(&identity.purpose),
            language: self.text(&identity.language),
            resource: self.text(&identity.resource),
            place: self.place(identity.span),
            owner: self.owner(&self.estate.ownership[id.index()]),
            human: identity.human.value().copied(),
            disabled: identity.disabled.value().copied(),
            external: identity.external.value().copied(),
            managed: identity.managed.value().copied(),
            level: self.text(&identity.level),
            standing: identity.standing.value().copied(),
            ends: End::new(&identity.expires, &Fact::Absent),
            leased_until: identity.leased_until.value().map(ToString::to_string),
            review_after: identity.review_after.value().map(ToString::to_string),
            tier: tier(identity),
            tier_reason: self.text(&identity.tier_reason),
            credentials: tied!(Credential, credentials, credential),
            grants: tied!(Grant, grants, grant),
            trusts: tied!(Trust, trusts, trust),
            usages: tied!(Usage, usages, usage),
            findings: std::mem::take(&mut self.noted[id.index()]),
        }
    }

    fn credential(&self, credential: &Credential) -> CredentialEntry {
        CredentialEntry {
            kind: self.text(&credential.kind),
            name: self.text(&credential.name),
            stored: self.text(&credential.stored),
            static_key: credential.static_key.value().copied(),
            rotated: credential.rotated.value().copied(),
            ends: End::new(&credential.expires, &credential.lifetime),
            place: self.place(credential.span),
        }
    }

    fn grant(&self, grant: &Grant) -> GrantEntry {
        GrantEntry {
            level: self.text(&grant.level),
            role: self.text(&grant.role),
            effect: self.text(&grant.effect),
            actions: self.texts(&grant.actions),
            resources: self.texts(&grant.resources),
            scope: self.text(&grant.scope),
            namespace: self.text(&grant.namespace),
            activation: self.text(&grant.activation),
            ends: End::new(&grant.expires, &grant.lifetime),
            leased_until: grant.leased_until.value().map(ToString::to_string),
            place: self.place(grant.span),
        }
    }

    fn trust(&self, trust: &Trust) -> TrustEntry {
        TrustEntry {
            kind: self.text(&trust.kind),
            issuer: self.text(&trust.issuer),
            breadth: self.text(&trust.breadth),
            subjects: self.texts(&trust.subjects),
            principals: self.texts(&trust.principals),
            complete: trust.subjects.complete && trust.principals.complete,
            place: self.place(trust.span),
        }
    }

    fn usage(&self, usage: &Usage) -> UsageEntry {
        UsageEntry {
            kind: self.text(&usage.kind),
            name: self.text(&usage.name),
            environment: self.text(&usage.environment),
            method: self.text(&usage.method),
            starter: self.text(&usage.starter),
            place: self.place(usage.span),
        }
    }

    /// A way, step by step.
    pub(super) fn way(&self, path: &Path) -> Way {
        let name = |id: Id| {
            let identity = &self.estate.identities[id.index()];
            match identity.name.text() {
                "" => identity.address.to_string(),
                name => self.shown(name),
            }
        };
        let address = |id: Id| self.estate.identities[id.index()].address.to_string();
        let start = &self.estate.usages[path.start.id.index()];
        let steps = path.steps.iter().map(|step| super::way::Step {
            node: step.subject.noun.word(),
            number: step.subject.id.0,
            label: self.shown(&step.label),
            place: self.place(step.span),
        });
        Way {
            start: self.text(&start.name),
            start_kind: self.text(&start.kind),
            started_by: path.starter.to_string(),
            from: address(path.from),
            to: address(path.to),
            name: name(path.to),
            level: path.level.to_string(),
            right: self.right(&self.estate.grants[path.grant.id.index()]),
            steps: steps.collect(),
        }
    }

    fn right(&self, grant: &Grant) -> String {
        match grant.role.text() {
            "" => self.text(&grant.effect),
            role => self.shown(role),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 1 to 4"
)]
fn tier(identity: &Identity) -> Option<u8> {
    identity.tier.value().map(|tier| *tier as u8)
}
