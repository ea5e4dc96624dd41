//! The report as one page: no network, no font, no script needed. Every text is escaped; secret values are masked before.

use super::table::{self, Table};
use super::{Assessment, Control, chart, runs, style};
use crate::rule::standards;
use std::io::{Result, Write};

/// What the report is, and is not.
pub(super) const DISCLAIMER: &str = "This report supports an assessment of the controls it names. It says what files declare, not what a platform enforces, \
     and it is no statement of compliance or certification.";

/// Writes the page.
pub(super) fn write(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    head(report, out)?;
    summary(report, out)?;
    identification(report, out)?;
    coverage(report, out)?;
    nhi(report, out)?;
    csf(report, out)?;
    long(&table::findings(report), "findings", &FINDINGS, out)?;
    long(&table::population(report), "population", &POPULATION, out)?;
    long(&table::exceptions(report), "exceptions", &EXCEPTIONS, out)?;
    long(&table::gaps(report), "gaps", &[Code, Wide], out)?;
    trends(report, out)?;
    long(&runs::reviews(report), "reviews", &REVIEWS, out)?;
    long(&runs::runs(report), "runs", &RUNS, out)?;
    mapping(report, out)?;
    closing(report, out)?;
    writeln!(
        out,
        "</main><script>{}</script></body></html>",
        style::SCRIPT
    )
}

/// How a column is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Text,
    Wide,
    Code,
    Number,
    Badge,
    Short,
    Lines,
    Hide,
}
use Cell::{Badge, Code, Hide, Lines, Number, Short, Text, Wide};

const FINDINGS: [Cell; 13] = [
    Badge, Badge, Code, Wide, Code, Text, Short, Number, Short, Lines, Lines, Text, Hide,
];
const POPULATION: [Cell; 12] = [
    Number, Text, Text, Text, Text, Text, Text, Text, Short, Short, Code, Wide,
];
const EXCEPTIONS: [Cell; 11] = [
    Badge, Text, Text, Code, Code, Wide, Text, Text, Short, Short, Text,
];

const REVIEWS: [Cell; 7] = [Badge, Wide, Text, Text, Wide, Short, Code];
const RUNS: [Cell; 5] = [Badge, Text, Short, Wide, Wide];

pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
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
         <a href=\"#gaps\">Gaps</a><a href=\"#trends\">Trends</a><a href=\"#reviews\">Reviews</a><a href=\"#runs\">Runs</a><a href=\"#mapping\">Mapping</a><a href=\"#reproduce\">How to reproduce</a></nav><p class=\"note\">{4}</p>",
        escape(&what),
        style::CSS,
        escape(&report.day),
        escape(&commit),
        DISCLAIMER
    )
}

