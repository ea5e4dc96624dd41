//! Turns documents into meaning, in two halves around the barrier: [`declare`] finds the named objects in one document;
//! [`facts`] says what the resolved objects are, by the tables in `rules/resources` and one file a topic for what a table
//! cannot say. Does not know where a document came from, or which rules will look at the nouns.

mod document;
mod issuer;
mod kubernetes;
mod mapping;
mod policy;
mod rbac;
mod read;
mod roles;
mod run;
#[cfg(test)]
mod sample;
pub mod secret;
mod terraform;
mod workflow;

use crate::format::{Declaration, Document};
use crate::model::Estate;
use crate::rule::tables;
use mapping::{Part, Pass};
use rayon::prelude::*;
use run::Run;
use rustc_hash::FxHashSet;

/// The named objects of a document.
#[must_use]
pub fn declare(document: &Document) -> Vec<Declaration> {
    let mut found = terraform::declare(document);
    if matches!(document.format, "yaml" | "json" | "codeowners") {
        found.append(&mut document::declare(document));
    }
    if found.is_empty() {
        found = policy::declare(document);
    }
    found
}

/// The nouns that resolved declarations stand for; ties between them are made by `resolve`.
#[must_use]
pub fn facts(declarations: &[Declaration]) -> Estate {
    let run = Run::new(declarations);
    let mut parts = mapped(&run, Pass::Direct, |_| true);
    let used: FxHashSet<_> = parts
        .iter_mut()
        .flat_map(|part| part.used.drain(..))
        .collect();
    let unused = |declaration: &Declaration| !used.contains(&declaration.address);
    parts.append(&mut mapped(&run, Pass::Orphans, unused));
    let (mut estate, mut denies) = (Estate::default(), Vec::new());
    for part in parts {
        absorb(&mut estate, part.estate);
        denies.extend(part.denies);
    }
    kubernetes::facts(declarations, &mut estate);
    rbac::facts(declarations, &mut estate);
    workflow::facts(declarations, &mut estate);
    policy::settle(tables(), &mut estate, &denies);
    roles::settle(tables(), &mut estate);
    issuer::complete(&mut estate.trusts);
    estate
}

/// What the tables say, in the order of the declarations.
fn mapped(run: &Run<'_>, pass: Pass, keep: impl Fn(&Declaration) -> bool + Sync) -> Vec<Part> {
    run.declarations()
        .par_iter()
        .filter(|declaration| keep(declaration))
        .map(|declaration| mapping::nouns(tables(), run, declaration, pass))
        .collect()
}

fn absorb(estate: &mut Estate, part: Estate) {
    estate.identities.extend(part.identities);
    estate.credentials.extend(part.credentials);
    estate.grants.extend(part.grants);
    estate.trusts.extend(part.trusts);
    estate.usages.extend(part.usages);
    estate.settings.extend(part.settings);
}
