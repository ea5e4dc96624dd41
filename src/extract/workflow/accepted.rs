//! Findings that a team has accepted for another linter of workflows: `# zizmor: ignore[audit]` beside a value.
//!
//! Such a comment is no waiver: it names no owner and no end. But who wrote it has looked, so rules that answer the same
//! audit show the place from the strict profile on.

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

/// Marks the settings of a file that a comment accepts.
pub(super) fn settings(file: &Declaration, found: &mut [Setting]) {
    let remarks = &file.scope.remarks;
    if remarks.is_empty() {
        return;
    }
    for setting in found {
        let name = setting.name.text();
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

/// Marks the jobs of a file that hand on every secret, where a comment accepts it.
pub(super) fn jobs(file: &Declaration, found: &mut [Usage]) {
    let remarks = &file.scope.remarks;
    for usage in found.iter_mut().filter(|usage| usage.kind.text() == "job") {
        if usage.permissions.contains("secrets:inherit")
            && let Some(span) = accepts(remarks, "secrets-inherit", usage.whole)
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
