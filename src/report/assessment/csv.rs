//! The tables as CSV, safe to open in a spreadsheet.

use super::Assessment;
use super::table::{self, Table};
use super::{overview, runs};
use crate::report::csv;
use std::io::{Result, Write};

/// The table of findings.
pub(super) fn findings(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    write(&table::findings(report), out)
}

/// Every table: file name and content.
pub(super) fn set(report: &Assessment) -> Result<Vec<(&'static str, Vec<u8>)>> {
    [
        ("repositories.csv", overview::repositories(report)),
        ("identification.csv", table::identification(report)),
        ("controls-nhi.csv", table::controls(report, "nhi")),
        ("controls-csf.csv", table::controls(report, "csf")),
        ("findings.csv", table::findings(report)),
        ("identities.csv", table::population(report)),
        ("exceptions.csv", table::exceptions(report)),
        ("gaps.csv", table::gaps(report)),
        ("trends.csv", runs::trends(report)),
        ("lifetimes.csv", runs::lifetimes(report)),
        ("reviews.csv", runs::reviews(report)),
        ("runs.csv", runs::runs(report)),
    ]
    .into_iter()
    .map(|(name, table)| {
        let mut out = Vec::new();
        write(&table, &mut out)?;
        Ok((name, out))
    })
    .collect()
}

fn write(table: &Table, out: &mut dyn Write) -> Result<()> {
    let heads: Vec<String> = table.heads.iter().map(|head| (*head).to_owned()).collect();
    csv::line(out, &heads)?;
    table.rows.iter().try_for_each(|row| csv::line(out, row))
}
