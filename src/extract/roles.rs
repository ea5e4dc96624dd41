//! What roles amount to, by effect: fills the level of grants that name a role and say no more.
//!
//! A provider's own role is in the tables; another is defined in the run, by its actions; a group's or a permission set's
//! member has what the group has. A role that none of them knows stays unknown.

use crate::model::{Estate, Fact, Grant, rank};
use crate::rule::Tables;
use crate::rule::resource::{ActionTable, glob};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Provider and name (or address) of a role or principal.
type Key = (CompactString, CompactString);

/// Fills level and effect of the grants of an estate.
pub(super) fn settle(tables: &Tables, estate: &mut Estate) {
    for grant in &mut estate.grants {
        if grant.level.is_absent() && !grant.actions.items.is_empty() {
            by_actions(tables, grant);
        }
    }
    let defined = definitions(&estate.grants);
    for grant in &mut estate.grants {
        by_role(tables, &defined, grant);
    }
    let held = holdings(&estate.grants);
    for grant in &mut estate.grants {
        by_membership(&held, grant);
        escalation(grant);
    }
}

/// Says in words how a role that escalates does so, where no combination of actions has said it.
fn escalation(grant: &mut Grant) {
    let elsewhere = matches!(grant.provider.text(), "aws" | "kubernetes");
    if elsewhere || grant.level.text() != "escalate" || !grant.escalation.is_absent() {
        return;
    }
    let how = match grant.effect.text() {
        "change_permissions" => "changes who may do what",
        "impersonate" => "acts as other identities",
        "create_tokens" => "makes credentials of other identities",
        "pass_role" => "runs work as other identities",
        _ => "gains rights beyond its own",
    };
    let text = match grant.role.text() {
        "" => CompactString::from(how),
        role => compact_str::format_compact!("{role} {how}"),
    };
    grant.escalation = Fact::Known(text, grant.role.span().unwrap_or(grant.span));
}

fn key(grant: &Grant, name: &str) -> Key {
    (grant.provider.text().into(), name.into())
}

/// Role definitions of the run by name and by address; of several rules of one role the one that gives most.
fn definitions(grants: &[Grant]) -> FxHashMap<Key, Grant> {
    let mut found: FxHashMap<Key, Grant> = FxHashMap::default();
    for grant in grants.iter().filter(|grant| grant.policy.text() == "role") {
        for name in [grant.role.text(), grant.address.as_str()] {
            if name.is_empty() {
                continue;
            }
            let best = found
                .entry(key(grant, name))
                .or_insert_with(|| grant.clone());
            if rank(grant.level.text()) > rank(best.level.text()) {
                *best = grant.clone();
            }
        }
    }
    found
}

fn by_role(tables: &Tables, defined: &FxHashMap<Key, Grant>, grant: &mut Grant) {
    if !grant.level.is_absent() {
        return;
    }
    let Some(role) = grant.role.value().cloned() else {
        if grant.role.is_unknown() {
            grant.level = Fact::Unknown(grant.role.span());
        }
        return;
    };
    if let Some(known) = tables.role(grant.provider.text(), &role) {
        grant.level = match grant.role.span() {
            Some(span) => Fact::Known(known.level.as_str().into(), span),
            None => Fact::given(&known.level),
        };
        if let (Fact::Absent, Some(effect)) = (&grant.effect, &known.effect) {
            grant.effect = Fact::given(effect);
        }
        return;
    }
    let last = role.rsplit('/').next().unwrap_or(&role);
    let definition = [role.as_str(), last]
        .into_iter()
        .find_map(|name| defined.get(&key(grant, name)));
    match definition {
        Some(definition) => {
            grant.level = definition.level.clone();
            grant.effect = definition.effect.clone();
            grant.wildcard = definition.wildcard.clone();
            grant.actions = definition.actions.clone();
            grant.not_actions = definition.not_actions.clone();
        }
        None => grant.level = Fact::Unknown(grant.role.span()),
    }
}

/// The highest level that grants to each principal give.
fn holdings(grants: &[Grant]) -> FxHashMap<Key, CompactString> {
    let mut held: FxHashMap<Key, CompactString> = FxHashMap::default();
    for grant in grants {
        let (Some(to), Some(level)) = (grant.to.value(), grant.level.value()) else {
            continue;
        };
        let best = held.entry(key(grant, to)).or_default();
        if rank(level) > rank(best) {
            *best = level.clone();
        }
    }
    held
}

/// A member has what the group has.
fn by_membership(held: &FxHashMap<Key, CompactString>, grant: &mut Grant) {
    if !grant.level.is_unknown() {
        return;
    }
    if let Some(role) = grant.role.value()
        && let Some(level) = held.get(&key(grant, role))
    {
        grant.level = Fact::given(level);
    }
}

