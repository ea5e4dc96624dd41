//! What history tells of the estate: since when grants stand, who wrote leases and how often they were renewed, which jobs
//! went back to stored keys. Rules ask for it as for any other field; what history does not tell stays absent.

mod version;

use super::Options;
use crate::finding::{Line, Past, Since};
use crate::model::{Date, Estate, Fact, Grant};
use crate::source::{Blobs, Gap, GapKind, Span};
use version::Versions;

/// Fills in what history tells, and says what it cannot.
pub(super) fn fill(
    estate: &mut Estate,
    past: &dyn Past,
    options: &Options,
    blobs: &Blobs,
) -> Vec<Gap> {
    let gap = |reason: String| Gap::of_file(".git", GapKind::Git, reason);
    let mut gaps = Vec::new();
    if past.is_cut() {
        gaps.push(gap(
            "the clone is shallow: what its first commit holds may be older".into(),
        ));
    }
    let told = ages(estate, past, options.now, blobs)
        .and_then(|()| standing(estate, past, options.now, blobs))
        .and_then(|()| approvers(estate, past, blobs))
        .and_then(|()| versions(estate, past, options, blobs));
    gaps.extend(told.err().map(gap));
    gaps
}

/// A line of a blob, as history is asked for it.
fn line(blobs: &Blobs, span: Span, number: u32) -> Line<'_> {
    let blob = blobs.get(span.blob);
    Line {
        path: &blob.path,
        number,
        text: text(blobs, span, number),
    }
}

fn text(blobs: &Blobs, span: Span, number: u32) -> &str {
    let blob = blobs.get(span.blob);
    let range = blob.lines().line(blob.bytes(), number);
    std::str::from_utf8(&blob.bytes()[range])
        .unwrap_or_default()
        .trim()
}

fn number(blobs: &Blobs, span: Span) -> u32 {
    blobs.get(span.blob).lines().number(span.start as usize)
}

/// Since when each grant stands, by its naming line; a lone bracket or dash says nothing of its own. Comments at its actions
/// speak of it too, and are as old as their lines.
fn ages(estate: &mut Estate, past: &dyn Past, now: Date, blobs: &Blobs) -> Result<(), String> {
    let asked: Vec<(usize, Span)> = estate
        .grants
        .iter()
        .enumerate()
        .flat_map(|(at, grant)| {
            let remarked = remarked(grant, blobs);
            std::iter::once(grant.span)
                .chain(remarked)
                .map(move |span| (at, span))
        })
        .collect();
    let lines: Vec<Line<'_>> = asked
        .iter()
        .map(|(_, span)| line(blobs, *span, number(blobs, *span)))
        .collect();
    let since = past.since(&lines)?;
    for ((at, span), since) in asked.into_iter().zip(since) {
        if let Some(since) = since {
            date(&mut estate.grants[at], span, &since, now, blobs);
        }
    }
    Ok(())
}

/// The first place of each line of a grant's actions that has a comment, beside its naming line.
fn remarked(grant: &Grant, blobs: &Blobs) -> Vec<Span> {
    let own = number(blobs, grant.span);
    let places = grant.actions.items.iter().map(|(_, span)| *span);
    let mut found: Vec<(u32, Span)> = places
        .filter(|span| span.blob == grant.span.blob)
        .map(|span| (number(blobs, span), span))
        .filter(|(number, span)| *number != own && !remark(blobs, *span).is_empty())
        .collect();
    found.sort_unstable_by_key(|(number, _)| *number);
    found.dedup_by_key(|(number, _)| *number);
    found.into_iter().map(|(_, span)| span).collect()
}

fn date(grant: &mut Grant, span: Span, since: &Since, now: Date, blobs: &Blobs) {
    let days = since.day.until(now).map_or(0, |span| span.get_days());
    let age = i64::from(days.max(0)) * 86_400;
    let remark = remark(blobs, span);
    if span == grant.span {
        grant.age = Fact::Default(age);
        grant.brought_by = Fact::given(&since.subject);
    } else if let Some(own) = grant.age.value() {
        grant.age = Fact::Default(age.min(*own));
    }
    if !remark.is_empty() {
        let before = grant.remark.text();
        let told = [before, remark.as_str()].join(" ");
        grant.remark = Fact::given(told.trim());
    }
}

/// Lines of a comment above a thing that are looked at.
const ABOVE: u32 = 6;

