//! The roles of a run by name: what each allows, with aggregated roles joined, and the roles every cluster has.

use super::power::{Asked, rank};
use crate::extract::kubernetes::{name, namespace, noun_of};
use crate::extract::read;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact, Set};
use crate::source::Span;
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Roles that aggregate each other end here.
const DEPTH: usize = 4;

/// All roles of a run.
pub(super) struct Roles<'a> {
    /// By namespace and name; cluster roles have no namespace.
    by_name: FxHashMap<(Option<CompactString>, CompactString), &'a Declaration>,
    /// Cluster roles with labels, which aggregation selects by.
    labelled: Vec<&'a Declaration>,
    all: Vec<&'a Declaration>,
}

/// What a role amounts to for whoever is bound to it.
#[derive(Default)]
pub(super) struct Sum {
    /// Level where it is bound in the whole cluster; empty where the role is not known.
    pub(super) cluster: &'static str,
    /// Level where it is bound in a namespace.
    pub(super) namespace: &'static str,
    /// The worst effect.
    pub(super) effect: &'static str,
    /// Whether a wildcard is in it.
    pub(super) wildcard: bool,
    /// Verbs of all its rules.
    pub(super) verbs: Set,
    /// Resources of all its rules.
    pub(super) resources: Set,
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
            labelled: Vec::new(),
            all: Vec::new(),
        };
        for object in declarations {
            let Some(kind) = kind(object) else { continue };
            let place = match kind {
                Kind::Role => Some(object.scope.namespace.clone().unwrap_or_default()),
                Kind::ClusterRole => None,
            };
            roles.all.push(object);
            if !object.name.is_empty() {
                roles.by_name.insert((place, object.name.clone()), object);
            }
            if kind == Kind::ClusterRole && !labels(object).is_empty() {
                roles.labelled.push(object);
            }
        }
        roles
    }

    /// One grant for each effect of each rule of each role.
    pub(super) fn grants(&self, estate: &mut Estate) {
        for object in &self.all {
            for rule in object.body.all("rules") {
                rule_grants(object, rule, estate);
            }
        }
    }

    /// What the role that a binding names amounts to; nothing when no file defines it and it is none of the cluster's own.
    pub(super) fn sum(&self, namespace: Option<&str>, kind: &str, role: &str) -> Option<Sum> {
        let place = (kind == "Role").then(|| namespace.unwrap_or_default().into());
        if let Some(object) = self.by_name.get(&(place, role.into())) {
            let mut sum = Sum::default();
            self.add(object, DEPTH, &mut sum);
            return Some(sum);
        }
        (kind == "ClusterRole").then(|| built_in(role)).flatten()
    }

    fn add(&self, object: &Declaration, depth: usize, sum: &mut Sum) {
        for rule in object.body.all("rules") {
            sum.add(rule);
        }
        let Some(aggregation) = object.body.get("aggregationRule") else {
            return;
        };
        if depth == 0 {
            return;
        }
        for selector in aggregation.all("clusterRoleSelectors") {
            let wanted = selector.get("matchLabels").map_or(&[][..], Node::entries);
            let matches = |other: &Declaration| {
                !wanted.is_empty()
                    && wanted.iter().all(|want| {
                        labels(other).iter().any(|own| {
                            own.key == want.key && own.value.scalar() == want.value.scalar()
                        })
                    })
            };
            for other in self.labelled.iter().filter(|other| matches(other)) {
                if other.address != object.address {
                    self.add(other, depth - 1, sum);
                }
            }
        }
    }
}

impl Sum {
    fn add(&mut self, rule: &Node) {
        let sets = Sets::of(rule);
        let asked = sets.asked();
        let admin = asked.is_admin();
        let (mut cluster, mut namespace, mut effect) = match admin {
            true => ("admin", "admin", "everything"),
            false => (asked.plain(), asked.plain(), ""),
        };
        for power in asked.powers().filter(|_| !admin) {
            if effect.is_empty() {
                effect = power.effect;
            }
            if rank(power.cluster) > rank(cluster) {
                cluster = power.cluster;
            }
            if rank(power.namespace) > rank(namespace) {
                namespace = power.namespace;
            }
        }
        if self.effect.is_empty() || rank(cluster) > rank(self.cluster) {
            self.effect = effect;
        }
        if rank(cluster) > rank(self.cluster) {
            self.cluster = cluster;
        }
        if rank(namespace) > rank(self.namespace) {
            self.namespace = namespace;
        }
        self.wildcard |= asked.is_wildcard();
        merge(&mut self.verbs, &sets.verbs);
        merge(&mut self.resources, &sets.resources);
    }
}

fn merge(into: &mut Set, from: &Set) {
    into.complete &= from.complete;
    for (text, span) in &from.items {
        if !into.contains(text) {
            into.push(text.clone(), *span);
        }
    }
}

