//! Crossplane: managed resources in manifests, by the names Terraform gives them where a provider is made from its, and in
//! compositions the resources they are composed of.

use super::{Source, bridge};
use crate::format::{Declaration, Entry, Expr, Node, Value};
use compact_str::{CompactString, format_compact};

/// References to other managed resources: the field, and the type it leads to.
const REFERENCES: &[(&str, &str, &str)] = &[
    ("roleRef", "role", "aws_iam_role"),
    ("userRef", "user", "aws_iam_user"),
    ("groupRef", "group", "aws_iam_group"),
    ("policyArnRef", "policy_arn", "aws_iam_policy"),
    (
        "instanceProfileRef",
        "iam_instance_profile",
        "aws_iam_instance_profile",
    ),
    (
        "serviceAccountIdRef",
        "service_account_id",
        "google_service_account",
    ),
    ("bucketRef", "bucket", "aws_s3_bucket"),
];

/// What a manifest of this group and kind declares beside the object itself; empty for what is none of Crossplane's.
pub(super) fn declare(source: &Source<'_>, node: &Node, api: &str, kind: &str) -> Vec<Declaration> {
    let group = api.split('/').next().unwrap_or(api);
    let ours = group.ends_with("crossplane.io") || group.ends_with("upbound.io");
    if !ours {
        return Vec::new();
    }
    if kind == "Composition" {
        return composed(source, node);
    }
    managed(source, node, group, kind).into_iter().collect()
}

/// The resources of a composition: `spec.resources[].base`, or the input of a pipeline's step.
fn composed(source: &Source<'_>, node: &Node) -> Vec<Declaration> {
    let Some(spec) = node.get("spec") else {
        return Vec::new();
    };
    let steps = spec.all("pipeline").filter_map(|step| step.get("input"));
    let holders = std::iter::once(spec).chain(steps);
    holders
        .flat_map(|holder| holder.all("resources"))
        .filter_map(|resource| resource.get("base"))
        .filter_map(|base| {
            let api = base.get("apiVersion")?.as_str()?;
            let kind = base.get("kind")?.as_str()?;
            managed(source, base, api.split('/').next().unwrap_or(api), kind)
        })
        .collect()
}

fn managed(source: &Source<'_>, node: &Node, group: &str, word: &str) -> Option<Declaration> {
    let spec = node.get("spec")?;
    let meta = |key: &str| node.at(&["metadata", key]).and_then(Node::scalar);
    let external = node.at(&["metadata", "annotations", "crossplane.io/external-name"]);
    let label = meta("name").unwrap_or_default();
    let name = external
        .and_then(Node::scalar)
        .unwrap_or_else(|| label.clone());
    let known = upbound(group, word);
    let (kind, body) = match known {
        Some(kind) => (kind, body(spec)),
        None => (format_compact!("{group}/{word}"), spec.clone()),
    };
    let head = node.entry("kind");
    let mut scope = source.scope();
    scope.namespace = meta("namespace");
    Some(Declaration {
        language: "crossplane",
        address: match label.is_empty() {
            true => format_compact!("crossplane/{kind}/{}", node.span.start),
            false => format_compact!("crossplane/{kind}/{label}"),
        },
        kind,
        name,
        body: with_labels(body, node).into(),
        span: node.span,
        head: head.map_or(node.span, |entry| entry.key_span.to(entry.value.span)),
        scope,
    })
}

/// `iam.aws.upbound.io` and its namespaced sister `iam.aws.m.upbound.io`.
fn upbound(group: &str, word: &str) -> Option<CompactString> {
    let rest = group.strip_suffix(".upbound.io")?;
    let rest = rest.strip_suffix(".m").unwrap_or(rest);
    let (service, provider) = rest.rsplit_once('.')?;
    bridge::kind(provider, service, word)
}

/// What is asked for, with references to other resources as their addresses.
fn body(spec: &Node) -> Node {
    let mut entries: Vec<Entry> = Vec::new();
    for holder in ["forProvider", "initProvider"]
        .iter()
        .filter_map(|key| spec.get(key))
    {
        for entry in holder.entries() {
            let reference = REFERENCES.iter().find(|(key, _, _)| *key == entry.key);
            if let Some((_, key, kind)) = reference
                && let Some(name) = entry.value.get("name").and_then(Node::scalar)
            {
                let address = format_compact!("crossplane/{kind}/{name}");
                let attribute = CompactString::default();
                let value = Value::expr(Expr::Symbol { address, attribute });
                entries.push(Entry {
                    key: (*key).into(),
                    key_span: entry.key_span,
                    value: Node::new(entry.value.span, value),
                });
                continue;
            }
            entries.push(entry.clone());
        }
    }
    bridge::body(&Node::new(spec.span, Value::Map(entries.into())))
}

/// The object's labels beside the rest: they name owners as those of other objects do.
fn with_labels(mut body: Node, node: &Node) -> Node {
    if let (Value::Map(entries), Some(metadata)) = (&mut body.value, node.entry("metadata"))
        && !entries.iter().any(|entry| entry.key == "metadata")
    {
        entries.push(metadata.clone());
    }
    body
}

#[cfg(test)]
mod tests {
    use crate::extract::{facts, sample};

    #[test]
    fn managed_resources_are_known_by_terraforms_names() {
        let found = sample::declarations(&[(
            "aws.yaml",
            "apiVersion: iam.aws.upbound.io/v1beta1\nkind: Role\nmetadata: {name: ci}\nspec:\n  forProvider:\n    maxSessionDuration: 7200\n    assumeRolePolicy: |\n      {\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": {\"AWS\": \"*\"}}]}\n---\napiVersion: iam.aws.upbound.io/v1beta1\nkind: RolePolicyAttachment\nmetadata: {name: a}\nspec:\n  forProvider:\n    policyArn: arn:aws:iam::aws:policy/AdministratorAccess\n    roleRef: {name: ci}\n",
        )]);
        let ours: Vec<_> = found
            .iter()
            .filter(|d| d.language == "crossplane")
            .collect();
        assert_eq!(ours[0].kind, "aws_iam_role");
        let estate = facts(&found);
        assert_eq!(estate.identities[0].session.value(), Some(&7200));
        assert_eq!(estate.trusts[0].kind.text(), "public");
        assert_eq!(estate.grants[0].to.text(), "crossplane/aws_iam_role/ci");
    }

    #[test]
    fn compositions_hold_resources() {
        let found = sample::declarations(&[(
            "c.yaml",
            "apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nmetadata: {name: c}\nspec:\n  resources:\n  - name: a\n    base:\n      apiVersion: compute.azure.crossplane.io/v1alpha3\n      kind: AKSCluster\n      metadata: {name: b}\n      spec: {disableRBAC: true}\n",
        )]);
        assert!(
            found
                .iter()
                .any(|d| d.kind == "compute.azure.crossplane.io/AKSCluster")
        );
    }
}
