//! Bodies of blocks: attributes evaluated, dynamic blocks laid out.

use super::frame::{Bound, Frame};
use super::run::Run;
use super::value::{is_more, map, more_entries};
use crate::format::{Block, Entry, Expr, Node, Step, Value};
use compact_str::CompactString;

/// Arguments that name things of the language instead of holding values: kept as text. In any block.
const NAMES: &[&str] = &[
    "ignore_changes",
    "replace_triggered_by",
    "required_providers",
];

/// The same, of a resource or module itself.
const OWN_NAMES: &[&str] = &["provider", "providers", "depends_on"];

impl Run<'_> {
    /// The entries of a block's body.
    pub(super) fn body(&mut self, entries: &[Entry], frame: &Frame) -> Vec<Entry> {
        let mut found = Vec::with_capacity(entries.len());
        for entry in entries {
            match &entry.value.value {
                Value::Block(block) if entry.key == "dynamic" => {
                    self.dynamic(block, entry, frame, &mut found);
                }
                _ => found.push(Entry {
                    key: entry.key.clone(),
                    key_span: entry.key_span,
                    value: if NAMES.contains(&&*entry.key) {
                        as_written(&entry.value)
                    } else {
                        self.eval(&entry.value, frame)
                    },
                }),
            }
        }
        found
    }

    /// The blocks a dynamic block makes. One whose number is not known is a block or nothing.
    fn dynamic(&mut self, block: &Block, entry: &Entry, frame: &Frame, found: &mut Vec<Entry>) {
        let Some((label, _)) = block.labels.first() else {
            return;
        };
        let node = |key: &str| {
            block
                .body
                .iter()
                .find(|entry| entry.key == key)
                .map(|entry| &entry.value)
        };
        let Some(content) = node("content").and_then(Node::as_block) else {
            return;
        };
        let span = entry.value.span;
        let collection = node("for_each").map_or_else(
            || Node::unknown(span, "for_each missing"),
            |each| self.eval(each, frame),
        );
        let iterator = match node("iterator").map(as_written) {
            Some(name) => name.scalar().unwrap_or_else(|| label.clone()),
            None => label.clone(),
        };
        let pairs = self.pairs(&collection, span);
        let mut complete = pairs.is_some();
        let make = |run: &mut Self, key: Node, value: Node| {
            let iterator_value = map(span, vec![named("key", key), named("value", value)]);
            let bound = Bound {
                name: &iterator,
                value: &iterator_value,
                outer: frame.bound,
            };
            let body = Block {
                labels: Vec::new(),
                head: content.head,
                body: run.body(&content.body, &frame.with(&bound)),
            };
            Node::new(span, Value::Block(Box::new(body)))
        };
        for (key, value) in pairs.unwrap_or_default() {
            if is_more(&value) {
                complete = false;
                continue;
            }
            // A set's key is its value.
            let key = match &key.value {
                Value::Number(_) if value.scalar().is_some() => value.clone(),
                _ => key,
            };
            let value = make(self, key, value);
            found.push(made(label, entry, value));
        }
        if !complete {
            let open = Node::unknown(span, "for_each not known");
            let perhaps = vec![make(self, open.clone(), open), Node::new(span, Value::Null)];
            let perhaps = Node::new(span, Value::expr(Expr::Candidates(perhaps)));
            found.push(made(label, entry, perhaps));
        }
    }

    /// The whole body of a declaration at one turn. When there is no more work to spend, all of it is open.
    pub(super) fn whole_body(&mut self, body: &Node, frame: &Frame) -> Node {
        let entries = if self.pay(1, frame) {
            let mut found = Vec::with_capacity(body.entries().len());
            for entry in body.entries() {
                if OWN_NAMES.contains(&&*entry.key) {
                    found.push(Entry {
                        key: entry.key.clone(),
                        key_span: entry.key_span,
                        value: as_written(&entry.value),
                    });
                } else {
                    found.extend(self.body(std::slice::from_ref(entry), frame));
                }
            }
            found
        } else {
            vec![more_entries(body.span)]
        };
        let value = match &body.value {
            Value::Block(block) => Value::Block(Box::new(Block {
                labels: block.labels.clone(),
                head: block.head,
                body: entries,
            })),
            _ => Value::Map(entries.into()),
        };
        Node::new(body.span, value)
    }
}

fn named(key: &'static str, value: Node) -> Entry {
    Entry {
        key: CompactString::const_new(key),
        key_span: value.span,
        value,
    }
}

fn made(label: &str, entry: &Entry, value: Node) -> Entry {
    Entry {
        key: label.into(),
        key_span: entry.key_span,
        value,
    }
}

/// A tree whose references are the text of their names.
fn as_written(node: &Node) -> Node {
    let all = |entries: &[Entry]| -> Vec<Entry> {
        entries
            .iter()
            .map(|entry| Entry {
                key: entry.key.clone(),
                key_span: entry.key_span,
                value: as_written(&entry.value),
            })
            .collect()
    };
    let value = match &node.value {
        Value::Expr(expr) => match &**expr {
            Expr::Reference(steps) => Value::String(names(steps)),
            _ => return Node::unknown(node.span, "not a name"),
        },
        Value::List(items) => Value::List(items.iter().map(as_written).collect()),
        Value::Map(entries) => Value::Map(all(entries).into()),
        Value::Block(block) => Value::Block(Box::new(Block {
            labels: block.labels.clone(),
            head: block.head,
            body: all(&block.body),
        })),
        scalar => scalar.clone(),
    };
    Node::new(node.span, value)
}

fn names(steps: &[Step]) -> CompactString {
    let names: Vec<&str> = steps
        .iter()
        .map(|step| match step {
            Step::Name(name) => name.as_str(),
            Step::Index(_) | Step::Splat => "*",
        })
        .collect();
    names.join(".").into()
}
