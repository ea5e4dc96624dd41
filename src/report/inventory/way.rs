//! Ways from jobs and workloads to what the identities they can become may do.

use super::many;
use super::place::Place;
use crate::report::clean;
use serde::Serialize;
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
    /// The strongest rights first, then by start.
    pub(super) fn rank(&self) -> impl Ord + '_ {
        let level = std::cmp::Reverse(crate::model::rank(&self.level));
        let place = self.steps.first().map(|step| &step.place);
        (level, place, &self.start, &self.to)
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

/// A block for each way, its steps located.
pub(super) fn human(ways: &[Way], out: &mut dyn Write) -> Result<()> {
    for way in ways {
        writeln!(
            out,
            "{}: {} {} -> {} ({})",
            clean::line(&way.level),
            clean::line(&way.start_kind),
            clean::line(&way.start),
            clean::line(&way.name),
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
