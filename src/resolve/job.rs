//! The jobs of a run by their address: where the steps of a job find the identity that their job is.

use crate::model::{Estate, Id, Link};
use rustc_hash::FxHashMap;

/// Identity of every job, by the address that it and its steps share.
pub(super) fn by_address(estate: &Estate) -> FxHashMap<&str, Id> {
    let usages = estate.usages.iter().zip(&estate.usage_of);
    usages
        .filter(|(usage, _)| usage.kind.text() == "job")
        .filter_map(|(usage, link)| match link {
            Link::To(id) => Some((usage.address.as_str(), *id)),
            _ => None,
        })
        .collect()
}
