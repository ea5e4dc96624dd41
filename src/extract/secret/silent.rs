//! What a tree says is no secret: ciphertext, references to a store, objects that hold only those.

use crate::format::{Document, Node};
use crate::source::Span;

/// How much of an object is known not to hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Silence {
    /// Everything in it is ciphertext or a reference.
    All,
    /// Its values refer to a store: what a key word alone would find is no secret.
    Keys,
}

/// Kinds of object whose values are ciphertext.
const CIPHERTEXT: &[&str] = &[
    "SealedSecret",
    "SopsSecret",
    "SopsSecretsManager",
    "GitSecret",
    "EncryptedSecret",
];

/// Keys under which a reference stands, never a value.
const REFERRING: &[&str] = &[
    "valueFrom",
    "secretKeyRef",
    "secretRef",
    "configMapKeyRef",
    "configMapRef",
    "fieldRef",
    "remoteRef",
    "secretStoreRef",
    "existingSecret",
    "secretName",
    "tokenRef",
    "passwordRef",
    "keyRef",
    "sourceRef",
    "passwordSecretRef",
    "secretsManagerArn",
    "encryptedData",
    "secretObjects",
    "secretKeySelector",
    "passwordSecretKeyRef",
    "valueFromSecret",
];

/// Whether what stands under a key is a reference.
pub(super) fn refers(key: &str) -> bool {
    REFERRING.contains(&key)
}

/// Parts of a document that are known not to hold secrets.
pub(super) fn regions(document: &Document) -> Vec<(Span, Silence)> {
    super::objects(document)
        .filter_map(|root| silence(root).map(|silence| (root.span, silence)))
        .collect()
}

fn silence(root: &Node) -> Option<Silence> {
    if encrypted(root) {
        return Some(Silence::All);
    }
    let kind = root.get("kind").and_then(Node::as_str)?;
    root.get("apiVersion")?;
    if CIPHERTEXT.contains(&kind) {
        return Some(Silence::All);
    }
    let store = kind.contains("SecretStore")
        || kind.contains("SecretProvider")
        || kind.contains("SecretClaim");
    let referring =
        kind != "Secret" && (kind.ends_with("Secret") || kind.ends_with("Secrets") || store);
    referring.then_some(Silence::Keys)
}

/// Whether a file was encrypted by SOPS: its metadata stands beside the data.
fn encrypted(root: &Node) -> bool {
    let metadata = root
        .get("sops")
        .is_some_and(|sops| sops.get("mac").is_some() || sops.get("lastmodified").is_some());
    metadata || root.get("sops_mac").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Limits, claim};
    use crate::source::BlobId;

    fn regions_of(text: &str) -> Vec<Silence> {
        let format = claim("a.yaml", text.as_bytes()).unwrap();
        let document = format.parse(BlobId(0), "a.yaml", text, Limits::default());
        regions(&document)
            .into_iter()
            .map(|(_, silence)| silence)
            .collect()
    }

    #[test]
    fn ciphertext_and_references_are_known_by_their_kind() {
        assert_eq!(regions_of("apiVersion: v1\nkind: Secret\n"), []);
        assert_eq!(
            regions_of("apiVersion: x/v1\nkind: SealedSecret\n"),
            [Silence::All]
        );
        assert_eq!(
            regions_of("apiVersion: x/v1\nkind: ExternalSecret\n---\na: b\n"),
            [Silence::Keys]
        );
        assert_eq!(regions_of("password: x\nsops:\n  mac: y\n"), [Silence::All]);
        assert_eq!(regions_of("sops:\n  image: y\n"), []);
    }
}
