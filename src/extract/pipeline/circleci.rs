//! CircleCI: jobs as workflows call them, with their contexts, approvals and orbs.
//!
//! <https://circleci.com/docs/reference/configuration-reference/>. Which users a context is open to, and whether forks are
//! built, is kept by the project and unknown.

use super::environment::{self, Oidc};
use super::job::{self, Job, is_plain};
use super::script;
use crate::format::{Declaration, Entry, Node};
use crate::model::{Estate, Fact};
use crate::source::Span;
use rustc_hash::FxHashSet;

const PROVIDER: &str = "circleci";

/// Adds what a configuration means.
pub(super) fn facts(file: &Declaration, estate: &mut Estate) {
    orbs(file, estate);
    let jobs = file.body.get("jobs").map_or(&[][..], Node::entries);
    let mut called: FxHashSet<&str> = FxHashSet::default();
    for workflow in file.body.get("workflows").map_or(&[][..], Node::entries) {
        let calls = calls(&workflow.value);
        for call in &calls {
            if call.is_approval() {
                continue;
            }
            let own = jobs.iter().find(|entry| entry.key == call.job);
            called.insert(call.job);
            facts_of(file, workflow, call, &calls, own, estate);
        }
    }
    for entry in jobs
        .iter()
        .filter(|entry| !called.contains(entry.key.as_str()))
    {
        let job = Job::new(
            file,
            PROVIDER,
            entry.key.clone(),
            entry.key_span,
            entry.value.span,
        );
        inside(&job, &entry.value, estate);
        job.declare(estate);
    }
}

/// A job as a workflow calls it.
struct Call<'a> {
    job: &'a str,
    name: &'a str,
    head: Span,
    node: Option<&'a Node>,
}

impl Call<'_> {
    fn is_approval(&self) -> bool {
        let kind = self.node.and_then(|node| node.get("type"));
        kind.and_then(Node::as_str) == Some("approval")
    }
}

fn calls(workflow: &Node) -> Vec<Call<'_>> {
    let list = workflow.get("jobs").and_then(Node::as_list);
    let items = list.unwrap_or_default().iter();
    items
        .filter_map(|item| match item.as_str() {
            Some(job) => Some(Call {
                job,
                name: job,
                head: item.span,
                node: None,
            }),
            None => {
                let entry = item.entries().first()?;
                let name = entry.value.get("name").and_then(Node::as_str);
                Some(Call {
                    job: &entry.key,
                    name: name.unwrap_or(&entry.key),
                    head: entry.key_span,
                    node: Some(&entry.value),
                })
            }
        })
        .collect()
}

/// Whether an approval stands before a call, at any distance.
fn is_approved(call: &Call<'_>, calls: &[Call<'_>]) -> bool {
    let (mut open, mut seen) = (vec![call], FxHashSet::default());
    while let Some(call) = open.pop() {
        if !seen.insert(call.name) {
            continue;
        }
        let requires = call.node.and_then(|node| node.get("requires"));
        for required in requires.map_or(&[][..], Node::one_or_many) {
            let name = required.as_str().unwrap_or_default();
            for before in calls.iter().filter(|call| call.name == name) {
                if before.is_approval() {
                    return true;
                }
                open.push(before);
            }
        }
    }
    false
}

