//! Where in files an access stands: as an item of a list that keeps others, which goes alone, or as a whole declaration.

use crate::edit;
use crate::model::{Estate, Noun, Subject};
use crate::report::Report;
use crate::source::Span;
use std::collections::BTreeMap;
use std::ops::Range;

/// A file and bytes in it.
pub(super) type Bytes = (String, Range<usize>);

/// What is to go alone, as an item of a list with others, and what goes as a whole.
pub(super) fn parted(
    (report, estate): (&Report, &Estate),
    about: &[Subject],
    finding: Option<Span>,
) -> (Vec<Bytes>, Vec<Span>) {
    let mut groups: BTreeMap<Span, Vec<Vec<Span>>> = BTreeMap::new();
    for subject in about {
        let whole = estate.place(*subject).2;
        let inside = |span: &Span| *span != whole && whole.contains(*span);
        let named = named(estate, *subject, finding).into_iter().filter(inside);
        groups.entry(whole).or_default().push(named.collect());
    }
    let (mut items, mut wholes) = (Vec::new(), Vec::new());
    for (whole, subjects) in groups {
        let found = subjects
            .into_iter()
            .map(|spans| spans.into_iter().find_map(|span| item(report, span)));
        let found: Option<Vec<Bytes>> = found.collect();
        match found.filter(|found| keeps_others(report, whole, found)) {
            Some(found) => items.extend(found),
            None => wholes.push(whole),
        }
    }
    (items, wholes)
}

/// Whether lists keep items when these go.
fn keeps_others(report: &Report, whole: Span, found: &[Bytes]) -> bool {
    let path = report.blobs.path(whole);
    let ats: Vec<Range<usize>> = found.iter().map(|(_, at)| at.clone()).collect();
    let text = std::str::from_utf8(report.blobs.get(whole.blob).bytes());
    text.is_ok_and(|text| edit::items(path, text, &ats).is_some())
}

/// Where a right names whom it is given to, and a trust the one that a finding is about.
fn named(estate: &Estate, subject: Subject, finding: Option<Span>) -> Vec<Span> {
    let at = subject.id.index();
    match subject.noun {
        Noun::Grant => {
            let grant = &estate.grants[at];
            let spans = [grant.principal.span(), grant.to.span()];
            spans.into_iter().flatten().collect()
        }
        Noun::Trust => {
            let trust = &estate.trusts[at];
            let items = trust.principals.items.iter().chain(&trust.subjects.items);
            let own = items.map(|(_, span)| *span);
            own.filter(|span| Some(*span) == finding).collect()
        }
        _ => Vec::new(),
    }
}

/// The item of a list with others that covers a place.
fn item(report: &Report, span: Span) -> Option<Bytes> {
    let path = report.blobs.path(span);
    let text = std::str::from_utf8(report.blobs.get(span.blob).bytes()).ok()?;
    edit::items(path, text, &[span.range()])?;
    Some((path.to_owned(), span.range()))
}

pub(super) fn place(report: &Report, span: Span) -> (String, usize) {
    (report.blobs.path(span).to_owned(), span.start as usize)
}

/// Where what a lease speaks for begins, and which items of lists it is; an entry of the lease file goes with it.
pub(super) fn leased(
    report: &Report,
    estate: &Estate,
    at: usize,
) -> (Vec<(String, usize)>, Vec<Bytes>) {
    let lease = &estate.leases[at];
    match lease.form.text() {
        "comment" => {
            let (path, offset) = place(report, lease.span);
            let text = String::from_utf8_lossy(report.blobs.get(lease.span.blob).bytes());
            let begins = edit::spoken_for(&text, offset);
            (vec![(path, begins)], Vec::new())
        }
        "annotation" => (vec![place(report, lease.whole)], Vec::new()),
        _ => {
            let (items, wholes) = parted((report, estate), &estate.lease_on[at], None);
            let mut places: Vec<(String, usize)> = wholes
                .into_iter()
                .map(|whole| place(report, whole))
                .collect();
            places.push(place(report, lease.span));
            places.sort();
            places.dedup();
            (places, items)
        }
    }
}