fn summary(report: &Assessment, out: &mut dyn Write) -> Result<()> {
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
        tile(report.count("ownerless"), "without an owner"),
        tile(report.count("standing"), "with standing privilege"),
        tile(report.count("credential"), "credentials"),
        tile(report.count("endless"), "without an end"),
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

fn identification(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    write!(out, "<h2 id=\"identification\">Identification</h2>")?;
    let cells = [Text, Code, Text, Short, Text, Short, Code, Code, Code, Code];
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

fn controls<'a>(controls: impl Iterator<Item = &'a Control>, out: &mut dyn Write) -> Result<()> {
    let heads = [
        "control",
        "title",
        "state",
        "population",
        "failed",
        "waived",
        "accepted",
        "undecided",
        "rules",
        "share",
    ];
    write!(out, "<table><thead><tr>")?;
    for head in heads {
        let class = if (3..9).any(|at| heads[at] == head) {
            " class=\"n\""
        } else {
            ""
        };
        write!(out, "<th scope=\"col\"{class}>{head}</th>")?;
    }
    write!(out, "</tr></thead><tbody>")?;
    for control in controls {
        write!(
            out,
            "<tr><td class=\"k\" data-h=\"control\"><b>{}</b></td><td data-h=\"title\">{}</td><td data-h=\"state\">{}</td>",
            escape(&control.id),
            escape(&control.title),
            badge(&control.state)
        )?;
        let numbers = [
            control.population,
            control.failed,
            control.waived,
            control.accepted,
            control.undecided,
            control.rules,
        ];
        for (number, head) in numbers.into_iter().zip(&heads[3..9]) {
            write!(out, "<td class=\"n\" data-h=\"{head}\">{number}</td>")?;
        }
        write!(
            out,
            "<td data-h=\"share\">{}</td></tr>",
            chart::bar(control)
        )?;
    }
    writeln!(out, "</tbody></table>")
}

fn nhi(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    write!(
        out,
        "<h2 id=\"nhi\">OWASP NHI Top 10:2025</h2><p>The population is everything the rules of an item could speak of: subjects of the model, files for secrets in text. \
         An empty population is <em>not applicable</em>, never a pass. <em>Waived</em> findings have a waiver in force; <em>accepted</em> ones are in the baseline or ignored with a reason.</p>"
    )?;
    controls(report.of("nhi"), out)
}

fn csf(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    write!(
        out,
        "<h2 id=\"csf\">NIST CSF 2.0</h2><p>Subcategories that files can show something about; each state supports an assessment of the subcategory and is not one by itself.</p>"
    )?;
    controls(
        report
            .of("csf")
            .filter(|control| control.state != "not assessed"),
        out,
    )?;
    let others: Vec<&str> = report
        .of("csf")
        .filter(|control| control.state == "not assessed")
        .map(|control| control.id.as_str())
        .collect();
    writeln!(
        out,
        "<h3>Not assessed ({})</h3><p>Nothing in files tells about these, or nothing could be decided: {}.</p>",
        others.len(),
        others.join(", ")
    )
}

fn badge(text: &str) -> String {
    format!(
        "<span class=\"b {}\">{}</span>",
        escape(&text.replace(' ', "-")),
        escape(text)
    )
}

/// Rows from which on a table can be filtered.
const FILTERED: usize = 8;

/// A section with a table.
fn long(table: &Table, id: &str, cells: &[Cell], out: &mut dyn Write) -> Result<()> {
    write!(
        out,
        "<h2 id=\"{id}\">{} ({})</h2>",
        table.title,
        table.rows.len()
    )?;
    if table.rows.is_empty() {
        return writeln!(out, "<p>None.</p>");
    }
    if table.rows.len() < FILTERED {
        return rows(table, cells, "", out);
    }
    write!(
        out,
        "<p class=\"filter\"><label>Filter: <input type=\"search\" data-for=\"{id}-table\" placeholder=\"words that a row has\"></label></p>"
    )?;
    rows(table, cells, &format!("{id}-table"), out)
}

fn rows(table: &Table, cells: &[Cell], id: &str, out: &mut dyn Write) -> Result<()> {
    let id = if id.is_empty() {
        String::new()
    } else {
        format!(" id=\"{id}\"")
    };
    // A column in which no row says anything takes no room.
    let shown: Vec<(usize, Cell)> = cells
        .iter()
        .enumerate()
        .filter(|(at, cell)| **cell != Hide && table.rows.iter().any(|row| !row[*at].is_empty()))
        .map(|(at, cell)| (at, *cell))
        .collect();
    write!(out, "<table{id}><thead><tr>")?;
    for (at, cell) in &shown {
        let class = if *cell == Number { " class=\"n\"" } else { "" };
        write!(out, "<th scope=\"col\"{class}>{}</th>", table.heads[*at])?;
    }
    write!(out, "</tr></thead><tbody>")?;
    for row in &table.rows {
        write!(out, "<tr>")?;
        for (at, cell) in &shown {
            let (class, text) = match cell {
                Badge => ("k", badge(&row[*at])),
                Code => ("m", escape(&row[*at])),
                Number => ("n", escape(&row[*at])),
                Short => ("k", escape(&row[*at])),
                Lines => ("k", escape(&row[*at]).replace(' ', "<br>")),
                Wide => ("w", escape(&row[*at])),
                Text | Hide => ("", escape(&row[*at])),
            };
            let text = if row[*at].is_empty() {
                String::new()
            } else {
                text
            };
            write!(
                out,
                "<td class=\"{class}\" data-h=\"{}\">{text}</td>",
                table.heads[*at]
            )?;
        }
        write!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table>")
}

fn trends(report: &Assessment, out: &mut dyn Write) -> Result<()> {
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
            &[Wide, Number, Number, Number, Text],
            "",
            out,
        ),
    }
}

fn mapping(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    write!(
        out,
        "<h2 id=\"mapping\">Other frameworks</h2><p>A mapping of ours, to find the place in other catalogues; it certifies nothing.</p>\
         <table><thead><tr><th scope=\"col\">item</th><th scope=\"col\">state</th><th scope=\"col\">CSF 2.0</th><th scope=\"col\">SP 800-53 r5</th><th scope=\"col\">CIS v8</th>\
         <th scope=\"col\">ISO 27001:2022</th><th scope=\"col\">SOC 2</th><th scope=\"col\">PCI DSS 4.0</th></tr></thead><tbody>"
    )?;
    for control in report.of("nhi") {
        let Some(row) = standards().mapping(&control.id) else {
            continue;
        };
        write!(
            out,
            "<tr><td class=\"k\" data-h=\"item\"><b>{}</b></td><td data-h=\"state\">{}</td>",
            escape(&control.id),
            badge(&control.state)
        )?;
        let lists = [
            &row.csf,
            &row.sp_800_53,
            &row.cis_v8,
            &row.iso_27001,
            &row.soc_2,
            &row.pci_dss,
        ];
        let heads = [
            "CSF 2.0",
            "SP 800-53 r5",
            "CIS v8",
            "ISO 27001:2022",
            "SOC 2",
            "PCI DSS 4.0",
        ];
        for (list, head) in lists.into_iter().zip(heads) {
            write!(
                out,
                "<td data-h=\"{head}\">{}</td>",
                escape(&list.join(", "))
            )?;
        }
        write!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table>")
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

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn markup_in_texts_is_text() {
        assert_eq!(
            escape("<a href='x'>&\"</a>"),
            "&lt;a href=&#39;x&#39;&gt;&amp;&quot;&lt;/a&gt;"
        );
    }
}
