//! The report as Markdown: what fits a pull request, a wiki or a job's summary; long tables are cut, and say so.

use super::Assessment;
use super::table::{self, Table};
use super::{overview, runs};
use crate::report::markdown::prose;
use std::io::{Result, Write};

/// Rows of a table past which a reader is sent to the other forms.
const MOST: usize = 200;

/// Writes the report.
pub(super) fn write(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "# Non-human identities: results of {}\n", report.day)?;
    writeln!(out, "{}\n", super::html::DISCLAIMER)?;
    let severities = report
        .by_severity()
        .map(|(word, count)| format!("{count} {word}"));
    writeln!(
        out,
        "{} identities, {} without an owner, {} with standing privilege; {} credentials, {} of them without an end; open findings: {}.\n",
        report.count("identity"),
        report.count("ownerless"),
        report.count("standing"),
        report.count("credential"),
        report.count("endless"),
        severities.join(", ")
    )?;
    if let Some(caution) = overview::caution(report) {
        writeln!(out, "**{}**\n", prose(&caution))?;
    }
    let repositories = overview::repositories(report);
    if !repositories.rows.is_empty() {
        show(
            &repositories,
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
            out,
        )?;
    }
    show(&table::identification(report), &[0, 1, 2, 3, 4, 5, 9], out)?;
    show(
        &table::controls(report, "nhi"),
        &[0, 1, 2, 3, 4, 5, 6, 7, 8],
        out,
    )?;
    let mut csf = table::controls(report, "csf");
    let all = csf.rows.len();
    csf.rows.retain(|row| row[2] != "not assessed");
    show(&csf, &[0, 2, 3, 4, 5, 6, 7, 8], out)?;
    writeln!(
        out,
        "{} of {all} subcategories are not assessable from files.\n",
        all - csf.rows.len()
    )?;
    show(&table::findings(report), &[0, 1, 2, 3, 4, 5, 6, 8], out)?;
    show(&table::exceptions(report), &[0, 1, 3, 4, 5, 6, 8], out)?;
    show(&table::gaps(report), &[0, 1], out)?;
    show(&runs::trends(report), &[0, 1, 2, 3, 4], out)?;
    show(&runs::reviews(report), &[0, 1, 2, 3, 4, 5], out)?;
    show(&runs::runs(report), &[0, 1, 2, 3, 4], out)?;
    for part in &report.repositories {
        writeln!(
            out,
            "To reproduce: `{}`",
            part.identification.command.replace('`', "'")
        )?;
    }
    Ok(())
}

fn show(table: &Table, columns: &[usize], out: &mut dyn Write) -> Result<()> {
    writeln!(out, "## {}\n", table.title)?;
    if table.rows.is_empty() {
        return writeln!(out, "None.\n");
    }
    let pick = |row: &[String]| {
        let cells: Vec<String> = columns.iter().map(|at| prose(&row[*at])).collect();
        format!("| {} |", cells.join(" | "))
    };
    let heads: Vec<String> = table.heads.iter().map(|head| (*head).to_owned()).collect();
    writeln!(out, "{}\n|{}", pick(&heads), "---|".repeat(columns.len()))?;
    for row in table.rows.iter().take(MOST) {
        writeln!(out, "{}", pick(row))?;
    }
    if table.rows.len() > MOST {
        writeln!(
            out,
            "\n{} more rows are in the other forms of this report.",
            table.rows.len() - MOST
        )?;
    }
    writeln!(out)
}
