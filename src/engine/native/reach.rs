//! What both walks over [`Path`] share: a finding at the place where the way turns, with the whole way as its chain.

use crate::engine::context::Context;
use crate::finding::{Finding, Related};
use crate::model::{Noun, Path, Subject};
use crate::rule::Rule;

/// Whether a way ends in rights over everything, or in the means to get them.
pub(super) fn is_high(path: &Path) -> bool {
    path.level == "admin" || path.level == "escalate"
}

/// The finding of a rule about one noun of a way.
pub(super) fn finding(
    rule: &Rule,
    context: &Context<'_>,
    subject: Subject,
    path: &Path,
) -> Option<Finding> {
    let mut finding = context.finding(rule, subject)?;
    finding.chain = path
        .steps
        .iter()
        .map(|step| Related {
            span: step.span,
            label: step.label.clone(),
        })
        .collect();
    let others = finding
        .chain
        .iter()
        .filter(|step| step.span != finding.span);
    finding.related = others.cloned().collect();
    Some(finding)
}

/// The last usage on a way: where the job or workload becomes what has the right.
pub(super) fn turn(path: &Path) -> Subject {
    let mut steps = path.steps.iter().map(|step| step.subject);
    let last = steps.rfind(|subject| subject.noun == Noun::Usage);
    last.unwrap_or(path.start)
}