/// Level and effect of a grant that lists its actions, where the provider's actions are known.
fn by_actions(tables: &Tables, grant: &mut Grant) {
    let provider = CompactString::from(grant.provider.text());
    let known: Vec<&ActionTable> = tables.actions(&provider).collect();
    if known.is_empty() {
        return;
    }
    let excepted = |action: &str| {
        grant
            .not_actions
            .texts()
            .any(|pattern| glob(pattern, action))
    };
    let allowed = |action: &str| {
        grant.actions.texts().any(|pattern| glob(pattern, action)) && !excepted(action)
    };
    let reads = |action: &str| {
        let mut patterns = known.iter().flat_map(|table| &table.reads);
        patterns.any(|pattern| glob(pattern, action))
    };
    let only_reads = grant.actions.complete && grant.actions.texts().all(reads);
    let hit = known
        .iter()
        .flat_map(|table| &table.effects)
        .find(|effect| effect.actions.iter().any(|action| allowed(action)));
    let plain = if only_reads { "read" } else { "write" };
    let (level, effect) = match hit {
        Some(hit) if hit.level == "read" => (plain, Some(&hit.effect)),
        Some(hit) => (hit.level.as_str(), Some(&hit.effect)),
        None if grant.actions.complete => (plain, None),
        None => {
            grant.level = Fact::Unknown(None);
            return;
        }
    };
    let effect = effect.cloned();
    grant.level = Fact::given(level);
    if let (Fact::Absent, Some(effect)) = (&grant.effect, effect) {
        grant.effect = Fact::given(&effect);
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::{facts, sample};

    /// Principal, role, level and effect of every grant.
    fn grants(text: &str) -> Vec<[String; 4]> {
        let estate = facts(&sample::resolved(&[("main.tf", text)]));
        estate
            .grants
            .iter()
            .map(|grant| {
                [&grant.to, &grant.role, &grant.level, &grant.effect]
                    .map(|fact| fact.text().to_owned())
            })
            .collect()
    }

    fn level(text: &str) -> String {
        let found = grants(text);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0][2].clone()
    }

    #[test]
    fn the_providers_own_roles_are_known() {
        let azure = |role: &str| {
            level(&format!(
                "resource \"azurerm_role_assignment\" \"a\" {{\n scope = \"/subscriptions/1\"\n {role}\n principal_id = \"1\"\n}}\n"
            ))
        };
        assert_eq!(azure("role_definition_name = \"Owner\""), "admin");
        assert_eq!(
            azure("role_definition_name = \"Storage Blob Data Reader\""),
            "read"
        );
        assert_eq!(
            azure(
                "role_definition_id = \"/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions/18d7d88d-d35e-4fb5-a5c3-7773c20a72d9\""
            ),
            "escalate"
        );
        assert_eq!(azure("role_definition_name = \"Ours\""), "");
        let google = |role: &str| {
            level(&format!(
                "resource \"google_project_iam_member\" \"a\" {{\n project = \"p\"\n role = \"{role}\"\n member = \"user:a@b.c\"\n}}\n"
            ))
        };
        assert_eq!(google("roles/owner"), "admin");
        assert_eq!(google("roles/iam.serviceAccountTokenCreator"), "escalate");
        assert_eq!(google("roles/logging.viewer"), "read");
    }

    #[test]
    fn a_role_of_the_run_is_worth_its_actions() {
        let found = grants(
            "resource \"azurerm_role_definition\" \"r\" {\n name = \"Ours\"\n scope = \"/\"\n permissions {\n  actions = [\"Microsoft.Authorization/*\"]\n }\n permissions {\n  actions = [\"*/read\"]\n }\n}\nresource \"azurerm_role_assignment\" \"a\" {\n scope = \"/subscriptions/1\"\n role_definition_id = azurerm_role_definition.r.role_definition_resource_id\n principal_id = azurerm_user_assigned_identity.i.principal_id\n}\n",
        );
        assert_eq!(
            found.last().expect("the assignment"),
            &[
                "azurerm_user_assigned_identity.i",
                "Ours",
                "escalate",
                "change_permissions"
            ]
        );
        let google = grants(
            "resource \"google_project_iam_custom_role\" \"r\" {\n role_id = \"ours\"\n permissions = [\"storage.buckets.get\", \"storage.objects.list\"]\n}\nresource \"google_project_iam_member\" \"a\" {\n project = \"p\"\n role = google_project_iam_custom_role.r.id\n member = \"serviceAccount:${google_service_account.s.email}\"\n}\nresource \"google_project_iam_member\" \"b\" {\n project = \"p\"\n role = \"projects/p/roles/ours\"\n member = \"allUsers\"\n}\n",
        );
        assert_eq!(google[1], ["google_service_account.s", "ours", "read", ""]);
        assert_eq!(google[2][2], "read");
    }

    #[test]
    fn what_an_exception_takes_away_counts_for_nothing() {
        let role = |not: &str| {
            level(&format!(
                "resource \"azurerm_role_definition\" \"r\" {{\n name = \"Ours\"\n scope = \"/\"\n permissions {{\n  actions = [\"*\"]\n  not_actions = [{not}]\n }}\n}}\n"
            ))
        };
        assert_eq!(role(""), "admin");
        assert_eq!(role("\"Microsoft.Authorization/*\""), "admin");
        assert_eq!(
            level(
                "resource \"azurerm_role_definition\" \"r\" {\n name = \"Ours\"\n scope = \"/\"\n permissions {\n  actions = [\"Microsoft.Authorization/*\"]\n  not_actions = [\"Microsoft.Authorization/*/write\", \"Microsoft.Authorization/elevateAccess/action\"]\n }\n}\n"
            ),
            "write"
        );
    }

    #[test]
    fn a_member_has_what_its_group_has() {
        let found = grants(
            "resource \"aws_iam_group_policy_attachment\" \"g\" {\n group = aws_iam_group.g.name\n policy_arn = \"arn:aws:iam::aws:policy/AdministratorAccess\"\n}\nresource \"aws_iam_user_group_membership\" \"m\" {\n user = aws_iam_user.u.name\n groups = [aws_iam_group.g.name]\n}\n",
        );
        assert_eq!(
            found[1],
            ["aws_iam_user.u", "aws_iam_group.g", "admin", "member"]
        );
    }

    #[test]
    fn an_access_policy_of_a_vault_reads_secrets() {
        let found = grants(
            "resource \"azurerm_key_vault_access_policy\" \"p\" {\n key_vault_id = \"v\"\n object_id = \"o\"\n secret_permissions = [\"Get\", \"List\"]\n}\n",
        );
        assert_eq!(found, [["o", "", "read", "read_secrets"]]);
    }
}
