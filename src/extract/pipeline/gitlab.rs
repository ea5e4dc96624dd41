//! GitLab CI: jobs with what they extend, from this file or another of the repository.
//!
//! <https://docs.gitlab.com/ci/yaml/>. Keys of a job come from itself first, then from what it extends, nearest first;
//! `variables` and `id_tokens` are merged. What an `include` from elsewhere brings is unknown.

mod include;
mod store;

use super::environment::{self, Oidc};
use super::job::{self, Job, is_commit, setting};
use super::script;
use crate::extract::read;
use crate::format::{Declaration, Entry, Node, Value};
use crate::model::{Estate, Fact, Set};
use crate::source::Span;
use compact_str::CompactString;
use include::Pipelines;
use rustc_hash::FxHashMap;

/// What extends what extends ... ends here.
const DEPTH: usize = 11;

/// Keys at the top that are no jobs.
const TOP: &[&str] = &[
    "default",
    "include",
    "stages",
    "variables",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "spec",
];

const PROVIDER: &str = "gitlab";

/// Templates and jobs of the run by name; of two with one name the first counts.
type Named<'a> = FxHashMap<&'a str, &'a Node>;

/// Adds what the pipelines of the run mean.
pub(super) fn facts(declarations: &[Declaration], estate: &mut Estate) {
    let files = || {
        declarations
            .iter()
            .filter(|file| file.language == "gitlab-ci")
    };
    let mut named = Named::default();
    for entry in files().flat_map(|file| file.body.entries()) {
        named.entry(&entry.key).or_insert(&entry.value);
    }
    for (file, beside) in Pipelines::new(files().collect()).files() {
        includes(file, estate);
        debug(file, file.body.get("variables"), estate);
        for entry in file.body.entries() {
            let is_job =
                matches!(entry.value.value, Value::Map(_)) && !TOP.contains(&entry.key.as_str());
            if is_job && !entry.key.starts_with('.') {
                let place = Place {
                    file,
                    beside: &beside,
                    named: &named,
                };
                facts_of(&place, entry, estate);
            }
        }
    }
}

/// A job and what it extends, nearest first.
struct Chain<'a> {
    nodes: Vec<&'a Node>,
    /// Whether all it extends is in the run.
    complete: bool,
}

impl<'a> Chain<'a> {
    fn of(file: &'a Declaration, entry: &'a Entry, named: &Named<'a>) -> Self {
        let mut chain = Self {
            nodes: Vec::new(),
            complete: true,
        };
        chain.add(file, &entry.value, named, DEPTH);
        chain
    }

    fn add(&mut self, file: &'a Declaration, node: &'a Node, named: &Named<'a>, depth: usize) {
        self.nodes.push(node);
        let Some(parents) = node.get("extends") else {
            return;
        };
        // The last one wins over those before it.
        for parent in parents.one_or_many().iter().rev() {
            let name = parent.as_str().unwrap_or_default();
            let own = file.body.get(name).or_else(|| named.get(name).copied());
            match own.filter(|_| depth > 0 && self.nodes.len() < 64) {
                Some(own) => self.add(file, own, named, depth - 1),
                None => self.complete = false,
            }
        }
    }

    fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.nodes.iter().find_map(|node| node.entry(key))
    }

    fn get(&self, key: &str) -> Option<&'a Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    fn all(&self, key: &'a str) -> impl Iterator<Item = &'a Node> {
        self.nodes.iter().filter_map(move |node| node.get(key))
    }
}

/// Where a job is written.
struct Place<'a> {
    file: &'a Declaration,
    /// The other files of its pipeline.
    beside: &'a [&'a Declaration],
    named: &'a Named<'a>,
}