fn facts_of(
    file: &Declaration,
    workflow: &Entry,
    call: &Call<'_>,
    calls: &[Call<'_>],
    own: Option<&Entry>,
    estate: &mut Estate,
) {
    let id = format!("{}.{}", workflow.key, call.name);
    let whole = call.node.map_or(call.head, |node| node.span);
    let mut job = Job::new(file, PROVIDER, id, call.head, whole);
    if let Some(stage) = job::stage_of(call.name) {
        job.environment = Fact::Known(stage.into(), call.head);
    }
    job.gated = match is_approved(call, calls) {
        true => Fact::Known(true, call.head),
        false => Fact::Default(false),
    };
    job.starter = starter(call);
    job.subjects.push("org/*/project/*/user/*", call.head);
    job.subjects.complete = true;
    let contexts = call.node.and_then(|node| node.get("context"));
    for context in contexts.map_or(&[][..], Node::one_or_many) {
        job.kept("context", PROVIDER, context, estate);
    }
    if let Some(own) = own {
        inside(&job, &own.value, estate);
    }
    job.declare(estate);
}

/// Who can start a job: whoever pushes a branch, unless filters leave the protected line alone.
fn starter(call: &Call<'_>) -> Fact<compact_str::CompactString> {
    let only = call
        .node
        .and_then(|node| node.at(&["filters", "branches", "only"]));
    let Some(only) = only else {
        return Fact::given("writer");
    };
    let protected = ["main", "master", "trunk", "production"];
    let names = only.one_or_many();
    let main = !names.is_empty()
        && names
            .iter()
            .all(|name| name.as_str().is_some_and(|name| protected.contains(&name)));
    match main {
        true => Fact::Known("main".into(), only.span),
        false => Fact::Known("writer".into(), only.span),
    }
}

/// What a job's own definition shows.
fn inside(job: &Job<'_>, node: &Node, estate: &mut Estate) {
    if let Some(variables) = node.get("environment") {
        environment::keys(job, variables, Oidc::Offered, estate);
        environment::roles(job, variables, estate);
    }
    for image in node.all("docker") {
        let password = image.at(&["auth", "password"]).and_then(Node::as_str);
        if let (Some(entry), true) = (image.entry("auth"), password.is_some_and(is_plain)) {
            job.on("container_password", job::whole(entry), estate);
        }
    }
    if let Some(entry) = node
        .entry("machine")
        .filter(|_| node.at(&["resource_class"]).is_some())
    {
        let class = node.get("resource_class").and_then(Node::as_str);
        // `namespace/resource` is a class of one's own runners.
        if class.is_some_and(|class| class.contains('/')) {
            let found = job.add("self_hosted_runner", job::whole(entry), estate);
            found.text = Fact::Known("resource_class".into(), entry.key_span);
            found.flag = Fact::Unknown(None);
        }
    }
    for step in node
        .get("steps")
        .and_then(Node::as_list)
        .unwrap_or_default()
    {
        if step.as_str() == Some("add_ssh_keys") {
            job.on("all_ssh_keys", step.span, estate);
        }
        for entry in step.entries() {
            self::step(job, entry, estate);
        }
    }
}

fn step(job: &Job<'_>, entry: &Entry, estate: &mut Estate) {
    let value = &entry.value;
    match entry.key.as_str() {
        "run" => {
            script::look(job, value.get("command").unwrap_or(value), estate);
            if let Some(variables) = value.get("environment") {
                environment::keys(job, variables, Oidc::Offered, estate);
            }
        }
        "add_ssh_keys" if value.get("fingerprints").is_none() => {
            job.on("all_ssh_keys", entry.key_span, estate);
        }
        "store_artifacts" => script::handed_on(job, value.get("path"), estate),
        "persist_to_workspace" | "save_cache" => {
            script::handed_on(job, value.get("paths"), estate);
        }
        key if key.contains('/') => orb_step(job, entry, estate),
        _ => {}
    }
}

/// Steps of orbs that sign in: by a role, or by keys named in inputs.
fn orb_step(job: &Job<'_>, entry: &Entry, estate: &mut Estate) {
    let inputs = |key: &str| {
        entry
            .value
            .get(key)
            .or_else(|| entry.value.get(&key.replace('_', "-")))
    };
    let span = entry.key_span;
    if let Some(role) = inputs("role_arn") {
        let of = match role.scalar().filter(|text| is_plain(text)) {
            Some(text) => Fact::Known(text, role.span),
            None => Fact::Unknown(Some(role.span)),
        };
        job.session("aws", of, "oidc", span, estate);
    } else if inputs("aws_access_key_id").is_some() {
        job.session("aws", Fact::Unknown(Some(span)), "static_key", span, estate);
    }
    if inputs("gcloud_service_key").is_some() && inputs("use_oidc").is_none() {
        job.session(
            "google",
            Fact::Unknown(Some(span)),
            "static_key",
            span,
            estate,
        );
    }
}

/// Orbs by name: `volatile` and `dev:` versions change under one's feet.
fn orbs(file: &Declaration, estate: &mut Estate) {
    for entry in file.body.get("orbs").map_or(&[][..], Node::entries) {
        let Some(text) = entry.value.as_str() else {
            continue;
        };
        let version = text.split_once('@').map_or("", |(_, version)| version);
        let mutable = version == "volatile" || version.starts_with("dev:");
        let span = job::whole(entry);
        job::shared_code(
            file,
            PROVIDER,
            text,
            Fact::Known(mutable, span),
            span,
            estate,
        );
    }
}
