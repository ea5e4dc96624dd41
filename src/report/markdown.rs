//! A summary for a pull request or a job page: numbers, the worst findings in a table, what was not seen. Kept far below
//! the size at which such pages are cut.

use super::record::Finding;
use super::{Report, Reporter, Style, View, clean, finding_groups};
use std::io::{Result, Write};

/// Rows of the table of findings.
const ROWS: usize = 100;
/// Gaps that are listed.
const GAPS: usize = 20;

/// The summary.
#[derive(Debug)]
pub(super) struct Markdown;

impl Reporter for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn write(&self, report: &Report, _style: &Style, out: &mut dyn Write) -> Result<()> {
        let view = View::new(report);
        writeln!(out, "## {}\n", super::headline(&view))?;
        numbers(out, report)?;
        table(out, &view)?;
        coverage(out, &view)
    }
}

fn numbers(out: &mut dyn Write, report: &Report) -> Result<()> {
    let summary = &report.summary;
    let mut columns = Vec::new();
    if let Some(estate) = summary.estate {
        columns.extend([
            ("Identities", estate.identities),
            ("Without an owner", estate.ownerless),
            ("Standing privilege", estate.standing),
            ("Credentials", estate.credentials),
            ("Without an end", estate.endless),
        ]);
    }
    columns.extend([("Secrets", summary.secrets), ("Waived", summary.waived)]);
    let (mut heads, mut rule, mut numbers) = (String::new(), String::new(), String::new());
    for (head, number) in columns {
        heads.push_str(&format!(" {head} |"));
        rule.push_str(" ---: |");
        numbers.push_str(&format!(" {number} |"));
    }
    writeln!(out, "|{heads}\n|{rule}\n|{numbers}")
}

/// Groups of findings, worst first.
fn table(out: &mut dyn Write, view: &View<'_>) -> Result<()> {
    let mut groups = finding_groups(view.report);
    if groups.is_empty() {
        return Ok(());
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.first().map(|finding| finding.severity)));
    writeln!(out, "\n| Severity | Where | What | Rule | Owner |")?;
    writeln!(out, "| --- | --- | --- | --- | --- |")?;
    for group in groups.iter().take(ROWS) {
        if let Some((first, others)) = group.split_first() {
            row(out, &view.finding(first), others.len())?;
        }
    }
    let hidden: usize = groups.iter().skip(ROWS).map(Vec::len).sum();
    if hidden > 0 {
        writeln!(out, "\n{hidden} more findings are not in this table.")?;
    }
    Ok(())
}

fn row(out: &mut dyn Write, finding: &Finding<'_>, others: usize) -> Result<()> {
    let place = code(&format!(
        "{}:{}",
        finding.place.path, finding.place.start.line
    ));
    let more = match others {
        0 => String::new(),
        others => format!(" (and {others} more)"),
    };
    writeln!(
        out,
        "| {} | {place}{more} | {} | {} | {} |",
        finding.severity.word(),
        prose(&finding.message),
        code(finding.rule),
        code(&finding.owner.phrase())
    )
}

fn coverage(out: &mut dyn Write, view: &View<'_>) -> Result<()> {
    let coverage = &view.report.coverage;
    writeln!(out, "\n<details><summary>Coverage</summary>\n")?;
    if let Some(partial) = &view.report.partial {
        writeln!(out, "- only a part of the repository: {}", prose(partial))?;
    }
    writeln!(
        out,
        "- {} files listed, {} scanned with {} rules",
        coverage.listed, coverage.scanned, coverage.rules
    )?;
    for (word, list) in [
        ("parsed", &coverage.parsed),
        ("skipped", &coverage.skipped),
        ("undecided", &coverage.unknowns),
    ] {
        let parts: Vec<String> = list
            .iter()
            .map(|(name, count)| format!("{count} {}", prose(name)))
            .collect();
        if !parts.is_empty() {
            writeln!(out, "- {word}: {}", parts.join(", "))?;
        }
    }
    writeln!(out, "- gaps: {}", coverage.gaps.len())?;
    for gap in view.gaps().take(GAPS) {
        let line = gap.line.map(|line| format!(":{line}")).unwrap_or_default();
        let place = code(&format!("{}{line}", gap.path));
        writeln!(out, "  - {place} {}", prose(&gap.reason))?;
    }
    if coverage.gaps.len() > GAPS {
        writeln!(out, "  - and {} more", coverage.gaps.len() - GAPS)?;
    }
    writeln!(out, "\n</details>")
}

/// Text in which nothing is markup: no link, no image, no mention, no new cell.
pub(super) fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean::line(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            ':' => out.push_str("&#58;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

/// Text as code in a table's cell.
fn code(text: &str) -> String {
    let text = clean::line(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_message_is_markup() {
        assert_eq!(
            prose("[x](y) @me <b> a|b\n`c`"),
            "\\[x\\](y) &#64;me &lt;b&gt; a\\|b \\`c\\`"
        );
    }

    #[test]
    fn code_keeps_its_ticks() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a``b"), "``` a``b ```");
    }
}
