//! Workloads: which service account a pod wears, whether its token is mounted, which secrets stand in its environment.
//!
//! A pod specification is known by its list of containers wherever it lies, so that controllers of every API group count;
//! objects that only name an account (Flux, Argo Workflows, Tekton, operators) are known by the key.

use super::pod::{self, containers};
use super::{Accounts, address, below, component, host, name, namespace, noun_of, token};
use crate::extract::read;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact, Set};
use crate::source::Span;
use compact_str::CompactString;

/// Where objects without a pod specification name the account they run as.
const NAMED: &[&[&str]] = &[
    &["spec", "serviceAccountName"],
    &["spec", "taskRunTemplate", "serviceAccountName"],
    &["spec", "workflowSpec", "serviceAccountName"],
    &["spec", "template", "serviceAccountName"],
    &["spec", "serviceAccount"],
];

/// Adds the usages of one object, with the tokens and settings of its pods.
pub(super) fn facts(object: &Declaration, accounts: &Accounts<'_>, estate: &mut Estate) {
    let pods = pod::all(&object.body);
    for pod in &pods {
        let account = match read::name(pod.get("serviceAccountName")) {
            Fact::Absent => read::key(pod, "serviceAccount"),
            fact => fact,
        };
        let worn = wear(object, account, accounts, estate);
        let usage = &mut estate.usages[worn];
        match read::switch(pod, "automountServiceAccountToken") {
            Fact::Absent => {}
            written => usage.automount = written,
        }
        if usage.method.text() == "token" && hands_on(pod) {
            usage.method = Fact::given("oidc");
        }
        let of = usage.of.clone();
        token::projected(object, pod, &of, estate);
        environment(object, pod, estate);
        host::facts(object, pod, estate);
        component::facts(object, pod, estate);
        deprecated(object, pod, estate);
    }
    if pods.is_empty() {
        by_name(object, accounts, estate);
    }
}

/// Where the token of its account is mounted into a pod.
const MOUNTED: &str = "/run/secrets/kubernetes.io/serviceaccount";

/// Whether a container's command reads the token itself: it signs in elsewhere with it, whatever the cluster allows it.
fn hands_on(pod: &Node) -> bool {
    let reads = |node: &Node| node.as_str().is_some_and(|text| text.contains(MOUNTED));
    containers(pod).any(|container| {
        let words = ["command", "args"].into_iter();
        words.flat_map(|key| container.all(key)).any(reads)
    })
}

/// Kinds whose pods wear the default account where they name none. What any other kind makes of a pod specification is its
/// controller's matter: many bring an account of their own.
fn is_plain(kind: &str) -> bool {
    let (group, _) = kind.rsplit_once('/').unwrap_or(("", kind));
    matches!(
        group,
        "" | "apps"
            | "batch"
            | "extensions"
            | "apps.openshift.io"
            | "serving.knative.dev"
            | "tekton.dev"
            | "argoproj.io"
            | "kustomize.toolkit.fluxcd.io"
            | "helm.toolkit.fluxcd.io"
    )
}

/// Adds one usage and yields its index.
fn wear(
    object: &Declaration,
    account: Fact<CompactString>,
    accounts: &Accounts<'_>,
    estate: &mut Estate,
) -> usize {
    let place = object.scope.namespace.as_deref();
    let account = match account {
        Fact::Absent if !is_plain(&object.kind) => Fact::Unknown(None),
        account => account,
    };
    let (of, default) = worn(account, place);
    let name_of = match &of {
        Fact::Known(account, _) | Fact::Default(account) => {
            account.rsplit('/').next().unwrap_or_default()
        }
        _ => "",
    };
    let automount = match of.is_unknown() {
        true => Fact::Unknown(None),
        false => accounts.automount(place, name_of),
    };
    let method = match default.value() {
        Some(true) => "default",
        _ => "token",
    };
    estate.usages.push(noun_of!(Usage, object, object.head, {
        provider: Fact::given("kubernetes"),
        kind: Fact::given(kind(object)),
        name: name(object),
        namespace: namespace(object),
        automount: automount,
        default: default,
        method: Fact::given(method),
        of: of,
    }));
    estate.usages.len() - 1
}

/// The account's address, and whether it is the namespace's default one.
fn worn(
    account: Fact<CompactString>,
    namespace: Option<&str>,
) -> (Fact<CompactString>, Fact<bool>) {
    match account {
        Fact::Known(name, span) => {
            let default = Fact::Known(name == "default", span);
            let of = Fact::Known(address(namespace, &name), span);
            (of, default)
        }
        Fact::Unknown(span) => (Fact::Unknown(span), Fact::Unknown(span)),
        Fact::Absent | Fact::Default(_) => (
            Fact::Default(address(namespace, "default")),
            Fact::Default(true),
        ),
    }
}

