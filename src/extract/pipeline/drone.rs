//! Drone and Woodpecker: steps with secrets, and who starts them.
//!
//! <https://docs.drone.io/pipeline/docker/>, <https://woodpecker-ci.org/docs/usage/workflow-syntax>. Neither makes OIDC
//! tokens. Whether a secret is given to pull requests is kept by the server; a pipeline that asks for both is told.

use super::environment::{self, Oidc};
use super::job::{self, Job};
use super::script;
use crate::extract::read;
use crate::format::{Declaration, Node, Value};
use crate::model::{Estate, Fact, Set};
use crate::source::Span;
use compact_str::format_compact;

const PROVIDER: &str = "drone";

/// Values in values end here.
const DEPTH: usize = 8;

/// Adds what a pipeline means.
pub(super) fn facts(file: &Declaration, estate: &mut Estate) {
    let root = &file.body;
    let events = events(root.get("trigger").or_else(|| root.get("when")));
    let Some(steps) = root.get("steps").or_else(|| root.get("pipeline")) else {
        return;
    };
    let listed = steps
        .as_list()
        .unwrap_or_default()
        .iter()
        .map(|step| (None, step));
    let mapped = steps
        .entries()
        .iter()
        .map(|entry| (Some(entry), &entry.value));
    for (at, (entry, step)) in listed.chain(mapped).enumerate() {
        let name = step.entry("name");
        let id = match (entry, name.and_then(|entry| entry.value.scalar())) {
            (Some(entry), _) => entry.key.clone(),
            (None, Some(name)) => name,
            (None, None) => format_compact!("{}", at + 1),
        };
        let head = entry.map(|entry| entry.key_span).or(name.map(job::whole));
        let head = head.unwrap_or(step.span);
        let mut job = Job::new(file, PROVIDER, id, head, step.span);
        let own = self::events(step.get("when"));
        job.triggers = if own.items.is_empty() {
            events.clone()
        } else {
            own
        };
        if job.triggers.contains("pull_request") {
            job.starter = Fact::given("fork");
            if let Some(span) = secret(step, DEPTH) {
                job.on("secret_on_change_request", span, estate);
            }
        }
        if let Some(entry) = step.entry("privileged")
            && entry.value.as_bool() == Some(true)
        {
            job.on("privileged_step", job::whole(entry), estate).texts = job.triggers.clone();
        }
        for key in ["environment", "settings"] {
            if let Some(variables) = step.get(key) {
                environment::keys(&job, variables, Oidc::Missing, estate);
            }
        }
        if let Some(commands) = step.get("commands") {
            script::look(&job, commands, estate);
        }
        job.declare(estate);
    }
}

/// Events of a `trigger` or `when`, in any of its spellings; what is excluded is left out.
fn events(node: Option<&Node>) -> Set {
    let mut set = Set::default();
    for condition in node.map_or(&[][..], Node::one_or_many) {
        let Some(event) = condition.get("event") else {
            continue;
        };
        let included = event.get("include").unwrap_or(event);
        if event.get("exclude").is_some() && event.get("include").is_none() {
            continue;
        }
        for (text, span) in read::texts(Some(included)).items {
            set.push(text, span);
        }
    }
    set
}

/// Where a step takes a secret from the server.
fn secret(node: &Node, depth: usize) -> Option<Span> {
    if depth == 0 {
        return None;
    }
    match &node.value {
        Value::Map(entries) => entries.iter().find_map(|entry| {
            let named = entry.key == "from_secret" || entry.key == "secrets";
            match named && !entry.value.is_empty() {
                true => Some(job::whole(entry)),
                false => secret(&entry.value, depth - 1),
            }
        }),
        Value::List(items) => items.iter().find_map(|item| secret(item, depth - 1)),
        _ => None,
    }
}
