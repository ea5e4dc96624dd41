//! A report made ready to be written: lines and columns known, secret values covered. Every reporter draws from this,
//! none from the findings themselves.

use super::mask::Mask;
use super::place::{Places, Region};
use super::record::{Disposal, Finding, Gap, Owner, Place, Related, Run};
use super::{Report, owner};
use crate::finding;
use crate::model::Ownership;
use crate::rule::{Rule, Severity};
use crate::source::{self, Span};
use std::collections::BTreeMap;

/// A report and what is needed to show it.
#[derive(Debug)]
pub(super) struct View<'a> {
    /// What is shown.
    pub(super) report: &'a Report,
    /// Covers secret values.
    pub(super) mask: Mask,
    places: Places,
}

impl<'a> View<'a> {
    /// Reads the whole report once.
    pub(super) fn new(report: &'a Report) -> Self {
        Self {
            report,
            mask: Mask::new(report),
            places: Places::new(report),
        }
    }

    /// Open findings as records, in the report's order.
    pub(super) fn findings(&self) -> impl Iterator<Item = Finding<'_>> {
        self.report
            .findings
            .iter()
            .map(|finding| self.finding(finding))
    }

    /// Findings that are not open, each with why.
    pub(super) fn disposed(&self) -> impl Iterator<Item = (Finding<'_>, Disposal<'_>)> {
        self.report
            .disposed
            .iter()
            .map(|disposed| (self.finding(&disposed.finding), self.disposal(&disposed.by)))
    }

    /// The rule of a finding; none for a finding whose rule has no page.
    pub(super) fn rule(&self, id: &str) -> Option<&'a Rule> {
        self.report.rules.get(id)
    }

    /// Start and end of a span.
    pub(super) fn region(&self, span: Span) -> Region {
        self.places.region(&self.report.blobs, span)
    }

    /// Path and region of a span.
    pub(super) fn place(&self, span: Span) -> Place<'a> {
        let Region { start, end } = self.region(span);
        Place {
            path: self.report.blobs.path(span),
            start: start.into(),
            end: end.into(),
            bytes: [span.start, span.end],
            span,
        }
    }

    /// A finding as it may be shown.
    pub(super) fn finding<'s>(&'s self, finding: &'s finding::Finding) -> Finding<'s> {
        let properties: BTreeMap<&str, _> = finding
            .properties
            .iter()
            .map(|(key, value)| (key.as_str(), self.mask.text(value)))
            .collect();
        Finding {
            rule: &finding.rule,
            severity: finding.severity,
            confidence: finding.confidence,
            profile: finding.profile,
            message: self.mask.text(&finding.message),
            place: self.place(finding.span),
            whole: finding.whole.map(|span| self.place(span)),
            address: &finding.address,
            attribute: self.mask.text(&finding.attribute),
            subject: finding.subject.map(|subject| subject.noun.word()),
            related: self.related(&finding.related),
            chain: self.related(&finding.chain),
            owner: self.owner(&finding.route),
            fix: self.mask.text(&finding.fix),
            secret: finding.secret.as_ref().map(source::Secret::mask),
            properties,
            fingerprint: &finding.fingerprint,
            group: self.mask.text(&finding.group),
        }
    }

    fn related<'s>(&'s self, list: &'s [finding::Related]) -> Vec<Related<'s>> {
        list.iter()
            .map(|related| Related {
                place: self.place(related.span),
                label: self.mask.text(&related.label),
            })
            .collect()
    }

    fn owner<'s>(&'s self, ownership: &'s Ownership) -> Owner<'s> {
        match ownership {
            Ownership::Owned {
                owner,
                step,
                strength,
                span,
            } => Owner::Owned {
                name: owner,
                step: step.word(),
                strength: owner::strength(*strength),
                place: span.map(|span| self.place(span)),
            },
            Ownership::Unknown(span) => Owner::Unknown {
                place: span.map(|span| self.place(span)),
            },
            Ownership::Nobody => Owner::Nobody,
        }
    }

    fn disposal<'s>(&'s self, disposal: &'s finding::Disposal) -> Disposal<'s> {
        match disposal {
            finding::Disposal::Waived {
                at,
                reason,
                owner,
                expires,
            } => Disposal::Waived {
                place: self.place(*at),
                reason: self.mask.text(reason),
                owner,
                expires,
            },
            finding::Disposal::Baseline => Disposal::Baseline,
            finding::Disposal::Ignored { reason } => Disposal::Ignored {
                reason: self.mask.text(reason),
            },
        }
    }

    /// Gaps, each with its line when one is known.
    pub(super) fn gaps(&self) -> impl Iterator<Item = Gap<'_>> {
        self.report.coverage.gaps.iter().map(|gap| Gap {
            path: &gap.path,
            line: gap
                .span
                .map(|span| self.region(span).start.line)
                .or(gap.line),
            kind: gap.kind,
            reason: self.mask.text(&gap.reason),
        })
    }

    /// The frame of a run: tool, day, profile.
    pub(super) fn run(&self) -> Run<'a> {
        Run {
            schema: super::record::SCHEMA,
            tool: "tenure",
            version: env!("CARGO_PKG_VERSION"),
            now: self.report.now.to_string(),
            profile: self.report.profile,
            partial: self.report.partial.as_deref(),
        }
    }

    /// Open findings by severity, worst first; severities without any are in it.
    pub(super) fn by_severity(&self) -> [(Severity, usize); 4] {
        [
            Severity::Critical,
            Severity::High,
            Severity::Medium,
            Severity::Low,
        ]
        .map(|severity| {
            let of = |finding: &&finding::Finding| finding.severity == severity;
            (severity, self.report.findings.iter().filter(of).count())
        })
    }
}
