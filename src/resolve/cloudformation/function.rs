//! The functions themselves: `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::Join`, ... in their long and their short form.

use super::{Template, only};
use crate::format::{Entry, Expr, Node, Value};
use crate::source::Span;
use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

/// Functions that are called beside other keys of a map: what they add is not known.
const MERGING: &[&str] = &["Fn::Transform", "Fn::If", "Fn::ForEach"];

/// Outputs of stacks that lead to one another end here.
const DEPTH: usize = 8;

/// Most values of a mapping that are told apart.
const CANDIDATES: usize = 16;

/// The template that functions look things up in.
pub(super) struct Scope<'a> {
    /// Its address.
    home: &'a str,
    /// What it says.
    pub(super) template: &'a Template,
    /// All templates, by address.
    all: &'a FxHashMap<CompactString, Template>,
    /// How many more templates may be looked into.
    depth: usize,
}

impl<'a> Scope<'a> {
    /// The template at an address.
    pub(super) fn new(home: &str, all: &'a FxHashMap<CompactString, Template>) -> Option<Self> {
        let (home, template) = all.get_key_value(home)?;
        Some(Self {
            home,
            template,
            all,
            depth: DEPTH,
        })
    }

    /// Replaces every function below a node by what it comes to.
    pub(super) fn follow(&self, node: &mut Node) {
        if let Some((name, argument)) = called(node) {
            *node = self.call(&name, argument, node.span);
            return;
        }
        match &mut node.value {
            Value::List(items) => items.iter_mut().for_each(|item| self.follow(item)),
            Value::Map(entries) => {
                entries
                    .iter_mut()
                    .for_each(|entry| self.follow(&mut entry.value));
                for entry in entries {
                    if MERGING.iter().any(|name| entry.key.starts_with(name)) {
                        entry.key = CompactString::const_new(Entry::OPEN);
                        entry.value = Node::unknown(entry.value.span, "macro");
                    }
                }
            }
            _ => {}
        }
    }

    fn call(&self, name: &str, mut argument: Node, span: Span) -> Node {
        self.follow(&mut argument);
        let items = argument.as_list().unwrap_or_default();
        let found = match name {
            "Ref" => argument.as_str().map(|name| self.name(name, span)),
            "GetAtt" => self.attribute(&argument, span),
            "Sub" => self.substitute(&argument, span),
            "Join" => join(items, span),
            "If" => match items {
                [_, yes, no] => Some(Node::new(
                    span,
                    Value::expr(Expr::Conditional {
                        test: Node::unknown(span, "condition"),
                        yes: yes.clone(),
                        no: no.clone(),
                    }),
                )),
                _ => None,
            },
            "Select" => select(items).cloned(),
            "Split" => split(items, span),
            "FindInMap" => self.find_in_map(items, span),
            "Base64" => Some(argument.clone()),
            "ToJsonString" => Some(Node::new(
                span,
                Value::expr(Expr::Call {
                    name: "jsonencode".into(),
                    args: vec![argument.clone()],
                }),
            )),
            _ => None,
        };
        found.unwrap_or_else(|| Node::unknown(span, "function"))
    }

    /// `Ref`: a parameter, a resource, or what the platform knows.
    fn name(&self, name: &str, span: Span) -> Node {
        match name {
            "AWS::NoValue" => return Node::new(span, Value::Null),
            "AWS::Partition" => return Node::string(span, "aws"),
            "AWS::URLSuffix" => return Node::string(span, "amazonaws.com"),
            _ => {}
        }
        if let Some(own) = name.strip_prefix("AWS::") {
            return symbol(format_compact!("AWS.{own}"), "", span);
        }
        if let Some(given) = self.template.given.get(name) {
            return Node::new(span, given.value.clone());
        }
        let parameters = self.template.section("Parameters");
        if let Some(parameter) = parameters.and_then(|all| all.get(name)) {
            return default(parameter, span);
        }
        match self.holds(name) {
            true => symbol(format_compact!("{}#{name}", self.home), "", span),
            false => Node::unknown(span, "no such name"),
        }
    }

    fn holds(&self, name: &str) -> bool {
        let names = &self.template.resources;
        names
            .binary_search_by(|known| known.as_str().cmp(name))
            .is_ok()
    }

    /// `Fn::GetAtt`: `Name.Attribute`, or the two in a list.
    fn attribute(&self, argument: &Node, span: Span) -> Option<Node> {
        let (name, attribute) = match argument.as_list() {
            Some([name, attribute]) => (name.as_str()?, attribute.as_str()?),
            Some(_) => return None,
            None => argument.as_str()?.split_once('.')?,
        };
        if let Some(output) = attribute.strip_prefix("Outputs.")
            && let Some(value) = self.output(name, output, span)
        {
            return Some(value);
        }
        self.holds(name)
            .then(|| symbol(format_compact!("{}#{name}", self.home), attribute, span))
    }

    /// What the template of a nested stack gives back.
    fn output(&self, stack: &str, output: &str, span: Span) -> Option<Node> {
        let depth = self.depth.checked_sub(1)?;
        let inner = Scope::new(self.template.stacks.get(stack)?, self.all)?;
        let outputs = inner.template.section("Outputs")?;
        let mut value = outputs.get(output)?.get("Value")?.clone();
        Scope { depth, ..inner }.follow(&mut value);
        value.span = span;
        Some(value)
    }

