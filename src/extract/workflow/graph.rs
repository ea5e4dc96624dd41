//! The workflows of a run and who calls whom: scenes flow from callers to the called, values too.

use super::expression::{Expression, guard};
use super::permission::{self, Permissions};
use super::scene::Scene;
use super::trigger::{Trigger, following, following_unknown, triggers};
use super::values::{Literal, Values};
use crate::format::{Declaration, Node};
use crate::source::Span;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// Rounds in which scenes and values may still change; chains of calls are shorter.
const ROUNDS: usize = 8;

/// Most scenes of one workflow.
const SCENES: usize = 64;

/// One workflow file.
pub(super) struct Workflow<'a> {
    /// Its declaration.
    pub(super) declaration: &'a Declaration,
    /// What starts it.
    pub(super) triggers: Vec<Trigger<'a>>,
    /// Its jobs, in the order of the text.
    pub(super) jobs: Vec<Job<'a>>,
    /// Permissions for all jobs.
    pub(super) permissions: Permissions,
    /// The ways it can start.
    pub(super) scenes: Vec<Scene>,
    /// What its callers give it, with the defaults of its inputs.
    inputs: FxHashMap<CompactString, Vec<Literal>>,
}

/// One job.
pub(super) struct Job<'a> {
    /// Its key.
    pub(super) id: &'a CompactString,
    /// Where the key stands.
    pub(super) head: Span,
    /// Its content.
    pub(super) node: &'a Node,
    condition: Option<Expression>,
    needs: Vec<usize>,
    /// The workflow of this run that it calls.
    calls: Option<usize>,
}

/// All workflows and local actions.
pub(super) struct Graph<'a> {
    /// The workflows.
    pub(super) workflows: Vec<Workflow<'a>>,
    /// Jobs that call a workflow, by the workflow.
    callers: Vec<Vec<(usize, usize)>>,
    /// Composite actions by the folder they lie in.
    actions: FxHashMap<&'a str, &'a Declaration>,
}

impl<'a> Graph<'a> {
    /// Reads the workflows among the declarations of a run.
    pub(super) fn new(declarations: &'a [Declaration]) -> Self {
        let github = || {
            let all = declarations.iter();
            all.filter(|declaration| declaration.language == "github-actions")
        };
        let actions = github()
            .filter(|declaration| declaration.kind == "action")
            .map(|declaration| (declaration.scope.directory.as_str(), declaration))
            .collect();
        let workflows: Vec<_> = github()
            .filter(|declaration| declaration.kind == "workflow")
            .map(Workflow::new)
            .collect();
        let mut graph = Self {
            callers: vec![Vec::new(); workflows.len()],
            workflows,
            actions,
        };
        graph.calls();
        graph.flow();
        graph
    }

    /// Finds the workflow of this run that a job calls by a path of its own repository.
    fn calls(&mut self) {
        let by_path: FxHashMap<CompactString, usize> = self
            .workflows
            .iter()
            .enumerate()
            .map(|(index, workflow)| (workflow.declaration.scope.path.clone(), index))
            .collect();
        for (at, workflow) in self.workflows.iter_mut().enumerate() {
            let base = base(&workflow.declaration.scope.path);
            for (job_at, job) in workflow.jobs.iter_mut().enumerate() {
                let uses = job.node.get("uses").and_then(Node::as_str);
                let Some(local) = uses.and_then(own_path) else {
                    continue;
                };
                let path = format!("{base}{local}");
                // The folder may have been read by itself.
                let alone = local.strip_prefix(".github/").filter(|_| base.is_empty());
                job.calls = std::iter::once(path.as_str())
                    .chain(alone)
                    .find_map(|path| by_path.get(path).copied());
                if let Some(called) = job.calls {
                    self.callers[called].push((at, job_at));
                }
            }
        }
    }

    /// Lets scenes, and the inputs of calls, flow along until nothing changes.
    fn flow(&mut self) {
        let by_name = self.by_name();
        for _ in 0..ROUNDS {
            let next: Vec<_> = (0..self.workflows.len())
                .map(|index| (self.scenes_of(index, &by_name), self.inputs_of(index)))
                .collect();
            let mut changed = false;
            for (workflow, (scenes, inputs)) in self.workflows.iter_mut().zip(next) {
                changed |= workflow.scenes != scenes || workflow.inputs != inputs;
                workflow.scenes = scenes;
                workflow.inputs = inputs;
            }
            if !changed {
                return;
            }
        }
    }

    /// Workflows by the name that `workflow_run` asks for: `name:`, else the path.
    fn by_name(&self) -> FxHashMap<CompactString, Vec<usize>> {
        let mut found: FxHashMap<CompactString, Vec<usize>> = FxHashMap::default();
        for (index, workflow) in self.workflows.iter().enumerate() {
            let declaration = workflow.declaration;
            let name = declaration.body.get("name").and_then(Node::scalar);
            let name = name.unwrap_or_else(|| declaration.scope.path.clone());
            found.entry(name).or_default().push(index);
        }
        found
    }

