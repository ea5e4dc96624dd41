//! Follows references: to names, to values inside values, to other blocks.

use super::frame::{Frame, Turn};
use super::run::Run;
use super::value::{CANDIDATES, invalid, is_more, list, one_of};
use crate::format::{Expr, Node, Step, Value};
use crate::source::Span;
use compact_str::CompactString;

/// Names that cannot be resources.
const KEYWORDS: &[&str] = &[
    "self",
    "terraform",
    "each",
    "count",
    "path",
    "local",
    "var",
    "module",
];

impl<'d> Run<'d> {
    /// What a reference stands for.
    pub(super) fn reference(&mut self, steps: &[Step], span: Span, frame: &Frame) -> Node {
        let root = match steps.first() {
            Some(Step::Name(root)) => root.as_str(),
            Some(Step::Index(expression)) => {
                let value = self.eval(expression, frame);
                return self.follow(&value, &steps[1..], span, frame);
            }
            _ => return invalid(span),
        };
        if let Some(value) = frame.find(root) {
            return self.follow(value, &steps[1..], span, frame);
        }
        let second = match steps.get(1) {
            Some(Step::Name(name)) => name.as_str(),
            _ if steps.len() == 1 => return Node::string(span, root),
            _ => return invalid(span),
        };
        match root {
            "var" => {
                let value = self.variable(frame.instance, second, span);
                self.follow(&value, &steps[2..], span, frame)
            }
            "local" => {
                let value = self.local(frame.instance, second, span);
                self.follow(&value, &steps[2..], span, frame)
            }
            "each" | "count" => self.turn_value(root, second, &steps[2..], span, frame),
            "path" => self.path(second, span, frame),
            "module" => self.module(second, &steps[2..], span, frame),
            "terraform" => Node::unknown(span, "chosen when applied"),
            "self" => Node::unknown(span, "self"),
            // Terragrunt's: what other units put out, what included files hold.
            "dependency" | "include" => Node::unknown(span, "from another unit"),
            _ => self.block(steps, span, frame),
        }
    }

    fn turn_value(
        &mut self,
        root: &str,
        name: &str,
        rest: &[Step],
        span: Span,
        frame: &Frame,
    ) -> Node {
        match (frame.turn, root, name) {
            (Turn::Each { key, .. }, "each", "key") => key.clone(),
            (Turn::Each { value, .. }, "each", "value") => self.follow(value, rest, span, frame),
            (Turn::Count(index), "count", "index") => index.clone(),
            (Turn::Some, _, _) => Node::unknown(span, "instances not known"),
            _ => invalid(span),
        }
    }

    fn path(&mut self, name: &str, span: Span, frame: &Frame) -> Node {
        let instance = self.instance(frame.instance);
        match name {
            "module" => Node::string(
                span,
                super::module::relative(instance.root, instance.module.directory),
            ),
            "root" => Node::string(span, "."),
            "cwd" => self.absolute(".", span, frame),
            _ => Node::unknown(span, "chosen when applied"),
        }
    }

    /// What a module call's instances put out.
    fn module(&mut self, name: &str, rest: &[Step], span: Span, frame: &Frame) -> Node {
        let address = compact_str::format_compact!("module.{name}");
        let module = self.instance(frame.instance).module;
        match module.find(&address, span.blob) {
            Some(call) => self.instances_of(call, rest, span, frame),
            None => Node::unknown(span, "no such module"),
        }
    }

    /// A resource or data source.
    fn block(&mut self, steps: &[Step], span: Span, frame: &Frame) -> Node {
        let names: Vec<&str> = steps
            .iter()
            .map_while(|step| match step {
                Step::Name(name) => Some(name.as_str()),
                Step::Index(_) | Step::Splat => None,
            })
            .take(4)
            .collect();
        let (address, used) = match names.as_slice() {
            ["resource", kind, name, ..] => (compact_str::format_compact!("{kind}.{name}"), 3),
            [keyword @ ("data" | "ephemeral"), kind, name, ..] => {
                (compact_str::format_compact!("{keyword}.{kind}.{name}"), 3)
            }
            [root, ..] if KEYWORDS.contains(root) => return invalid(span),
            [kind, name, ..] => (compact_str::format_compact!("{kind}.{name}"), 2),
            _ => return invalid(span),
        };
        let instance = self.instance(frame.instance);
        let Some(block) = instance.module.find(&address, span.blob) else {
            let address = compact_str::format_compact!("{}{address}", instance.prefix);
            let symbol = symbol(address, CompactString::default(), span);
            return self.follow(&symbol, &steps[used..], span, frame);
        };
        self.instances_of(block, &steps[used..], span, frame)
    }