/// The comment on a line and right above it, without marks; a directive of this tool is none.
fn remark(blobs: &Blobs, span: Span) -> String {
    let at = number(blobs, span);
    let own = text(blobs, span, at);
    let beside = [" # ", " // "]
        .iter()
        .find_map(|mark| own.split_once(mark))
        .map(|(_, comment)| comment);
    let comment = |line: &str| {
        let marks = ["#", "//", "/*", "*"];
        let marked = marks.iter().any(|mark| line.starts_with(mark));
        marked.then(|| line.trim_matches(['#', '/', '*', ' ']).to_owned())
    };
    let above = (at.saturating_sub(ABOVE)..at)
        .rev()
        .map_while(|number| comment(text(blobs, span, number.max(1))));
    let mut words: Vec<String> = above.collect();
    words.reverse();
    words.extend(beside.map(str::to_owned));
    words.retain(|line| !line.contains("tenure:"));
    words.join(" ")
}

/// Since when leases for emergencies stand. A review counts for what stood when it was made.
fn standing(estate: &mut Estate, past: &dyn Past, now: Date, blobs: &Blobs) -> Result<(), String> {
    let leases = estate.leases.iter().enumerate();
    let asked: Vec<(usize, Span)> = leases
        .filter(|(_, lease)| lease.kind.text() == "break-glass")
        .map(|(at, lease)| (at, lease.span))
        .collect();
    let lines: Vec<Line<'_>> = asked
        .iter()
        .map(|(_, span)| line(blobs, *span, number(blobs, *span)))
        .collect();
    let told = past.since(&lines)?;
    for ((at, _), since) in asked.into_iter().zip(told) {
        let Some(since) = since else { continue };
        let lease = &mut estate.leases[at];
        let days = since.day.until(now).map_or(0, |span| span.get_days());
        lease.age = Fact::Default(i64::from(days.max(0)) * 86_400);
        if lease.reviewed.value().is_some_and(|day| *day < since.day) {
            lease.reviewed = Fact::Absent;
        }
    }
    Ok(())
}

/// Lines around a lease among which its approver is looked for.
const AROUND: u32 = 12;

/// Whether who approved a lease is who committed it.
fn approvers(estate: &mut Estate, past: &dyn Past, blobs: &Blobs) -> Result<(), String> {
    let mut asked = Vec::new();
    for (at, lease) in estate.leases.iter().enumerate() {
        if let Some(approver) = lease.approver.value() {
            let number = near(blobs, lease.span, approver);
            asked.extend(number.map(|number| (at, line(blobs, lease.span, number))));
        }
    }
    let lines: Vec<Line<'_>> = asked.iter().map(|(_, line)| line.clone()).collect();
    let told = past.since(&lines)?;
    let found: Vec<usize> = asked.into_iter().map(|(at, _)| at).collect();
    for (at, since) in found.into_iter().zip(told) {
        let lease = &mut estate.leases[at];
        if let Some(since) = since {
            let own = since.is_by(lease.approver.text());
            lease.written_by_approver = Fact::Default(own);
        }
    }
    Ok(())
}

/// The line nearest to a span that holds a word.
fn near(blobs: &Blobs, span: Span, word: &str) -> Option<u32> {
    let at = number(blobs, span);
    let last = u32::try_from(blobs.get(span.blob).lines().count()).unwrap_or(u32::MAX);
    let around = at.saturating_sub(AROUND).max(1)..=(at + AROUND).min(last);
    around
        .filter(|number| text(blobs, span, *number).contains(word))
        .min_by_key(|number| number.abs_diff(at))
}

/// What only older texts of a file tell.
fn versions(
    estate: &mut Estate,
    past: &dyn Past,
    options: &Options,
    blobs: &Blobs,
) -> Result<(), String> {
    let leases = estate.leases.iter().map(|lease| lease.span);
    let stored = estate
        .usages
        .iter()
        .filter(|usage| is_stored(usage.method.text()));
    let mut paths: Vec<&str> = leases
        .chain(stored.map(|usage| usage.span))
        .map(|span| blobs.path(span))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    let texts = past.versions(&paths)?;
    let versions = Versions::new(options);
    for (path, texts) in paths.into_iter().zip(&texts) {
        versions.settle(estate, path, texts, blobs);
    }
    Ok(())
}

/// Whether a way to sign in is a key that somebody stored.
pub(super) fn is_stored(method: &str) -> bool {
    matches!(method, "static_key" | "password")
}
