//! One job: its identity, the usage of it, what its token may write, and the sessions of its steps.

use super::constant;
use super::graph::Graph;
use super::permission::Permissions;
use super::scene::{Scene, Starter};
use super::setting;
use super::signin::{self, Session};
use super::step::{self, Step};
use super::stranger;
use super::subject;
use super::values::Literal;
use crate::extract::read;
use crate::format::Node;
use crate::model::{Credential, Estate, Fact, Grant, Identity, Set, Usage};
use crate::source::Span;
use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashSet;

/// Secrets of a workflow that are a credential of the estate already.
pub(super) type Known = FxHashSet<CompactString>;

/// What all nouns of a job share.
struct Place<'a> {
    address: CompactString,
    name: CompactString,
    head: Span,
    whole: Span,
    environment: Fact<CompactString>,
    node: &'a Node,
}

/// Adds the nouns of one job.
pub(super) fn facts(
    graph: &Graph<'_>,
    workflow: usize,
    job: usize,
    keys: &mut Known,
    estate: &mut Estate,
) {
    let owner = &graph.workflows[workflow];
    let own = &owner.jobs[job];
    let path = &owner.declaration.address;
    let environments = environments(graph, workflow, job);
    let place = Place {
        address: format_compact!("{path}#jobs.{}", own.id),
        name: format_compact!("{path}#{}", own.id),
        head: own.head,
        whole: own.head.to(own.node.span),
        environment: environment(&environments),
        node: own.node,
    };
    let steps = step::steps(graph, workflow, job);
    let permissions = graph.permissions_of(workflow, job);
    let scenes = graph.scenes_of_job(workflow, job);
    let sessions = sessions(graph, workflow, job, &steps);
    estate.identities.push(identity(&place));
    let plain = place.usage(&permissions, own.node);
    let holds = !sessions.is_empty() || permissions.writes().next().is_some();
    let started = starter(graph, workflow, &scenes, holds);
    let mut usage = Usage {
        takes_in: match started.text() {
            "anyone" => stranger::takes_in(own.node, &steps),
            _ => Fact::Absent,
        },
        starter: started,
        triggers: triggers(owner, &scenes),
        environment: match own.node.get("uses") {
            Some(_) => environment(&environments_of(graph, workflow, job)),
            None => plain.environment.clone(),
        },
        external: external(&steps, own.node),
        runner: runner(own.node),
        ..plain
    };
    if permissions.oidc() != Some(false) {
        usage.subjects = subject::subjects(&scenes, &environments, own.head);
    }
    for (session, conditions) in &sessions {
        let kept: Vec<Scene> = scenes
            .iter()
            .filter(|scene| conditions.iter().all(|condition| scene.passes(condition)))
            .cloned()
            .collect();
        let mut step = place.session(session, &usage);
        if !conditions.is_empty() {
            step.starter = starter(graph, workflow, &kept, true);
            step.triggers = triggers(owner, &kept);
        }
        estate.usages.push(step);
        place.credentials(session, keys, estate);
    }
    estate.usages.push(usage);
    grants(&place, &permissions, estate);
    let asked = setting::Job {
        address: &place.address,
        workflow,
        job,
        permissions: &permissions,
        steps: &steps,
    };
    setting::job(graph, &asked, estate);
}

type Guarded<'a> = (Session, Vec<&'a super::expression::Expression>);

/// Every way the job signs in, once.
fn sessions<'s>(
    graph: &Graph<'_>,
    workflow: usize,
    job: usize,
    steps: &'s [Step<'_>],
) -> Vec<Guarded<'s>> {
    let values = graph.values_of(workflow, job);
    let mut found: Vec<Guarded<'s>> = Vec::new();
    let mut add = |session: Session, conditions: Vec<&'s _>| {
        let same = |(other, _): &Guarded<'_>| {
            (other.provider, other.method) == (session.provider, session.method)
                && other.of.value() == session.of.value()
        };
        if !found.iter().any(same) {
            found.push((session, conditions));
        }
    };
    for step in steps {
        for session in signin::of_step(step) {
            add(session, step.conditions.iter().collect());
        }
    }
    for env in &values.envs {
        for session in signin::of_env(env, &values) {
            add(session, Vec::new());
        }
    }
    found
}

/// Names of the environment the job deploys to; holes that cannot be filled stay.
fn environments(graph: &Graph<'_>, workflow: usize, job: usize) -> Vec<Literal> {
    let node = graph.workflows[workflow].jobs[job].node;
    let Some(environment) = node.get("environment") else {
        return Vec::new();
    };
    let name = environment.get("name").unwrap_or(environment);
    graph.values_of(workflow, job).resolve(name)
}

