//! Switches of workflows that decide how their identities are kept: how the token is stated, where it is left behind,
//! which secrets a job sees at once, on whose machine it runs, and how it proves itself where it publishes.
//!
//! Each idea has its file; what it finds is a setting of the workflow, the job or the action it stands in. Whether that is
//! a finding, and for whom, is said by the rule pages.

mod app;
mod approve;
mod bot;
mod checkout;
mod container;
mod publish;
mod runner;
mod secret;
mod token;

use super::graph::{Graph, Workflow};
use super::permission::Permissions;
use super::scene::Scene;
use super::step::{self, Step};
use super::{accepted, constant};
use crate::format::{Declaration, Remark};
use crate::model::{Estate, Fact, Setting};
use crate::source::Span;
use compact_str::CompactString;

/// The object that settings are of, and where they go.
struct Place<'e> {
    address: CompactString,
    whole: Span,
    resource: &'static str,
    remarks: &'e [Remark],
    settings: &'e mut Vec<Setting>,
}

impl Place<'_> {
    /// Adds a setting and hands it back to be filled.
    fn add(&mut self, name: &str, span: Span) -> &mut Setting {
        self.settings.push(Setting {
            address: self.address.clone(),
            span,
            whole: self.whole,
            language: Fact::given("github-actions"),
            resource: Fact::given(self.resource),
            provider: Fact::given("github"),
            name: Fact::given(name),
            of: Fact::given(&self.address),
            ..Setting::default()
        });
        let last = self.settings.len() - 1;
        &mut self.settings[last]
    }

    /// Adds a switch that is on.
    fn on(&mut self, name: &str, span: Span) -> &mut Setting {
        let found = self.add(name, span);
        found.flag = Fact::Known(true, span);
        found
    }
}

/// Settings of a workflow as a whole.
pub(super) fn workflow(workflow: &Workflow<'_>, estate: &mut Estate) {
    let declaration = workflow.declaration;
    let mut place = Place {
        address: declaration.address.clone(),
        whole: declaration.span,
        resource: "workflow",
        remarks: &declaration.scope.remarks,
        settings: &mut estate.settings,
    };
    token::workflow(workflow, &mut place);
    let entries = declaration.body.entries().iter();
    for entry in entries.filter(|entry| entry.key != "jobs") {
        secret::look(&entry.value, &mut place);
    }
}

/// What is known of the job whose settings are asked for.
pub(super) struct Job<'j> {
    /// Address of the job.
    pub(super) address: &'j CompactString,
    /// Which workflow.
    pub(super) workflow: usize,
    /// Which of its jobs.
    pub(super) job: usize,
    /// What its token may do.
    pub(super) permissions: &'j Permissions,
    /// Its steps, those of local actions among them.
    pub(super) steps: &'j [Step<'j>],
}

/// Settings of one job; what stands in a local action is a setting of the action.
pub(super) fn job(graph: &Graph<'_>, job: &Job<'_>, estate: &mut Estate) {
    let workflow = &graph.workflows[job.workflow];
    let own = &workflow.jobs[job.job];
    let mut place = Place {
        address: job.address.clone(),
        whole: own.head.to(own.node.span),
        resource: "job",
        remarks: &workflow.declaration.scope.remarks,
        settings: &mut estate.settings,
    };
    bot::look(own.node, &mut place);
    secret::look(own.node, &mut place);
    if constant::is_off(own.node) {
        return;
    }
    token::job(workflow, own, &mut place);
    let steps: Vec<&Step<'_>> = job
        .steps
        .iter()
        .filter(|step| step.from.is_none())
        .collect();
    for step in &steps {
        bot::look(step.node, &mut place);
    }
    kept(&steps, &mut place);
    if job.permissions.oidc() == Some(false) {
        for (at, step) in steps.iter().enumerate() {
            if !constant::is_off(step.node) {
                publish::command(workflow, own, &steps[..=at], &mut place);
            }
        }
    }
    secret::outside(workflow, own, &mut place);
    let values = graph.values_of(job.workflow, job.job);
    container::look(own.node, &values, &mut place);
    let fork = Scene::fork();
    let forks = workflow.starts_by("pull_request") && graph.passes(job.workflow, job.job, &fork);
    runner::look(graph, job.workflow, job.job, forks, &mut place);
}

/// Settings of a composite action.
pub(super) fn action(declaration: &Declaration, estate: &mut Estate) {
    let mut place = Place {
        address: declaration.address.clone(),
        whole: declaration.span,
        resource: "action",
        remarks: &declaration.scope.remarks,
        settings: &mut estate.settings,
    };
    let steps = step::own(declaration);
    for step in &steps {
        bot::look(step.node, &mut place);
    }
    kept(&steps.iter().collect::<Vec<_>>(), &mut place);
    secret::look(&declaration.body, &mut place);
}

/// What steps keep or ask for, wherever they run.
fn kept(steps: &[&Step<'_>], place: &mut Place<'_>) {
    for (at, step) in steps.iter().enumerate() {
        if constant::is_off(step.node) {
            continue;
        }
        let before = place.settings.len();
        checkout::look(step, &steps[at + 1..], place);
        app::look(step, place);
        approve::look(step, place);
        publish::action(step, place);
        accepted::step(place.remarks, step.node.span, &mut place.settings[before..]);
    }
}
