//! The blobs of a run: every path by id, and the text of those that something was found in.

use super::{BlobId, LineIndex, Position, Span};
use std::sync::OnceLock;

/// One file (or one side of a diff, or standard input) as the run read it.
#[derive(Debug, Default)]
pub struct Blob {
    /// Path relative to the repository root, with forward slashes; `<stdin>` for standard input.
    pub path: String,
    /// The bytes, kept only when facts or candidates came from them.
    text: Option<Vec<u8>>,
    lines: OnceLock<LineIndex>,
}

impl Blob {
    /// A blob whose bytes are kept.
    #[must_use]
    pub fn new(path: String, text: Option<Vec<u8>>) -> Self {
        Self {
            path,
            text,
            lines: OnceLock::new(),
        }
    }

    /// The bytes, empty where they were not kept.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.text.as_deref().unwrap_or_default()
    }

    /// The line table, made on first use.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.bytes()))
    }
}

/// All blobs of a run, indexed by [`BlobId`].
#[derive(Debug, Default)]
pub struct Blobs(Vec<Blob>);

impl Blobs {
    /// Takes the blobs in id order.
    #[must_use]
    pub fn new(blobs: Vec<Blob>) -> Self {
        Self(blobs)
    }

    /// The blob of this id.
    ///
    /// # Panics
    /// When the id is not of this run.
    #[must_use]
    pub fn get(&self, id: BlobId) -> &Blob {
        &self.0[id.0 as usize]
    }

    /// All blobs in path order.
    pub fn iter(&self) -> impl Iterator<Item = (BlobId, &Blob)> {
        self.0
            .iter()
            .enumerate()
            .map(|(index, blob)| (BlobId(u32::try_from(index).unwrap_or(u32::MAX)), blob))
    }

    /// Makes sure that a text can be shown: fills it into the blob `at` when that kept none or the same, else adds a blob.
    pub fn keep(&mut self, at: Option<BlobId>, path: &str, text: &str) -> BlobId {
        if let Some(id) = at
            && let Some(blob) = self.0.get_mut(id.0 as usize)
        {
            match &blob.text {
                None => {
                    *blob = Blob::new(blob.path.clone(), Some(text.into()));
                    return id;
                }
                Some(kept) if kept == text.as_bytes() => return id,
                Some(_) => {}
            }
        }
        let id = BlobId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(Blob::new(path.to_owned(), Some(text.into())));
        id
    }

    /// Gives a blob its text, or takes it away.
    ///
    /// # Panics
    /// When the id is not of this run.
    pub fn set(&mut self, id: BlobId, text: Option<Vec<u8>>) {
        let blob = &mut self.0[id.0 as usize];
        *blob = Blob::new(std::mem::take(&mut blob.path), text);
    }

    /// How many blobs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the run read nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Path of the blob a span lies in.
    #[must_use]
    pub fn path(&self, span: Span) -> &str {
        &self.get(span.blob).path
    }

    /// Start and end of a span as lines and columns.
    #[must_use]
    pub fn place(&self, span: Span) -> (Position, Position) {
        let blob = self.get(span.blob);
        (
            blob.lines().position(blob.bytes(), span.start as usize),
            blob.lines().position(blob.bytes(), span.end as usize),
        )
    }

    /// The text a span covers, lossily decoded.
    #[must_use]
    pub fn text(&self, span: Span) -> std::borrow::Cow<'_, str> {
        let bytes = self.get(span.blob).bytes();
        let range = span.range();
        String::from_utf8_lossy(
            bytes
                .get(range.start.min(bytes.len())..range.end.min(bytes.len()))
                .unwrap_or_default(),
        )
    }
}
