//! What a rule about the model sees, and how it says what it found.

use super::condition::{Expressions, Fault, Limits, Scope};
use super::prepared::Prepared;
use crate::finding::{Finding, Related};
use crate::model::{Date, Estate, Fact, Field, Noun, OwnerStep, Ownership, Strength, Subject};
use crate::rule::Rule;
use crate::source::folder::folder;
use crate::source::{Blobs, Span};

/// The estate of a run and what it is judged by.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// All nouns.
    pub estate: &'a Estate,
    /// The files they come from, for the folders that findings are grouped by.
    pub blobs: &'a Blobs,
    /// The day that dates are compared with.
    pub now: Date,
    /// The thresholds of the configuration by name: `credential.max_lifetime`.
    pub limits: Limits<'a>,
}

impl<'a> Context<'a> {
    pub(super) fn scope(&self, subject: Subject) -> Scope<'a> {
        Scope::new(self.estate, subject, self.now, self.limits)
    }

    /// A finding of a rule about a subject, with the rule's message, refinements and place: what a native rule starts from.
    /// None when the subject is not of the noun that the rule is about, or a refinement asks for a limit that nobody set.
    #[must_use]
    pub fn finding(&self, rule: &Rule, subject: Subject) -> Option<Finding> {
        let prepared = Prepared::new(rule, Expressions::WhenMet).ok()??;
        if prepared.noun != subject.noun {
            return None;
        }
        self.found(&prepared, &self.scope(subject)).ok()
    }

    pub(super) fn found(
        &self,
        prepared: &Prepared<'_>,
        scope: &Scope<'_>,
    ) -> Result<Finding, Fault> {
        let (rule, subject) = (prepared.rule, scope.subject);
        let refined = prepared.refinement(scope)?;
        let (address, head, whole) = self.estate.place(subject);
        let span = self.point(prepared, scope).unwrap_or(head);
        Ok(Finding {
            rule: rule.id.clone(),
            severity: refined.and_then(|r| r.severity).unwrap_or(rule.severity),
            confidence: refined
                .and_then(|r| r.confidence)
                .unwrap_or(rule.confidence),
            profile: refined.and_then(|r| r.profile).unwrap_or(rule.profile),
            message: prepared.message.render(scope),
            span,
            whole: Some(whole),
            address: address.to_owned(),
            attribute: attribute(prepared),
            subject: Some(subject),
            related: self.related(scope, span),
            also: Vec::new(),
            chain: Vec::new(),
            route: self.route(scope),
            fix: rule.fix.clone().unwrap_or_default(),
            secret: None,
            properties: self.properties(subject),
            fingerprint: String::new(),
            group: self.group(rule, scope, head),
        })
    }

    /// The place the rule wants to be pointed at, where the subject has it.
    fn point(&self, prepared: &Prepared<'_>, scope: &Scope<'_>) -> Option<Span> {
        let point = prepared.point;
        let of = if point.identity {
            scope.identity()?
        } else {
            scope.subject
        };
        let Some(field) = point.field else {
            return Some(self.estate.place(of).1);
        };
        let witness = (!point.identity)
            .then(|| prepared.witness(scope, field))
            .flatten();
        witness.or_else(|| self.estate.field(of, field)?.span())
    }

    /// The identity's own place where the finding points elsewhere; the subject's where it points at the identity, or at
    /// what another object says, as bindings take their rights from roles.
    fn related(&self, scope: &Scope<'_>, span: Span) -> Vec<Related> {
        if scope.subject.noun == Noun::Identity {
            return Vec::new();
        }
        let (_, own, whole) = self.estate.place(scope.subject);
        let identity = scope
            .identity()
            .map(|identity| self.estate.place(identity).1);
        let outside = !whole.contains(span);
        let mut related = Vec::new();
        if own != span && (outside || identity == Some(span)) {
            related.push((own, "where it is written"));
        }
        if let Some(place) = identity.filter(|place| *place != span) {
            related.push((place, "the identity this belongs to"));
        }
        let related = related.into_iter();
        let told = related.map(|(span, label)| Related {
            span,
            label: label.to_owned(),
        });
        told.collect()
    }

    /// Who answers for the identity; unknown where there is none to ask.
    fn route(&self, scope: &Scope<'_>) -> Ownership {
        let lease = match scope.subject.noun {
            Noun::Lease => self.estate.leases.get(scope.subject.id.index()),
            _ => self.estate.lease_on(scope.subject),
        };
        if let Some(Fact::Known(owner, span)) = lease.map(|lease| &lease.owner) {
            return Ownership::Owned {
                owner: owner.clone(),
                step: OwnerStep::Lease,
                strength: Strength::Declared,
                span: Some(*span),
            };
        }
        scope
            .identity()
            .and_then(|identity| self.estate.ownership.get(identity.id.index()))
            .cloned()
            .unwrap_or(Ownership::Unknown(None))
    }

    fn properties(&self, subject: Subject) -> Vec<(String, String)> {
        ["environment", "kind", "provider"]
            .into_iter()
            .filter_map(|name| {
                let value = self.text(subject, name)?;
                Some((name.to_owned(), value.to_owned()))
            })
            .collect()
    }

    /// The value of a text field, where it has one.
    #[must_use]
    pub fn text(&self, subject: Subject, field: &str) -> Option<&'a str> {
        match self.estate.field(subject, field)? {
            Field::Text(fact) => fact.value().map(compact_str::CompactString::as_str),
            _ => None,
        }
    }

    fn group(&self, rule: &Rule, scope: &Scope<'_>, head: Span) -> String {
        match rule.group.as_deref() {
            Some("repository") => "repository".to_owned(),
            Some("root") => format!("root:{}", self.root(scope.subject, head)),
            Some("namespace") => self
                .text(scope.subject, "namespace")
                .or_else(|| self.text(scope.identity()?, "namespace"))
                .map(|namespace| format!("namespace:{namespace}"))
                .unwrap_or_default(),
            Some("identity") => scope
                .identity()
                .map(|identity| format!("identity:{}", self.estate.place(identity).0))
                .unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// The root module an address names, else the folder of the file.
    pub(super) fn root(&self, subject: Subject, head: Span) -> &'a str {
        let (address, _, _) = self.estate.place(subject);
        if self.text(subject, "language") == Some("terraform")
            && let Some((root, _)) = address.split_once(':')
        {
            return root;
        }
        if head.blob.0 as usize >= self.blobs.len() {
            return "";
        }
        let path = self.blobs.path(head);
        folder(path)
    }
}

fn attribute(prepared: &Prepared<'_>) -> String {
    match (prepared.point.identity, prepared.point.field) {
        (false, Some(field)) => field.to_owned(),
        (true, Some(field)) => format!("identity.{field}"),
        (_, None) => String::new(),
    }
}
