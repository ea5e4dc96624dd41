//! Where a field's value comes from: attributes, constants, and how what is written becomes the model's word.

use super::path::Path;
use serde::{Deserialize, Serialize};

/// The first alternative that is written gives the value, else the default does, else nothing does. A set is filled by all
/// alternatives.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Source {
    /// In order.
    pub alternatives: Vec<Alternative>,
    /// What the provider applies when nothing is written.
    pub default: Option<String>,
}

/// One place a value may come from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Alternative {
    /// The place.
    pub from: From,
    /// Written values that mean the same as nothing.
    pub none: Vec<String>,
    /// Prefixes to take away, each once, in order.
    pub strip: Vec<String>,
    /// Only what follows the last of these.
    pub last: String,
    /// What is put before a written value.
    pub prefix: String,
    /// What written values are called here: the first pattern that matches decides; one that nothing matches stays.
    pub values: Vec<(String, String)>,
    /// Whether a flag is turned round.
    pub not: bool,
    /// What a bare number counts.
    pub unit: Unit,
    /// When the value is a reference by key, as in `app_role_ids["Directory.Read.All"]`: whether the key is the value.
    pub index: bool,
    /// When the value is a reference: the attributes of its target that are the value.
    pub follow: Vec<Path>,
}

/// The place of an [`Alternative`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum From {
    /// The value of an attribute.
    Path(Path),
    /// The keys of the map there.
    Keys(Path),
    /// A day that lies so long after the configuration is applied.
    After(Path),
    /// Whether something is written there.
    Present(Path),
    /// Always these.
    Const(Vec<String>),
}

impl Default for From {
    fn default() -> Self {
        From::Const(Vec::new())
    }
}

/// What a bare number counts when a field holds a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Unit {
    /// Seconds.
    #[default]
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Months of thirty days.
    Months,
}

impl Unit {
    /// The unit of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Unit> {
        Some(match word {
            "seconds" => Unit::Seconds,
            "minutes" => Unit::Minutes,
            "hours" => Unit::Hours,
            "days" => Unit::Days,
            "months" => Unit::Months,
            _ => return None,
        })
    }

    /// How many seconds one is.
    #[must_use]
    pub fn seconds(self) -> i64 {
        match self {
            Unit::Seconds => 1,
            Unit::Minutes => 60,
            Unit::Hours => 3_600,
            Unit::Days => 86_400,
            Unit::Months => 30 * 86_400,
        }
    }
}

/// What must hold of an attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The attribute.
    pub path: Path,
    /// What is asked of it.
    pub test: Test,
}

/// What a [`Condition`] asks. A value that cannot be known passes no test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Test {
    /// One of the written values matches one of these patterns; an empty pattern matches what is not written.
    In(Vec<String>),
    /// No written value matches any of these.
    NotIn(Vec<String>),
    /// Something is written, or nothing is.
    Written(bool),
    /// A value is written out that stands for nothing but itself.
    Literal,
}
