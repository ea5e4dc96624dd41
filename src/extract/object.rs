//! Kubernetes objects that Terraform applies: `kubernetes_*` resources and manifests, in the shape of the API, so that what is
//! known of objects holds for them too.

mod shape;

use super::run::Run;
use crate::format::{Declaration, Entry, Expr, Node, Value, embedded};
use compact_str::{CompactString, format_compact};
use shape::shaped;

/// Types of the `kubernetes` provider without their version, and the objects they create.
const KINDS: &[(&str, &str)] = &[
    ("service_account", "v1/ServiceAccount"),
    ("default_service_account", "v1/ServiceAccount"),
    ("role", "rbac.authorization.k8s.io/Role"),
    ("cluster_role", "rbac.authorization.k8s.io/ClusterRole"),
    ("role_binding", "rbac.authorization.k8s.io/RoleBinding"),
    (
        "cluster_role_binding",
        "rbac.authorization.k8s.io/ClusterRoleBinding",
    ),
    ("secret", "v1/Secret"),
    ("config_map", "v1/ConfigMap"),
    ("config_map_v1_data", "v1/ConfigMap"),
    ("namespace", "v1/Namespace"),
    ("pod", "v1/Pod"),
    ("replication_controller", "v1/ReplicationController"),
    ("deployment", "apps/Deployment"),
    ("stateful_set", "apps/StatefulSet"),
    ("daemonset", "apps/DaemonSet"),
    ("daemon_set", "apps/DaemonSet"),
    ("job", "batch/Job"),
    ("cron_job", "batch/CronJob"),
];

/// Objects without a namespace.
const CLUSTER_WIDE: &[&str] = &["ClusterRole", "ClusterRoleBinding", "Namespace"];

/// The objects that Terraform declarations of the run apply.
pub(super) fn applied(run: &Run<'_>) -> Vec<Declaration> {
    run.declarations()
        .iter()
        .filter(|declaration| declaration.language == super::terraform::LANGUAGE)
        .filter_map(|declaration| match declaration.kind.as_str() {
            "kubernetes_manifest" => {
                let manifest = declaration.body.get("manifest")?;
                manifested(declaration, manifest.clone())
            }
            "kubectl_manifest" => {
                let text = declaration.body.get("yaml_body")?;
                manifested(declaration, document(text)?)
            }
            kind => {
                let object = object_of(kind)?;
                Some(typed(run, declaration, object))
            }
        })
        .collect()
}

/// The object a type creates, as `group/Kind`.
fn object_of(kind: &str) -> Option<&'static str> {
    let name = kind.strip_prefix("kubernetes_")?;
    let bare = |version: &str| name.strip_suffix(version);
    let bare = bare("_v1").or(bare("_v1beta1")).unwrap_or(name);
    KINDS
        .iter()
        .find(|(known, _)| *known == name || *known == bare)
        .map(|(_, object)| *object)
}

/// A resource of the provider: blocks in snake case.
fn typed(run: &Run<'_>, declaration: &Declaration, object: &str) -> Declaration {
    let (group, kind) = object.split_once('/').unwrap_or(("v1", object));
    let mut body = shaped(run, &declaration.body, kind);
    let fallback = if declaration.kind.contains("default_service_account") {
        named_default(declaration, &mut body);
        "default"
    } else {
        declaration.name.as_str()
    };
    let metadata = |key: &str| body.at(&["metadata", key]).and_then(Node::scalar);
    let name = metadata("name").unwrap_or_else(|| fallback.into());
    let namespace = metadata("namespace").or_else(|| {
        let missing = body.at(&["metadata", "namespace"]).is_none();
        missing.then(|| CompactString::const_new("default"))
    });
    if let Value::Map(entries) = &mut body.value {
        let word = |key: &str, text: &str| Entry {
            key: key.into(),
            key_span: declaration.head,
            value: Node::string(declaration.head, text),
        };
        entries.push(word("kind", kind));
        entries.push(word("apiVersion", group));
    }
    let kind_path = if group == "v1" {
        kind.into()
    } else {
        object.into()
    };
    placed(declaration, body, kind, kind_path, name, namespace)
}

/// The account that every namespace is born with has its name without its being written.
fn named_default(declaration: &Declaration, body: &mut Node) {
    let Value::Map(entries) = &mut body.value else {
        return;
    };
    let metadata = entries.iter_mut().find(|entry| entry.key == "metadata");
    if let Some(Value::Map(entries)) = metadata.map(|entry| &mut entry.value.value)
        && entries.iter().all(|entry| entry.key != "name")
    {
        entries.push(Entry {
            key: "name".into(),
            key_span: declaration.head,
            value: Node::string(declaration.head, "default"),
        });
    }
}

/// A manifest: already in the shape of the API.
fn manifested(declaration: &Declaration, body: Node) -> Option<Declaration> {
    let kind = body.get("kind")?.as_str()?.to_owned();
    let api = body.get("apiVersion")?.as_str()?;
    let kind_path = match api.rsplit_once('/') {
        Some((group, _)) => format_compact!("{group}/{kind}"),
        None => kind.as_str().into(),
    };
    let metadata = |key: &str| body.at(&["metadata", key]).and_then(Node::scalar);
    let name = metadata("name").unwrap_or_default();
    let namespace = metadata("namespace");
    Some(placed(declaration, body, &kind, kind_path, name, namespace))
}

