//! Flux: objects that leave it to their controller who deploys, and sources taken from other namespaces.
//!
//! An object without `serviceAccountName` is applied as its controller, which is an administrator of the cluster unless it was
//! started with `--default-service-account`: <https://fluxcd.io/flux/installation/configuration/multitenancy/>. That is how a
//! cluster of one team works, so it is said once for each controller, and whether other objects show that there are tenants.

use super::super::{below, name, noun_of};
use crate::extract::read;
use crate::format::{Declaration, Node, Value};
use crate::model::{Estate, Fact, Set};
use compact_str::CompactString;

/// Kinds that deploy, and the controllers that apply them.
const DEPLOYERS: &[(&str, &str)] = &[
    (
        "kustomize.toolkit.fluxcd.io/Kustomization",
        "kustomize-controller",
    ),
    ("helm.toolkit.fluxcd.io/HelmRelease", "helm-controller"),
];

/// Where the namespace of a source is written.
const SOURCES: &[&[&str]] = &[
    &["spec", "sourceRef", "namespace"],
    &["spec", "chart", "spec", "sourceRef", "namespace"],
    &["spec", "chartRef", "namespace"],
];

/// Texts nested deeper than this are not looked into.
const DEPTH: usize = 16;

/// Adds one setting for each controller that deploys as itself, and one for each source of another namespace.
pub(super) fn facts(declarations: &[Declaration], estate: &mut Estate) {
    let objects = || declarations.iter().filter(|d| d.language == "kubernetes");
    for object in objects().filter(|d| d.kind == "image.toolkit.fluxcd.io/ImageUpdateAutomation") {
        automation(object, estate);
    }
    for (kind, controller) in DEPLOYERS {
        let own: Vec<&Declaration> = objects().filter(|object| object.kind == *kind).collect();
        let bare: Vec<&Declaration> = own.iter().copied().filter(|it| is_bare(it)).collect();
        for object in &own {
            source(object, estate);
        }
        let Some(first) = bare.iter().min_by_key(|object| object.head) else {
            continue;
        };
        if objects().any(|object| mentions(&object.body, "--default-service-account=", DEPTH)) {
            continue;
        }
        let tenants = objects().any(|object| {
            let deploys = DEPLOYERS.iter().any(|(kind, _)| object.kind == *kind);
            (deploys && below(&object.body, &["spec", "serviceAccountName"]).is_some())
                || is_tenant(object)
        });
        let mut names = Set::default();
        for object in &bare {
            names.push(object.address.clone(), object.head);
        }
        let count = u32::try_from(bare.len()).unwrap_or(u32::MAX);
        estate.settings.push(noun_of!(Setting, first, first.head, {
            provider: Fact::given("flux"),
            name: Fact::given("deploys_as_controller"),
            of: Fact::given(controller),
            flag: Fact::Known(true, first.head),
            text: Fact::given(if tenants { "tenants" } else { "one_team" }),
            number: Fact::Default(f64::from(count)),
            texts: names,
        }));
    }
}

/// Whether an object is applied as its controller.
fn is_bare(object: &Declaration) -> bool {
    let written = |path: &[&str]| below(&object.body, path).is_some();
    let open = object
        .body
        .get("spec")
        .is_none_or(|spec| read::more(spec).is_some());
    !open && !written(&["spec", "serviceAccountName"]) && !written(&["spec", "kubeConfig"])
}

/// A namespace that `flux create tenant` made.
fn is_tenant(object: &Declaration) -> bool {
    let labels = object.body.at(&["metadata", "labels"]);
    object.kind == "Namespace"
        && labels.is_some_and(|labels| labels.get("toolkit.fluxcd.io/tenant").is_some())
}

fn source(object: &Declaration, estate: &mut Estate) {
    let Some(own) = &object.scope.namespace else {
        return;
    };
    for path in SOURCES {
        let Fact::Known(other, span) = read::name(below(&object.body, path)) else {
            continue;
        };
        if other == *own {
            continue;
        }
        let other: CompactString = other;
        estate.settings.push(noun_of!(Setting, object, span, {
            provider: Fact::given("flux"),
            name: Fact::given("foreign_source"),
            of: name(object),
            text: Fact::Known(other, span),
        }));
    }
}

/// An automation that pushes new images to the branch it reads from, so that nobody looks before they are deployed:
/// <https://fluxcd.io/flux/components/image/imageupdateautomations/#push>.
fn automation(object: &Declaration, estate: &mut Estate) {
    let git = |path: &[&str]| below(&object.body, path).and_then(Node::as_str);
    let Some(entry) = object.body.get("spec").and_then(|spec| spec.entry("git")) else {
        return;
    };
    let push = git(&["spec", "git", "push", "branch"]);
    let read = git(&["spec", "git", "checkout", "ref", "branch"]);
    let elsewhere = below(&object.body, &["spec", "git", "push", "refspec"]).is_some();
    let span = entry.key_span;
    estate.settings.push(noun_of!(Setting, object, span, {
        provider: Fact::given("flux"),
        name: Fact::given("updates_merged_unseen"),
        of: name(object),
        text: Fact::given("images"),
        flag: match (push, read) {
            _ if elsewhere => Fact::Unknown(Some(span)),
            (None, _) => Fact::Known(true, span),
            (Some(push), Some(read)) => Fact::Known(push == read, span),
            (Some(_), None) => Fact::Unknown(Some(span)),
        },
    }));
}

/// Whether a text anywhere in a tree holds another one.
fn mentions(node: &Node, wanted: &str, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    match &node.value {
        Value::String(text) => text.contains(wanted),
        Value::List(items) => items.iter().any(|item| mentions(item, wanted, depth - 1)),
        Value::Map(entries) => entries
            .iter()
            .any(|entry| mentions(&entry.value, wanted, depth - 1)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;

    const BARE: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a, namespace: x}\nspec: {path: ./a, \
                        sourceRef: {kind: GitRepository, name: g, namespace: flux-system}}\n";

    fn told(text: &str) -> Vec<(String, String)> {
        let estate = sample::estate(&[("a.yaml", text)]);
        let settings = estate.settings.iter();
        settings
            .map(|it| (it.name.text().to_owned(), it.text.text().to_owned()))
            .collect()
    }

    fn pair(name: &str, text: &str) -> (String, String) {
        (name.to_owned(), text.to_owned())
    }

    #[test]
    fn a_controller_is_named_once_and_tenants_are_seen() {
        let second = BARE.replace("name: a", "name: b");
        let one = told(&format!("{BARE}---\n{second}"));
        assert_eq!(
            one.iter()
                .filter(|it| it.0 == "deploys_as_controller")
                .count(),
            1
        );
        assert!(one.contains(&pair("deploys_as_controller", "one_team")));
        assert!(one.contains(&pair("foreign_source", "flux-system")));
        let named = second.replace("spec: {", "spec: {serviceAccountName: b, ");
        let mixed = told(&format!("{BARE}---\n{named}"));
        assert!(mixed.contains(&pair("deploys_as_controller", "tenants")));
    }

    #[test]
    fn a_default_account_answers_for_all() {
        let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: c, namespace: flux-system}\nspec: {template: {spec: {\
                     serviceAccountName: c, containers: [{name: m, args: [--default-service-account=default]}]}}}\n";
        let found = told(&format!("{BARE}---\n{patch}"));
        assert!(
            found.iter().all(|it| it.0 != "deploys_as_controller"),
            "{found:?}"
        );
    }
}
