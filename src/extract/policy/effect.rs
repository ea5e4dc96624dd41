//! What a statement amounts to, by its effect: how much its holder can do, and how far it could have been narrowed.

use super::document::Statement;
use crate::model::{Fact, Grant, Set};
use crate::rule::Tables;
use crate::rule::resource::{ActionTable, glob};
use crate::source::Span;
use compact_str::CompactString;

/// Fills level, effect, wildcard, scope and narrowability of a grant from its statement.
pub(super) fn judge(tables: &Tables, statement: &Statement, grant: &mut Grant) {
    let resource_side = matches!(grant.policy.text(), "resource" | "key");
    let everything = !resource_side && statement.reaches_everything();
    let actions = Actions::of(statement);
    if grant.scope.is_absent() {
        grant.scope = Fact::given(if everything { "account" } else { "resource" });
    }
    if grant.wildcard.is_absent() {
        let wide = everything && (actions.all || actions.service().is_some());
        grant.wildcard = known(wide, &statement.actions);
    }
    let action_tables: Vec<&ActionTable> = tables.actions("aws").collect();
    let fixed = everything
        && !actions.all
        && actions.are_all(|action| {
            let listed = |table: &&ActionTable| any(&table.unscoped, action);
            action_tables.iter().any(listed)
        });
    grant.narrowable = known(!fixed, &statement.actions);
    let (level, effect) = level(&action_tables, &actions, everything);
    if grant.level.is_absent() {
        grant.level = level;
    }
    if everything {
        grant.excess = excess(&action_tables, statement, grant.level.text() != "read");
    }
    if grant.effect.is_absent() {
        grant.effect = effect;
    }
}

/// The actions that take a resource, without reads where the right is to `change` something.
fn excess(tables: &[&ActionTable], statement: &Statement, change: bool) -> Set {
    let fits = |(action, _): &&(CompactString, Span)| {
        !tables
            .iter()
            .any(|table| any(&table.unscoped, action) || (change && any(&table.reads, action)))
    };
    let actions = &statement.actions;
    Set {
        items: actions.items.iter().filter(fits).cloned().collect(),
        complete: actions.complete,
    }
}

/// A flag that holds unless unread items could turn it.
fn known(flag: bool, set: &Set) -> Fact<bool> {
    match set.items.first() {
        Some((_, span)) if flag || set.complete => Fact::Known(flag, *span),
        None if set.complete => Fact::Default(flag),
        _ => Fact::Unknown(None),
    }
}

fn level(
    tables: &[&ActionTable],
    actions: &Actions<'_>,
    everything: bool,
) -> (Fact<CompactString>, Fact<CompactString>) {
    let given = |level: &str, effect: &str| (Fact::given(level), Fact::given(effect));
    if actions.all {
        return if everything {
            given("admin", "everything")
        } else {
            given("write", "everything_on_resource")
        };
    }
    if actions.texts().next().is_none() {
        return (Fact::Unknown(None), Fact::Unknown(None));
    }
    let administers = |action: &str| {
        action
            .strip_suffix(":*")
            .is_some_and(|service| tables.iter().any(|table| any(&table.admin, service)))
    };
    if everything && actions.texts().any(administers) {
        return given("admin", "everything");
    }
    let effects = tables.iter().flat_map(|table| &table.effects);
    let hit = effects.into_iter().find(|effect| {
        effect
            .actions
            .iter()
            .any(|action| actions.texts().any(|pattern| overlaps(pattern, action)))
    });
    let reads = |action: &str| tables.iter().any(|table| any(&table.reads, action));
    let plain = if actions.complete && actions.are_all(reads) {
        "read"
    } else {
        "write"
    };
    match hit {
        Some(hit) => {
            let level = if hit.level == "escalate" && !everything {
                "write"
            } else if hit.level == "read" {
                plain
            } else {
                &hit.level
            };
            (Fact::given(level), Fact::given(&hit.effect))
        }
        None => (Fact::given(plain), Fact::Absent),
    }
}

/// Whether a pattern of a policy covers an action, or a pattern of actions, of a table.
fn overlaps(pattern: &str, action: &str) -> bool {
    glob(pattern, action) || (action.contains('*') && glob(action, pattern))
}

fn any(patterns: &[String], text: &str) -> bool {
    patterns.iter().any(|pattern| glob(pattern, text))
}

/// The actions a statement allows.
#[derive(Debug)]
pub(super) struct Actions<'s> {
    set: &'s Set,
    /// Whether they are all there are, or all but some.
    pub(super) all: bool,
    complete: bool,
}

impl<'s> Actions<'s> {
    pub(super) fn of(statement: &'s Statement) -> Self {
        let star = |action: &str| action == "*" || action == "*:*";
        let set = &statement.actions;
        Self {
            set,
            all: !statement.not_actions.items.is_empty() || set.texts().any(star),
            complete: set.complete,
        }
    }

    fn texts(&self) -> impl Iterator<Item = &'s str> {
        self.set.texts()
    }

    /// A service of which all actions are allowed.
    pub(super) fn service(&self) -> Option<&'s str> {
        self.texts().find_map(|action| action.strip_suffix(":*"))
    }

    fn are_all(&self, test: impl Fn(&str) -> bool) -> bool {
        self.texts().next().is_some() && self.texts().all(test)
    }
}
