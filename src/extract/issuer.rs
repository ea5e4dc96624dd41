//! Identity providers of CI systems and clusters: which one an issuer is, and how wide a subject pattern lets in.
//!
//! Each provider spells subjects its own way (`issuer/subject.rs`); what they share is the ladder of [`Breadth`].

mod subject;

use crate::model::{Fact, Trust};
use compact_str::CompactString;

/// Who gets in, widest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Breadth {
    /// Nothing is asked of the subject.
    Anyone,
    /// Everyone the provider knows.
    Provider,
    /// Everything of an organisation, group or workspace.
    Organisation,
    /// Everything of a namespace.
    Namespace,
    /// Everything of a repository or project, pull requests and any environment included.
    Repository,
    /// Any branch or tag of a repository.
    AnyRef,
    /// Pull requests.
    PullRequest,
    /// One branch or tag.
    Branch,
    /// One deployment environment.
    Environment,
    /// One workload.
    Workload,
}

impl Breadth {
    /// The model's word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Breadth::Anyone => "anyone",
            Breadth::Provider => "provider",
            Breadth::Organisation => "organisation",
            Breadth::Namespace => "namespace",
            Breadth::Repository => "repository",
            Breadth::AnyRef => "any_ref",
            Breadth::PullRequest => "pull_request",
            Breadth::Branch => "branch",
            Breadth::Environment => "environment",
            Breadth::Workload => "workload",
        }
    }
}

/// Parts of an issuer's address, and whose it is.
const KINDS: &[(&str, &str)] = &[
    ("token.actions.githubusercontent.com", "github"),
    ("/_services/token", "github"),
    ("gitlab", "gitlab"),
    ("oidc.circleci.com", "circleci"),
    ("api.bitbucket.org", "bitbucket"),
    ("agent.buildkite.com", "buildkite"),
    ("app.terraform.io", "terraform_cloud"),
    ("spacelift.io", "spacelift"),
    ("oidc.eks.", "kubernetes"),
    ("container.googleapis.com", "kubernetes"),
    ("kubernetes.default", "kubernetes"),
    (".oic.prod-aks.azure.com", "kubernetes"),
    ("accounts.google.com", "google"),
    ("sts.windows.net", "azure"),
    ("login.microsoftonline.com", "azure"),
    ("vstoken.dev.azure.com", "azure_devops"),
    ("cognito-identity.amazonaws.com", "cognito"),
];

/// An issuer without its scheme and closing slash, in lower case.
pub(super) fn bare(issuer: &str) -> CompactString {
    let issuer = issuer
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_end_matches('/');
    CompactString::from(issuer).to_lowercase()
}

/// Whose issuer this is, when it is one of the known.
pub(super) fn kind(issuer: &str) -> Option<&'static str> {
    let issuer = bare(issuer);
    KINDS
        .iter()
        .find(|(part, _)| issuer.contains(part))
        .map(|(_, kind)| *kind)
}

/// Whose issuer spells subjects like this one, for an issuer that is not known.
fn kind_of_subject(subject: &str) -> Option<&'static str> {
    [
        ("repo:", "github"),
        ("project_path:", "gitlab"),
        ("system:serviceaccount:", "kubernetes"),
        ("space:", "spacelift"),
    ]
    .into_iter()
    .find(|(prefix, _)| subject.starts_with(prefix))
    .map(|(_, kind)| kind)
}

/// Fills the kind of issuer and the breadth of every OIDC trust that has none yet.
pub(super) fn complete(trusts: &mut [Trust]) {
    for trust in trusts {
        if trust.kind.text() != "oidc" {
            continue;
        }
        if trust.issuer_kind.is_absent() {
            let by_issuer = trust.issuer.value().and_then(|issuer| kind(issuer));
            let by_subject = || trust.subjects.texts().find_map(kind_of_subject);
            let found = by_issuer.or_else(by_subject);
            trust.issuer_kind = match (found, trust.issuer.value()) {
                (Some(kind), _) => Fact::given(kind),
                (None, Some(_)) => Fact::given("other"),
                (None, None) => Fact::Unknown(trust.issuer.span()),
            };
        }
        if trust.breadth.is_absent() {
            trust.breadth = breadth(trust);
        }
    }
}

/// Whether a branch or an environment is asked for beside the repository.
fn asks_for_more(trust: &Trust) -> bool {
    let mut claims = trust.conditions.texts().filter_map(subject::of_claim);
    claims.any(|claim| matches!(claim, Breadth::Branch | Breadth::Environment))
}

fn breadth(trust: &Trust) -> Fact<CompactString> {
    let kind = trust.issuer_kind.text();
    let judged: Vec<_> = trust
        .subjects
        .items
        .iter()
        .map(|(text, span)| (subject::breadth(kind, text), *span))
        .collect();
    let first = judged.first().map(|(_, span)| *span);
    let known = judged.iter().all(|(breadth, _)| breadth.is_some()) && trust.subjects.complete;
    let widest = judged
        .into_iter()
        .filter_map(|(breadth, span)| breadth.map(|breadth| (breadth, span)))
        .min_by_key(|(breadth, _)| *breadth);
    match widest {
        Some((Breadth::Provider, span)) => Fact::Known(Breadth::Provider.word().into(), span),
        // What else is asked for is known by its name only: a branch, or any branch.
        Some((Breadth::Repository, span)) if asks_for_more(trust) => Fact::Unknown(Some(span)),
        Some((breadth, span)) if known => Fact::Known(breadth.word().into(), span),
        _ if first.is_some() => Fact::Unknown(first),
        Some(_) => Fact::Unknown(None),
        None if !trust.subjects.complete => Fact::Unknown(None),
        None => {
            let claims = trust.conditions.texts().filter_map(subject::of_claim);
            let narrowest = claims.max().unwrap_or(match kind {
                "kubernetes" => Breadth::Provider,
                "circleci" | "bitbucket" | "spacelift" => Breadth::Organisation,
                _ => Breadth::Anyone,
            });
            Fact::Known(narrowest.word().into(), trust.span)
        }
    }
}
