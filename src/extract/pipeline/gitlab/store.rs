//! Stores that a job of GitLab reads secrets from, each a sign-in with its identity token.

use super::super::job::{self, Job};
use super::Chain;
use crate::format::Node;
use crate::model::{Estate, Fact};

/// Stores that the runner reads secrets from, by their key, and whose they are.
/// <https://docs.gitlab.com/ci/secrets/>
const STORES: &[(&str, &str)] = &[
    ("vault", "vault"),
    ("azure_key_vault", "azure"),
    ("gcp_secret_manager", "google"),
    ("aws_secrets_manager", "aws"),
];

/// Secrets read from a store with an identity token, and Google Cloud joined by `identity:`. Without a token the store of AWS is read as the
/// role of the runner: <https://docs.gitlab.com/ci/secrets/aws_secrets_manager>.
pub(super) fn stores(job: &Job<'_>, chain: &Chain<'_>, tokens: bool, estate: &mut Estate) {
    let mut seen: Vec<&str> = Vec::new();
    for entry in chain.all("secrets").flat_map(Node::entries) {
        for (key, provider) in STORES {
            let Some(store) = entry.value.entry(key) else {
                continue;
            };
            let token = tokens || entry.value.get("token").is_some() || *provider == "vault";
            if !token || seen.contains(provider) {
                continue;
            }
            seen.push(provider);
            let span = job::whole(store);
            job.session(provider, Fact::Unknown(Some(span)), "oidc", span, estate);
        }
    }
    let identity = chain.entry("identity");
    if let Some(entry) = identity.filter(|entry| entry.value.as_str() == Some("google_cloud")) {
        let span = job::whole(entry);
        job.session("google", Fact::Unknown(Some(span)), "oidc", span, estate);
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;

    fn sessions(job: &str) -> Vec<String> {
        let text = format!("deploy:\n  script: [make]\n{job}");
        let estate = sample::estate(&[(".gitlab-ci.yml", &text)]);
        let steps = estate.usages.iter();
        steps
            .filter(|usage| usage.kind.text() == "step")
            .map(|usage| format!("{} {}", usage.provider.text(), usage.method.text()))
            .collect()
    }

    #[test]
    fn secrets_of_a_store_are_read_with_the_jobs_token() {
        let tokens = "  id_tokens: {T: {aud: a}}\n";
        let read = |store: &str| {
            sessions(&format!(
                "{tokens}  secrets: {{P: {{{store}: {{name: x}}, token: $T}}}}\n"
            ))
        };
        assert_eq!(read("vault"), ["vault oidc"]);
        assert_eq!(read("azure_key_vault"), ["azure oidc"]);
        assert_eq!(read("gcp_secret_manager"), ["google oidc"]);
        assert_eq!(read("aws_secrets_manager"), ["aws oidc"]);
        let runner = "  secrets: {P: {aws_secrets_manager: {secret_id: x}}}\n";
        assert!(sessions(runner).is_empty(), "the runner's own role");
        assert_eq!(sessions("  identity: google_cloud\n"), ["google oidc"]);
    }
}
