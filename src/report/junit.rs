//! JUnit XML: each finding is a failed test of its file, so that any CI server can show it. Elements and attributes are those of
//! the schema that Jenkins' xUnit plugin checks reports against (`junit-10.xsd`), which is the strictest in use.

use super::record::{Disposal, Finding};
use super::{Report, Reporter, Style, View};
use std::io::{Result, Write};

/// The format of test runners.
#[derive(Debug)]
pub(super) struct Junit;

/// One test.
struct Case<'a> {
    finding: Finding<'a>,
    disposal: Option<Disposal<'a>>,
}

impl Reporter for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn write(&self, report: &Report, style: &Style, out: &mut dyn Write) -> Result<()> {
        let view = View::new(report);
        let open = view.findings().map(|finding| Case {
            finding,
            disposal: None,
        });
        let disposed = view.disposed().filter(|_| style.suppressed);
        let mut cases: Vec<Case<'_>> = open
            .chain(disposed.map(|(finding, disposal)| Case {
                finding,
                disposal: Some(disposal),
            }))
            .collect();
        cases.sort_by_key(|case| case.finding.place.span);
        writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        let (tests, failures) = numbers(&cases);
        let tests = tests.max(1);
        writeln!(
            out,
            r#"<testsuites name="tenure" tests="{tests}" failures="{failures}" errors="0">"#
        )?;
        if cases.is_empty() {
            writeln!(
                out,
                r#"  <testsuite name="tenure" tests="1" failures="0" errors="0">"#
            )?;
            writeln!(
                out,
                r#"    <testcase name="no findings" classname="tenure"/>"#
            )?;
            writeln!(out, "  </testsuite>")?;
        }
        for file in cases.chunk_by(|a, b| a.finding.place.path == b.finding.place.path) {
            suite(out, file)?;
        }
        writeln!(out, "</testsuites>")
    }
}

/// How many tests there are and how many of them fail.
fn numbers(cases: &[Case<'_>]) -> (usize, usize) {
    let failures = cases.iter().filter(|case| case.disposal.is_none()).count();
    (cases.len(), failures)
}

fn suite(out: &mut dyn Write, cases: &[Case<'_>]) -> Result<()> {
    let path = cases.first().map_or("", |case| case.finding.place.path);
    let (tests, failures) = numbers(cases);
    let name = escape(path);
    writeln!(
        out,
        r#"  <testsuite name="{name}" file="{name}" tests="{tests}" failures="{failures}" errors="0" skipped="{}">"#,
        tests - failures
    )?;
    for case in cases {
        write_case(out, case)?;
    }
    writeln!(out, "  </testsuite>")
}

fn write_case(out: &mut dyn Write, case: &Case<'_>) -> Result<()> {
    let finding = &case.finding;
    let line = finding.place.start.line;
    let path = escape(finding.place.path);
    let name = escape(&format!(
        "{} at line {line}: {}",
        finding.rule, finding.address
    ));
    writeln!(out, r#"    <testcase name="{name}" classname="{path}">"#)?;
    let message = escape(&finding.message);
    match &case.disposal {
        None => {
            let severity = finding.severity.word();
            let column = finding.place.start.column;
            writeln!(
                out,
                r#"      <failure type="{severity}" message="{message}">"#
            )?;
            writeln!(out, "{path}:{line}:{column}")?;
            if !finding.fix.is_empty() {
                writeln!(out, "fix: {}", escape(&finding.fix))?;
            }
            writeln!(out, "owner: {}</failure>", escape(&finding.owner.phrase()))?;
        }
        Some(disposal) => {
            let why = match disposal {
                Disposal::Waived {
                    reason,
                    owner,
                    expires,
                    ..
                } => format!("waived by {owner} until {expires}: {reason}"),
                Disposal::Baseline => "in the baseline".to_owned(),
                Disposal::Ignored { reason } => format!("ignored: {reason}"),
            };
            writeln!(out, r#"      <skipped message="{}"/>"#, escape(&why))?;
        }
    }
    writeln!(out, "    </testcase>")
}

/// Text for an element or a quoted attribute. Characters that XML 1.0 cannot hold at all are replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in super::clean::line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn markup_and_controls_are_escaped() {
        assert_eq!(
            escape("<a \"b\"> & ]]>"),
            "&lt;a &quot;b&quot;&gt; &amp; ]]&gt;"
        );
        assert_eq!(escape("x\u{1b}\n\u{ffff}"), "x\\u{1b} \u{fffd}");
    }
}