    fn scenes_of(
        &self,
        index: usize,
        by_name: &FxHashMap<CompactString, Vec<usize>>,
    ) -> Vec<Scene> {
        let workflow = &self.workflows[index];
        let mut scenes: Vec<Scene> = Vec::new();
        for trigger in &workflow.triggers {
            match trigger.event.as_str() {
                "workflow_call" => {
                    for &(caller, job) in &self.callers[index] {
                        scenes.extend(self.scenes_of_job(caller, job));
                    }
                }
                "workflow_run" => scenes.extend(self.after(trigger, by_name)),
                _ => scenes.extend(trigger.scenes()),
            }
        }
        let mut seen = FxHashSet::default();
        scenes.retain(|scene| seen.insert(scene.clone()));
        scenes.truncate(SCENES);
        scenes
    }

    fn after(
        &self,
        trigger: &Trigger<'_>,
        by_name: &FxHashMap<CompactString, Vec<usize>>,
    ) -> Vec<Scene> {
        let names = trigger.filter("workflows");
        let branches = trigger.filter("branches");
        let mut scenes = Vec::new();
        let mut unknown = !names.complete || names.items.is_empty();
        for name in names.texts() {
            match by_name.get(name) {
                Some(indexes) => {
                    for &index in indexes {
                        let before = &self.workflows[index];
                        let events = before.triggers.iter().map(|trigger| &trigger.event);
                        scenes.extend(following(events, &before.scenes, &branches));
                    }
                }
                None => unknown = true,
            }
        }
        if unknown {
            scenes.extend(following_unknown());
        }
        scenes
    }

    /// The scenes in which a job runs: those that pass its own condition and those of the jobs it needs.
    pub(super) fn scenes_of_job(&self, workflow: usize, job: usize) -> Vec<Scene> {
        let workflow = &self.workflows[workflow];
        let conditions = workflow.conditions(job);
        let mut scenes = workflow.scenes.clone();
        scenes.retain(|scene| conditions.iter().all(|condition| scene.passes(condition)));
        scenes
    }

    /// Whether a scene that is not among the workflow's own would pass the conditions of a job.
    pub(super) fn passes(&self, workflow: usize, job: usize, scene: &Scene) -> bool {
        let conditions = self.workflows[workflow].conditions(job);
        conditions.iter().all(|condition| scene.passes(condition))
    }

    /// Whether a job may be started by callers that no file of the run holds.
    pub(super) fn called_from_elsewhere(&self, workflow: usize) -> bool {
        let triggers = &self.workflows[workflow].triggers;
        self.callers[workflow].is_empty()
            && triggers
                .iter()
                .any(|trigger| trigger.event == "workflow_call")
    }

    /// What the job's token may do: its own word, its workflow's, or that of the jobs that call the workflow.
    pub(super) fn permissions_of(&self, at: usize, job: usize) -> Permissions {
        self.permissions(at, job, ROUNDS)
    }

    fn permissions(&self, at: usize, job: usize, rounds: usize) -> Permissions {
        let workflow = &self.workflows[at];
        let own = permission::read(workflow.jobs[job].node.get("permissions"));
        let stated = own.or(&workflow.permissions);
        if stated != Permissions::Unstated || rounds == 0 {
            return stated;
        }
        let from = self.callers[at].iter();
        from.map(|&(caller, job)| self.permissions(caller, job, rounds - 1))
            .reduce(Permissions::union)
            .unwrap_or(Permissions::Unstated)
    }

    fn inputs_of(&self, index: usize) -> FxHashMap<CompactString, Vec<Literal>> {
        let workflow = &self.workflows[index];
        let mut found: FxHashMap<CompactString, Vec<Literal>> = FxHashMap::default();
        for &(caller, job) in &self.callers[index] {
            let values = self.values_of(caller, job);
            let node = self.workflows[caller].jobs[job].node;
            given(node.get("with"), &values, &mut found);
        }
        let on = workflow.declaration.body.get("on");
        let declared = ["workflow_call", "workflow_dispatch"]
            .iter()
            .filter_map(|event| on?.at(&[event, "inputs"]));
        for inputs in declared {
            defaults(inputs, &mut found);
        }
        found
    }

    /// What is known where the job's steps run.
    pub(super) fn values_of(&self, at: usize, job: usize) -> Values<'a> {
        let workflow = &self.workflows[at];
        let node = workflow.jobs[job].node;
        let mut values = Values {
            inputs: workflow.inputs.clone(),
            envs: Vec::new(),
            matrix: node.at(&["strategy", "matrix"]),
        };
        values = values.within(&workflow.declaration.body);
        values.within(node)
    }

    /// The workflow of this run that a job calls.
    pub(super) fn called(&self, workflow: usize, job: usize) -> Option<usize> {
        self.workflows[workflow].jobs[job].calls
    }

    /// The composite action that a step of a file names by a path of the repository.
    pub(super) fn action(&self, path: &str, uses: &str) -> Option<&'a Declaration> {
        let local = own_path(uses)?.trim_end_matches('/');
        let folder = format!("{}{local}", base(path));
        self.actions.get(folder.as_str()).copied()
    }
}

