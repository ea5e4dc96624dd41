//! Pulumi YAML: resources by the names Terraform or the cloud itself gives them, objects of Kubernetes as themselves, functions of the language
//! and references followed inside the program.

use super::super::{Source, bridge, cluster, is_map, native};
use super::without;
use crate::format::{Declaration, Entry, Expr, Node, Value};
use crate::source::Span;
use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

/// Takes a program, or the settings of a stack.
pub(super) fn read(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let file = source.file();
    let is_program = source.has("runtime") && source.has("resources");
    if !is_map(source.root) || !(file.starts_with("pulumi.") || is_program) {
        return None;
    }
    if !source.has("runtime") {
        return Some(source.whole("pulumi", "stack"));
    }
    let mut declared = source.whole("pulumi", "project");
    without(&mut declared, "resources");
    let resources = source.root.get("resources").map_or(&[][..], Node::entries);
    let program = Program {
        addresses: resources
            .iter()
            .map(|entry| {
                let address = format_compact!("{}#{}", source.address(), entry.key);
                (entry.key.as_str(), address)
            })
            .collect(),
        variables: source.root.get("variables"),
    };
    for entry in resources {
        program.declare(source, entry, &mut declared);
    }
    Some(declared)
}

struct Program<'a> {
    addresses: FxHashMap<&'a str, CompactString>,
    variables: Option<&'a Node>,
}

impl Program<'_> {
    fn declare(&self, source: &Source<'_>, entry: &Entry, declared: &mut Vec<Declaration>) {
        let Some(token) = entry.value.get("type").and_then(Node::as_str) else {
            return;
        };
        let span = entry.value.span;
        let properties = entry.value.get("properties");
        let mut body = match properties {
            Some(node) if !node.is_empty() => node.clone(),
            _ => Node::new(span, Value::Map(Vec::new().into())),
        };
        self.follow(&mut body, true);
        if let Some(object) = object(token, &body) {
            declared.extend(cluster::objects(source, &object));
            return;
        }
        let parts: Vec<&str> = token.split(':').collect();
        let (provider, service, word) = match parts.as_slice() {
            [provider, word] => (*provider, "", *word),
            [provider, service, word] => {
                (*provider, service.split('/').next().unwrap_or(""), *word)
            }
            _ => return,
        };
        let known = bridge::kind(provider, service, word)
            .map(|kind| (kind, bridge::body(&body)))
            .or_else(|| native::resource(provider, service, word, &body));
        let (kind, body) = known.unwrap_or_else(|| (token.into(), body));
        declared.push(Declaration {
            language: "pulumi",
            kind,
            name: entry.key.clone(),
            address: self.addresses[entry.key.as_str()].clone(),
            body: body.into(),
            span: entry.key_span.to(span),
            head: entry.key_span,
            scope: source.scope(),
        });
    }

    /// Follows functions and references below a node; `deep` is false in a variable, which names no other.
    fn follow(&self, node: &mut Node, deep: bool) {
        if let [entry] = node.entries()
            && let Some(name) = entry.key.strip_prefix("fn::")
        {
            let mut argument = entry.value.clone();
            self.follow(&mut argument, deep);
            *node = called(name, argument, node.span);
            return;
        }
        match &mut node.value {
            Value::List(items) => items.iter_mut().for_each(|item| self.follow(item, deep)),
            Value::Map(entries) => entries
                .iter_mut()
                .for_each(|entry| self.follow(&mut entry.value, deep)),
            Value::String(text) if text.contains("${") => {
                *node = self.text(&text.clone(), node.span, deep);
            }
            _ => {}
        }
    }

    /// Text with `${names}`.
    fn text(&self, text: &str, span: Span, deep: bool) -> Node {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else {
                return Node::unknown(span, "reference");
            };
            if !before.is_empty() {
                parts.push(Node::string(span, before));
            }
            parts.push(self.name(name, span, deep));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Node::string(span, rest));
        }
        let literal: Option<Vec<CompactString>> = parts.iter().map(Node::scalar).collect();
        match (literal, parts.len()) {
            (Some(texts), _) => Node::string(span, texts.concat()),
            (None, 1) => parts.remove(0),
            (None, _) => Node::new(span, Value::expr(Expr::Template(parts))),
        }
    }

    fn name(&self, name: &str, span: Span, deep: bool) -> Node {
        let (root, attribute) = name.split_once('.').unwrap_or((name, ""));
        if let Some(address) = self.addresses.get(root) {
            let attribute = bridge::snake(attribute).into();
            let address = address.clone();
            return Node::new(span, Value::expr(Expr::Symbol { address, attribute }));
        }
        let variable = self.variables.and_then(|all| all.get(name));
        match variable.filter(|_| deep) {
            Some(value) => {
                let mut value = value.clone();
                self.follow(&mut value, false);
                value.span = span;
                value
            }
            None => Node::unknown(span, "reference"),
        }
    }
}

