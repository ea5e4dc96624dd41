//! The rules of a role taken together: one part for each effect, so that a role is told by what it amounts to and not by how
//! many rules it is written in.

use super::Reach;
use super::power::Asked;
use crate::extract::read;
use crate::format::Node;
use crate::model::rank;
use crate::model::{Fact, Grant, Set};
use crate::source::Span;
use compact_str::{CompactString, ToCompactString, format_compact};

/// Most pairs of group and resource that are written out.
const MOST: usize = 64;

/// What some rules of a role amount to.
#[derive(Clone)]
pub(super) struct Part {
    /// read, write, admin, escalate.
    pub(super) level: &'static str,
    /// The effect, the worst one when there are several ways to gain more; empty for plain reading and writing.
    effect: &'static str,
    /// All ways to gain more.
    escalation: CompactString,
    wildcard: bool,
    verbs: Set,
    resources: Set,
    /// `resourceNames`, when every rule of the part has them.
    names: Option<Span>,
    /// The first rule's verbs; none where no file holds the rules.
    pub(super) span: Span,
}

impl Part {
    /// A role of the cluster itself, whose rules no file holds.
    pub(super) fn built_in(level: &'static str, effect: &'static str) -> Self {
        let admin = level == "admin";
        let mut set = Set {
            items: Vec::new(),
            complete: admin,
        };
        if admin {
            set.push("*", Span::default());
        }
        Self {
            level,
            effect,
            escalation: match level {
                "escalate" => effect.into(),
                _ => CompactString::default(),
            },
            wildcard: admin,
            verbs: set.clone(),
            resources: set,
            names: None,
            span: Span::default(),
        }
    }

    /// Writes the part into a grant. Of rules that no file holds, what they allow stands where the role is named, and what
    /// they amount to where the grant does.
    pub(super) fn fill(&self, grant: &mut Grant) {
        let at = match self.span == Span::default() {
            true => grant.role.span().unwrap_or(grant.span),
            false => self.span,
        };
        let placed = |set: &Set| {
            let mut set = set.clone();
            for (_, span) in &mut set.items {
                if *span == Span::default() {
                    *span = at;
                }
            }
            set
        };
        let written = match self.span == Span::default() {
            true => grant.span,
            false => self.span,
        };
        grant.level = Fact::Known(self.level.into(), written);
        grant.wildcard = Fact::Known(self.wildcard, at);
        grant.actions = placed(&self.verbs);
        grant.resources = placed(&self.resources);
        if !self.effect.is_empty() {
            grant.effect = Fact::Known(self.effect.into(), written);
        }
        if !self.escalation.is_empty() {
            grant.escalation = Fact::Known(self.escalation.clone(), written);
        }
        if let Some(names) = self.names {
            grant.conditions.push("resourceNames", names);
        }
    }

    fn merge(&mut self, other: Part) {
        if rank(other.level) > rank(self.level) {
            self.level = other.level;
        }
        if !other.escalation.is_empty()
            && !self
                .escalation
                .split(", ")
                .any(|known| known == other.escalation)
        {
            self.escalation.push_str(", ");
            self.escalation.push_str(&other.escalation);
        }
        self.wildcard |= other.wildcard;
        self.names = self.names.and(other.names);
        add(&mut self.verbs, &other.verbs);
        add(&mut self.resources, &other.resources);
    }
}

fn add(into: &mut Set, from: &Set) {
    into.complete &= from.complete;
    for (text, span) in &from.items {
        if !into.contains(text) {
            into.push(text.clone(), *span);
        }
    }
}

/// What rules amount to where they hold, worst first: everything; else all ways to gain more as one part, one part for each
/// other effect, and one for the rest.
pub(super) fn parts(rules: &[&Node], reach: Reach) -> Vec<Part> {
    let mut found: Vec<Part> = Vec::new();
    for rule in rules {
        for part in of_rule(rule, reach) {
            let same = |own: &&mut Part| match part.level == "escalate" {
                true => own.level == "escalate",
                false => {
                    own.level != "escalate"
                        && own.effect == part.effect
                        && own.wildcard == part.wildcard
                }
            };
            match found.iter_mut().find(same) {
                Some(own) => own.merge(part),
                None => found.push(part),
            }
        }
    }
    if let Some(admin) = found.iter().find(|part| part.level == "admin") {
        return vec![admin.clone()];
    }
    found.sort_by_key(|part| std::cmp::Reverse(rank(part.level)));
    found
}

/// Resources as `kubectl` names them: with their group where that is not one of Kubernetes itself, so that what a controller
/// may do with its own kinds is told apart from what it may do with everybody's.
fn shown(groups: &Set, resources: &Set) -> Set {
    let foreign = |group: &str| group.contains('.') && !group.ends_with(".k8s.io");
    let all = !groups.items.is_empty() && groups.complete && groups.texts().all(foreign);
    if !all || groups.items.len() * resources.items.len() > MOST {
        return resources.clone();
    }
    let mut set = Set {
        items: Vec::new(),
        complete: resources.complete,
    };
    for (resource, span) in &resources.items {
        for group in groups.texts() {
            set.push(format_compact!("{resource}.{group}"), *span);
        }
    }
    set
}

fn of_rule(rule: &Node, reach: Reach) -> Vec<Part> {
    let groups = read::texts(rule.get("apiGroups"));
    let verbs = read::texts(rule.get("verbs"));
    let resources = read::texts(rule.get("resources"));
    let names = rule
        .get("resourceNames")
        .filter(|names| !names.one_or_many().is_empty());
    let named = read::texts(names);
    let asked = Asked {
        groups: groups.texts().collect(),
        resources: resources.texts().collect(),
        verbs: verbs.texts().collect(),
        named: names.is_some(),
        names: named.texts().collect(),
    };
    if verbs.items.is_empty() {
        return Vec::new();
    }
    let level = |cluster: &'static str, namespace: &'static str| match reach {
        Reach::Cluster => cluster,
        Reach::Namespace => namespace,
    };
    let mut effects: Vec<(&'static str, &'static str)> = match asked.is_admin() {
        true => vec![("admin", "everything")],
        false => asked
            .powers(reach)
            .map(|power| (level(power.cluster, power.namespace), power.effect))
            .collect(),
    };
    // What one statement allows is one right: all its ways to gain more, else its worst effect at the level of the highest.
    if resources.contains("*") {
        effects.truncate(1);
    }
    let highest = effects
        .iter()
        .map(|(level, _)| *level)
        .max_by_key(|it| rank(it));
    match highest {
        Some("admin") | None => {}
        Some("escalate") => effects.retain(|(level, _)| *level == "escalate"),
        Some(level) => {
            effects.truncate(1);
            effects[0].0 = match rank(asked.plain()) > rank(level) {
                true => asked.plain(),
                false => level,
            };
        }
    }
    if effects.is_empty() {
        effects.push((asked.plain(), ""));
    }
    let entry = rule.entry("verbs");
    let span = entry.map_or(rule.span, |entry| entry.key_span.to(entry.value.span));
    effects
        .into_iter()
        .map(|(level, effect)| Part {
            level,
            effect,
            escalation: match level {
                "escalate" => effect.to_compact_string(),
                _ => CompactString::default(),
            },
            wildcard: asked.is_wildcard(),
            verbs: verbs.clone(),
            resources: shown(&groups, &resources),
            names: names.map(|names| names.span),
            span,
        })
        .collect()
}
