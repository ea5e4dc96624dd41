//! Which exceptions speak of a finding, and whether they may excuse it.

use super::allow::Allow;
use super::waiver::{Grants, Waiver};
use super::{Directive, Order};
use crate::config::{Config, covers};
use crate::finding::{Disposal, Finding, Related};
use crate::model::Date;
use crate::rule::Severity;
use crate::source::{BlobId, Blobs, Span};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// An exception in force, and what became of it in this run.
#[derive(Debug)]
pub(super) struct Excuse<'a> {
    pub(super) allow: &'a Allow,
    /// Where it stands.
    pub(super) at: Span,
    /// What it is called in a report: its rules, or the id of a waiver.
    pub(super) name: String,
    /// For each of its rules, or for all at once when it names none: whether a finding was there.
    pub(super) met: Vec<bool>,
    /// Why it could not excuse the worst finding it spoke of.
    pub(super) refused: Option<(Severity, String)>,
    /// Whether it stands in a change that is not trusted yet: it excuses nothing.
    pub(super) pending: bool,
}

/// The exceptions in force, by what they speak of.
#[derive(Debug, Default)]
pub(super) struct Excuses<'a> {
    pub(super) all: Vec<Excuse<'a>>,
    /// By blob and first byte of the target line: end of the line, exception.
    lines: BTreeMap<(BlobId, u32), Vec<(u32, usize)>>,
    files: FxHashMap<BlobId, Vec<usize>>,
    fingerprints: FxHashMap<&'a str, Vec<usize>>,
    addresses: FxHashMap<(&'a str, &'a str), Vec<usize>>,
}

impl<'a> Excuses<'a> {
    /// Adds an inline exception.
    pub(super) fn directive(&mut self, directive: &'a Directive) {
        let (Ok(Order::Allow(allow) | Order::AllowFile(allow)), Some(target)) =
            (&directive.order, directive.target)
        else {
            return;
        };
        let index = self.add(allow, directive.span, allow.rules.join(","));
        self.all[index].pending = directive.pending;
        if matches!(directive.order, Ok(Order::AllowFile(_))) {
            self.files.entry(target.blob).or_default().push(index);
        } else {
            let line = self.lines.entry((target.blob, target.start)).or_default();
            line.push((target.end, index));
        }
    }

    /// Adds a waiver file that stands at `at`.
    pub(super) fn waiver(&mut self, waiver: &'a Waiver, grants: &'a Grants, at: Span) {
        let name = format!("{} ({})", grants.id, waiver.path);
        let index = self.add(&grants.allow, at, name);
        for print in &grants.fingerprints {
            self.fingerprints.entry(print).or_default().push(index);
        }
        if let (Some(rule), Some(address)) = (grants.allow.rules.first(), &grants.address) {
            let key = (rule.as_str(), address.as_str());
            self.addresses.entry(key).or_default().push(index);
        }
    }

    fn add(&mut self, allow: &'a Allow, at: Span, name: String) -> usize {
        self.all.push(Excuse {
            allow,
            at,
            name,
            met: vec![false; allow.rules.len().max(1)],
            refused: None,
            pending: false,
        });
        self.all.len() - 1
    }

    /// The disposal of a finding that an exception excuses. All that speak of it are noted, so that none of them is stale.
    pub(super) fn excuse(
        &mut self,
        finding: &Finding,
        blobs: &Blobs,
        config: &Config,
        now: Date,
    ) -> Option<Disposal> {
        let mut granted = None;
        for index in self.about(finding, blobs) {
            let excuse = &mut self.all[index];
            if !excuse.meets(&finding.rule) || excuse.pending {
                continue;
            }
            match excuse.allow.suffices(finding.severity, config, now) {
                Ok(()) if granted.is_none() => granted = Some(index),
                Ok(()) => {}
                Err(reason) => excuse.refuse(finding.severity, reason),
            }
        }
        let excuse = &self.all[granted?];
        Some(Disposal::Waived {
            at: excuse.at,
            reason: excuse.allow.reason.clone(),
            owner: excuse.allow.owner.clone(),
            expires: excuse.allow.expires.to_string(),
        })
    }

