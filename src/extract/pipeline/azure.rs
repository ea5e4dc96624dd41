//! Azure Pipelines: stages, jobs and steps, and the service connections and variable groups they use.
//!
//! <https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/>. What a template brings is unknown; so are the checks
//! on service connections and environments, which live in the project.

use super::environment::{self, Oidc};
use super::job::{self, Job, is_commit, is_plain, setting};
use super::script;
use crate::extract::read;
use crate::format::{Declaration, Entry, Node};
use crate::model::{Estate, Fact, Set};
use crate::source::Span;
use compact_str::{CompactString, format_compact};

const PROVIDER: &str = "azure_devops";

/// Inputs of tasks that name a service connection, and whose identity it holds.
const CONNECTIONS: &[(&str, &str)] = &[
    ("azuresubscription", "azure"),
    ("connectedservicename", "azure"),
    ("connectedservicenamearm", "azure"),
    ("azureresourcemanagerconnection", "azure"),
    ("backendservicearm", "azure"),
    ("environmentservicenameazurerm", "azure"),
    ("awscredentials", "aws"),
    ("kubernetesserviceconnection", "kubernetes"),
    ("kubernetesserviceendpoint", "kubernetes"),
    ("containerregistry", "docker"),
    ("dockerregistryserviceconnection", "docker"),
    ("publishvstsfeed", "azure_devops"),
    ("sshendpoint", "ssh"),
];

/// Steps in steps end here: strategies, templates, conditions.
const DEPTH: usize = 12;

/// Adds what a pipeline means.
pub(super) fn facts(file: &Declaration, estate: &mut Estate) {
    let root = &file.body;
    let mut walk = Walk {
        file,
        environments: Set::default(),
        count: 0,
        triggers: triggers(root),
    };
    walk.list(root.get("stages"), None, DEPTH, estate);
    walk.list(root.get("jobs"), None, DEPTH, estate);
    if root.get("steps").is_some() {
        let head = root
            .entry("steps")
            .map_or(file.head, |entry| entry.key_span);
        walk.job(root, "job".into(), head, None, estate);
    }
    for (entry, span) in groups(root) {
        let found = setting(file, PROVIDER, "root_variable_group", span, estate);
        found.text = read::name(Some(&entry.value));
        found.texts = walk.environments.clone();
    }
    repositories(file, estate);
}

fn triggers(root: &Node) -> Set {
    let mut set = Set {
        complete: false,
        ..Set::default()
    };
    for (key, event) in [
        ("trigger", "push"),
        ("pr", "pull_request"),
        ("schedules", "schedule"),
    ] {
        let written = root.entry(key);
        let on = written.filter(|entry| entry.value.as_str() != Some("none"));
        if let Some(entry) = on.filter(|entry| !entry.value.is_empty()) {
            set.push(event, entry.key_span);
        }
    }
    set
}

struct Walk<'a> {
    file: &'a Declaration,
    /// Environments that jobs of the file deploy to.
    environments: Set,
    count: usize,
    triggers: Set,
}

impl<'a> Walk<'a> {
    /// Stages and jobs, in lists within lists.
    fn list(
        &mut self,
        list: Option<&'a Node>,
        stage: Option<&'a Node>,
        depth: usize,
        estate: &mut Estate,
    ) {
        let Some(items) = list.and_then(Node::as_list).filter(|_| depth > 0) else {
            return;
        };
        for item in items {
            if let Some(entry) = item.entry("stage") {
                self.list(item.get("jobs"), Some(&entry.value), depth - 1, estate);
            } else if let Some(entry) = item.entry("job").or_else(|| item.entry("deployment")) {
                let name = entry.value.scalar().unwrap_or_else(|| self.unnamed());
                self.job(item, name, job::whole(entry), stage, estate);
            } else {
                // `${{ if ... }}:` holds a list of the same.
                for entry in item.entries() {
                    self.list(Some(&entry.value), stage, depth - 1, estate);
                }
            }
        }
    }

    fn unnamed(&mut self) -> CompactString {
        self.count += 1;
        format_compact!("{}", self.count)
    }

    fn job(
        &mut self,
        node: &'a Node,
        name: CompactString,
        head: Span,
        stage: Option<&'a Node>,
        estate: &mut Estate,
    ) {
        let mut job = Job::new(self.file, PROVIDER, name, head, node.span);
        job.environment = self.environment(node, stage);
        job.triggers = self.triggers.clone();
        let asks = self.triggers.contains("pull_request");
        if asks {
            job.starter = Fact::given("writer");
        }
        job.gated = match node.get("environment") {
            Some(environment) => Fact::Unknown(Some(environment.span)),
            None => Fact::Default(false),
        };
        for holder in [Some(node), Some(&self.file.body)].into_iter().flatten() {
            debug(&job, holder, estate);
        }
        if let Some(pool) = node.entry("pool").or_else(|| self.file.body.entry("pool")) {
            own_pool(&job, pool, estate);
        }
        let strategy = node.get("strategy");
        let hooks = strategy.map_or(&[][..], Node::entries).iter();
        let hooks = hooks.flat_map(|entry| entry.value.entries());
        let nested = hooks.filter_map(|entry| {
            let steps = entry.value.get("steps");
            steps.or_else(|| entry.value.at(&["deploy", "steps"]))
        });
        for list in node.get("steps").into_iter().chain(nested) {
            steps(&job, list, DEPTH, estate);
        }
        job.declare(estate);
    }

