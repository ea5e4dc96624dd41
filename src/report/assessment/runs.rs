//! What stands beside one scan: numbers over time, reviews of access, and whether reports were made as often as they should.

use super::overview::Schedule;
use super::table::Table;
use super::{Assessment, Repository};
use crate::report::history::{History, Point, told};

/// A number of a point: its name, and how it is read.
pub(super) type Series = (&'static str, fn(&Point) -> Option<usize>);

/// Numbers of a point that are shown over time.
pub(super) const SERIES: [Series; 13] = [
    ("identities", |point| Some(point.identities)),
    ("without an owner", |point| Some(point.ownerless)),
    ("standing privilege", |point| {
        Some(point.standing.iter().sum())
    }),
    ("of tier 1", |point| Some(point.standing[0])),
    ("credentials", |point| Some(point.credentials)),
    ("without an end", |point| Some(point.endless)),
    ("grants", |point| Some(point.grants)),
    ("past their end", |point| Some(point.expired + point.lapsed)),
    ("exceptions", |point| Some(point.exceptions)),
    ("without a reason", |point| Some(point.without_reason)),
    ("secrets in the open", |point| Some(point.secrets)),
    ("rotations overdue", |point| point.rotation_overdue),
    ("solo changes", |point| {
        point.changes.map(|changes| changes.solo)
    }),
];

fn with<'r, T>(
    report: &'r Assessment,
    of: impl Fn(&'r Repository, &'r History) -> Vec<T>,
) -> Vec<T> {
    let parts = report.repositories.iter();
    parts
        .filter_map(|part| Some(of(part, part.trend.as_ref()?)))
        .flatten()
        .collect()
}

/// The first and the last number of each series.
pub(super) fn trends(report: &Assessment) -> Table {
    let rows = with(report, |part, trend| {
        let (Some(first), Some(last)) = (trend.points.first(), trend.points.last()) else {
            return Vec::new();
        };
        let row = |(name, of): &Series| {
            vec![
                part.identification.repository.clone(),
                (*name).to_owned(),
                format!("{} on {}", told(of(first)), first.day),
                format!("{} on {}", told(of(last)), last.day),
                format!("{} to {}", first.commit, last.commit),
            ]
        };
        SERIES.iter().map(row).collect()
    });
    Table {
        title: "Trends",
        heads: &["repository", "number", "first", "last", "commits"],
        rows,
    }
}

/// How long things lived.
pub(super) fn lifetimes(report: &Assessment) -> Table {
    let several = report.repositories.len() > 1;
    let rows = with(report, |part, trend| {
        let name = match several {
            true => part.identification.repository.as_str(),
            false => "",
        };
        let lives = trend.lifetimes.iter();
        lives
            .map(|life| {
                let median = match (&life.not_available, life.median_days) {
                    (Some(why), _) => format!("not available: {why}"),
                    _ if life.ended + life.open == 0 => "there are none".to_owned(),
                    (None, Some(days)) => format!("half are gone after {days} days"),
                    (None, None) => "fewer than half are gone".to_owned(),
                };
                let numbers = [life.ended, life.open, life.from_before];
                let mut row = vec![life.of.clone()];
                row.extend(numbers.map(|number| number.to_string()));
                row.extend([median, name.to_owned()]);
                row
            })
            .collect()
    });
    Table {
        title: "Lifetimes",
        heads: &[
            "how long",
            "ended",
            "still there",
            "from before",
            "median",
            "repository",
        ],
        rows,
    }
}

/// Reviews of access.
pub(super) fn reviews(report: &Assessment) -> Table {
    let parts = report.repositories.iter();
    let several = report.repositories.len() > 1;
    let rows = parts.flat_map(|part| {
        part.reviews.iter().map(move |row| {
            let place = match several {
                true => format!("{}: {}", part.identification.repository, row.place),
                false => row.place.clone(),
            };
            vec![
                row.state.clone(),
                row.about.clone(),
                row.used.clone(),
                row.reviewed.clone(),
                row.outcome.clone(),
                row.next.clone(),
                place,
            ]
        })
    });
    Table {
        title: "Reviews",
        heads: &[
            "state",
            "about",
            "used by",
            "reviewed by",
            "outcome",
            "next",
            "file",
        ],
        rows: rows.collect(),
    }
}

/// Whether each repository was reported on as often as its configuration says.
pub(super) fn runs(report: &Assessment) -> Table {
    let mut rows: Vec<Vec<String>> = report
        .missing
        .iter()
        .map(|name| {
            let none = String::new;
            vec![
                "missing".to_owned(),
                name.clone(),
                none(),
                none(),
                "no report was given".to_owned(),
            ]
        })
        .collect();
    for part in &report.repositories {
        let own = &part.identification;
        let schedule = Schedule::of(report, part);
        let gaps = schedule.missed.iter();
        let gaps: Vec<String> = gaps
            .map(|(from, to)| format!("none between {from} and {to}"))
            .collect();
        rows.push(vec![
            schedule.state.to_owned(),
            own.repository.clone(),
            own.every_days
                .map(|days| format!("{days} days"))
                .unwrap_or_default(),
            schedule.given.join(", "),
            gaps.join("; "),
        ]);
    }
    Table {
        title: "Runs",
        heads: &[
            "state",
            "repository",
            "declared every",
            "reports given",
            "missed",
        ],
        rows,
    }
}
