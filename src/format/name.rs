//! File names as formats look at them.

use crate::source::folder::file_name;

/// Endings that say how a file is made or used, not what it holds.
const WRAPPED: &[&str] = &[
    ".tpl",
    ".tmpl",
    ".gotmpl",
    ".tftpl",
    ".j2",
    ".jinja",
    ".jinja2",
    ".erb",
    ".template",
    ".dist",
    ".example",
    ".sample",
];

/// A path and its last part, read once for all formats that may claim the file.
#[derive(Debug)]
pub struct Named<'p> {
    path: &'p str,
    lower: String,
    bare: usize,
}

impl<'p> Named<'p> {
    /// Reads a path.
    #[must_use]
    pub fn new(path: &'p str) -> Self {
        let lower = file_name(path).to_ascii_lowercase();
        let bare = WRAPPED
            .iter()
            .find_map(|ending| lower.strip_suffix(ending))
            .filter(|bare| !bare.is_empty());
        let bare = bare.map_or(lower.len(), str::len);
        Self { path, lower, bare }
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &'p str {
        self.path
    }

    /// The last part of the path as it is written.
    #[must_use]
    pub fn written(&self) -> &'p str {
        file_name(self.path)
    }

    /// The last part of the path in lower case.
    #[must_use]
    pub fn full(&self) -> &str {
        &self.lower
    }

    /// The last part of the path in lower case, without the ending of a template or an example.
    #[must_use]
    pub fn bare(&self) -> &str {
        &self.lower[..self.bare]
    }
}
