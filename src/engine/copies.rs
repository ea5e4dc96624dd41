//! Folds findings about copies of one object: a manifest that is kept rendered beside its sources, or once for each way to
//! install it, says the same thing many times, and its reader mends it once.

use crate::finding::{Finding, Related};
use crate::model::{Estate, Field, Subject};
use crate::rule::{Profile, Severity};
use crate::source::BlobId;
use rustc_hash::FxHashMap;

/// Most copies that a finding lists.
const LISTED: usize = 50;

/// What makes two findings one: what is said, of which object, how loud. An object that another environment has too is
/// another one.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    rule: String,
    message: String,
    object: String,
    environment: String,
    severity: Severity,
    profile: Profile,
    /// How many of the same stand before it in its file: those are no copies of each other.
    number: usize,
}

/// The first of each object's findings, with the places of the others beside it.
pub(super) fn fold(findings: Vec<Finding>, estate: &Estate) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut copies: Vec<Vec<Finding>> = Vec::with_capacity(findings.len());
    let mut at: FxHashMap<Key, usize> = FxHashMap::default();
    let mut numbers: FxHashMap<(Key, BlobId), usize> = FxHashMap::default();
    for finding in findings {
        let known = key(&finding, estate).and_then(|mut key| {
            let number = numbers.entry((key.clone(), finding.span.blob)).or_default();
            key.number = *number;
            *number += 1;
            let next = kept.len();
            let found = *at.entry(key).or_insert(next);
            (found < next).then_some(found)
        });
        match known {
            Some(index) => copies[index].push(finding),
            None => {
                kept.push(finding);
                copies.push(Vec::new());
            }
        }
    }
    kept.into_iter().zip(copies).map(told).collect()
}

fn told((first, mut copies): (Finding, Vec<Finding>)) -> Finding {
    if copies.is_empty() {
        return first;
    }
    copies.push(first);
    copies.sort_by(|a, b| (a.span, &a.address).cmp(&(b.span, &b.address)));
    let mut finding = copies.remove(0);
    let places = copies.len() + 1;
    finding.message = format!("{} (in {places} copies)", said(&finding.message));
    finding
        .properties
        .push(("copies".into(), places.to_string()));
    finding.properties.sort();
    let related = copies.iter().take(LISTED).map(|copy| Related {
        span: copy.span,
        label: "a copy of it".to_owned(),
    });
    finding.related.extend(related);
    finding
}

fn key(finding: &Finding, estate: &Estate) -> Option<Key> {
    let subject = finding.subject?;
    if text(estate, subject, "language") != "kubernetes" {
        return None;
    }
    let resource = text(estate, subject, "resource");
    let kind = resource.rsplit('/').next().unwrap_or(resource);
    Some(Key {
        rule: finding.rule.clone(),
        message: said(&finding.message).to_owned(),
        object: object(&finding.address, kind)?,
        environment: text(estate, subject, "environment").to_owned(),
        severity: finding.severity,
        profile: finding.profile,
        number: 0,
    })
}

fn text<'a>(estate: &'a Estate, subject: Subject, field: &str) -> &'a str {
    match estate.field(subject, field) {
        Some(Field::Text(fact)) => fact.text(),
        _ => "",
    }
}

/// The message without how many instances it stands for.
fn said(message: &str) -> &str {
    match message.rsplit_once(" (") {
        Some((said, count)) if count.ends_with(" instances)") => said,
        _ => message,
    }
}

/// Namespace, kind and name of an address, without the folder and the number that tell namesakes apart.
fn object(address: &str, kind: &str) -> Option<String> {
    let needle = format!("{kind}/");
    let (at, _) = address.match_indices(&needle).find(|(at, _)| {
        let before = address[..*at].chars().next_back();
        matches!(before, None | Some('/' | ':'))
    })?;
    let name = &address[at + needle.len()..];
    let name = match name.rsplit_once('#') {
        Some((name, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => name,
    };
    let scope = address[..at].trim_end_matches('/');
    let namespace = scope.rsplit(':').next().unwrap_or_default();
    let namespace = match address[..at].ends_with(':') {
        true => "",
        false => namespace,
    };
    Some(format!("{namespace}/{kind}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::{object, said};

    #[test]
    fn folders_and_numbers_do_not_make_an_object() {
        let plain = |address, kind| object(address, kind).expect("an object");
        assert_eq!(plain("manifests/ha:Role/server#4", "Role"), "/Role/server");
        assert_eq!(plain("Role/server", "Role"), "/Role/server");
        assert_eq!(plain("a/b:web/Role/x", "Role"), "web/Role/x");
        assert_eq!(plain("web/Role/x", "Role"), "web/Role/x");
        assert_eq!(
            plain("ClusterRole/system:node", "ClusterRole"),
            "/ClusterRole/system:node"
        );
        assert!(object("main.tf:aws_iam_role.ci", "Role").is_none());
    }

    #[test]
    fn counts_are_no_part_of_what_is_said() {
        assert_eq!(said("x may do y (3 instances)"), "x may do y");
        assert_eq!(said("x may do y (or not)"), "x may do y (or not)");
    }
}