impl<'a> Place<'a> {
    /// What a key at the top of the pipeline's files says, nearest first.
    fn top(&self, key: &'a str) -> impl Iterator<Item = &'a Node> {
        let files = std::iter::once(self.file).chain(self.beside.iter().copied());
        files.filter_map(move |file| file.body.get(key))
    }
}

fn facts_of(place: &Place<'_>, entry: &Entry, estate: &mut Estate) {
    let file = place.file;
    let chain = Chain::of(file, entry, place.named);
    let runs = ["script", "run", "trigger", "extends"];
    if !runs.iter().any(|key| chain.get(key).is_some()) {
        return;
    }
    let mut job = Job::new(
        file,
        PROVIDER,
        entry.key.clone(),
        entry.key_span,
        entry.value.span,
    );
    job.environment = environment_of(&chain);
    job.gated = match (&job.environment, chain.complete) {
        (Fact::Absent, true) => Fact::Default(false),
        _ => Fact::Unknown(None),
    };
    let (triggers, starter) = starts(&chain);
    job.triggers = triggers;
    job.starter = starter;
    job.subjects
        .push("project_path:*:ref_type:branch:ref:*", entry.key_span);
    job.subjects
        .push("project_path:*:ref_type:tag:ref:*", entry.key_span);
    job.subjects.complete = true;
    let tokens: Vec<&Entry> = chain.all("id_tokens").flat_map(Node::entries).collect();
    for token in &tokens {
        audience(&job, token, estate);
    }
    for variables in chain.all("variables").chain(place.top("variables")) {
        environment::keys(&job, variables, Oidc::Offered, estate);
        if !tokens.is_empty() {
            environment::roles(&job, variables, estate);
        }
    }
    for node in chain.all("variables") {
        debug_in(node, |span| {
            job.on("debug_trace", span, estate);
        });
    }
    for key in ["before_script", "script", "after_script"] {
        let default = || place.top("default").find_map(|default| default.get(key));
        let own = chain.get(key).or_else(default);
        if let Some(node) = own.or_else(|| place.top(key).next()) {
            script::look(&job, node, estate);
        }
    }
    if let Some(artifacts) = chain.get("artifacts") {
        script::handed_on(&job, artifacts.get("paths"), estate);
        let scripts = ["before_script", "script", "after_script"]
            .iter()
            .filter_map(|key| chain.get(key));
        script::reported(&job, artifacts.at(&["reports", "dotenv"]), scripts, estate);
    }
    store::stores(&job, &chain, !tokens.is_empty(), estate);
    if let Some(entry) = chain.entry("tags") {
        let span = job::whole(entry);
        let found = job.add("self_hosted_runner", span, estate);
        found.text = Fact::Known("tags".into(), span);
        found.flag = Fact::Unknown(Some(span));
    }
    job.declare(estate);
}

fn environment_of(chain: &Chain<'_>) -> Fact<CompactString> {
    match chain.get("environment") {
        Some(node) => match read::name(Some(node.get("name").unwrap_or(node))) {
            Fact::Known(name, span) if name.contains('$') => Fact::Unknown(Some(span)),
            fact => fact,
        },
        None if chain.complete => Fact::Absent,
        None => Fact::Unknown(None),
    }
}

/// The audiences of a job's identity token: `text` is `list` where one token is good for several.
fn audience(job: &Job<'_>, token: &Entry, estate: &mut Estate) {
    let aud = token.value.get("aud");
    let found = job.add("id_token_audience", job::whole(token), estate);
    found.texts = read::texts(aud);
    found.text = Fact::Known(token.key.clone(), token.key_span);
}

/// Events that start a job, and who can cause the weakest of them.
fn starts(chain: &Chain<'_>) -> (Set, Fact<CompactString>) {
    let mut set = Set::default();
    if let Some(rules) = chain.get("rules") {
        for rule in rules.as_list().unwrap_or_default() {
            if rule.get("when").and_then(Node::as_str) == Some("never") {
                continue;
            }
            match rule.get("if").and_then(Node::as_str) {
                Some(text) => set.push(event(text), rule.span),
                None => set.complete = false,
            }
        }
    } else if let Some(only) = chain.get("only") {
        let refs = only.get("refs").unwrap_or(only);
        for (text, span) in read::texts(Some(refs)).items {
            set.push(only_event(&text), span);
        }
    } else if chain.complete {
        let at = chain.nodes[0].span;
        set.push("branch", at);
        set.push("tag", at);
    } else {
        set.complete = false;
    }
    let words: Vec<&str> = set.texts().collect();
    let has = |word: &str| words.contains(&word);
    let starter = if ["merge_request", "branch", "tag"]
        .iter()
        .any(|word| has(word))
    {
        Fact::given("writer")
    } else if !set.complete || has("other") || words.is_empty() {
        Fact::Unknown(None)
    } else if has("main") {
        Fact::given("main")
    } else {
        Fact::given("schedule")
    };
    (set, starter)
}

/// The event that a rule's condition asks for.
fn event(text: &str) -> &'static str {
    let flat: String = text.split_whitespace().collect();
    let main = flat.contains("$CI_COMMIT_BRANCH==$CI_DEFAULT_BRANCH")
        || flat.contains("$CI_COMMIT_REF_NAME==$CI_DEFAULT_BRANCH")
        || flat.contains("$CI_COMMIT_REF_PROTECTED==\"true\"")
        || flat.contains("$CI_COMMIT_BRANCH==\"main\"")
        || flat.contains("$CI_COMMIT_BRANCH==\"master\"");
    if main {
        "main"
    } else if flat.contains("merge_request_event") || flat.contains("$CI_MERGE_REQUEST") {
        "merge_request"
    } else if flat.contains("$CI_COMMIT_TAG") {
        "tag"
    } else if flat.contains("=\"schedule\"") || flat.contains("='schedule'") {
        "schedule"
    } else {
        "other"
    }
}

