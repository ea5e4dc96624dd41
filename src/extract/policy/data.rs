//! Reads statements from `data.aws_iam_policy_document`: blocks, and the documents it is merged from.

use super::super::run::Run;
use super::super::scalar::Scalar;
use super::document::{Condition, Document, Effect, Principal, Statement, merge};
use super::find::find;
use super::json::{effect, scalars, set};
use crate::format::{Declaration, Node, Value};

/// The statements of a data source, those it takes from others included. `depth` bounds how far sources are followed.
pub(super) fn document(run: &Run<'_>, declaration: &Declaration, depth: usize) -> Document {
    let mut document = Document {
        used: vec![declaration.address.clone()],
        ..Document::default()
    };
    let body = &declaration.body;
    let merged = |document: &mut Document, keys: &[&str]| {
        for node in keys.iter().flat_map(|key| body.all(key)) {
            document.add(find(run, node, declaration, depth));
        }
    };
    merged(&mut document, &["source_policy_documents", "source_json"]);
    let own = body
        .all("statement")
        .filter(|node| matches!(node.value, Value::Map(_) | Value::Block(_)))
        .map(|node| statement(node, &declaration.address))
        .collect();
    merge(&mut document.statements, own);
    merged(
        &mut document,
        &["override_policy_documents", "override_json"],
    );
    document
}

fn statement(node: &Node, holder: &str) -> Statement {
    let span = node.as_block().map_or(node.span, |block| block.head);
    let mut statement = Statement::new(holder, span);
    if let Some(sid) = node.get("sid").and_then(Node::as_str) {
        statement.sid = sid.into();
    }
    statement.effect = match node.get("effect") {
        None => Effect::Allow,
        Some(written) if written.is_empty() => Effect::Allow,
        written => effect(written),
    };
    statement.actions = set(node.get("actions"));
    statement.not_actions = set(node.get("not_actions"));
    statement.resources = set(node.get("resources"));
    statement.not_resources = set(node.get("not_resources"));
    statement.not_principals = node.get("not_principals").is_some();
    for block in node.all("principals") {
        let kind = block.get("type").and_then(Node::as_str).unwrap_or("");
        for who in block.get("identifiers").map(scalars).unwrap_or_default() {
            statement.principals.push(Principal {
                kind: kind.into(),
                who,
            });
        }
    }
    for block in node.all("condition") {
        let text = |key: &str| {
            block
                .get(key)
                .and_then(|node| Scalar::of(node).pattern_text())
                .unwrap_or_else(|| "${}".into())
        };
        statement.conditions.push(Condition {
            operator: text("test"),
            key: text("variable"),
            values: block.get("values").map(scalars).unwrap_or_default(),
        });
    }
    statement
}
