//! Says who should resolve a finding, in one phrase.

use super::clean;
use super::record::{Owner, Place};
use crate::model::Strength;

/// The word for how far an owner can be relied on.
pub(super) fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Declared => "declared",
        Strength::Inherited => "inherited",
        Strength::Inferred => "inferred",
    }
}

impl Owner<'_> {
    /// The owner with how that is known: `@team (codeowners .github/CODEOWNERS:3)`, `nobody`, `unknown (main.tf:4)`.
    pub(super) fn phrase(&self) -> String {
        match self {
            Owner::Owned {
                name, step, place, ..
            } => {
                let step = step.replace('_', "-");
                match place {
                    Some(place) => format!("{} ({step} {})", clean::line(name), at(place)),
                    None => format!("{} ({step})", clean::line(name)),
                }
            }
            Owner::Unknown { place: Some(place) } => format!("unknown ({})", at(place)),
            Owner::Unknown { place: None } => "unknown".to_owned(),
            Owner::Nobody => "nobody".to_owned(),
        }
    }

    /// The person or team, empty where nobody is known.
    pub(super) fn name(&self) -> &str {
        match self {
            Owner::Owned { name, .. } => name,
            Owner::Unknown { .. } | Owner::Nobody => "",
        }
    }

    /// Whether someone answers for it: owned, unknown, nobody.
    pub(super) fn status(&self) -> &'static str {
        match self {
            Owner::Owned { .. } => "owned",
            Owner::Unknown { .. } => "unknown",
            Owner::Nobody => "nobody",
        }
    }

    /// The step of the ladder that answered, empty where none did.
    pub(super) fn step(&self) -> &'static str {
        match self {
            Owner::Owned { step, .. } => step,
            Owner::Unknown { .. } | Owner::Nobody => "",
        }
    }
}

fn at(place: &Place<'_>) -> String {
    format!("{}:{}", clean::line(place.path), place.start.line)
}
