//! Parts findings into open and disposed, and reports the exceptions that do not hold.

use super::author;
use super::excuse::{Excuse, Excuses};
use super::fingerprint::fingerprint;
use super::notice::{Matter, Notices};
use super::{Allow, Directive, Order, Parted, Reach, Terms};
use crate::config::{closest, covers};
use crate::finding::{Disposal, Disposed, Finding};
use crate::rule::builtin;
use crate::source::{BlobId, Blobs, Span};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Fills in fingerprints and decides which findings stay open. A finding that the configuration ignores is ignored,
/// whatever else speaks of it; then inline exceptions and waiver files count, then the baseline. Findings above the
/// profile are dropped after they were matched, so that an exception for one of them is not stale.
///
/// Texts of waivers and of the configuration are added to `blobs`, so that every span can be shown.
#[must_use]
pub fn apply(
    mut findings: Vec<Finding>,
    directives: &[Directive],
    terms: &Terms<'_>,
    blobs: &mut Blobs,
) -> Parted {
    fingerprint(&mut findings, &terms.register.salt, blobs);
    let places = Places::new(terms, blobs);
    let mut notices = Notices {
        rules: terms.rules,
        config: terms.config,
        profile: terms.profile,
        found: Vec::new(),
    };
    let known = Known::new(terms);
    let mut excuses = Excuses::default();
    for directive in directives {
        if directive_holds(directive, terms, &known, &mut notices, blobs) {
            excuses.directive(directive);
        }
    }
    waivers(terms, &known, &places, &mut excuses, &mut notices, blobs);
    for own in terms
        .past
        .map_or_else(Vec::new, |past| author::own(&excuses, past, blobs))
    {
        let name = (own.name.as_str(), Some(own.owner.as_str()));
        let detail = format!(
            "{} is the author of the commit that approved it",
            own.approver
        );
        notices.report(Matter::Own, own.at, name, &detail, blobs);
    }
    let mut parted = Parted::default();
    let mut ignored = vec![false; terms.config.ignores.len()];
    for mut finding in findings {
        finding.related.extend(excuses.waiting(&finding, blobs));
        let waived = excuses.excuse(&finding, blobs, terms.config, terms.now);
        let by = ignore(&finding, terms, blobs, &mut ignored).or(waived);
        part(&mut parted, finding, by, terms);
    }
    for excuse in &excuses.all {
        settle(excuse, terms, &known, &mut notices, blobs);
    }
    ignores(terms, &known, &places, &ignored, &mut notices, blobs);
    let mut notices = notices.found;
    fingerprint(&mut notices, &terms.register.salt, blobs);
    for notice in notices {
        let by = ignore(&notice, terms, blobs, &mut ignored);
        part(&mut parted, notice, by, terms);
    }
    parted
}

fn part(parted: &mut Parted, finding: Finding, by: Option<Disposal>, terms: &Terms<'_>) {
    if finding.profile > terms.profile {
        return;
    }
    let accepted = || {
        terms
            .register
            .baseline
            .holds(&finding)
            .then_some(Disposal::Baseline)
    };
    match by.or_else(accepted) {
        Some(by) => parted.disposed.push(Disposed { finding, by }),
        None => parted.open.push(finding),
    }
}

/// Where the files of the register and the configuration stand among the blobs.
struct Places {
    waivers: Vec<Span>,
    config: Option<BlobId>,
}

impl Places {
    fn new(terms: &Terms<'_>, blobs: &mut Blobs) -> Self {
        let waivers = &terms.register.waivers;
        if waivers.is_empty() && terms.config.ignores.is_empty() {
            return Self {
                waivers: Vec::new(),
                config: None,
            };
        }
        let known: FxHashMap<String, BlobId> = blobs
            .iter()
            .map(|(id, blob)| (blob.path.clone(), id))
            .collect();
        let mut keep = |path: &str, text: &str| blobs.keep(known.get(path).copied(), path, text);
        let waivers = waivers
            .iter()
            .map(|waiver| {
                let blob = keep(&waiver.path, &waiver.text);
                Span::new(blob, waiver.place.start, waiver.place.end)
            })
            .collect();
        let config = &terms.config;
        Self {
            waivers,
            config: (!config.ignores.is_empty()).then(|| keep(&config.file, &config.text)),
        }
    }
}

