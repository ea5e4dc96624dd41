//! Security reports: secret detection and SAST share their frame and differ in what they hold and how a place is written.

use super::super::View;
use super::{Gitlab, identified};
use crate::finding::Finding;
use crate::rule::{Rule, Severity};
use serde::Serialize;
use std::borrow::Cow;

const SCHEMA: &str = "15.2.1";
/// Characters of a solution that the schema allows.
const SOLUTION: usize = 7_000;
/// Bytes of a name that the schema allows.
const NAME: usize = 255;
/// What stands for the commit when the work tree is scanned.
const NO_COMMIT: &str = "0000000";

/// A report.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    version: &'static str,
    scan: Scan,
    vulnerabilities: Vec<Vulnerability<'a>>,
}

#[derive(Debug, Serialize)]
struct Scan {
    analyzer: Tool,
    scanner: Tool,
    r#type: &'static str,
    start_time: String,
    end_time: String,
    status: &'static str,
}

#[derive(Debug, Serialize)]
struct Tool {
    id: &'static str,
    name: &'static str,
    version: &'static str,
    vendor: Vendor,
}

#[derive(Debug, Serialize)]
struct Vendor {
    name: &'static str,
}

#[derive(Debug, Serialize)]
struct Vulnerability<'a> {
    id: String,
    name: &'a str,
    description: Cow<'a, str>,
    severity: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    solution: Cow<'a, str>,
    identifiers: Vec<Identifier>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link<'a>>,
    location: Location<'a>,
}

#[derive(Debug, Serialize)]
struct Identifier {
    r#type: &'static str,
    name: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Debug, Serialize)]
struct Link<'a> {
    url: &'a str,
}

#[derive(Debug, Serialize)]
struct Location<'a> {
    file: &'a str,
    start_line: u32,
    end_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<Commit>,
}

#[derive(Debug, Serialize)]
struct Commit {
    sha: &'static str,
}

/// The report of one kind.
pub(super) fn document<'a>(view: &'a View<'_>, kind: Gitlab) -> Document<'a> {
    let time = format!("{}T00:00:00", view.report.now);
    Document {
        version: SCHEMA,
        scan: Scan {
            analyzer: tool(),
            scanner: tool(),
            r#type: if kind == Gitlab::Secret {
                "secret_detection"
            } else {
                "sast"
            },
            start_time: time.clone(),
            end_time: time,
            status: "success",
        },
        vulnerabilities: identified(view, kind)
            .into_iter()
            .map(|(finding, identity)| vulnerability(view, kind, finding, &identity))
            .collect(),
    }
}

fn tool() -> Tool {
    Tool {
        id: "tenure",
        name: "tenure",
        version: env!("CARGO_PKG_VERSION"),
        vendor: Vendor { name: "tenure" },
    }
}

fn vulnerability<'a>(
    view: &'a View<'_>,
    kind: Gitlab,
    finding: &'a Finding,
    identity: &str,
) -> Vulnerability<'a> {
    let record = view.finding(finding);
    let rule = view.rule(&finding.rule);
    let docs = rule.map_or(&[][..], |rule| &rule.docs);
    let solution: String = record.fix.chars().take(SOLUTION).collect();
    Vulnerability {
        id: uuid(identity),
        name: rule
            .map(|rule| rule.title.as_str())
            .filter(|title| title.len() <= NAME)
            .unwrap_or(record.rule),
        description: record.message,
        severity: severity(finding.severity),
        solution: solution.into(),
        identifiers: identifiers(record.rule, rule),
        links: docs
            .iter()
            .filter(|url| url.starts_with("https://") || url.starts_with("http://"))
            .map(|url| Link { url })
            .collect(),
        location: Location {
            file: record.place.path,
            start_line: record.place.start.line,
            end_line: record.place.end.line,
            commit: (kind == Gitlab::Secret).then_some(Commit { sha: NO_COMMIT }),
        },
    }
}

/// The first decides which vulnerability it is; the standards follow.
fn identifiers(id: &str, rule: Option<&Rule>) -> Vec<Identifier> {
    let own = Identifier {
        r#type: "tenure_rule",
        name: format!("tenure {id}"),
        value: id.to_owned(),
        url: rule.and_then(super::super::page),
    };
    let mut all = vec![own];
    let Some(rule) = rule else {
        return all;
    };
    let named = |r#type, name: String| Identifier {
        r#type,
        value: name.clone(),
        name,
        url: None,
    };
    all.extend(
        rule.nhi
            .iter()
            .map(|item| named("owasp_nhi", super::super::word::item(item))),
    );
    all.extend(rule.csf.iter().map(|item| named("nist_csf", item.clone())));
    all.extend(rule.cwe.iter().map(|cwe| {
        let number = cwe.trim_start_matches("CWE-");
        Identifier {
            r#type: "cwe",
            name: cwe.clone(),
            value: number.to_owned(),
            url: Some(format!(
                "https://cwe.mitre.org/data/definitions/{number}.html"
            )),
        }
    }));
    all
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
    }
}

/// A hash written as the UUID that GitLab keeps ids in: version 8, whose bits are its maker's business.
fn uuid(hash: &str) -> String {
    let part = |range: std::ops::Range<usize>| hash.get(range).unwrap_or_default();
    format!(
        "{}-{}-8{}-8{}-{}",
        part(0..8),
        part(8..12),
        part(12..15),
        part(15..18),
        part(18..30)
    )
}