/// The lists of a rule.
struct Sets {
    groups: Set,
    resources: Set,
    verbs: Set,
    names: Option<Span>,
}

impl Sets {
    fn of(rule: &Node) -> Self {
        let names = rule
            .get("resourceNames")
            .filter(|names| !names.one_or_many().is_empty());
        Self {
            groups: read::texts(rule.get("apiGroups")),
            resources: read::texts(rule.get("resources")),
            verbs: read::texts(rule.get("verbs")),
            names: names.map(|names| names.span),
        }
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            groups: self.groups.texts().collect(),
            resources: self.resources.texts().collect(),
            verbs: self.verbs.texts().collect(),
            named: self.names.is_some(),
        }
    }
}

fn rule_grants(object: &Declaration, rule: &Node, estate: &mut Estate) {
    let sets = Sets::of(rule);
    let asked = sets.asked();
    let whole = kind(object) == Some(Kind::ClusterRole);
    let plain = (asked.plain(), "", rule_span(rule));
    let mut effects: Vec<(&str, &str, Span)> = Vec::new();
    if asked.is_admin() {
        effects.push(("admin", "everything", rule_span(rule)));
    } else {
        for power in asked.powers() {
            let level = if whole {
                power.cluster
            } else {
                power.namespace
            };
            effects.push((level, power.effect, rule_span(rule)));
        }
        // Everything that a wildcard brings is one right, shown by its worst effect.
        if sets.resources.contains("*") {
            effects.truncate(1);
        }
    }
    if effects.is_empty() && !sets.verbs.items.is_empty() {
        effects.push(plain);
    }
    for (level, effect, span) in effects {
        let mut grant = noun_of!(Grant, object, span, {
            provider: Fact::given("kubernetes"),
            policy: Fact::given("role"),
            role: name(object),
            actions: sets.verbs.clone(),
            resources: sets.resources.clone(),
            level: Fact::Known(level.into(), span),
            scope: Fact::given(if whole { "cluster" } else { "namespace" }),
            wildcard: Fact::Known(asked.is_wildcard(), span),
            activation: Fact::given("standing"),
            namespace: if whole { Fact::Absent } else { namespace(object) },
        });
        if let Some(names) = sets.names {
            grant.conditions.push("resourceNames", names);
        }
        if !effect.is_empty() {
            grant.effect = Fact::Known(effect.into(), span);
        }
        if level == "escalate" {
            grant.escalation = Fact::Known(effect.into(), span);
        }
        estate.grants.push(grant);
    }
}

/// The line a reader is pointed at: the rule's verbs, where the right is written.
fn rule_span(rule: &Node) -> Span {
    let entry = rule.entry("verbs").or_else(|| rule.entry("resources"));
    entry.map_or(rule.span, |entry| entry.key_span.to(entry.value.span))
}

fn kind(object: &Declaration) -> Option<Kind> {
    match (object.language, object.kind.as_str()) {
        ("kubernetes", "rbac.authorization.k8s.io/Role") => Some(Kind::Role),
        ("kubernetes", "rbac.authorization.k8s.io/ClusterRole") => Some(Kind::ClusterRole),
        _ => None,
    }
}

fn labels(object: &Declaration) -> &[crate::format::Entry] {
    object
        .body
        .at(&["metadata", "labels"])
        .map_or(&[], Node::entries)
}

/// What the roles that every cluster has amount to.
fn built_in(role: &str) -> Option<Sum> {
    let (cluster, namespace, effect) = match role {
        "cluster-admin" => ("admin", "admin", "everything"),
        "admin" => ("escalate", "admin", "read_secrets"),
        "edit" => ("escalate", "write", "read_secrets"),
        "system:node-bootstrapper" => ("write", "write", ""),
        "system:node" | "system:kube-controller-manager" => ("escalate", "escalate", "node"),
        "view"
        | "system:basic-user"
        | "system:discovery"
        | "system:public-info-viewer"
        | "system:monitoring"
        | "system:service-account-issuer-discovery" => ("read", "read", ""),
        "system:auth-delegator" => ("write", "write", "review_tokens"),
        _ => return None,
    };
    let verbs = match role {
        "cluster-admin" => "*",
        _ => return Some(unlisted(cluster, namespace, effect)),
    };
    let mut sum = unlisted(cluster, namespace, effect);
    sum.wildcard = true;
    sum.verbs.push(verbs, Span::default());
    sum.resources.push("*", Span::default());
    sum.verbs.complete = true;
    sum.resources.complete = true;
    Some(sum)
}

/// A role whose rules are not spelled out here.
fn unlisted(cluster: &'static str, namespace: &'static str, effect: &'static str) -> Sum {
    let open = Set {
        items: Vec::new(),
        complete: false,
    };
    Sum {
        cluster,
        namespace,
        effect,
        wildcard: false,
        verbs: open.clone(),
        resources: open,
    }
}
