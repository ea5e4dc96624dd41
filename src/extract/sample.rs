//! Small repositories for tests: texts by path, as declarations or as an estate.

use crate::format::{Declaration, Expr, Limits, Node, Step, Value, claim};
use crate::model::Estate;
use crate::source::BlobId;

/// The declarations of some files, not yet resolved.
pub(super) fn declarations(files: &[(&str, &str)]) -> Vec<Declaration> {
    let mut found = Vec::new();
    for (index, (path, text)) in files.iter().enumerate() {
        let blob = BlobId(u32::try_from(index).expect("few files"));
        let format = claim(path, text.as_bytes()).expect("a format claims the file");
        let document = format.parse(blob, path, text, Limits::default());
        assert!(document.gaps.is_empty(), "{path}: {:?}", document.gaps);
        found.extend(super::declare(&document));
    }
    found
}

/// The nouns of some files, not yet tied.
pub(super) fn estate(files: &[(&str, &str)]) -> Estate {
    super::facts(&declarations(files))
}

/// The same with every reference to a resource or data source resolved to its symbol, and every other one unknown.
pub(super) fn resolved(files: &[(&str, &str)]) -> Vec<Declaration> {
    let mut found = declarations(files);
    for declaration in &mut found {
        resolve(declaration.body_mut());
    }
    found
}

fn resolve(node: &mut Node) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(resolve),
        Value::Map(entries) => entries
            .iter_mut()
            .for_each(|entry| resolve(&mut entry.value)),
        Value::Block(block) => block
            .body
            .iter_mut()
            .for_each(|entry| resolve(&mut entry.value)),
        Value::Expr(expr) => match expr.as_mut() {
            Expr::Reference(steps) => **expr = symbol(steps),
            Expr::Template(parts) => parts.iter_mut().for_each(resolve),
            Expr::Call { args, .. } => args.iter_mut().for_each(resolve),
            _ => {}
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn symbol(steps: &[Step]) -> Expr {
    let names: Vec<&str> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Name(name) => Some(name.as_str()),
            Step::Index(_) | Step::Splat => None,
        })
        .collect();
    let count = if names.first() == Some(&"data") { 3 } else { 2 };
    if names.len() < count || ["var", "local"].contains(&names[0]) {
        return Expr::Unknown("not resolved".into());
    }
    Expr::Symbol {
        address: names[..count].join(".").into(),
        attribute: attribute(steps, count).into(),
    }
}

fn attribute(steps: &[Step], skip: usize) -> String {
    let mut path = String::new();
    for step in &steps[skip.min(steps.len())..] {
        match step {
            Step::Name(name) if path.is_empty() => path.push_str(name),
            Step::Name(name) => path.push_str(&format!(".{name}")),
            Step::Index(key) => match key.as_str() {
                Some(key) => path.push_str(&format!("[\"{key}\"]")),
                None => path.push_str("[0]"),
            },
            Step::Splat => path.push_str("[*]"),
        }
    }
    path
}
