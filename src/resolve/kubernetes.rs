//! Applies what binds Kubernetes manifests from outside: kustomizations, and the GitOps objects that point at a folder.
//!
//! A manifest that overlays take in stands once for each of them, with their namespace, labels, names and patches; patches
//! stand for nothing themselves. Every object then has an address of its own.

mod edit;
mod gitops;
mod kustomize;
mod patch;

use crate::format::Declaration;
use crate::source::Gap;
use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

/// Evaluates the Kubernetes declarations among all; the others stay as they are.
pub(super) fn evaluate(declarations: Vec<Declaration>, gaps: &mut Vec<Gap>) -> Vec<Declaration> {
    let (objects, mut others): (Vec<_>, Vec<_>) = declarations
        .into_iter()
        .partition(|declaration| declaration.language == "kubernetes");
    if objects.is_empty() {
        return others;
    }
    let mut objects = kustomize::build(objects, gaps);
    gitops::apply(&mut objects);
    address(&mut objects);
    others.append(&mut objects);
    others.sort_by_key(|declaration| (declaration.span.blob, declaration.span.start));
    others
}

/// `namespace/Kind/name`; with the folder that is applied before it where several define the same, and a number where
/// one folder does.
fn address(objects: &mut [Declaration]) {
    for object in objects.iter_mut() {
        let label = match object.name.is_empty() {
            true => format_compact!("{}#{}", object.scope.path, object.span.start),
            false => object.name.clone(),
        };
        if is_file(object) {
            continue;
        }
        let kind = plain_kind(&object.kind);
        object.address = match &object.scope.namespace {
            Some(namespace) => format_compact!("{namespace}/{kind}/{label}"),
            None => format_compact!("{kind}/{label}"),
        };
    }
    let mut count: FxHashMap<CompactString, usize> = FxHashMap::default();
    for object in objects.iter() {
        *count.entry(object.address.clone()).or_default() += 1;
    }
    let mut seen: FxHashMap<CompactString, usize> = FxHashMap::default();
    for object in objects.iter_mut() {
        if count.get(&object.address).is_none_or(|count| *count < 2) {
            continue;
        }
        let address = match object.scope.root.is_empty() {
            true => object.address.clone(),
            false => format_compact!("{}:{}", object.scope.root, object.address),
        };
        let turn = seen.entry(address.clone()).or_default();
        *turn += 1;
        object.address = match *turn {
            1 => address,
            turn => format_compact!("{address}#{turn}"),
        };
    }
}

/// The kind without its group.
fn plain_kind(kind: &str) -> &str {
    kind.rsplit_once('/').map_or(kind, |(_, kind)| kind)
}

/// Whether the declaration is a file of a tool and no object: its address is its path.
fn is_file(object: &Declaration) -> bool {
    matches!(
        object.kind.as_str(),
        "kustomize.config.k8s.io/Kustomization" | "kustomize/JsonPatch" | "helm/Chart"
    )
}

/// Whether objects of a kind live in no namespace.
fn is_cluster_wide(kind: &str) -> bool {
    let plain = plain_kind(kind);
    plain.starts_with("Cluster")
        || plain.ends_with("WebhookConfiguration")
        || matches!(
            plain,
            "Namespace"
                | "CustomResourceDefinition"
                | "PersistentVolume"
                | "StorageClass"
                | "PriorityClass"
                | "IngressClass"
                | "RuntimeClass"
                | "Node"
                | "APIService"
                | "CertificateSigningRequest"
                | "ValidatingAdmissionPolicy"
                | "ValidatingAdmissionPolicyBinding"
        )
}