/// Adds the literals of a `with:`.
pub(super) fn given(
    with: Option<&Node>,
    values: &Values<'_>,
    found: &mut FxHashMap<CompactString, Vec<Literal>>,
) {
    for entry in with.map_or(&[][..], Node::entries) {
        let list = found.entry(entry.key.to_ascii_lowercase()).or_default();
        for literal in values.resolve(&entry.value) {
            if !list.contains(&literal) {
                list.push(literal);
            }
        }
    }
}

/// Adds the defaults of inputs that nobody gives.
pub(super) fn defaults(inputs: &Node, found: &mut FxHashMap<CompactString, Vec<Literal>>) {
    for entry in inputs.entries() {
        let Some(default) = entry.value.get("default") else {
            continue;
        };
        if let Some(text) = default.scalar().filter(|text| !text.is_empty()) {
            found
                .entry(entry.key.to_ascii_lowercase())
                .or_insert_with(|| vec![(text, default.span)]);
        }
    }
}

/// The path of a `uses:` that names something in its own repository: `./` in the workspace, `$/` at the commit that runs.
/// <https://github.blog/changelog/2026-07-30-reference-same-repository-actions-with-self-repository-syntax/>
fn own_path(uses: &str) -> Option<&str> {
    uses.strip_prefix("./").or_else(|| uses.strip_prefix("$/"))
}

/// The part of a path before `.github/`, for trees that hold several repositories.
fn base(path: &str) -> &str {
    match path.find(".github/") {
        Some(at) if at == 0 || path[..at].ends_with('/') => &path[..at],
        _ => "",
    }
}

impl<'a> Workflow<'a> {
    fn new(declaration: &'a Declaration) -> Self {
        let body = &declaration.body;
        let mut jobs: Vec<Job<'a>> = body
            .get("jobs")
            .map_or(&[][..], Node::entries)
            .iter()
            .map(|entry| Job {
                id: &entry.key,
                head: entry.key_span,
                node: &entry.value,
                condition: entry
                    .value
                    .get("if")
                    .and_then(Node::scalar)
                    .and_then(|text| guard(&text)),
                needs: Vec::new(),
                calls: None,
            })
            .collect();
        let by_id: FxHashMap<&str, usize> = jobs
            .iter()
            .enumerate()
            .map(|(index, job)| (job.id.as_str(), index))
            .collect();
        for job in &mut jobs {
            let needs = job.node.get("needs").map_or(&[][..], Node::one_or_many);
            job.needs = needs
                .iter()
                .filter_map(|need| by_id.get(need.as_str()?).copied())
                .collect();
        }
        Self {
            declaration,
            triggers: body.get("on").map(triggers).unwrap_or_default(),
            jobs,
            permissions: permission::read(body.get("permissions")),
            scenes: Vec::new(),
            inputs: FxHashMap::default(),
        }
    }

    /// Whether an event is among those that start it.
    pub(super) fn starts_by(&self, event: &str) -> bool {
        self.triggers.iter().any(|trigger| trigger.event == event)
    }

    /// Whether nothing but a call starts it.
    pub(super) fn is_only_called(&self) -> bool {
        self.starts_by("workflow_call") && self.triggers.len() == 1
    }

    /// The job's condition and those of all it needs: a job is skipped with the one it needs, unless its condition asks
    /// for the outcome itself.
    fn conditions(&self, job: usize) -> Vec<&Expression> {
        let (mut found, mut open, mut seen) = (Vec::new(), vec![job], FxHashSet::default());
        while let Some(index) = open.pop() {
            if !seen.insert(index) {
                continue;
            }
            let job = &self.jobs[index];
            found.extend(&job.condition);
            if !job.condition.as_ref().is_some_and(asks_for_outcome) {
                open.extend(&job.needs);
            }
        }
        found
    }
}

/// Whether a condition calls a status function, which lifts the implied `success()`.
fn asks_for_outcome(expression: &Expression) -> bool {
    match expression {
        Expression::Call(name, _) => matches!(name.as_str(), "always" | "failure" | "cancelled"),
        Expression::Not(inner) | Expression::Part(inner) => asks_for_outcome(inner),
        Expression::And(left, right)
        | Expression::Or(left, right)
        | Expression::Equal(left, right, _)
        | Expression::Order(left, right) => asks_for_outcome(left) || asks_for_outcome(right),
        _ => false,
    }
}
