//! The roles of a run by name: what each allows, with aggregated roles joined, and the roles every cluster has.

use super::Reach;
use super::addon;
use super::part::{Part, parts};
use crate::extract::kubernetes::{name, namespace, noun_of};
use crate::format::{Declaration, Entry, Node};
use crate::model::{Estate, Fact};
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// Namespace and name of a role; a cluster role has no namespace.
pub(super) type Key = (Option<CompactString>, CompactString);

/// All roles of a run.
pub(super) struct Roles<'a> {
    /// By namespace and name; cluster roles have no namespace.
    by_name: FxHashMap<Key, Vec<&'a Declaration>>,
    /// Cluster roles by each of their labels, which aggregation selects by.
    labelled: FxHashMap<(CompactString, CompactString), Vec<&'a Declaration>>,
    all: Vec<&'a Declaration>,
}

/// Whether a role holds in one namespace or may hold in all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Role,
    ClusterRole,
}

impl<'a> Roles<'a> {
    /// Indexes the roles of a run.
    pub(super) fn new(declarations: &'a [Declaration]) -> Self {
        let mut roles = Self {
            by_name: FxHashMap::default(),
            labelled: FxHashMap::default(),
            all: Vec::new(),
        };
        for object in declarations {
            let Some(kind) = kind(object) else { continue };
            roles.all.push(object);
            if !object.name.is_empty() {
                let key = key(object);
                roles.by_name.entry(key).or_default().push(object);
            }
            if kind == Kind::ClusterRole {
                for pair in labels(object).iter().filter_map(pair) {
                    roles.labelled.entry(pair).or_default().push(object);
                }
            }
        }
        roles
    }

    /// Grants of the roles that no binding of the run gives to anyone: the right is written, whoever gets it.
    pub(super) fn unbound(&self, bound: &FxHashSet<Key>, estate: &mut Estate) {
        for object in &self.all {
            let Some(kind) = kind(object) else { continue };
            if bound.contains(&key(object)) || is_aggregated(object) {
                continue;
            }
            let reach = match kind {
                Kind::ClusterRole => Reach::Cluster,
                Kind::Role => Reach::Namespace,
            };
            for part in parts(&self.rules(object), reach) {
                let mut grant = noun_of!(Grant, object, part.span, {
                    provider: Fact::given("kubernetes"),
                    policy: Fact::given("role"),
                    role: name(object),
                    scope: Fact::given(reach.word()),
                    activation: Fact::given("standing"),
                    namespace: match kind {
                        Kind::ClusterRole => Fact::Absent,
                        Kind::Role => namespace(object),
                    },
                    addon: Fact::Default(addon::is(&Fact::Absent, object)),
                });
                part.fill(&mut grant);
                estate.grants.push(grant);
            }
        }
    }

