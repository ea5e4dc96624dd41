//! Jenkins: pipelines as their calls show them, and controllers configured as code.
//!
//! <https://www.jenkins.io/doc/book/pipeline/syntax/>, <https://plugins.jenkins.io/configuration-as-code/>. A Jenkinsfile is
//! a program: what is read here is what is written plainly.

use super::job::{self, Job, is_commit, is_plain, setting};
use crate::extract::read;
use crate::format::{Declaration, Entry, Expr, Node, Value};
use crate::model::{Estate, Fact};
use compact_str::CompactString;

const PROVIDER: &str = "jenkins";

/// Closures in closures end here.
const DEPTH: usize = 40;

/// Adds what a pipeline or a controller's configuration means.
pub(super) fn facts(file: &Declaration, estate: &mut Estate) {
    match file.kind.as_str() {
        "pipeline" => pipeline(file, estate),
        _ => controller(file, estate),
    }
}

fn pipeline(file: &Declaration, estate: &mut Estate) {
    if let Some(library) = file.body.get("@Library").and_then(|node| node.get("()")) {
        for item in library.as_list().unwrap_or_default() {
            self::library(file, item, estate);
        }
    }
    let root = file
        .body
        .entry("pipeline")
        .or_else(|| file.body.entry("node"));
    let Some(root) = root else { return };
    let job = Job::new(file, PROVIDER, "pipeline", root.key_span, root.value.span);
    let wide = root.value.get("environment").map_or(&[][..], Node::entries);
    for entry in wide {
        if entry.value.get("credentials").is_some() {
            job.on("credential_for_every_stage", job::whole(entry), estate);
        }
    }
    let mut names = bound(&root.value);
    walk(&job, &root.value, &mut names, DEPTH, estate);
    job.declare(estate);
}

/// `shared@main`: a branch changes under one's feet; without a version the controller decides.
fn library(file: &Declaration, item: &Node, estate: &mut Estate) {
    let Some(text) = item.as_str() else { return };
    let mutable = match text.split_once('@') {
        None => Fact::Unknown(Some(item.span)),
        Some((_, version)) => {
            let branch = matches!(version, "main" | "master" | "develop" | "trunk" | "HEAD");
            let number = version
                .trim_start_matches('v')
                .starts_with(|c: char| c.is_ascii_digit());
            match (branch, number || is_commit(version)) {
                (true, _) => Fact::Known(true, item.span),
                (false, true) => Fact::Known(false, item.span),
                (false, false) => Fact::Unknown(Some(item.span)),
            }
        }
    };
    job::shared_code(file, PROVIDER, text, mutable, item.span, estate);
}

/// Variables of an `environment` block that hold a credential.
fn bound(node: &Node) -> Vec<CompactString> {
    let entries = node
        .get("environment")
        .map_or(&[][..], Node::entries)
        .iter();
    let held = entries.filter(|entry| entry.value.get("credentials").is_some());
    held.map(|entry| entry.key.clone()).collect()
}

/// Everything in a closure; `names` are the variables that hold a secret there.
fn walk(
    job: &Job<'_>,
    node: &Node,
    names: &mut Vec<CompactString>,
    depth: usize,
    estate: &mut Estate,
) {
    if depth == 0 {
        return;
    }
    for entry in node.entries() {
        let before = names.len();
        match entry.key.as_str() {
            "stage" => {
                stage(job, entry, names, depth, estate);
                continue;
            }
            "withCredentials" => bind(job, &entry.value, names, estate),
            "withAWS" => aws(job, entry, estate),
            "sh" | "bat" | "powershell" | "pwsh" => command(job, entry, names, estate),
            "agent" | "node" => agent(job, entry, estate),
            "input" => approval(job, entry, estate),
            "environment" => names.extend(bound(node)),
            _ => {}
        }
        walk(job, &entry.value, names, depth - 1, estate);
        if entry.key != "environment" {
            names.truncate(before);
        }
    }
}

