//! Files and configurations of other tools in YAML and JSON: which of their keys hold exceptions.

use super::file::{Entry, items, place};
use super::{day, list};
use crate::finding::Exception;
use serde_json::Value;

/// Reads YAML and finds the line of each entry by its text, in the order of the file.
pub(super) fn read(path: &str, text: &str, entries: fn(&Value) -> Vec<Entry>) -> Vec<Exception> {
    let options = serde_saphyr::options! { with_snippet: false };
    let read: Result<Value, _> = serde_saphyr::from_str_with_options(text, options);
    let Ok(value) = read else {
        return Vec::new();
    };
    place(path, text, entries(&value))
}

fn text(value: &Value, key: &str) -> String {
    value
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim()
        .to_owned()
}

pub(super) fn trivy(value: &Value) -> Vec<Entry> {
    [
        "vulnerabilities",
        "misconfigurations",
        "secrets",
        "licenses",
    ]
    .iter()
    .flat_map(|kind| items(value.get(kind)))
    .filter_map(|item| {
        let mut entry = Entry::new("trivy", "file", item.get("id")?.as_str()?);
        entry.reason = text(item, "statement");
        entry.until = day(&text(item, "expired_at"));
        Some(entry)
    })
    .collect()
}

pub(super) fn snyk(value: &Value) -> Vec<Entry> {
    let mut found = Vec::new();
    for (id, paths) in value
        .get("ignore")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        for (path, terms) in items(Some(paths)).filter_map(Value::as_object).flatten() {
            let mut entry = Entry::new("snyk", "file", id);
            if path != "*" {
                entry.rules.push(path.clone());
            }
            entry.reason = text(terms, "reason");
            entry.until = day(&text(terms, "expires"));
            found.push(entry);
        }
    }
    for paths in ["/exclude/global", "/exclude/code"] {
        found.extend(strings("snyk", value.pointer(paths)));
    }
    found
}

fn strings(tool: &'static str, value: Option<&Value>) -> Vec<Entry> {
    let single = value.and_then(Value::as_str).map(list).unwrap_or_default();
    let many = items(value).filter_map(Value::as_str).map(str::to_owned);
    let all = single.into_iter().chain(many);
    all.map(|rule| Entry::new(tool, "config", &rule)).collect()
}

pub(super) fn checkov(value: &Value) -> Vec<Entry> {
    let mut found = strings("checkov", value.get("skip-check"));
    found.extend(strings("checkov", value.get("skip-path")));
    found
}

pub(super) fn hadolint(value: &Value) -> Vec<Entry> {
    strings("hadolint", value.get("ignored"))
}

pub(super) fn kube_linter(value: &Value) -> Vec<Entry> {
    let mut found = strings("kube-linter", value.pointer("/checks/exclude"));
    found.extend(strings("kube-linter", value.pointer("/checks/ignorePaths")));
    found
}

pub(super) fn tfsec(value: &Value) -> Vec<Entry> {
    strings("tfsec", value.get("exclude"))
}

/// JSON reads as YAML does.
pub(super) fn kics(value: &Value) -> Vec<Entry> {
    let keys = ["queries", "categories", "severities", "paths", "results"];
    keys.iter()
        .flat_map(|what| strings("kics", value.get(format!("exclude-{what}"))))
        .collect()
}

pub(super) fn zizmor(value: &Value) -> Vec<Entry> {
    let mut found = Vec::new();
    for (rule, terms) in value
        .get("rules")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        if terms.get("disable").and_then(Value::as_bool) == Some(true) {
            found.push(Entry::new("zizmor", "config", rule));
        }
        for place in items(terms.get("ignore")).filter_map(Value::as_str) {
            let mut entry = Entry::new("zizmor", "config", place);
            entry.rules = vec![rule.clone(), place.to_owned()];
            found.push(entry);
        }
    }
    found
}
