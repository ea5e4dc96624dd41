//! What a rule of a role amounts to, by effect: the combinations of group, resource and verb that matter beyond reading
//! and writing, each with a name, a level and where Kubernetes documents it.
//!
//! <https://kubernetes.io/docs/concepts/security/rbac-good-practices/> names most of them.

use super::Reach;

/// A combination that matters.
pub(super) struct Power {
    /// The word in `grant.effect`.
    pub(super) effect: &'static str,
    /// Level where it holds in the whole cluster.
    pub(super) cluster: &'static str,
    /// Level where it holds in one namespace.
    pub(super) namespace: &'static str,
    groups: &'static [&'static str],
    resources: &'static [&'static str],
    verbs: &'static [&'static str],
    /// Whether naming single objects takes the sting out.
    narrowed: bool,
    /// The objects that the rule has to name; empty for any.
    only: &'static [&'static str],
}

/// Resources that are in no namespace: a Role, or a ClusterRole that a RoleBinding names, gives nothing over them.
const OF_THE_CLUSTER: &[&str] = &[
    "certificatesigningrequests/approval",
    "certificatesigningrequests/status",
    "clusterrolebindings",
    "clusterroles",
    "groups",
    "mutatingwebhookconfigurations",
    "nodes",
    "nodes/proxy",
    "nodes/status",
    "persistentvolumes",
    "signers",
    "uids",
    "userextras",
    "userextras/*",
    "users",
    "validatingwebhookconfigurations",
];

const RBAC: &[&str] = &["rbac.authorization.k8s.io"];
const CORE: &[&str] = &[""];
const WRITE: &[&str] = &["create", "update", "patch"];

/// Worst first.
#[rustfmt::skip]
const POWERS: &[Power] = &[
    power("escalate_roles", ["escalate", "escalate"], RBAC, &["roles", "clusterroles"], &["escalate"]),
    power("bind_roles", ["escalate", "escalate"], RBAC, &["roles", "clusterroles", "rolebindings", "clusterrolebindings"], &["bind"]),
    power("impersonate", ["escalate", "escalate"], &["", "authentication.k8s.io"], &["users", "groups", "serviceaccounts", "uids", "userextras", "userextras/*"], &["impersonate"]),
    power("node_proxy", ["escalate", "escalate"], CORE, &["nodes/proxy"], &["get", "create", "update", "patch", "delete"]),
    power("create_tokens", ["escalate", "escalate"], CORE, &["serviceaccounts/token"], &["create"]),
    power("approve_certificates", ["escalate", "escalate"], &["certificates.k8s.io"], &["certificatesigningrequests/approval"], &["update", "patch"]),
    power("sign_certificates", ["escalate", "escalate"], &["certificates.k8s.io"], &["certificatesigningrequests/status"], &["update", "patch"]),
    power("write_webhooks", ["escalate", "escalate"], &["admissionregistration.k8s.io"], &["mutatingwebhookconfigurations", "validatingwebhookconfigurations"], WRITE),
    power("write_aws_auth", ["escalate", "escalate"], CORE, &["configmaps"], WRITE).only(&["aws-auth"]),
    power("create_persistent_volumes", ["escalate", "escalate"], CORE, &["persistentvolumes"], &["create"]),
    power("exec", ["escalate", "write"], CORE, &["pods/exec", "pods/attach"], &["create", "get"]),
    power("debug_pods", ["escalate", "write"], CORE, &["pods/ephemeralcontainers"], &["update", "patch"]),
    power("read_secrets", ["read", "read"], CORE, &["secrets"], &["get", "list", "watch"]).narrowed(),
    power("write_secrets", ["write", "write"], CORE, &["secrets"], WRITE).narrowed(),
    power("write_rbac", ["write", "write"], RBAC, &["roles", "clusterroles", "rolebindings", "clusterrolebindings"], WRITE),
    power("create_workloads", ["write", "write"], &["", "apps", "batch"], &["pods", "replicationcontrollers", "deployments", "daemonsets", "statefulsets", "replicasets", "jobs", "cronjobs"], WRITE),
    power("write_service_accounts", ["write", "write"], CORE, &["serviceaccounts"], WRITE).narrowed(),
    power("write_namespaces", ["write", "write"], CORE, &["namespaces"], &["update", "patch"]).narrowed(),
    power("write_nodes", ["write", "write"], CORE, &["nodes", "nodes/status"], &["update", "patch", "delete"]).narrowed(),
    power("write_pod_status", ["write", "write"], CORE, &["pods/status"], &["update", "patch"]).narrowed(),
    power("write_service_status", ["write", "write"], CORE, &["services/status"], &["update", "patch"]).narrowed(),
    power("port_forward", ["write", "write"], CORE, &["pods/portforward"], &["create", "get"]),
    power("write_configmaps", ["write", "write"], CORE, &["configmaps"], WRITE).narrowed(),
    power("use_signers", ["write", "write"], &["certificates.k8s.io"], &["signers"], &["approve", "sign"]).narrowed(),
    power("delete_events", ["write", "write"], &["", "events.k8s.io"], &["events"], &["delete", "deletecollection"]),
];

