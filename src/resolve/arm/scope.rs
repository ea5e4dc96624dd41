//! Evaluates nodes within one file.

use super::{Template, function};
use crate::format::{Entry, Expr, Node, Op, Step, Value};
use crate::source::Span;
use compact_str::{CompactString, format_compact};

/// Variables that name one another end here.
const DEPTH: usize = 32;

/// Longest text that is put together.
const LONGEST: usize = 64 << 10;

/// Most nodes that names may bring into one resource.
const NODES: usize = 20_000;

/// What names mean where a node stands.
pub(super) struct Scope<'a> {
    template: &'a Template,
    depth: usize,
    spent: std::cell::Cell<usize>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(template: &'a Template) -> Self {
        Self {
            template,
            depth: DEPTH,
            spent: std::cell::Cell::new(0),
        }
    }

    /// Replaces every expression below a node by what it comes to.
    pub(super) fn follow(&self, node: &mut Node) {
        match &mut node.value {
            Value::List(items) => items.iter_mut().for_each(|item| self.follow(item)),
            Value::Map(entries) => entries
                .iter_mut()
                .for_each(|entry| self.follow(&mut entry.value)),
            Value::Expr(_) => *node = self.value(node),
            _ => {}
        }
    }

    /// What a node comes to; all of it stands where the node does.
    fn value(&self, node: &Node) -> Node {
        let span = node.span;
        let Value::Expr(expr) = &node.value else {
            let mut node = node.clone();
            self.follow(&mut node);
            return node;
        };
        match &**expr {
            Expr::Reference(steps) => self.reference(steps, span),
            Expr::Call { name, args } => {
                let args = args.iter().map(|arg| self.value(arg)).collect::<Vec<_>>();
                self.call(name, &args, span)
            }
            Expr::Template(parts) => {
                text_of(parts.iter().map(|part| self.value(part)).collect(), span)
            }
            Expr::Conditional { test, yes, no } => {
                let test = self.value(test);
                match test.as_bool() {
                    Some(true) => self.value(yes),
                    Some(false) => self.value(no),
                    None => Node::new(
                        span,
                        Value::expr(Expr::Conditional {
                            test,
                            yes: self.value(yes),
                            no: self.value(no),
                        }),
                    ),
                }
            }
            Expr::Operation { op, left, right } => {
                operation(*op, &self.value(left), &self.value(right), span)
            }
            Expr::For { .. } => Node::unknown(span, "loop"),
            Expr::Symbol { .. } | Expr::Unknown(_) | Expr::Candidates(_) => node.clone(),
        }
    }

    fn call(&self, name: &str, args: &[Node], span: Span) -> Node {
        let first = args.first().and_then(Node::as_str);
        let found = match (name.to_ascii_lowercase().as_str(), first) {
            ("parameters" | "variables", Some(name)) => self.name(name, span),
            (
                "resourceid"
                | "subscriptionresourceid"
                | "tenantresourceid"
                | "managementgroupresourceid",
                _,
            ) => self.resource(args, span),
            ("extensionresourceid", _) => self.resource(args.get(1..).unwrap_or_default(), span),
            ("reference", _) => self.referred(args, span),
            (name, _) => function::call(name, args, span),
        };
        found.unwrap_or_else(|| Node::unknown(span, "function"))
    }

    /// A parameter's default, a variable's value, a resource's address.
    fn name(&self, name: &str, span: Span) -> Option<Node> {
        let template = self.template;
        if let Some(default) = template.parameters.get(name) {
            let node = match default {
                Some(default) if !default.is_empty() => self.inner(default, span),
                _ => Node::unknown(span, "parameter without default"),
            };
            return Some(node);
        }
        if let Some(value) = template.variables.get(name) {
            return Some(self.inner(value, span));
        }
        let address = template.symbols.get(name)?.clone();
        Some(symbol(address, "", span))
    }

    /// The value of a name, one level deeper; its places are those of the use.
    fn inner(&self, node: &Node, span: Span) -> Node {
        let Some(depth) = self.depth.checked_sub(1) else {
            return Node::unknown(span, "names in a circle");
        };
        let spent = self.spent.get() + size(node);
        if spent > NODES {
            return Node::unknown(span, "too much");
        }
        let scope = Scope {
            template: self.template,
            depth,
            spent: std::cell::Cell::new(spent),
        };
        let mut node = scope.value(node);
        self.spent.set(scope.spent.get());
        placed(&mut node, span);
        node
    }

    fn reference(&self, steps: &[Step], span: Span) -> Node {
        let Some((first, rest)) = steps.split_first() else {
            return Node::unknown(span, "reference");
        };
        let mut node = match first {
            Step::Name(name) => self
                .name(name, span)
                .unwrap_or_else(|| Node::unknown(span, "no such name")),
            Step::Index(start) => self.value(start),
            Step::Splat => return Node::unknown(span, "reference"),
        };
        for step in rest {
            node = match step {
                Step::Name(name) => member(&node, name, span),
                Step::Index(index) => match self.value(index).scalar() {
                    Some(index) => member(&node, &index, span),
                    None => Node::unknown(span, "index"),
                },
                Step::Splat => Node::unknown(span, "reference"),
            };
        }
        placed(&mut node, span);
        node
    }

    /// `resourceId('Type', 'name', ...)`, perhaps with a subscription and a group before: the resource of the file, else
    /// its id from the type on.
    fn resource(&self, args: &[Node], span: Span) -> Option<Node> {
        let is_type = |arg: &Node| arg.as_str().is_some_and(|text| text.contains('/'));
        let at = args.iter().position(is_type)?;
        let kind = args[at].as_str()?;
        let names = &args[at + 1..];
        if let Some(last) = names.last().and_then(Node::scalar) {
            let last = last.rsplit('/').next().unwrap_or_default();
            let key = (kind.to_ascii_lowercase().into(), last.into());
            if let Some(address) = self.template.names.get(&key) {
                return Some(symbol(address.clone(), "id", span));
            }
        }
        let mut parts = vec![Node::string(span, format_compact!("/providers/{kind}"))];
        for name in names {
            parts.push(Node::string(span, "/"));
            parts.push(name.clone());
        }
        Some(text_of(parts, span))
    }

    /// `reference(...)`: attributes of a resource by id or name.
    fn referred(&self, args: &[Node], span: Span) -> Option<Node> {
        let target = args.first()?;
        if let Value::Expr(expr) = &target.value
            && let Expr::Symbol { address, .. } = &**expr
        {
            return Some(symbol(address.clone(), "", span));
        }
        let name = target.as_str()?;
        let last = name.rsplit('/').next().unwrap_or(name);
        let mut hits = self
            .template
            .names
            .iter()
            .filter(|((_, own), _)| own == last);
        match (hits.next(), hits.next()) {
            (Some((_, address)), None) => Some(symbol(address.clone(), "", span)),
            _ => None,
        }
    }
}

