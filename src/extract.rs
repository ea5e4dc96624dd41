//! Turns documents into meaning, in two halves around the barrier: [`declare`] finds the named objects in one document;
//! [`facts`] says what the resolved objects are, by the tables in `rules/resources` and one file a topic for what a table
//! cannot say. Does not know where a document came from, or which rules will look at the nouns.

mod aws_auth;
pub mod certificate;
mod document;
mod issuer;
mod item;
mod kubernetes;
mod mapping;
pub mod notebook;
mod object;
mod pipeline;
mod policy;
mod rbac;
mod read;
mod roles;
mod run;
#[cfg(test)]
mod sample;
mod scalar;
pub mod secret;
mod shell;
mod terraform;
mod updater;
mod variable;
mod vault;
mod workflow;

pub use terraform::{Wanted, data, is_data};

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
    if matches!(
        document.format,
        "yaml" | "json" | "bicep" | "codeowners" | "groovy"
    ) {
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
    if declarations.is_empty() {
        return Estate::default();
    }
    let run = Run::new(declarations);
    let (mut parts, orphans) = parts(&run);
    parts.extend(orphans);
    let applied = object::applied(&run);
    let objects = Run::new(&applied);
    let direct = mapped(&objects, Pass::Direct, |_| true);
    parts.extend(direct.into_iter().map(|(_, part)| part));
    let mut estate = Estate::default();
    let (mut denies, mut amendments) = (Vec::new(), Vec::new());
    for part in parts {
        absorb(&mut estate, part.estate);
        denies.extend(part.denies);
        amendments.extend(part.amendments);
    }
    mapping::amend(&mut estate, &amendments);
    sort(&mut estate);
    self::objects(applied.clone(), declarations, &mut estate);
    certificate::facts(declarations, &mut estate);
    vault::facts(&run, &mut estate);
    workflow::facts(declarations, &mut estate);
    updater::facts(declarations, &mut estate);
    pipeline::facts(declarations, &mut estate);
    policy::settle(&run, tables(), &mut estate, &denies);
    roles::settle(tables(), &mut estate);
    issuer::complete(&mut estate.trusts);
    estate
}

/// Blob ids are in the order of the paths, so spans order nouns as paths and text do.
fn sort(estate: &mut Estate) {
    estate.identities.sort_by_key(|noun| noun.span);
    estate.credentials.sort_by_key(|noun| noun.span);
    estate.grants.sort_by_key(|noun| noun.span);
    estate.trusts.sort_by_key(|noun| noun.span);
    estate.usages.sort_by_key(|noun| noun.span);
    estate.settings.sort_by_key(|noun| noun.span);
}

/// What Kubernetes objects mean, those that Terraform applies among them.
fn objects(mut applied: Vec<Declaration>, declarations: &[Declaration], estate: &mut Estate) {
    let objects = if applied.is_empty() {
        declarations
    } else {
        let own =
            |declaration: &&Declaration| matches!(declaration.language, "kubernetes" | "sops");
        applied.extend(declarations.iter().filter(own).cloned());
        &applied
    };
    kubernetes::facts(objects, estate);
    rbac::facts(objects, estate);
    aws_auth::facts(objects, estate);
}

/// What the tables say of the declarations, and then of those that no other declaration drew on.
fn parts(run: &Run<'_>) -> (Vec<Part>, Vec<Part>) {
    let direct = mapped(run, Pass::Direct, |_| true);
    let mut used: FxHashSet<_> = direct
        .iter()
        .flat_map(|(_, part)| part.used.iter().cloned())
        .collect();
    let mut orphans = mapped(run, Pass::Orphans, |declaration| {
        !used.contains(&declaration.address)
    });
    used.extend(
        orphans
            .iter()
            .flat_map(|(_, part)| part.used.iter().cloned()),
    );
    orphans.retain(|(declaration, _)| !used.contains(&declaration.address));
    let bare = |parts: Vec<(&Declaration, Part)>| parts.into_iter().map(|(_, part)| part).collect();
    (bare(direct), bare(orphans))
}

/// What the tables say, in the order of the declarations.
fn mapped<'a>(
    run: &Run<'a>,
    pass: Pass,
    keep: impl Fn(&Declaration) -> bool + Sync,
) -> Vec<(&'a Declaration, Part)> {
    run.declarations()
        .par_iter()
        .filter(|declaration| keep(declaration))
        .map(|declaration| {
            let part = mapping::nouns(tables(), run, declaration, pass);
            (declaration, part)
        })
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
