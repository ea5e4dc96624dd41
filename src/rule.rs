//! What a rule is: one Markdown page whose front matter is the rule and whose fences are its tests.
//!
//! `build.rs` reads the same files with the same code and packs them, so start-up parses nothing. Knows nothing of how
//! a rule is run.

mod definition;
mod fence;
mod head;
mod page;
mod pattern;
mod place;
pub mod resource;
mod set;
mod standard;
mod tables;
mod unpacked;

pub use definition::{
    Adjust, Body, Check, Confidence, Edit, Places, Profile, Rule, Severity, Syntax,
};
pub use fence::{Example, Kind};
pub use head::{Head, Mark, Sight};
pub use page::{PageError, parse};
pub use pattern::{Alphabet, Checksum, Likeness, Pattern, PatternKind, Run, Shape};
pub use place::Place;
pub use set::{Entry, RuleSet, builtin};
pub use standard::{Mapping, NhiItem, Standards, Subcategory};
pub use tables::{Tables, tables};
pub use unpacked::standards;
