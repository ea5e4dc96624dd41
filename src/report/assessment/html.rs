//! The report as one page: no network, no font, no script needed. Every text is escaped; secret values are masked before.

mod control;
mod grid;
mod plot;

use super::markup::escape;
use super::{Assessment, overview, runs, style, table};
use grid::Cell::{self, Badge, Code, Hash, Hide, Lines, Number, Person, Short, Text, Wide};
use grid::{long, rows};
use std::io::{Result, Write};

/// What the report is, and is not.
pub(super) const DISCLAIMER: &str = "This report supports an assessment of the controls it names. It says what files declare, not what a platform enforces, \
     and it is no statement of compliance or certification.";

const FINDINGS: [Cell; 13] = [
    Badge, Badge, Code, Wide, Code, Person, Short, Number, Short, Lines, Lines, Text, Hide,
];
const POPULATION: [Cell; 12] = [
    Number, Text, Code, Text, Text, Person, Text, Text, Short, Short, Code, Wide,
];
const EXCEPTIONS: [Cell; 11] = [
    Badge, Short, Short, Code, Code, Wide, Person, Person, Short, Short, Person,
];

const REVIEWS: [Cell; 7] = [Badge, Wide, Person, Person, Wide, Short, Code];
const REPOSITORIES: [Cell; 13] = [
    Badge, Wide, Short, Number, Number, Number, Number, Number, Number, Number, Number, Number,
    Number,
];
const RUNS: [Cell; 5] = [Badge, Text, Short, Wide, Wide];

/// Writes the page.
pub(super) fn write(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    head(report, out)?;
    plot::summary(report, out)?;
    repositories(report, out)?;
    identification(report, out)?;
    coverage(report, out)?;
    control::nhi(report, out)?;
    control::csf(report, out)?;
    long(&table::findings(report), "findings", &FINDINGS, out)?;
    long(&table::population(report), "population", &POPULATION, out)?;
    long(&table::exceptions(report), "exceptions", &EXCEPTIONS, out)?;
    long(&table::gaps(report), "gaps", &[Code, Wide], out)?;
    plot::trends(report, out)?;
    long(&runs::reviews(report), "reviews", &REVIEWS, out)?;
    long(&runs::runs(report), "runs", &RUNS, out)?;
    control::mapping(report, out)?;
    closing(report, out)?;
    writeln!(
        out,
        "</main><script>{}</script></body></html>",
        style::SCRIPT
    )
}

fn head(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    let names: Vec<&str> = report
        .repositories
        .iter()
        .map(|part| part.identification.repository.as_str())
        .collect();
    let what = match names.as_slice() {
        [one] => (*one).to_owned(),
        many => format!("{} repositories", many.len()),
    };
    let commit = match report.repositories.as_slice() {
        [one] if !one.identification.commit.is_empty() => {
            format!(" at commit {}", one.identification.commit)
        }
        _ => String::new(),
    };
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"referrer\" content=\"no-referrer\"><title>Non-human identities: {0}</title><style>{1}</style></head><body>\
         <header class=\"top\"><div><h1>Non-human identities: {0}</h1><p>State of {2}{3}</p></div></header><main>\
         <nav aria-label=\"Contents\"><a href=\"#identification\">Identification</a><a href=\"#coverage\">Coverage</a><a href=\"#nhi\">NHI Top 10</a>\
         <a href=\"#csf\">CSF 2.0</a><a href=\"#findings\">Findings</a><a href=\"#population\">Population</a><a href=\"#exceptions\">Exceptions</a>\
         <a href=\"#gaps\">Gaps</a><a href=\"#trends\">Trends</a><a href=\"#reviews\">Reviews</a><a href=\"#runs\">Runs</a><a href=\"#mapping\">Mapping</a><a href=\"#reproduce\">How to reproduce</a></nav><p class=\"note\">{4}</p>{5}",
        escape(&what),
        style::CSS,
        escape(&report.day),
        escape(&commit),
        DISCLAIMER,
        overview::caution(report).map_or_else(String::new, |text| {
            format!("<p class=\"note caution\">{}</p>", escape(&text))
        })
    )
}

fn repositories(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    let table = overview::repositories(report);
    match table.rows.is_empty() {
        true => Ok(()),
        false => long(&table, "repositories", &REPOSITORIES, out),
    }
}

fn identification(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    write!(out, "<h2 id=\"identification\">Identification</h2>")?;
    let cells = [Wide, Hash, Text, Short, Text, Text, Hash, Hash, Hash, Hash];
    rows(&table::identification(report), &cells, "", out)
}

fn coverage(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    write!(out, "<h2 id=\"coverage\">Scope and coverage</h2>")?;
    for part in &report.repositories {
        let own = &part.coverage;
        let list = |map: &std::collections::BTreeMap<String, usize>| {
            let words: Vec<String> = map
                .iter()
                .map(|(name, count)| format!("{count} {}", escape(name)))
                .collect();
            match words.is_empty() {
                true => "none".to_owned(),
                false => words.join(", "),
            }
        };
        let undecided: usize = own.undecided.values().sum();
        let shallow = match part.identification.shallow {
            true => " The clone is shallow: what lies before its first commit is not available.",
            false => "",
        };
        writeln!(
            out,
            "<h3>{}</h3><p>{} files listed, {} scanned ({} bytes) with {} rules. Parsed: {}. Passed over: {}. \
             {} gaps; {} conditions could not be decided because a value is only known when the configuration is applied. History: {}.{}</p>",
            escape(&part.identification.repository),
            own.listed,
            own.scanned,
            own.bytes,
            own.rules,
            list(&own.parsed),
            list(&own.skipped),
            own.gaps.len(),
            undecided,
            escape(&part.identification.history),
            shallow
        )?;
    }
    Ok(())
}

fn closing(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    write!(
        out,
        "<h2>Sign-off</h2><div class=\"sign\"><div><b>Prepared by</b><p></p>Name, date<p></p>Signature over the report id</div>\
         <div><b>Reviewed by</b> (somebody else)<p></p>Name, date<p></p>Signature over the report id</div></div>\
         <h2 id=\"reproduce\">How to reproduce</h2><p>The same commit, day, rules and configuration give the same bytes.</p>"
    )?;
    for part in &report.repositories {
        let own = &part.identification;
        let commit = if own.commit.is_empty() {
            "the same files"
        } else {
            own.commit.as_str()
        };
        writeln!(
            out,
            "<pre># {} at {}, tenure {}\n{}</pre>",
            escape(&own.repository),
            escape(commit),
            escape(&own.version),
            escape(&own.command)
        )?;
    }
    Ok(())
}
