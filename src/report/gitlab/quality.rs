//! Code quality: a flat list of issues, the format that was Code Climate's.

use super::super::View;
use super::{Gitlab, identified};
use crate::rule::Severity;
use serde::Serialize;
use std::borrow::Cow;

/// An issue.
#[derive(Debug, Serialize)]
pub(super) struct Issue<'a> {
    description: Cow<'a, str>,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Debug, Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// All open findings.
pub(super) fn issues<'a>(view: &'a View<'_>) -> Vec<Issue<'a>> {
    identified(view, Gitlab::Quality)
        .into_iter()
        .map(|(finding, fingerprint)| {
            let record = view.finding(finding);
            Issue {
                description: record.message,
                check_name: record.rule,
                fingerprint,
                severity: severity(finding.severity),
                location: Location {
                    path: record.place.path,
                    lines: Lines {
                        begin: record.place.start.line,
                        end: record.place.end.line,
                    },
                },
            }
        })
        .collect()
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
    }
}
