//! Pipelines that are Kubernetes objects: Tekton, Argo Workflows and Argo Events. Which account they name is read with all
//! other workloads; here is what becomes of those that name none, and how their webhooks and runs are kept.
//!
//! <https://tekton.dev/docs/pipelines/>, <https://argo-workflows.readthedocs.io/en/latest/service-accounts/>,
//! <https://argoproj.github.io/argo-events/>.

use super::super::kubernetes;
use super::job::{self, setting};
use crate::format::{Declaration, Node, Value};
use crate::model::{Estate, Fact, Usage};
use crate::source::Span;

/// Kinds whose runs wear the namespace's default account when they name none, and where they would name it.
const RUNS: &[(&str, &[&[&str]])] = &[
    (
        "tekton.dev/PipelineRun",
        &[
            &["spec", "taskRunTemplate", "serviceAccountName"],
            &["spec", "serviceAccountName"],
        ],
    ),
    ("tekton.dev/TaskRun", &[&["spec", "serviceAccountName"]]),
    ("argoproj.io/Workflow", &[&["spec", "serviceAccountName"]]),
    (
        "argoproj.io/WorkflowTemplate",
        &[&["spec", "serviceAccountName"]],
    ),
    (
        "argoproj.io/CronWorkflow",
        &[&["spec", "workflowSpec", "serviceAccountName"]],
    ),
];

/// Adds what the object means as a pipeline.
pub(super) fn facts(object: &Declaration, estate: &mut Estate) {
    if let Some((_, paths)) = RUNS.iter().find(|(kind, _)| *kind == object.kind) {
        unnamed(object, paths, estate);
        endless(object, estate);
    }
    match object.kind.as_str() {
        "triggers.tekton.dev/EventListener" => listener(object, estate),
        "argoproj.io/EventSource" => source(object, estate),
        _ => {}
    }
}

/// The usage of the default account. A controller may set another default: it is assumed, not known.
fn unnamed(object: &Declaration, paths: &[&[&str]], estate: &mut Estate) {
    let named = paths.iter().any(|path| object.body.at(path).is_some());
    let borrowed = object.body.at(&["spec", "workflowTemplateRef"]).is_some();
    if named || borrowed {
        return;
    }
    let namespace = object.scope.namespace.as_deref();
    estate.usages.push(Usage {
        address: object.address.clone(),
        span: object.head,
        whole: object.span,
        language: Fact::given("kubernetes"),
        resource: Fact::given(&object.kind),
        provider: Fact::given("kubernetes"),
        kind: Fact::given("workload"),
        name: kubernetes::name(object),
        namespace: kubernetes::namespace(object),
        of: Fact::Default(kubernetes::address(namespace, "default")),
        default: Fact::Default(true),
        automount: Fact::Unknown(None),
        method: Fact::given("default"),
        ..Usage::default()
    });
}

/// A run that is never ended: `timeouts.pipeline: "0"`.
fn endless(object: &Declaration, estate: &mut Estate) {
    let timeouts = object.body.at(&["spec", "timeouts"]);
    let Some(entry) = timeouts.and_then(|timeouts| timeouts.entry("pipeline")) else {
        return;
    };
    let text = entry.value.scalar().unwrap_or_default();
    let endless = !text.is_empty() && text.trim_end_matches(['s', 'm', 'h', '0']).is_empty();
    if endless {
        let span = job::whole(entry);
        setting(object, "kubernetes", "endless_run", span, estate).flag = Fact::Known(true, span);
    }
}

/// Triggers that take a webhook without checking who signed it.
fn listener(object: &Declaration, estate: &mut Estate) {
    for trigger in object
        .body
        .at(&["spec"])
        .into_iter()
        .flat_map(|spec| spec.all("triggers"))
    {
        if trigger.get("triggerRef").is_some() {
            continue;
        }
        let mut interceptors = trigger.all("interceptors").peekable();
        let none = interceptors.peek().is_none();
        let checked = interceptors.any(|interceptor| checks(interceptor, 6));
        let place = trigger.entry("name").map_or(trigger.span, job::whole);
        unsigned(object, place, none || !checked, estate);
    }
}

/// Whether an interceptor checks a signature: it names a secret, or is another service that may.
fn checks(node: &Node, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    match &node.value {
        Value::Map(entries) => entries.iter().any(|entry| {
            matches!(entry.key.as_str(), "secretRef" | "webhook")
                || checks(&entry.value, depth - 1)
                || (entry.key == "name" && entry.value.as_str() == Some("secretRef"))
        }),
        Value::List(items) => items.iter().any(|item| checks(item, depth - 1)),
        _ => false,
    }
}

/// Webhooks of an event source without a secret.
fn source(object: &Declaration, estate: &mut Estate) {
    for (kind, secrets) in [
        ("webhook", &["authSecret"][..]),
        ("github", &["webhookSecret"][..]),
        ("gitlab", &["secretToken"][..]),
        ("bitbucketserver", &["webhookSecret"][..]),
    ] {
        let Some(hooks) = object.body.at(&["spec", kind]) else {
            continue;
        };
        for hook in hooks.entries() {
            let open = !secrets.iter().any(|key| hook.value.get(key).is_some());
            unsigned(object, hook.key_span, open, estate);
        }
    }
}

fn unsigned(object: &Declaration, span: Span, open: bool, estate: &mut Estate) {
    let found = setting(object, "kubernetes", "webhook_unsigned", span, estate);
    found.flag = Fact::Known(open, span);
}
