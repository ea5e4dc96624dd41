//! Files that say who answers for what, and what keeps dependencies fresh: Backstage entities, OWNERS, account files,
//! Dependabot, Renovate, what a forge asks of changes.

use super::{Source, is_map};
use crate::format::{Declaration, Node};
use crate::judge::owner::names_owner;
use crate::source::folder::file_name;

/// Takes a root that is one of them.
pub(super) fn read(source: &Source<'_>) -> Option<Vec<Declaration>> {
    if source.document.format == "codeowners" {
        let kind = match source.file().as_str() {
            "codeowners" => "codeowners",
            file if file.starts_with("maintainers") => "maintainers",
            _ => "owners",
        };
        return Some(source.whole("codeowners", kind));
    }
    if file_name(source.path()) == "OWNERS" {
        return Some(source.whole("codeowners", "owners"));
    }
    entity(source)
        .or_else(|| updater(source))
        .or_else(|| forge(source))
        .or_else(|| account(source))
}

/// What a forge asks of changes, kept as a file: a ruleset as it exports one, or the settings file of an app that applies it.
fn forge(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let path = source.slashed();
    let settings = ["/.github/settings.yml", "/.github/settings.yaml"];
    if settings.iter().any(|end| path.ends_with(end)) && is_map(source.root) {
        return Some(source.whole("forge", "repository-settings"));
    }
    let text = |key: &str| source.root.get(key).and_then(Node::as_str);
    let known = matches!(
        text("enforcement"),
        Some("active" | "disabled" | "evaluate")
    );
    let typed = |rule: &Node| rule.get("type").is_some();
    let rules = source.root.get("rules").and_then(Node::as_list)?;
    let ruleset = known && text("target").is_some() && rules.iter().all(typed);
    ruleset.then(|| source.whole("forge", "ruleset"))
}

fn entity(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let api = source.root.get("apiVersion")?.as_str()?;
    let kind = source.root.get("kind")?.as_str()?;
    if !api.starts_with("backstage.io/") {
        return None;
    }
    let mut declared = source.whole("backstage", kind);
    if let Some(name) = source.root.at(&["metadata", "name"])
        && let Some(text) = name.as_str()
    {
        declared[0].name = text.into();
        declared[0].head = name.span;
    }
    Some(declared)
}

fn updater(source: &Source<'_>) -> Option<Vec<Declaration>> {
    let (file, path) = (source.file(), source.slashed());
    let named = matches!(file.as_str(), "dependabot.yml" | "dependabot.yaml");
    if (named || path.contains("/.github/dependabot.")) && source.has("updates") {
        return Some(source.whole("dependabot", "config"));
    }
    let stem = file.trim_start_matches('.');
    let renovate = matches!(
        stem,
        "renovate.json" | "renovate.json5" | "renovaterc" | "renovaterc.json"
    );
    (renovate && is_map(source.root)).then(|| source.whole("renovate", "config"))
}

/// An account or project file: a map with a `tags` map that names an owner, outside every other language.
fn account(source: &Source<'_>) -> Option<Vec<Declaration>> {
    if !matches!(source.document.format, "json" | "yaml") {
        return None;
    }
    if source.has("apiVersion") || source.has("Resources") || source.has("resources") {
        return None;
    }
    let tags = source.root.get("tags").filter(|tags| is_map(tags))?;
    tags.entries()
        .iter()
        .any(|entry| names_owner(&entry.key))
        .then(|| {
            let mut declared = source.whole("account", "account");
            let name = file_name(source.path());
            declared[0].name = name.split('.').next().unwrap_or(name).into();
            declared
        })
}
