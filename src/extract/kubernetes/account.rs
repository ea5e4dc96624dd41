//! ServiceAccount: an identity, and by its annotations the way into a cloud identity.

use super::{account_automount, annotation, name, namespace, noun_of, user};
use crate::extract::mapping::tags_of_maps;
use crate::extract::read;
use crate::format::{Declaration, Entry};
use crate::model::{Estate, Fact, Set};
use compact_str::CompactString;

/// Annotations by which a cloud lets the account become one of its identities: key, provider, audience.
const CLOUDS: &[(&str, &str, &str)] = &[
    ("eks.amazonaws.com/role-arn", "aws", "sts.amazonaws.com"),
    ("iam.gke.io/gcp-service-account", "google", ""),
    (
        "azure.workload.identity/client-id",
        "azure",
        "api://AzureADTokenExchange",
    ),
];

/// Where people write what an account is for.
const PURPOSE: &[&str] = &["description", "kubernetes.io/description"];

/// Adds the identity and a trust for each cloud annotation.
pub(super) fn facts(object: &Declaration, estate: &mut Estate) {
    let own = name(object);
    let is_default = own.text() == "default";
    let purpose = PURPOSE
        .iter()
        .find_map(|key| annotation(object, key))
        .map_or(Fact::Absent, |entry| read::name(Some(&entry.value)));
    let mut identity = noun_of!(Identity, object, object.head, {
        provider: Fact::given("kubernetes"),
        kind: Fact::given("service_account"),
        name: own,
        namespace: namespace(object),
        purpose: purpose,
        managed: Fact::Default(is_default),
        human: Fact::Default(false),
        automount: account_automount(object),
    });
    let maps = ["annotations", "labels"].into_iter();
    let maps = maps.filter_map(|map| object.body.at(&["metadata", map]));
    tags_of_maps(&mut identity, maps);
    estate.identities.push(identity);
    let own = |key: &str| annotation(object, key);
    clouds(object, own, &subject(object), estate);
}

/// The account that Crossplane makes for a provider's pod, from the template of its runtime: an identity that the pod wears, with
/// the ways its annotations open. <https://docs.crossplane.io/latest/packages/providers/#runtime-configuration>
pub(super) fn of_runtime(object: &Declaration, estate: &mut Estate) {
    let Some(template) = object
        .body
        .at(&["spec", "serviceAccountTemplate", "metadata"])
    else {
        return;
    };
    let written = read::name(template.get("name"));
    let identity = noun_of!(Identity, object, object.head, {
        provider: Fact::given("kubernetes"),
        kind: Fact::given("service_account"),
        name: written.clone(),
        managed: Fact::Default(true),
        human: Fact::Default(false),
    });
    estate.identities.push(identity);
    estate.usages.push(noun_of!(Usage, object, object.head, {
        provider: Fact::given("kubernetes"),
        kind: Fact::given("workload"),
        name: name(object),
        of: Fact::Known(object.address.clone(), object.head),
        default: Fact::Default(false),
        method: Fact::given("token"),
    }));
    // The namespace is where Crossplane runs, which this file does not say.
    let subjects = Set {
        complete: false,
        ..Set::default()
    };
    let own = |key: &str| template.get("annotations")?.entry(key);
    clouds(object, own, &subjects, estate);
}

/// A trust for each annotation by which a cloud lets the account become one of its identities.
fn clouds<'a>(
    object: &Declaration,
    written: impl Fn(&str) -> Option<&'a Entry>,
    subjects: &Set,
    estate: &mut Estate,
) {
    for (key, provider, audience) in CLOUDS {
        if let Some(entry) = written(key) {
            let mut trust = noun_of!(Trust, object, entry.key_span.to(entry.value.span), {
                provider: Fact::given(provider),
                kind: Fact::given("workload"),
                of: read::name(Some(&entry.value)),
                issuer_kind: Fact::given("kubernetes"),
                subjects: subjects.clone(),
                principals: account(object),
                breadth: Fact::given("workload"),
                static_secret: Fact::Default(false),
            });
            if !audience.is_empty() {
                trust
                    .audiences
                    .push(*audience, entry.key_span.to(entry.value.span));
            }
            estate.trusts.push(trust);
        }
    }
}

/// The account's own user name, as the only subject; incomplete where its name or namespace is not known.
fn subject(object: &Declaration) -> Set {
    let namespace = object.scope.namespace.as_deref();
    let name: &CompactString = &object.name;
    let mut set = Set {
        items: Vec::new(),
        complete: namespace.is_some() && !name.is_empty(),
    };
    if let (Some(namespace), false) = (namespace, name.is_empty()) {
        set.push(user(namespace, name), object.head);
    }
    set
}

/// The account's address, as the only principal.
fn account(object: &Declaration) -> Set {
    let mut set = Set::default();
    set.push(object.address.clone(), object.head);
    set
}
