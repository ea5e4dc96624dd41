//! How wide a subject pattern lets in, in the spelling of each identity provider.

use super::Breadth;

/// The breadth of one subject pattern of an issuer of this kind. An expression over claims is as wide as what it compares;
/// none when it compares claims that are not known.
pub(super) fn breadth(kind: &str, subject: &str) -> Option<Breadth> {
    if is_expression(subject) {
        return expression(kind, subject);
    }
    Some(pattern(kind, subject))
}

fn pattern(kind: &str, subject: &str) -> Breadth {
    if subject.bytes().all(|b| b == b'*') {
        return Breadth::Provider;
    }
    match kind {
        "github" => github(subject),
        "gitlab" => gitlab(subject),
        "kubernetes" => kubernetes(subject),
        "terraform_cloud" => labelled(subject, "organization", &["project", "workspace"]),
        "buildkite" => labelled(subject, "organization", &["pipeline"]),
        "spacelift" => labelled(subject, "", &["stack"]),
        "circleci" => circleci(subject),
        "bitbucket" => bitbucket(subject),
        _ => other(subject),
    }
}

/// How far a condition on this claim narrows, its value unseen.
pub(super) fn of_claim(key: &str) -> Option<Breadth> {
    let claim = key.rsplit([':', '.']).next().unwrap_or(key);
    Some(match claim {
        "repository_owner"
        | "repository_owner_id"
        | "namespace_path"
        | "namespace_id"
        | "organization_id"
        | "hd"
        | "group"
        | "workspace_uuid"
        | "terraform_organization_name" => Breadth::Organisation,
        "repository" | "repository_id" | "project_path" | "project_id" | "repository_uuid"
        | "pipeline_slug" => Breadth::Repository,
        "ref" | "ref_path" => Breadth::Branch,
        "environment" => Breadth::Environment,
        "job_workflow_ref"
        | "workflow_ref"
        | "sub"
        | "subject"
        | "oaud"
        | "oid"
        | "azp"
        | "appid"
        | "email"
        | "workspace"
        | "terraform_workspace_id" => Breadth::Workload,
        _ => return None,
    })
}

fn is_expression(text: &str) -> bool {
    text.contains("==") || text.contains('\'') || text.contains(" in ") || text.contains('(')
}

/// Literals that look like subjects decide; else the claims that are compared do.
fn expression(kind: &str, text: &str) -> Option<Breadth> {
    if asks_only_for_difference(text) {
        return Some(Breadth::Anyone);
    }
    let mut quoted = text.split(['\'', '"']).skip(1).step_by(2);
    if let Some(literal) = quoted.find(|literal| literal.contains(':')) {
        let open = text.contains("startsWith") && !literal.ends_with('*');
        let literal = if open {
            format!("{literal}*")
        } else {
            literal.to_owned()
        };
        return Some(pattern(kind, &literal));
    }
    let word = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':'));
    text.split(word).filter_map(of_claim).max()
}

/// Whether an expression asks that a claim be something else than a text, and for nothing more: nearly every token passes.
fn asks_only_for_difference(text: &str) -> bool {
    text.contains("!=") && !["==", " in ", "("].iter().any(|word| text.contains(word))
}

