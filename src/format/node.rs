//! The one tree that every syntax becomes: scalars, lists, maps, blocks and expressions, each with its place.

use super::shared::Shared;
use crate::source::Span;
use compact_str::CompactString;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The bytes the value covers, quotes included.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// What a [`Node`] is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// `null`, `~`, or a key with nothing after it.
    #[default]
    Null,
    /// `true` or `false`, as the syntax itself spells them.
    Bool(bool),
    /// A number as written, so that nothing is rounded.
    Number(CompactString),
    /// A string, escapes resolved.
    String(CompactString),
    /// A sequence.
    List(Shared<Node>),
    /// A mapping; keys may repeat, order is the text's.
    Map(Shared<Entry>),
    /// A labelled block (HCL): an entry's value.
    Block(Box<Block>),
    /// Something computed.
    Expr(Box<Expr>),
}

/// One key of a [`Value::Map`].
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key, unquoted.
    pub key: CompactString,
    /// Where the key stands.
    pub key_span: Span,
    /// What it maps to.
    pub value: Node,
}

/// `keyword "label" "label" { ... }`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Block {
    /// The labels with their places.
    pub labels: Vec<(CompactString, Span)>,
    /// From the keyword to the brace: the line a reader is pointed at.
    pub head: Span,
    /// Attributes and nested blocks.
    pub body: Vec<Entry>,
}

/// A value that is computed when the configuration is applied.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// `a.b["c"].d[*]`. An index as the first step is an expression that the other steps start from: `f(x).y`.
    Reference(Vec<Step>),
    /// Text with holes: literal strings and expressions in turn.
    Template(Vec<Node>),
    /// `name(args...)`
    Call {
        /// The function.
        name: CompactString,
        /// Its arguments.
        args: Vec<Node>,
    },
    /// `test ? yes : no`
    Conditional {
        /// The test.
        test: Node,
        /// Taken when it holds.
        yes: Node,
        /// Taken otherwise.
        no: Node,
    },
    /// `left op right`, or `op right` with `left` null.
    Operation {
        /// The operator.
        op: Op,
        /// Left operand; [`Value::Null`] for a unary operator.
        left: Node,
        /// Right operand.
        right: Node,
    },
    /// `[for k, v in collection : value if cond]`, or with `key => value` in braces.
    For {
        /// Name bound to the key or index.
        key_var: Option<CompactString>,
        /// Name bound to the value.
        value_var: CompactString,
        /// What is walked.
        collection: Node,
        /// The key expression of an object.
        key: Option<Node>,
        /// The value expression.
        value: Node,
        /// The filter.
        test: Option<Node>,
    },
    /// After evaluation: attribute `attribute` of the declaration at `address`.
    Symbol {
        /// Address of a declaration of this run, module path included.
        address: CompactString,
        /// Attribute path on it; empty for the whole.
        attribute: CompactString,
    },
    /// Cannot be known: the reason in a few words (`variable without default`, `template`, ...).
    Unknown(CompactString),
    /// After evaluation: one of these, which one cannot be known.
    Candidates(Vec<Node>),
}

/// One step of a reference.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// `.name`, and the root.
    Name(CompactString),
    /// `[expression]`
    Index(Node),
    /// `[*]` or `.*`
    Splat,
}

/// Operators that evaluation understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the operators")]
pub enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Eq,
    NotEq,
    Less,
    LessEq,
    Greater,
    GreaterEq,
    And,
    Or,
    Not,
    Neg,
}

impl Entry {
    /// The key of the entry that stands, in a map or body of which only a part is known, for every key that is not
    /// written: its value is unknown. [`Node::get`] answers with it, so that a key that may be there is not missing.
    pub const OPEN: &str = "...";
}

impl Value {
    /// Something computed.
    #[must_use]
    pub fn expr(expr: Expr) -> Self {
        Value::Expr(Box::new(expr))
    }
}

impl Node {
    /// A node of this value at this place.
    #[must_use]
    pub fn new(span: Span, value: Value) -> Self {
        Self { span, value }
    }

    /// A string node.
    #[must_use]
    pub fn string(span: Span, text: impl Into<CompactString>) -> Self {
        Self {
            span,
            value: Value::String(text.into()),
        }
    }

    /// A node that cannot be known.
    #[must_use]
    pub fn unknown(span: Span, why: &str) -> Self {
        Self {
            span,
            value: Value::Expr(Box::new(Expr::Unknown(why.into()))),
        }
    }

    /// The literal string, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A literal scalar as text: strings as they are, numbers as written, booleans as `true` and `false`.
    #[must_use]
    pub fn scalar(&self) -> Option<CompactString> {
        match &self.value {
            Value::String(text) | Value::Number(text) => Some(text.clone()),
            Value::Bool(flag) => Some(CompactString::const_new(if *flag {
                "true"
            } else {
                "false"
            })),
            _ => None,
        }
    }

    /// A literal boolean; the strings `true` and `false` count, as many providers take them.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// A literal number; a string that spells one counts.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match &self.value {
            Value::Number(text) | Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The items of a list, or the node itself as the only one; null yields none.
    #[must_use]
    pub fn one_or_many(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            Value::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The entries of a map or of a block's body.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Block(block) => &block.body,
            _ => &[],
        }
    }

    /// The block, if it is one.
    #[must_use]
    pub fn as_block(&self) -> Option<&Block> {
        match &self.value {
            Value::Block(block) => Some(block),
            _ => None,
        }
    }

    /// The first value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The first entry of a key; where only a part is known, [`Entry::OPEN`] for a key that is not written.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        let entries = self.entries();
        let named = |key| entries.iter().find(move |entry| entry.key == key);
        named(key).or_else(|| named(Entry::OPEN))
    }

    /// All values of a key: repeated blocks, or a list of objects under one key. Where only a part is known, the
    /// unknown is among them.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Node> {
        self.entries()
            .iter()
            .filter(move |entry| entry.key == key || entry.key == Entry::OPEN)
            .flat_map(|entry| entry.value.one_or_many())
    }

    /// Follows keys from map to map; a list on the way is entered at its only (else first) item.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| match &node.value {
            Value::List(items) => items.first()?.get(key),
            _ => node.get(key),
        })
    }

    /// The nodes it is made of, in the order of the text: items, values of entries, operands, indices.
    #[must_use]
    pub fn children(&self) -> Vec<&Node> {
        let expr = match &self.value {
            Value::List(items) => return items.iter().collect(),
            Value::Expr(expr) => &**expr,
            _ => return self.entries().iter().map(|entry| &entry.value).collect(),
        };
        match expr {
            Expr::Reference(steps) => steps
                .iter()
                .filter_map(|step| match step {
                    Step::Index(index) => Some(index),
                    Step::Name(_) | Step::Splat => None,
                })
                .collect(),
            Expr::Template(nodes) | Expr::Candidates(nodes) => nodes.iter().collect(),
            Expr::Call { args, .. } => args.iter().collect(),
            Expr::Conditional { test, yes, no } => vec![test, yes, no],
            Expr::Operation { left, right, .. } => vec![left, right],
            Expr::For {
                collection,
                key,
                value,
                test,
                ..
            } => {
                let parts = [Some(collection), key.as_ref(), Some(value), test.as_ref()];
                parts.into_iter().flatten().collect()
            }
            Expr::Symbol { .. } | Expr::Unknown(_) => Vec::new(),
        }
    }

    /// Whether nothing is written: null, or an empty string.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            _ => false,
        }
    }

    /// Whether evaluation left something open in it (not looking below).
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.value, Value::Expr(_))
    }
}
