//! Says what the pipelines of other CI systems mean: their jobs are identities, what they sign in with are usages, and the
//! switches that decide how identities are kept are settings.
//!
//! One file a system; they share [`job`], which makes the nouns, and [`script`], which reads what commands show. A system's
//! own settings (protected variables, approvals, who may fork) are mostly kept elsewhere: what the file does not say is
//! unknown.

mod azure;
mod bitbucket;
mod buildkite;
mod circleci;
mod cluster;
mod drone;
mod environment;
mod gitlab;
mod jenkins;
mod job;
#[cfg(test)]
mod odd;
mod script;

use crate::format::Declaration;
use crate::model::Estate;

/// Adds what the pipelines of a run mean.
pub(super) fn facts(declarations: &[Declaration], estate: &mut Estate) {
    gitlab::facts(declarations, estate);
    for declaration in declarations {
        match declaration.language {
            "azure-pipelines" => azure::facts(declaration, estate),
            "circleci" => circleci::facts(declaration, estate),
            "bitbucket" => bitbucket::facts(declaration, estate),
            "buildkite" => buildkite::facts(declaration, estate),
            "drone" => drone::facts(declaration, estate),
            "jenkins" => jenkins::facts(declaration, estate),
            "kubernetes" => cluster::facts(declaration, estate),
            _ => {}
        }
    }
}
