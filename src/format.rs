//! Turns text into one spanned tree, whatever the syntax. Knows syntax only: no provider's word lives here.
//!
//! [`FORMATS`] is the list of all syntaxes; the first that claims a path parses the file. A file that nobody claims is
//! bytes only. What cannot be read is a [`Gap`](crate::source::Gap) in the document, and what could be read beside it stays.

mod bicep;
mod codeowners;
mod declaration;
mod dockerfile;
mod dotenv;
mod draft;
mod embedded;
mod groovy;
mod hcl;
mod ini;
mod json;
mod keyfile;
mod lines;
mod name;
mod netrc;
mod node;
mod pgpass;
mod properties;
mod shared;
mod template;
mod toml;
mod yaml;

pub use bicep::parse_expression;
pub use declaration::{Declaration, Remark, Scope};
pub use embedded::embedded;
pub use hcl::parse_template;
pub use name::Named;
pub use node::{Block, Entry, Expr, Node, Op, Step, Value};
pub use shared::Shared;
pub use template::guards;

use crate::source::{BlobId, Gap};

/// One parsed file: one root node per YAML document, one in all for the other syntaxes.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// Name of the [`Format`] that parsed it.
    pub format: &'static str,
    /// Where the text came from.
    pub blob: BlobId,
    /// Path relative to the root.
    pub path: String,
    /// The trees, in the order of the text.
    pub roots: Vec<Node>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// Comments that stand on the line of a value, and those on a line of their own that speak to a linter, in the order of the
    /// text; YAML only.
    pub remarks: Vec<Remark>,
}

/// Bounds that keep hostile input cheap.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Deepest nesting of a tree.
    pub depth: usize,
    /// Most nodes a document may have after its aliases are expanded.
    pub nodes: usize,
    /// Largest text that is parsed, in bytes; a larger one is bytes only.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 128,
            nodes: 2_000_000,
            bytes: 16 << 20,
        }
    }
}

/// A syntax.
pub trait Format: Sync {
    /// The word used in reports, tables and rule fences: `hcl`, `yaml`, `json`, ...
    fn name(&self) -> &'static str;
    /// Whether this syntax reads the file, by its path and its first bytes (at most 4 KiB).
    fn claims(&self, file: &Named<'_>, head: &[u8]) -> bool;
    /// Reads the text. Never panics; every span lies within the text.
    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document;
}

/// All syntaxes, most particular first.
pub static FORMATS: &[&dyn Format] = &[
    &hcl::Hcl,
    &bicep::Bicep,
    &json::Json,
    &yaml::Yaml,
    &toml::Toml,
    &codeowners::Codeowners,
    &dockerfile::Dockerfile,
    &groovy::Groovy,
    &properties::Properties,
    &netrc::Netrc,
    &pgpass::Pgpass,
    &keyfile::KeyFile,
    &dotenv::Dotenv,
    &ini::Ini,
];

/// The syntax that claims a file.
#[must_use]
pub fn claim(path: &str, head: &[u8]) -> Option<&'static dyn Format> {
    let file = Named::new(path);
    FORMATS
        .iter()
        .copied()
        .find(|format| format.claims(&file, head))
}
