//! Numbers over time, for people, programs and spreadsheets: each with the commits it is from.

use super::{csv, escaping};
use serde::{Deserialize, Serialize};
use std::io::{Result, Write};

/// The numbers of one sampled commit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Day of the commit.
    pub day: String,
    /// The commit.
    pub commit: String,
    /// Identities.
    pub identities: usize,
    /// Of them, without an owner.
    pub ownerless: usize,
    /// Of them, with high rights that stand without end, by tier from 1 to 4.
    pub standing: [usize; 4],
    /// Credentials.
    pub credentials: usize,
    /// Of them, without an end.
    pub endless: usize,
    /// Credentials, grants and identities whose end was over on that day.
    pub expired: usize,
    /// Grants.
    pub grants: usize,
    /// Leases whose last day was over.
    pub lapsed: usize,
    /// Distinct secret values in the open.
    pub secrets: usize,
    /// Exceptions of all tools.
    pub exceptions: usize,
    /// Of them, without a reason.
    pub without_reason: usize,
    /// Of them, past their end.
    pub ended: usize,
    /// Identities none of whose owners is in the roster of that commit; null without a roster.
    pub orphaned: Option<usize>,
    /// Credentials that nothing rotates and that stayed the same for longer than they may, as far back as the samples go; null
    /// where an older version measured, as the changes are.
    pub rotation_overdue: Option<usize>,
    /// Changes since the sample before, or from the beginning of the range.
    pub changes: Option<Changes>,
}

/// How long things of one sort lived.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifetimes {
    /// What they are.
    pub of: String,
    /// How many ended within the samples.
    pub ended: usize,
    /// How many are still there.
    pub open: usize,
    /// How many were there at the first sample already: their age is counted from it, and so too short.
    pub from_before: usize,
    /// Days after which half have ended (Kaplan-Meier, those still there counted); null where fewer than half ever do.
    pub median_days: Option<i64>,
    /// Why there is no such number; null where there is.
    pub not_available: Option<String>,
}

impl Lifetimes {
    /// Lives of which so many ended, so many have not, and the median is known.
    #[must_use]
    pub fn new(of: &str, (ended, open): (usize, usize), median_days: Option<i64>) -> Self {
        Self {
            of: of.to_owned(),
            ended,
            open,
            median_days,
            ..Self::default()
        }
    }
}

/// Changes to the files that identities, credentials, grants and trusts stand in, on the first-parent line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Commits.
    pub commits: usize,
    /// Of them, those that name nobody but their authors: a second person is not evidenced, which is not to say missing.
    pub solo: usize,
    /// Of them, those that a program wrote, and that name no person.
    pub by_machines: usize,
    /// Of them, those that name no author.
    pub nameless: usize,
}

/// Numbers over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// `tenure-history/1`.
    pub schema: String,
    /// Version of the tool.
    pub version: String,
    /// week or month.
    pub every: String,
    /// First and last commit.
    pub range: [String; 2],
    /// Commits of the first-parent line in the range.
    pub commits: usize,
    /// What is not available, and why; empty where all is.
    pub limits: Vec<String>,
    /// The samples, from the first to the last.
    pub points: Vec<Point>,
    /// Lifetimes, to the nearest sample.
    pub lifetimes: Vec<Lifetimes>,
    /// Changes to the files that identities, credentials, grants and trusts stand in; null where an older version measured.
    pub changes: Option<Changes>,
}

const HEADS: [&str; 23] = [
    "day",
    "commit",
    "identities",
    "ownerless",
    "standing_tier_1",
    "standing_tier_2",
    "standing_tier_3",
    "standing_tier_4",
    "credentials",
    "endless",
    "expired",
    "grants",
    "lapsed_leases",
    "secrets",
    "exceptions",
    "without_reason",
    "past_their_end",
    "orphaned",
    "rotation_overdue",
    "changes",
    "solo_changes",
    "machine_changes",
    "nameless_changes",
];

/// Name and number of the shape.
pub const SCHEMA: &str = "tenure-history/1";

impl History {
    /// Reads numbers that were written as JSON. What an older version did not measure is not available.
    ///
    /// # Errors
    /// What is wrong, in a lower-case phrase.
    pub fn read(text: &str) -> std::result::Result<Self, String> {
        let history: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match history.schema == SCHEMA {
            true => Ok(history),
            false => Err(format!(
                "it has the shape {}; this tool reads {SCHEMA}",
                history.schema
            )),
        }
    }

    /// One JSON document.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn json(&self, out: &mut dyn Write) -> Result<()> {
        escaping::pretty(out, self)
    }

    /// A row a sample.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn csv(&self, out: &mut dyn Write) -> Result<()> {
        csv::line(out, &HEADS.map(str::to_owned))?;
        self.points
            .iter()
            .try_for_each(|point| csv::line(out, &cells(point)))
    }

    /// A table for a terminal, then lifetimes and limits.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn human(&self, out: &mut dyn Write) -> Result<()> {
        let [first, last] = &self.range;
        if self.commits == 0 {
            writeln!(
                out,
                "no commits of the first-parent line of HEAD in the range"
            )?;
        } else {
            writeln!(
                out,
                "{} commits of the first-parent line from {} to {}, the last one of each {}",
                self.commits,
                short(first),
                short(last),
                self.every
            )?;
        }
        self.table(out)?;
        self.lives(out)?;
        self.others(out)?;
        self.limits
            .iter()
            .try_for_each(|limit| writeln!(out, "not available: {limit}"))
    }
}

