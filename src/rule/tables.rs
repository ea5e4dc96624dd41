//! The resource tables of a run, by type of declaration: the built-in ones, unpacked from the binary.

use super::resource::{ActionTable, Resources, RoleEffect, Row, Table};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// Tables with an index by language and type.
#[derive(Debug, Default)]
pub struct Tables {
    resources: Resources,
    rows: FxHashMap<(String, String), Vec<(usize, usize)>>,
    patterns: Vec<(usize, usize)>,
}

/// The tables that come with the binary.
///
/// # Panics
/// Never: the packed bytes are written by `build.rs` from the same types.
#[must_use]
pub fn tables() -> &'static Tables {
    static UNPACKED: OnceLock<Tables> = OnceLock::new();
    UNPACKED.get_or_init(|| {
        let packed: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/resources.bin"));
        Tables::new(postcard::from_bytes(packed).expect("build.rs packs the same types"))
    })
}

/// The language whose tables tell what a declaration means: Bicep spells the resources of ARM templates, Pulumi and
/// Crossplane have most of theirs from Terraform.
fn vocabulary<'l>(language: &'l str, kind: &str) -> &'l str {
    match language {
        "bicep" => "arm",
        "pulumi" | "crossplane" if !kind.contains(['/', ':', '.']) => "terraform",
        language => language,
    }
}

impl Tables {
    /// Indexes tables.
    #[must_use]
    pub fn new(resources: Resources) -> Self {
        let mut rows: FxHashMap<_, Vec<_>> = FxHashMap::default();
        let mut patterns = Vec::new();
        for (at, table) in resources.tables.iter().enumerate() {
            for (index, row) in table.rows.iter().enumerate() {
                if row.is_pattern() {
                    patterns.push((at, index));
                    continue;
                }
                for kind in &row.resource {
                    rows.entry((table.language.clone(), kind.clone()))
                        .or_default()
                        .push((at, index));
                }
            }
        }
        Self {
            resources,
            rows,
            patterns,
        }
    }

    /// The rows for a type of declaration, with the tables they stand in.
    pub fn rows(&self, language: &str, kind: &str) -> impl Iterator<Item = (&Table, &Row)> {
        let language = vocabulary(language, kind);
        let row = |(table, row): &(usize, usize)| {
            let table = &self.resources.tables[*table];
            (table, &table.rows[*row])
        };
        let named = self.rows.get(&(language.to_owned(), kind.to_owned()));
        named.into_iter().flatten().map(row).chain(
            self.patterns
                .iter()
                .map(row)
                .filter(move |(table, row)| table.language == language && row.means(kind)),
        )
    }

    /// What a provider's own role of this name or id amounts to.
    #[must_use]
    pub fn role(&self, provider: &str, role: &str) -> Option<&RoleEffect> {
        self.resources
            .roles
            .iter()
            .filter(|table| table.provider == provider)
            .find_map(|table| table.effect(role))
    }

    /// What the actions of a provider amount to.
    pub fn actions<'a>(&'a self, provider: &'a str) -> impl Iterator<Item = &'a ActionTable> {
        self.resources
            .actions
            .iter()
            .filter(move |table| table.provider == provider)
    }

    /// All of it.
    #[must_use]
    pub fn all(&self) -> &Resources {
        &self.resources
    }
}
