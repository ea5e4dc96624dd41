//! Buildkite: steps of a pipeline file, their plugins and environment.
//!
//! <https://buildkite.com/docs/pipelines/configure/step-types>. Agents and who may unblock are kept elsewhere: a `block`
//! before a step leaves its gate unknown.

use super::environment::{self, Oidc};
use super::job::{self, Job, is_plain};
use super::script;
use crate::format::{Declaration, Entry, Node};
use crate::model::{Estate, Fact};
use compact_str::format_compact;

const PROVIDER: &str = "buildkite";

/// Groups in groups end here.
const DEPTH: usize = 4;

/// Adds what a pipeline means.
pub(super) fn facts(file: &Declaration, estate: &mut Estate) {
    let mut walk = Walk {
        file,
        count: 0,
        blocked: false,
    };
    walk.list(file.body.get("steps"), DEPTH, estate);
}

struct Walk<'a> {
    file: &'a Declaration,
    count: usize,
    /// Whether somebody has to unblock what follows.
    blocked: bool,
}

impl Walk<'_> {
    fn list(&mut self, list: Option<&Node>, depth: usize, estate: &mut Estate) {
        let Some(items) = list.and_then(Node::as_list).filter(|_| depth > 0) else {
            return;
        };
        for item in items {
            if item.get("group").is_some() {
                self.list(item.get("steps"), depth - 1, estate);
            } else if ["block", "input"].iter().any(|key| item.get(key).is_some()) {
                self.blocked = true;
            } else if let Some(entry) = item
                .entry("command")
                .or_else(|| item.entry("commands"))
                .or_else(|| item.entry("plugins"))
            {
                self.step(item, entry, estate);
            }
        }
    }

    fn step(&mut self, step: &Node, command: &Entry, estate: &mut Estate) {
        self.count += 1;
        let named = ["key", "label", "name"]
            .iter()
            .find_map(|key| step.entry(key));
        let text = named.and_then(|entry| entry.value.scalar());
        let id = text.unwrap_or_else(|| format_compact!("{}", self.count));
        let head = named.map_or(command.key_span, job::whole);
        let mut job = Job::new(self.file, PROVIDER, id.clone(), head, step.span);
        if let Some(stage) = job::stage_of(&id) {
            job.environment = Fact::Known(stage.into(), head);
        }
        job.gated = match self.blocked {
            true => Fact::Unknown(Some(head)),
            false => Fact::Default(false),
        };
        for env in [step.get("env"), self.file.body.get("env")]
            .into_iter()
            .flatten()
        {
            environment::keys(&job, env, Oidc::Offered, estate);
        }
        for key in ["command", "commands"] {
            if let Some(commands) = step.get(key) {
                script::look(&job, commands, estate);
            }
        }
        script::handed_on(&job, step.get("artifact_paths"), estate);
        for plugin in step.all("plugins") {
            match plugin.as_str() {
                Some(name) => self.plugin(&job, name, plugin, None, estate),
                None => {
                    for entry in plugin.entries() {
                        let at = Node::string(entry.key_span, entry.key.clone());
                        self.plugin(&job, &entry.key, &at, Some(&entry.value), estate);
                    }
                }
            }
        }
        job.declare(estate);
    }

    fn plugin(
        &self,
        job: &Job<'_>,
        name: &str,
        at: &Node,
        inputs: Option<&Node>,
        estate: &mut Estate,
    ) {
        let (bare, version) = name.split_once('#').unwrap_or((name, ""));
        let mutable = version.is_empty() || matches!(version, "main" | "master");
        let flag = Fact::Known(mutable, at.span);
        job::shared_code(self.file, PROVIDER, name, flag, at.span, estate);
        let role = inputs.and_then(|inputs| inputs.get("role-arn").or_else(|| inputs.get("role")));
        let signs_in = bare.contains("aws-assume-role-with-web-identity");
        if let (Some(role), true) = (role, signs_in) {
            let of = match role.scalar().filter(|text| is_plain(text)) {
                Some(text) => Fact::Known(text, role.span),
                None => Fact::Unknown(Some(role.span)),
            };
            job.session("aws", of, "oidc", role.span, estate);
        }
    }
}
