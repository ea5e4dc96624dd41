//! Job -> sign-in -> trust -> identity -> right: the way from one person's push to administration.

use crate::engine::Context;
use crate::finding::{Finding, Related};
use crate::model::{Id, Link, Noun, Subject, Usage};
use crate::rule::Rule;
use crate::source::Span;

/// Sign-ins that one person alone can cause, into an identity with strong rights whose trust admits the job.
pub(super) fn walk(rule: &Rule, context: &Context<'_>) -> Vec<Finding> {
    let estate = context.estate;
    estate
        .subjects(Noun::Usage)
        .filter_map(|step| {
            let usage = &estate.usages[step.id.index()];
            let Link::To(identity) = estate.identity_of(step) else {
                return None;
            };
            if !is_alone(usage) || !is_strong(context, Noun::Identity, identity) {
                return None;
            }
            let job = job_of(context, usage)?;
            let trust = admitting(context, identity, job.0)?;
            let mut finding = context.finding(rule, step)?;
            finding.chain = chain(context, job.1, usage.span, trust, identity);
            Some(finding)
        })
        .collect()
}

/// Whether a sign-in by federation waits for nobody but the one who starts it.
fn is_alone(usage: &Usage) -> bool {
    usage.kind.text() == "step"
        && usage.method.text() == "oidc"
        && matches!(usage.starter.text(), "anyone" | "writer")
        && !usage.gated.is_unknown()
        && usage.gated.value() != Some(&true)
}

fn is_strong(context: &Context<'_>, noun: Noun, id: Id) -> bool {
    let level = context.text(Subject { noun, id }, "level");
    matches!(level, Some("admin" | "escalate"))
}

/// The job a step belongs to: its identity, and the place that names it.
fn job_of(context: &Context<'_>, step: &Usage) -> Option<(Id, Span)> {
    let estate = context.estate;
    estate.subjects(Noun::Usage).find_map(|subject| {
        let usage = &estate.usages[subject.id.index()];
        if usage.kind.text() != "job" || usage.address != step.address {
            return None;
        }
        match estate.identity_of(subject) {
            Link::To(id) => Some((id, usage.span)),
            Link::Outside | Link::Dangling | Link::Unknown => None,
        }
    })
}

/// The trust of an identity that lets a job in.
fn admitting(context: &Context<'_>, identity: Id, job: Id) -> Option<Subject> {
    let estate = context.estate;
    estate.tied(Noun::Trust, identity).find(|trust| {
        let from = estate.trust_from.get(trust.id.index());
        from.is_some_and(|from| from.contains(&job))
    })
}

/// The steps of the way, each with what it shows.
fn chain(
    context: &Context<'_>,
    job: Span,
    step: Span,
    trust: Subject,
    identity: Id,
) -> Vec<Related> {
    let estate = context.estate;
    let place = |subject| estate.place(subject).1;
    let to = Subject {
        noun: Noun::Identity,
        id: identity,
    };
    let mut steps = vec![
        (job, "one person can start this job"),
        (step, "it signs in by federation"),
        (place(trust), "this trust admits its subject"),
        (place(to), "the identity it becomes"),
    ];
    steps.extend(
        estate
            .tied(Noun::Grant, identity)
            .filter(|grant| is_strong(context, Noun::Grant, grant.id))
            .map(|grant| (place(grant), "the right that makes it strong")),
    );
    steps
        .into_iter()
        .map(|(span, label)| Related {
            span,
            label: label.to_owned(),
        })
        .collect()
}
