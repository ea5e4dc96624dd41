//! The variables of a job: keys it is handed, and roles it may become with its OIDC token.

use super::job::Job;
use crate::extract::variable::{ENDPOINTS, VARIABLES};
use crate::format::{Entry, Node, Value};
use crate::model::{Estate, Fact};
use compact_str::CompactString;

/// Clouds that take the OIDC token of a pipeline in place of a key.
const FEDERATED: &[&str] = &["aws", "azure", "google", "vault"];

/// Whether jobs of a system can have an OIDC token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Oidc {
    /// They can.
    Offered,
    /// The system makes none.
    Missing,
}

/// Adds a usage for each provider whose key a map of variables hands to the job. A literal is the matter of secret rules.
pub(super) fn keys(job: &Job<'_>, variables: &Node, oidc: Oidc, estate: &mut Estate) {
    let elsewhere = ENDPOINTS.iter().any(|name| variables.get(name).is_some());
    let mut seen: Vec<&str> = Vec::new();
    for entry in variables.entries() {
        let known = VARIABLES.iter().find(|variable| variable.name == entry.key);
        let Some(variable) = known else { continue };
        let other = elsewhere && variable.provider == "aws";
        if other || seen.contains(&variable.provider) || !is_reference(&entry.value) {
            continue;
        }
        seen.push(variable.provider);
        let keyless = variable.keyless && FEDERATED.contains(&variable.provider);
        let method = match keyless && oidc == Oidc::Offered {
            true => "static_key",
            false => "token",
        };
        let span = super::job::whole(entry);
        job.session(
            variable.provider,
            Fact::Unknown(Some(span)),
            method,
            span,
            estate,
        );
    }
}

/// Whether a value is taken from where the platform keeps it.
fn is_reference(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => text.trim_start().starts_with('$'),
        Value::Map(_) => ["from_secret", "secret", "secretKeyRef"]
            .iter()
            .any(|key| node.get(key).is_some()),
        _ => false,
    }
}

/// Adds a usage for each role that a map of variables names, for a job that has an OIDC token to become it with.
pub(super) fn roles(job: &Job<'_>, variables: &Node, estate: &mut Estate) {
    for entry in variables.entries() {
        if let Some((provider, name)) = role(entry) {
            let span = super::job::whole(entry);
            let of = Fact::Known(name, entry.value.span);
            job.session(provider, of, "oidc", span, estate);
        }
    }
}

/// The cloud role a variable names, by its value or its own name.
fn role(entry: &Entry) -> Option<(&'static str, CompactString)> {
    let text = entry.value.scalar()?;
    if is_role(&text) {
        return Some(("aws", text));
    }
    if text.ends_with(".iam.gserviceaccount.com") && text.contains('@') {
        return Some(("google", text));
    }
    match entry.key.as_str() {
        "AZURE_CLIENT_ID" | "ARM_CLIENT_ID" if text.len() == 36 => Some(("azure", text)),
        "VAULT_AUTH_ROLE" | "VAULT_ROLE" if super::job::is_plain(&text) => Some(("vault", text)),
        _ => None,
    }
}

/// Whether a text is the ARN of a role.
pub(super) fn is_role(text: &str) -> bool {
    text.starts_with("arn:aws") && text.contains(":iam::") && text.contains(":role/")
}
