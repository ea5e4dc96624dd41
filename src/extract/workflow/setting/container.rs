//! Passwords of registries that a job's container or services write out.

use super::super::expression::{Piece, pieces};
use super::super::values::Values;
use super::Place;
use crate::format::Node;

/// Judges `container` and every service of a job, where `values` are known.
pub(super) fn look(job: &Node, values: &Values<'_>, place: &mut Place<'_>) {
    let services = job.get("services").map_or(&[][..], Node::entries);
    let services = services.iter().map(|entry| &entry.value);
    for container in job.get("container").into_iter().chain(services) {
        let Some(entry) = container.entry("credentials") else {
            continue;
        };
        let Some(password) = entry.value.get("password") else {
            continue;
        };
        let written = password.scalar().is_some_and(|text| is_literal(&text));
        let holes = values.resolve(password);
        let stands_for = holes
            .iter()
            .any(|(text, _)| !text.is_empty() && !text.contains("${{"));
        if written || stands_for {
            place.on("container_password", entry.key_span.to(password.span));
        }
    }
}

/// Whether a text is more than one hole.
fn is_literal(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && !matches!(pieces(text).as_slice(), [Piece::Hole { .. }])
}
