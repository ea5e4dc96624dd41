//! Data files that configurations read: parsed once more when it is known which they are.

use super::file::Reading;
use super::source::{Bytes, Source};
use crate::extract::{self, Wanted};
use crate::format::{self, Limits};
use crate::source::BlobId;

/// Most data files, and the largest in bytes.
const FILES: usize = 20_000;
const LARGEST: usize = 1 << 20;

/// Adds to the readings of data files what evaluation needs of them.
pub(super) fn fetch(source: &dyn Source, readings: &mut [Reading]) {
    let all: Vec<usize> = (0..source.len().min(readings.len())).collect();
    fetch_of(source, readings, &all);
}

/// As [`fetch`], for some of the files, which may have been asked for before.
pub(super) fn fetch_of(source: &dyn Source, readings: &mut [Reading], files: &[usize]) {
    let declarations = files.iter().flat_map(|file| &readings[*file].declarations);
    let wanted = Wanted::by(declarations);
    if wanted.is_empty() {
        return;
    }
    let has = |index: usize| readings[index].declarations.iter().any(extract::is_data);
    let paths: Vec<usize> = files
        .iter()
        .copied()
        .filter(|&index| wanted.wants(source.path(index)) && !has(index))
        .collect();
    let mut buffer = Vec::new();
    for index in paths.into_iter().take(FILES) {
        let Some(reading) = readings.get_mut(index) else {
            return;
        };
        if !matches!(source.read(index, &mut buffer), Bytes::Read) || buffer.len() > LARGEST {
            continue;
        }
        let (path, Ok(text)) = (source.path(index), std::str::from_utf8(&buffer)) else {
            continue;
        };
        let Some(format) = format::claim(path, &buffer[..buffer.len().min(4096)]) else {
            continue;
        };
        let blob = BlobId(u32::try_from(index).unwrap_or(u32::MAX));
        let document = format.parse(blob, path, text, Limits::default());
        reading.declarations.extend(extract::data(&document));
        reading.text.get_or_insert_with(|| buffer.clone());
    }
}
