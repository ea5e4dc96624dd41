//! What is to be taken out: for each access its places in files, and the findings that end with it.

use super::place::{Bytes, leased, parted, place};
use super::switch;
use crate::cli::Failure;
use crate::edit;
use crate::finding::Finding;
use crate::model::{Date, Estate, Fact, Id, Noun, Subject};
use crate::report::Report;
use crate::rule::Edit;
use crate::scan::Outcome;
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::ops::Range;

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
        for (at, lease) in estate.leases.iter().enumerate() {
            let ended = lease.expires.value().is_some_and(|day| *day < now);
            if !ended || lease.about.is_absent() {
                continue;
            }
            let of_lease = |finding: &&Finding| {
                finding.rule.starts_with("governance/")
                    && finding.subject.is_some_and(|subject| {
                        subject.noun == Noun::Lease && subject.id.index() == at
                    })
            };
            let (places, items) = leased(report, estate, at);
            targets.found.push(Target {
                what: format!(
                    "{} (lease of {} until {})",
                    lease.address,
                    lease.owner.text(),
                    day(&lease.expires)
                ),
                places,
                items,
                gone: gone(estate, &estate.lease_on[at]),
                ends: report
                    .findings
                    .iter()
                    .filter(of_lease)
                    .map(|finding| finding.fingerprint.clone())
                    .collect(),
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
        let about = match only {
            Some(name) => of_holder(&outcome.estate, &about, name)?,
            None => about,
        };
        let (items, wholes) = parted((report, &outcome.estate), &about, Some(finding.span));
        let inside = |whole: &Span| inside_identity(&outcome.estate, *whole);
        if subject.noun != Noun::Identity && wholes.iter().any(inside) {
            let why = "it is written inside the identity's own declaration, which would go with it";
            targets.refused.push((finding.address.clone(), why.into()));
            return Ok(targets);
        }
        targets.found.push(Target {
            what: finding.address.clone(),
            places: wholes
                .into_iter()
                .map(|whole| place(report, whole))
                .collect(),
            items,
            gone: gone(&outcome.estate, &about),
            ends: match subject.noun {
                Noun::Identity => Vec::new(),
                _ if only.is_some() => Vec::new(),
                _ => vec![finding.fingerprint.clone()],
            },
            off: off(&outcome.estate, subject),
        });
        Ok(targets)
    }
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
    /// Whether an estate still has one of its rights.
    pub(super) fn is_in(&self, estate: &Estate) -> bool {
        estate.grants.iter().any(|grant| {
            let own = (grant.address.as_str(), grant.to.text());
            self.gone.iter().any(|(address, to)| own == (address, to))
        })
    }

    /// The files it is in.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        let places = self.places.iter().map(|(path, _)| path.as_str());
        places.chain(self.items.iter().map(|(path, _)| path.as_str()))
    }

    /// The lines that go, by file.
    pub(super) fn cuts(
        &self,
        texts: &FxHashMap<String, String>,
    ) -> Result<Vec<(String, Range<usize>)>, String> {
        let mut cuts = Vec::new();
        for (path, offset) in &self.places {
            let text = texts
                .get(path)
                .ok_or_else(|| format!("{path} cannot be read as text"))?;
            let unit = edit::unit(path, text, *offset).map_err(|why| format!("{path}: {why}"))?;
            cuts.push((path.clone(), unit.lines));
        }
        let files: BTreeSet<&String> = self.items.iter().map(|(path, _)| path).collect();
        for path in files {
            let text = texts
                .get(path)
                .ok_or_else(|| format!("{path} cannot be read as text"))?;
            let own = self.items.iter().filter(|(own, _)| own == path);
            let ats: Vec<Range<usize>> = own.map(|(_, at)| at.clone()).collect();
            let lines = edit::items(path, text, &ats)
                .ok_or_else(|| format!("{path}: a list would keep nothing"))?;
            cuts.extend(lines.into_iter().map(|lines| (path.clone(), lines)));
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

/// Whether a text names an address outside of comments.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .any(|line| {
            line.match_indices(name).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                let after = line[at + name.len()..].chars().next();
                !before.is_some_and(|c| word(c) || c == '.') && !after.is_some_and(word)
            })
        })
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
        assert!(mentions("x = a_b.c.id", "a_b.c") && mentions("[a_b.c]", "a_b.c"));
        assert!(
            !mentions("x = a_b.cd", "a_b.c")
                && !mentions("# a_b.c", "a_b.c")
                && !mentions("data.a_b.c", "a_b.c")
        );
    }
}