fn called(name: &str, argument: Node, span: Span) -> Node {
    match name {
        "toJSON" => Node::new(
            span,
            Value::expr(Expr::Call {
                name: "jsonencode".into(),
                args: vec![argument],
            }),
        ),
        "secret" | "toBase64" => argument,
        "join" => match argument.as_list() {
            Some([between, list]) if list.as_list().is_some() => {
                let mut parts = Vec::new();
                for item in list.one_or_many() {
                    if !parts.is_empty() {
                        parts.push(between.clone());
                    }
                    parts.push(item.clone());
                }
                Node::new(span, Value::expr(Expr::Template(parts)))
            }
            _ => Node::unknown(span, "function"),
        },
        _ => Node::unknown(span, "function"),
    }
}

/// The manifest that `kubernetes:rbac.authorization.k8s.io/v1:Role` with these properties stands for.
fn object(token: &str, properties: &Node) -> Option<Node> {
    let rest = token.strip_prefix("kubernetes:")?;
    let (api, kind) = rest.split_once(':')?;
    let api = api.strip_prefix("core/").unwrap_or(api);
    let span = properties.span;
    let word = |key: &str, text: &str| Entry {
        key: key.into(),
        key_span: span,
        value: Node::string(span, text),
    };
    let mut entries = vec![word("apiVersion", api), word("kind", kind)];
    let written = |entry: &&Entry| !matches!(entry.key.as_str(), "apiVersion" | "kind");
    entries.extend(properties.entries().iter().filter(written).cloned());
    Some(Node::new(span, Value::Map(entries.into())))
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;

    #[test]
    fn resources_are_known_by_terraforms_names() {
        let found = sample::declarations(&[(
            "Pulumi.yaml",
            "name: a\nruntime: yaml\nvariables: {stage: prod}\nresources:\n  ci:\n    type: aws:iam/role:Role\n    properties:\n      name: ci-${stage}\n      assumeRolePolicy:\n        fn::toJSON: {Statement: []}\n  att:\n    type: aws:iam:RolePolicyAttachment\n    properties: {role: '${ci.name}', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess'}\n  sa:\n    type: kubernetes:core/v1:ServiceAccount\n    properties: {metadata: {name: bot}}\n  other: {type: 'x:y:Z'}\n",
        )]);
        let kinds: Vec<&str> = found.iter().map(|d| d.kind.as_str()).collect();
        assert_eq!(
            kinds,
            [
                "project",
                "aws_iam_role",
                "aws_iam_role_policy_attachment",
                "ServiceAccount",
                "x:y:Z"
            ]
        );
        let name = found[1]
            .body
            .get("name")
            .and_then(crate::format::Node::as_str);
        assert_eq!(name, Some("ci-prod"));
        let estate = crate::extract::facts(&found);
        assert_eq!(estate.identities.len(), 2);
        let grant = &estate.grants[0];
        assert_eq!(grant.to.text(), "Pulumi.yaml#ci");
        assert_eq!(grant.role.text(), "ReadOnlyAccess");
    }
}
