//! Files in, declarations or values out, values as short text.

use std::fmt::Write;
use tenure::extract::{Wanted, data, declare};
use tenure::format::{Declaration, Expr, Limits, Node, Value, claim};
use tenure::source::{BlobId, Gap};

/// Reads files and evaluates them, data files among them.
pub(crate) fn evaluate(files: &[(&str, &str)]) -> (Vec<Declaration>, Vec<Gap>) {
    let (mut declarations, mut documents) = (Vec::new(), Vec::new());
    for (index, (path, text)) in files.iter().enumerate() {
        let format = claim(path, text.as_bytes()).expect("a known format");
        let blob = BlobId(u32::try_from(index).expect("few files"));
        let document = format.parse(blob, path, text, Limits::default());
        assert_eq!(document.gaps, [], "{path}");
        declarations.extend(declare(&document));
        documents.push(document);
    }
    let wanted = Wanted::by(declarations.iter());
    for document in &documents {
        if wanted.wants(&document.path) {
            declarations.extend(data(document));
        }
    }
    let mut gaps = Vec::new();
    let declarations = tenure::resolve::evaluate(declarations, &mut gaps);
    (declarations, gaps)
}

/// The declaration at an address.
pub(crate) fn at<'d>(declarations: &'d [Declaration], address: &str) -> &'d Declaration {
    declarations
        .iter()
        .find(|declaration| declaration.address == address)
        .unwrap_or_else(|| {
            let known: Vec<&str> = declarations.iter().map(|d| &*d.address).collect();
            panic!("no {address} among {known:?}")
        })
}

/// An attribute of the declaration at an address.
pub(crate) fn attribute(declarations: &[Declaration], address: &str, name: &str) -> String {
    let body = &at(declarations, address).body;
    body.get(name).map_or("absent".to_owned(), show)
}

/// The value of one expression in a root that has `local.x = "X"`, `var.none` and a bucket.
pub(crate) fn value(expression: &str) -> String {
    let text = format!(
        "locals {{\n  x = \"X\"\n}}\nvariable \"none\" {{}}\nresource \"aws_s3_bucket\" \"b\" {{}}\noutput \"o\" {{\n  value = {expression}\n}}\n"
    );
    let (declarations, _) = evaluate(&[("top/main.tf", &text)]);
    attribute(&declarations, "output.o", "value")
}

/// A value in a line: `?why`, `a|b` for candidates, `<symbol>`.
pub(crate) fn show(node: &Node) -> String {
    let all = |nodes: &[Node], separator| {
        let nodes: Vec<String> = nodes.iter().map(show).collect();
        nodes.join(separator)
    };
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::List(items) => format!("[{}]", all(items, ",")),
        Value::Map(_) | Value::Block(_) => {
            let mut text = String::from("{");
            for (index, entry) in node.entries().iter().enumerate() {
                let comma = if index > 0 { "," } else { "" };
                let _ = write!(text, "{comma}{}={}", entry.key, show(&entry.value));
            }
            text + "}"
        }
        Value::Expr(expr) => match &**expr {
            Expr::Unknown(reason) => format!("?{reason}"),
            Expr::Candidates(nodes) => all(nodes, "|"),
            Expr::Symbol { address, attribute } => format!("<{address}.{attribute}>"),
            Expr::Template(parts) => format!("template({})", all(parts, ",")),
            Expr::Call { name, args } => format!("{name}({})", all(args, ",")),
            other => panic!("left over: {other:?}"),
        },
    }
}
