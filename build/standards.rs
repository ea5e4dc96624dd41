//! Packs `rules/standards`. A catalogue that does not read fails the build with its file, line and column.

use crate::standard::Standards;
use serde::de::DeserializeOwned;
use std::path::Path;

/// The catalogues below `dir`, packed.
///
/// # Panics
/// When one is missing or does not read.
pub(crate) fn pack(dir: &Path) -> Vec<u8> {
    let standards = Standards {
        nhi: read(dir, "nhi.yml"),
        csf: read(dir, "csf.yml"),
        mapping: read(dir, "mapping.yml"),
        topics: read(dir, "topics.yml"),
    };
    postcard::to_stdvec(&standards).expect("standards serialise")
}

fn read<T: DeserializeOwned>(dir: &Path, name: &str) -> T {
    let text = std::fs::read_to_string(dir.join(name))
        .unwrap_or_else(|error| panic!("rules/standards/{name}: {error}"));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("rules/standards/{name}: {error}"))
}
