//! What a resource means, as data: the tables under `rules/resources`, typed.
//!
//! `build.rs` reads the same files with the same code and packs them, so it names nothing outside this folder. How a
//! table is run is the business of `extract`; how it is written is told in `rules/resources/README.md`.

#[path = "resource/glob.rs"]
mod glob;
#[path = "resource/path.rs"]
mod path;
#[path = "resource/read.rs"]
mod read;
#[path = "resource/role.rs"]
mod role;
#[path = "resource/source.rs"]
mod source;
#[path = "resource/tree.rs"]
mod tree;

pub use glob::{glob, matches};
pub use path::{Base, Path, Step};
pub use read::{FieldCheck, read};
pub use role::{ActionEffect, ActionTable, Combination, RoleEffect, RoleTable};
pub use source::{Alternative, Condition, From, Source, Test, Unit};

use serde::{Deserialize, Serialize};

/// Everything under `rules/resources`.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    /// What declarations mean, one sheet a file.
    pub sheets: Vec<Sheet>,
    /// What the providers' own roles amount to.
    pub roles: Vec<RoleTable>,
    /// What single actions amount to.
    pub actions: Vec<ActionTable>,
}

/// A sheet as it comes with the binary: what it speaks of, and its rows as bytes, each unpacked when somebody asks for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Packed<'a> {
    /// What its rows share.
    pub table: Table,
    /// The types its rows name, each with the place of the row.
    #[serde(borrow)]
    pub kinds: Vec<(&'a str, u32)>,
    /// Places of the rows that name types by a pattern.
    pub patterns: Vec<u32>,
    /// The rows.
    #[serde(borrow)]
    pub rows: Vec<&'a [u8]>,
}

impl<'a> Packed<'a> {
    /// Describes a sheet whose rows were packed.
    #[must_use]
    pub fn new(sheet: &'a Sheet, rows: Vec<&'a [u8]>) -> Self {
        let (mut kinds, mut patterns) = (Vec::new(), Vec::new());
        for (index, row) in (0..).zip(&sheet.rows) {
            if row.is_pattern() {
                patterns.push(index);
            } else {
                kinds.extend(row.resource.iter().map(|kind| (kind.as_str(), index)));
            }
        }
        Self {
            table: sheet.table.clone(),
            kinds,
            patterns,
            rows,
        }
    }
}

/// The rows of one provider in one language: `rules/resources/<language>/<provider>.yml`.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// What the rows share.
    pub table: Table,
    /// The rows.
    pub rows: Vec<Row>,
}

/// What the rows of a sheet share.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Table {
    /// The file, for errors.
    pub file: String,
    /// The language of the declarations, by the folder.
    pub language: String,
    /// The provider that every noun of the table has unless it says otherwise.
    pub provider: String,
    /// Where declarations of this provider keep their tags or labels.
    pub tags: Vec<Path>,
    /// Where they say what they are for.
    pub purpose: Vec<Path>,
}

/// What the declarations of one or more types mean.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Row {
    /// Line of the row in its file.
    pub line: u32,
    /// Types of declarations, or patterns of types.
    pub resource: Vec<String>,
    /// Types, or patterns of types, that a pattern does not mean.
    pub except: Vec<String>,
    /// Where the provider documents them.
    pub docs: String,
    /// All must hold for the row to be used.
    pub when: Vec<Condition>,
    /// Attributes whose references count as a use of what they lead to, though they yield nothing.
    pub uses: Vec<Path>,
    /// What to make.
    pub makes: Vec<Make>,
}

impl Row {
    /// Whether it names types by a pattern.
    #[must_use]
    fn is_pattern(&self) -> bool {
        self.resource.iter().any(|kind| kind.contains('*'))
    }

    /// Whether a type is among those it names.
    #[must_use]
    pub fn means(&self, kind: &str) -> bool {
        let any = |patterns: &[String]| patterns.iter().any(|pattern| glob(pattern, kind));
        any(&self.resource) && !any(&self.except)
    }
}

/// One noun that a row makes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Make {
    /// Line in the file.
    pub line: u32,
    /// The noun's word.
    pub noun: String,
    /// One noun for each of these; the paths of the fields then start at the item.
    pub each: Option<Path>,
    /// All must hold.
    pub when: Vec<Condition>,
    /// A policy document whose statements become nouns of this kind.
    pub document: Option<Path>,
    /// Policies by name or reference whose statements become nouns of this kind.
    pub attach: Option<Path>,
    /// The declaration whose noun of this kind the fields are added to, instead of making one.
    pub amend: Option<Path>,
    /// Only when no other declaration of the run used this one.
    pub orphan: bool,
    /// The fields and where their values come from.
    pub fields: Vec<(String, Source)>,
}
