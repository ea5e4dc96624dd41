//! Blocks of a configuration in JSON (`.tf.json`, what the CDK writes): labels are nested keys, a list at any level
//! stands for several blocks, and expressions hide in strings as `${...}`.

use super::{File, Named};
use crate::format::{Block, Declaration, Entry, Node, Value, parse_template};
use crate::source::Span;
use compact_str::CompactString;

/// One declaration a block that names something.
pub(super) fn declare(file: &File, root: &Node) -> Vec<Declaration> {
    let mut found = Vec::new();
    for entry in root.entries() {
        let depth = match &*entry.key {
            "resource" | "data" | "ephemeral" => 2,
            "variable" | "module" | "output" | "provider" => 1,
            "locals" | "terraform" => 0,
            _ => continue,
        };
        let walk = Walk {
            file,
            keyword: &entry.key,
        };
        walk.labels(&entry.value, depth, &mut vec![], entry.key_span, &mut found);
    }
    found
}

struct Walk<'d> {
    file: &'d File<'d>,
    keyword: &'d str,
}

impl Walk<'_> {
    /// Goes down `depth` more labels. `head` is the place of the last key.
    fn labels<'d>(
        &self,
        node: &'d Node,
        depth: usize,
        labels: &mut Vec<&'d str>,
        head: Span,
        found: &mut Vec<Declaration>,
    ) {
        for node in node.one_or_many() {
            if depth == 0 {
                found.extend(self.block(node, labels, head));
                continue;
            }
            for entry in node.entries().iter().filter(|entry| entry.key != "//") {
                labels.push(&entry.key);
                self.labels(&entry.value, depth - 1, labels, entry.key_span, found);
                labels.pop();
            }
        }
    }

    fn block(&self, node: &Node, labels: &[&str], head: Span) -> Option<Declaration> {
        if !matches!(node.value, Value::Map(_)) {
            return None;
        }
        let alias = node.get("alias").and_then(Node::as_str);
        let named = Named::of(self.keyword, labels, alias)?;
        // A variable's block is all literal.
        let body = if self.keyword == "variable" {
            node.clone()
        } else {
            expressions(node)
        };
        Some(self.file.declaration(named, body, head, head.to(node.span)))
    }
}

/// A copy of a tree with its strings read as templates.
fn expressions(node: &Node) -> Node {
    let value = match &node.value {
        Value::String(text) if text.contains("${") || text.contains("%{") => {
            return parse_template(text, node.span)
                .unwrap_or_else(|| Node::unknown(node.span, "does not parse"));
        }
        Value::List(items) => Value::List(items.iter().map(expressions).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .filter(|entry| entry.key != "//")
                .flat_map(|entry| match dynamic(entry) {
                    Some(blocks) => blocks,
                    None => vec![Entry {
                        key: entry.key.clone(),
                        key_span: entry.key_span,
                        value: expressions(&entry.value),
                    }],
                })
                .collect(),
        ),
        other => other.clone(),
    };
    Node::new(node.span, value)
}

/// Dynamic blocks, as the blocks they would be in HCL: `"dynamic": {"statement": {"for_each": ..., "content": {...}}}`.
fn dynamic(entry: &Entry) -> Option<Vec<Entry>> {
    if entry.key != "dynamic" {
        return None;
    }
    let mut blocks = Vec::new();
    for label in entry.value.entries() {
        for node in label.value.one_or_many() {
            let content = node.get("content")?;
            if !matches!(content.value, Value::Map(_)) {
                return None;
            }
            let inner = expressions(node);
            let mut body = inner.entries().to_vec();
            for part in body.iter_mut().filter(|part| part.key == "content") {
                let content = block(Vec::new(), part.key_span, part.value.entries().to_vec());
                part.value.value = content;
            }
            let labels = vec![(label.key.clone(), label.key_span)];
            blocks.push(Entry {
                key: entry.key.clone(),
                key_span: entry.key_span,
                value: Node::new(node.span, block(labels, label.key_span, body)),
            });
        }
    }
    Some(blocks)
}

fn block(labels: Vec<(CompactString, Span)>, head: Span, body: Vec<Entry>) -> Value {
    Value::Block(Box::new(Block { labels, head, body }))
}

#[cfg(test)]
mod tests {
    use super::super::declare;
    use crate::format::{Declaration, Expr, Limits, Step, Value, claim};
    use crate::source::BlobId;

    fn read(text: &str) -> Vec<Declaration> {
        let format = claim("cdk.tf.json", text.as_bytes()).unwrap();
        declare(&format.parse(BlobId(0), "cdk.tf.json", text, Limits::default()))
    }

    #[test]
    fn labels_are_keys_and_lists_are_several_blocks() {
        let found = read(
            r#"{ "//": "x", "resource": { "aws_iam_role": { "ci": { "name": "ci" }, "cd": [{ "name": "cd" }] } },
                "provider": { "aws": [{ "region": "eu" }, { "alias": "us" }] }, "locals": { "a": 1 } }"#,
        );
        let addresses: Vec<&str> = found.iter().map(|d| &*d.address).collect();
        assert_eq!(
            addresses,
            [
                "aws_iam_role.ci",
                "aws_iam_role.cd",
                "provider.aws",
                "provider.aws.us",
                "locals"
            ]
        );
    }

    #[test]
    fn strings_are_templates_with_places_of_their_own() {
        let text = r#"{"output": {"o": {"value": "a-${var.x}"}}}"#;
        let found = read(text);
        let value = found[0].body.get("value").unwrap();
        let Value::Expr(expr) = &value.value else {
            panic!("{value:?}")
        };
        let Expr::Template(parts) = &**expr else {
            panic!("{expr:?}")
        };
        assert_eq!(&text[parts[1].span.range()], "var.x");
        let Value::Expr(expr) = &parts[1].value else {
            panic!("{parts:?}")
        };
        let steps = vec![Step::Name("var".into()), Step::Name("x".into())];
        assert_eq!(**expr, Expr::Reference(steps));
    }

    #[test]
    fn a_string_that_is_no_template_is_unknown() {
        let found = read(r#"{"output": {"o": {"value": "${"}}}"#);
        assert!(found[0].body.get("value").unwrap().is_open());
    }
}