const fn power(
    effect: &'static str,
    levels: [&'static str; 2],
    groups: &'static [&'static str],
    resources: &'static [&'static str],
    verbs: &'static [&'static str],
) -> Power {
    Power {
        effect,
        cluster: levels[0],
        namespace: levels[1],
        groups,
        resources,
        verbs,
        narrowed: false,
        only: &[],
    }
}

impl Power {
    /// The same, of which naming single objects takes the sting out.
    const fn narrowed(mut self) -> Self {
        self.narrowed = true;
        self
    }

    /// Whether the right over a resource is one that may hold there. Who may `bind` a ClusterRole is asked for in the
    /// namespace of the binding.
    fn is_within(&self, resource: &str, reach: Reach) -> bool {
        reach == Reach::Cluster
            || !OF_THE_CLUSTER.contains(&resource)
            || (self.effect == "bind_roles" && resource == "clusterroles")
    }

    /// The same, over these objects alone.
    const fn only(mut self, names: &'static [&'static str]) -> Self {
        self.only = names;
        self
    }
}

/// A rule of a role, as texts.
pub(super) struct Asked<'a> {
    /// API groups; empty for none written.
    pub(super) groups: Vec<&'a str>,
    /// Resources, with subresources after a slash.
    pub(super) resources: Vec<&'a str>,
    /// Verbs.
    pub(super) verbs: Vec<&'a str>,
    /// Whether only named objects are meant.
    pub(super) named: bool,
    /// The names of those objects.
    pub(super) names: Vec<&'a str>,
}

