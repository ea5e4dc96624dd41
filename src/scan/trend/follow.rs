//! What follows when an owner leaves: how long until its identities have another, and until their credentials are new; and
//! how old credentials are against the time they may stay.

use super::look::{Material, Seen};
use crate::measure::Life;
use crate::model::Date;
use crate::report::history::Lifetimes;
use crate::suppress::Roster;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// Who was known at a sample.
#[derive(Debug, Clone, Copy)]
pub(super) enum Known<'a> {
    /// Those of the roster.
    Roster(&'a Roster),
    /// Those whom CODEOWNERS names.
    Codeowners(&'a FxHashSet<CompactString>),
    /// Neither is there, or the roster does not read.
    Nobody,
}

impl Known<'_> {
    fn has(self, name: &str, day: Date) -> bool {
        match self {
            Known::Roster(roster) => roster.has(name, day),
            Known::Codeowners(names) => names.contains(name),
            Known::Nobody => false,
        }
    }

    /// Whether both tell of people in the same way, so that who is missing in one has left.
    fn is_like(self, other: Known<'_>) -> bool {
        matches!(
            (self, other),
            (Known::Roster(_), Known::Roster(_)) | (Known::Codeowners(_), Known::Codeowners(_))
        )
    }
}

/// Identities none of whose owners is there, where a roster tells.
pub(super) fn orphaned(seen: &Seen, known: Known<'_>, day: Date) -> Option<usize> {
    let Known::Roster(roster) = known else {
        return None;
    };
    let gone = |owners: &CompactString| {
        !owners.is_empty() && owners.split(' ').all(|owner| !roster.has(owner, day))
    };
    Some(seen.owned.iter().filter(|(_, owners)| gone(owners)).count())
}

/// An identity whose owner left.
struct Case {
    identity: u64,
    owner: CompactString,
    since: Date,
    materials: Vec<(u64, u64)>,
    reassigned: Option<Date>,
    rotated: Option<Date>,
}

impl Case {
    /// Looks whether the identity has another owner now, or is gone, and whether all its credentials are new, or gone.
    fn look(&mut self, seen: &Seen, day: Date) {
        let still = seen.owned.iter().any(|(identity, owners)| {
            *identity == self.identity && owners.split(' ').any(|owner| owner == self.owner)
        });
        let old = seen
            .materials
            .iter()
            .any(|material| self.materials.contains(&(material.key, material.value)));
        self.reassigned = self.reassigned.or((!still).then_some(day));
        self.rotated = self.rotated.or((!old).then_some(day));
    }
}

/// How long identities stayed with owners who had left, and how long their credentials stayed the same.
pub(super) fn offboarding(samples: &[(Date, &Seen, Known<'_>)]) -> [Lifetimes; 2] {
    let mut cases: Vec<Case> = Vec::new();
    for pair in samples.windows(2) {
        let (before, before_seen, knew) = pair[0];
        let (day, seen, known) = pair[1];
        if known.is_like(knew) {
            for (identity, owners) in &before_seen.owned {
                let left = owners
                    .split(' ')
                    .filter(|owner| knew.has(owner, before) && !known.has(owner, day));
                cases.extend(left.map(|owner| Case {
                    identity: *identity,
                    owner: owner.into(),
                    since: last_day(known, owner).map_or(day, |last| last.clamp(before, day)),
                    materials: of(&before_seen.materials, *identity),
                    reassigned: None,
                    rotated: None,
                }));
            }
        }
        cases.iter_mut().for_each(|case| case.look(seen, day));
    }
    let last = samples.last().map(|(day, _, _)| *day).unwrap_or_default();
    let life = |case: &Case, end: Option<Date>| Life {
        days: super::lives::days(case.since, end.unwrap_or(last)),
        ended: end.is_some(),
    };
    let reassigned: Vec<Life> = cases
        .iter()
        .map(|case| life(case, case.reassigned))
        .collect();
    let held = cases.iter().filter(|case| !case.materials.is_empty());
    let rotated: Vec<Life> = held.map(|case| life(case, case.rotated)).collect();
    let told = samples.windows(2).any(|pair| pair[0].2.is_like(pair[1].2));
    let why = "no two samples with a roster, or with CODEOWNERS";
    let lives = |of: &str, lives: &[Life]| Lifetimes {
        not_available: (!told).then(|| why.to_owned()),
        ..super::lives::lived(of, lives)
    };
    [
        lives("identities whose owner left, until reassigned", &reassigned),
        lives(
            "identities whose owner left, until their credentials were new",
            &rotated,
        ),
    ]
}

fn last_day(known: Known<'_>, owner: &str) -> Option<Date> {
    match known {
        Known::Roster(roster) => roster.last_day(owner),
        Known::Codeowners(_) | Known::Nobody => None,
    }
}

fn of(materials: &[Material], identity: u64) -> Vec<(u64, u64)> {
    let own = materials
        .iter()
        .filter(|material| material.of == Some(identity));
    own.map(|material| (material.key, material.value)).collect()
}

/// Credentials at each sample that had been the same for longer than they may be, as far back as the samples go.
pub(super) fn overdue(samples: &[(Date, &Seen)]) -> Vec<usize> {
    let mut since: FxHashMap<(u64, u64), Date> = FxHashMap::default();
    let mut counts = Vec::with_capacity(samples.len());
    for (day, seen) in samples {
        since = seen
            .materials
            .iter()
            .map(|material| {
                let key = (material.key, material.value);
                (key, since.get(&key).copied().unwrap_or(*day))
            })
            .collect();
        let late = |material: &&Material| {
            let from = since[&(material.key, material.value)];
            let age = super::lives::days(from, *day);
            material.limit.is_some_and(|limit| age > limit)
        };
        counts.push(seen.materials.iter().filter(late).count());
    }
    counts
}
