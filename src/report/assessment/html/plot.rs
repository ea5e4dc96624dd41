//! What the page draws: the tiles and charts on top, and the trends.

use super::super::markup::escape;
use super::grid::{Cell, rows};
use crate::report::assessment::{Assessment, chart, runs};
use std::io::{Result, Write};

pub(super) fn summary(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    let exceptions: usize = report
        .repositories
        .iter()
        .map(|part| part.exceptions.len())
        .sum();
    let ended = report.repositories.iter().flat_map(|part| &part.exceptions);
    let ended = ended.filter(|row| row.state == "expired").count();
    let tile = |number: usize, word: &str| {
        format!("<div class=\"tile\"><b>{number}</b><span>{word}</span></div>")
    };
    let tiles = [
        tile(report.count("identity"), "identities"),
        tile(report.count("ownerless"), "of them without an owner"),
        tile(
            report.count("standing"),
            "identities with standing privilege",
        ),
        tile(report.count("credential"), "credentials"),
        tile(report.count("endless"), "of them without an end"),
        tile(report.count("secrets"), "secrets in text"),
        tile(exceptions, "exceptions of all tools"),
        tile(ended, "of them past their end"),
    ];
    let classes = ["s-fail", "s-fail", "s-waived", "s-ink"];
    let severities = report.by_severity();
    let severities: Vec<(&str, &str, usize)> = severities
        .iter()
        .zip(classes)
        .map(|((word, number), class)| (*word, class, *number))
        .collect();
    let states = [
        ("fail", "s-fail"),
        ("waived", "s-waived"),
        ("pass", "s-pass"),
        ("attested", "s-ink"),
        ("not applicable", "s-accepted"),
        ("not assessed", "s-accepted"),
    ];
    let states = states.map(|(state, class)| {
        (
            state,
            class,
            report
                .of("nhi")
                .filter(|control| control.state == state)
                .count(),
        )
    });
    writeln!(
        out,
        "<div class=\"tiles\">{}</div><div class=\"two\"><section><h3>Open findings by severity</h3>{}</section>\
         <section><h3>Items of the NHI Top 10 by state</h3>{}</section></div>",
        tiles.concat(),
        chart::columns(&severities),
        chart::columns(&states)
    )
}

pub(super) fn trends(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    write!(out, "<h2 id=\"trends\">Trends</h2>")?;
    let mut none = true;
    for part in &report.repositories {
        let Some(trend) = &part.trend else {
            continue;
        };
        none = false;
        let [first, last] = &trend.range;
        write!(
            out,
            "<h3>{}</h3><p>{} commits of the first-parent line from {} to {}, the last one of each {}.",
            escape(&part.identification.repository),
            trend.commits,
            escape(first.get(..12).unwrap_or(first)),
            escape(last.get(..12).unwrap_or(last)),
            escape(&trend.every)
        )?;
        if *last != part.identification.commit {
            write!(out, " That is not the commit of this report.")?;
        }
        for limit in &trend.limits {
            write!(out, " Not available: {}.", escape(limit))?;
        }
        write!(out, "</p><div class=\"lines\">")?;
        for plot in chart::plots(trend) {
            write!(out, "{plot}")?;
        }
        write!(out, "</div>")?;
    }
    match none {
        true => writeln!(
            out,
            "<p>Not given: <code>tenure history --format json</code> measures them, <code>--trend FILE</code> shows them here.</p>"
        ),
        false => rows(
            &runs::lifetimes(report),
            &[
                Cell::Wide,
                Cell::Number,
                Cell::Number,
                Cell::Number,
                Cell::Text,
                Cell::Wide,
            ],
            "",
            out,
        ),
    }
}
