//! The steps of a job, those of the repository's own composite actions in place of the step that calls them.

use super::expression::{Expression, guard};
use super::graph::{Graph, defaults, given};
use super::values::Values;
use crate::format::{Declaration, Node};
use crate::source::Span;

/// Actions that call each other end here.
const DEPTH: usize = 4;

/// More steps of one job than these are not looked at.
const MOST: usize = 2000;

/// One step where it runs.
pub(super) struct Step<'a> {
    /// Its content.
    pub(super) node: &'a Node,
    /// What is known there.
    pub(super) values: Values<'a>,
    /// Conditions it runs under, beside its job's.
    pub(super) conditions: Vec<Expression>,
    /// The step of the workflow itself that led here; the same for its own steps.
    pub(super) from: Option<Span>,
}

impl<'a> Step<'a> {
    /// What the step uses, without its version: `actions/checkout`.
    pub(super) fn action(&self) -> Option<&'a str> {
        let uses = self.node.get("uses")?.as_str()?;
        Some(uses.split_once('@').map_or(uses, |(action, _)| action))
    }

    /// Whether it uses this action, in whatever case it is written.
    pub(super) fn is(&self, action: &str) -> bool {
        self.action()
            .is_some_and(|own| own.eq_ignore_ascii_case(action))
    }

    /// Whether an input is computed by an expression.
    pub(super) fn is_open(&self, name: &str) -> bool {
        let input = self.input(name).and_then(|entry| entry.value.as_str());
        input.is_some_and(|text| text.contains("${{"))
    }

    /// An input of the action.
    pub(super) fn input(&self, name: &str) -> Option<&'a crate::format::Entry> {
        let entries = self.node.get("with")?.entries();
        entries
            .iter()
            .find(|entry| entry.key.eq_ignore_ascii_case(name))
            .filter(|entry| !entry.value.is_empty())
    }

    /// The line with `uses:` or `run:`.
    pub(super) fn head(&self) -> Span {
        let entry = self.node.entry("uses").or_else(|| self.node.entry("run"));
        entry.map_or(self.node.span, |entry| entry.key_span.to(entry.value.span))
    }
}

/// All steps of a job.
pub(super) fn steps<'a>(graph: &Graph<'a>, workflow: usize, job: usize) -> Vec<Step<'a>> {
    let owner = &graph.workflows[workflow];
    let values = graph.values_of(workflow, job);
    let mut walk = Walk {
        graph,
        path: &owner.declaration.scope.path,
        found: Vec::new(),
    };
    let nodes = owner.jobs[job].node.get("steps");
    walk.list(nodes, &values, &[], None, DEPTH);
    walk.found
}

/// The steps of a composite action by itself, whoever calls it.
pub(super) fn own(action: &Declaration) -> Vec<Step<'_>> {
    let nodes = each(action.body.at(&["runs", "steps"])).take(MOST);
    nodes
        .map(|node| Step {
            node,
            values: Values::default(),
            conditions: Vec::new(),
            from: None,
        })
        .collect()
}

/// The steps of a list, those that run beside each other in place of the `parallel` that holds them.
/// <https://github.blog/changelog/2026-06-25-actions-steps-can-now-be-run-in-parallel/>
fn each(nodes: Option<&Node>) -> impl Iterator<Item = &Node> {
    let list = nodes.and_then(Node::as_list).unwrap_or_default();
    list.iter().flat_map(|node| {
        let beside = node.get("parallel").and_then(Node::as_list);
        beside.unwrap_or(std::slice::from_ref(node))
    })
}

struct Walk<'g, 'a> {
    graph: &'g Graph<'a>,
    path: &'a str,
    found: Vec<Step<'a>>,
}

impl<'a> Walk<'_, 'a> {
    fn list(
        &mut self,
        nodes: Option<&'a Node>,
        values: &Values<'a>,
        above: &[Expression],
        from: Option<Span>,
        depth: usize,
    ) {
        for node in each(nodes) {
            if self.found.len() >= MOST {
                return;
            }
            let mut conditions = above.to_vec();
            let own = node.get("if").and_then(Node::scalar);
            conditions.extend(own.and_then(|text| guard(&text)));
            let step = Step {
                node,
                values: values.within(node),
                conditions,
                from,
            };
            let uses = node.get("uses").and_then(Node::as_str);
            let local = uses.and_then(|uses| self.graph.action(self.path, uses));
            if let (Some(action), true) = (local, depth > 0) {
                self.inside(action, &step, depth);
            }
            self.found.push(step);
        }
    }

    fn inside(&mut self, action: &'a Declaration, step: &Step<'a>, depth: usize) {
        let mut values = Values {
            envs: step.values.envs.clone(),
            ..Values::default()
        };
        given(step.node.get("with"), &step.values, &mut values.inputs);
        if let Some(inputs) = action.body.get("inputs") {
            defaults(inputs, &mut values.inputs);
        }
        let from = step.from.or(Some(step.head()));
        self.list(
            action.body.at(&["runs", "steps"]),
            &values,
            &step.conditions,
            from,
            depth - 1,
        );
    }
}
