//! How the token is stated: at the top for every job, at a job, or nowhere; and whether a comment says why.

use super::super::constant;
use super::super::graph::{Job, Workflow};
use super::super::permission::{self, Permissions};
use super::Place;
use crate::format::{Remark, Value};
use crate::model::{Fact, Set};
use compact_str::CompactString;

/// Forges that read the same workflows and of which no file tells whether they heed `permissions`: Gitea does not up to 1.25
/// (<https://docs.gitea.com/1.25/usage/actions/comparison>) and does from 1.26, with scopes of its own
/// (<https://docs.gitea.com/next/usage/actions/token-permissions>); of Forgejo no manual says it.
const IGNORE: &[&str] = &[".forgejo/", ".gitea/"];

/// Whether the forge that runs a workflow is known to limit its token by what the file says.
fn is_limited(workflow: &Workflow<'_>) -> bool {
    let path = &workflow.declaration.scope.path;
    let lies = |folder: &&str| path.starts_with(*folder) || path.contains(&format!("/{folder}"));
    !IGNORE.iter().any(lies)
}

/// The token as the top of a workflow states it, and the jobs that get the repository's default because nobody does.
pub(super) fn workflow(workflow: &Workflow<'_>, place: &mut Place<'_>) {
    let declaration = workflow.declaration;
    let jobs = &workflow.jobs;
    if jobs.is_empty() || !is_limited(workflow) {
        return;
    }
    let entry = declaration.body.entry("permissions");
    let Some(entry) = entry.filter(|entry| !matches!(entry.value.value, Value::Null)) else {
        let mut defaulted = Set::default();
        for job in jobs
            .iter()
            .filter(|job| !is_stated(job) && !constant::is_off(job.node))
        {
            // Who calls a workflow decides what its token may do; the jobs that call others are callers themselves.
            if !workflow.is_only_called() || job.node.get("uses").is_some() {
                defaulted.push(job.id.clone(), job.head);
            }
        }
        let all = declaration.head.to(declaration.span);
        let found = place.add("workflow_permissions", all);
        found.texts = defaulted;
        return;
    };
    let span = entry.key_span.to(entry.value.span);
    let shared = jobs.len() > 1 && !jobs.iter().all(is_stated) && !workflow.is_only_called();
    let mut writes = Set::default();
    for scope in workflow.permissions.writes() {
        writes.push(scope.name.clone(), scope.span);
    }
    let found = place.add("workflow_permissions", span);
    found.text = stated(&workflow.permissions);
    found.texts = writes;
    found.flag = Fact::Known(shared, span);
    unexplained(&workflow.permissions, &declaration.scope.remarks, place);
}

/// The token as a job itself states it.
pub(super) fn job(workflow: &Workflow<'_>, job: &Job<'_>, place: &mut Place<'_>) {
    if !is_limited(workflow) {
        return;
    }
    let own = permission::read(job.node.get("permissions"));
    let entry = job.node.entry("permissions");
    let span = entry.map_or(job.head, |entry| entry.key_span.to(entry.value.span));
    let capped = workflow.is_only_called() && job.node.get("uses").is_none();
    let found = place.add("token_permissions", span);
    found.text = stated(&own);
    found.texts = own.set();
    found.flag = Fact::Default(!capped);
    unexplained(&own, &workflow.declaration.scope.remarks, place);
}

fn is_stated(job: &Job<'_>) -> bool {
    job.node
        .get("permissions")
        .is_some_and(|node| !matches!(node.value, Value::Null))
}

/// How permissions are stated: `write-all`, `read-all`, `scopes`, `none`; absent where they are not.
fn stated(permissions: &Permissions) -> Fact<CompactString> {
    match permissions.word() {
        None => Fact::Absent,
        Some(("unknown", span)) => Fact::Unknown(Some(span)),
        Some((word, span)) => Fact::Known(word.into(), span),
    }
}

/// The scopes that no comment on their line explains. That a job reads its repository explains itself.
fn unexplained(permissions: &Permissions, remarks: &[Remark], place: &mut Place<'_>) {
    let Permissions::Scopes(scopes, _) = permissions else {
        return;
    };
    let mut open = Set::default();
    for scope in scopes {
        let plain = scope.name == "contents" && scope.level == "read";
        let mut own = remarks
            .iter()
            .filter(|remark| remark.beside.end == scope.span.end);
        if !plain && !own.any(|remark| says_why(&remark.text)) {
            open.push(scope.name.clone(), scope.span);
        }
    }
    if let (Some((_, first)), Some((_, last))) = (open.items.first(), open.items.last()) {
        let found = place.add("unexplained_permissions", first.to(*last));
        found.texts = open;
    }
}

/// Whether a comment has words of its own beside an instruction to a linter.
fn says_why(comment: &str) -> bool {
    let words = match comment.split_once(": ignore[") {
        Some((_, rest)) => rest.split_once(']').map_or("", |(_, after)| after),
        None => comment,
    };
    !words.trim_matches([' ', '#', '-', ',']).is_empty()
}

#[cfg(test)]
mod tests {
    use super::says_why;

    #[test]
    fn an_instruction_to_a_linter_explains_nothing() {
        assert!(says_why("to write the release notes"));
        assert!(says_why(
            "zizmor: ignore[excessive-permissions] for the release"
        ));
        assert!(!says_why("zizmor: ignore[excessive-permissions]"));
        assert!(!says_why("#"));
    }
}