fn placed(
    declaration: &Declaration,
    body: Node,
    kind: &str,
    kind_path: CompactString,
    name: CompactString,
    namespace: Option<CompactString>,
) -> Declaration {
    let namespace = namespace.filter(|_| !CLUSTER_WIDE.contains(&kind));
    let address = match &namespace {
        Some(namespace) => format_compact!("{namespace}/{kind}/{name}"),
        None => format_compact!("{kind}/{name}"),
    };
    let mut scope = declaration.scope.clone();
    scope.namespace = namespace;
    Declaration {
        language: "kubernetes",
        kind: kind_path,
        name,
        address,
        body: body.into(),
        span: declaration.span,
        head: declaration.head,
        scope,
    }
}

/// The tree of a YAML text; all places in it are the text's own.
pub(super) fn document(node: &Node) -> Option<Node> {
    match &node.value {
        Value::Map(_) | Value::List(_) => Some(node.clone()),
        Value::Expr(expr) => match expr.as_ref() {
            Expr::Call { name, args } if name == "yamlencode" || name == "jsonencode" => {
                args.first().cloned()
            }
            _ => embedded(node).into_iter().next(),
        },
        _ => embedded(node).into_iter().next(),
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;
    use crate::model::Estate;

    fn estate(text: &str) -> Estate {
        super::super::facts(&sample::resolved(&[("main.tf", text)]))
    }

    const ACCOUNT: &str = "resource \"kubernetes_service_account_v1\" \"ci\" {\n metadata {\n  name = \"ci\"\n  namespace = \"web\"\n  annotations = {\n   \"eks.amazonaws.com/role-arn\" = aws_iam_role.ci.arn\n  }\n }\n}\n";

    #[test]
    fn a_service_account_is_an_identity_and_a_way_into_a_role() {
        let estate = estate(ACCOUNT);
        let identity = &estate.identities[0];
        assert_eq!(identity.kind.text(), "service_account");
        assert_eq!(identity.address, "web/ServiceAccount/ci");
        assert_eq!(identity.namespace.text(), "web");
        assert_eq!(estate.trusts[0].of.text(), "aws_iam_role.ci");
    }

    #[test]
    fn a_binding_follows_references_to_names() {
        let estate = estate(&format!(
            "{ACCOUNT}resource \"kubernetes_cluster_role_binding\" \"b\" {{\n metadata {{\n  name = \"b\"\n }}\n role_ref {{\n  api_group = \"rbac.authorization.k8s.io\"\n  kind = \"ClusterRole\"\n  name = \"cluster-admin\"\n }}\n subject {{\n  kind = \"ServiceAccount\"\n  name = kubernetes_service_account_v1.ci.metadata[0].name\n  namespace = kubernetes_service_account_v1.ci.metadata[0].namespace\n }}\n}}\n"
        ));
        let grant = &estate.grants[0];
        assert_eq!(grant.role.text(), "cluster-admin");
        assert_eq!(grant.level.text(), "admin");
        assert!(
            grant.to.text().contains("web") && grant.to.text().contains("ci"),
            "{:?}",
            grant.to
        );
    }

    #[test]
    fn rules_and_workloads_take_the_shape_of_the_api() {
        let estate = estate(
            "resource \"kubernetes_role\" \"r\" {\n metadata {\n  name = \"r\"\n  namespace = \"web\"\n }\n rule {\n  api_groups = [\"\"]\n  resources = [\"secrets\"]\n  verbs = [\"get\", \"list\"]\n }\n}\nresource \"kubernetes_deployment\" \"d\" {\n metadata {\n  name = \"d\"\n  namespace = \"web\"\n }\n spec {\n  template {\n   metadata {\n    labels = { app_name = \"x\" }\n   }\n   spec {\n    service_account_name = \"ci\"\n    container {\n     name = \"c\"\n     image = \"i\"\n    }\n   }\n  }\n }\n}\n",
        );
        assert!(
            estate
                .grants
                .iter()
                .any(|grant| grant.effect.text() == "read_secrets")
        );
        let usage = &estate.usages[0];
        assert_eq!(usage.name.text(), "d");
        assert_eq!(usage.of.text(), "web/ServiceAccount/ci");
    }

    #[test]
    fn manifests_are_read_as_they_are() {
        let estate = estate(
            "resource \"kubernetes_manifest\" \"m\" {\n manifest = {\n  apiVersion = \"v1\"\n  kind = \"ServiceAccount\"\n  metadata = { name = \"a\", namespace = \"n\" }\n }\n}\nresource \"kubectl_manifest\" \"k\" {\n yaml_body = \"apiVersion: v1\\nkind: ServiceAccount\\nmetadata: {name: b, namespace: n}\\n\"\n}\n",
        );
        let found: Vec<&str> = estate
            .identities
            .iter()
            .map(|i| i.address.as_str())
            .collect();
        assert_eq!(found, ["n/ServiceAccount/a", "n/ServiceAccount/b"]);
        assert!(
            estate
                .identities
                .iter()
                .all(|identity| !identity.span.is_empty())
        );
    }
}