impl Asked<'_> {
    /// The powers the rule gives where it holds, worst first.
    pub(super) fn powers(&self, reach: Reach) -> impl Iterator<Item = &'static Power> + '_ {
        POWERS.iter().filter(move |power| self.gives(power, reach))
    }

    fn gives(&self, power: &Power, reach: Reach) -> bool {
        let any = |own: &[&str], asked: &[&str]| {
            !asked.is_empty() && (own.contains(&"*") || own.iter().any(|one| asked.contains(one)))
        };
        let meant = |name: &&str| self.names.contains(name);
        !(self.named && power.narrowed)
            && (power.only.is_empty() || power.only.iter().any(meant))
            && any(&self.groups, power.groups)
            && power.resources.iter().any(|asked| {
                power.is_within(asked, reach)
                    && self.reaches(asked)
                    && any(&self.verbs, &self.possible(power.verbs, asked))
            })
    }

    /// A rule that names objects never allows to create them, for their names are not known when access is decided; a
    /// subresource is asked for by its object's name.
    fn possible(&self, verbs: &[&'static str], resource: &str) -> Vec<&'static str> {
        let open = !self.named || resource.contains('/');
        let asked = verbs.iter().copied();
        asked
            .filter(|verb| open || !matches!(*verb, "create" | "deletecollection"))
            .collect()
    }

    /// Whether the rule's resources cover one: by name, by `*`, or by `*/subresource`.
    pub(super) fn reaches(&self, asked: &str) -> bool {
        let sub = asked.split_once('/').map(|(_, sub)| sub);
        self.resources.iter().any(|own| {
            *own == "*"
                || *own == asked
                || own.strip_prefix("*/").is_some_and(|own| Some(own) == sub)
        })
    }

    /// Whether the rule allows everything on everything.
    pub(super) fn is_admin(&self) -> bool {
        !self.named
            && self.verbs.contains(&"*")
            && self.resources.contains(&"*")
            && (self.groups.contains(&"*") || self.groups.contains(&""))
    }

    /// Whether a wildcard stands for verbs, resources or API groups.
    pub(super) fn is_wildcard(&self) -> bool {
        [&self.verbs, &self.resources, &self.groups]
            .iter()
            .any(|list| list.contains(&"*"))
    }

    /// Level by verbs alone.
    pub(super) fn plain(&self) -> &'static str {
        let reads = ["get", "list", "watch"];
        match self.verbs.iter().all(|verb| reads.contains(verb)) {
            true => "read",
            false => "write",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn powers(
        groups: &[&str],
        resources: &[&str],
        verbs: &[&str],
        named: bool,
    ) -> Vec<&'static str> {
        let asked = Asked {
            groups: groups.to_vec(),
            resources: resources.to_vec(),
            verbs: verbs.to_vec(),
            named,
            names: Vec::new(),
        };
        asked
            .powers(Reach::Cluster)
            .map(|power| power.effect)
            .collect()
    }

    #[test]
    fn effects_need_group_resource_and_verb() {
        assert_eq!(
            powers(&[""], &["secrets"], &["list"], false),
            ["read_secrets"]
        );
        assert_eq!(
            powers(&[""], &["secrets"], &["*"], false),
            ["read_secrets", "write_secrets"]
        );
        assert!(powers(&["apps"], &["secrets"], &["list"], false).is_empty());
        assert!(powers(&[""], &["pods"], &["get", "list"], false).is_empty());
        assert_eq!(powers(&[""], &["pods/exec"], &["create"], false), ["exec"]);
        assert_eq!(powers(&[""], &["*/exec"], &["create"], false), ["exec"]);
    }

    #[test]
    fn named_objects_take_the_sting_out_of_some() {
        assert!(powers(&[""], &["secrets"], &["get"], true).is_empty());
        assert_eq!(
            powers(
                &["rbac.authorization.k8s.io"],
                &["clusterroles"],
                &["bind"],
                true
            ),
            ["bind_roles"]
        );
        assert_eq!(
            powers(&[""], &["serviceaccounts/token"], &["create"], true),
            ["create_tokens"]
        );
        assert!(powers(&[""], &["persistentvolumes"], &["create"], true).is_empty());
    }

    #[test]
    fn a_namespace_holds_no_objects_of_the_cluster() {
        let within = |group: &'static str, resources: &[&'static str], verb: &'static str| {
            let asked = Asked {
                groups: vec![group],
                resources: resources.to_vec(),
                verbs: vec![verb],
                named: false,
                names: Vec::new(),
            };
            let found: Vec<_> = asked
                .powers(Reach::Namespace)
                .map(|power| power.effect)
                .collect();
            found
        };
        assert!(within("", &["nodes/proxy"], "get").is_empty());
        assert!(within("", &["users", "groups"], "impersonate").is_empty());
        assert!(within("admissionregistration.k8s.io", &["*"], "create").is_empty());
        let rbac = "rbac.authorization.k8s.io";
        assert!(within(rbac, &["clusterroles"], "escalate").is_empty());
        assert_eq!(within(rbac, &["clusterroles"], "bind"), ["bind_roles"]);
        assert_eq!(
            within("", &["serviceaccounts"], "impersonate"),
            ["impersonate"]
        );
    }

    #[test]
    fn wildcards_are_told_apart_from_administration() {
        let asked = |groups, resources, verbs| Asked {
            groups,
            resources,
            verbs,
            named: false,
            names: Vec::new(),
        };
        assert!(asked(vec!["*"], vec!["*"], vec!["*"]).is_admin());
        assert!(!asked(vec!["monitoring.example"], vec!["*"], vec!["*"]).is_admin());
        assert!(asked(vec!["monitoring.example"], vec!["*"], vec!["get"]).is_wildcard());
        assert_eq!(
            asked(vec![""], vec!["pods"], vec!["get", "watch"]).plain(),
            "read"
        );
    }
}
