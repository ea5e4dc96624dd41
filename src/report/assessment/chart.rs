//! Plots as inline SVG: no script, no network, readable in print, each with its numbers as text.

use super::Control;
use super::markup::escape;
use super::runs::{SERIES, Series};
use crate::report::history::{History, Point, told};
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

/// Width and height of a plot, and the room for what stands beside and below it.
const PLOT: (f64, f64, f64, f64) = (260.0, 110.0, 26.0, 14.0);

/// Numbers over time: two lines a plot, each with its first and last number in words.
pub(super) fn plots(trend: &History) -> Vec<String> {
    SERIES
        .chunks(2)
        .map(|pair| plot(&trend.points, pair))
        .collect()
}

fn plot(points: &[Point], series: &[Series]) -> String {
    let numbers: Vec<Vec<Option<usize>>> = series
        .iter()
        .map(|(_, of)| points.iter().map(of).collect())
        .collect();
    let most = numbers
        .iter()
        .flatten()
        .flatten()
        .copied()
        .max()
        .unwrap_or(0);
    let (width, height, left, below) = PLOT;
    let (mut names, mut words, mut lines) = (String::new(), Vec::new(), String::new());
    for (((name, _), values), mark) in series.iter().zip(&numbers).zip(["a", "b"]) {
        let (first, last) = (values.first(), values.last());
        let (first, last) = (
            told(first.copied().flatten()),
            told(last.copied().flatten()),
        );
        names.push_str(&format!(
            "<span><i class=\"k-{mark}\"></i>{name}: {first} to {last}</span>"
        ));
        words.push(format!("{name} from {first} to {last}"));
        let steps = values.len().saturating_sub(1);
        let places = values.iter().enumerate().filter_map(|(at, value)| {
            let x = left + (width - left) * part(at, steps);
            let y = 4.0 + (height - below - 8.0) * (1.0 - part((*value)?, most));
            Some(format!("{x:.1},{y:.1}"))
        });
        let places: Vec<String> = places.collect();
        lines.push_str(&format!(
            "<polyline class=\"l-{mark}\" points=\"{}\"/>",
            places.join(" ")
        ));
    }
    let day = |point: Option<&Point>| point.map_or_else(String::new, |point| escape(&point.day));
    let (first, last) = (day(points.first()), day(points.last()));
    let (label, floor) = (words.join(", "), height - below - 4.0);
    format!(
        "<figure><figcaption>{names}</figcaption><svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{label}\"><title>{label}</title>\
         <line class=\"axis\" x1=\"{left}\" y1=\"{floor}\" x2=\"{width}\" y2=\"{floor}\"/><line class=\"axis\" x1=\"{left}\" y1=\"4\" x2=\"{width}\" y2=\"4\"/>\
         <text x=\"{0}\" y=\"9\" text-anchor=\"end\">{most}</text><text x=\"{0}\" y=\"{floor}\" text-anchor=\"end\">0</text>\
         <text x=\"{left}\" y=\"{1}\">{first}</text><text x=\"{width}\" y=\"{1}\" text-anchor=\"end\">{last}</text>{lines}</svg></figure>",
        left - 4.0,
        height - 3.0,
    )
}

/// What part of a whole a number is, from 0 to 1.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of findings are far below 2^52"
)]
fn part(number: usize, whole: usize) -> f64 {
    match whole {
        0 => 0.0,
        _ => number as f64 / whole as f64,
    }
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
