//! The `aws-auth` ConfigMap: AWS roles and users that a cluster takes for members of its groups.

use super::object;
use super::scalar::Scalar;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact, Grant};
use compact_str::CompactString;

/// Keys of the map, the key of the principal in each entry, and what the principal is.
const LISTS: &[(&str, &str, &str)] = &[
    ("mapRoles", "rolearn", "role"),
    ("mapUsers", "userarn", "user"),
];

/// One grant for each group of each entry.
pub(super) fn facts(objects: &[Declaration], estate: &mut Estate) {
    for object in objects {
        if object.kind != "ConfigMap" || object.name != "aws-auth" {
            continue;
        }
        for (list, who, principal) in LISTS {
            let Some(written) = object.body.at(&["data", list]) else {
                continue;
            };
            let Some(entries) = object::document(written) else {
                continue;
            };
            for entry in entries.one_or_many() {
                grants(object, entry, who, principal, estate);
            }
        }
        accounts(object, estate);
    }
}

fn grants(object: &Declaration, entry: &Node, who: &str, principal: &str, estate: &mut Estate) {
    let to = match entry.get(who).map(Scalar::of) {
        Some(Scalar::Text(text, span)) => Fact::Known(text, span),
        Some(Scalar::Address { address, span, .. }) => Fact::Known(address, span),
        Some(other) => match (other.pattern_text(), other.span()) {
            (Some(text), Some(span)) => Fact::Known(text, span),
            (_, span) => Fact::Unknown(span),
        },
        None => return,
    };
    for group in entry.get("groups").map_or(&[][..], Node::one_or_many) {
        let role = match Scalar::of(group) {
            Scalar::Text(text, span) => Fact::Known(text, span),
            other => Fact::Unknown(other.span()),
        };
        estate
            .grants
            .push(grant(object, to.clone(), principal, role, entry));
    }
}

/// `mapAccounts` lets every user of an account in, without a group.
fn accounts(object: &Declaration, estate: &mut Estate) {
    let accounts = object.body.at(&["data", "mapAccounts"]);
    let Some(accounts) = accounts.and_then(object::document) else {
        return;
    };
    for account in accounts.one_or_many() {
        if let Some(text) = account.scalar() {
            let to = Fact::Known(text, account.span);
            let role = Fact::given("system:authenticated");
            estate
                .grants
                .push(grant(object, to, "account", role, account));
        }
    }
}

fn grant(
    object: &Declaration,
    to: Fact<CompactString>,
    principal: &str,
    role: Fact<CompactString>,
    entry: &Node,
) -> Grant {
    let (level, effect) = match role.value().map(CompactString::as_str) {
        Some("system:masters") => (Fact::given("admin"), Fact::given("cluster_admin")),
        Some("system:nodes" | "system:bootstrappers" | "system:node-proxier") => {
            (Fact::given("write"), Fact::Absent)
        }
        Some("system:authenticated") => (Fact::given("read"), Fact::Absent),
        _ => (Fact::Unknown(role.span()), Fact::Absent),
    };
    Grant {
        address: object.address.clone(),
        span: role.span().unwrap_or(entry.span),
        whole: object.span,
        language: Fact::given(object.language),
        resource: Fact::given(&object.kind),
        provider: Fact::given("kubernetes"),
        policy: Fact::given("identity"),
        to,
        principal: Fact::given(principal),
        role,
        level,
        effect,
        scope: Fact::given("cluster"),
        activation: Fact::given("standing"),
        ..Grant::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::{facts, sample};

    fn found(files: &[(&str, &str)]) -> Vec<(String, String, String)> {
        let estate = facts(&sample::resolved(files));
        let text = |fact: &crate::model::Fact<compact_str::CompactString>| fact.text().to_owned();
        estate
            .grants
            .iter()
            .map(|grant| (text(&grant.to), text(&grant.role), text(&grant.level)))
            .collect()
    }

    #[test]
    fn roles_users_and_accounts_become_grants() {
        let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: aws-auth, namespace: kube-system}\ndata:\n  mapRoles: |\n    - rolearn: arn:aws:iam::111122223333:role/ci\n      username: ci\n      groups: [system:masters]\n  mapUsers: |\n    - userarn: arn:aws:iam::111122223333:user/ann\n      groups: [developers]\n  mapAccounts: |\n    - \"444455556666\"\n";
        let expected = [
            (
                "arn:aws:iam::111122223333:role/ci",
                "system:masters",
                "admin",
            ),
            ("arn:aws:iam::111122223333:user/ann", "developers", ""),
            ("444455556666", "system:authenticated", "read"),
        ]
        .map(|(to, role, level)| (to.to_owned(), role.to_owned(), level.to_owned()));
        assert_eq!(found(&[("auth.yaml", manifest)]), expected);
    }

    #[test]
    fn terraform_spells_it_as_an_expression() {
        let config = "resource \"kubernetes_config_map_v1_data\" \"auth\" {\n metadata {\n  name = \"aws-auth\"\n  namespace = \"kube-system\"\n }\n data = {\n  mapRoles = yamlencode([{ rolearn = aws_iam_role.ci.arn, groups = [\"system:masters\"] }])\n }\n}\n";
        let expected = [(
            "aws_iam_role.ci".to_owned(),
            "system:masters".to_owned(),
            "admin".to_owned(),
        )];
        assert_eq!(found(&[("main.tf", config)]), expected);
    }
}