/// A stage is a job of its own; its name tells what it deploys to.
fn stage(
    job: &Job<'_>,
    entry: &Entry,
    names: &mut Vec<CompactString>,
    depth: usize,
    estate: &mut Estate,
) {
    let name = argument(&entry.value)
        .and_then(Node::as_str)
        .unwrap_or("stage");
    let id = compact_str::format_compact!("pipeline.{name}");
    let mut own = Job::new(
        job.declaration,
        PROVIDER,
        id,
        entry.key_span,
        entry.value.span,
    );
    if let Some(stage) = job::stage_of(name) {
        own.environment = Fact::Known(stage.into(), entry.key_span);
    }
    let before = names.len();
    names.extend(bound(&entry.value));
    walk(&own, &entry.value, names, depth - 1, estate);
    names.truncate(before);
    own.declare(estate);
}

/// The first argument of a call.
fn argument(call: &Node) -> Option<&Node> {
    call.get("()")?.as_list()?.first()
}

/// A named argument of a call.
fn named<'a>(call: &'a Node, name: &str) -> Option<&'a Node> {
    let arguments = call.get("()")?.as_list()?;
    arguments.iter().find_map(|argument| argument.get(name))
}

/// The credentials a `withCredentials` takes, and the variables it binds them to.
fn bind(job: &Job<'_>, call: &Node, names: &mut Vec<CompactString>, estate: &mut Estate) {
    let list = argument(call).and_then(Node::as_list).unwrap_or_default();
    for binding in list {
        // `string(credentialsId: ..., variable: ...)`, or a map with `$class`.
        let inner = binding
            .entries()
            .first()
            .filter(|entry| entry.value.get("()").is_some());
        let inputs = match inner {
            Some(entry) => entry
                .value
                .get("()")
                .and_then(Node::as_list)
                .unwrap_or_default(),
            None => std::slice::from_ref(binding),
        };
        for entry in inputs.iter().flat_map(Node::entries) {
            let key = entry.key.as_str();
            if key == "credentialsId" {
                job.kept("stored_credential", PROVIDER, &entry.value, estate);
            } else if key.to_ascii_lowercase().ends_with("variable")
                && !key.eq_ignore_ascii_case("usernameVariable")
                && let Some(name) = entry.value.as_str()
            {
                names.push(name.into());
            }
        }
    }
}

fn aws(job: &Job<'_>, entry: &Entry, estate: &mut Estate) {
    if let Some(credential) = named(&entry.value, "credentials") {
        job.kept("stored_credential", PROVIDER, credential, estate);
    }
    if let Some(role) = named(&entry.value, "role") {
        let of = match role.as_str().filter(|text| is_plain(text)) {
            Some(text) => Fact::Known(text.into(), role.span),
            None => Fact::Unknown(Some(role.span)),
        };
        job.session("aws", of, "default", role.span, estate);
    }
}

/// A command whose text Groovy fills in: the secret is then part of the command, in its trace and in its process.
fn command(job: &Job<'_>, entry: &Entry, names: &[CompactString], estate: &mut Estate) {
    let script = named(&entry.value, "script").or_else(|| argument(&entry.value));
    let Some(script) = script else { return };
    let Value::Expr(expr) = &script.value else {
        return;
    };
    let Expr::Template(parts) = expr.as_ref() else {
        return;
    };
    let text = parts.first().and_then(Node::as_str).unwrap_or_default();
    let filled = |name: &CompactString| {
        let starts = [
            format!("${{{name}}}"),
            format!("${{env.{name}}}"),
            format!("$env.{name}"),
        ];
        starts.iter().any(|hole| text.contains(hole.as_str())) || bare(text, name)
    };
    if let Some(name) = names.iter().find(|name| filled(name)) {
        let found = job.on("secret_in_build_command", script.span, estate);
        found.text = Fact::Known(name.clone(), script.span);
    }
}

