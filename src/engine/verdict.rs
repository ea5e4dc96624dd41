//! Runs the rules about the model: each condition over each subject of its noun, each graph walk over the whole.

use super::condition::{Expressions, Truth};
use super::context::Context;
use super::native::{self, NATIVE};
use super::prepared::Prepared;
use crate::finding::Finding;
use crate::model::Noun;
use crate::rule::{Check, Entry, Head, PageError, Rule, RuleSet, Sight};
use crate::source::{Gap, GapKind};
use rayon::prelude::*;
use std::sync::Arc;

/// What the rules found in an estate.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Findings, unsorted.
    pub findings: Vec<Finding>,
    /// Rules that failed and were switched off.
    pub gaps: Vec<Gap>,
    /// Conditions that could not be decided, by rule.
    pub unknowns: Vec<(String, usize)>,
}

/// Runs conditions and graph walks over an estate, rule by rule in parallel; the order of the result is that of the rules.
#[must_use]
pub fn judge(rules: &RuleSet, context: &Context<'_>) -> Verdict {
    let entries = rules.entries().filter(|entry| asked(entry.head(), context));
    let entries: Vec<&Entry> = entries.map(Arc::as_ref).collect();
    let rules: Vec<(&Rule, Part)> = entries
        .into_par_iter()
        .map(|entry| (entry.rule(), part(entry.rule(), context)))
        .collect();
    let mut verdict = Verdict::default();
    for (rule, part) in rules {
        verdict.findings.extend(part.findings);
        verdict.gaps.extend(part.gap);
        if part.unknown > 0 {
            verdict.unknowns.push((rule.id.clone(), part.unknown));
        }
    }
    verdict
}

/// Whether the estate holds anything that a rule looks at.
fn asked(head: &Head, context: &Context<'_>) -> bool {
    match &head.sight {
        Sight::Bytes(_) => false,
        // A noun that does not exist is for the rule's own check to name.
        Sight::Subjects(word) => Noun::of(word).is_none_or(|noun| context.estate.count(noun) > 0),
        Sight::Estate => native::walk(&head.id).is_some(),
    }
}

fn part(rule: &Rule, context: &Context<'_>) -> Part {
    match native::walk(&rule.id).filter(|_| matches!(rule.check, Check::Native)) {
        Some(walk) => Part {
            findings: walk(rule, context),
            ..Part::default()
        },
        None => condition(rule, context),
    }
}

/// What one rule found.
#[derive(Default)]
struct Part {
    findings: Vec<Finding>,
    gap: Option<Gap>,
    unknown: usize,
}

impl Part {
    /// A rule that failed finds nothing: half of its findings would look like all of them.
    fn failed(rule: &Rule, reason: String) -> Self {
        Self {
            gap: Some(Gap::of_file(&rule.file, GapKind::Rule, reason)),
            ..Self::default()
        }
    }
}

fn condition(rule: &Rule, context: &Context<'_>) -> Part {
    let prepared = match Prepared::new(rule, Expressions::WhenMet) {
        Ok(Some(prepared)) => prepared,
        Ok(None) => return Part::default(),
        Err(errors) => {
            let first = errors.first().map_or_else(String::new, ToString::to_string);
            return Part::failed(rule, format!("the rule is switched off: {first}"));
        }
    };
    let mut part = Part::default();
    for subject in context.estate.subjects(prepared.noun) {
        let scope = context.scope(subject);
        let found = match prepared.holds(&scope) {
            Ok(Truth::True) => context.found(&prepared, &scope).map(Some),
            Ok(Truth::False) => Ok(None),
            Ok(Truth::Unknown) => {
                part.unknown += 1;
                Ok(None)
            }
            Err(fault) => Err(fault),
        };
        match found {
            Ok(found) => part.findings.extend(found),
            Err(fault) => {
                return Part::failed(rule, format!("the rule is switched off: {}", fault.0));
            }
        }
    }
    part
}

/// Every mistake in the conditions, messages and pointers of a set, and native rules that nothing implements.
#[must_use]
pub fn mistakes(rules: &RuleSet) -> Vec<PageError> {
    let mut errors = Vec::new();
    for rule in rules.iter() {
        if matches!(rule.check, Check::Native) {
            if native::is_elsewhere(&rule.id) {
                continue;
            }
            if native::walk(&rule.id).is_none() {
                let known: Vec<&str> = NATIVE.iter().map(|(id, _)| *id).collect();
                errors.push(PageError {
                    file: rule.file.clone(),
                    line: 2,
                    column: 1,
                    message: format!(
                        "no native rule is named `{}`; there are: {}",
                        rule.id,
                        known.join(", ")
                    ),
                });
                continue;
            }
        }
        errors.extend(
            Prepared::new(rule, Expressions::AtOnce)
                .err()
                .unwrap_or_default(),
        );
    }
    errors
}

