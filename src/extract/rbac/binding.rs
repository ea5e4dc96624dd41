//! RoleBinding and ClusterRoleBinding: one grant for each subject.

use super::role::{Roles, Sum};
use super::subject::{self, Subject};
use crate::extract::kubernetes::{namespace, noun_of};
use crate::extract::read;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact, Identity, Set};
use crate::source::Span;
use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashSet;

/// Where a binding's rights hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// In the binding's namespace.
    Namespace,
    /// In the whole cluster.
    Cluster,
}

/// Namespaces whose `default` account is an identity of the estate.
pub(super) type Defaults = FxHashSet<CompactString>;

/// Adds the grants of one binding.
pub(super) fn grants(
    object: &Declaration,
    roles: &Roles<'_>,
    reach: Reach,
    defaults: &mut Defaults,
    estate: &mut Estate,
) {
    let place = object.scope.namespace.as_deref();
    let reference = object.body.get("roleRef");
    let role = read::name(reference.and_then(|reference| reference.get("name")));
    let kind = reference
        .and_then(|reference| reference.get("kind"))
        .and_then(Node::as_str)
        .unwrap_or("ClusterRole");
    let sum = role.value().and_then(|role| roles.sum(place, kind, role));
    for node in object.body.all("subjects") {
        let subject = subject::read(node, place);
        let span = subject_span(node);
        let mut grant = noun_of!(Grant, object, span, {
            provider: Fact::given("kubernetes"),
            policy: Fact::given("identity"),
            to: subject.to.clone(),
            principal: Fact::given(subject.principal),
            role: role.clone(),
            scope: Fact::given(match reach {
                Reach::Namespace => "namespace",
                Reach::Cluster => "cluster",
            }),
            activation: Fact::given("standing"),
            namespace: match reach {
                Reach::Namespace => namespace(object),
                Reach::Cluster => Fact::Absent,
            },
        });
        amount(&mut grant, sum.as_ref(), role.span().unwrap_or(span), reach);
        if subject.to.text() == "system:masters" {
            grant.level = Fact::Known("admin".into(), span);
        }
        estate.grants.push(grant);
        default_account(object, &subject, span, defaults, estate);
    }
}

/// Level, effect and rules of the role, or unknown where nothing defines it.
fn amount(grant: &mut crate::model::Grant, sum: Option<&Sum>, at: Span, reach: Reach) {
    let Some(sum) = sum else {
        let open = Set {
            items: Vec::new(),
            complete: false,
        };
        grant.level = Fact::Unknown(Some(at));
        grant.wildcard = Fact::Unknown(Some(at));
        grant.effect = Fact::Unknown(Some(at));
        grant.escalation = Fact::Unknown(Some(at));
        grant.actions = open.clone();
        grant.resources = open;
        return;
    };
    let level = match reach {
        Reach::Cluster => sum.cluster,
        Reach::Namespace => sum.namespace,
    };
    if !level.is_empty() {
        grant.level = Fact::Known(level.into(), at);
    }
    if !sum.effect.is_empty() {
        grant.effect = Fact::Known(sum.effect.into(), at);
    }
    if level == "escalate" {
        grant.escalation = Fact::Known(sum.effect.into(), at);
    }
    grant.wildcard = Fact::Known(sum.wildcard, at);
    grant.actions = placed(&sum.verbs, at);
    grant.resources = placed(&sum.resources, at);
}

/// Rules that no file holds stand where the role is named.
fn placed(set: &Set, at: Span) -> Set {
    let mut set = set.clone();
    for (_, span) in &mut set.items {
        if *span == Span::default() {
            *span = at;
        }
    }
    set
}

fn subject_span(node: &Node) -> Span {
    match node.entry("name") {
        Some(entry) => entry.key_span.to(entry.value.span),
        None => node.span,
    }
}

/// Every namespace has a `default` account that no file declares: it becomes an identity once something is bound to it.
fn default_account(
    object: &Declaration,
    subject: &Subject,
    span: Span,
    defaults: &mut Defaults,
    estate: &mut Estate,
) {
    let Some((Some(namespace), name)) = &subject.account else {
        return;
    };
    if name != "default" {
        return;
    }
    if defaults.insert(namespace.clone()) {
        let address: CompactString = format_compact!("{namespace}/ServiceAccount/default");
        estate.identities.push(Identity {
            address,
            span,
            whole: object.span,
            language: Fact::given("kubernetes"),
            resource: Fact::given("ServiceAccount"),
            provider: Fact::given("kubernetes"),
            kind: Fact::given("service_account"),
            name: Fact::Default(name.clone()),
            namespace: Fact::Default(namespace.clone()),
            managed: Fact::Default(true),
            automount: Fact::Default(true),
            ..Identity::default()
        });
    }
}
