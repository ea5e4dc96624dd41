//! SARIF 2.1.0 as code scanning services read it: one run, full regions, the line hash GitHub compares, rules with their
//! page and mapping, taxonomies, code flows. What GitHub would reject a whole file for is kept within its limits here.

mod descriptor;
mod limit;
mod line_hash;
mod location;
mod outcome;
mod taxonomy;

use super::{Report, Reporter, Style, View, clean, escaping, word};
use crate::finding::{Disposal, Finding};
use crate::source::GapKind;
use limit::{Chosen, choose};
use serde_json::Value;
use serde_sarif::sarif;
use std::collections::BTreeMap;
use std::io::{Result, Write};
use taxonomy::Taxonomies;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The format of code scanning services.
#[derive(Debug)]
pub(super) struct Sarif;

/// A finding and, for one that is not open, why.
#[derive(Debug, Clone, Copy)]
struct Item<'a> {
    finding: &'a Finding,
    disposal: Option<&'a Disposal>,
}

impl Reporter for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn write(&self, report: &Report, style: &Style, out: &mut dyn Write) -> Result<()> {
        let log = sarif::Sarif::builder()
            .schema(SCHEMA)
            .version(Value::from("2.1.0"))
            .runs(vec![run(&View::new(report), style)])
            .build();
        escaping::pretty(out, &log)
    }
}

fn run(view: &View<'_>, style: &Style) -> sarif::Run {
    let items = items(view.report, style);
    let chosen = choose(&items);
    let mut ids: Vec<&str> = chosen
        .items(&items)
        .map(|item| item.finding.rule.as_str())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let taxonomies = Taxonomies::of(ids.iter().filter_map(|id| view.rule(id)));
    let mut driver = sarif::ToolComponent::builder()
        .name("tenure")
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(descriptor::descriptors(view, &ids, &taxonomies))
        .supported_taxonomies(taxonomies.references())
        .build();
    driver.information_uri = super::home().map(str::to_owned);
    let part = if view.report.partial.is_some() {
        "partial/"
    } else {
        ""
    };
    let category = format!("tenure/{}/{part}", word::profile(view.report.profile));
    sarif::Run::builder()
        .tool(sarif::Tool::builder().driver(driver).build())
        .automation_details(sarif::RunAutomationDetails::builder().id(category).build())
        .column_kind(Value::from("utf16CodeUnits"))
        .invocations(vec![invocation(view, &items, &chosen)])
        .original_uri_base_ids(root())
        .taxonomies(taxonomies.components())
        .results(outcome::results(view, &items, &chosen, &ids))
        .build()
}

/// Open findings, then those that are not, where they are wanted.
fn items<'a>(report: &'a Report, style: &Style) -> Vec<Item<'a>> {
    let open = report.findings.iter().map(|finding| Item {
        finding,
        disposal: None,
    });
    let disposed = report.disposed.iter().filter(|_| style.suppressed);
    open.chain(disposed.map(|disposed| Item {
        finding: &disposed.finding,
        disposal: Some(&disposed.by),
    }))
    .collect()
}

/// Paths are relative to the root, which has no address: where it was checked out is nobody's business.
fn root() -> BTreeMap<String, sarif::ArtifactLocation> {
    let description = message("The root of the repository.");
    let root = sarif::ArtifactLocation::builder()
        .description(description)
        .build();
    BTreeMap::from([(location::ROOT.to_owned(), root)])
}

/// Whether the run did all of its work, and what it could not read.
fn invocation(view: &View<'_>, items: &[Item<'_>], chosen: &Chosen) -> sarif::Invocation {
    let gaps = &view.report.coverage.gaps;
    let mut notifications: Vec<sarif::Notification> = gaps
        .iter()
        .zip(view.gaps())
        .take(limit::NOTIFICATIONS)
        .map(|(gap, record)| {
            let level = if gap.kind == GapKind::Rule {
                "error"
            } else {
                "warning"
            };
            let text = clean::line(&format!("{}: {}.", record.path, record.reason));
            let mut notification = notification(level, &text);
            notification.locations = Some(vec![location::of_gap(view, gap)]);
            notification
        })
        .collect();
    if gaps.len() > limit::NOTIFICATIONS {
        let text = format!(
            "{} more gaps are not listed.",
            gaps.len() - limit::NOTIFICATIONS
        );
        notifications.push(notification("warning", &text));
    }
    notifications.extend(
        chosen
            .notice(items.len())
            .map(|text| notification("warning", &text)),
    );
    sarif::Invocation::builder()
        .execution_successful(!gaps.iter().any(|gap| gap.kind == GapKind::Rule))
        .tool_execution_notifications(notifications)
        .build()
}

fn notification(level: &str, text: &str) -> sarif::Notification {
    sarif::Notification::builder()
        .level(Value::from(level))
        .message(message(text))
        .build()
}

fn message(text: &str) -> sarif::Message {
    sarif::Message::builder().text(text).build()
}

fn multiformat(text: &str) -> sarif::MultiformatMessageString {
    sarif::MultiformatMessageString::builder()
        .text(text)
        .build()
}
