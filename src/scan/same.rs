//! What makes a grant the same at another commit: principal, right, reach, environment; not the file or the line.

use crate::model::Grant;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// One number for one grant, wherever it stands.
pub(super) fn key(grant: &Grant) -> u64 {
    let mut hasher = FxHasher::default();
    match grant.to.text() {
        "" => grant.address.hash(&mut hasher),
        to => to.hash(&mut hasher),
    }
    for text in [
        &grant.provider,
        &grant.role,
        &grant.scope,
        &grant.environment,
        &grant.namespace,
    ] {
        text.text().hash(&mut hasher);
    }
    for set in [&grant.actions, &grant.resources] {
        set.texts().for_each(|text| text.hash(&mut hasher));
    }
    hasher.finish()
}
