//! Finds the policy document that a value leads to: encoded in place, as text, by reference, in a file.

use super::super::run::Run;
use super::super::scalar::Scalar;
use super::document::Document;
use super::{data, json, text};
use crate::format::{Declaration, Expr, Node, Scope, Value};
use crate::source::folder::join;

/// How many references and merged documents are followed.
const DEPTH: usize = 16;

/// The document at a node of `holder`; empty where it cannot be known.
pub(super) fn read(run: &Run<'_>, node: &Node, holder: &Declaration) -> Document {
    find(run, node, holder, DEPTH)
}

/// The document of a declaration that is one itself.
pub(super) fn own(run: &Run<'_>, declaration: &Declaration) -> Document {
    of_declaration(run, declaration, "", DEPTH)
}

pub(super) fn find(run: &Run<'_>, node: &Node, holder: &Declaration, depth: usize) -> Document {
    let Some(depth) = depth.checked_sub(1) else {
        return Document::default();
    };
    match &node.value {
        Value::Map(_) | Value::Block(_) => {
            let statements = json::statements(node, &holder.address, holder.head);
            Document {
                statements: statements.unwrap_or_default(),
                ..Document::default()
            }
        }
        Value::String(_) => written(run, node, holder, depth),
        Value::List(items) => {
            let mut all = Document::default();
            for item in items {
                all.add(find(run, item, holder, depth));
            }
            all
        }
        Value::Expr(expr) => match expr.as_ref() {
            Expr::Template(_) => written(run, node, holder, depth),
            Expr::Symbol { address, attribute } => run
                .at(address)
                .map(|target| of_declaration(run, target, attribute, depth))
                .unwrap_or_default(),
            Expr::Call { name, args } => called(run, name, args, holder, depth),
            Expr::Candidates(nodes) if nodes.len() == 1 => find(run, &nodes[0], holder, depth),
            _ => Document::default(),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => Document::default(),
    }
}

fn written(run: &Run<'_>, node: &Node, holder: &Declaration, depth: usize) -> Document {
    text::parse(node).map_or_else(Document::default, |tree| find(run, &tree, holder, depth))
}

fn called(
    run: &Run<'_>,
    name: &str,
    args: &[Node],
    holder: &Declaration,
    depth: usize,
) -> Document {
    let Some(first) = args.first() else {
        return Document::default();
    };
    match name {
        "jsonencode" | "jsondecode" | "tostring" | "trimspace" | "chomp" | "minify" => {
            find(run, first, holder, depth)
        }
        "file" | "templatefile" => Scalar::of(first)
            .pattern_text()
            .and_then(|path| in_file(run, &holder.scope, &path))
            .map(|target| of_declaration(run, target, "", depth))
            .unwrap_or_default(),
        _ => Document::default(),
    }
}

/// The policy document in the file at `path`: relative to the repository as evaluation leaves it, else seen from the directory
/// that is applied or from the file that names it.
fn in_file<'a>(run: &Run<'a>, scope: &Scope, path: &str) -> Option<&'a Declaration> {
    let bare = path
        .trim_start_matches("${path.module}/")
        .trim_start_matches("${path.root}/");
    ["", &scope.root, &scope.directory]
        .into_iter()
        .filter_map(|directory| run.at(&join(directory, bare)?))
        .find(|target| target.language == super::LANGUAGE)
}

/// The document a declaration is, or keeps in an attribute.
fn of_declaration(run: &Run<'_>, target: &Declaration, attribute: &str, depth: usize) -> Document {
    if target.kind == "data.aws_iam_policy_document" {
        return match depth.checked_sub(1) {
            Some(depth) => data::document(run, target, depth),
            None => Document::default(),
        };
    }
    let attributes = [
        attribute,
        "policy",
        "content",
        "rendered",
        "inline_policy",
        "PolicyDocument",
    ];
    let node = if target.language == super::LANGUAGE {
        Some(&*target.body)
    } else {
        attributes
            .into_iter()
            .filter(|attribute| !attribute.is_empty())
            .find_map(|attribute| target.body.get(attribute))
    };
    let mut document = node
        .map(|node| find(run, node, target, depth))
        .unwrap_or_default();
    document.used.push(target.address.clone());
    document
}
