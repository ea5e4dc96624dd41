//! What is to be taken out: for each access its places in files, and the findings that end with it.

use super::place::{Bytes, Pages, leased, parted, place};
use super::switch;
use crate::cli::Failure;
use crate::finding::Finding;
use crate::model::{Date, Estate, Fact, Id, Link, Noun, Subject};
use crate::report::Report;
use crate::rule::Edit;
use crate::scan::Outcome;
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// One access.
pub(super) struct Target {
    /// What it is, for people.
    pub(super) what: String,
    /// Files and offsets of lines where something begins that is to go.
    pub(super) places: Vec<(String, usize)>,
    /// Files and bytes of items that are to go from lists with others.
    pub(super) items: Vec<Bytes>,
    /// Address and principal of rights that are not there without it.
    pub(super) gone: Vec<(String, String)>,
    /// Addresses of the identities whose access it is.
    pub(super) of: Vec<String>,
    /// Fingerprints of findings that end with it.
    pub(super) ends: Vec<String>,
    /// What switches it off instead, where it is a credential with a switch.
    pub(super) off: Option<Edit>,
}

/// All that is to go, and what cannot.
#[derive(Default)]
pub(super) struct Targets {
    pub(super) found: Vec<Target>,
    pub(super) refused: Vec<(String, String)>,
}

impl Targets {
    /// What has a lease whose last day is over.
    pub(super) fn lapsed(outcome: &Outcome, now: Date) -> Self {
        let (estate, report) = (&outcome.estate, &outcome.report);
        let mut targets = Self::default();
        let mut pages = Pages::default();
        let mut ends = ends(report);
        for (at, lease) in estate.leases.iter().enumerate() {
            let ended = lease.expires.value().is_some_and(|day| *day < now);
            if !ended || lease.about.is_absent() {
                continue;
            }
            let (places, items) = leased((report, estate), &mut pages, at);
            targets.found.push(Target {
                what: format!(
                    "{} (lease of {} until {})",
                    lease.address,
                    lease.owner.text(),
                    day(&lease.expires)
                ),
                places,
                items,
                of: of(estate, &estate.lease_on[at]),
                gone: gone(estate, &estate.lease_on[at]),
                ends: ends.remove(&at).unwrap_or_default(),
                off: None,
            });
        }
        targets
    }

    /// What a finding is about.
    pub(super) fn of_finding(
        outcome: &Outcome,
        print: &str,
        only: Option<&str>,
    ) -> Result<Self, Failure> {
        let report = &outcome.report;
        let finding = finding(report, print)?;
        if finding.secret.is_some() {
            return Err(Failure::Usage(format!(
                "{} is a value in the open: taking it out of a file does not end it. Revoke it where it was issued, then replace it by a reference; `tenure explain {}` says where",
                finding.message, finding.rule
            )));
        }
        let Some(subject) = finding.subject else {
            return Err(Failure::Usage(
                "the finding is about no access that could be taken out".into(),
            ));
        };
        let mut targets = Self::default();
        let about = match subject.noun {
            Noun::Identity => grants(&outcome.estate, subject.id),
            Noun::Grant | Noun::Credential | Noun::Trust => {
                [&[subject], finding.also.as_slice()].concat()
            }
            Noun::Usage | Noun::Setting | Noun::Lease | Noun::Review => {
                let why = format!(
                    "a {} is changed, not taken out; see the fix of the finding",
                    subject.noun.word()
                );
                targets.refused.push((finding.address.clone(), why));
                return Ok(targets);
            }
        };
        if about.is_empty() {
            targets.refused.push((
                finding.address.clone(),
                "the identity has no grant of its own in these files".into(),
            ));
            return Ok(targets);
        }
        let told = told(&outcome.estate, &about, &finding.message);
        let part = only.is_some() || told.is_some();
        let about = match only {
            Some(name) => of_holder(&outcome.estate, &about, name)?,
            None => told.unwrap_or(about),
        };
        let (items, wholes) = parted(
            (report, &outcome.estate),
            &mut Pages::default(),
            &about,
            Some(finding.span),
        );
        let inside = |whole: &Span| inside_identity(&outcome.estate, *whole);
        if subject.noun != Noun::Identity && wholes.iter().any(inside) {
            let why = "it is written inside the identity's own declaration, which would go with it";
            targets.refused.push((finding.address.clone(), why.into()));
            return Ok(targets);
        }
        let gone = gone(&outcome.estate, &about);
        let holders: BTreeSet<&str> = gone.iter().map(|(_, to)| to.as_str()).collect();
        let holders: Vec<&str> = holders.into_iter().collect();
        targets.found.push(Target {
            what: match items.is_empty() {
                true => finding.address.clone(),
                false => format!("{} ({})", finding.address, holders.join(", ")),
            },
            places: wholes
                .into_iter()
                .map(|whole| place(report, whole))
                .collect(),
            items,
            of: of(&outcome.estate, &about),
            gone,
            ends: match subject.noun {
                Noun::Identity => Vec::new(),
                _ if part => Vec::new(),
                _ => vec![finding.fingerprint.clone()],
            },
            off: off(&outcome.estate, subject),
        });
        Ok(targets)
    }
}

