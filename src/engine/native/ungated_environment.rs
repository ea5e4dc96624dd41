//! Trusts that end in an environment which, in the settings kept as code, asks nobody: the subject promises a gate that is
//! not there.

use crate::engine::context::Context;
use crate::finding::{Finding, Related};
use crate::model::{Estate, Setting, Trust};
use crate::rule::Rule;

/// One finding for each trust; environments that no file declares are not judged.
pub(super) fn walk(rule: &Rule, context: &Context<'_>) -> Vec<Finding> {
    let estate = context.estate;
    let subjects = estate.subjects(crate::model::Noun::Trust);
    subjects
        .filter_map(|subject| {
            let trust = &estate.trusts[subject.id.index()];
            let open = open(estate, trust)?;
            let mut finding = context.finding(rule, subject)?;
            finding.related.push(Related {
                span: open.span,
                label: "the environment, which asks for no reviewer".to_owned(),
            });
            Some(finding)
        })
        .collect()
}

/// The environment of a subject, when every declaration of that name asks for no reviewer.
fn open<'e>(estate: &'e Estate, trust: &Trust) -> Option<&'e Setting> {
    if trust.breadth.text() != "environment" || !trust.subjects.complete {
        return None;
    }
    trust.subjects.texts().find_map(|subject| {
        let (_, name) = subject.rsplit_once("environment:")?;
        let name = name.split(':').next().unwrap_or(name);
        let mut declared = estate.settings.iter().filter(|setting| {
            setting.name.text() == "environment_reviewers"
                && setting.of.text().eq_ignore_ascii_case(name)
        });
        let first = declared.next()?;
        let asks_nobody = |setting: &Setting| setting.flag.value() == Some(&false);
        (asks_nobody(first) && declared.all(asks_nobody)).then_some(first)
    })
}
