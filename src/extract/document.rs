//! Tells what a YAML, JSON or Bicep document declares: which language it is written in, and the named objects in it.
//!
//! The first reader that recognises a root takes it. Readers look at the path where the language fixes one and at the
//! shape where it does not; a root that no reader takes declares nothing.

mod bicep;
mod bridge;
mod carrier;
mod cluster;
mod crossplane;
mod governance;
mod native;
mod pipeline;
mod template;

use crate::format::{Declaration, Document, Node, Scope, Value};
use crate::source::Span;
use crate::source::folder::{file_name, folder};
use compact_str::CompactString;

/// One root of a document and where it comes from.
pub(super) struct Source<'a> {
    /// The document.
    document: &'a Document,
    /// Which of its roots.
    index: usize,
    /// The root.
    root: &'a Node,
}

/// Takes a root it recognises.
type Reader = fn(&Source<'_>) -> Option<Vec<Declaration>>;

/// Most particular first: a Backstage entity has the head of a Kubernetes object, a workflow lies at a fixed path.
const READERS: &[Reader] = &[
    bicep::read,
    governance::read,
    pipeline::read,
    cluster::read,
    template::read,
];

/// The named objects of a document, in the order of the text.
pub(super) fn declare(document: &Document) -> Vec<Declaration> {
    let roots = document.roots.iter().enumerate();
    roots
        .flat_map(|(index, root)| {
            let source = Source {
                document,
                index,
                root,
            };
            READERS
                .iter()
                .find_map(|reader| reader(&source))
                .unwrap_or_default()
        })
        .collect()
}

impl<'a> Source<'a> {
    /// Path of the file, relative to the root.
    fn path(&self) -> &'a str {
        &self.document.path
    }

    /// The file's name, in lower case.
    fn file(&self) -> String {
        file_name(self.path()).to_ascii_lowercase()
    }

    /// The path, with a slash before it, so that a folder can be asked for at any depth.
    fn slashed(&self) -> String {
        format!("/{}", self.path())
    }

    /// Whether the root has this key.
    fn has(&self, key: &str) -> bool {
        self.root.get(key).is_some()
    }

    /// The file's address: its path, and the root's number when it is not the first.
    fn address(&self) -> CompactString {
        match self.index {
            0 => self.path().into(),
            index => format!("{}#{index}", self.path()).into(),
        }
    }

    /// The whole root as one declaration, named after its file.
    fn whole(&self, language: &'static str, kind: &str) -> Vec<Declaration> {
        let name = file_name(self.path());
        vec![Declaration {
            language,
            kind: kind.into(),
            name: name.into(),
            address: self.address(),
            body: self.root.clone().into(),
            span: self.root.span,
            head: first_key(self.root),
            scope: self.scope(),
        }]
    }

    /// Where the file's objects belong.
    fn scope(&self) -> Scope {
        let directory = folder(self.path());
        Scope {
            path: self.path().into(),
            directory: directory.into(),
            root: directory.into(),
            ..Scope::default()
        }
    }
}

/// Place of the first key of a map, else the start of the node.
fn first_key(node: &Node) -> Span {
    match node.entries().first() {
        Some(entry) => entry.key_span,
        None => match &node.value {
            Value::List(items) => items.first().map_or(node.span, first_key),
            _ => node.span,
        },
    }
}

/// Whether the value is a map.
fn is_map(node: &Node) -> bool {
    matches!(node.value, Value::Map(_))
}

/// Whether the document is YAML.
fn is_yaml(source: &Source<'_>) -> bool {
    source.document.format == "yaml"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Limits, claim};
    use crate::source::BlobId;

    fn declared(path: &str, text: &str) -> Vec<(String, String, String)> {
        let format = claim(path, text.as_bytes()).expect("a format claims the file");
        let document = format.parse(BlobId(0), path, text, Limits::default());
        declare(&document)
            .into_iter()
            .map(|d| {
                (
                    d.language.to_owned(),
                    d.kind.to_string(),
                    d.address.to_string(),
                )
            })
            .collect()
    }

    fn one(path: &str, text: &str) -> (String, String, String) {
        let mut all = declared(path, text);
        assert_eq!(all.len(), 1, "{path}: {all:?}");
        all.remove(0)
    }

    fn is(found: &(String, String, String), language: &str, kind: &str, address: &str) {
        assert_eq!(
            (found.0.as_str(), found.1.as_str(), found.2.as_str()),
            (language, kind, address)
        );
    }

    #[test]
    fn kubernetes_objects_and_lists() {
        let found = declared(
            "k8s/all.json",
            r#"{"apiVersion":"v1","kind":"List","items":[
                {"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"a","namespace":"web"}},
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"b"}}]}"#,
        );
        is(
            &found[0],
            "kubernetes",
            "ServiceAccount",
            "web/ServiceAccount/a",
        );
        is(
            &found[1],
            "kubernetes",
            "rbac.authorization.k8s.io/ClusterRole",
            "ClusterRole/b",
        );
    }

    #[test]
    fn items_of_a_typed_list_take_its_kind() {
        let found = one(
            "list.json",
            r#"{"apiVersion":"v1","kind":"ServiceAccountList","items":[{"metadata":{"name":"a"}}]}"#,
        );
        is(&found, "kubernetes", "ServiceAccount", "ServiceAccount/a");
    }

    #[test]
    fn templates_declare_each_resource() {
        let found = declared(
            "stack.json",
            r#"{"AWSTemplateFormatVersion":"2010-09-09","Resources":{"Ci":{"Type":"AWS::IAM::Role","Properties":{}}}}"#,
        );
        is(&found[0], "cloudformation", "template", "stack.json");
        is(
            &found[1],
            "cloudformation",
            "AWS::IAM::Role",
            "stack.json#Ci",
        );
        let found = declared(
            "arm.json",
            r#"{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","resources":[
                {"type":"Microsoft.KeyVault/vaults","name":"kv","resources":[{"type":"secrets","name":"s"}]}]}"#,
        );
        is(&found[0], "arm", "template", "arm.json");
        is(
            &found[1],
            "arm",
            "Microsoft.KeyVault/vaults",
            "arm.json#Microsoft.KeyVault/vaults/kv",
        );
        is(
            &found[2],
            "arm",
            "Microsoft.KeyVault/vaults/secrets",
            "arm.json#Microsoft.KeyVault/vaults/secrets/s",
        );
    }

    #[test]
    fn plain_data_declares_nothing() {
        assert!(declared("package.json", r#"{"name":"x","jobs":3}"#).is_empty());
        assert!(declared("data.json", r#"[{"name":"x"},{"hosts":3}]"#).is_empty());
        assert!(declared("k.json", r#"{"kind":"x","apiVersion":3}"#).is_empty());
    }

    #[test]
    fn governance_files_are_known_by_place_or_shape() {
        is(
            &one("renovate.json", r#"{"extends":[]}"#),
            "renovate",
            "config",
            "renovate.json",
        );
        is(
            &one(
                "svc/catalog-info.json",
                r#"{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"pay"},"spec":{"owner":"team-a"}}"#,
            ),
            "backstage",
            "Component",
            "svc/catalog-info.json",
        );
        is(
            &one(
                "environments/pay.json",
                r#"{"account-type":"member","tags":{"owner":"team-a"}}"#,
            ),
            "account",
            "account",
            "environments/pay.json",
        );
    }
}
