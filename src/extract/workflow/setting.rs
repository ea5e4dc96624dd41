//! Switches of workflows that decide how their identities are kept: how the token is stated, where it is left behind, and
//! which secrets a job sees at once.

use super::expression::{Expression, Piece, condition, parse, pieces};
use super::graph::{Job, Workflow};
use super::permission::Permissions;
use super::step::Step;
use crate::extract::read;
use crate::format::{Node, Value};
use crate::model::{Estate, Fact, Set, Setting};
use crate::source::Span;
use compact_str::CompactString;

/// Trees deeper than this are not searched for expressions.
const DEPTH: usize = 32;

/// A setting of a job or workflow.
fn setting(address: &CompactString, whole: Span, name: &str, span: Span) -> Setting {
    Setting {
        address: address.clone(),
        span,
        whole,
        language: Fact::given("github-actions"),
        resource: Fact::given("job"),
        provider: Fact::given("github"),
        name: Fact::given(name),
        of: Fact::given(address),
        ..Setting::default()
    }
}

/// Settings of a workflow as a whole: what its token may write in every job.
pub(super) fn workflow(workflow: &Workflow<'_>, estate: &mut Estate) {
    let declaration = workflow.declaration;
    let mut writes = Set::default();
    for scope in workflow.permissions.writes() {
        writes.push(scope.name.clone(), scope.span);
    }
    let all = matches!(workflow.permissions, Permissions::WriteAll(_));
    if workflow.jobs.is_empty() || (writes.items.is_empty() && !all) {
        return;
    }
    let Some(entry) = declaration.body.entry("permissions") else {
        return;
    };
    let mut found = setting(
        &declaration.address,
        declaration.span,
        "workflow_permissions",
        entry.key_span,
    );
    found.resource = Fact::given("workflow");
    found.text = stated(&workflow.permissions);
    found.texts = writes;
    #[expect(clippy::cast_precision_loss, reason = "a file holds few jobs")]
    let jobs = workflow.jobs.len() as f64;
    found.number = Fact::Default(jobs);
    estate.settings.push(found);
}

/// How permissions are stated: `write-all`, `read-all`, `scopes`, `none`; absent where they are not.
fn stated(permissions: &Permissions) -> Fact<CompactString> {
    match permissions.word() {
        None => Fact::Absent,
        Some(("unknown", span)) => Fact::Unknown(Some(span)),
        Some((word, span)) => Fact::Known(word.into(), span),
    }
}

