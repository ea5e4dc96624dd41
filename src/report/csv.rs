//! A table with a row a finding (RFC 4180), safe to open in a spreadsheet: no cell starts a formula.

use super::record::{Disposal, Finding};
use super::{Report, Reporter, Style, View, clean, word};
use std::io::{Result, Write};

const HEADER: [&str; 21] = [
    "status",
    "severity",
    "confidence",
    "rule",
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "address",
    "attribute",
    "message",
    "fix",
    "owner_status",
    "owner",
    "owner_step",
    "nhi",
    "csf",
    "secret",
    "group",
    "fingerprint",
];

/// The table. Findings that are not open have rows, too, with their status.
#[derive(Debug)]
pub(super) struct Csv;

impl Reporter for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn write(&self, report: &Report, _style: &Style, out: &mut dyn Write) -> Result<()> {
        let view = View::new(report);
        row(out, HEADER.map(str::to_owned))?;
        for finding in view.findings() {
            row(out, cells(&view, "open", &finding))?;
        }
        for (finding, disposal) in view.disposed() {
            let status = match disposal {
                Disposal::Waived { .. } => "waived",
                Disposal::Baseline => "baseline",
                Disposal::Ignored { .. } => "ignored",
            };
            row(out, cells(&view, status, &finding))?;
        }
        Ok(())
    }
}

fn cells(view: &View<'_>, status: &str, finding: &Finding<'_>) -> [String; 21] {
    let rule = view.rule(finding.rule);
    let (start, end) = (finding.place.start, finding.place.end);
    [
        status.to_owned(),
        finding.severity.word().to_owned(),
        word::confidence(finding.confidence).to_owned(),
        finding.rule.to_owned(),
        finding.place.path.to_owned(),
        start.line.to_string(),
        start.column.to_string(),
        end.line.to_string(),
        end.column.to_string(),
        finding.address.to_owned(),
        finding.attribute.to_string(),
        finding.message.to_string(),
        finding.fix.to_string(),
        finding.owner.status().to_owned(),
        finding.owner.name().to_owned(),
        finding.owner.step().to_owned(),
        rule.map_or_else(String::new, |rule| rule.nhi.join(" ")),
        rule.map_or_else(String::new, |rule| rule.csf.join(" ")),
        finding.secret.clone().unwrap_or_default(),
        finding.group.to_string(),
        finding.fingerprint.to_owned(),
    ]
}

fn row(out: &mut dyn Write, cells: [String; 21]) -> Result<()> {
    line(out, &cells)
}

/// A line of the table.
pub(super) fn line(out: &mut dyn Write, cells: &[String]) -> Result<()> {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    write!(out, "{}\r\n", cells.join(","))
}

/// A cell, quoted where it has to be. What a spreadsheet would run is led by an apostrophe.
fn cell(text: &str) -> String {
    let mut text = clean::line(text);
    if text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
    {
        text.insert(0, '\'');
    }
    if text.contains([',', '"', '\n', '\r', '\'', ';']) {
        text = format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_starts_a_formula() {
        assert_eq!(cell("=1+2"), "\"'=1+2\"");
        assert_eq!(cell("\t@cmd"), "\"' @cmd\"");
        assert_eq!(cell("a-b"), "a-b");
    }

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
    }
}
