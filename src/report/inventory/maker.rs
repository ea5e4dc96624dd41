//! Makes the entries of one run: nouns tied to their identity, secrets masked.

use super::end::End;
use super::entry::{CredentialEntry, Entry, GrantEntry, Noted, Owner, TrustEntry, UsageEntry};
use super::place::Place;
use super::way::Way;
use crate::model::{
    Credential, Estate, Fact, Grant, Id, Identity, Link, Noun, Ownership, Path, Set, Trust, Usage,
};
use crate::report::mask::Mask;
use crate::report::{Report, owner};
use crate::source::{Blobs, Span};
use compact_str::CompactString;

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
            if let Link::To(id) = estate.identity_of(subject) {
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