/// The ids of all rules, run or not; made when first asked for.
struct Known<'a> {
    terms: &'a Terms<'a>,
    ids: OnceCell<BTreeSet<String>>,
}

impl<'a> Known<'a> {
    fn new(terms: &'a Terms<'a>) -> Self {
        Self {
            terms,
            ids: OnceCell::new(),
        }
    }

    fn ids(&self) -> &BTreeSet<String> {
        self.ids.get_or_init(|| {
            let builtin = builtin();
            let ran = self.terms.rules.heads().map(|head| head.id.clone());
            ran.chain(builtin.heads().map(|head| head.id.clone()))
                .chain(self.terms.known.iter().cloned())
                .collect()
        })
    }

    /// What is wrong with a word that means no rule.
    fn missing(&self, word: &str) -> Option<String> {
        if self.terms.rules.contains(word) || self.ids().iter().any(|id| covers(word, id)) {
            return None;
        }
        let meant = closest(word, self.ids().iter().map(String::as_str));
        Some(match meant {
            Some(meant) => format!("no rule is named `{word}`; did you mean `{meant}`?"),
            None => format!("no rule is named `{word}`"),
        })
    }

    /// Whether every rule a word means ran, so that its silence says something.
    fn ran(&self, word: &str) -> bool {
        let ran = |id: &str| self.terms.rules.contains(id);
        if !word.ends_with('*') {
            return ran(word);
        }
        self.ids()
            .iter()
            .filter(|id| covers(word, id))
            .all(|id| ran(id))
    }
}

/// Whether a directive is in force; reports why not.
fn directive_holds(
    directive: &Directive,
    terms: &Terms<'_>,
    known: &Known<'_>,
    notices: &mut Notices<'_>,
    blobs: &Blobs,
) -> bool {
    let mut report = |matter, name: (&str, Option<&str>), detail: &str| {
        notices.report(matter, directive.span, name, detail, blobs);
    };
    let allow = match &directive.order {
        Err(reason) => {
            report(Matter::Invalid, ("", None), reason);
            return false;
        }
        Ok(Order::Lease(lease)) => {
            if directive.target.is_none() {
                let name = (lease.purpose.as_str(), Some(lease.owner.as_str()));
                report(
                    Matter::Invalid,
                    name,
                    "nothing that it could speak for follows it",
                );
            }
            return false;
        }
        Ok(Order::Allow(allow) | Order::AllowFile(allow)) => allow,
    };
    let words = allow.rules.join(",");
    let name = (words.as_str(), Some(allow.owner.as_str()));
    if let Some(doubt) = doubt(allow, known, terms) {
        report(Matter::Invalid, name, &doubt);
        return false;
    }
    if allow.ended(terms.now) {
        let detail = format!("{words} was excused until {}", allow.expires);
        report(Matter::Expired, name, &detail);
        return false;
    }
    if directive.target.is_none() {
        report(
            Matter::Stale,
            name,
            "nothing that it could speak for follows it",
        );
        return false;
    }
    true
}

/// Why an exception cannot hold: a rule that nobody knows, an end too far away.
fn doubt(allow: &Allow, known: &Known<'_>, terms: &Terms<'_>) -> Option<String> {
    let mut words = allow.rules.iter();
    let missing = words.find_map(|word| known.missing(word));
    missing.or_else(|| allow.endless(terms.config, terms.now).err())
}