/// Checks every condition, message and field path of a set before anything is scanned.
///
/// # Errors
/// One line for each mistake: file, line, column and what is wrong.
pub fn check(rules: &RuleSet) -> Result<(), Vec<String>> {
    let errors: Vec<String> = mistakes(rules).iter().map(ToString::to_string).collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Credential, Estate, Fact, Grant, Id, Identity, Link, OwnerStep, Ownership, Setting,
        Strength,
    };
    use crate::rule::{Severity, parse};
    use crate::source::{Blob, BlobId, Blobs, Span};

    fn rule(front: &str) -> Rule {
        let text = format!(
            "---\ntitle: T\ntopic: t\nseverity: medium\nconfidence: high\nsince: 0.1.0\nnhi: []\ncsf: []\n{front}\n---\nP.\n"
        );
        parse("x/y", "rules/x/y.md", &text).unwrap()
    }

    fn at(start: usize) -> Span {
        Span::new(BlobId(0), start, start + 1)
    }

    fn estate() -> Estate {
        let mut estate = Estate::default();
        estate.identities.push(Identity {
            address: "envs/prod:aws_iam_user.ci".into(),
            span: at(1),
            language: Fact::given("terraform"),
            name: Fact::Known("ci".into(), at(2)),
            ..Identity::default()
        });
        estate.ownership.push(Ownership::Owned {
            owner: "@org/payments".into(),
            step: OwnerStep::Own,
            strength: Strength::Declared,
            span: None,
        });
        let credential = |environment: Fact<_>, start| Credential {
            address: "envs/prod:aws_iam_access_key.ci".into(),
            span: at(start),
            language: Fact::given("terraform"),
            provider: Fact::given("aws"),
            kind: Fact::given("access_key"),
            environment,
            ..Credential::default()
        };
        estate.credentials.extend([
            credential(Fact::given("production"), 3),
            credential(Fact::Absent, 4),
        ]);
        estate.credentials[1].expires = Fact::Unknown(None);
        estate
            .credential_of
            .extend([Link::To(Id(0)), Link::Outside]);
        let mut grant = Grant::default();
        grant.actions.push("s3:Get", at(7));
        grant.actions.push("iam:Pass", at(8));
        estate.grants.push(grant);
        estate.settings.push(Setting::default());
        estate.index();
        estate
    }

    fn run(rule: Rule) -> Verdict {
        let estate = estate();
        let blobs = Blobs::new(vec![Blob::new("envs/prod/main.tf".into(), None)]);
        judge(
            &RuleSet::new(vec![rule]),
            &Context {
                estate: &estate,
                blobs: &blobs,
                now: "2026-01-01".parse().unwrap(),
                limits: &|_| None,
            },
        )
    }

    #[test]
    fn a_finding_says_what_where_and_whose() {
        let verdict = run(rule(
            "on: credential\nwhen: absent(credential.expires)\n\
             adjust: [{ when: 'credential.environment == \"production\"', severity: high }]\n\
             message: '{kind} of {identity.name} never ends'\npoint_at: credential.expires\ngroup: root\nfix: End it.",
        ));
        assert_eq!(verdict.unknowns, [("x/y".to_owned(), 1)]);
        let [finding] = verdict.findings.as_slice() else {
            panic!("one finding: {:?}", verdict.findings);
        };
        assert_eq!(finding.message, "access_key of ci never ends");
        assert_eq!(finding.severity, Severity::High);
        assert_eq!(
            (finding.span, finding.attribute.as_str()),
            (at(3), "expires")
        );
        assert_eq!(finding.related[0].span, at(1));
        assert_eq!(finding.group, "root:envs/prod");
        assert_eq!(finding.fix, "End it.");
        let keys: Vec<&str> = finding.properties.iter().map(|(key, _)| &**key).collect();
        assert_eq!(keys, ["environment", "kind", "provider"]);
        assert!(
            matches!(&finding.route, Ownership::Owned { owner, .. } if owner == "@org/payments")
        );
    }

    #[test]
    fn the_item_that_was_asked_for_is_pointed_at() {
        let verdict = run(rule(
            "on: grant\nwhen: any_match(grant.actions, '^iam:')\nmessage: m\npoint_at: grant.actions",
        ));
        assert_eq!(verdict.findings[0].span, at(8));
        assert_eq!(verdict.findings[0].route, Ownership::Unknown(None));
    }

    #[test]
    fn a_rule_that_fails_finds_nothing_and_is_named() {
        let verdict = run(rule(
            "on: credential\nwhen: absent(credential.expires) || longer(credential.lifetime, limit('token'))\nmessage: m",
        ));
        assert!(verdict.findings.is_empty());
        assert_eq!(verdict.gaps[0].path, "rules/x/y.md");
        assert_eq!(verdict.gaps[0].kind, GapKind::Rule);
        assert_eq!(
            verdict.gaps[0].reason,
            "the rule is switched off: no limit is named `token`"
        );
    }

    #[test]
    fn mistakes_are_named_with_file_line_and_column() {
        let rules = RuleSet::new(vec![rule(
            "on: credential\nwhen: >-\n  true &&\n  credential.expiry == null\nmessage: 'a {nme}'\npoint_at: grant",
        )]);
        assert_eq!(
            check(&rules).unwrap_err(),
            [
                "rules/x/y.md:12:13: credential has no field `expiry`; did you mean `expires`?",
                "rules/x/y.md:13:14: credential has no field `nme`; did you mean `name`?",
                "rules/x/y.md:14:11: `point_at` names credential or one of its fields, not `grant`",
            ]
        );
        let native = RuleSet::new(vec![rule("on: grant\nnative: true\nmessage: m")]);
        assert!(check(&native).unwrap_err()[0].contains("no native rule"));
    }

    #[test]
    fn built_in_rules_have_no_mistakes() {
        assert_eq!(check(&crate::rule::builtin()), Ok(()));
    }
}
