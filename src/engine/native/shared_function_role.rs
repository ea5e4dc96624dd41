//! Functions that wear one role: by the role's declaration, by its name where it is made elsewhere, or by the parameter that hands
//! it over.

use crate::engine::context::Context;
use crate::finding::Finding;
use crate::model::{Fact, Id, Link, Noun, Subject, Usage};
use crate::rule::Rule;
use crate::source::Span;
use rustc_hash::FxHashMap;

/// What tells roles apart.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Role<'e> {
    Declared(Id),
    Named(&'e str),
    /// Whatever the parameter or variable at this place is when deployed.
    Handed(Span),
}

impl<'e> Role<'e> {
    /// The role that is meant by a name and its link; none where it is not known.
    pub(super) fn new(name: &'e str, link: &Link) -> Option<Self> {
        match link {
            Link::To(id) => Some(Self::Declared(*id)),
            Link::Outside | Link::Dangling if !name.is_empty() => Some(Self::Named(name)),
            _ => None,
        }
    }

    /// The role that a workload wears. One that is not known keeps the place of the parameter that hands it over, which is
    /// outside of the workload; else nothing says that two of them are one.
    pub(super) fn worn(usage: &'e Usage, link: &Link) -> Option<Self> {
        let handed = match usage.of {
            Fact::Unknown(Some(place)) if !usage.whole.contains(place) => Some(place),
            _ => None,
        };
        Self::new(usage.of.text(), link).or(handed.map(Self::Handed))
    }
}

/// One finding for each function whose role another function wears too.
pub(super) fn walk(rule: &Rule, context: &Context<'_>) -> Vec<Finding> {
    let estate = context.estate;
    let mut wearers: FxHashMap<Role<'_>, Vec<usize>> = FxHashMap::default();
    for (at, (usage, link)) in estate.usages.iter().zip(&estate.usage_of).enumerate() {
        if usage.kind.text() != "function" || usage.provider.text() != "aws" {
            continue;
        }
        if let Some(role) = Role::worn(usage, link) {
            wearers.entry(role).or_default().push(at);
        }
    }
    let mut shared: Vec<usize> = wearers
        .into_values()
        .filter(|functions| functions.len() > 1)
        .flatten()
        .collect();
    shared.sort_unstable();
    shared
        .into_iter()
        .filter_map(|at| {
            let id = Id(u32::try_from(at).ok()?);
            let noun = Noun::Usage;
            context.finding(rule, Subject { noun, id })
        })
        .collect()
}