    /// The environment it names, else the one its stage or own name tells.
    fn environment(&mut self, node: &Node, stage: Option<&Node>) -> Fact<CompactString> {
        let written = node.get("environment");
        let name = written.map(|written| written.get("name").unwrap_or(written));
        let fact = match read::name(name) {
            // `environment.resource`
            Fact::Known(text, span) if is_plain(&text) => {
                let name = text.split('.').next().unwrap_or_default();
                Fact::Known(name.into(), span)
            }
            Fact::Known(_, span) => Fact::Unknown(Some(span)),
            Fact::Absent => {
                let own = ["deployment", "job"].iter().find_map(|key| node.get(key));
                let named = [stage, own].into_iter().flatten();
                let mut stages = named.filter_map(|node| {
                    Some(Fact::Known(
                        job::stage_of(node.as_str()?)?.into(),
                        node.span,
                    ))
                });
                stages.next().unwrap_or(Fact::Absent)
            }
            fact => fact,
        };
        if let Fact::Known(name, span) = &fact
            && !self.environments.contains(name)
        {
            self.environments.push(name.clone(), *span);
        }
        fact
    }
}

fn steps(job: &Job<'_>, list: &Node, depth: usize, estate: &mut Estate) {
    let Some(items) = list.as_list().filter(|_| depth > 0) else {
        return;
    };
    for step in items {
        for key in ["script", "bash", "pwsh", "powershell"] {
            if let Some(text) = step.get(key) {
                script::look(job, text, estate);
            }
        }
        if step.get("checkout").is_some()
            && let Some(entry) = step.entry("persistCredentials")
        {
            let flag = read::flag(Some(&entry.value));
            job.add("persist_credentials", job::whole(entry), estate)
                .flag = flag;
        }
        if step.get("publish").is_some() {
            script::handed_on(job, step.get("publish"), estate);
        }
        if let Some(inputs) = step.get("inputs") {
            task(job, step, inputs, estate);
        }
        if let Some(env) = step.get("env") {
            environment::keys(job, env, Oidc::Offered, estate);
            let mut tokens = env.entries().iter().filter(|entry| {
                let text = entry.value.as_str().unwrap_or_default();
                text.trim().eq_ignore_ascii_case("$(System.AccessToken)")
            });
            if let Some(entry) = tokens.next() {
                job.on("job_token_in_script", job::whole(entry), estate);
            }
        }
        for entry in step
            .entries()
            .iter()
            .filter(|entry| entry.key.starts_with("${{"))
        {
            steps(job, &entry.value, depth - 1, estate);
        }
    }
}

fn task(job: &Job<'_>, step: &Node, inputs: &Node, estate: &mut Estate) {
    let task = step.get("task").and_then(Node::as_str).unwrap_or_default();
    let task = task.split('@').next().unwrap_or_default();
    for entry in inputs.entries() {
        let key = entry.key.to_ascii_lowercase();
        let known = CONNECTIONS.iter().find(|(name, _)| *name == key);
        if let Some((_, provider)) = known {
            job.kept("service_connection", provider, &entry.value, estate);
        }
        match key.as_str() {
            "inlinescript" | "script" => script::look(job, &entry.value, estate),
            "addspntoenvironment" if entry.value.as_bool() == Some(true) => {
                job.on("principal_in_script", job::whole(entry), estate);
            }
            "targetpath" | "pathtopublish" if task.starts_with("Publish") => {
                script::handed_on(job, Some(&entry.value), estate);
            }
            _ => {}
        }
    }
}

/// Variable groups that a map of stages, a stage or a job names.
fn groups(node: &Node) -> impl Iterator<Item = (&Entry, Span)> {
    let list = node.get("variables").and_then(Node::as_list);
    let entries = list.unwrap_or_default().iter();
    entries.filter_map(|item| {
        let entry = item.entry("group")?;
        Some((entry, job::whole(entry)))
    })
}

/// `system.debug`, in a map of variables or a list of them.
fn debug(job: &Job<'_>, holder: &Node, estate: &mut Estate) {
    let Some(variables) = holder.get("variables") else {
        return;
    };
    let is_debug = |name: &str| name.eq_ignore_ascii_case("system.debug");
    for entry in variables.entries() {
        if is_debug(&entry.key) && entry.value.as_bool() == Some(true) {
            job.on("debug_trace", job::whole(entry), estate);
        }
    }
    for item in variables.as_list().unwrap_or_default() {
        let name = item.get("name").and_then(Node::as_str).unwrap_or_default();
        let on = item.get("value").and_then(Node::as_bool) == Some(true);
        if is_debug(name) && on {
            job.on("debug_trace", item.span, estate);
        }
    }
}

/// A pool of one's own agents: named, and not Microsoft's.
fn own_pool(job: &Job<'_>, pool: &Entry, estate: &mut Estate) {
    let name = pool.value.get("name").unwrap_or(&pool.value).as_str();
    if name.is_some_and(|name| name != "Azure Pipelines" && is_plain(name)) {
        let span = job::whole(pool);
        let found = job.add("self_hosted_runner", span, estate);
        found.text = Fact::Known("pool".into(), span);
        found.flag = Fact::Unknown(Some(span));
    }
}

/// Repositories whose templates the pipeline takes, by branch.
fn repositories(file: &Declaration, estate: &mut Estate) {
    let list = file.body.at(&["resources", "repositories"]);
    for item in list.and_then(Node::as_list).unwrap_or_default() {
        let name = item.get("name").and_then(Node::as_str).unwrap_or_default();
        let mutable = match item.get("ref").map(Node::scalar) {
            None => Fact::Known(true, item.span),
            Some(Some(text)) => {
                let fixed = text.starts_with("refs/tags/") || is_commit(&text);
                Fact::Known(!fixed, item.span)
            }
            Some(None) => Fact::Unknown(Some(item.span)),
        };
        job::shared_code(file, PROVIDER, name, mutable, item.span, estate);
    }
}
