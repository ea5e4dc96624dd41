//! The repositories of a merged report side by side: which of them were reported on in time, and what each has.

use super::table::Table;
use super::{Assessment, Repository};

const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];

/// What a repository has: the names of its counts.
const COUNTS: [&str; 5] = ["identity", "ownerless", "standing", "credential", "secrets"];

/// Whether a repository was reported on as often as its configuration says.
pub(super) struct Schedule<'r> {
    pub(super) state: &'static str,
    /// The days of the reports that were given.
    pub(super) given: Vec<&'r str>,
    /// Days in order with more time between them than there may be.
    pub(super) missed: Vec<(&'r str, &'r str)>,
}

impl<'r> Schedule<'r> {
    pub(super) fn of(report: &'r Assessment, part: &'r Repository) -> Self {
        let own = &part.identification;
        let mut given: Vec<&str> = part.runs.iter().map(String::as_str).collect();
        if given.is_empty() {
            given.push(&own.day);
        }
        let mut days = given.clone();
        days.push(&report.day);
        let missed = own
            .every_days
            .map_or_else(Vec::new, |every| missed(&days, every));
        let late = missed
            .last()
            .is_some_and(|(from, _)| Some(from) == given.last());
        let state = match own.every_days {
            None => "not declared",
            Some(_) if late => "stale",
            Some(_) if !missed.is_empty() => "missed",
            Some(_) => "in time",
        };
        Self {
            state,
            given,
            missed,
        }
    }
}

/// One row a repository, those without a report first; empty where the report is about one alone.
pub(super) fn repositories(report: &Assessment) -> Table {
    let without = report.missing.iter().map(|name| {
        let mut row = vec!["missing".to_owned(), name.clone()];
        row.resize(3 + COUNTS.len() + 1 + SEVERITIES.len(), String::new());
        row
    });
    let with = report.repositories.iter().map(|part| {
        let counts = COUNTS.map(|name| part.counts.get(name).copied().unwrap_or_default());
        let open = part.findings.iter().filter(|row| row.state == "open");
        let open = SEVERITIES.map(|word| open.clone().filter(|row| row.severity == word).count());
        let mut row = vec![
            Schedule::of(report, part).state.to_owned(),
            part.identification.repository.clone(),
            part.identification.day.clone(),
        ];
        let numbers = counts
            .into_iter()
            .chain([part.exceptions.len()])
            .chain(open);
        row.extend(numbers.map(|number| number.to_string()));
        row
    });
    let is_one = report.repositories.len() == 1 && report.missing.is_empty();
    Table {
        title: "Repositories",
        heads: &[
            "report",
            "repository",
            "day",
            "identities",
            "without an owner",
            "standing privilege",
            "credentials",
            "secrets in text",
            "exceptions",
            "critical",
            "high",
            "medium",
            "low",
        ],
        rows: match is_one {
            true => Vec::new(),
            false => without.chain(with).collect(),
        },
    }
}

/// What a reader of a merged report must know before any number: whose numbers are old, and whose are not in it.
pub(super) fn caution(report: &Assessment) -> Option<String> {
    let stale = report.repositories.iter();
    let stale: Vec<&str> = stale
        .filter(|part| Schedule::of(report, part).state == "stale")
        .map(|part| part.identification.repository.as_str())
        .collect();
    let missing: Vec<&str> = report.missing.iter().map(String::as_str).collect();
    let told = |names: &[&str], what: &str| {
        (!names.is_empty()).then(|| format!("{what} {}.", names.join(", ")))
    };
    let all = [
        told(&missing, "No report was given of"),
        told(&stale, "Older than it may be is the last report of"),
    ];
    let all: Vec<String> = all.into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// Days in order with more than `every` days between them.
fn missed<'d>(days: &[&'d str], every: i64) -> Vec<(&'d str, &'d str)> {
    let between = |from: &str, to: &str| -> Option<i64> {
        let (from, to): (crate::model::Date, crate::model::Date) =
            (from.parse().ok()?, to.parse().ok()?);
        Some(i64::from(from.until(to).ok()?.get_days()))
    };
    days.windows(2)
        .filter(|pair| between(pair[0], pair[1]).is_some_and(|days| days > every))
        .map(|pair| (pair[0], pair[1]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::missed;

    #[test]
    fn gaps_longer_than_declared_are_missed() {
        let days = ["2026-01-01", "2026-01-08", "2026-01-22", "2026-01-22"];
        assert_eq!(missed(&days, 7), [("2026-01-08", "2026-01-22")]);
        assert!(missed(&days, 14).is_empty() && missed(&["x", "y"], 1).is_empty());
    }
}
