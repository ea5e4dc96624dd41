//! The native formats: `json` in one document, `jsonl` in one record a line. All that the other formats show is in them,
//! secret values apart.

use super::record::{CoverageRecord, Disposed, RuleRecord, SummaryRecord};
use super::view::View;
use super::{Report, Reporter, Style, escaping};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{Result, Write};

/// One document.
#[derive(Debug)]
pub(super) struct Json;

/// One record a line, each with a `type`: `run`, then `rule`s, `finding`s, `disposed`, `summary` and `coverage`.
#[derive(Debug)]
pub(super) struct Jsonl;

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    run: super::record::Run<'a>,
    summary: SummaryRecord,
    coverage: CoverageRecord<'a>,
    rules: Vec<RuleRecord<'a>>,
    findings: Vec<super::record::Finding<'a>>,
    disposed: Vec<Disposed<'a>>,
}

/// A record with its type.
#[derive(Serialize)]
struct Line<T: Serialize> {
    r#type: &'static str,
    #[serde(flatten)]
    record: T,
}

impl Reporter for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn write(&self, report: &Report, _style: &Style, out: &mut dyn Write) -> Result<()> {
        let view = View::new(report);
        let document = Document {
            run: view.run(),
            summary: SummaryRecord::new(&report.summary, view.by_severity()),
            coverage: CoverageRecord::new(&report.coverage, view.gaps().collect()),
            rules: rules(&view),
            findings: view.findings().collect(),
            disposed: disposed(&view).collect(),
        };
        escaping::pretty(out, &document)
    }
}

impl Reporter for Jsonl {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn write(&self, report: &Report, _style: &Style, out: &mut dyn Write) -> Result<()> {
        let view = View::new(report);
        line(out, "run", view.run())?;
        for rule in rules(&view) {
            line(out, "rule", rule)?;
        }
        for finding in view.findings() {
            line(out, "finding", finding)?;
        }
        for finding in disposed(&view) {
            line(out, "disposed", finding)?;
        }
        let summary = SummaryRecord::new(&report.summary, view.by_severity());
        line(out, "summary", summary)?;
        let coverage = CoverageRecord::new(&report.coverage, view.gaps().collect());
        line(out, "coverage", coverage)
    }
}

fn line<T: Serialize>(out: &mut dyn Write, r#type: &'static str, record: T) -> Result<()> {
    escaping::compact(out, &Line { r#type, record })
}

fn disposed<'a>(view: &'a View<'_>) -> impl Iterator<Item = Disposed<'a>> {
    view.disposed()
        .map(|(finding, disposal)| Disposed { finding, disposal })
}

/// The rules of all findings, by id.
fn rules<'a>(view: &View<'a>) -> Vec<RuleRecord<'a>> {
    let open = view.report.findings.iter();
    let disposed = view
        .report
        .disposed
        .iter()
        .map(|disposed| &disposed.finding);
    let ids: BTreeSet<&str> = open
        .chain(disposed)
        .map(|finding| finding.rule.as_str())
        .collect();
    ids.into_iter()
        .filter_map(|id| view.rule(id))
        .map(RuleRecord::from)
        .collect()
}