fn only_event(text: &str) -> &'static str {
    match text {
        "merge_requests" => "merge_request",
        "main" | "master" => "main",
        "tags" => "tag",
        "schedules" => "schedule",
        "branches" => "branch",
        _ => "other",
    }
}

/// Includes whose content may change without a change here.
fn includes(file: &Declaration, estate: &mut Estate) {
    let list = file.body.get("include").map_or(&[][..], Node::one_or_many);
    for include in list {
        let span = include.span;
        if let Some(remote) = include.get("remote").and_then(Node::as_str) {
            let mutable = include.get("integrity").is_none();
            let mutable = Fact::Known(mutable, span);
            job::shared_code(file, PROVIDER, remote, mutable, span, estate);
        } else if let Some(project) = include.get("project").and_then(Node::as_str) {
            let mutable = match include.get("ref").map(Node::scalar) {
                None => Fact::Known(true, span),
                Some(Some(text)) => Fact::Known(!is_commit(&text) && !is_version(&text), span),
                Some(None) => Fact::Unknown(Some(span)),
            };
            job::shared_code(file, PROVIDER, project, mutable, span, estate);
        }
    }
}

/// Whether a ref is named like a release.
fn is_version(text: &str) -> bool {
    let digits = text.trim_start_matches('v');
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.contains('.')
}

fn debug(file: &Declaration, variables: Option<&Node>, estate: &mut Estate) {
    let Some(variables) = variables else { return };
    debug_in(variables, |span| {
        let found = setting(file, PROVIDER, "debug_trace", span, estate);
        found.flag = Fact::Known(true, span);
    });
}

/// Variables that make the runner print all it knows.
fn debug_in(variables: &Node, mut call: impl FnMut(Span)) {
    for entry in variables.entries() {
        let name = matches!(entry.key.as_str(), "CI_DEBUG_TRACE" | "CI_DEBUG_SERVICES");
        let value = entry.value.get("value").unwrap_or(&entry.value);
        if name && value.scalar().as_deref() == Some("true") {
            call(job::whole(entry));
        }
    }
}
