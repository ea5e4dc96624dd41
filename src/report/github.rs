//! Workflow commands: annotations at the lines of a pull request, without an upload. GitHub shows ten of each level a step.

use super::record::Finding;
use super::{Report, Reporter, Style, View, clean};
use std::io::{Result, Write};

/// The annotations of GitHub Actions.
#[derive(Debug)]
pub(super) struct Github;

impl Reporter for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn write(&self, report: &Report, _style: &Style, out: &mut dyn Write) -> Result<()> {
        let view = View::new(report);
        let mut findings: Vec<Finding<'_>> = view.findings().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        for finding in &findings {
            writeln!(out, "{}", annotation(finding))?;
        }
        writeln!(out, "{}", super::headline(&view))
    }
}

fn annotation(finding: &Finding<'_>) -> String {
    let command = match finding.severity.level() {
        "note" => "notice",
        level => level,
    };
    let (start, end) = (finding.place.start, finding.place.end);
    let mut place = format!(
        "file={},line={}",
        property(&clean::line(finding.place.path)),
        start.line
    );
    if end.line > start.line {
        place.push_str(&format!(",endLine={}", end.line));
    } else {
        place.push_str(&format!(",col={},endColumn={}", start.column, end.column));
    }
    let title = property(&format!("{} {}", finding.severity.word(), finding.rule));
    let mut text = clean::line(&finding.message);
    if !finding.fix.is_empty() {
        text.push_str(&format!("\nfix: {}", clean::line(&finding.fix)));
    }
    text.push_str(&format!("\nowner: {}", finding.owner.phrase()));
    format!("::{command} {place},title={title}::{}", message(&text))
}

/// Escapes what would end the command.
fn message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes what would end a property, too.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_start_a_command_of_its_own() {
        assert_eq!(message("100%\r\n::error::x"), "100%25%0D%0A::error::x");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
