//! Which grants a permissions boundary caps. A boundary that allows everything caps nothing, whatever its name.

use super::super::run::Run;
use super::document::{Document, Effect};
use super::find;
use crate::model::{Estate, Fact};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Fills `boundary` of the grants to identities that have one.
pub(super) fn settle(run: &Run<'_>, estate: &mut Estate) {
    let mut caps: FxHashMap<CompactString, Fact<bool>> = FxHashMap::default();
    for identity in &estate.identities {
        if identity.provider.text() != "aws" || identity.boundary.is_absent() {
            continue;
        }
        let answer = caps_anything(run, &identity.boundary);
        let name = identity.name.value().cloned();
        for key in [Some(identity.address.clone()), name].into_iter().flatten() {
            caps.insert(key, answer.clone());
        }
    }
    if caps.is_empty() {
        return;
    }
    for grant in &mut estate.grants {
        let capped = grant.to.value().and_then(|to| caps.get(to));
        if let (Some(capped), "identity") = (capped, grant.policy.text()) {
            grant.boundary = capped.clone();
        }
    }
}

fn caps_anything(run: &Run<'_>, boundary: &Fact<CompactString>) -> Fact<bool> {
    let (Some(text), span) = (boundary.value(), boundary.span()) else {
        return Fact::Unknown(boundary.span());
    };
    let target = run
        .at(text)
        .or_else(|| run.policy_named(text.rsplit('/').next().unwrap_or(text)));
    let known = |flag| span.map_or(Fact::Default(flag), |span| Fact::Known(flag, span));
    if text.ends_with(":aws:policy/AdministratorAccess") {
        return known(false);
    }
    match target.map(|target| find::own(run, target)) {
        Some(document) if !document.statements.is_empty() => known(!allows_everything(&document)),
        _ => Fact::Unknown(span),
    }
}

/// Whether one statement allows all actions on everything, and nothing takes any of it away.
fn allows_everything(document: &Document) -> bool {
    let mut statements = document.statements.iter();
    let denies = document
        .statements
        .iter()
        .any(|statement| statement.effect != Effect::Allow);
    !denies
        && statements.any(|statement| {
            statement.conditions.is_empty()
                && statement.not_actions.items.is_empty()
                && statement.actions.texts().any(|action| action == "*")
                && statement.reaches_everything()
        })
}
