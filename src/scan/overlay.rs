//! A source with some of its files changed: what a patch would leave.

use super::source::{Bytes, Look, Source};
use crate::source::Gap;
use rustc_hash::FxHashMap;

/// Files of another source, some with another text; an empty text stands for a file that is gone.
pub struct Overlay<'a> {
    inner: &'a dyn Source,
    texts: FxHashMap<String, String>,
}

impl std::fmt::Debug for Overlay<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Overlay")
            .field("changed", &self.texts.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Overlay<'a> {
    /// The files of `inner` with these texts by path.
    #[must_use]
    pub fn new(inner: &'a dyn Source, texts: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            inner,
            texts: texts.into_iter().collect(),
        }
    }
}

impl Source for Overlay<'_> {
    fn len(&self) -> usize {
        self.inner.len()
    }

    fn path(&self, index: usize) -> &str {
        self.inner.path(index)
    }

    fn read(&self, index: usize, buffer: &mut Vec<u8>) -> Bytes {
        match self.texts.get(self.path(index)) {
            None => self.inner.read(index, buffer),
            Some(text) if text.is_empty() => Bytes::Absent,
            Some(text) => {
                buffer.clear();
                buffer.extend_from_slice(text.as_bytes());
                Bytes::Read
            }
        }
    }

    fn look(&self, index: usize) -> Look {
        self.inner.look(index)
    }

    fn gaps(&self) -> Vec<Gap> {
        self.inner.gaps()
    }

    fn skipped(&self) -> Vec<(String, usize)> {
        self.inner.skipped()
    }

    fn missing(&self) -> Vec<Gap> {
        self.inner.missing()
    }
}
