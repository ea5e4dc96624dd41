//! Whether the environment a job deploys to has reviewers, where the repository's settings are kept as code.
//!
//! A workflow does not know the name of its repository. Only when all environments of the run belong to one repository are
//! they taken for its own.

use crate::format::{Declaration, Expr, Node, Value};
use crate::model::{Estate, Fact};
use crate::source::Span;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

const KIND: &str = "github_repository_environment";

/// Fills `gated`, `protection` and `starter` of jobs with an environment. Environments still have their own names.
pub(super) fn settle(estate: &mut Estate, declarations: &[Declaration]) {
    let Some(environments) = environments(declarations) else {
        return;
    };
    let jobs = estate.usages.iter_mut();
    for usage in jobs.filter(|usage| usage.language.text() == "github-actions") {
        let Some((reviewed, span)) = environments.get(usage.environment.text()) else {
            continue;
        };
        let Some(reviewed) = reviewed else { continue };
        usage.gated = Fact::Known(*reviewed, *span);
        let protection = if *reviewed { "reviewers" } else { "none" };
        usage.protection = Fact::Known(protection.into(), *span);
        if *reviewed && usage.starter.value().is_some() {
            usage.starter = Fact::Known("reviewed".into(), *span);
        }
    }
}

/// Whether each environment has reviewers, by name; none unless all are of one repository.
fn environments(
    declarations: &[Declaration],
) -> Option<FxHashMap<CompactString, (Option<bool>, Span)>> {
    let mut found = FxHashMap::default();
    let mut repositories = FxHashSet::default();
    for declaration in declarations.iter().filter(|found| found.kind == KIND) {
        let body = &declaration.body;
        repositories.insert(repository(body.get("repository")?)?);
        let name = body.get("environment").and_then(Node::scalar)?;
        found.insert(name, (reviewers(body), declaration.head));
    }
    (repositories.len() == 1).then_some(found)
}

/// The repository as written: its name, or what it is a reference to.
fn repository(node: &Node) -> Option<CompactString> {
    match &node.value {
        Value::Expr(expr) => match expr.as_ref() {
            Expr::Symbol { address, .. } => Some(address.clone()),
            _ => None,
        },
        _ => node.scalar(),
    }
}

/// Whether somebody has to approve; none where that cannot be told.
fn reviewers(body: &Node) -> Option<bool> {
    let mut open = false;
    for block in body.all("reviewers") {
        for list in [block.get("users"), block.get("teams")]
            .into_iter()
            .flatten()
        {
            match &list.value {
                Value::List(items) if !items.is_empty() => return Some(true),
                Value::List(_) | Value::Null => {}
                _ => open = true,
            }
        }
        open |= block.is_open();
    }
    (!open).then_some(false)
}