/// Whether a pattern leaves something open.
fn open(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Claims of GitHub that everybody's pipelines may carry with any value; a subject of nothing else names nobody.
const ANYBODYS: &[&str] = &[
    "workflow",
    "environment",
    "ref",
    "ref_type",
    "head_ref",
    "base_ref",
    "event_name",
    "context",
    "runner_environment",
];

/// Whether a subject with a template of its own says whose pipeline it is.
fn names_somebody(subject: &str) -> bool {
    let claims = subject.split(':').step_by(2);
    claims.into_iter().any(|claim| !ANYBODYS.contains(&claim)) || subject.contains("repo")
}

/// `repo:OWNER/NAME:ref:refs/heads/main`, `...:environment:prod`, `...:pull_request`.
fn github(subject: &str) -> Breadth {
    let Some(rest) = subject.strip_prefix("repo:") else {
        return match subject.split_once(':') {
            Some(_) if !names_somebody(subject) => Breadth::Provider,
            Some((claim, value)) if !open(value) => of_claim(claim).unwrap_or(Breadth::Repository),
            Some((_, value)) if !value.starts_with('*') => Breadth::Organisation,
            _ => Breadth::Provider,
        };
    };
    let (repository, context) = rest.split_once(':').unwrap_or((rest, ""));
    let Some((owner, name)) = repository.split_once('/') else {
        return Breadth::Provider;
    };
    if open(owner) || owner.is_empty() {
        return Breadth::Provider;
    }
    if open(name) || name.is_empty() {
        return Breadth::Organisation;
    }
    if let Some(reference) = context.strip_prefix("ref:") {
        return git_ref(reference);
    }
    match context.split_once(':') {
        _ if context == "pull_request" => Breadth::PullRequest,
        Some(("environment", name)) if !open(name) => Breadth::Environment,
        Some(("job_workflow_ref", flow)) if !open(flow) => Breadth::Workload,
        _ => Breadth::Repository,
    }
}

/// `refs/heads/main` is one branch; `refs/heads/release/*` is as good as one; `refs/heads/*` is any.
fn git_ref(reference: &str) -> Breadth {
    let name = reference
        .trim_start_matches("refs/")
        .trim_start_matches("heads/")
        .trim_start_matches("tags/");
    if name.is_empty() || name.starts_with(['*', '?']) {
        Breadth::AnyRef
    } else {
        Breadth::Branch
    }
}

/// `project_path:GROUP/PROJECT:ref_type:branch:ref:main`.
fn gitlab(subject: &str) -> Breadth {
    let Some(rest) = subject.strip_prefix("project_path:") else {
        return if open(subject) {
            Breadth::Provider
        } else {
            Breadth::Workload
        };
    };
    let (project, context) = rest.split_once(':').unwrap_or((rest, ""));
    let group = project.split('/').next().unwrap_or(project);
    if open(group) {
        return Breadth::Provider;
    }
    if open(project) {
        return Breadth::Organisation;
    }
    match context.split_once("ref:") {
        Some((_, reference)) => git_ref(reference),
        None => Breadth::Repository,
    }
}

/// `system:serviceaccount:NAMESPACE:NAME`.
fn kubernetes(subject: &str) -> Breadth {
    let Some(rest) = subject.strip_prefix("system:serviceaccount:") else {
        return if open(subject) {
            Breadth::Provider
        } else {
            Breadth::Workload
        };
    };
    match rest.split_once(':') {
        Some((namespace, _)) if open(namespace) => Breadth::Provider,
        Some((_, name)) if open(name) => Breadth::Namespace,
        Some(_) => Breadth::Workload,
        None => Breadth::Provider,
    }
}

/// `organization:ORG:project:P:workspace:W:...`: the organisation, then what must be fixed within it.
fn labelled(subject: &str, organisation: &str, within: &[&str]) -> Breadth {
    let value = |label: &str| {
        let mut parts = subject.split(':');
        parts.find(|part| *part == label)?;
        parts.next()
    };
    if !organisation.is_empty() && value(organisation).is_none_or(open) {
        return Breadth::Provider;
    }
    let fixed = |label: &&&str| value(label).is_some_and(|value| !open(value));
    match within.iter().filter(fixed).count() {
        0 => Breadth::Organisation,
        count if count == within.len() => Breadth::Workload,
        _ => Breadth::Repository,
    }
}

/// `org/ORG/project/PROJECT/user/USER`.
fn circleci(subject: &str) -> Breadth {
    let mut parts = subject.split('/').skip(1).step_by(2);
    match (parts.next(), parts.next()) {
        (Some(organisation), _) if open(organisation) => Breadth::Provider,
        (Some(_), Some(project)) if !open(project) => Breadth::Repository,
        (Some(_), _) => Breadth::Organisation,
        (None, _) => Breadth::Provider,
    }
}

/// `{REPOSITORY}:{ENVIRONMENT}:{STEP}`; the issuer is a workspace's own.
fn bitbucket(subject: &str) -> Breadth {
    let parts: Vec<&str> = subject.split(':').collect();
    match parts.as_slice() {
        [repository, ..] if open(repository) => Breadth::Organisation,
        [_, environment, _] if !open(environment) => Breadth::Environment,
        _ => Breadth::Repository,
    }
}

fn other(subject: &str) -> Breadth {
    if open(subject) {
        Breadth::Organisation
    } else {
        Breadth::Workload
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_github_subjects() {
        for (subject, expected) in [
            ("*", Breadth::Provider),
            ("repo:*", Breadth::Provider),
            ("repo:acme*/app:*", Breadth::Provider),
            ("repo:acme/*", Breadth::Organisation),
            ("repo:acme/app*", Breadth::Organisation),
            ("repo:acme/app:*", Breadth::Repository),
            ("repo:acme/app:environment:*", Breadth::Repository),
            ("repo:acme/app:ref:refs/heads/*", Breadth::AnyRef),
            ("repo:acme/app:ref:*", Breadth::AnyRef),
            ("repo:acme/app:pull_request", Breadth::PullRequest),
            ("repo:acme/app:ref:refs/heads/main", Breadth::Branch),
            ("repo:acme/app:ref:refs/heads/release/*", Breadth::Branch),
            ("repo:${}/${}:ref:refs/heads/main", Breadth::Branch),
            ("repo:acme/app:environment:prod", Breadth::Environment),
            ("repository_owner_id:12:*", Breadth::Organisation),
            ("workflow:deploy", Breadth::Provider),
            ("environment:prod:ref:refs/heads/main", Breadth::Provider),
            (
                "environment:prod:repository_owner:acme",
                Breadth::Environment,
            ),
        ] {
            assert_eq!(breadth("github", subject), Some(expected), "{subject}");
        }
    }

    #[test]
    fn reads_the_other_providers() {
        for (kind, subject, expected) in [
            ("gitlab", "project_path:*", Breadth::Provider),
            (
                "gitlab",
                "project_path:acme/*:ref_type:branch:ref:main",
                Breadth::Organisation,
            ),
            (
                "gitlab",
                "project_path:acme/app:ref_type:branch:ref:*",
                Breadth::AnyRef,
            ),
            (
                "gitlab",
                "project_path:acme/app:ref_type:branch:ref:main",
                Breadth::Branch,
            ),
            ("gitlab", "project_path:acme/app:*", Breadth::Repository),
            ("kubernetes", "system:serviceaccount:*:*", Breadth::Provider),
            (
                "kubernetes",
                "system:serviceaccount:ci:*",
                Breadth::Namespace,
            ),
            (
                "kubernetes",
                "system:serviceaccount:ci:runner",
                Breadth::Workload,
            ),
            (
                "terraform_cloud",
                "organization:*:project:p:workspace:w:run_phase:*",
                Breadth::Provider,
            ),
            (
                "terraform_cloud",
                "organization:acme:project:*:workspace:*:run_phase:*",
                Breadth::Organisation,
            ),
            (
                "terraform_cloud",
                "organization:acme:project:p:workspace:*:run_phase:*",
                Breadth::Repository,
            ),
            (
                "terraform_cloud",
                "organization:acme:project:p:workspace:w:run_phase:apply",
                Breadth::Workload,
            ),
            (
                "buildkite",
                "organization:acme:pipeline:*:ref:x",
                Breadth::Organisation,
            ),
            (
                "buildkite",
                "organization:acme:pipeline:p:ref:x",
                Breadth::Workload,
            ),
            ("circleci", "org/1/project/*/user/*", Breadth::Organisation),
            ("circleci", "org/1/project/2/user/*", Breadth::Repository),
            ("bitbucket", "{1}:{2}:*", Breadth::Environment),
            ("bitbucket", "{1}:*", Breadth::Repository),
            (
                "spacelift",
                "space:a:stack:*:run_type:*:scope:*",
                Breadth::Organisation,
            ),
            ("other", "a", Breadth::Workload),
        ] {
            assert_eq!(breadth(kind, subject), Some(expected), "{kind} {subject}");
        }
    }

    #[test]
    fn reads_expressions_over_claims() {
        for (text, expected) in [
            (
                "assertion.repository_owner == 'acme'",
                Breadth::Organisation,
            ),
            ("assertion.repository == 'acme/app'", Breadth::Repository),
            (
                "assertion.repository == 'acme/app' && assertion.ref == 'refs/heads/main'",
                Breadth::Branch,
            ),
            (
                "assertion.sub == 'repo:acme/app:environment:prod'",
                Breadth::Environment,
            ),
            (
                "assertion.sub.startsWith('repo:acme/')",
                Breadth::Organisation,
            ),
            (
                "claims['sub'] matches 'repo:acme/*:ref:refs/heads/main'",
                Breadth::Organisation,
            ),
        ] {
            assert_eq!(breadth("github", text), Some(expected), "{text}");
        }
    }

    #[test]
    fn an_expression_over_other_claims_is_not_judged() {
        assert_eq!(breadth("other", "'6f9c' in assertion.teams"), None);
    }

    #[test]
    fn a_claim_narrows_by_its_name() {
        assert_eq!(
            of_claim("token.actions.githubusercontent.com:repository_id"),
            Some(Breadth::Repository)
        );
        assert_eq!(of_claim("aws:SourceIp"), None);
    }
}
