//! Ways from jobs and workloads to what the identities they can become may do.

use super::many;
use super::place::Place;
use crate::report::clean;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::hash_map::Entry;
use std::io::{Result, Write};

/// One step of a way.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// usage, trust, identity or grant.
    pub node: &'static str,
    /// Which of them; the same number is the same thing.
    #[serde(skip)]
    pub number: u32,
    /// What happens there.
    pub label: String,
    /// Where it is written.
    pub place: Place,
}

/// The shortest way from one start to one identity.
#[derive(Debug, Clone, Serialize)]
pub struct Way {
    /// The job or workload that starts it.
    pub start: String,
    /// job, workload, ...
    pub start_kind: String,
    /// Who can start it: anyone, fork, writer, main, reviewed, schedule; empty where it is not known.
    pub started_by: String,
    /// Address of the identity it begins with.
    pub from: String,
    /// Address of the identity it ends with.
    pub to: String,
    /// Name of that identity.
    pub name: String,
    /// What may be done there: read, write, escalate, admin.
    pub level: String,
    /// The role or effect of that right.
    pub right: String,
    /// From start to right.
    pub steps: Vec<Step>,
}

impl Way {
    /// The strongest rights first, of these what the most people can start, then by start.
    pub(super) fn rank(&self) -> impl Ord + '_ {
        let level = std::cmp::Reverse(crate::model::rank(&self.level));
        let starters = [
            "anyone", "fork", "writer", "", "main", "reviewed", "schedule",
        ];
        let starter = starters.iter().position(|own| *own == self.started_by);
        let place = self.steps.first().map(|step| &step.place);
        (
            level,
            starter.unwrap_or(starters.len()),
            place,
            &self.start,
            &self.to,
        )
    }

    /// What it leads to, for people: a job that has rights itself needs no name a second time.
    fn end(&self) -> &str {
        match self.start_kind == "job" && self.start == self.name {
            true => "its own token",
            false => &self.name,
        }
    }

    /// Whether both read the same: they differ in the instance alone.
    fn reads_as(&self, other: &Self) -> bool {
        let words = |way: &Self| {
            [&way.level, &way.start_kind, &way.start, &way.started_by].map(String::clone)
        };
        let steps = |way: &Self| {
            let steps = way.steps.iter();
            steps
                .map(|step| (step.label.clone(), step.place.clone()))
                .collect::<Vec<_>>()
        };
        words(self) == words(other)
            && (&self.name, &self.right) == (&other.name, &other.right)
            && steps(self) == steps(other)
    }

    /// Who can start it, for people.
    pub(super) fn starter(&self) -> &str {
        match self.started_by.as_str() {
            "anyone" => "anyone at all",
            "fork" => "any fork",
            "writer" => "any writer",
            "main" => "the main branch only",
            "reviewed" => "somebody after review",
            "schedule" => "a schedule",
            "" if self.start_kind == "job" => "somebody unknown",
            "" => "whoever runs it",
            other => other,
        }
    }
}

/// Ways that read differently, and how many read so.
pub(super) fn once(ways: &[Way]) -> Vec<(&Way, usize)> {
    let mut kept: Vec<(&Way, usize)> = Vec::with_capacity(ways.len());
    let mut known: FxHashMap<(&str, &str, &str), Vec<usize>> = FxHashMap::default();
    for way in ways {
        let key = (way.start.as_str(), way.name.as_str(), way.right.as_str());
        let same = match known.entry(key) {
            Entry::Occupied(slot) => slot.into_mut(),
            Entry::Vacant(slot) => slot.insert(Vec::new()),
        };
        match same.iter().find(|&&at| kept[at].0.reads_as(way)) {
            Some(&at) => kept[at].1 += 1,
            None => {
                same.push(kept.len());
                kept.push((way, 1));
            }
        }
    }
    kept
}

/// A block for each way, its steps located.
pub(super) fn human(ways: &[Way], out: &mut dyn Write) -> Result<()> {
    for (way, count) in once(ways) {
        let instances = match count {
            1 => String::new(),
            _ => format!(", {count} instances"),
        };
        writeln!(
            out,
            "{}: {} {} -> {} ({}){instances}",
            clean::line(&way.level),
            clean::line(&way.start_kind),
            clean::line(&way.start),
            clean::line(way.end()),
            clean::line(&way.right)
        )?;
        writeln!(out, "  can be started by {}", clean::line(way.starter()))?;
        for (number, step) in (1..).zip(&way.steps) {
            writeln!(
                out,
                "  {number}. {}  {}:{}",
                clean::line(&step.label),
                clean::line(&step.place.path),
                step.place.line
            )?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", many(ways.len(), "path", "paths"))
}
