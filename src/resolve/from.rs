//! Finds the identities of the estate that each trust lets in: service accounts and roles by name, jobs by the role they
//! name and the subject their token carries.

use super::job;
use super::join::{Asker, Index};
use super::name::{Name, meet};
use crate::model::{Estate, Id, Link, Trust, Usage};
use rustc_hash::FxHashMap;

/// One trust lets in at most so many identities one by one; a wider one says so by its breadth.
const MOST: usize = 256;

/// Fills `trust_from`.
pub(super) fn link(estate: &mut Estate, index: &Index<'_>) {
    let wearers = wearers(estate);
    estate.trust_from = estate
        .trusts
        .iter()
        .zip(&estate.trust_of)
        .map(|(trust, of)| {
            let mut from = named(trust, index);
            if let Link::To(of) = of {
                let jobs = wearers.get(of).map_or(&[][..], Vec::as_slice);
                let jobs = jobs
                    .iter()
                    .map(|(usage, job)| (&estate.usages[*usage], *job));
                from.extend(
                    jobs.filter(|(usage, _)| admits(trust, usage))
                        .map(|(_, job)| job),
                );
                from.retain(|id| id != of);
            }
            from.sort_unstable();
            from.dedup();
            from.truncate(MOST);
            from
        })
        .collect();
}

/// Jobs whose steps wear an identity: index of the step's usage and identity of the job, by the identity worn.
fn wearers(estate: &Estate) -> FxHashMap<Id, Vec<(usize, Id)>> {
    let jobs = job::by_address(estate);
    let mut found: FxHashMap<Id, Vec<(usize, Id)>> = FxHashMap::default();
    for (at, (usage, link)) in estate.usages.iter().zip(&estate.usage_of).enumerate() {
        let step = usage.kind.text() == "step" && usage.method.text() == "oidc";
        if let (true, Link::To(worn), Some(job)) = (step, link, jobs.get(usage.address.as_str())) {
            found.entry(*worn).or_default().push((at, *job));
        }
    }
    found
}

/// Whether a trust may let in a job that names its identity: it is of the job's platform, and a subject fits.
fn admits(trust: &Trust, usage: &Usage) -> bool {
    let platform = match usage.language.text() {
        "github-actions" => "github",
        "gitlab-ci" => "gitlab",
        "bitbucket" => "bitbucket",
        "circleci" => "circleci",
        _ => return false,
    };
    if trust
        .issuer_kind
        .value()
        .is_some_and(|kind| kind != platform)
    {
        return false;
    }
    if trust.issuer_kind.is_absent() {
        return false;
    }
    let open = !trust.subjects.complete || !usage.subjects.complete;
    let unstated = trust.subjects.items.is_empty() || usage.subjects.items.is_empty();
    open || unstated
        || trust
            .subjects
            .texts()
            .any(|subject| usage.subjects.texts().any(|own| fits(subject, own)))
}

/// Whether a trust's subject pattern can be a job's subject. Both are `repo:OWNER/NAME:rest`; the parts are compared one by
/// one, so that a star for the repository does not reach into the rest.
fn fits(trusted: &str, own: &str) -> bool {
    let parts = |text: &str| {
        let rest = text.strip_prefix("repo:")?;
        let (repository, rest) = match rest.split_once(':') {
            Some(parts) => parts,
            None if rest.ends_with('*') => (rest, "*"),
            None => (rest, ""),
        };
        Some((repository.to_owned(), rest.to_owned()))
    };
    match (parts(trusted), parts(own)) {
        (Some(trusted), Some(own)) => meet(&trusted.0, &own.0) && meet(&trusted.1, &own.1),
        _ => meet(trusted, own),
    }
}

/// Identities that the trust's principals and subjects name.
fn named(trust: &Trust, index: &Index<'_>) -> Vec<Id> {
    let asker = Asker {
        provider: trust.provider.text(),
        address: &trust.address,
        environment: trust.environment.text(),
        principal: "service",
    };
    let mut found = Vec::new();
    for text in trust.principals.texts().chain(trust.subjects.texts()) {
        match Name::of(text) {
            Name::Account {
                namespace: Some(namespace),
                name,
            } => match namespace.contains('*') || name.contains('*') {
                true => found.extend(index.accounts.matching(namespace, name, MOST)),
                false => found.extend(index.named_by(text, asker)),
            },
            Name::Account { .. } | Name::Arn { .. } | Name::Email { .. } => {
                found.extend(index.named_by(text, asker));
            }
            Name::Plain(plain) if !plain.contains(['*', ':']) => {
                found.extend(index.named_by(text, asker));
            }
            Name::Plain(plain) if index.is_declared(plain) => {
                found.extend(index.named_by(text, asker));
            }
            Name::Plain(_) | Name::Open => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_fit_part_by_part() {
        let job = "repo:*:ref:refs/heads/main";
        for trusted in [
            "repo:acme/app:*",
            "repo:acme/*",
            "repo:acme/*:ref:refs/heads/main",
            "repo:acme/app:ref:refs/heads/m*",
            "*",
        ] {
            assert!(fits(trusted, job), "{trusted}");
        }
        for trusted in [
            "repo:acme/app:environment:prod",
            "repo:acme/app:ref:refs/tags/*",
            "repo:acme/app:pull_request",
            "project_path:acme/app:ref_type:branch:ref:main",
        ] {
            assert!(!fits(trusted, job), "{trusted}");
        }
    }
}
