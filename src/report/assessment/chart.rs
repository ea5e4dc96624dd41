//! Plots as inline SVG: no script, no network, readable in print, each with its numbers as text.

use super::Control;
use std::fmt::Write;

/// Colours by class; a text beside every plot says the same.
const SEGMENTS: [(&str, &str); 4] = [
    ("failed", "s-fail"),
    ("waived", "s-waived"),
    ("accepted", "s-accepted"),
    ("without a finding", "s-pass"),
];

/// What became of the population of a control, as one bar.
pub(super) fn bar(control: &Control) -> String {
    let bad = control.failed + control.waived + control.accepted;
    let numbers = [
        control.failed,
        control.waived,
        control.accepted,
        control.population.saturating_sub(bad),
    ];
    let total: usize = numbers.iter().sum();
    let words = SEGMENTS
        .iter()
        .zip(numbers)
        .filter(|(_, number)| *number > 0);
    let words: Vec<String> = words
        .map(|((word, _), number)| format!("{number} {word}"))
        .collect();
    let label = match total {
        0 => "nothing to assess".to_owned(),
        _ => words.join(", "),
    };
    let mut svg = format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{label}\"><title>{label}</title><rect class=\"s-none\" width=\"100\" height=\"8\"/>"
    );
    let mut at = 0.0;
    for ((_, class), number) in SEGMENTS.iter().zip(numbers) {
        let width = share(number, total);
        if width > 0.0 {
            let drawn = write!(
                svg,
                "<rect class=\"{class}\" x=\"{at:.2}\" width=\"{width:.2}\" height=\"8\"/>"
            );
            debug_assert!(drawn.is_ok(), "a string takes all");
        }
        at += width;
    }
    svg.push_str("</svg>");
    svg
}

/// Width of a number in a bar of 100; what is there is seen, however small.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of findings are far below 2^52"
)]
fn share(number: usize, total: usize) -> f64 {
    match (number, total) {
        (0, _) | (_, 0) => 0.0,
        _ => (number as f64 * 100.0 / total as f64).max(1.0),
    }
}

/// Numbers with their names, as horizontal bars.
pub(super) fn columns(rows: &[(&str, &str, usize)]) -> String {
    let most = rows.iter().map(|row| row.2).max().unwrap_or(0).max(1);
    let mut out = String::from("<dl class=\"chart\">");
    for (name, class, number) in rows {
        let width = share(*number, most);
        let drawn = write!(
            out,
            "<dt>{name}</dt><dd><svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"s-none\" width=\"100\" height=\"8\"/><rect class=\"{class}\" width=\"{width:.2}\" height=\"8\"/></svg><b>{number}</b></dd>"
        );
        debug_assert!(drawn.is_ok(), "a string takes all");
    }
    out.push_str("</dl>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_shares_are_seen_and_empty_ones_are_not() {
        assert!((share(1, 100_000) - 1.0).abs() < f64::EPSILON);
        assert!(share(0, 10).abs() < f64::EPSILON && share(0, 0).abs() < f64::EPSILON);
        assert!((share(5, 10) - 50.0).abs() < f64::EPSILON);
    }
}
