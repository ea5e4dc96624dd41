//! What AWS policy documents mean: statements become grants (one a statement and principal) or trusts.
//!
//! Resource tables say where a document stands and for whom (`document:`, `attach:`); this reads it whichever way it was
//! written. A key's policy says `Resource: "*"` and means the key: it is no grant of everything. Denies are no grants;
//! they are counted beside the grants they stand with.

mod attach;
mod boundary;
mod data;
mod deny;
mod document;
mod effect;
mod find;
mod json;
mod principal;
mod settle;
mod text;
mod trust;

pub(super) use attach::attached;
pub(super) use deny::Denies;
pub(super) use settle::settle;
pub(super) use trust::trusts;

use super::item::Item;
use super::scalar::Scalar;
use crate::format::{Declaration, Document as Parsed, Node};
use crate::judge::date::{self, Day};
use crate::model::{Fact, Grant, Trust};
use crate::rule::resource::Path;
use crate::rule::tables;
use compact_str::CompactString;
use document::{Document, Effect, Statement};
use principal::{Kind, is_foreign, kind_of};

/// The language of a policy document that is a file of its own.
const LANGUAGE: &str = "aws-policy";

/// What policy documents say.
#[derive(Debug, Default)]
pub(super) struct Rights {
    /// One a statement and principal.
    pub(super) grants: Vec<Grant>,
    /// One an identity provider or kind of principal.
    pub(super) trusts: Vec<Trust>,
    /// Addresses of the declarations that the documents were read from.
    pub(super) used: Vec<CompactString>,
    /// Deny statements beside the grants.
    pub(super) denies: Vec<Denies>,
}

/// The grants of the documents at a path; `base` says what the table row already knows.
pub(super) fn grants(item: &Item<'_, '_>, path: &Path, base: &Grant) -> Rights {
    let mut rights = Rights::default();
    for place in item.places(path) {
        let document = if place.is_root() {
            find::own(item.run, item.declaration)
        } else if place.hidden {
            Document::default()
        } else {
            find::read(item.run, place.node, item.declaration)
        };
        emit(item, document, base, &mut rights);
    }
    rights
}

/// The grants of one document.
fn emit(item: &Item<'_, '_>, document: Document, base: &Grant, rights: &mut Rights) {
    let of = base.to.value().unwrap_or(&base.address).clone();
    let denies = Denies::of(&document, of);
    let own = |address: &str| address == item.declaration.address;
    rights
        .used
        .extend(document.used.into_iter().filter(|address| !own(address)));
    for statement in &document.statements {
        if statement.effect != Effect::Allow {
            continue;
        }
        let Some(statement) = &denies.rest(statement) else {
            continue;
        };
        let mut base = base.clone();
        if base.policy.is_absent() {
            if statement.names_principals() && statement.is_trust() {
                trust::orphan(item, statement, rights);
                continue;
            }
            base.policy = Fact::given(shape(statement));
        }
        let grant = grant(item, statement, &base);
        principals(item, statement, grant, rights);
    }
    rights.denies.push(denies);
}

/// The kind of policy a statement must be from, when nothing says where it is used.
fn shape(statement: &Statement) -> &'static str {
    if !statement.names_principals() {
        return "identity";
    }
    let is_key = |action: &str| document::starts(action, "kms:");
    if !statement.actions.items.is_empty() && statement.actions.texts().all(is_key) {
        "key"
    } else {
        "resource"
    }
}

/// The grant of a statement, its principal still open.
fn grant(item: &Item<'_, '_>, statement: &Statement, base: &Grant) -> Grant {
    let mut grant = base.clone();
    grant.address = statement.holder.clone();
    grant.span = statement.span;
    if let Some(holder) = item.run.at(&statement.holder) {
        grant.whole = holder.span;
    }
    grant.actions = statement.actions.clone();
    grant.not_actions = statement.not_actions.clone();
    grant.resources = statement.resources.clone();
    if !statement.not_resources.items.is_empty() {
        grant.resources.push("*", statement.span);
    }
    if grant.role.is_absent() && !statement.sid.is_empty() {
        grant.role = Fact::Known(statement.sid.clone(), statement.span);
    }
    conditions(statement, &mut grant);
    effect::judge(tables(), statement, &mut grant);
    grant
}

