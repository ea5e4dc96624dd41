//! Says what Kubernetes objects mean: service accounts, the workloads that wear them, and the tokens made for them.
//! Who may do what is [`super::rbac`]'s matter.

mod account;
mod component;
mod gitops;
mod host;
mod pod;
mod token;
mod workload;

use super::read;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact};
use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

/// Adds identities, trusts, credentials, usages and settings of all Kubernetes declarations.
pub(super) fn facts(declarations: &[Declaration], estate: &mut Estate) {
    let objects = || declarations.iter().filter(|d| d.language == "kubernetes");
    let mut accounts = Accounts::default();
    for object in objects().filter(|object| object.kind == "ServiceAccount") {
        accounts.add(object);
        account::facts(object, estate);
    }
    for object in objects() {
        match object.kind.as_str() {
            "Secret" => token::secret(object, estate),
            "ServiceAccount" | "ConfigMap" => {}
            "pkg.crossplane.io/DeploymentRuntimeConfig" => account::of_runtime(object, estate),
            kind if kind.ends_with("/CustomResourceDefinition") => {}
            _ => workload::facts(object, &accounts, estate),
        }
    }
    gitops::facts(declarations, estate);
}

/// Service accounts of the run by namespace and name.
#[derive(Default)]
struct Accounts<'a>(FxHashMap<(CompactString, CompactString), &'a Declaration>);

impl<'a> Accounts<'a> {
    fn add(&mut self, account: &'a Declaration) {
        let namespace = account.scope.namespace.clone().unwrap_or_default();
        self.0.insert((namespace, account.name.clone()), account);
    }

    /// Whether the account's token is mounted where a pod does not say; true where the account is not defined.
    fn automount(&self, namespace: Option<&str>, name: &str) -> Fact<bool> {
        let key = (namespace.unwrap_or_default().into(), name.into());
        let written = self.0.get(&key).map(|account| account_automount(account));
        written.unwrap_or(Fact::Default(true))
    }
}

/// `automountServiceAccountToken`, which Kubernetes takes as true where it is not written.
fn account_automount(account: &Declaration) -> Fact<bool> {
    match read::switch(&account.body, "automountServiceAccountToken") {
        Fact::Absent => Fact::Default(true),
        fact => fact,
    }
}

/// The name of the object.
pub(super) fn name(object: &Declaration) -> Fact<CompactString> {
    match object.body.at(&["metadata", "name"]) {
        Some(node) => read::text(Some(node)),
        None => Fact::Unknown(None),
    }
}

/// The namespace it is applied to; unknown where neither it nor an overlay says.
pub(super) fn namespace(object: &Declaration) -> Fact<CompactString> {
    let written = object.body.at(&["metadata", "namespace"]);
    match (&object.scope.namespace, written) {
        (Some(namespace), Some(node)) if node.as_str() == Some(namespace.as_str()) => {
            Fact::Known(namespace.clone(), node.span)
        }
        (Some(namespace), _) => Fact::Default(namespace.clone()),
        (None, Some(node)) => Fact::Unknown(Some(node.span)),
        (None, None) => Fact::Unknown(None),
    }
}

/// The address of a service account, which is how one is spoken of wherever its name is written.
pub(super) fn address(namespace: Option<&str>, account: &str) -> CompactString {
    match namespace {
        Some(namespace) => format_compact!("{namespace}/ServiceAccount/{account}"),
        None => format_compact!("ServiceAccount/{account}"),
    }
}

/// The name by which the API server, and an issuer's tokens, know a service account.
fn user(namespace: &str, account: &str) -> CompactString {
    format_compact!("system:serviceaccount:{namespace}:{account}")
}

/// An annotation of an object.
fn annotation<'a>(object: &'a Declaration, key: &str) -> Option<&'a crate::format::Entry> {
    object.body.at(&["metadata", "annotations"])?.entry(key)
}

/// Fills what every noun of an object shares.
macro_rules! noun_of {
    ($noun:ident, $object:expr, $span:expr, { $($field:ident: $value:expr,)* }) => {
        crate::model::$noun {
            address: $object.address.clone(),
            span: $span,
            whole: $object.span,
            language: crate::model::Fact::given($object.language),
            resource: crate::model::Fact::given(&$object.kind),
            $($field: $value,)*
            ..crate::model::$noun::default()
        }
    };
}
pub(super) use noun_of;

