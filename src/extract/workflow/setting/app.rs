//! Tokens of a GitHub App: kept after the job, good for every repository, with every right of the installation.
//!
//! <https://github.com/actions/create-github-app-token>: the token is revoked when the job ends unless
//! `skip-token-revoke`; `owner` without `repositories` covers all of the owner's; without a `permission-*` it has all that
//! was granted to the App.

use super::super::step::Step;
use super::Place;
use crate::format::{Entry, Node, Value};
use crate::model::{Fact, Set};

/// Rights over the organisation alone: repositories do not narrow them.
const ORGANISATION: &[&str] = &[
    "custom-properties-for-organizations",
    "enterprise-custom-properties-for-organizations",
    "members",
];

/// Judges a step that asks for a token.
pub(super) fn look(step: &Step<'_>, place: &mut Place<'_>) {
    if !step.is("actions/create-github-app-token") {
        return;
    }
    let with = step.node.get("with");
    if with.is_some_and(|with| !matches!(with.value, Value::Map(_) | Value::Null)) {
        return;
    }
    let entries = with.map_or(&[][..], Node::entries);
    if let Some(entry) = step.input("skip-token-revoke") {
        let span = entry.key_span.to(entry.value.span);
        match entry.value.as_bool() {
            Some(true) => {
                place.on("app_token_kept", span);
            }
            None if step.is_open("skip-token-revoke") => {
                place.add("app_token_kept", span).flag = Fact::Unknown(Some(span));
            }
            _ => {}
        }
    }
    let mut scopes = Set::default();
    for entry in entries {
        let key = entry.key.to_ascii_lowercase();
        if let Some(scope) = key.strip_prefix("permission-") {
            scopes.push(scope, entry.key_span);
        }
    }
    let inside = |scope: &str| scope.starts_with("organization-") || ORGANISATION.contains(&scope);
    let no_repository = !scopes.items.is_empty() && scopes.texts().all(inside);
    let narrowed = step.input("repositories").is_some() || no_repository;
    if let (Some(owner), false) = (step.input("owner"), narrowed) {
        place.on("app_token_all_repositories", whole(owner));
    }
    place.add("app_token_permissions", step.head()).texts = scopes;
}

fn whole(entry: &Entry) -> crate::source::Span {
    entry.key_span.to(entry.value.span)
}
