//! What stands below the findings: the summary, then the coverage statement.

use super::super::{View, clean};
use super::Layout;
use super::paint::Tone;
use crate::finding::Disposal;

/// Gaps that are shown one by one.
const GAPS: usize = 10;

/// Renders both.
pub(super) fn render(view: &View<'_>, layout: Layout) -> String {
    let mut out = String::new();
    heading(&mut out, layout, "summary");
    findings(&mut out, view, layout);
    estate(&mut out, view, layout);
    heading(&mut out, layout, "coverage");
    files(&mut out, view, layout);
    gaps(&mut out, view, layout);
    let unknowns = view.report.coverage.undecided();
    if unknowns > 0 {
        let text = format!(
            "{unknowns} undecided: {}",
            counts(&view.report.coverage.unknowns)
        );
        row(&mut out, layout, "unknown", &text);
    }
    out
}

fn heading(out: &mut String, layout: Layout, word: &str) {
    layout.paint.push(out, Tone::Frame, "── ");
    layout.paint.push(out, Tone::Strong, word);
    layout.paint.push(
        out,
        Tone::Frame,
        &format!(" {}\n", "─".repeat(40 - word.len())),
    );
}

fn row(out: &mut String, layout: Layout, word: &str, text: &str) {
    out.push_str("  ");
    layout.paint.push(out, Tone::Label, &format!("{word:<12}"));
    out.push_str(text);
    out.push('\n');
}

fn findings(out: &mut String, view: &View<'_>, layout: Layout) {
    let total = view.report.findings.len();
    if total == 0 {
        let mut text = String::new();
        layout.paint.push(&mut text, Tone::Good, "none");
        row(out, layout, "findings", &text);
        return;
    }
    let mut text = format!("{total}: ");
    let mut first = true;
    for (severity, count) in view
        .by_severity()
        .into_iter()
        .filter(|(_, count)| *count > 0)
    {
        if !std::mem::take(&mut first) {
            text.push_str(", ");
        }
        let part = format!("{count} {}", severity.word());
        layout
            .paint
            .push(&mut text, Tone::Severity(severity), &part);
    }
    row(out, layout, "findings", &text);
}

fn estate(out: &mut String, view: &View<'_>, layout: Layout) {
    let summary = &view.report.summary;
    if let Some(estate) = summary.estate {
        let identities = format!(
            "{}: {} without an owner, {} with standing privilege",
            estate.identities, estate.ownerless, estate.standing
        );
        row(out, layout, "identities", &identities);
        let credentials = format!("{}: {} without an end", estate.credentials, estate.endless);
        row(out, layout, "credentials", &credentials);
    }
    row(out, layout, "secrets", &summary.secrets.to_string());
    let disposed = |of: fn(&Disposal) -> bool| {
        let of = |disposed: &&crate::finding::Disposed| of(&disposed.by);
        view.report.disposed.iter().filter(of).count()
    };
    let mut waived = summary.waived.to_string();
    let baseline = disposed(|by| matches!(by, Disposal::Baseline));
    let ignored = disposed(|by| matches!(by, Disposal::Ignored { .. }));
    for (count, what) in [(baseline, "in the baseline"), (ignored, "ignored")] {
        if count > 0 {
            waived.push_str(&format!(", {count} {what}"));
        }
    }
    row(out, layout, "waived", &waived);
}

fn files(out: &mut String, view: &View<'_>, layout: Layout) {
    let coverage = &view.report.coverage;
    if let Some(partial) = &view.report.partial {
        row(out, layout, "partial", &clean::line(partial));
    }
    let files = format!(
        "{} listed, {} scanned ({}) with {} rules",
        coverage.listed,
        coverage.scanned,
        size(coverage.bytes),
        coverage.rules
    );
    row(out, layout, "files", &files);
    for (word, list) in [("parsed", &coverage.parsed), ("skipped", &coverage.skipped)] {
        if !list.is_empty() {
            row(out, layout, word, &counts(list));
        }
    }
}

fn gaps(out: &mut String, view: &View<'_>, layout: Layout) {
    let total = view.report.coverage.gaps.len();
    row(out, layout, "gaps", &total.to_string());
    for gap in view.gaps().take(GAPS) {
        let line = gap.line.map(|line| format!(":{line}")).unwrap_or_default();
        let (path, reason) = (clean::line(gap.path), clean::line(&gap.reason));
        row(out, layout, "", &format!("{path}{line} {reason}"));
    }
    if total > GAPS {
        row(out, layout, "", &format!("and {} more", total - GAPS));
    }
}

/// `3 hcl, 2 yaml`
fn counts(list: &[(String, usize)]) -> String {
    let parts: Vec<String> = list
        .iter()
        .map(|(name, count)| format!("{count} {}", clean::line(name)))
        .collect();
    parts.join(", ")
}

fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let mut tenths = bytes.saturating_mul(10);
    let mut unit = "bytes";
    for next in UNITS {
        if tenths < 10_240 {
            break;
        }
        tenths /= 1024;
        unit = next;
    }
    if unit == "bytes" {
        return format!("{bytes} bytes");
    }
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        assert_eq!(size(1000), "1000 bytes");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(5 << 20), "5.0 MiB");
    }
}
