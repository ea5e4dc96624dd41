//! Turns documents into meaning, in two halves around the barrier: [`declare`] finds the named objects in one document;
//! [`facts`] says what the resolved objects are, by the tables in `rules/resources` and one file a topic for what a table
//! cannot say. Does not know where a document came from, or which rules will look at the nouns.

mod document;
mod kubernetes;
mod rbac;
mod read;
#[cfg(test)]
mod sample;
mod terraform;

use crate::format::{Declaration, Document};
use crate::model::Estate;

/// The named objects of a document.
#[must_use]
pub fn declare(document: &Document) -> Vec<Declaration> {
    let mut found = terraform::declare(document);
    if matches!(document.format, "yaml" | "json" | "codeowners") {
        found.append(&mut document::declare(document));
    }
    found
}

/// The nouns that resolved declarations stand for; ties between them are made by `resolve`.
#[must_use]
pub fn facts(declarations: &[Declaration]) -> Estate {
    let mut estate = Estate::default();
    kubernetes::facts(declarations, &mut estate);
    rbac::facts(declarations, &mut estate);
    estate
}
