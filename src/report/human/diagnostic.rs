//! One finding, or a group of them, as a diagnostic.

use super::super::{View, clean};
use super::Layout;
use super::block::{self, Mark};
use super::line::width;
use super::paint::Tone;
use super::sheet::Sheet;
use crate::finding::Finding;

/// Members of a group that are listed below the first.
const LISTED: usize = 10;
/// Related places that are drawn.
const RELATED: usize = 6;
/// Steps of a chain that are drawn.
const STEPS: usize = 50;

/// Renders a group: its first finding in full, the places of the others below.
pub(super) fn render(view: &View<'_>, layout: Layout, group: &[&Finding]) -> String {
    let Some((finding, others)) = group.split_first() else {
        return String::new();
    };
    let marks = marks(view, finding);
    let mut sheet = Sheet {
        text: String::new(),
        layout,
        gutter: block::gutter(view, &marks),
    };
    let title = format!("{}[{}]", finding.severity.word(), clean(&finding.rule));
    sheet.paint(Tone::Severity(finding.severity), &title);
    let message = clean::line(&view.mask.text(&finding.message));
    sheet.paint(Tone::Strong, &format!(": {message}\n"));
    block::draw(&mut sheet, view, &marks);
    sheet.frame("│\n");
    let notes = notes(view, layout, finding, others);
    for (index, (word, lines)) in notes.iter().enumerate() {
        let sign = if index + 1 == notes.len() {
            "╰"
        } else {
            "├"
        };
        sheet.note(sign, word, lines);
    }
    sheet.text.push('\n');
    sheet.text
}

/// The main place, then the related ones, then the chain with its numbers; a related place
/// that is a step is drawn once. A step at the main place lends it its label.
fn marks(view: &View<'_>, finding: &Finding) -> Vec<Mark> {
    let mut marks = vec![Mark {
        span: finding.span,
        label: label(view, finding),
        tone: Tone::Severity(finding.severity),
        main: true,
    }];
    let related = finding
        .related
        .iter()
        .take(RELATED)
        .filter(|related| finding.chain.iter().all(|step| step.span != related.span))
        .map(|related| (String::new(), related));
    let steps = (1..).zip(finding.chain.iter().take(STEPS));
    let steps = steps.map(|(number, step): (usize, _)| (format!("{number}: "), step));
    for (number, related) in related.chain(steps) {
        let text = clean::line(&view.mask.text(&related.label));
        let label = format!("{number}{text}");
        if related.span == finding.span {
            marks[0].label = label;
            continue;
        }
        marks.push(Mark {
            span: related.span,
            label,
            tone: Tone::Beside,
            main: false,
        });
    }
    for mark in &mut marks {
        let region = view.region(mark.span);
        if region.end.line > region.start.line {
            let join = if mark.label.is_empty() { "" } else { ", " };
            mark.label = format!("{}{join}to line {}", mark.label, region.end.line);
        }
    }
    marks
}

/// What stands at the main place: the address of the thing, with the attribute when one is meant.
fn label(view: &View<'_>, finding: &Finding) -> String {
    let attribute = clean::line(&view.mask.text(&finding.attribute));
    let address = clean::line(&finding.address);
    match (
        finding.address == view.report.blobs.path(finding.span),
        attribute.is_empty(),
    ) {
        (true, _) => attribute,
        (false, true) => address,
        (false, false) => format!("{address}, {attribute}"),
    }
}

fn notes(
    view: &View<'_>,
    layout: Layout,
    finding: &Finding,
    others: &[&Finding],
) -> Vec<(&'static str, Vec<String>)> {
    let mut notes = Vec::new();
    if !others.is_empty() {
        notes.push(("also", places(view, others)));
    }
    let hidden = finding.related.len().saturating_sub(RELATED);
    if hidden > 0 {
        notes.push(("places", vec![format!("and {hidden} more")]));
    }
    let hidden = finding.chain.len().saturating_sub(STEPS);
    if hidden > 0 {
        notes.push(("steps", vec![format!("and {hidden} more")]));
    }
    notes.push(("owner", vec![view.finding(finding).owner.phrase()]));
    if !finding.fix.is_empty() {
        let fix = clean::line(&view.mask.text(&finding.fix));
        notes.push(("fix", wrap(&fix, layout.prose)));
    }
    notes.push((
        "see",
        vec![format!("tenure explain {}", clean(&finding.rule))],
    ));
    notes
}

fn places(view: &View<'_>, findings: &[&Finding]) -> Vec<String> {
    let mut lines: Vec<String> = findings
        .iter()
        .take(LISTED)
        .map(|finding| {
            let start = view.region(finding.span).start;
            let path = clean::line(view.report.blobs.path(finding.span));
            let place = format!("{path}:{}:{}", start.line, start.column);
            match label(view, finding) {
                label if label.is_empty() => place,
                label => format!("{place}  {label}"),
            }
        })
        .collect();
    if findings.len() > LISTED {
        lines.push(format!("and {} more", findings.len() - LISTED));
    }
    lines
}

/// Breaks prose at blanks into lines of at most `limit` cells; a longer word has its own line.
fn wrap(text: &str, limit: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let line = lines.last().map_or(0, |line| width(line));
        if line > 0 && line + 1 + width(word) > limit {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_breaks_at_blanks() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("one  two", usize::MAX), ["one two"]);
        assert_eq!(wrap("unbreakable x", 4), ["unbreakable", "x"]);
    }
}