/// What narrows a statement, beside what the table row says of the place it stands in: keys, the second factor, an end.
fn conditions(statement: &Statement, grant: &mut Grant) {
    let mut keys = std::mem::take(&mut grant.conditions);
    for condition in statement.conditions.iter().filter(|it| it.narrows()) {
        let span = condition.values.iter().find_map(Scalar::span);
        keys.push(condition.key.clone(), span.unwrap_or(statement.span));
        if condition.second_factor() {
            grant.mfa = Fact::Known(true, statement.span);
        }
        if condition.key.eq_ignore_ascii_case("aws:CurrentTime")
            && condition.operator.starts_with("DateLessThan")
            && let Some(Scalar::Text(text, span)) = condition.values.first()
            && let Some(Day::On(day)) = date::day(text)
        {
            grant.expires = Fact::Known(day, *span);
        }
    }
    if grant.activation.is_absent() {
        grant.activation = Fact::given(if grant.expires.value().is_some() {
            "time_bound"
        } else if keys.items.is_empty() {
            "standing"
        } else {
            "conditional"
        });
    }
    grant.conditions = keys;
}

/// One grant for each principal: the identity it is attached to, or those a resource's policy names.
fn principals(item: &Item<'_, '_>, statement: &Statement, grant: Grant, rights: &mut Rights) {
    if grant.policy.text() == "identity" || !statement.names_principals() {
        rights.grants.push(grant);
        return;
    }
    if statement.not_principals {
        let mut grant = grant;
        grant.to = Fact::given("*");
        grant.principal = Fact::given("public");
        rights.grants.push(grant);
        return;
    }
    for principal in &statement.principals {
        let mut grant = grant.clone();
        let kind = kind_of(item.run, principal);
        grant.principal = match kind {
            Kind::Unknown => Fact::Unknown(principal.who.span()),
            kind => Fact::given(kind.word()),
        };
        if matches!(kind, Kind::Account | Kind::Role | Kind::User) {
            let span = principal.who.span().unwrap_or(statement.span);
            grant.external_account = match is_foreign(item.run, &principal.who) {
                Some(foreign) => Fact::Known(foreign, span),
                None => Fact::Unknown(Some(span)),
            };
        }
        grant.to = match &principal.who {
            Scalar::Text(text, span) => Fact::Known(text.clone(), *span),
            Scalar::Address { address, span, .. } => Fact::Known(address.clone(), *span),
            other => match (other.pattern_text(), other.span()) {
                (Some(text), Some(span)) => Fact::Known(text, span),
                (_, span) => Fact::Unknown(span),
            },
        };
        rights.grants.push(grant);
    }
}

/// A JSON file that is a policy document, as a declaration that `file("...")` can be followed to.
pub(super) fn declare(document: &Parsed) -> Vec<Declaration> {
    let [root] = document.roots.as_slice() else {
        return Vec::new();
    };
    let is_statement = |node: &Node| {
        node.get("Effect").is_some() && {
            node.get("Action").is_some() || node.get("NotAction").is_some()
        }
    };
    let statements = root.get("Statement").map_or(&[][..], Node::one_or_many);
    if document.format != "json" || !statements.iter().any(is_statement) {
        return Vec::new();
    }
    let (directory, name) = document
        .path
        .rsplit_once('/')
        .unwrap_or(("", &document.path));
    vec![Declaration {
        language: LANGUAGE,
        kind: "policy".into(),
        name: name.into(),
        address: document.path.as_str().into(),
        body: root.clone().into(),
        span: root.span,
        head: root.span,
        scope: crate::format::Scope {
            path: document.path.as_str().into(),
            directory: directory.into(),
            root: directory.into(),
            ..crate::format::Scope::default()
        },
    }]
}

#[cfg(test)]
mod tests;
