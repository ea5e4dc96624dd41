//! Kustomizations and GitOps objects over small repositories: what they make of the manifests they take in.

use tenure::model::{Estate, Link};
use tenure::rule::RuleSet;
use tenure::scan::{Options, Outcome, memory};

fn outcome(files: &[(&str, &str)]) -> Outcome {
    let files = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    let options = Options::new("2026-11-22".parse().expect("a day"));
    memory(files, RuleSet::default(), &options)
}

fn addresses(estate: &Estate) -> Vec<&str> {
    let all = estate.identities.iter();
    all.map(|identity| identity.address.as_str()).collect()
}

const BASE: (&str, &str) = (
    "base/all.yaml",
    "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: app, namespace: system}\n---\n\
     apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec: {template: {spec: {serviceAccountName: app, containers: [{name: c, image: i}]}}}\n---\n\
     apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: app}\n\
     roleRef: {kind: ClusterRole, name: view, apiGroup: rbac.authorization.k8s.io}\n\
     subjects: [{kind: ServiceAccount, name: app, namespace: system}]\n",
);
const TAKES: (&str, &str) = ("base/kustomization.yaml", "resources: [all.yaml]\n");

#[test]
fn each_overlay_makes_its_own_objects() {
    let estate = outcome(&[
        BASE,
        TAKES,
        (
            "overlays/dev/kustomization.yaml",
            "resources: [../../base]\nnamespace: dev\n",
        ),
        (
            "overlays/prod/kustomization.yaml",
            "resources: [../../base]\nnamespace: prod\nnamePrefix: live-\ncommonLabels: {team: pay}\n\
             patches:\n- path: admin.yaml\n- target: {kind: Deployment}\n  patch: |-\n    - op: add\n      path: /spec/template/spec/automountServiceAccountToken\n      value: false\n",
        ),
        (
            "overlays/prod/admin.yaml",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: app}\n\
             roleRef: {kind: ClusterRole, name: cluster-admin, apiGroup: rbac.authorization.k8s.io}\n",
        ),
    ])
    .estate;
    assert_eq!(
        addresses(&estate),
        ["dev/ServiceAccount/app", "prod/ServiceAccount/live-app"]
    );
    let [dev, prod] = &estate.identities[..] else {
        panic!("two accounts");
    };
    assert_eq!((dev.level.text(), prod.level.text()), ("read", "admin"));
    assert_eq!(dev.environment.text(), "development");
    assert_eq!(prod.environment.text(), "production");
    assert!(dev.owner.is_absent());
    assert_eq!(
        (prod.owner.text(), prod.owner_step.text()),
        ("pay", "parent")
    );
    assert!(
        estate
            .usage_of
            .iter()
            .all(|link| matches!(link, Link::To(_)))
    );
    let automount: Vec<_> = estate
        .usages
        .iter()
        .map(|u| u.automount.value().copied())
        .collect();
    assert_eq!(automount, [Some(true), Some(false)]);
}

#[test]
fn a_patch_is_no_object() {
    let outcome = outcome(&[
        (
            "kustomization.yaml",
            "resources: [app.yaml]\npatchesStrategicMerge: [patch.yaml]\n",
        ),
        (
            "app.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, namespace: web}\n\
             spec: {template: {spec: {serviceAccountName: app, containers: [{name: c, image: i}]}}}\n",
        ),
        (
            "patch.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec: {template: {spec: {containers: [{name: c, image: j}]}}}\n",
        ),
    ]);
    let usages = &outcome.estate.usages;
    assert_eq!(usages.len(), 1);
    assert_eq!(usages[0].default.value(), Some(&false));
}

#[test]
fn what_cannot_be_read_is_a_gap_and_circles_end() {
    let outcome = outcome(&[
        (
            "a/kustomization.yaml",
            "resources: [../b, 'https://example.com/base?ref=v1']\n",
        ),
        ("b/kustomization.yaml", "resources: [../a]\n"),
        (
            "c/kustomization.yaml",
            "resources: ['github.com/acme/base//all', ../a]\n",
        ),
    ]);
    let reasons: Vec<_> = outcome
        .report
        .coverage
        .gaps
        .iter()
        .map(|gap| gap.reason.as_str())
        .collect();
    assert!(reasons.contains(&"a remote base"), "{reasons:?}");
    assert!(
        reasons
            .iter()
            .any(|reason| reason.contains("nest too deep")),
        "{reasons:?}"
    );
}

#[test]
fn gitops_objects_give_their_folder_a_namespace_and_labels() {
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: app}\n";
    let estate = outcome(&[
        ("apps/pay/sa.yaml", account),
        ("apps/shop/sa.yaml", account),
        (
            "flux/pay.yaml",
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: pay, namespace: flux-system}\n\
             spec: {path: ./apps/pay, targetNamespace: pay, commonMetadata: {labels: {team: pay}}}\n",
        ),
        (
            "argo/shop.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop, labels: {owner: shop-team}}\n\
             spec: {source: {path: apps/shop}, destination: {namespace: shop}}\n",
        ),
    ])
    .estate;
    assert_eq!(
        addresses(&estate),
        ["pay/ServiceAccount/app", "shop/ServiceAccount/app"]
    );
    let owners: Vec<_> = estate.identities.iter().map(|i| i.owner.text()).collect();
    assert_eq!(owners, ["pay", "shop-team"]);
}

#[test]
fn the_same_object_twice_has_two_addresses() {
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: app, namespace: web}\n";
    let estate = outcome(&[("a/sa.yaml", account), ("b/sa.yaml", account)]).estate;
    assert_eq!(
        addresses(&estate),
        ["a:web/ServiceAccount/app", "b:web/ServiceAccount/app"]
    );
}
