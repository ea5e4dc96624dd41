//! Policies attached by name or reference: `policy_arn`, `managed_policy_arns`.

use super::super::item::Item;
use super::super::scalar::Scalar;
use super::{Rights, emit, find};
use crate::model::{Fact, Grant};
use crate::rule::resource::Path;
use crate::rule::tables;
use crate::source::Span;
use compact_str::CompactString;

/// The grants of the policies at a path, for whom `base` says.
pub(in crate::extract) fn attached(item: &Item<'_, '_>, path: &Path, base: &Grant) -> Rights {
    let mut rights = Rights::default();
    for scalar in item.scalars(path) {
        match &scalar {
            Scalar::Address { address, span, .. } => {
                by_address(item, address, *span, base, &mut rights);
            }
            Scalar::Text(text, span) => by_arn(item, text, *span, base, &mut rights),
            Scalar::Pieces(_, span) => {
                let text = scalar.pattern_text().unwrap_or_default();
                by_arn(item, &text, *span, base, &mut rights);
            }
            Scalar::Empty | Scalar::Unknown(_) => {
                let mut grant = base.clone();
                grant.role = Fact::Unknown(scalar.span());
                grant.level = Fact::Unknown(scalar.span());
                grant.actions.complete = false;
                rights.grants.push(grant);
            }
        }
    }
    rights
}

fn by_address(item: &Item<'_, '_>, address: &str, span: Span, base: &Grant, rights: &mut Rights) {
    let Some(target) = item.run.at(address) else {
        return named(address, span, base, rights);
    };
    let document = find::own(item.run, target);
    if !document.statements.is_empty() {
        return emit(item, document, base, rights);
    }
    rights.used.push(target.address.clone());
    let written = ["arn", "name"]
        .into_iter()
        .find_map(|key| target.body.get(key)?.as_str());
    if target.kind == "data.aws_iam_policy"
        && let Some(name) = written
    {
        return by_arn(item, name, span, base, rights);
    }
    named(address, span, base, rights);
}

/// By ARN, the account perhaps a hole: a policy of this run by its name, else one of AWS's own or another repository's.
fn by_arn(item: &Item<'_, '_>, arn: &str, span: Span, base: &Grant, rights: &mut Rights) {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    let managed = arn.contains(":aws:policy/") || !arn.contains(':');
    if !managed && let Some(target) = item.run.policy_named(name) {
        let document = find::own(item.run, target);
        if !document.statements.is_empty() {
            return emit(item, document, base, rights);
        }
    }
    named(name, span, base, rights);
}

/// A policy of which only the name is known.
fn named(name: &str, span: Span, base: &Grant, rights: &mut Rights) {
    let mut grant = base.clone();
    grant.role = Fact::Known(CompactString::from(name), span);
    grant.actions.complete = false;
    grant.resources.complete = false;
    if grant.activation.is_absent() {
        grant.activation = Fact::given("standing");
    }
    match tables().role("aws", name) {
        Some(known) => {
            grant.level = Fact::Known(known.level.as_str().into(), span);
            if let Some(effect) = &known.effect {
                grant.effect = Fact::given(effect);
            }
            let everything = known.effect.as_deref() == Some("everything");
            grant.wildcard = Fact::Known(everything, span);
            grant.scope = Fact::given("account");
        }
        None => {
            grant.level = Fact::Unknown(Some(span));
            grant.wildcard = Fact::Unknown(Some(span));
        }
    }
    rights.grants.push(grant);
}
