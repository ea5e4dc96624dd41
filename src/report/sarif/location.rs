//! Places as SARIF locations.

use super::super::record::Related;
use super::super::{View, clean, uri};
use super::limit::{self, cut};
use super::message;
use crate::source::{Gap, Span};
use serde_sarif::sarif;

/// The base that all paths are relative to.
pub(super) const ROOT: &str = "%SRCROOT%";

/// A place with a full region.
pub(super) fn of_span(view: &View<'_>, span: Span) -> sarif::Location {
    physical(view.report.blobs.path(span), region(view, span))
}

/// A place beside the main one, with its label and, for the message's links, its number.
pub(super) fn of_related(
    view: &View<'_>,
    related: &Related<'_>,
    id: Option<i64>,
) -> sarif::Location {
    let mut location = of_span(view, related.place.span);
    location.message = Some(message(&cut(&clean::line(&related.label), limit::NAME)));
    location.id = id;
    location
}

/// Where a gap is, as far as that is known.
pub(super) fn of_gap(view: &View<'_>, gap: &Gap) -> sarif::Location {
    let region = match (gap.span, gap.line) {
        (Some(span), _) => Some(region(view, span)),
        (None, Some(line)) => Some(
            sarif::Region::builder()
                .start_line(i64::from(line.max(1)))
                .build(),
        ),
        (None, None) => None,
    };
    let mut location = physical(&gap.path, region.clone().unwrap_or_default());
    if let (None, Some(place)) = (region, &mut location.physical_location) {
        place.region = None;
    }
    location
}

fn physical(path: &str, region: sarif::Region) -> sarif::Location {
    let artifact = sarif::ArtifactLocation::builder()
        .uri(uri::relative(path))
        .uri_base_id(ROOT)
        .build();
    let place = sarif::PhysicalLocation::builder()
        .artifact_location(artifact)
        .region(region)
        .build();
    sarif::Location::builder().physical_location(place).build()
}

/// All four numbers; a region without a character is shown as one.
fn region(view: &View<'_>, span: Span) -> sarif::Region {
    let region = view.region(span);
    let (start, mut end) = (region.start, region.end);
    if end <= start {
        end = start;
        end.column += 1;
    }
    sarif::Region::builder()
        .start_line(i64::from(start.line))
        .start_column(i64::from(start.column))
        .end_line(i64::from(end.line))
        .end_column(i64::from(end.column))
        .build()
}
