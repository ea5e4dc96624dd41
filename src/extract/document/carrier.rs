//! Objects that carry others, which a controller applies: what stands in them comes into a cluster as if it had a file of its
//! own.

use crate::format::Node;

/// A kind that carries objects, and where: `[]` after a key is a list.
struct Carrier {
    /// Ends of the API groups it is known by.
    groups: &'static [&'static str],
    kind: &'static str,
    path: &'static [&'static str],
}

const fn carrier(
    groups: &'static [&'static str],
    kind: &'static str,
    path: &'static [&'static str],
) -> Carrier {
    Carrier { groups, kind, path }
}

/// What each kind carries, by its own reference:
/// <https://docs.openshift.com/container-platform/latest/openshift_images/using-templates.html>,
/// <https://open-cluster-management.io/docs/concepts/work-distribution/manifestwork/>,
/// <https://github.com/openshift/hive/blob/master/docs/syncset.md>,
/// <https://github.com/crossplane-contrib/provider-kubernetes>.
#[rustfmt::skip]
const CARRIERS: &[Carrier] = &[
    carrier(&["kubernetes.crossplane.io", "kubernetes.m.crossplane.io"], "Object", &["spec", "forProvider", "manifest"]),
    carrier(&["template.openshift.io", "v1"], "Template", &["objects"]),
    carrier(&["work.open-cluster-management.io"], "ManifestWork", &["spec", "workload", "manifests"]),
    carrier(&["hive.openshift.io"], "SyncSet", &["spec", "resources"]),
    carrier(&["hive.openshift.io"], "SelectorSyncSet", &["spec", "resources"]),
    carrier(&["policy.open-cluster-management.io"], "Policy", &["spec", "policy-templates", "objectDefinition"]),
    carrier(&["policy.open-cluster-management.io"], "ConfigurationPolicy", &["spec", "object-templates", "objectDefinition"]),
    carrier(&["apiextensions.crossplane.io"], "Composition", &["spec", "resources", "base"]),
    carrier(&["apiextensions.crossplane.io"], "Composition", &["spec", "pipeline", "input", "resources", "base"]),
];

/// The objects that one of this API and kind carries.
pub(super) fn carried<'n>(node: &'n Node, api: &str, kind: &str) -> Vec<&'n Node> {
    let group = api.split('/').next().unwrap_or(api);
    let known = CARRIERS
        .iter()
        .filter(|known| known.kind == kind && known.groups.contains(&group));
    known
        .flat_map(|known| below(node, known.path))
        .filter(|object| object.get("kind").is_some())
        .collect()
}

/// What stands at a path, through lists. What a policy says must not be there is left out.
fn below<'n>(node: &'n Node, path: &'n [&'n str]) -> Vec<&'n Node> {
    let mut found = vec![node];
    for key in path {
        found = found
            .into_iter()
            .filter(|node| !is_forbidden(node))
            .flat_map(|node| node.all(key))
            .collect();
    }
    found
}

fn is_forbidden(node: &Node) -> bool {
    let kind = node.get("complianceType").and_then(Node::as_str);
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case("mustnothave"))
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;

    fn kinds(text: &str) -> Vec<String> {
        let found = sample::declarations(&[("a.yaml", text)]);
        let kinds = found.iter().map(|object| object.kind.to_string());
        kinds.collect()
    }

    #[test]
    fn what_an_object_carries_is_declared() {
        assert_eq!(
            kinds(
                "apiVersion: kubernetes.crossplane.io/v1alpha2\nkind: Object\nmetadata: {name: o}\nspec:\n  forProvider:\n    \
                 manifest: {apiVersion: v1, kind: ServiceAccount, metadata: {name: a, namespace: n}}\n"
            )
            .last()
            .map(String::as_str),
            Some("ServiceAccount")
        );
        let template = "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nobjects:\n\
                        - {apiVersion: v1, kind: ServiceAccount, metadata: {name: a}}\n\
                        - {apiVersion: v1, kind: Secret, metadata: {name: b}}\n";
        assert_eq!(kinds(template)[1..], ["ServiceAccount", "Secret"]);
    }

    #[test]
    fn what_must_not_be_there_is_no_object() {
        let policy = |word: &str| {
            format!(
                "apiVersion: policy.open-cluster-management.io/v1\nkind: ConfigurationPolicy\nmetadata: {{name: p}}\nspec:\n  \
                 object-templates:\n  - complianceType: {word}\n    objectDefinition: {{apiVersion: v1, kind: ServiceAccount, metadata: {{name: a}}}}\n"
            )
        };
        assert!(kinds(&policy("musthave")).contains(&"ServiceAccount".to_owned()));
        assert!(!kinds(&policy("mustnothave")).contains(&"ServiceAccount".to_owned()));
    }
}
