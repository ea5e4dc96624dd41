//! Dumps a document as text, and checks what must hold for every tree.

use std::fmt::Write;
use tenure::format::{Document, Entry, Expr, Node, Step, Value};
use tenure::source::{LineIndex, Span};

/// Every span lies in the text of its blob, on character boundaries.
pub(crate) fn check(document: &Document, text: &str) {
    let inside = |span: Span| {
        assert_eq!(span.blob, document.blob, "{}: {span:?}", document.path);
        assert!(
            text.get(span.range()).is_some(),
            "{}: {span:?} in {} bytes",
            document.path,
            text.len()
        );
    };
    for gap in &document.gaps {
        assert_eq!(gap.path, document.path);
        assert!(!gap.reason.is_empty());
        gap.span.into_iter().for_each(inside);
    }
    let mut open: Vec<&Node> = document.roots.iter().collect();
    while let Some(node) = open.pop() {
        inside(node.span);
        if let Value::Block(block) = &node.value {
            inside(block.head);
            block.labels.iter().for_each(|label| inside(label.1));
        }
        for entry in node.entries() {
            inside(entry.key_span);
            open.push(&entry.value);
        }
        open.extend(node.as_list().unwrap_or_default());
        if let Value::Expr(expr) = &node.value {
            open.extend(operands(expr).into_iter().map(|(_, node)| node));
        }
    }
}

/// The nodes an expression is made of, each with the role it plays.
fn operands(expr: &Expr) -> Vec<(&'static str, &Node)> {
    match expr {
        Expr::Reference(steps) => steps
            .iter()
            .filter_map(|step| match step {
                Step::Index(node) => Some(("index", node)),
                Step::Name(_) | Step::Splat => None,
            })
            .collect(),
        Expr::Template(nodes) | Expr::Candidates(nodes) => {
            nodes.iter().map(|node| ("part", node)).collect()
        }
        Expr::Call { args, .. } => args.iter().map(|node| ("argument", node)).collect(),
        Expr::Conditional { test, yes, no } => vec![("if", test), ("then", yes), ("else", no)],
        Expr::Operation { left, right, .. } => vec![("left", left), ("right", right)],
        Expr::For {
            collection,
            key,
            value,
            test,
            ..
        } => {
            let mut nodes = vec![("in", collection)];
            nodes.extend(key.iter().map(|node| ("key", node)));
            nodes.push(("value", value));
            nodes.extend(test.iter().map(|node| ("if", node)));
            nodes
        }
        Expr::Symbol { .. } | Expr::Unknown(_) => Vec::new(),
    }
}

/// The document as text.
pub(crate) fn dump(document: &Document, text: &str) -> String {
    let mut dump = Dump {
        text,
        lines: LineIndex::new(text.as_bytes()),
        out: String::new(),
    };
    for root in &document.roots {
        dump.node(0, "document", root);
    }
    for gap in &document.gaps {
        let place = gap.span.map(|span| dump.place(span)).unwrap_or_default();
        let line = gap
            .line
            .map_or(String::new(), |line| format!(" line {line}"));
        let _ = writeln!(dump.out, "gap {place}{line} {:?}: {}", gap.kind, gap.reason);
    }
    dump.out
}

struct Dump<'t> {
    text: &'t str,
    lines: LineIndex,
    out: String,
}

impl Dump<'_> {
    fn place(&self, span: Span) -> String {
        let position = |offset: u32| self.lines.position(self.text.as_bytes(), offset as usize);
        let (start, end) = (position(span.start), position(span.end));
        format!(
            "{}:{}-{}:{}",
            start.line, start.column, end.line, end.column
        )
    }

    fn node(&mut self, depth: usize, role: &str, node: &Node) {
        let indent = "  ".repeat(depth);
        let place = self.place(node.span);
        let what = what(node);
        let _ = writeln!(self.out, "{indent}{role}: {what} @ {place}");
        match &node.value {
            Value::List(items) => items
                .iter()
                .for_each(|item| self.node(depth + 1, "-", item)),
            Value::Map(entries) => self.entries(depth + 1, entries),
            Value::Block(block) => {
                let head = self.place(block.head);
                let _ = writeln!(self.out, "{indent}  head @ {head}");
                for (label, span) in &block.labels {
                    let place = self.place(*span);
                    let _ = writeln!(self.out, "{indent}  label {label:?} @ {place}");
                }
                self.entries(depth + 1, &block.body);
            }
            Value::Expr(expr) => operands(expr)
                .into_iter()
                .for_each(|(role, node)| self.node(depth + 1, role, node)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn entries(&mut self, depth: usize, entries: &[Entry]) {
        for entry in entries {
            let role = format!("{:?} @ {}", entry.key, self.place(entry.key_span));
            self.node(depth, &role, &entry.value);
        }
    }
}

/// Kind and own value of a node, without what lies below.
fn what(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => format!("bool {flag}"),
        Value::Number(number) => format!("number {number}"),
        Value::String(string) => format!("string {string:?}"),
        Value::List(items) => format!("list of {}", items.len()),
        Value::Map(entries) => format!("map of {}", entries.len()),
        Value::Block(_) => "block".to_owned(),
        Value::Expr(expr) => match expr.as_ref() {
            Expr::Reference(steps) => format!("reference {}", steps_text(steps)),
            Expr::Template(_) => "template".to_owned(),
            Expr::Call { name, .. } => format!("call {name}"),
            Expr::Conditional { .. } => "conditional".to_owned(),
            Expr::Operation { op, .. } => format!("operation {op:?}"),
            Expr::For {
                key_var, value_var, ..
            } => format!("for {} {value_var}", key_var.as_deref().unwrap_or("_")),
            Expr::Symbol { address, attribute } => format!("symbol {address} {attribute}"),
            Expr::Unknown(why) => format!("unknown {why}"),
            Expr::Candidates(_) => "candidates".to_owned(),
        },
    }
}

fn steps_text(steps: &[Step]) -> String {
    let texts: Vec<&str> = steps
        .iter()
        .map(|step| match step {
            Step::Name(name) => name.as_str(),
            Step::Index(_) => "[]",
            Step::Splat => "*",
        })
        .collect();
    texts.join(".")
}