/// Heads of the columns, and how wide each is; the first two begin on the left.
const COLUMNS: [(&str, usize); 13] = [
    ("day", 10),
    ("commit", 12),
    ("identities", 10),
    ("ownerless", 9),
    ("standing by tier", 17),
    ("credentials", 11),
    ("endless", 7),
    ("expired", 7),
    ("grants", 6),
    ("secrets", 7),
    ("exceptions", 10),
    ("no reason", 9),
    ("ended", 5),
];

fn row(cells: &[String; 13]) -> String {
    let cells = cells.iter().zip(COLUMNS).enumerate();
    let padded = cells.map(|(index, (cell, (_, width)))| match index {
        0 | 1 => format!("{cell:<width$}"),
        _ => format!("{cell:>width$}"),
    });
    padded.collect::<Vec<_>>().join(" ")
}

fn short(commit: &str) -> String {
    commit.get(..12).unwrap_or(commit).to_owned()
}

impl History {
    /// A row for each point.
    fn table(&self, out: &mut dyn Write) -> Result<()> {
        writeln!(out, "\n{}", row(&COLUMNS.map(|(head, _)| head.to_owned())))?;
        for point in &self.points {
            let cells = [
                point.day.clone(),
                short(&point.commit),
                point.identities.to_string(),
                point.ownerless.to_string(),
                point.standing.map(|number| number.to_string()).join("/"),
                point.credentials.to_string(),
                point.endless.to_string(),
                (point.expired + point.lapsed).to_string(),
                point.grants.to_string(),
                point.secrets.to_string(),
                point.exceptions.to_string(),
                point.without_reason.to_string(),
                point.ended.to_string(),
            ];
            writeln!(out, "{}", row(&cells))?;
        }
        Ok(())
    }

    /// How long what came in stayed.
    fn lives(&self, out: &mut dyn Write) -> Result<()> {
        writeln!(out, "\nlifetimes, to the nearest {}:", self.every)?;
        for life in &self.lifetimes {
            if let Some(why) = &life.not_available {
                writeln!(out, "  {}: not available: {why}", life.of)?;
                continue;
            }
            let median = match life.median_days {
                Some(days) => format!("half are gone after {days} days"),
                None if life.ended + life.open == 0 => "there are none".to_owned(),
                None => "fewer than half are ever gone".to_owned(),
            };
            writeln!(
                out,
                "  {}: {median} ({} ended, {} still there, {} from before the first sample)",
                life.of, life.ended, life.open, life.from_before
            )?;
        }
        Ok(())
    }

    /// Changes, rotation and owners who are gone.
    fn others(&self, out: &mut dyn Write) -> Result<()> {
        if let Some(changes) = &self.changes {
            writeln!(
                out,
                "\n{} commits change files with identities or access: {} name nobody but their authors, {} are by machines alone, {} name no author",
                changes.commits, changes.solo, changes.by_machines, changes.nameless
            )?;
        }
        let Some(last) = self.points.last() else {
            return Ok(());
        };
        if let Some(overdue) = last.rotation_overdue {
            writeln!(
                out,
                "{overdue} of {} credentials stayed the same for longer than they may",
                last.credentials
            )?;
        }
        match last.orphaned {
            Some(orphaned) => writeln!(
                out,
                "{orphaned} of {} identities have only owners who are not in the roster",
                last.identities
            ),
            None => writeln!(
                out,
                "owners who are gone: not available without .tenure/roster.yaml"
            ),
        }
    }
}

fn cells(point: &Point) -> Vec<String> {
    let mut cells = vec![point.day.clone(), point.commit.clone()];
    let mut numbers = vec![point.identities, point.ownerless];
    numbers.extend(point.standing);
    numbers.extend([
        point.credentials,
        point.endless,
        point.expired,
        point.grants,
        point.lapsed,
        point.secrets,
        point.exceptions,
        point.without_reason,
        point.ended,
    ]);
    cells.extend(numbers.into_iter().map(|number| number.to_string()));
    let changes = point.changes.as_ref();
    let perhaps = [
        point.orphaned,
        point.rotation_overdue,
        changes.map(|changes| changes.commits),
        changes.map(|changes| changes.solo),
        changes.map(|changes| changes.by_machines),
        changes.map(|changes| changes.nameless),
    ];
    cells.extend(perhaps.map(told));
    cells
}

/// A number that may not be known, in words.
pub(super) fn told(number: Option<usize>) -> String {
    number.map_or_else(|| "not available".to_owned(), |number| number.to_string())
}
