//! Small repositories for tests: texts by path, as declarations or as an estate.

use crate::format::{Declaration, Limits, claim};
use crate::model::Estate;
use crate::source::BlobId;

/// The declarations of some files, not yet resolved.
pub(super) fn declarations(files: &[(&str, &str)]) -> Vec<Declaration> {
    let mut found = Vec::new();
    for (index, (path, text)) in files.iter().enumerate() {
        let blob = BlobId(u32::try_from(index).expect("few files"));
        let format = claim(path, text.as_bytes()).expect("a format claims the file");
        let document = format.parse(blob, path, text, Limits::default());
        assert!(document.gaps.is_empty(), "{path}: {:?}", document.gaps);
        found.extend(super::declare(&document));
    }
    found
}

/// The nouns of some files, not yet tied.
pub(super) fn estate(files: &[(&str, &str)]) -> Estate {
    super::facts(&declarations(files))
}
