//! What a provider's own roles amount to, by effect: fills the level of grants that name a role and say no more.

use crate::model::{Estate, Fact, Grant};
use crate::rule::Tables;
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Fills level and effect of grants by their role: the provider's own by the tables, others by their definition in the
/// run. A role that neither knows stays unknown.
pub(super) fn settle(tables: &Tables, estate: &mut Estate) {
    let defined: FxHashMap<(CompactString, CompactString), Grant> = estate
        .grants
        .iter()
        .filter(|grant| grant.policy.text() == "role")
        .flat_map(|grant| {
            let provider: CompactString = grant.provider.text().into();
            [grant.role.text(), grant.address.as_str()]
                .into_iter()
                .filter(|key| !key.is_empty())
                .map(move |key| ((provider.clone(), key.into()), grant.clone()))
                .collect::<Vec<_>>()
        })
        .collect();
    for grant in &mut estate.grants {
        let by_actions = grant.level.is_absent() && !grant.actions.items.is_empty();
        if by_actions {
            judge_actions(tables, grant);
        }
        let Some(role) = grant
            .role
            .value()
            .filter(|_| grant.level.is_absent())
            .cloned()
        else {
            continue;
        };
        let provider = CompactString::from(grant.provider.text());
        if let Some(known) = tables.role(&provider, &role) {
            grant.level = level(grant, &known.level);
            if let (Fact::Absent, Some(effect)) = (&grant.effect, &known.effect) {
                grant.effect = Fact::given(effect);
            }
            continue;
        }
        let last = role.rsplit('/').next().unwrap_or(&role);
        let definition = [role.as_str(), last]
            .into_iter()
            .find_map(|key| defined.get(&(provider.clone(), key.into())));
        match definition {
            Some(definition) => inherit(grant, definition),
            None => grant.level = Fact::Unknown(grant.role.span()),
        }
    }
}

/// A level that stands where the role is named.
fn level(grant: &Grant, word: &str) -> Fact<CompactString> {
    match grant.role.span() {
        Some(span) => Fact::Known(word.into(), span),
        None => Fact::given(word),
    }
}

fn inherit(grant: &mut Grant, definition: &Grant) {
    let mut definition = definition.clone();
    if definition.level.is_absent() && !definition.actions.items.is_empty() {
        judge_actions(crate::rule::tables(), &mut definition);
    }
    grant.level = definition.level;
    grant.effect = definition.effect;
    grant.wildcard = definition.wildcard;
    grant.actions = definition.actions;
    grant.not_actions = definition.not_actions;
}

/// Level and effect of a role that lists its actions.
fn judge_actions(tables: &Tables, grant: &mut Grant) {
    let provider = CompactString::from(grant.provider.text());
    let hit = tables
        .actions(&provider)
        .flat_map(|table| &table.effects)
        .find(|effect| {
            effect.actions.iter().any(|action| {
                grant
                    .actions
                    .texts()
                    .any(|pattern| crate::rule::resource::glob(pattern, action))
            })
        });
    let reads = |action: &str| {
        tables.actions(&provider).any(|table| {
            table
                .reads
                .iter()
                .any(|pattern| crate::rule::resource::glob(pattern, action))
        })
    };
    let known = tables.actions(&provider).next().is_some();
    if let Some(hit) = hit {
        grant.level = Fact::given(&hit.level);
        if grant.effect.is_absent() {
            grant.effect = Fact::given(&hit.effect);
        }
    } else if known && grant.actions.complete && grant.actions.texts().all(reads) {
        grant.level = Fact::given("read");
    } else if known {
        grant.level = Fact::given("write");
    }
}
