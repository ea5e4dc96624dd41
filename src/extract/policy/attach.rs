//! Policies attached by name or reference: `policy_arn`, `managed_policy_arns`.

use super::super::mapping::{Item, Part, Scalar};
use super::document::Document;
use super::{emit, find};
use crate::model::{Fact, Grant};
use crate::rule::resource::Path;
use crate::rule::tables;
use crate::source::Span;
use compact_str::CompactString;

/// The grants of the policies at a path, for whom `base` says.
pub(in crate::extract) fn attached(
    item: &Item<'_, '_>,
    path: &Path,
    base: &Grant,
    part: &mut Part,
) {
    for scalar in item.scalars(path) {
        match &scalar {
            Scalar::Address { address, span, .. } => {
                by_address(item, address, *span, base, part);
            }
            Scalar::Text(text, span) => by_arn(item, text, *span, base, part),
            Scalar::Pieces(_, span) => {
                let text = scalar.pattern_text().unwrap_or_default();
                by_arn(item, &text, *span, base, part);
            }
            Scalar::Empty | Scalar::Unknown(_) => {
                let mut grant = base.clone();
                grant.role = Fact::Unknown(scalar.span());
                grant.level = Fact::Unknown(scalar.span());
                grant.actions.complete = false;
                part.estate.grants.push(grant);
            }
        }
    }
}

fn by_address(item: &Item<'_, '_>, address: &str, span: Span, base: &Grant, part: &mut Part) {
    let Some(target) = item.run.at(address) else {
        return named(address, span, base, part);
    };
    let document = find::own(item.run, target);
    if !document.statements.is_empty() {
        return whole(item, document, base, part);
    }
    part.used.push(target.address.clone());
    let written = ["arn", "name"]
        .into_iter()
        .find_map(|key| target.body.get(key)?.as_str());
    if target.kind == "data.aws_iam_policy"
        && let Some(name) = written
    {
        return by_arn(item, name, span, base, part);
    }
    named(address, span, base, part);
}

/// By ARN, the account perhaps a hole: a policy of this run by its name, else one of AWS's own or another repository's.
fn by_arn(item: &Item<'_, '_>, arn: &str, span: Span, base: &Grant, part: &mut Part) {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    let managed = arn.contains(":aws:policy/") || !arn.contains(':');
    if !managed && let Some(target) = item.run.policy_named(name) {
        let document = find::own(item.run, target);
        if !document.statements.is_empty() {
            return whole(item, document, base, part);
        }
    }
    named(name, span, base, part);
}

fn whole(item: &Item<'_, '_>, document: Document, base: &Grant, part: &mut Part) {
    emit(item, document, base, part);
}

/// A policy of which only the name is known.
fn named(name: &str, span: Span, base: &Grant, part: &mut Part) {
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
    part.estate.grants.push(grant);
}