    /// What steps lead to from a value.
    pub(super) fn follow(
        &mut self,
        value: &Node,
        steps: &[Step],
        span: Span,
        frame: &Frame,
    ) -> Node {
        let Some((step, rest)) = steps.split_first() else {
            return self.copy(value, frame);
        };
        if let Value::Expr(expr) = &value.value {
            return match &**expr {
                Expr::Symbol { address, attribute } => {
                    let mut attribute = attribute.clone();
                    self.extend(&mut attribute, steps, frame);
                    symbol(address.clone(), attribute, span)
                }
                Expr::Candidates(nodes) => {
                    let nodes = nodes
                        .iter()
                        .map(|node| self.follow(node, steps, span, frame));
                    let nodes: Vec<Node> = nodes.collect();
                    one_of(span, nodes)
                }
                Expr::Unknown(_) => Node::new(span, value.value.clone()),
                _ => Node::unknown(span, "part of a computed value"),
            };
        }
        match step {
            Step::Name(name) => match member(value, name) {
                Some(member) => self.follow(member, rest, span, frame),
                None => invalid(span),
            },
            Step::Index(index) => {
                let index = self.eval(index, frame);
                let index = self.literal(index, frame);
                self.index(value, &index, rest, span, frame)
            }
            Step::Splat => match &value.value {
                Value::Null => list(span, Vec::new()),
                Value::List(items) => {
                    let items = items
                        .iter()
                        .map(|item| self.follow(item, rest, span, frame));
                    let items = items.collect();
                    list(span, items)
                }
                _ => {
                    let only = self.follow(value, rest, span, frame);
                    list(span, vec![only])
                }
            },
        }
    }

    fn index(
        &mut self,
        value: &Node,
        index: &Node,
        rest: &[Step],
        span: Span,
        frame: &Frame,
    ) -> Node {
        if index.is_open() {
            let members: Vec<&Node> = match &value.value {
                Value::List(items) => items.iter().collect(),
                _ => value.entries().iter().map(|entry| &entry.value).collect(),
            };
            if members.is_empty() || members.len() > CANDIDATES {
                return Node::unknown(span, "index not known");
            }
            let members: Vec<Node> = members
                .into_iter()
                .map(|member| self.follow(member, rest, span, frame))
                .collect();
            return one_of(span, members);
        }
        let found = match &value.value {
            Value::List(items) => {
                let place = index.as_f64().filter(|place| *place >= 0.0);
                let place = place.map(|place| place as usize);
                let item = place.and_then(|place| items.get(place));
                item.or_else(|| items.last().filter(|last| is_more(last)))
            }
            _ => index.scalar().and_then(|key| member(value, &key)),
        };
        match found {
            Some(found) => self.follow(found, rest, span, frame),
            None => invalid(span),
        }
    }

    /// Writes steps behind an attribute path.
    fn extend(&mut self, attribute: &mut CompactString, steps: &[Step], frame: &Frame) {
        for step in steps {
            match step {
                Step::Name(name) => {
                    if !attribute.is_empty() {
                        attribute.push('.');
                    }
                    attribute.push_str(name);
                }
                Step::Splat => attribute.push_str("[*]"),
                Step::Index(index) => {
                    let index = self.eval(index, frame);
                    attribute.push_str(brackets(&index).as_deref().unwrap_or("[?]"));
                }
            }
        }
    }
}

/// The member of a map or block; where only a part is known, the unknown.
fn member<'n>(value: &'n Node, name: &str) -> Option<&'n Node> {
    match &value.value {
        Value::Map(_) | Value::Block(_) => value.get(name),
        _ => None,
    }
}

/// A known index as it stands in an address.
pub(super) fn brackets(index: &Node) -> Option<CompactString> {
    match &index.value {
        Value::Number(number) => Some(compact_str::format_compact!("[{number}]")),
        Value::String(key) => Some(compact_str::format_compact!("[\"{key}\"]")),
        _ => None,
    }
}

/// A symbol.
pub(super) fn symbol(address: CompactString, attribute: CompactString, span: Span) -> Node {
    let symbol = Expr::Symbol { address, attribute };
    Node::new(span, Value::expr(symbol))
}
