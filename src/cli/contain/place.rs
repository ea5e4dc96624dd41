//! Where in files an access stands: as an item of a list that keeps others, which goes alone, or as a whole declaration.

use crate::edit::{self, Page};
use crate::model::{Estate, Noun, Subject};
use crate::report::Report;
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::Range;

/// Files by path, each read once.
#[derive(Debug, Default)]
pub(super) struct Pages(FxHashMap<String, Result<Page, String>>);

impl Pages {
    /// A file; `text` yields what it holds when it is asked for the first time.
    ///
    /// # Errors
    /// Why it cannot be read, in a lower-case phrase.
    pub(super) fn get(
        &mut self,
        path: &str,
        text: impl FnOnce() -> Option<String>,
    ) -> Result<&Page, String> {
        if !self.0.contains_key(path) {
            let page = match text() {
                Some(text) => Page::read(path, &text).map_err(|why| format!("{path}: {why}")),
                None => Err(format!("{path} cannot be read as text")),
            };
            self.0.insert(path.to_owned(), page);
        }
        self.0[path].as_ref().map_err(String::clone)
    }

    fn of(&mut self, report: &Report, span: Span) -> Option<&Page> {
        let text = || String::from_utf8(report.blobs.get(span.blob).bytes().to_vec()).ok();
        self.get(report.blobs.path(span), text).ok()
    }
}

/// A file and bytes in it.
pub(super) type Bytes = (String, Range<usize>);

/// What is to go alone, as an item of a list with others, and what goes as a whole.
pub(super) fn parted(
    (report, estate): (&Report, &Estate),
    pages: &mut Pages,
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
            .map(|spans| spans.into_iter().find_map(|span| item(report, pages, span)));
        let found: Option<Vec<Bytes>> = found.collect();
        match found.filter(|found| keeps_others(report, pages, whole, found)) {
            Some(found) => items.extend(found),
            None => wholes.push(whole),
        }
    }
    (items, wholes)
}

/// Whether lists keep items when these go.
fn keeps_others(report: &Report, pages: &mut Pages, whole: Span, found: &[Bytes]) -> bool {
    let ats: Vec<Range<usize>> = found.iter().map(|(_, at)| at.clone()).collect();
    let page = pages.of(report, whole);
    page.is_some_and(|page| page.items(&ats).is_some())
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
fn item(report: &Report, pages: &mut Pages, span: Span) -> Option<Bytes> {
    pages.of(report, span)?.items(&[span.range()])?;
    Some((report.blobs.path(span).to_owned(), span.range()))
}

/// The file and offset where something begins.
pub(super) fn place(report: &Report, span: Span) -> (String, usize) {
    (report.blobs.path(span).to_owned(), span.start as usize)
}

/// Where what a lease speaks for begins, and which items of lists it is; an entry of the lease file goes with it.
pub(super) fn leased(
    (report, estate): (&Report, &Estate),
    pages: &mut Pages,
    at: usize,
) -> (Vec<(String, usize)>, Vec<Bytes>) {
    let lease = &estate.leases[at];
    match lease.form.text() {
        "comment" => {
            let (path, offset) = place(report, lease.span);
            let bytes = report.blobs.get(lease.span.blob).bytes();
            let begins = edit::spoken_for(&String::from_utf8_lossy(bytes), offset);
            (vec![(path, begins)], Vec::new())
        }
        "annotation" => (vec![place(report, lease.whole)], Vec::new()),
        _ => {
            let (items, wholes) = parted((report, estate), pages, &estate.lease_on[at], None);
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
