//! Kubernetes Secrets: `data` is judged decoded, `stringData` as it stands.

use super::{Judge, pairs};
use crate::format::{Entry, Node, Value};
use crate::judge::base64;
use crate::source::Span;

/// One value of a Secret.
pub(super) struct Datum<'a> {
    pub(super) key: &'a str,
    pub(super) key_span: Span,
    pub(super) span: Span,
    pub(super) value: Vec<u8>,
    pub(super) decoded: bool,
}

/// Whether an object is a Secret of the core group.
pub(super) fn is_secret(root: &Node) -> bool {
    root.get("kind").and_then(Node::as_str) == Some("Secret")
        && root.get("apiVersion").and_then(Node::as_str) == Some("v1")
}

/// Judges the values of a Secret.
pub(super) fn judge(judge: &mut Judge<'_>, root: &Node, text: &str) {
    for (section, decoded) in [("data", true), ("stringData", false)] {
        for entry in root.get(section).map(Node::entries).unwrap_or_default() {
            if let Some(datum) = datum(entry, text, decoded) {
                judge.datum(&datum);
            }
        }
    }
}

fn datum<'a>(entry: &'a Entry, text: &str, decoded: bool) -> Option<Datum<'a>> {
    let Value::String(written) = &entry.value.value else {
        return None;
    };
    let value = if decoded {
        let packed: Vec<u8> = written
            .bytes()
            .filter(|b| !b.is_ascii_whitespace())
            .collect();
        base64::decode(&packed)?
    } else {
        written.as_bytes().to_vec()
    };
    Some(Datum {
        key: &entry.key,
        key_span: entry.key_span,
        span: pairs::inner(text, entry.value.span),
        value,
        decoded,
    })
}
