//! Findings that a team has accepted for another linter of workflows: `# zizmor: ignore[audit]` beside a value.
//!
//! Such a comment is no waiver: it names no owner and no end. But who wrote it has looked, so rules that answer the same
//! audit show the place from the strict profile on. So do they where a tool writes the file and says so at its head: what it
//! writes next time is not decided here.

use crate::format::{Declaration, Remark};
use crate::model::{Fact, Setting, Usage};
use crate::source::Span;

/// Settings by the audit that asks about them.
const AUDITS: &[(&str, &str)] = &[
    ("workflow_permissions", "excessive-permissions"),
    ("token_permissions", "excessive-permissions"),
    ("persist_credentials", "artipacked"),
    ("all_secrets", "overprovisioned-secrets"),
    ("unredacted_secret", "unredacted-secrets"),
    ("bot_actor_check", "bot-conditions"),
    ("app_token_kept", "github-app"),
    ("app_token_all_repositories", "github-app"),
    ("app_token_permissions", "github-app"),
    ("container_password", "hardcoded-container-credentials"),
    ("publishes_with_token", "use-trusted-publishing"),
];

/// Settings that whoever keeps a written file cannot change in it.
const WRITTEN: &[&str] = &[
    "workflow_permissions",
    "token_permissions",
    "persist_credentials",
];

/// Marks the settings of a file that a comment accepts, or that a tool has written.
pub(super) fn settings(file: &Declaration, found: &mut [Setting]) {
    let remarks = &file.scope.remarks;
    if remarks.is_empty() {
        return;
    }
    let tool = generated(file);
    for setting in found {
        let name = setting.name.text();
        if let Some(span) = tool.filter(|_| WRITTEN.contains(&name)) {
            setting.accepted = Fact::Known(true, span);
            continue;
        }
        let Some((_, audit)) = AUDITS.iter().find(|(own, _)| *own == name) else {
            continue;
        };
        // What is not written has no line of its own to comment.
        if name == "workflow_permissions" && setting.text.is_absent() {
            continue;
        }
        let scopes = name == "workflow_permissions" && !setting.texts.items.is_empty();
        let all = match scopes {
            true => setting
                .texts
                .items
                .iter()
                .all(|(_, span)| accepts(remarks, audit, *span).is_some()),
            false => false,
        };
        let place = match all {
            true => Some(setting.span),
            false if scopes => None,
            false => accepts(remarks, audit, setting.span),
        };
        if let Some(span) = place {
            setting.accepted = Fact::Known(true, span);
        }
    }
}

/// Marks the settings of a workflow that lies where no forge runs it, in a repository that has workflows of its own: it is there for
/// others to start from.
pub(super) fn elsewhere(file: &Declaration, found: &mut [Setting]) {
    let path = file.scope.path.as_str();
    let runs = |folder: &str| path.starts_with(folder) || path.contains(&format!("/{folder}"));
    if [".github/", ".forgejo/", ".gitea/"].into_iter().any(runs) {
        return;
    }
    for setting in found {
        if WRITTEN.contains(&setting.name.text()) {
            setting.accepted = Fact::Known(true, file.head);
        }
    }
}

/// Marks what a step is judged by, where a comment within the step accepts it.
pub(super) fn step(remarks: &[Remark], step: Span, found: &mut [Setting]) {
    for setting in found {
        let name = setting.name.text();
        let audit = AUDITS.iter().find(|(own, _)| *own == name);
        if let Some((_, audit)) = audit
            && let Some(span) = accepts(remarks, audit, step)
        {
            setting.accepted = Fact::Known(true, span);
        }
    }
}

/// Marks the jobs of a file that hand on every secret, where a comment accepts it, and those that anyone starts, where one does
/// beside the events.
pub(super) fn jobs(file: &Declaration, found: &mut [Usage]) {
    let remarks = &file.scope.remarks;
    let events = file.body.entry("on");
    let started =
        events.and_then(|on| accepts(remarks, "dangerous-triggers", on.key_span.to(on.value.span)));
    for usage in found.iter_mut().filter(|usage| usage.kind.text() == "job") {
        if usage.permissions.contains("secrets:inherit")
            && let Some(span) = accepts(remarks, "secrets-inherit", usage.whole)
        {
            usage.accepted = Fact::Known(true, span);
        } else if usage.starter.text() == "anyone"
            && !usage.permissions.contains("secrets:inherit")
            && let Some(span) = started
        {
            usage.accepted = Fact::Known(true, span);
        }
    }
}