/// Names of the environments to which the workflow deploys that a job calls: those of its jobs, and those handed to it by
/// name, which it hands on.
fn environments_of(graph: &Graph<'_>, workflow: usize, job: usize) -> Vec<Literal> {
    let mut found = Vec::new();
    if let Some(called) = graph.called(workflow, job) {
        for job in 0..graph.workflows[called].jobs.len() {
            found.extend(environments(graph, called, job));
        }
    }
    let with = graph.workflows[workflow].jobs[job].node.get("with");
    for entry in with.map_or(&[][..], Node::entries) {
        if entry.key.to_ascii_lowercase().ends_with("environment") {
            found.extend(graph.values_of(workflow, job).resolve(&entry.value));
        }
    }
    found
}

fn environment(names: &[Literal]) -> Fact<CompactString> {
    match names {
        [] => Fact::Absent,
        [(name, span)] if !name.contains("${{") => Fact::Known(name.clone(), *span),
        [(_, span), ..] => Fact::Unknown(Some(*span)),
    }
}

fn identity(place: &Place<'_>) -> Identity {
    Identity {
        address: place.address.clone(),
        span: place.head,
        whole: place.whole,
        language: Fact::given("github-actions"),
        resource: Fact::given("job"),
        provider: Fact::given("github"),
        kind: Fact::given("job"),
        name: Fact::Known(place.name.clone(), place.head),
        environment: place.environment.clone(),
        purpose: read::name(place.node.get("name")),
        managed: Fact::Default(true),
        human: Fact::Default(false),
        ..Identity::default()
    }
}

impl Place<'_> {
    fn usage(&self, permissions: &Permissions, node: &Node) -> Usage {
        let mut held = permissions.set();
        let inherit = node
            .entry("secrets")
            .filter(|secrets| secrets.value.as_str() == Some("inherit"))
            .filter(|_| !constant::is_off(node));
        if let Some(entry) = inherit {
            held.push("secrets:inherit", entry.key_span.to(entry.value.span));
        }
        Usage {
            address: self.address.clone(),
            span: self.head,
            whole: self.whole,
            language: Fact::given("github-actions"),
            resource: Fact::given("job"),
            provider: Fact::given("github"),
            kind: Fact::given("job"),
            name: Fact::Known(self.name.clone(), self.head),
            of: Fact::Known(self.address.clone(), self.head),
            environment: self.environment.clone(),
            default: Fact::Default(false),
            gated: match node.entry("environment") {
                Some(entry) => Fact::Unknown(Some(entry.key_span)),
                None => Fact::Default(false),
            },
            permissions: held,
            method: Fact::given("token"),
            ..Usage::default()
        }
    }

    /// The usage of another identity that a session makes the job wear.
    fn session(&self, session: &Session, job: &Usage) -> Usage {
        Usage {
            span: session.span,
            resource: Fact::given("step"),
            provider: Fact::given(session.provider),
            kind: Fact::given("step"),
            of: session.of.clone(),
            method: Fact::Known(session.method.into(), session.span),
            ..job.clone()
        }
    }

    /// The keys of a session that the workflow has not used before.
    fn credentials(&self, session: &Session, known: &mut Known, estate: &mut Estate) {
        for key in &session.keys {
            if !known.insert(key.secret.clone()) {
                continue;
            }
            let personal = ["PAT", "PERSONAL"];
            let mut words = key.secret.split('_');
            let human = words.any(|word| personal.contains(&word));
            estate.credentials.push(Credential {
                address: self.address.clone(),
                span: key.span,
                whole: self.whole,
                language: Fact::given("github-actions"),
                resource: Fact::given("secret"),
                provider: Fact::given(session.provider),
                kind: Fact::given(key.kind),
                name: Fact::Known(key.secret.clone(), key.span),
                of: match session.method {
                    "static_key" => Fact::Unknown(Some(key.span)),
                    _ => session.of.clone(),
                },
                environment: self.environment.clone(),
                stored: Fact::given("platform"),
                expires: Fact::Unknown(None),
                lifetime: Fact::Unknown(None),
                rotation: Fact::Unknown(None),
                rotated: Fact::Unknown(None),
                bound: Fact::Unknown(None),
                owner_kind: match human {
                    true => Fact::Known("human".into(), key.span),
                    false => Fact::Unknown(None),
                },
                ..Credential::default()
            });
        }
    }
}

