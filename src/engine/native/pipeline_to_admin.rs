//! Jobs that become an administrator by a way that whoever can push a branch can take too.
//!
//! A job's own triggers are no fence when the trust admits any branch: a branch brings its own workflow.

use super::reach::{finding, is_high, turn};
use crate::engine::context::Context;
use crate::finding::Finding;
use crate::model::{Estate, Noun, Path};
use crate::rule::Rule;

/// One finding for each job and identity it becomes.
pub(super) fn walk(rule: &Rule, context: &Context<'_>) -> Vec<Finding> {
    let estate = context.estate;
    estate
        .paths
        .iter()
        .filter(|path| is_high(path) && path.from != path.to)
        .filter(|path| estate.identities[path.from.index()].kind.text() == "job")
        .filter(|path| is_job(estate, path))
        .filter(|path| is_open(estate, path))
        .filter_map(|path| finding(rule, context, turn(path), path))
        .collect()
}

fn is_job(estate: &Estate, path: &Path) -> bool {
    estate.usages[path.start.id.index()].kind.text() == "job"
}

/// Whether whoever can push a branch can take the way: by starting the job, or by a workflow of their own that the first
/// trust admits as well.
fn is_open(estate: &Estate, path: &Path) -> bool {
    let mut trusts = path
        .steps
        .iter()
        .filter(|step| step.subject.noun == Noun::Trust);
    let wide = trusts.next().is_some_and(|step| {
        let trust = &estate.trusts[step.subject.id.index()];
        matches!(
            trust.breadth.text(),
            "provider" | "organisation" | "namespace" | "repository" | "any_ref" | "pull_request"
        )
    });
    wide || is_startable(estate, path)
}

/// Whether one person alone can start what signs in.
fn is_startable(estate: &Estate, path: &Path) -> bool {
    let usage = &estate.usages[turn(path).id.index()];
    matches!(usage.starter.text(), "anyone" | "fork" | "writer")
        && usage.gated.value() == Some(&false)
}