/// Fingerprints of findings about each lease.
fn ends(report: &Report) -> FxHashMap<usize, Vec<String>> {
    let mut ends: FxHashMap<usize, Vec<String>> = FxHashMap::default();
    for finding in &report.findings {
        let lease = finding
            .subject
            .filter(|subject| subject.noun == Noun::Lease);
        if let Some(lease) = lease.filter(|_| finding.rule.starts_with("governance/")) {
            let own = ends.entry(lease.id.index()).or_default();
            own.push(finding.fingerprint.clone());
        }
    }
    ends
}

/// The finding with a fingerprint.
fn finding<'r>(report: &'r Report, print: &str) -> Result<&'r Finding, Failure> {
    let disposed = report.disposed.iter().map(|disposed| &disposed.finding);
    let all = report.findings.iter().chain(disposed);
    let found: Vec<&Finding> = all
        .filter(|finding| finding.fingerprint.starts_with(print))
        .collect();
    match found.as_slice() {
        _ if print.len() < 8 => Err(Failure::Usage(
            "a fingerprint wants at least 8 of its digits".into(),
        )),
        [] => Err(Failure::Usage(format!(
            "no finding has the fingerprint {print}"
        ))),
        [one] => Ok(one),
        many => Err(Failure::Usage(format!(
            "{} findings have a fingerprint that begins with {print}",
            many.len()
        ))),
    }
}

/// Those of several accesses whose holder has a name.
fn of_holder(estate: &Estate, about: &[Subject], name: &str) -> Result<Vec<Subject>, Failure> {
    let found: Vec<Subject> = about
        .iter()
        .copied()
        .filter(|subject| holder(estate, *subject).is_some_and(|own| is_called(&own, name)))
        .collect();
    if found.is_empty() {
        let names = about.iter().filter_map(|subject| holder(estate, *subject));
        let names: BTreeSet<String> = names.collect();
        let names: Vec<String> = names.into_iter().collect();
        return Err(Failure::Usage(format!(
            "the finding is about no access of {name}; there are {}",
            names.join(", ")
        )));
    }
    Ok(found)
}

/// The one of several accesses whose holder a finding names; none where it names more of them, or nobody.
fn told(estate: &Estate, about: &[Subject], message: &str) -> Option<Vec<Subject>> {
    let words = || message.split([' ', ',', '(', ')']);
    let named = |subject: &&Subject| {
        holder(estate, **subject).is_some_and(|own| words().any(|word| word == own))
    };
    let found: Vec<Subject> = about.iter().filter(named).copied().collect();
    let names: BTreeSet<Option<String>> = found.iter().map(|one| holder(estate, *one)).collect();
    (names.len() == 1 && found.len() < about.len()).then_some(found)
}