/// The weakest of those who can start the job with what it holds. A job that holds nothing loses nothing to a fork.
fn starter(
    graph: &Graph<'_>,
    workflow: usize,
    scenes: &[Scene],
    holds: bool,
) -> Fact<CompactString> {
    if graph.called_from_elsewhere(workflow) {
        return Fact::Unknown(None);
    }
    let of = |scene: &Scene| match !holds && scene.event == "pull_request" {
        true => Starter::Fork,
        false => scene.starter,
    };
    let weakest = scenes.iter().map(of).min();
    match weakest.and_then(Starter::word) {
        Some(word) => Fact::given(word),
        None => Fact::Unknown(None),
    }
}

/// Events that start the job: those of the file, and for a called workflow those of its callers.
fn triggers(workflow: &super::graph::Workflow<'_>, scenes: &[Scene]) -> Set {
    let mut set = Set::default();
    for trigger in &workflow.triggers {
        let flows = matches!(trigger.event.as_str(), "workflow_call" | "workflow_run");
        if flows || scenes.iter().any(|scene| scene.event == trigger.event) {
            set.push(trigger.event.clone(), trigger.span);
        }
    }
    let call = workflow
        .triggers
        .iter()
        .find(|trigger| trigger.event == "workflow_call");
    if let Some(call) = call {
        for scene in scenes {
            if !set.contains(&scene.event) {
                set.push(scene.event.clone(), call.span);
            }
        }
    }
    set
}

/// Whether code of a third party runs in the job: an action that is neither local nor GitHub's own.
fn external(steps: &[Step<'_>], job: &Node) -> Fact<bool> {
    let uses = steps
        .iter()
        .filter_map(|step| step.node.entry("uses"))
        .chain(job.entry("uses"));
    let own = ["./", "$/", "actions/", "github/"];
    let mut third = uses.filter(|entry| {
        let text = entry.value.as_str().unwrap_or_default();
        !own.iter().any(|start| text.starts_with(start))
    });
    match third.next() {
        Some(entry) => Fact::Known(true, entry.value.span),
        None => Fact::Default(false),
    }
}

/// Whose machine the job runs on, by its labels.
fn runner(job: &Node) -> Fact<CompactString> {
    let Some(node) = job.get("runs-on") else {
        return Fact::Absent;
    };
    let labels = read::texts(Some(node.get("labels").unwrap_or(node)));
    let own = labels
        .items
        .iter()
        .find(|(label, _)| label == "self-hosted");
    if let Some((_, span)) = own {
        return Fact::Known("self_hosted".into(), *span);
    }
    let hosted = |label: &str| {
        ["ubuntu-", "windows-", "macos-"]
            .iter()
            .any(|start| label.starts_with(start))
    };
    let all = labels.complete && !labels.items.is_empty() && labels.texts().all(hosted);
    match all {
        true => Fact::Known("hosted".into(), node.span),
        false => Fact::Unknown(Some(node.span)),
    }
}

/// A grant for each scope that the token may write; one for all of them.
fn grants(place: &Place<'_>, permissions: &Permissions, estate: &mut Estate) {
    let grant = |role: CompactString, span: Span| Grant {
        address: place.address.clone(),
        span,
        whole: place.whole,
        language: Fact::given("github-actions"),
        resource: Fact::given("permissions"),
        provider: Fact::given("github"),
        policy: Fact::given("token"),
        to: Fact::Known(place.address.clone(), place.head),
        principal: Fact::given("service"),
        role: Fact::Known(role.clone(), span),
        actions: Set {
            items: vec![(role, span)],
            complete: true,
        },
        level: Fact::Known("write".into(), span),
        scope: Fact::given("resource"),
        wildcard: Fact::Default(false),
        activation: Fact::given("time_bound"),
        environment: place.environment.clone(),
        ..Grant::default()
    };
    if let Permissions::WriteAll(span) = permissions {
        let mut all = grant("all:write".into(), *span);
        all.wildcard = Fact::Known(true, *span);
        estate.grants.push(all);
    }
    for scope in permissions.writes() {
        let mut one = grant(format_compact!("{}:write", scope.name), scope.span);
        one.effect = match effect(&scope.name) {
            Some(effect) => Fact::Known(effect.into(), scope.span),
            None => Fact::Absent,
        };
        estate.grants.push(one);
    }
}

/// What writing a scope amounts to.
fn effect(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "contents" => "push_code",
        "actions" => "manage_workflows",
        "packages" => "publish_packages",
        "id-token" => "request_oidc",
        "deployments" => "deploy",
        "pages" => "publish_pages",
        "pull-requests" => "approve_changes",
        "checks" | "statuses" => "pass_checks",
        "attestations" => "attest",
        "administration" => "administer",
        _ => return None,
    })
}
