//! The head of a rule: what a run asks of every rule before it knows which it needs. Also compiled into `build.rs`, which
//! packs each head before its rule, so that a rule of which nothing comes is never unpacked.

use super::definition::{Check, Rule};
use super::pattern::PatternKind;
use serde::{Deserialize, Serialize};

/// What selects a rule, and what it looks at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Head {
    /// As in the rule.
    pub id: String,
    /// As in the rule.
    pub nhi: Vec<String>,
    /// What it looks at.
    pub sight: Sight,
}

/// What a rule looks at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Sight {
    /// Bytes.
    Bytes(Mark),
    /// The subjects of the noun of this word.
    Subjects(String),
    /// The whole estate.
    Estate,
}

/// By what a pattern is found in bytes and trees.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mark {
    /// Whether the anchors are part of a key, whose case does not count.
    pub keyed: bool,
    /// Literals of which one stands in every match.
    pub anchors: Vec<String>,
    /// Kinds of object whose every value the rule judges.
    pub resource_kinds: Vec<String>,
}

impl Head {
    /// The head of a rule.
    #[must_use]
    pub fn of(rule: &Rule) -> Self {
        let sight = match &rule.check {
            Check::Pattern(pattern) => Sight::Bytes(Mark {
                keyed: pattern.kind == PatternKind::Keyed,
                anchors: pattern.anchors.clone(),
                resource_kinds: pattern.resource_kinds.clone(),
            }),
            Check::When { on, .. } => Sight::Subjects(on.clone()),
            Check::Native => Sight::Estate,
        };
        Self {
            id: rule.id.clone(),
            nhi: rule.nhi.clone(),
            sight,
        }
    }

    /// Whether a word of `--select` or `--ignore` means this rule: its id, a glob with `*` at the end (`secret/*`), or an NHI item.
    #[must_use]
    pub fn matches(&self, word: &str) -> bool {
        match word.strip_suffix('*') {
            Some(prefix) => self.id.starts_with(prefix),
            None => self.id == word || self.nhi.iter().any(|item| item.eq_ignore_ascii_case(word)),
        }
    }

    /// By what it is found in bytes; none for a rule about the model.
    #[must_use]
    pub fn mark(&self) -> Option<&Mark> {
        match &self.sight {
            Sight::Bytes(mark) => Some(mark),
            Sight::Subjects(_) | Sight::Estate => None,
        }
    }
}
