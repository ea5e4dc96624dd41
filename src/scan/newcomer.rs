//! Owners that a change brings along: they count when the trusted revision knows them, else they wait for approval.
//!
//! A change may give a thing to a team that is there. It may not make up the team that answers for what it adds.

use super::{Options, Trusted};
use crate::finding::{Finding, Related};
use crate::format::Declaration;
use crate::model::{Estate, LeaseTerms, Noun};
use crate::resolve;
use crate::rule::RuleSet;
use crate::source::{Blobs, Span};

/// Links the estate; where a revision is trusted to say so, only owners that it knows count.
pub(super) fn link(
    estate: &mut Estate,
    declarations: &[Declaration],
    leases: &[LeaseTerms],
    options: &Options,
    blobs: &Blobs,
) {
    let trusted = options.trusted.as_deref();
    let known = |owner: &str, span: Span| {
        trusted.is_none_or(|trusted| is_known(trusted, blobs, owner, span))
    };
    let known = trusted.map(|_| &known as resolve::Known<'_>);
    resolve::link(estate, declarations, leases, &options.config, known);
}

/// Whether the trusted revision names an owner: on the same line of the same file, or where it says who owns what.
fn is_known(trusted: &dyn Trusted, blobs: &Blobs, owner: &str, span: Span) -> bool {
    let blob = blobs.get(span.blob);
    let line = |bytes: &[u8], at: usize| {
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        bytes[start..end].trim_ascii().to_vec()
    };
    let own = line(blob.bytes(), span.range().start.min(blob.bytes().len()));
    let stood = || {
        let text = trusted.text(&blob.path)?;
        let mut lines = text.split(|&byte| byte == b'\n');
        lines.find(|line| line.trim_ascii() == own).map(|_| ())
    };
    let words = || owner.split([' ', ',', ';']).filter(|word| !word.is_empty());
    stood().is_some() || words().any(|word| trusted.names(word))
}

/// Says in findings about ownership which owner waits for approval.
pub(super) fn say(findings: &mut [Finding], rules: &RuleSet, estate: &Estate) {
    if estate.newcomers.is_empty() {
        return;
    }
    for finding in findings {
        let about = rules
            .get(&finding.rule)
            .is_some_and(|rule| rule.topic == "ownership");
        let subject = finding
            .subject
            .filter(|subject| subject.noun == Noun::Identity);
        let Some(subject) = subject.filter(|_| about) else {
            continue;
        };
        let waiting = estate
            .newcomers
            .iter()
            .filter(|(id, _, _)| *id == subject.id);
        finding.related.extend(waiting.map(|(_, owner, span)| Related {
            span: *span,
            label: format!(
                "a pending owner: {owner} is not known before the change; whoever reviews it may approve"
            ),
        }));
    }
}
