//! Says what the configuration of updating bots means: whose code they run beside the credentials they hold, and what they
//! merge without anybody looking.
//!
//! <https://docs.github.com/en/code-security/dependabot/working-with-dependabot/dependabot-options-reference>,
//! <https://docs.renovatebot.com/key-concepts/automerge/>

use super::read;
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact, Set, Setting};

/// Adds the settings of Dependabot's and Renovate's configuration.
pub(super) fn facts(declarations: &[Declaration], estate: &mut Estate) {
    let all = declarations.iter();
    for declaration in all.filter(|declaration| declaration.language == "dependabot") {
        let updates = declaration.body.get("updates").and_then(Node::as_list);
        for update in updates.unwrap_or_default() {
            estate.settings.extend(runs_code(declaration, update));
        }
    }
    let all = declarations.iter();
    for declaration in all.filter(|declaration| declaration.language == "renovate") {
        merges(declaration, &declaration.body, true, estate);
        let rules = declaration.body.get("packageRules").and_then(Node::as_list);
        for rule in rules.unwrap_or_default() {
            merges(declaration, rule, false, estate);
        }
    }
}

/// Managers whose updates change what pipelines and deployments run with their own identity.
const PRIVILEGED: &[&str] = &[
    "github-actions",
    "gitlabci",
    "gitlabci-include",
    "azure-pipelines",
    "circleci",
    "buildkite",
    "bitbucket-pipelines",
    "jenkins",
    "terraform",
    "terragrunt",
    "argocd",
    "flux",
    "helmv3",
    "helm-values",
    "helmfile",
    "kubernetes",
    "kustomize",
];

/// `automerge: true` at the top or in a rule: `texts` are the privileged managers it is for, empty for all; `text` is
/// `any` where no kind of update is left out.
fn merges(declaration: &Declaration, node: &Node, top: bool, estate: &mut Estate) {
    let Some(entry) = node.entry("automerge") else {
        return;
    };
    if entry.value.as_bool() != Some(true) {
        return;
    }
    let managers = read::texts(node.get("matchManagers"));
    let named = |key: &str| node.get(key).is_some();
    // A rule for certain packages is somebody's decision about them.
    let chosen = [
        "matchPackageNames",
        "matchPackagePatterns",
        "matchDepNames",
        "matchPackagePrefixes",
    ]
    .iter()
    .any(|key| named(key));
    let mut privileged = Set::default();
    for (manager, span) in &managers.items {
        if PRIVILEGED.contains(&manager.as_str()) {
            privileged.push(manager.clone(), *span);
        }
    }
    let elsewhere = named("matchManagers") && privileged.items.is_empty();
    if elsewhere || chosen || named("matchDepTypes") {
        return;
    }
    let kinds = read::texts(node.get("matchUpdateTypes"));
    let any = kinds.items.is_empty() || kinds.contains("major");
    let span = entry.key_span.to(entry.value.span);
    estate.settings.push(Setting {
        address: declaration.address.clone(),
        span,
        whole: node.span,
        language: Fact::given("renovate"),
        resource: Fact::given(if top { "config" } else { "rule" }),
        provider: Fact::given("renovate"),
        name: Fact::given("updates_merged_unseen"),
        of: Fact::given(&declaration.address),
        flag: Fact::Known(true, span),
        text: Fact::Known(if any { "any" } else { "some" }.into(), span),
        texts: privileged,
        ..Setting::default()
    });
}

fn runs_code(declaration: &Declaration, update: &Node) -> Option<Setting> {
    let entry = update.entry("insecure-external-code-execution")?;
    let span = entry.key_span.to(entry.value.span);
    Some(Setting {
        address: declaration.address.clone(),
        span,
        whole: update.span,
        language: Fact::given("dependabot"),
        resource: Fact::given("update"),
        provider: Fact::given("github"),
        name: Fact::given("updater_runs_code"),
        of: read::name(update.get("package-ecosystem")),
        flag: match entry.value.as_str() {
            Some(word) => Fact::Known(word == "allow", span),
            None => Fact::Unknown(Some(span)),
        },
        ..Setting::default()
    })
}