/// The value whose comment accepts an audit, if it stands in the place or around it.
fn accepts(remarks: &[Remark], audit: &str, place: Span) -> Option<Span> {
    let meets = |beside: Span| {
        beside.blob == place.blob && beside.start < place.end && place.start < beside.end
    };
    let found = remarks
        .iter()
        .find(|remark| meets(remark.beside) && ignores(&remark.text, audit));
    found.map(|remark| remark.beside)
}

/// The comment at the head of a file that says a tool has written it: `automatically generated ... DO NOT EDIT`.
fn generated(file: &Declaration) -> Option<Span> {
    let head = |remark: &&Remark| remark.beside.end <= file.body.span.start;
    let says = |remark: &&Remark| {
        let text = remark.text.to_ascii_lowercase();
        text.contains("generated") && (text.contains("do not edit") || text.contains("don't edit"))
            || text.contains("autogenerated by")
            || text.contains("automatically generated by")
    };
    let remarks = file.scope.remarks.iter();
    remarks.filter(head).find(says).map(|remark| remark.beside)
}

/// `zizmor: ignore[a, b] because`.
fn ignores(comment: &str, audit: &str) -> bool {
    let Some(rest) = comment.strip_prefix("zizmor: ignore[") else {
        return false;
    };
    let list = rest.split(']').next().unwrap_or_default();
    list.split(',').any(|own| own.trim() == audit)
}

#[cfg(test)]
mod tests {
    use super::ignores;
    use crate::extract::sample;

    #[test]
    fn comments_name_the_audits_they_accept() {
        assert!(ignores(
            "zizmor: ignore[artipacked, github-app] for now",
            "github-app"
        ));
        assert!(!ignores("zizmor: ignore[artipacked]", "github-app"));
        assert!(!ignores("artipacked", "artipacked"));
        assert!(!ignores("v5 zizmor: ignore[artipacked]", "artipacked"));
    }

    #[test]
    fn what_a_tool_writes_is_marked_where_it_says_so_first() {
        let accepted = |head: &str, tail: &str| {
            let text = format!(
                "{head}on: push\njobs:\n  a:\n    permissions: read-all{tail}\n    runs-on: x\n"
            );
            let estate = sample::estate(&[(".github/workflows/a.yml", &text)]);
            let mut all = estate.settings.into_iter();
            let found = all.find(|setting| setting.name.text() == "token_permissions");
            found.expect("a setting").accepted.value() == Some(&true)
        };
        assert!(accepted(
            "#\n# This file was automatically generated by gh-aw. DO NOT EDIT.\n",
            ""
        ));
        assert!(accepted("# Code generated from ci.cue, do not edit.\n", ""));
        assert!(!accepted("# Publishes the generated pages.\n", ""));
        assert!(!accepted("", " # generated, do not edit"));
    }

    #[test]
    fn what_others_start_from_is_marked_beside_workflows_that_run() {
        let text =
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{uses: actions/checkout@v5}]\n";
        let accepted = |paths: &[&str]| {
            let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, text)).collect();
            let found = sample::estate(&files).settings.into_iter();
            let kept = found.filter(|setting| setting.name.text() == "persist_credentials");
            kept.map(|setting| setting.accepted.value() == Some(&true))
                .collect::<Vec<bool>>()
        };
        assert_eq!(accepted(&["cmd/tmpl/go.yml"]), [false]);
        let both = accepted(&[".github/workflows/ci.yml", "cmd/tmpl/go.yml"]);
        assert_eq!(both, [false, true]);
    }

    #[test]
    fn what_a_comment_accepts_is_marked() {
        let estate = sample::estate(&[(
            ".github/workflows/release.yml",
            "on: push\npermissions:\n  contents: write # zizmor: ignore[excessive-permissions]\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n    \
             secrets: inherit # zizmor: ignore[secrets-inherit]\n  b:\n    runs-on: x\n    steps:\n    - uses: actions/checkout@v5\n",
        )]);
        let setting = |name: &str| {
            let mut all = estate.settings.iter();
            all.find(|setting| setting.name.text() == name)
                .expect("a setting")
        };
        assert_eq!(
            setting("workflow_permissions").accepted.value(),
            Some(&true)
        );
        assert!(setting("persist_credentials").accepted.is_absent());
        let accepted: Vec<bool> = estate
            .usages
            .iter()
            .map(|usage| usage.accepted.value() == Some(&true))
            .collect();
        assert_eq!(accepted, [true, false]);
    }
}
