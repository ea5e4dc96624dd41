//! State files, version 4: what exists, every attribute known.

use super::{File, Named};
use crate::format::{Declaration, Node, Value};
use compact_str::CompactString;

/// Whether a JSON document is a state.
pub(super) fn is_state(root: &Node) -> bool {
    ["version", "terraform_version", "resources"]
        .iter()
        .all(|key| root.get(key).is_some())
}

/// One declaration an instance.
pub(super) fn declare(file: &File, root: &Node) -> Vec<Declaration> {
    let resources = root.get("resources").and_then(Node::as_list);
    resources
        .unwrap_or_default()
        .iter()
        .flat_map(|resource| instances(file, resource))
        .collect()
}

fn instances(file: &File, resource: &Node) -> Vec<Declaration> {
    let text = |key| resource.get(key).and_then(Node::as_str);
    let (Some(kind), Some(name)) = (text("type"), text("name")) else {
        return Vec::new();
    };
    let keyword = match text("mode") {
        Some("data") => "data",
        _ => "resource",
    };
    let head = resource.get("name").map_or(resource.span, |name| name.span);
    let instances = resource.get("instances").and_then(Node::as_list);
    let mut found = Vec::new();
    for instance in instances.unwrap_or_default() {
        let attributes = instance
            .get("attributes")
            .filter(|node| matches!(node.value, Value::Map(_)));
        let (Some(body), Some(mut named)) = (attributes, Named::of(keyword, &[kind, name], None))
        else {
            continue;
        };
        if let Some(module) = text("module") {
            named.address = compact_str::format_compact!("{module}.{}", named.address);
        }
        named.address.push_str(&key(instance.get("index_key")));
        let mut declaration = file.declaration(named, body.clone(), head, instance.span);
        declaration.scope = file.applied();
        found.push(declaration);
    }
    found
}

/// `[0]` or `["a"]`; empty without a key.
fn key(index: Option<&Node>) -> CompactString {
    match index.map(|node| &node.value) {
        Some(Value::Number(index)) => compact_str::format_compact!("[{index}]"),
        Some(Value::String(key)) => compact_str::format_compact!("[\"{key}\"]"),
        _ => CompactString::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::declare;
    use crate::format::{Limits, claim};
    use crate::source::BlobId;

    #[test]
    fn instances_have_module_and_key_in_their_address() {
        let text = r#"{"version": 4, "terraform_version": "1.9.0", "resources": [
            {"module": "module.a", "mode": "managed", "type": "aws_iam_user", "name": "u",
             "instances": [{"index_key": "x", "attributes": {"name": "ux"}}, {"index_key": 0, "attributes": {}}]},
            {"mode": "data", "type": "t", "name": "n", "instances": [{"attributes": {"id": "1"}}]}]}"#;
        let format = claim("prod.tfstate", text.as_bytes()).unwrap();
        let found = declare(&format.parse(BlobId(0), "prod.tfstate", text, Limits::default()));
        let addresses: Vec<&str> = found.iter().map(|d| &*d.address).collect();
        assert_eq!(
            addresses,
            [
                "module.a.aws_iam_user.u[\"x\"]",
                "module.a.aws_iam_user.u[0]",
                "data.t.n"
            ]
        );
        assert_eq!(found[0].body.get("name").unwrap().as_str(), Some("ux"));
        assert_eq!(found[0].scope.root, "prod.tfstate");
    }
}
