//! Terragrunt units: `terragrunt.hcl` applies one module with inputs, which is what a module call does.
//!
//! What a unit takes from files it includes is not followed: inputs it does not write itself are unknown, not default.

use super::{File, Named};
use crate::format::{Block, Declaration, Entry, Expr, Node, Value};
use compact_str::CompactString;

/// The name of the call that stands for the unit.
const CALL: &str = "terragrunt";

/// Whether a file is a unit.
pub(super) fn is_unit(name: &str) -> bool {
    name == "terragrunt.hcl"
}

/// The unit's local values, and the call of its module if it names one.
pub(super) fn declare(file: &File, root: &Node) -> Vec<Declaration> {
    let mut found: Vec<Declaration> = root
        .entries()
        .iter()
        .filter(|entry| entry.key == "locals")
        .filter_map(|entry| {
            let block = entry.value.as_block()?;
            let named = Named::of("locals", &[], None)?;
            Some(file.declaration(named, entry.value.clone(), block.head, entry.value.span))
        })
        .collect();
    found.extend(call(file, root));
    found
}

fn call(file: &File, root: &Node) -> Option<Declaration> {
    let terraform = root.entry("terraform")?;
    let head = terraform.value.as_block()?.head;
    let source = terraform.value.entry("source")?;
    let mut body = vec![Entry {
        value: place(file, &source.value),
        ..source.clone()
    }];
    let inputs = root.get("inputs");
    if let Some(Value::Map(inputs)) = inputs.map(|inputs| &inputs.value) {
        body.extend(inputs.iter().cloned());
    }
    let whole = inputs.is_none_or(|inputs| matches!(inputs.value, Value::Map(_)));
    if !whole || root.entry("include").is_some() {
        body.push(Entry {
            key: CompactString::const_new(Entry::OPEN),
            key_span: head,
            value: Node::unknown(head, "input from an included file"),
        });
    }
    let block = Block {
        labels: vec![(CALL.into(), head)],
        head,
        body,
    };
    let span = terraform.value.span;
    let span = inputs.map_or(span, |inputs| span.to(inputs.span));
    let body = Node::new(span, Value::Block(Box::new(block)));
    let named = Named::of("module", &[CALL], None)?;
    Some(file.declaration(named, body, head, span))
}

/// A source that starts at the repository's top or at the unit, as a path relative to the unit.
fn place(file: &File, source: &Node) -> Node {
    let Value::Expr(expr) = &source.value else {
        return source.clone();
    };
    let Expr::Template(parts) = &**expr else {
        return source.clone();
    };
    let [hole, tail] = parts.as_slice() else {
        return source.clone();
    };
    let start = match (&hole.value, tail.as_str()) {
        (Value::Expr(hole), Some(_)) => match &**hole {
            Expr::Call { name, .. } if name == "get_terragrunt_dir" => ".".to_owned(),
            Expr::Call { name, .. } if name == "get_repo_root" => {
                let depth = file.directory.split('/').filter(|part| !part.is_empty());
                format!("./{}", "../".repeat(depth.count()))
            }
            _ => return source.clone(),
        },
        _ => return source.clone(),
    };
    let tail = tail.as_str().unwrap_or_default();
    Node::string(source.span, format!("{start}{tail}"))
}
