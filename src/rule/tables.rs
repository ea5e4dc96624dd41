//! The resource tables of a run, by type of declaration: the built-in ones, unpacked from the binary.

use super::resource::{ActionTable, Packed, Resources, RoleEffect, RoleTable, Row, Sheet, Table};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// Tables with an index by language and type.
#[derive(Debug, Default)]
pub struct Tables {
    shelf: Vec<Packed<'static>>,
    /// The rows of each sheet of the shelf, as far as somebody asked for them.
    unpacked: Vec<Vec<OnceLock<Box<Row>>>>,
    roles: Vec<RoleTable>,
    actions: Vec<ActionTable>,
    /// Sheets and rows that name a type, in any language.
    rows: FxHashMap<&'static str, Vec<(usize, usize)>>,
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
        Tables::new(packed).expect("build.rs packs the same types")
    })
}

/// The language whose tables tell what a declaration means: Bicep spells the resources of ARM templates, Pulumi and
/// Crossplane have most of theirs from Terraform, Pulumi's native ones from the clouds' own templates.
fn vocabulary<'l>(language: &'l str, kind: &str) -> &'l str {
    match language {
        "bicep" => "arm",
        "pulumi" | "crossplane" if !kind.contains(['/', ':', '.']) => "terraform",
        "pulumi" if kind.starts_with("Microsoft.") => "arm",
        "pulumi" if kind.starts_with("AWS::") => "cloudformation",
        language => language,
    }
}

impl Tables {
    /// Indexes packed sheets; each row is unpacked when it is asked for.
    ///
    /// # Errors
    /// When the bytes are not those of packed tables.
    pub fn new(packed: &'static [u8]) -> Result<Self, postcard::Error> {
        let (shelf, roles, actions): (Vec<Packed<'static>>, _, _) = postcard::from_bytes(packed)?;
        let mut rows: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for (at, sheet) in shelf.iter().enumerate() {
            for &(kind, row) in &sheet.kinds {
                rows.entry(kind).or_default().push((at, row as usize));
            }
        }
        let none = |sheet: &Packed<'_>| sheet.rows.iter().map(|_| OnceLock::new()).collect();
        Ok(Self {
            unpacked: shelf.iter().map(none).collect(),
            shelf,
            roles,
            actions,
            rows,
        })
    }

    fn row(&self, at: usize, row: usize) -> (&Table, &Row) {
        let sheet = &self.shelf[at];
        let unpacked = self.unpacked[at][row].get_or_init(|| {
            postcard::from_bytes(sheet.rows[row]).expect("build.rs packs the same types")
        });
        (&sheet.table, unpacked)
    }

    /// The rows for a type of declaration, with the tables they stand in.
    pub fn rows<'t>(
        &'t self,
        language: &'t str,
        kind: &'t str,
    ) -> impl Iterator<Item = (&'t Table, &'t Row)> + 't {
        let language = vocabulary(language, kind);
        let speaks = move |at: usize| self.shelf[at].table.language == language;
        let named: &[(usize, usize)] = self.rows.get(kind).map_or(&[], Vec::as_slice);
        let named = named.iter().filter(move |&&(at, _)| speaks(at));
        let shelf = self.shelf.iter().enumerate();
        let patterns = shelf
            .filter(move |&(at, _)| speaks(at))
            .flat_map(move |(at, sheet)| {
                let patterns = sheet.patterns.iter();
                patterns.map(move |&index| self.row(at, index as usize))
            });
        let named = named.map(|&(at, index)| self.row(at, index));
        named.chain(patterns.filter(move |(_, row)| row.means(kind)))
    }

    /// How a language spells a type that somebody wrote with other capitals.
    #[must_use]
    pub fn spelling(&self, language: &str, word: &str) -> Option<&str> {
        let of = |&(at, _): &(usize, usize)| self.shelf[at].table.language == language;
        let mut kinds = self.rows.iter();
        kinds
            .find(|(kind, rows)| kind.eq_ignore_ascii_case(word) && rows.iter().any(of))
            .map(|(kind, _)| *kind)
    }

    /// What a provider's own role of this name or id amounts to.
    #[must_use]
    pub fn role(&self, provider: &str, role: &str) -> Option<&RoleEffect> {
        self.roles
            .iter()
            .filter(|table| table.provider == provider)
            .find_map(|table| table.effect(role))
    }

    /// What the accounts of components that a provider's users install are called, or begin with.
    pub fn components<'a>(&'a self, provider: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self
            .roles
            .iter()
            .filter(move |table| table.provider == provider);
        own.flat_map(|table| table.components.iter().map(String::as_str))
    }

    /// What the actions of a provider amount to.
    pub fn actions<'a>(&'a self, provider: &'a str) -> impl Iterator<Item = &'a ActionTable> {
        self.actions
            .iter()
            .filter(move |table| table.provider == provider)
    }

    /// All of it, unpacked.
    #[must_use]
    pub fn all(&self) -> Resources {
        let sheet = |(at, sheet): (usize, &Packed<'_>)| Sheet {
            table: sheet.table.clone(),
            rows: (0..sheet.rows.len())
                .map(|row| self.row(at, row).1.clone())
                .collect(),
        };
        Resources {
            sheets: self.shelf.iter().enumerate().map(sheet).collect(),
            roles: self.roles.clone(),
            actions: self.actions.clone(),
        }
    }

    /// Tables of a test.
    #[cfg(test)]
    pub(crate) fn of(sheets: Vec<Sheet>) -> Self {
        let packed = |row: &Row| -> &'static [u8] {
            let bytes = postcard::to_stdvec(row).expect("packs");
            bytes.leak()
        };
        let sheets: &'static [Sheet] = sheets.leak();
        let shelf: Vec<Packed<'static>> = sheets
            .iter()
            .map(|sheet| Packed::new(sheet, sheet.rows.iter().map(packed).collect()))
            .collect();
        let roles = (shelf, Vec::<RoleTable>::new(), Vec::<ActionTable>::new());
        Self::new(postcard::to_stdvec(&roles).expect("packs").leak()).expect("just packed")
    }
}
