//! RoleBinding and ClusterRoleBinding: one grant for each subject.

use super::Reach;
use super::addon;
use super::role::{Key, Roles};
use super::subject::{self, Subject};
use crate::extract::kubernetes::{namespace, noun_of};
use crate::extract::read;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact, Grant, Identity, Set};
use crate::source::Span;
use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashSet;

/// Namespaces whose `default` account is an identity of the estate.
pub(super) type Defaults = FxHashSet<CompactString>;

/// Adds the grants of one binding and yields which role it names.
pub(super) fn grants(
    object: &Declaration,
    roles: &Roles<'_>,
    reach: Reach,
    defaults: &mut Defaults,
    estate: &mut Estate,
) -> Option<Key> {
    let place = object.scope.namespace.as_deref();
    let reference = object.body.get("roleRef");
    let role = read::name(reference.and_then(|reference| reference.get("name")));
    let kind = reference
        .and_then(|reference| reference.get("kind"))
        .and_then(Node::as_str);
    let key: Option<Key> = role.value().map(|role| {
        let own = kind == Some("Role");
        let place = own.then(|| place.unwrap_or_default().into());
        (place, role.clone())
    });
    let parts = key.as_ref().and_then(|key| roles.parts(key, object, reach));
    for node in object.body.all("subjects") {
        let subject = subject::read(node, place);
        let grant = noun_of!(Grant, object, object.head, {
            provider: Fact::given("kubernetes"),
            policy: Fact::given("identity"),
            to: subject.to.clone(),
            principal: Fact::Known(subject.principal.into(), node.span),
            role: role.clone(),
            scope: Fact::given(reach.word()),
            activation: Fact::given("standing"),
            namespace: match reach {
                Reach::Namespace => namespace(object),
                Reach::Cluster => Fact::Absent,
            },
            addon: Fact::Default(addon::is(&subject.to, object)),
        });
        for part in parts.as_deref().unwrap_or_default() {
            let mut grant = grant.clone();
            part.fill(&mut grant);
            estate.grants.push(grant);
        }
        if parts.is_none() {
            estate.grants.push(unknown(grant));
        }
        let span = subject.to.span().unwrap_or(object.head);
        default_account(object, &subject, span, defaults, estate);
    }
    let role = roles.find(key.as_ref()?, object)?;
    Some(super::role::key(role))
}

/// A grant of a role that nothing defines.
fn unknown(mut grant: Grant) -> Grant {
    let at = grant.role.span();
    let open = Set {
        items: Vec::new(),
        complete: false,
    };
    grant.level = Fact::Unknown(at);
    grant.wildcard = Fact::Unknown(at);
    grant.effect = Fact::Unknown(at);
    grant.escalation = Fact::Unknown(at);
    grant.actions = open.clone();
    grant.resources = open;
    grant
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
