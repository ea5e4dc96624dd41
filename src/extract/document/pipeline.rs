//! Files of CI systems, each one declaration: GitHub workflows and actions, GitLab, Azure, CircleCI, Bitbucket, Buildkite,
//! Drone and Woodpecker, Jenkins.

use super::{Source, is_map, is_yaml};
use crate::format::{Declaration, Node};

/// Takes a root that is a pipeline.
pub(super) fn read(source: &Source<'_>) -> Option<Vec<Declaration>> {
    if !is_map(source.root) || source.has("apiVersion") {
        return None;
    }
    if source.document.format == "groovy" {
        return Some(source.whole("jenkins", "pipeline"));
    }
    let (language, kind) = github(source)
        .or_else(|| by_path(source))
        .or_else(|| by_shape(source))?;
    let mut declared = source.whole(language, kind);
    if language == "github-actions" {
        // What a workflow asks for is explained beside it.
        declared[0].scope.remarks = source.document.remarks.clone();
    }
    Some(declared)
}

fn github(source: &Source<'_>) -> Option<(&'static str, &'static str)> {
    let (file, path) = (source.file(), source.slashed());
    if !is_yaml(source) {
        return None;
    }
    if let Some((_, below)) = path.rsplit_once("/.github/workflows/") {
        // The forge reads no folder below this one.
        let runs = !below.contains('/') && source.has("jobs");
        return runs.then_some(("github-actions", "workflow"));
    }
    let runs = source.root.get("runs").and_then(|runs| runs.get("using"));
    if runs.is_some() && matches!(file.as_str(), "action.yml" | "action.yaml") {
        return Some(("github-actions", "action"));
    }
    let job = |job: &Node| job.get("runs-on").is_some() || job.get("uses").is_some();
    let jobs = source.root.get("jobs").filter(|jobs| is_map(jobs))?;
    (source.has("on") && jobs.entries().iter().any(|entry| job(&entry.value)))
        .then_some(("github-actions", "workflow"))
}

fn by_path(source: &Source<'_>) -> Option<(&'static str, &'static str)> {
    let (file, path) = (source.file(), source.slashed().to_ascii_lowercase());
    if !is_yaml(source) {
        return None;
    }
    let stem = file.trim_end_matches(".yaml").trim_end_matches(".yml");
    let found = if stem.ends_with(".gitlab-ci") || path.contains("/.gitlab/ci/") {
        ("gitlab-ci", "pipeline")
    } else if path.contains("/.circleci/") {
        ("circleci", "pipeline")
    } else if stem == "bitbucket-pipelines" {
        ("bitbucket", "pipeline")
    } else if stem.starts_with("azure-pipelines")
        || stem.starts_with("azure_pipelines")
        || path.contains("/.azure-pipelines/")
        || path.contains("/.azuredevops/")
    {
        ("azure-pipelines", "pipeline")
    } else if path.contains("/.buildkite/") && source.has("steps") {
        ("buildkite", "pipeline")
    } else if drone(source, stem, &path) {
        ("drone", "pipeline")
    } else if jenkins(source, stem) {
        ("jenkins", "configuration")
    } else {
        return None;
    };
    Some(found)
}

/// `.drone.yml` with a pipeline in it, or a file of Woodpecker.
fn drone(source: &Source<'_>, stem: &str, path: &str) -> bool {
    let steps = source.has("steps") || source.has("pipeline");
    let kind = source.root.get("kind").and_then(Node::as_str);
    let drone = stem == ".drone" && kind == Some("pipeline");
    let woodpecker = stem == ".woodpecker" || path.contains("/.woodpecker/");
    steps && (drone || woodpecker)
}

/// A controller's configuration as code: known by its name or by what only it has.
fn jenkins(source: &Source<'_>, stem: &str) -> bool {
    let own = source.root.get("jenkins").filter(|node| is_map(node));
    let known = [
        "securityRealm",
        "authorizationStrategy",
        "numExecutors",
        "systemMessage",
    ];
    let shaped = own.is_some_and(|node| known.iter().any(|key| node.get(key).is_some()));
    let stored = source
        .root
        .at(&["credentials", "system", "domainCredentials"]);
    shaped || stored.is_some() || (stem == "jenkins" && own.is_some())
}

fn by_shape(source: &Source<'_>) -> Option<(&'static str, &'static str)> {
    let map = |key: &str| source.root.get(key).is_some_and(is_map);
    if !is_yaml(source) {
        return None;
    }
    if map("jobs") && map("workflows") && source.has("version") {
        return Some(("circleci", "pipeline"));
    }
    if map("pipelines") {
        let kinds = ["default", "branches", "pull-requests", "custom", "tags"];
        let pipelines = source.root.get("pipelines")?;
        return kinds
            .iter()
            .any(|kind| pipelines.get(kind).is_some())
            .then_some(("bitbucket", "pipeline"));
    }
    if azure(source.root) {
        return Some(("azure-pipelines", "pipeline"));
    }
    let job = |node: &Node| {
        is_map(node)
            && node.get("script").is_some()
            && GITLAB.iter().any(|key| node.get(key).is_some())
    };
    // A template that others include holds jobs that say little; its folder then tells what it is.
    let folder = source.slashed().to_ascii_lowercase();
    let folder = ["/ci/", "/.ci/", "/.gitlab/", "/gitlab-ci/", "/gitlab/"]
        .iter()
        .any(|part| folder.contains(part));
    let bare = |node: &Node| folder && is_map(node) && node.get("script").is_some();
    let mut values = source.root.entries().iter().map(|entry| &entry.value);
    values
        .any(|node| job(node) || bare(node))
        .then_some(("gitlab-ci", "pipeline"))
}

/// Keys that beside `script` make a job of GitLab.
const GITLAB: &[&str] = &[
    "stage",
    "rules",
    "only",
    "image",
    "id_tokens",
    "needs",
    "before_script",
    "after_script",
    "extends",
    "artifacts",
    "tags",
    "environment",
];

/// Azure's lists of stages, jobs and steps hold maps that begin with one of a few words.
fn azure(root: &Node) -> bool {
    const FIRST: &[&str] = &[
        "task",
        "script",
        "bash",
        "pwsh",
        "powershell",
        "checkout",
        "job",
        "deployment",
        "stage",
        "template",
    ];
    const BESIDE: &[&str] = &[
        "trigger",
        "pr",
        "pool",
        "parameters",
        "variables",
        "resources",
        "schedules",
    ];
    let lists = ["stages", "jobs", "steps"];
    let first = |node: &Node| {
        node.entries()
            .first()
            .is_some_and(|entry| FIRST.contains(&entry.key.as_str()))
    };
    BESIDE.iter().any(|key| root.get(key).is_some())
        && lists
            .iter()
            .filter_map(|key| root.get(key)?.as_list())
            .any(|items| items.iter().any(first))
}
