//! Says what Kubernetes roles allow and whom bindings give them to.
//!
//! A binding yields, for each of its subjects, one grant for each effect of its role, with `policy` `identity`. The grant
//! stands at the binding; its level, effect and actions stand at the role's rules. A role that no binding of the run names
//! yields the same grants at its rules, with `policy` `role` and without a principal.

mod addon;
mod binding;
mod part;
mod power;
mod role;
mod subject;

use crate::format::Declaration;
use crate::model::Estate;
use role::Roles;
use rustc_hash::FxHashSet;

/// Where rights hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// In one namespace.
    Namespace,
    /// In the whole cluster.
    Cluster,
}

impl Reach {
    /// The word in `grant.scope`.
    fn word(self) -> &'static str {
        match self {
            Reach::Namespace => "namespace",
            Reach::Cluster => "cluster",
        }
    }
}

/// Adds the grants of all roles and bindings.
pub(super) fn facts(declarations: &[Declaration], estate: &mut Estate) {
    let roles = Roles::new(declarations);
    let mut defaults: binding::Defaults = estate
        .identities
        .iter()
        .filter(|identity| identity.resource.text() == "ServiceAccount")
        .filter(|identity| identity.name.text() == "default")
        .map(|identity| identity.namespace.text().into())
        .collect();
    let mut bound = FxHashSet::default();
    for object in declarations.iter().filter(|d| d.language == "kubernetes") {
        let reach = match object.kind.as_str() {
            "rbac.authorization.k8s.io/RoleBinding" => Reach::Namespace,
            "rbac.authorization.k8s.io/ClusterRoleBinding" => Reach::Cluster,
            _ => continue,
        };
        bound.extend(binding::grants(
            object,
            &roles,
            reach,
            &mut defaults,
            estate,
        ));
    }
    roles.unbound(&bound, estate);
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;
    use crate::model::{Estate, Grant};

    const ROLE: &str = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: web}\nrules:\n\
        - apiGroups: ['']\n  resources: [secrets]\n  verbs: [get, list]\n\
        - apiGroups: ['']\n  resources: [configmaps]\n  verbs: [get]\n";

    fn estate(text: &str) -> Estate {
        sample::estate(&[("rbac.yaml", text)])
    }

    fn binding(kind: &str, role: &str, subject: &str) -> String {
        let (object, name) = role.split_once('/').expect("kind/name");
        format!(
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: b, namespace: web}}\n\
             roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {object}, name: {name}}}\nsubjects:\n- {subject}\n"
        )
    }

    fn bound(estate: &Estate) -> &Grant {
        let mut found = estate
            .grants
            .iter()
            .filter(|grant| grant.policy.text() == "identity");
        let one = found.next().expect("a bound grant");
        assert!(found.next().is_none());
        one
    }

    #[test]
    fn a_binding_grants_by_effect_and_so_does_a_role_that_nobody_is_bound_to() {
        let estate = estate(&format!(
            "{ROLE}{}",
            binding("RoleBinding", "Role/r", "{kind: ServiceAccount, name: app}")
        ));
        let written: Vec<_> = estate
            .grants
            .iter()
            .map(|grant| (grant.effect.text(), grant.level.text(), grant.scope.text()))
            .collect();
        assert_eq!(
            written,
            [
                ("read_secrets", "read", "namespace"),
                ("", "read", "namespace")
            ]
        );
        let grant = &estate.grants[0];
        assert_eq!(grant.policy.text(), "identity");
        assert_eq!(grant.to.text(), "web/ServiceAccount/app");
        assert_eq!(grant.principal.text(), "service");
        assert_eq!(grant.namespace.text(), "web");
        assert_eq!(grant.address, "web/RoleBinding/b");
        let unbound = sample::estate(&[("rbac.yaml", ROLE)]);
        let policies = unbound.grants.iter().map(|grant| grant.policy.text());
        assert_eq!(policies.collect::<Vec<_>>(), ["role", "role"]);
        assert!(unbound.grants[0].to.is_absent());
    }

    #[test]
    fn reach_decides_what_a_built_in_role_amounts_to() {
        let level = |kind: &str, role: &str| {
            let text = binding(kind, role, "{kind: ServiceAccount, name: a, namespace: n}");
            bound(&estate(&text)).level.text().to_owned()
        };
        assert_eq!(
            level("ClusterRoleBinding", "ClusterRole/cluster-admin"),
            "admin"
        );
        assert_eq!(level("RoleBinding", "ClusterRole/cluster-admin"), "admin");
        assert_eq!(level("ClusterRoleBinding", "ClusterRole/edit"), "escalate");
        assert_eq!(level("RoleBinding", "ClusterRole/edit"), "write");
        assert_eq!(level("RoleBinding", "ClusterRole/view"), "read");
    }

    #[test]
    fn a_role_that_nothing_defines_is_unknown() {
        let text = binding(
            "RoleBinding",
            "Role/elsewhere",
            "{kind: User, name: jo@acme.example}",
        );
        let estate = estate(&text);
        let grant = bound(&estate);
        assert!(grant.level.is_unknown() && !grant.actions.complete);
        assert_eq!(grant.principal.text(), "user");
    }

    #[test]
    fn subjects_are_spelled_as_the_api_server_spells_them() {
        let principal = |subject: &str| {
            let text = binding("ClusterRoleBinding", "ClusterRole/view", subject);
            let estate = estate(&text);
            let grant = bound(&estate);
            (
                grant.to.text().to_owned(),
                grant.principal.text().to_owned(),
            )
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            principal("{kind: Group, name: 'system:unauthenticated'}"),
            pair("system:unauthenticated", "public")
        );
        assert_eq!(
            principal("{kind: Group, name: 'system:authenticated'}"),
            pair("system:authenticated", "authenticated")
        );
        assert_eq!(
            principal("{kind: User, name: 'system:serviceaccount:a:b'}"),
            pair("a/ServiceAccount/b", "service")
        );
    }

    #[test]
    fn aggregated_roles_take_the_rules_they_select() {
        let text = format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: sum}}\naggregationRule:\n  \
             clusterRoleSelectors: [{{matchLabels: {{part: ops}}}}]\nrules: []\n\
             ---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: one, labels: {{part: ops}}}}\n\
             rules: [{{apiGroups: [''], resources: [pods/exec], verbs: [create]}}]\n{}",
            binding(
                "ClusterRoleBinding",
                "ClusterRole/sum",
                "{kind: ServiceAccount, name: a, namespace: n}"
            )
        );
        let estate = estate(&text);
        let grant = bound(&estate);
        assert_eq!(grant.effect.text(), "exec");
        assert_eq!(grant.escalation.text(), "exec");
        assert!(grant.level.span() != grant.to.span());
        assert_eq!(grant.level.text(), "escalate");
    }

    #[test]
    fn the_default_account_becomes_an_identity_once_it_is_bound() {
        let text = format!(
            "{}{}",
            binding(
                "RoleBinding",
                "ClusterRole/edit",
                "{kind: ServiceAccount, name: default}"
            ),
            binding(
                "RoleBinding",
                "ClusterRole/view",
                "{kind: ServiceAccount, name: default}"
            )
        );
        let estate = estate(&text);
        assert_eq!(estate.identities.len(), 1);
        assert_eq!(estate.identities[0].managed.value(), Some(&true));
        assert_eq!(estate.identities[0].address, "web/ServiceAccount/default");
    }

    #[test]
    fn administration_covers_all_other_rights() {
        let estate = estate(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules:\n\
             - {apiGroups: ['*'], resources: ['*'], verbs: [get, create]}\n- {apiGroups: ['*'], resources: ['*'], verbs: ['*']}\n",
        );
        let levels: Vec<_> = estate.grants.iter().map(|g| g.level.text()).collect();
        assert_eq!(levels, ["admin"]);
        assert!(
            estate
                .grants
                .iter()
                .all(|g| g.wildcard.value() == Some(&true))
        );
    }
}
