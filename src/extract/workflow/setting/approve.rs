//! Steps that approve a change, or merge it past its protection, with the job's own identity.

use super::super::step::Step;
use super::Place;
use crate::extract::shell;
use crate::format::Node;

/// Actions that do nothing else.
const ACTIONS: &[&str] = &[
    "hmarr/auto-approve-action",
    "juliangruber/approve-pull-request-action",
    "cognitedata/auto-approve-dependabot-action",
];

/// Judges a step.
pub(super) fn look(step: &Step<'_>, place: &mut Place<'_>) {
    let script = step.node.get("run").and_then(Node::as_str);
    let approves = ACTIONS.iter().any(|action| step.is(action))
        || script.is_some_and(|script| {
            let reviewed = script.contains("gh pr");
            reviewed
                && shell::commands(script)
                    .iter()
                    .any(|words| is_approval(words))
        });
    if approves {
        place.on("pipeline_approves", step.head());
    }
}

/// `gh pr review --approve`, `gh pr merge --admin`.
fn is_approval(words: &[&str]) -> bool {
    let ["gh", "pr", rest @ ..] = words else {
        return false;
    };
    match rest.first() {
        Some(&"review") => rest.contains(&"--approve") || rest.contains(&"-a"),
        Some(&"merge") => rest.contains(&"--admin"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_approval;

    #[test]
    fn an_approval_is_told_from_a_request_to_merge() {
        assert!(is_approval(&["gh", "pr", "review", "--approve", "$PR"]));
        assert!(is_approval(&["gh", "pr", "merge", "--squash", "--admin"]));
        assert!(!is_approval(&["gh", "pr", "merge", "--auto"]));
        assert!(!is_approval(&["gh", "pr", "review", "--comment"]));
    }
}
