//! Tokens of service accounts: the Secret that holds one for good, and the projected volume that renews itself.

use super::{address, annotation, name, noun_of};
use crate::extract::read;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact};

/// What the kubelet asks for when `expirationSeconds` is not written.
const PROJECTED: i64 = 3600;

/// A Secret of type `kubernetes.io/service-account-token`: a token without an end.
pub(super) fn secret(object: &Declaration, estate: &mut Estate) {
    let kind = object.body.get("type").and_then(Node::as_str);
    if kind != Some("kubernetes.io/service-account-token") {
        return;
    }
    let of = annotation(object, "kubernetes.io/service-account.name");
    let of = read::name(of.map(|entry| &entry.value));
    let namespace = object.scope.namespace.as_deref();
    estate
        .credentials
        .push(noun_of!(Credential, object, object.head, {
            provider: Fact::given("kubernetes"),
            kind: Fact::given("token"),
            name: name(object),
            of: of.and_then(|account| Some(address(namespace, &account))),
            stored: Fact::given("kubernetes_secret"),
            static_key: Fact::Default(true),
            bound: Fact::Default(false),
            rotated: Fact::Default(false),
            owner_kind: Fact::given("service"),
        }));
}

/// Tokens that a pod asks for by projected volumes, for the account it wears.
pub(super) fn projected(
    object: &Declaration,
    pod: &Node,
    account: &Fact<compact_str::CompactString>,
    estate: &mut Estate,
) {
    let sources = pod
        .all("volumes")
        .filter_map(|volume| volume.get("projected"))
        .flat_map(|projected| projected.all("sources"))
        .filter_map(|source| source.entry("serviceAccountToken"));
    for source in sources {
        let token = &source.value;
        let lifetime = match read::seconds(token.get("expirationSeconds")) {
            Fact::Absent => Fact::Default(PROJECTED),
            fact => fact,
        };
        let audience = read::name(token.get("audience"));
        let bound = match &audience {
            Fact::Known(_, span) => Fact::Known(true, *span),
            Fact::Unknown(span) => Fact::Unknown(*span),
            _ => Fact::Default(false),
        };
        let span = source.key_span;
        let mut credential = noun_of!(Credential, object, span, {
            provider: Fact::given("kubernetes"),
            kind: Fact::given("token"),
            name: read::name(token.get("path")),
            of: account.clone(),
            stored: Fact::given("platform"),
            static_key: Fact::Default(false),
            lifetime: lifetime,
            rotated: Fact::Default(true),
            bound: bound,
            owner_kind: Fact::given("service"),
        });
        if let Fact::Known(audience, span) = audience {
            credential.scopes.push(audience, span);
        }
        estate.credentials.push(credential);
    }
}