/// How many nodes a tree has.
fn size(node: &Node) -> usize {
    1 + node.children().into_iter().map(size).sum::<usize>()
}

pub(super) fn symbol(address: CompactString, attribute: &str, span: Span) -> Node {
    let attribute = attribute.into();
    Node::new(span, Value::expr(Expr::Symbol { address, attribute }))
}

/// A member of a value: of a literal the one it has, of a resource its attribute.
fn member(node: &Node, name: &str, span: Span) -> Node {
    match &node.value {
        Value::Map(_) => match node.get(name) {
            Some(found) => found.clone(),
            None => Node::unknown(span, "no such member"),
        },
        Value::List(items) => name
            .parse()
            .ok()
            .and_then(|index: usize| items.get(index))
            .cloned()
            .unwrap_or_else(|| Node::unknown(span, "no such item")),
        Value::Expr(expr) => match &**expr {
            Expr::Symbol { address, attribute } if attribute.is_empty() => {
                symbol(address.clone(), name, span)
            }
            Expr::Symbol { address, attribute } => symbol(
                address.clone(),
                &format_compact!("{attribute}.{name}"),
                span,
            ),
            _ => Node::unknown(span, "member"),
        },
        _ => Node::unknown(span, "member"),
    }
}

/// Parts as one text where all are literal, else as text with holes.
pub(super) fn text_of(parts: Vec<Node>, span: Span) -> Node {
    let literal: Option<Vec<CompactString>> = parts.iter().map(Node::scalar).collect();
    match literal {
        Some(texts) if texts.iter().map(|text| text.len()).sum::<usize>() <= LONGEST => {
            Node::string(span, texts.concat())
        }
        Some(_) => Node::unknown(span, "text too long"),
        None => Node::new(span, Value::expr(Expr::Template(parts))),
    }
}

fn operation(op: Op, left: &Node, right: &Node, span: Span) -> Node {
    let flag = |flag| Node::new(span, Value::Bool(flag));
    let same = || match (left.scalar(), right.scalar()) {
        (Some(left), Some(right)) => Some(left == right),
        _ => None,
    };
    let found = match op {
        Op::Eq => same(),
        Op::NotEq => same().map(|same| !same),
        Op::Not => right.as_bool().map(|flag| !flag),
        Op::And => match (left.as_bool(), right.as_bool()) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Op::Or => match (left.as_bool(), right.as_bool()) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        _ => None,
    };
    found.map_or_else(|| Node::unknown(span, "operation"), flag)
}

/// Says of a whole tree that it stands at `span`.
fn placed(node: &mut Node, span: Span) {
    node.span = span;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| placed(item, span)),
        Value::Map(entries) => {
            for Entry {
                key_span, value, ..
            } in entries
            {
                *key_span = span;
                placed(value, span);
            }
        }
        Value::Expr(expr) => match &mut **expr {
            Expr::Template(parts) => parts.iter_mut().for_each(|part| placed(part, span)),
            Expr::Conditional { yes, no, .. } => {
                placed(yes, span);
                placed(no, span);
            }
            _ => {}
        },
        _ => {}
    }
}
