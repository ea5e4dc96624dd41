//! External Secrets: selectors that are written and select everything, which tables cannot tell from those that narrow.
//!
//! <https://external-secrets.io/latest/api/clustersecretstore/>, <https://external-secrets.io/latest/api/clusterexternalsecret/>

use super::super::{name, noun_of};
use crate::format::{Declaration, Node, Value};
use crate::model::{Estate, Fact};
use crate::source::Span;

/// Adds a setting for each selector that every namespace meets.
pub(super) fn facts(object: &Declaration, estate: &mut Estate) {
    let Some(spec) = object.body.get("spec") else {
        return;
    };
    match object.kind.as_str() {
        "external-secrets.io/ClusterSecretStore" => {
            for condition in spec.all("conditions") {
                let listed = ["namespaces", "namespaceRegexes"]
                    .iter()
                    .any(|key| condition.get(key).is_some_and(|node| !node.is_empty()));
                if !listed {
                    selector(object, condition.get("namespaceSelector"), estate);
                }
            }
        }
        "external-secrets.io/ClusterExternalSecret" => {
            let one = spec.get("namespaceSelector").into_iter();
            for node in one.chain(spec.all("namespaceSelectors")) {
                selector(object, Some(node), estate);
            }
        }
        _ => {}
    }
}

/// `{}`, or a selector whose parts are all empty.
fn selector(object: &Declaration, node: Option<&Node>, estate: &mut Estate) {
    let Some(node) = node else { return };
    let Value::Map(parts) = &node.value else {
        return;
    };
    if parts.iter().all(|part| part.value.is_empty()) {
        push(object, node.span, estate);
    }
}

fn push(object: &Declaration, span: Span, estate: &mut Estate) {
    estate.settings.push(noun_of!(Setting, object, span, {
        provider: Fact::given("kubernetes"),
        name: Fact::given("store_namespaces"),
        of: name(object),
        flag: Fact::Known(false, span),
    }));
}