    /// The role that a binding names. One whose manifest leaves its namespace open, as charts do, stands for the
    /// namespace that is asked for; of several the one of the same file is meant, else of the same root.
    pub(super) fn find(&self, key: &Key, binding: &Declaration) -> Option<&'a Declaration> {
        let open = || {
            let nowhere = key.0.as_ref().map(|_| CompactString::default());
            (nowhere, key.1.clone())
        };
        let found = self
            .by_name
            .get(key)
            .or_else(|| self.by_name.get(&open()))?;
        let beside = found.iter().find(|role| {
            role.span.blob == binding.span.blob && role.scope.root == binding.scope.root
        });
        let near = || {
            found
                .iter()
                .find(|role| role.scope.root == binding.scope.root)
        };
        beside.or_else(near).or_else(|| found.first()).copied()
    }

    /// What the role that a binding names amounts to; nothing when no file defines it and it is none of the cluster's own.
    pub(super) fn parts(
        &self,
        key: &Key,
        binding: &Declaration,
        reach: Reach,
    ) -> Option<Vec<Part>> {
        match self.find(key, binding) {
            Some(object) => Some(parts(&self.rules(object), reach)),
            None if key.0.is_none() => built_in(&key.1, reach),
            None => None,
        }
    }

    /// The rules of a role, and of those it aggregates.
    fn rules(&self, object: &'a Declaration) -> Vec<&'a Node> {
        let (mut found, mut open) = (Vec::new(), vec![object]);
        let mut seen = FxHashSet::default();
        while let Some(role) = open.pop() {
            if !seen.insert(role.address.as_str()) {
                continue;
            }
            found.extend(role.body.all("rules"));
            if let Some(aggregation) = role.body.get("aggregationRule") {
                for selector in aggregation.all("clusterRoleSelectors") {
                    open.extend(self.selected(selector));
                }
            }
        }
        found
    }

    /// Cluster roles with all the labels that a selector asks for.
    fn selected(&self, selector: &Node) -> Vec<&'a Declaration> {
        let wanted = selector.get("matchLabels").map_or(&[][..], Node::entries);
        let pairs: Option<Vec<_>> = wanted.iter().map(pair).collect();
        let Some([first, rest @ ..]) = pairs.as_deref() else {
            return Vec::new();
        };
        let all = self.labelled.get(first).map_or(&[][..], Vec::as_slice);
        let has = |role: &&&Declaration| {
            let own: Vec<_> = labels(role).iter().filter_map(pair).collect();
            rest.iter().all(|want| own.contains(want))
        };
        all.iter().filter(has).copied().collect()
    }
}

/// Namespace and name of a role; the namespace is empty where it is left open.
pub(super) fn key(role: &Declaration) -> Key {
    let kind = kind(role).unwrap_or(Kind::ClusterRole);
    (place(role, kind), role.name.clone())
}

/// Key and value of a label.
fn pair(label: &Entry) -> Option<(CompactString, CompactString)> {
    Some((label.key.clone(), label.value.scalar()?))
}

fn kind(object: &Declaration) -> Option<Kind> {
    match (object.language, object.kind.as_str()) {
        ("kubernetes", "rbac.authorization.k8s.io/Role") => Some(Kind::Role),
        ("kubernetes", "rbac.authorization.k8s.io/ClusterRole") => Some(Kind::ClusterRole),
        _ => None,
    }
}

/// Whether a role of the cluster takes in what this one allows, so that it need not be bound itself.
fn is_aggregated(object: &Declaration) -> bool {
    let to = "rbac.authorization.k8s.io/aggregate-to-";
    labels(object).iter().any(|label| label.key.starts_with(to))
}

fn labels(object: &Declaration) -> &[Entry] {
    object
        .body
        .at(&["metadata", "labels"])
        .map_or(&[], Node::entries)
}

fn place(object: &Declaration, kind: Kind) -> Option<CompactString> {
    match kind {
        Kind::Role => Some(object.scope.namespace.clone().unwrap_or_default()),
        Kind::ClusterRole => None,
    }
}

/// What the roles that every cluster has amount to; their rules are not spelled out here.
fn built_in(role: &str, reach: Reach) -> Option<Vec<Part>> {
    let whole = reach == Reach::Cluster;
    let (level, effect) = match role {
        "cluster-admin" => ("admin", "everything"),
        "admin" if whole => ("escalate", "impersonate"),
        "admin" => ("admin", "everything in the namespace"),
        "edit" if whole => ("escalate", "impersonate"),
        "edit" => ("write", "edit"),
        "system:node" | "system:kube-controller-manager" => ("escalate", "control the cluster"),
        "system:node-bootstrapper" | "system:auth-delegator" => ("write", ""),
        "view"
        | "system:basic-user"
        | "system:discovery"
        | "system:public-info-viewer"
        | "system:monitoring"
        | "system:service-account-issuer-discovery" => ("read", ""),
        _ => return None,
    };
    Some(vec![Part::built_in(level, effect)])
}