    /// `Fn::Sub`: text with `${names}`, and a map of names of its own.
    fn substitute(&self, argument: &Node, span: Span) -> Option<Node> {
        let (text, own) = match argument.as_list() {
            Some([text, own]) => (text.as_str()?, Some(own)),
            Some(_) => return None,
            None => (argument.as_str()?, None),
        };
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}')?;
            parts.push(Node::string(span, before));
            rest = after;
            let known = own.and_then(|own| own.get(name.trim()));
            parts.push(match (name.strip_prefix('!'), known) {
                (Some(literal), _) => Node::string(span, format_compact!("${{{literal}}}")),
                (None, Some(node)) => node.clone(),
                (None, None) => match name.trim().split_once('.') {
                    Some(_) => self
                        .attribute(&Node::string(span, name.trim()), span)
                        .unwrap_or_else(|| Node::unknown(span, "no such name")),
                    None => self.name(name.trim(), span),
                },
            });
        }
        parts.push(Node::string(span, rest));
        Some(text_of(parts, span))
    }

    /// `Fn::FindInMap`: a value where both keys are known, else one of the values that can be.
    fn find_in_map(&self, items: &[Node], span: Span) -> Option<Node> {
        let [map, first, second, ..] = items else {
            return None;
        };
        let map = self.template.section("Mappings")?.get(map.as_str()?)?;
        let outer = of_key(map, first);
        let mut found: Vec<Node> = Vec::new();
        for inner in outer {
            for value in of_key(inner, second) {
                if !found.iter().any(|known| known.value == value.value) {
                    found.push(value.clone());
                }
            }
        }
        match found.len() {
            0 => None,
            1 => found.pop(),
            2..=CANDIDATES => Some(Node::new(span, Value::expr(Expr::Candidates(found)))),
            _ => None,
        }
    }
}

/// The function a node calls and its argument: `!Name x`, or `{"Fn::Name": x}` alone in a map.
fn called(node: &Node) -> Option<(CompactString, Node)> {
    if let Value::Expr(expr) = &node.value {
        return match &**expr {
            Expr::Call { name, args } => {
                Some((name.strip_prefix('!')?.into(), args.first()?.clone()))
            }
            _ => None,
        };
    }
    let entry = only(node)?;
    let name = match entry.key.as_str() {
        "Ref" => "Ref",
        key => key.strip_prefix("Fn::")?,
    };
    Some((name.into(), entry.value.clone()))
}

/// What a parameter is unless whoever deploys says otherwise. An empty default asks them to; the value is then unknown and
/// keeps the parameter's place, so that two uses of it are known to be one value.
pub(super) fn default(parameter: &Node, span: Span) -> Node {
    match parameter.get("Default") {
        Some(value) if !value.is_empty() && value.scalar().is_none() => {
            Node::unknown(span, "parameter")
        }
        Some(value) if !value.is_empty() => typed(parameter, value, span),
        _ => Node::unknown(parameter.span, "parameter without default"),
    }
}

/// A value as the parameter's type has it: a list where it is one, unknown where it names something that is stored elsewhere.
pub(super) fn typed(parameter: &Node, value: &Node, span: Span) -> Node {
    let kind = parameter.get("Type").and_then(Node::as_str);
    match (kind.unwrap_or("String"), value.scalar()) {
        (kind, _) if kind.starts_with("AWS::SSM::") => Node::unknown(span, "stored parameter"),
        ("CommaDelimitedList", Some(text)) => list(&text, ",", span),
        _ => Node::new(span, value.value.clone()),
    }
}

fn symbol(address: CompactString, attribute: &str, span: Span) -> Node {
    let attribute = attribute.into();
    Node::new(span, Value::expr(Expr::Symbol { address, attribute }))
}

/// Parts as one text where all are literal, else as text with holes.
fn text_of(parts: Vec<Node>, span: Span) -> Node {
    let literal: Option<Vec<CompactString>> = parts.iter().map(Node::scalar).collect();
    match literal {
        Some(texts) => Node::string(span, texts.concat()),
        None => Node::new(span, Value::expr(Expr::Template(parts))),
    }
}

fn join(items: &[Node], span: Span) -> Option<Node> {
    let [between, list] = items else {
        return None;
    };
    let between = between.as_str()?;
    let mut parts = Vec::new();
    for (index, item) in list.as_list()?.iter().enumerate() {
        if index > 0 {
            parts.push(Node::string(span, between));
        }
        parts.push(item.clone());
    }
    Some(text_of(parts, span))
}

fn select(items: &[Node]) -> Option<&Node> {
    let [index, list] = items else {
        return None;
    };
    let index: usize = index.scalar()?.parse().ok()?;
    list.as_list()?.get(index)
}

fn split(items: &[Node], span: Span) -> Option<Node> {
    match items {
        [between, text] => Some(list(text.as_str()?, between.as_str()?, span)),
        _ => None,
    }
}

fn list(text: &str, between: &str, span: Span) -> Node {
    let items = match between {
        "" => vec![Node::string(span, text)],
        _ => text
            .split(between)
            .map(|item| Node::string(span, item.trim()))
            .collect(),
    };
    Node::new(span, Value::List(items.into()))
}

/// The values of a key, of every key where it is not known.
fn of_key<'n>(map: &'n Node, key: &Node) -> Vec<&'n Node> {
    match key.scalar() {
        Some(key) => map.get(&key).into_iter().collect(),
        None => map.entries().iter().map(|entry| &entry.value).collect(),
    }
}