    /// The pending exceptions that would excuse a finding, and who may approve them.
    pub(super) fn waiting(&self, finding: &Finding, blobs: &Blobs) -> Vec<Related> {
        let about = self.about(finding, blobs).into_iter();
        about
            .map(|index| &self.all[index])
            .filter(|excuse| excuse.pending)
            .map(|excuse| {
                let approver = excuse.allow.approver.as_deref();
                let who = approver.unwrap_or("whoever reviews the change");
                Related {
                    span: excuse.at,
                    label: format!("a pending exception: {who} may approve it"),
                }
            })
            .collect()
    }

    /// The exceptions whose place or name is the finding's, in the order they were added.
    fn about(&self, finding: &Finding, blobs: &Blobs) -> Vec<usize> {
        let mut found = self.on_lines(finding.span);
        if let Some(whole) = finding.whole {
            found.extend(self.on_head(whole, blobs));
        }
        let lists = [
            self.files.get(&finding.span.blob),
            self.fingerprints.get(finding.fingerprint.as_str()),
            self.addresses
                .get(&(finding.rule.as_str(), finding.address.as_str())),
        ];
        found.extend(lists.into_iter().flatten().flatten());
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Those whose target line a span touches.
    fn on_lines(&self, span: Span) -> Vec<usize> {
        let last = if span.is_empty() {
            span.end
        } else {
            span.end - 1
        };
        self.lines
            .range((span.blob, 0)..=(span.blob, last))
            .rev()
            .take_while(|(_, line)| line.iter().any(|(end, _)| *end >= span.start))
            .flat_map(|(_, line)| line.iter().map(|(_, index)| *index))
            .collect()
    }

    /// Those whose target line begins a declaration: the line it starts on, or the next one when only comments, blanks and
    /// separators stand between.
    fn on_head(&self, whole: Span, blobs: &Blobs) -> Vec<usize> {
        let start = Span::new(whole.blob, whole.start as usize, whole.start as usize);
        let mut found = self.on_lines(start);
        let bytes = blobs.get(whole.blob).bytes();
        let blank = |from: usize, to: usize| {
            let between = bytes.get(from..to).unwrap_or_default();
            between.split(|b| *b == b'\n').all(|line| {
                let line = line.trim_ascii();
                line.is_empty() || line.starts_with(b"#") || line == b"---"
            })
        };
        let after = self
            .lines
            .range((whole.blob, whole.start)..=(whole.blob, whole.end))
            .next();
        let before = self
            .lines
            .range((whole.blob, 0)..(whole.blob, whole.start))
            .next_back();
        for ((_, line_start), line) in [after, before].into_iter().flatten() {
            for (line_end, index) in line {
                let (line_start, line_end) = (*line_start as usize, *line_end as usize);
                let from = whole.start as usize;
                let near = if line_start >= from {
                    line_start - from < NEAR && blank(from, line_start)
                } else {
                    line_end < from && from - line_end < NEAR && blank(line_end, from)
                };
                if near {
                    found.push(*index);
                }
            }
        }
        found
    }
}

/// Bytes of blanks and comments between a target line and the declaration it begins.
const NEAR: usize = 4096;

impl Excuse<'_> {
    /// Whether it speaks of a rule; noted.
    fn meets(&mut self, rule: &str) -> bool {
        if self.allow.rules.is_empty() {
            self.met[0] = true;
            return true;
        }
        let mut any = false;
        for (word, met) in self.allow.rules.iter().zip(&mut self.met) {
            if covers(word, rule) {
                *met = true;
                any = true;
            }
        }
        any
    }

    fn refuse(&mut self, severity: Severity, reason: String) {
        let worse = self
            .refused
            .as_ref()
            .is_none_or(|(known, _)| severity > *known);
        if worse {
            self.refused = Some((severity, reason));
        }
    }
}