/// Follows keys through maps only, so that a list on the way ends the walk.
fn below<'a>(node: &'a Node, path: &[&str]) -> Option<&'a Node> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;
    use crate::model::{Estate, Fact};

    fn estate(text: &str) -> Estate {
        sample::estate(&[("app.yaml", text)])
    }

    #[test]
    fn an_account_is_an_identity_and_its_annotation_a_trust() {
        let estate = estate(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: app\n  namespace: web\n  annotations:\n    \
             eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/app\n",
        );
        let identity = &estate.identities[0];
        assert_eq!(identity.address, "web/ServiceAccount/app");
        assert_eq!(identity.name.text(), "app");
        assert_eq!(identity.namespace.text(), "web");
        assert_eq!(identity.automount, Fact::Default(true));
        assert_eq!(identity.managed, Fact::Default(false));
        let trust = &estate.trusts[0];
        assert_eq!(trust.of.text(), "arn:aws:iam::123456789012:role/app");
        assert_eq!(trust.provider.text(), "aws");
        assert!(trust.subjects.contains("system:serviceaccount:web:app"));
        assert!(trust.subjects.complete && trust.audiences.contains("sts.amazonaws.com"));
    }

    #[test]
    fn workloads_wear_the_account_they_name_or_the_default_one() {
        let estate = estate(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: app, namespace: web}\nautomountServiceAccountToken: false\n\
             ---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: web}\nspec:\n  template:\n    spec:\n      \
             serviceAccountName: app\n      containers: [{name: c, image: i}]\n\
             ---\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: b, namespace: web}\nspec:\n  jobTemplate:\n    spec:\n      \
             template:\n        spec:\n          containers: [{name: c, image: i}]\n\
             ---\napiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r, namespace: web}\nspec:\n  template:\n    \
             spec:\n      serviceAccountName: default\n      automountServiceAccountToken: false\n      containers: [{name: c}]\n",
        );
        let of: Vec<_> = estate.usages.iter().map(|u| u.of.text()).collect();
        assert_eq!(
            of,
            [
                "web/ServiceAccount/app",
                "web/ServiceAccount/default",
                "web/ServiceAccount/default"
            ]
        );
        assert_eq!(estate.usages[0].automount.value(), Some(&false));
        assert_eq!(estate.usages[0].default.value(), Some(&false));
        assert_eq!(estate.usages[1].default, Fact::Default(true));
        assert_eq!(estate.usages[1].kind.text(), "job");
        assert_eq!(estate.usages[1].automount, Fact::Default(true));
        assert_eq!(estate.usages[2].default.value(), Some(&true));
        assert_eq!(estate.usages[2].automount.value(), Some(&false));
    }

    #[test]
    fn chart_values_are_no_pods_and_flux_objects_are_deployers() {
        let estate = estate(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: h, namespace: web}\nspec:\n  values:\n    \
             containers: [{name: c, image: i}]\n",
        );
        assert_eq!(estate.usages.len(), 1);
        assert_eq!(estate.usages[0].kind.text(), "deployer");
        assert_eq!(estate.usages[0].default, Fact::Default(true));
        assert!(estate.usages[0].of.is_unknown());
    }

    #[test]
    fn tokens_are_credentials() {
        let estate = estate(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: t\n  namespace: web\n  annotations: {kubernetes.io/service-account.name: app}\n\
             type: kubernetes.io/service-account-token\n\
             ---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: web}\nspec:\n  containers:\n  - name: c\n    env:\n    \
             - name: K\n      valueFrom: {secretKeyRef: {name: db, key: password}}\n  volumes:\n  - name: v\n    projected:\n      \
             sources:\n      - serviceAccountToken: {path: t, audience: vault, expirationSeconds: 600}\n      \
             - serviceAccountToken: {path: u}\n",
        );
        let [kept, short, plain] = &estate.credentials[..] else {
            panic!("three tokens: {:?}", estate.credentials);
        };
        assert_eq!(kept.of.text(), "web/ServiceAccount/app");
        assert!(kept.expires.is_absent() && kept.static_key.value() == Some(&true));
        assert_eq!(short.lifetime.value(), Some(&600));
        assert_eq!(short.bound.value(), Some(&true));
        assert_eq!(short.of.text(), "web/ServiceAccount/default");
        assert_eq!(plain.lifetime, Fact::Default(3600));
        assert_eq!(plain.bound, Fact::Default(false));
        let setting = &estate.settings[0];
        assert_eq!(setting.name.text(), "secret_env");
        assert!(setting.texts.contains("db"));
    }
}
