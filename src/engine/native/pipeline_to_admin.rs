//! Jobs that become an administrator: from who can start them, through the trust that lets them in, to the right.

use super::reach::{finding, is_high, turn};
use crate::engine::context::Context;
use crate::finding::Finding;
use crate::rule::Rule;

/// One finding for each job and identity it becomes.
pub(super) fn walk(rule: &Rule, context: &Context<'_>) -> Vec<Finding> {
    let estate = context.estate;
    estate
        .paths
        .iter()
        .filter(|path| is_high(path) && path.from != path.to)
        .filter(|path| estate.usages[path.start.id.index()].kind.text() == "job")
        .filter(|path| estate.identities[path.from.index()].kind.text() == "job")
        .filter_map(|path| finding(rule, context, turn(path), path))
        .collect()
}