/// Takes the valid waivers into force and reports the others.
fn waivers<'a>(
    terms: &Terms<'a>,
    known: &Known<'_>,
    places: &Places,
    excuses: &mut Excuses<'a>,
    notices: &mut Notices<'_>,
    blobs: &Blobs,
) {
    for (waiver, at) in terms.register.waivers.iter().zip(&places.waivers) {
        let grants = match &waiver.grants {
            Ok(grants) => grants,
            Err(reason) => {
                notices.report(Matter::Invalid, *at, ("", None), reason, blobs);
                continue;
            }
        };
        let allow = &grants.allow;
        let name = (grants.id.as_str(), Some(allow.owner.as_str()));
        if let Some(doubt) = doubt(allow, known, terms) {
            notices.report(Matter::Invalid, *at, name, &doubt, blobs);
        } else if allow.ended(terms.now) {
            let detail = format!("{} held until {}", grants.id, allow.expires);
            notices.report(Matter::Expired, *at, name, &detail, blobs);
        } else {
            excuses.waiver(waiver, grants, *at);
        }
    }
}

/// Reports what an exception in force could not do, or had nothing to do.
fn settle(
    excuse: &Excuse<'_>,
    terms: &Terms<'_>,
    known: &Known<'_>,
    notices: &mut Notices<'_>,
    blobs: &Blobs,
) {
    let name = (excuse.name.as_str(), Some(excuse.allow.owner.as_str()));
    if let Some((_, reason)) = &excuse.refused {
        notices.report(Matter::Invalid, excuse.at, name, reason, blobs);
        return;
    }
    if excuse.pending || terms.reach == Reach::Part {
        return;
    }
    let rules = &excuse.allow.rules;
    let unmet: Vec<&str> = rules
        .iter()
        .zip(&excuse.met)
        .filter(|(word, met)| !**met && known.ran(word))
        .map(|(word, _)| word.as_str())
        .collect();
    if !unmet.is_empty() {
        let detail = format!("no finding of {} is left here", unmet.join(", "));
        notices.report(Matter::Stale, excuse.at, name, &detail, blobs);
    } else if rules.is_empty() && !excuse.met[0] && all_ran(known) {
        let detail = "no finding has one of its fingerprints";
        notices.report(Matter::Stale, excuse.at, name, detail, blobs);
    }
}

fn all_ran(known: &Known<'_>) -> bool {
    known.ran("*")
}

/// The configuration's word on a finding.
fn ignore(
    finding: &Finding,
    terms: &Terms<'_>,
    blobs: &Blobs,
    used: &mut [bool],
) -> Option<Disposal> {
    let path = blobs.path(finding.span);
    let mut by = None;
    for (entry, used) in terms.config.ignores.iter().zip(used) {
        if !entry.covers(&finding.rule, path) {
            continue;
        }
        *used = true;
        let holds = entry.expires.is_none_or(|day| day >= terms.now);
        if holds && by.is_none() {
            by = Some(Disposal::Ignored {
                reason: entry.reason.clone(),
            });
        }
    }
    by
}

/// Reports entries of `ignores:` that have ended or ignore nothing.
fn ignores(
    terms: &Terms<'_>,
    known: &Known<'_>,
    places: &Places,
    used: &[bool],
    notices: &mut Notices<'_>,
    blobs: &Blobs,
) {
    let Some(blob) = places.config else {
        return;
    };
    for (entry, used) in terms.config.ignores.iter().zip(used) {
        let at = Span::new(blob, entry.place.bytes.start, entry.place.bytes.end);
        let name = (entry.rule.as_str(), None);
        if let Some(day) = entry.expires.filter(|day| *day < terms.now) {
            let detail = format!("{} was ignored until {day}", entry.rule);
            notices.report(Matter::Expired, at, name, &detail, blobs);
        } else if !used && terms.reach == Reach::Whole && known.ran(&entry.rule) {
            let detail = format!("no finding of {} is left here", entry.rule);
            notices.report(Matter::Stale, at, name, &detail, blobs);
        }
    }
}
