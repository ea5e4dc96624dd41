//! Bitbucket Pipelines: steps, their deployments, pipes and OIDC tokens.
//!
//! <https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/>. Who may deploy to an
//! environment is kept by the repository and unknown.

use super::environment::{self, Oidc};
use super::job::{self, Job, is_plain};
use super::script;
use crate::extract::read;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact};
use compact_str::{CompactString, format_compact};

const PROVIDER: &str = "bitbucket";

/// Stages and parallels in each other end here.
const DEPTH: usize = 8;

/// Adds what a file of pipelines means.
pub(super) fn facts(file: &Declaration, estate: &mut Estate) {
    image(file, file.body.get("image"), estate);
    for kind in file.body.get("pipelines").map_or(&[][..], Node::entries) {
        let named: Vec<(CompactString, &Node)> = match kind.value.as_list() {
            Some(_) => vec![(kind.key.clone(), &kind.value)],
            None => kind
                .value
                .entries()
                .iter()
                .map(|entry| (format_compact!("{}.{}", kind.key, entry.key), &entry.value))
                .collect(),
        };
        for (name, list) in named {
            let mut walk = Walk {
                file,
                kind: &kind.key,
                name,
                count: 0,
            };
            walk.list(list, None, DEPTH, estate);
        }
    }
}

struct Walk<'a> {
    file: &'a Declaration,
    kind: &'a str,
    name: CompactString,
    count: usize,
}

impl<'a> Walk<'a> {
    fn list(&mut self, list: &'a Node, stage: Option<&'a Node>, depth: usize, estate: &mut Estate) {
        let Some(items) = list.as_list().filter(|_| depth > 0) else {
            return;
        };
        for item in items {
            for entry in item.entries() {
                let value = &entry.value;
                match entry.key.as_str() {
                    "step" => self.step(entry.key_span, value, stage, estate),
                    "parallel" => {
                        let steps = value.get("steps").unwrap_or(value);
                        self.list(steps, stage, depth - 1, estate);
                    }
                    "stage" => {
                        if let Some(steps) = value.get("steps") {
                            let deployment = value.get("deployment").or(stage);
                            self.list(steps, deployment, depth - 1, estate);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn step(
        &mut self,
        head: crate::source::Span,
        step: &'a Node,
        stage: Option<&'a Node>,
        estate: &mut Estate,
    ) {
        self.count += 1;
        let name = step.get("name").and_then(Node::scalar);
        let id = match name {
            Some(name) => format_compact!("{}.{name}", self.name),
            None => format_compact!("{}.{}", self.name, self.count),
        };
        let mut job = Job::new(self.file, PROVIDER, id, head, step.span);
        job.environment = match read::name(step.get("deployment").or(stage)) {
            Fact::Known(text, span) if !is_plain(&text) => Fact::Unknown(Some(span)),
            fact => fact,
        };
        job.gated = match job.environment {
            Fact::Absent => Fact::Default(false),
            _ => Fact::Unknown(None),
        };
        let (event, starter) = match self.kind {
            "pull-requests" => ("pull_request", "writer"),
            "branches" => ("push", self.branch()),
            "tags" => ("tag", "writer"),
            "custom" => ("manual", "writer"),
            _ => ("push", "writer"),
        };
        job.triggers.push(event, head);
        job.starter = Fact::given(starter);
        let oidc = step.get("oidc").and_then(Node::as_bool) == Some(true);
        self.inside(&job, step, oidc, estate);
        job.declare(estate);
    }

    fn branch(&self) -> &'static str {
        let name = self.name.trim_start_matches("branches.");
        match name {
            "main" | "master" | "production" | "trunk" => "main",
            _ => "writer",
        }
    }

    fn inside(&self, job: &Job<'_>, step: &Node, oidc: bool, estate: &mut Estate) {
        for key in ["script", "after-script"] {
            let items = step.get(key).and_then(Node::as_list).unwrap_or_default();
            for item in items {
                if let Some(variables) =
                    item.get("variables").filter(|_| item.get("pipe").is_some())
                {
                    environment::keys(job, variables, Oidc::Offered, estate);
                    let role = variables.get("AWS_OIDC_ROLE_ARN");
                    if let Some(role) = role.filter(|_| oidc) {
                        let of = match role.scalar().filter(|text| is_plain(text)) {
                            Some(text) => Fact::Known(text, role.span),
                            None => Fact::Unknown(Some(role.span)),
                        };
                        job.session("aws", of, "oidc", role.span, estate);
                    }
                }
                if let Some(pipe) = item.entry("pipe") {
                    self.pipe(pipe, estate);
                }
                script::look(job, item, estate);
                if oidc && let Some(role) = exported(item) {
                    let of = Fact::Known(role.into(), item.span);
                    job.session("aws", of, "oidc", item.span, estate);
                }
            }
        }
        script::handed_on(job, artifacts(step), estate);
        image(self.file, step.get("image"), estate);
        registry(
            job,
            step.get("image").or(self.file.body.get("image")),
            estate,
        );
        let labels = read::texts(step.get("runs-on"));
        if let Some((_, span)) = labels
            .items
            .iter()
            .find(|(label, _)| label.starts_with("self"))
        {
            let found = job.add("self_hosted_runner", *span, estate);
            found.text = Fact::Known("label".into(), *span);
            found.flag = Fact::Unknown(Some(*span));
        }
    }

    /// A pipe without a version, or with `latest`.
    fn pipe(&self, entry: &crate::format::Entry, estate: &mut Estate) {
        let Some(text) = entry.value.as_str() else {
            return;
        };
        let version = text.rsplit_once(':').map_or("", |(_, version)| version);
        let mutable = version.is_empty() || matches!(version, "latest" | "master" | "main");
        let span = job::whole(entry);
        job::shared_code(
            self.file,
            PROVIDER,
            text,
            Fact::Known(mutable, span),
            span,
            estate,
        );
    }
}

/// `export AWS_ROLE_ARN=arn:...`, by which AWS's own tools become a role.
fn exported(item: &Node) -> Option<&str> {
    let text = item.as_str()?;
    let (_, role) = text.split_once("AWS_ROLE_ARN=")?;
    let role = role.split_whitespace().next()?.trim_matches(['"', '\'']);
    environment::is_role(role).then_some(role)
}

fn artifacts(step: &Node) -> Option<&Node> {
    let artifacts = step.get("artifacts")?;
    Some(artifacts.get("paths").unwrap_or(artifacts))
}

/// The keys by which an image is taken from a registry of AWS, where `oidc-role` needs none. One of the whole file is told once.
/// <https://support.atlassian.com/bitbucket-cloud/docs/docker-image-options/>
fn registry(job: &Job<'_>, image: Option<&Node>, estate: &mut Estate) {
    let aws = image.and_then(|image| image.get("aws"));
    if let Some(entry) = aws.and_then(|aws| aws.entry("access-key")) {
        let span = job::whole(entry);
        job.session("aws", Fact::Unknown(Some(span)), "static_key", span, estate);
    }
}

/// A registry's password that an image writes out.
fn image(file: &Declaration, image: Option<&Node>, estate: &mut Estate) {
    let password = image.and_then(|image| image.entry("password"));
    if let Some(entry) = password.filter(|entry| entry.value.as_str().is_some_and(is_plain)) {
        let span = job::whole(entry);
        let found = job::setting(file, PROVIDER, "container_password", span, estate);
        found.flag = Fact::Known(true, span);
    }
}