/// Whom a right is given to.
fn holder(estate: &Estate, subject: Subject) -> Option<String> {
    let grant = (subject.noun == Noun::Grant).then(|| &estate.grants[subject.id.index()])?;
    Some(grant.to.text().to_owned())
}

/// Whether a principal has a name: all of it, or what follows its namespace or the word of its kind.
fn is_called(own: &str, name: &str) -> bool {
    own == name
        || own.rsplit('/').next() == Some(name)
        || name.split_once(':').is_some_and(|(_, name)| own == name)
        || own.split('@').next() == Some(name)
}

/// Addresses of the identities that things are tied to.
fn of(estate: &Estate, about: &[Subject]) -> Vec<String> {
    let links = about.iter().map(|subject| estate.identity_of(*subject));
    let ids = links.filter_map(|link| match link {
        Link::To(id) => Some(estate.identities[id.index()].address.to_string()),
        _ => None,
    });
    ids.collect()
}

/// Address and principal of each right.
fn gone(estate: &Estate, about: &[Subject]) -> Vec<(String, String)> {
    let rights = about.iter().filter(|subject| subject.noun == Noun::Grant);
    rights
        .map(|subject| {
            let grant = &estate.grants[subject.id.index()];
            (grant.address.to_string(), grant.to.text().to_owned())
        })
        .collect()
}

impl Target {
    /// The lines that go, by file, those of items of lists aside.
    pub(super) fn cuts(
        &self,
        pages: &mut Pages,
        text: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Vec<Bytes>, String> {
        let mut cuts = Vec::new();
        for (path, offset) in &self.places {
            let page = pages.get(path, || text(path))?;
            let unit = page.unit(*offset).map_err(|why| format!("{path}: {why}"))?;
            cuts.push((path.clone(), unit.lines));
        }
        cuts.sort_by(|a, b| (&a.0, a.1.start).cmp(&(&b.0, b.1.start)));
        cuts.dedup();
        Ok(cuts)
    }
}

/// What switches a credential off that is not off yet.
fn off(estate: &Estate, subject: Subject) -> Option<Edit> {
    let credentials = (subject.noun == Noun::Credential).then_some(&estate.credentials)?;
    let credential = &credentials[subject.id.index()];
    let switch = switch::off(credential.language.text(), credential.resource.text());
    switch.filter(|_| credential.enabled.value() != Some(&false))
}

fn day(fact: &Fact<Date>) -> String {
    fact.value().map(ToString::to_string).unwrap_or_default()
}

/// The grants of an identity that are declared apart from it.
fn grants(estate: &Estate, id: Id) -> Vec<Subject> {
    let own = estate.identities[id.index()].whole;
    let apart = |subject: &Subject| {
        let whole = estate.place(*subject).2;
        whole != own && !inside_identity(estate, whole)
    };
    estate.tied(Noun::Grant, id).filter(apart).collect()
}

fn inside_identity(estate: &Estate, whole: Span) -> bool {
    let identity = |subject: Subject| estate.place(subject).2;
    estate
        .subjects(Noun::Identity)
        .any(|subject| identity(subject) == whole)
}

/// How other blocks would name the first block of some lines: `aws_iam_role.ci`, `module.x`.
pub(super) fn reference(lines: &str) -> Option<String> {
    let head = lines
        .lines()
        .find(|line| !line.trim_start().starts_with(['#', '/']) && !line.trim().is_empty())?;
    let words: Vec<&str> = head
        .split(['"', ' ', '{'])
        .filter(|word| !word.is_empty())
        .collect();
    match words.as_slice() {
        ["resource", kind, name, ..] => Some(format!("{kind}.{name}")),
        ["data", kind, name, ..] => Some(format!("data.{kind}.{name}")),
        ["module", name, ..] => Some(format!("module.{name}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_named_as_others_would() {
        assert_eq!(
            reference("# lease\nresource \"a_b\" \"c\" {\n"),
            Some("a_b.c".to_owned())
        );
        assert_eq!(reference("module \"m\" {"), Some("module.m".to_owned()));
        assert_eq!(reference("  \"serviceAccount:x\","), None);
    }
}