/// Settings of one job.
pub(super) fn job(
    address: &CompactString,
    job: &Job<'_>,
    permissions: &Permissions,
    steps: &[Step<'_>],
    estate: &mut Estate,
) {
    let whole = job.head.to(job.node.span);
    let new = |name: &str, span: Span| setting(address, whole, name, span);
    let mut token = new("token_permissions", job.head);
    token.text = stated(permissions);
    token.texts = permissions.set();
    estate.settings.push(token);
    for step in steps {
        let action = step.action().unwrap_or_default();
        if action == "actions/checkout" {
            let written = step.input("persist-credentials");
            let mut found = new("persist_credentials", step.head());
            found.flag = match read::flag(written.map(|entry| &entry.value)) {
                Fact::Absent => Fact::Default(true),
                fact => fact,
            };
            estate.settings.push(found);
        }
        if action == "actions/create-github-app-token" {
            app_token(step, &new, estate);
        }
    }
    let mut seen = Seen::default();
    look(job.node, DEPTH, &mut seen);
    for step in steps.iter().filter(|step| step.from.is_some()) {
        look(step.node, DEPTH, &mut seen);
    }
    for (name, span) in seen.found {
        let mut found = new(name, span);
        found.flag = Fact::Known(true, span);
        estate.settings.push(found);
    }
}

/// A GitHub App's token: kept after the job, for every repository, with every right of the installation.
fn app_token(step: &Step<'_>, new: &impl Fn(&str, Span) -> Setting, estate: &mut Estate) {
    let kept = step.input("skip-token-revoke");
    if let Some(entry) = kept.filter(|entry| entry.value.as_bool() == Some(true)) {
        let mut found = new("app_token_kept", entry.key_span.to(entry.value.span));
        found.flag = Fact::Known(true, entry.value.span);
        estate.settings.push(found);
    }
    let (owner, repositories) = (step.input("owner"), step.input("repositories"));
    if let (Some(owner), None) = (owner, repositories) {
        let span = owner.key_span.to(owner.value.span);
        let mut found = new("app_token_all_repositories", span);
        found.flag = Fact::Known(true, span);
        estate.settings.push(found);
    }
    let mut scopes = Set::default();
    for entry in step.node.get("with").map_or(&[][..], Node::entries) {
        if let Some(scope) = entry.key.strip_prefix("permission-") {
            scopes.push(scope, entry.key_span);
        }
    }
    let mut found = new("app_token_permissions", step.head());
    found.texts = scopes;
    estate.settings.push(found);
}

/// What expressions in a tree show.
#[derive(Default)]
struct Seen {
    found: Vec<(&'static str, Span)>,
}

fn look(node: &Node, depth: usize, seen: &mut Seen) {
    if depth == 0 {
        return;
    }
    match &node.value {
        Value::String(text) => {
            for piece in pieces(text) {
                if let Piece::Hole { inner, .. } = piece
                    && let Some(expression) = parse(inner)
                {
                    judge(&expression, node.span, seen);
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| look(item, depth - 1, seen)),
        Value::Map(entries) => {
            for entry in entries {
                if entry.key == "if"
                    && let Some(expression) = entry.value.as_str().and_then(condition)
                    && spoofable(&expression)
                {
                    seen.found.push(("bot_actor_check", entry.value.span));
                }
                look(&entry.value, depth - 1, seen);
            }
        }
        _ => {}
    }
}

/// All secrets at once, or parts of one that are not masked in logs.
fn judge(expression: &Expression, span: Span, seen: &mut Seen) {
    let is_secrets = |path: &[Option<CompactString>]| {
        path.first()
            .is_some_and(|first| first.as_deref() == Some("secrets"))
    };
    match expression {
        // `secrets`, `secrets[computed]`, `secrets.*`
        Expression::Context(path) if is_secrets(path) => match path.get(1) {
            Some(Some(name)) if name != "*" => {}
            _ => seen.found.push(("all_secrets", span)),
        },
        Expression::Part(inner) => {
            if let Expression::Call(name, arguments) = inner.as_ref()
                && name == "fromjson"
                && matches!(&arguments[..], [Expression::Context(path)] if is_secrets(path))
            {
                seen.found.push(("unredacted_secret", span));
                return;
            }
            judge(inner, span, seen);
        }
        Expression::Call(_, arguments) => arguments.iter().for_each(|a| judge(a, span, seen)),
        Expression::Not(inner) => judge(inner, span, seen),
        Expression::And(left, right)
        | Expression::Or(left, right)
        | Expression::Equal(left, right, _)
        | Expression::Order(left, right) => {
            judge(left, span, seen);
            judge(right, span, seen);
        }
        _ => {}
    }
}

/// Whether a condition lets a bot in by the name of the last actor, which whoever can push to its branch can be.
fn spoofable(expression: &Expression) -> bool {
    let actor = |side: &Expression| {
        matches!(side, Expression::Context(path)
            if matches!(path.as_slice(), [Some(first), Some(second)]
                if first == "github" && (second == "actor" || second == "triggering_actor")))
    };
    let bot = |side: &Expression| matches!(side, Expression::Text(text) if text.ends_with("[bot]"));
    match expression {
        Expression::Equal(left, right, true) => {
            (actor(left) && bot(right)) || (bot(left) && actor(right))
        }
        Expression::And(left, right) | Expression::Or(left, right) => {
            spoofable(left) || spoofable(right)
        }
        _ => false,
    }
}