/// Objects that run something elsewhere as a named account. Flux objects without a name run as their controller.
fn by_name(object: &Declaration, accounts: &Accounts<'_>, estate: &mut Estate) {
    let account = NAMED.iter().find_map(|path| below(&object.body, path));
    let flux = is_flux(&object.kind);
    let remote = below(&object.body, &["spec", "kubeConfig"]).is_some();
    let tekton_or_argo = matches!(
        object.kind.as_str(),
        "tekton.dev/PipelineRun"
            | "tekton.dev/TaskRun"
            | "argoproj.io/Workflow"
            | "argoproj.io/CronWorkflow"
    );
    let named = account.is_some_and(|node| node.is_open() || node.as_str().is_some());
    let runs = tekton_or_argo || (flux && !remote);
    if !named && !runs {
        return;
    }
    let index = wear(object, read::name(account), accounts, estate);
    if flux && account.is_none() {
        let usage = &mut estate.usages[index];
        usage.of = Fact::Unknown(None);
        usage.automount = Fact::Unknown(None);
    }
}

fn is_flux(kind: &str) -> bool {
    matches!(
        kind,
        "kustomize.toolkit.fluxcd.io/Kustomization" | "helm.toolkit.fluxcd.io/HelmRelease"
    )
}

fn kind(object: &Declaration) -> &'static str {
    match object.kind.as_str() {
        kind if is_flux(kind) => "deployer",
        "actions.github.com/AutoscalingRunnerSet"
        | "actions.summerwind.dev/RunnerDeployment"
        | "actions.summerwind.dev/RunnerSet" => "runner",
        kind if kind.starts_with("tekton.dev/") => "job",
        "argoproj.io/Workflow" | "argoproj.io/CronWorkflow" => "job",
        "batch/Job" | "batch/CronJob" => "job",
        _ => "workload",
    }
}

/// The field that `serviceAccountName` replaced, where it says something the new one does not: the API server copies it for
/// now, other tools read only one of the two.
fn deprecated(object: &Declaration, pod: &Node, estate: &mut Estate) {
    let old = read::name(pod.get("serviceAccount"));
    let new = read::name(pod.get("serviceAccountName"));
    let span = old.span();
    let (Fact::Known(text, at), false) = (old, new.is_unknown()) else {
        return;
    };
    if new.value() == Some(&text) {
        return;
    }
    estate.settings.push(noun_of!(Setting, object, at, {
        provider: Fact::given("kubernetes"),
        name: Fact::given("deprecated_account_field"),
        of: name(object),
        flag: Fact::Known(!new.is_absent(), at),
        text: Fact::Known(text, span.unwrap_or(at)),
    }));
}

/// Secrets that the pod's containers read as environment variables: one setting a pod.
fn environment(object: &Declaration, pod: &Node, estate: &mut Estate) {
    let mut names = Set::default();
    let mut first: Option<Span> = None;
    let mut by_file = Fact::Absent;
    for container in containers(pod) {
        let passwords = container.all("env").filter(|env| {
            let name = env.get("name").and_then(Node::as_str);
            name.is_some_and(|name| name.ends_with("PASSWORD"))
        });
        let password = passwords
            .filter_map(|env| below(env, &["valueFrom", "secretKeyRef"]))
            .find(|_| takes_files(container));
        if let (Some(password), true) = (password, by_file.is_absent()) {
            by_file = Fact::Known("file".into(), password.span);
        }
        let keys = container
            .all("env")
            .filter_map(|env| below(env, &["valueFrom", "secretKeyRef"]));
        let all = container
            .all("envFrom")
            .filter_map(|from| from.get("secretRef"));
        for reference in keys.chain(all) {
            first = first.or(Some(reference.span));
            match read::name(reference.get("name")) {
                Fact::Known(name, _) if names.contains(&name) => {}
                Fact::Known(name, span) => names.push(name, span),
                _ => names.complete = false,
            }
        }
    }
    if let Some(span) = first {
        estate.settings.push(noun_of!(Setting, object, span, {
            provider: Fact::given("kubernetes"),
            name: Fact::given("secret_env"),
            of: name(object),
            flag: Fact::Known(true, span),
            text: by_file,
            texts: names,
        }));
    }
}

/// Images that read `NAME_FILE` where a password may stand in `NAME`, by the last part of their name.
#[rustfmt::skip]
const FILE_READERS: &[&str] = &[
    "postgres", "mysql", "mariadb", "mongo", "wordpress", "joomla", "nextcloud", "ghost", "redmine", "grafana", "influxdb", "pgadmin4",
];

/// Whether the image of a container takes its passwords from files too.
fn takes_files(container: &Node) -> bool {
    let image = container.get("image").and_then(Node::as_str);
    image.is_some_and(|image| {
        let name = image.split('@').next().unwrap_or_default();
        let last = name.rsplit('/').next().unwrap_or_default();
        let last = last.split(':').next().unwrap_or_default();
        FILE_READERS.contains(&last) || name.contains("bitnami/")
    })
}
