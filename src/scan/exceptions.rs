//! Lists the exceptions of every tool in the files of a source: bytes alone, nothing is judged.

use super::source::{Bytes, Source};
use crate::finding::Exception;
use crate::source::Gap;
use crate::suppress::dialect;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The exceptions of all files, by path and line, and what could not be read. `progress` counts files.
#[must_use]
pub fn exceptions(source: &dyn Source, progress: &AtomicUsize) -> (Vec<Exception>, Vec<Gap>) {
    let parts: Vec<(Vec<Exception>, Option<Gap>)> = (0..source.len())
        .into_par_iter()
        .map_init(Vec::new, |buffer, index| {
            progress.fetch_add(1, Ordering::Relaxed);
            match source.read(index, buffer) {
                Bytes::Read => (dialect::exceptions(source.path(index), buffer), None),
                Bytes::Skipped(_) | Bytes::Absent => (Vec::new(), None),
                Bytes::Gap(gap) => (Vec::new(), Some(gap)),
            }
        })
        .collect();
    let mut gaps = source.gaps();
    let mut found = Vec::new();
    for (exceptions, gap) in parts {
        found.extend(exceptions);
        gaps.extend(gap);
    }
    gaps.sort();
    (found, gaps)
}
