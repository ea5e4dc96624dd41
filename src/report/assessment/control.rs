//! Results by control: what the rules of a control could speak of, and what became of it. Never a pass on an empty
//! population, and never one where nothing was decided.

use super::Control;
use crate::finding::{Disposal, Finding};
use crate::model::{Estate, Noun};
use crate::report::Report;
use crate::rule::{Check, Rule, Standards, standards};
use std::collections::{BTreeMap, BTreeSet};

/// What a thing came to, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Accepted,
    Waived,
    Failed,
}

/// What findings are about: a noun and its address, or a file.
type Thing = (&'static str, String);

/// The results of every NHI item and CSF subcategory, in the order of the frameworks.
pub(super) fn controls(
    report: &Report,
    estate: &Estate,
    exceptions: usize,
    attested: &BTreeMap<String, usize>,
) -> Vec<Control> {
    let standards: &Standards = standards();
    let mut found = Vec::new();
    // A rule whose findings the profile leaves out has shown nothing.
    let shown = || {
        report
            .rules
            .iter()
            .filter(|rule| rule.profile <= report.profile)
    };
    let count = |rules: &[&Rule]| population(rules, report, estate, exceptions);
    for item in &standards.nhi {
        let rules: Vec<&Rule> = shown().filter(|rule| rule.nhi.contains(&item.id)).collect();
        let mut control = tally(&rules, report);
        control.population = count(&rules);
        "nhi".clone_into(&mut control.framework);
        control.id.clone_from(&item.id);
        control.title.clone_from(&item.title);
        found.push(control);
    }
    for item in &standards.csf {
        let rules: Vec<&Rule> = shown().filter(|rule| rule.csf.contains(&item.id)).collect();
        let mut control = tally(&rules, report);
        control.population = count(&rules);
        "csf".clone_into(&mut control.framework);
        control.id.clone_from(&item.id);
        control.title.clone_from(&item.text);
        found.push(control);
    }
    for control in &mut found {
        control.attested = attested.get(&control.id).copied().unwrap_or(0);
        state(control).clone_into(&mut control.state);
    }
    found
}

/// The state that the numbers of a control come to.
pub(super) fn state(control: &Control) -> &'static str {
    let clear = control.failed + control.waived + control.accepted == 0;
    match control {
        control if control.failed > 0 => "fail",
        control if control.waived + control.accepted > 0 => "waived",
        control
            if control.rules > 0
                && control.population > 0
                && control.undecided < control.population =>
        {
            "pass"
        }
        control if control.attested > 0 && clear => "attested",
        control if control.rules > 0 && control.population == 0 => "not applicable",
        _ => "not assessed",
    }
}

/// Counts the things that findings of some rules are about.
fn tally(rules: &[&Rule], report: &Report) -> Control {
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    let mut fates: BTreeMap<Thing, Fate> = BTreeMap::new();
    let mut note = |finding: &Finding, fate: Fate| {
        if ids.contains(finding.rule.as_str()) {
            let noun = finding
                .subject
                .map_or("file", |subject| subject.noun.word());
            let thing = match finding.subject {
                Some(_) => finding.address.clone(),
                None => report.blobs.path(finding.span).to_owned(),
            };
            let known = fates.entry((noun, thing)).or_insert(fate);
            *known = (*known).max(fate);
        }
    };
    for finding in &report.findings {
        note(finding, Fate::Failed);
    }
    for disposed in &report.disposed {
        note(
            &disposed.finding,
            match disposed.by {
                Disposal::Waived { .. } => Fate::Waived,
                Disposal::Baseline | Disposal::Ignored { .. } => Fate::Accepted,
            },
        );
    }
    let of = |fate| fates.values().filter(|own| **own == fate).count();
    let unknowns = report.coverage.unknowns.iter();
    Control {
        framework: String::new(),
        id: String::new(),
        title: String::new(),
        state: String::new(),
        rules: rules.len(),
        population: 0,
        failed: of(Fate::Failed),
        waived: of(Fate::Waived),
        accepted: of(Fate::Accepted),
        undecided: unknowns
            .filter(|(rule, _)| ids.contains(rule.as_str()))
            .map(|(_, count)| count)
            .sum(),
        attested: 0,
    }
}

/// How many things the rules could speak of: subjects of their nouns, files for patterns, exceptions for those about waivers.
fn population(rules: &[&Rule], report: &Report, estate: &Estate, exceptions: usize) -> usize {
    let mut nouns: BTreeSet<Noun> = BTreeSet::new();
    let (mut files, mut waivers) = (false, false);
    for rule in rules {
        match (&rule.check, rule.on.as_deref().and_then(Noun::of)) {
            (Check::Pattern(_), _) => files = true,
            (_, Some(noun)) => {
                nouns.insert(noun);
            }
            (_, None) => waivers = true,
        }
    }
    let subjects: usize = nouns.into_iter().map(|noun| estate.count(noun)).sum();
    subjects
        + if files { report.coverage.scanned } else { 0 }
        + if waivers { exceptions } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(rules: usize, population: usize, failed: usize, waived: usize) -> Control {
        Control {
            framework: "nhi".into(),
            id: "NHI1".into(),
            title: String::new(),
            state: String::new(),
            rules,
            population,
            failed,
            waived,
            accepted: 0,
            undecided: 0,
            attested: 0,
        }
    }

    #[test]
    fn an_empty_population_never_passes() {
        assert_eq!(state(&control(3, 10, 0, 0)), "pass");
        assert_eq!(state(&control(3, 10, 1, 2)), "fail");
        assert_eq!(state(&control(3, 10, 0, 2)), "waived");
        assert_eq!(state(&control(3, 0, 0, 0)), "not applicable");
        assert_eq!(state(&control(0, 0, 0, 0)), "not assessed");
        let undecided = Control {
            undecided: 10,
            ..control(3, 10, 0, 0)
        };
        assert_eq!(state(&undecided), "not assessed");
        let attested = Control {
            attested: 1,
            ..control(0, 0, 0, 0)
        };
        assert_eq!(state(&attested), "attested");
    }
}
