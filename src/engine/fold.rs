//! From findings of conditions and graph walks to what a reader is shown: one for a place and for an object that is kept in
//! copies, and the material of tests apart.

use super::copies;
use crate::config::Config;
use crate::finding::Finding;
use crate::judge::place;
use crate::model::Estate;
use crate::rule::{Profile, Severity};
use crate::source::Blobs;
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// One finding for each rule and place, and for each object among its copies, with what nothing deploys left to the strict
/// profile.
#[must_use]
pub fn fold(
    findings: Vec<Finding>,
    estate: &Estate,
    blobs: &Blobs,
    config: &Config,
) -> Vec<Finding> {
    let mut findings = once_a_place(findings);
    quiet_fixtures(&mut findings, blobs, config);
    copies::fold(findings, estate)
}

/// What nothing deploys is no finding for everybody: material of tests and manuals is left to the strict profile, and what is
/// below high in examples, unless the scan was asked for nothing else. The configuration's word on a path comes first.
fn quiet_fixtures(findings: &mut [Finding], blobs: &Blobs, config: &Config) {
    let asked = shared(blobs);
    let inner = |path| str::get(path, asked..).unwrap_or(path);
    let staged = blobs
        .iter()
        .any(|(_, blob)| place::is_staged(inner(&blob.path)));
    for finding in findings {
        let path = blobs.path(finding.span);
        let inner = inner(path);
        let guess = || {
            place::is_fixture(inner)
                || place::is_manual(inner)
                || (place::is_test_folder(inner) && !staged)
                || (finding.severity <= Severity::Medium && place::is_example(inner))
        };
        if config.is_test(path).unwrap_or_else(guess) {
            finding.profile = finding.profile.max(Profile::Strict);
        }
    }
}

/// Length of the folder that all files of the run lie in.
fn shared(blobs: &Blobs) -> usize {
    let mut paths = blobs.iter().map(|(_, blob)| blob.path.as_str());
    let first = paths.next().unwrap_or_default();
    let folder = first.rfind('/').map_or(0, |at| at + 1);
    paths.fold(folder, |length, path| {
        let same = first.bytes().zip(path.bytes()).take(length);
        let same = same.take_while(|(a, b)| a == b).count();
        first.as_bytes()[..same]
            .iter()
            .rposition(|&byte| byte == b'/')
            .map_or(0, |at| at + 1)
    })
}

/// A module that is called several times makes several subjects of one line: one finding stands for them all and says how
/// many they are. Its reader mends one line.
fn once_a_place(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<(Finding, usize)> = Vec::with_capacity(findings.len());
    let mut at = FxHashMap::default();
    for finding in findings {
        let place = (
            finding.rule.clone(),
            finding.span,
            finding.attribute.clone(),
        );
        match at.entry(place) {
            Entry::Vacant(slot) => {
                slot.insert(kept.len());
                kept.push((finding, 1));
            }
            Entry::Occupied(slot) => {
                let (first, count) = &mut kept[*slot.get()];
                *count += usize::from(
                    first.address != finding.address || first.message != finding.message,
                );
                let mut also = std::mem::take(&mut first.also);
                let louder = finding.severity > first.severity;
                if finding.profile < first.profile || (finding.profile == first.profile && louder) {
                    also.extend(first.subject);
                    *first = finding;
                } else {
                    also.extend(finding.subject);
                }
                first.also = also;
            }
        }
    }
    let say = |(mut finding, count): (Finding, usize)| {
        if count > 1 {
            finding.message = format!("{} ({count} instances)", finding.message);
            finding
                .properties
                .push(("instances".into(), count.to_string()));
            finding.properties.sort();
        }
        finding
    };
    kept.into_iter().map(say).collect()
}