/// `$NAME`, not escaped and not the start of a longer name.
fn bare(text: &str, name: &str) -> bool {
    let hole = format!("${name}");
    text.match_indices(&hole).any(|(at, _)| {
        let next = text[at + hole.len()..].chars().next();
        let longer = next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        !longer && !text[..at].ends_with('\\')
    })
}

/// Work on the controller itself.
fn agent(job: &Job<'_>, entry: &Entry, estate: &mut Estate) {
    let label = entry.value.get("label").and_then(argument);
    let label = label
        .or_else(|| argument(&entry.value))
        .and_then(Node::as_str);
    if matches!(label, Some("built-in" | "master")) {
        job.on("builds_on_controller", entry.key_span, estate);
    }
}

fn approval(job: &Job<'_>, entry: &Entry, estate: &mut Estate) {
    let named =
        named(&entry.value, "submitter").is_some() || entry.value.get("submitter").is_some();
    if !named {
        job.on("anyone_approves", entry.key_span, estate);
    }
}

/// A controller's configuration as code.
fn controller(file: &Declaration, estate: &mut Estate) {
    let mut add = |name: &str, span, text: &str, flag: bool| {
        let found = setting(file, PROVIDER, name, span, estate);
        found.text = Fact::Known(text.into(), span);
        found.flag = Fact::Known(flag, span);
    };
    if let Some(jenkins) = file.body.get("jenkins") {
        if let Some(entry) = jenkins.entry("authorizationStrategy") {
            let word = match entry.value.as_str() {
                Some(word) => Some((CompactString::from(word), entry.value.span)),
                None => {
                    let first = entry.value.entries().first();
                    first.map(|entry| (entry.key.clone(), entry.key_span))
                }
            };
            if let Some((word, span)) = word {
                let open = matches!(word.as_str(), "unsecured" | "loggedInUsersCanDoAnything");
                add("controller_authorization", span, &word, open);
            }
        }
        let realm = jenkins.at(&["securityRealm", "local"]);
        let users = realm
            .and_then(|realm| realm.get("users"))
            .and_then(Node::as_list);
        for user in users.unwrap_or_default() {
            let name = user.get("id").and_then(Node::scalar).unwrap_or_default();
            let written = user
                .get("password")
                .and_then(Node::as_str)
                .is_some_and(is_plain);
            add("local_build_user", user.span, &name, written);
        }
        if let Some(entry) = jenkins.entry("numExecutors") {
            let count = entry.value.as_f64().unwrap_or_default();
            add(
                "builds_on_controller",
                job::whole(entry),
                "numExecutors",
                count > 0.0,
            );
        }
    }
    let domains = file
        .body
        .at(&["credentials", "system", "domainCredentials"]);
    for domain in domains.and_then(Node::as_list).unwrap_or_default() {
        for credential in domain
            .get("credentials")
            .and_then(Node::as_list)
            .unwrap_or_default()
        {
            for kind in credential.entries() {
                stored(file, kind, estate);
            }
        }
    }
}

/// Keys of a credential that hold its secret.
const SECRETS: &[&str] = &[
    "password",
    "secret",
    "secretKey",
    "passphrase",
    "apiToken",
    "privateKey",
];

fn stored(file: &Declaration, kind: &Entry, estate: &mut Estate) {
    let span = kind.key_span;
    let scope = setting(file, PROVIDER, "credential_scope", span, estate);
    scope.of = read::name(kind.value.get("id"));
    scope.text = match read::name(kind.value.get("scope")) {
        Fact::Absent => Fact::Default("GLOBAL".into()),
        fact => fact,
    };
    for entry in kind.value.entries() {
        let secret = SECRETS.contains(&entry.key.as_str());
        if secret && entry.value.as_str().is_some_and(is_plain) {
            let span = job::whole(entry);
            let found = setting(file, PROVIDER, "secret_in_script", span, estate);
            found.flag = Fact::Known(true, span);
        }
    }
}
