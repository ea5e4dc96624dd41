//! The tables of a report, once for all forms: heads and rows of plain text.

use super::{Assessment, Control, Repository};

/// A table: its title, heads and rows.
pub(super) struct Table {
    pub(super) title: &'static str,
    pub(super) heads: &'static [&'static str],
    pub(super) rows: Vec<Vec<String>>,
}

/// Repository names are shown where there are several.
fn repository(report: &Assessment, part: &Repository) -> String {
    match report.repositories.len() {
        1 => String::new(),
        _ => format!("{}: ", part.identification.repository),
    }
}

/// Results by control of a framework.
pub(super) fn controls(report: &Assessment, framework: &'static str) -> Table {
    let row = |control: &Control| {
        let numbers = [
            control.rules,
            control.population,
            control.failed,
            control.waived,
            control.accepted,
            control.undecided,
            control.attested,
        ];
        let mut row = vec![
            control.id.clone(),
            control.title.clone(),
            control.state.clone(),
        ];
        row.extend(numbers.map(|number| number.to_string()));
        row
    };
    Table {
        title: match framework {
            "nhi" => "OWASP NHI Top 10:2025",
            _ => "NIST CSF 2.0",
        },
        heads: &[
            "control",
            "title",
            "state",
            "rules",
            "population",
            "failed",
            "waived",
            "accepted",
            "undecided",
            "attested",
        ],
        rows: report.of(framework).map(row).collect(),
    }
}

/// All findings, open ones first and the worst of them first.
pub(super) fn findings(report: &Assessment) -> Table {
    let rank = |word: &str| {
        ["critical", "high", "medium", "low"]
            .iter()
            .position(|own| *own == word)
    };
    let mut all: Vec<_> = report.findings().collect();
    all.sort_by_key(|(_, row)| (row.state != "open", row.state.clone(), rank(&row.severity)));
    let rows = all.into_iter().map(|(part, row)| {
        vec![
            row.severity.clone(),
            row.state.clone(),
            row.rule.clone(),
            row.message.clone(),
            format!("{}{}", repository(report, part), row.place),
            match (row.owner.as_str(), row.owner_step.as_str()) {
                ("", _) => "nobody".to_owned(),
                (owner, "") => owner.to_owned(),
                (owner, step) => format!("{owner} ({})", step.replace('_', "-")),
            },
            row.since.clone(),
            row.age.map(|days| days.to_string()).unwrap_or_default(),
            row.due.clone(),
            row.nhi.join(" "),
            row.csf.join(" "),
            row.reason.clone(),
            row.fingerprint.clone(),
        ]
    });
    Table {
        title: "Findings",
        heads: &[
            "severity",
            "state",
            "rule",
            "finding",
            "place",
            "owner",
            "since",
            "age in days",
            "due",
            "NHI",
            "CSF",
            "reason",
            "fingerprint",
        ],
        rows: rows.collect(),
    }
}

/// Every identity.
pub(super) fn population(report: &Assessment) -> Table {
    let mut rows = Vec::new();
    for part in &report.repositories {
        for row in &part.population {
            rows.push(vec![
                row.tier.to_string(),
                row.kind.clone(),
                row.name.clone(),
                row.provider.clone(),
                row.environment.clone(),
                match row.owner.as_str() {
                    "" => "nobody".to_owned(),
                    owner => owner.to_owned(),
                },
                row.level.clone(),
                row.standing.clone(),
                row.leased_until.clone(),
                row.ties.map(|count| count.to_string()).join(" / "),
                format!("{}{}", repository(report, part), row.place),
                row.tier_reason.clone(),
            ]);
        }
    }
    rows.sort_by(|a, b| a[0].cmp(&b[0]));
    Table {
        title: "Population",
        heads: &[
            "tier",
            "kind",
            "name",
            "provider",
            "environment",
            "owner",
            "level",
            "standing",
            "leased until",
            "grants / credentials / trusts / uses",
            "place",
            "why this tier",
        ],
        rows,
    }
}

/// The register of exceptions, those that do not hold first.
pub(super) fn exceptions(report: &Assessment) -> Table {
    let mut rows = Vec::new();
    for part in &report.repositories {
        for row in &part.exceptions {
            rows.push(vec![
                row.state.clone(),
                row.tool.clone(),
                row.form.clone(),
                format!("{}{}", repository(report, part), row.place),
                row.rules.clone(),
                row.reason.clone(),
                row.owner.clone(),
                row.approver.clone(),
                row.until.clone(),
                row.since.clone(),
                row.author.clone(),
            ]);
        }
    }
    let rank = |state: &str| {
        ["invalid", "expired", "in force"]
            .iter()
            .position(|own| *own == state)
    };
    rows.sort_by_key(|row| rank(&row[0]));
    Table {
        title: "Register of exceptions",
        heads: &[
            "state",
            "tool",
            "form",
            "place",
            "rules",
            "reason",
            "owner",
            "approver",
            "until",
            "since",
            "written by",
        ],
        rows,
    }
}

/// Who and what made each part.
pub(super) fn identification(report: &Assessment) -> Table {
    let rows = report.repositories.iter().map(|part| {
        let own = &part.identification;
        vec![
            own.repository.clone(),
            own.commit.clone(),
            match own.changed {
                _ if own.commit.is_empty() => "no commit".to_owned(),
                Some(true) => "changed since".to_owned(),
                Some(false) => "as committed".to_owned(),
                None => "not known".to_owned(),
            },
            own.day.clone(),
            own.profile.clone(),
            format!("tenure {}", own.version),
            own.rules_sha256.clone(),
            own.config_sha256.clone(),
            part.population_sha256.clone(),
            own.id.clone(),
        ]
    });
    Table {
        title: "Identification",
        heads: &[
            "repository",
            "commit",
            "work tree",
            "day",
            "profile",
            "tool",
            "rules SHA-256",
            "configuration SHA-256",
            "population SHA-256",
            "report id",
        ],
        rows: rows.collect(),
    }
}

/// What could not be read or resolved.
pub(super) fn gaps(report: &Assessment) -> Table {
    let mut rows = Vec::new();
    for part in &report.repositories {
        for (place, reason) in &part.coverage.gaps {
            rows.push(vec![
                format!("{}{place}", repository(report, part)),
                reason.clone(),
            ]);
        }
    }
    Table {
        title: "What could not be read or resolved",
        heads: &["place", "reason"],
        rows,
    }
}
