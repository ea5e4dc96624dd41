//! Functions that wear one role: by the role's declaration, or by its name where it is made elsewhere.

use crate::engine::context::Context;
use crate::finding::Finding;
use crate::model::{Id, Link, Noun, Subject};
use crate::rule::Rule;
use rustc_hash::FxHashMap;

/// What tells roles apart.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Role<'e> {
    Declared(Id),
    Named(&'e str),
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
}

/// One finding for each function whose role another function wears too.
pub(super) fn walk(rule: &Rule, context: &Context<'_>) -> Vec<Finding> {
    let estate = context.estate;
    let mut wearers: FxHashMap<Role<'_>, Vec<usize>> = FxHashMap::default();
    for (at, (usage, link)) in estate.usages.iter().zip(&estate.usage_of).enumerate() {
        if usage.kind.text() != "function" || usage.provider.text() != "aws" {
            continue;
        }
        if let Some(role) = Role::new(usage.of.text(), link) {
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
