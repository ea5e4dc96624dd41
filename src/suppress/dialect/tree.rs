//! Files and configurations of other tools in YAML and JSON: which of their keys hold exceptions.

use super::entry::{Entry, fields, items, place};
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
    for (id, paths) in fields(value.get("ignore")) {
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
    found.extend(lists("snyk", value, &["/exclude/global", "/exclude/code"]));
    found
}

/// What the lists at some pointers hold: of items, or of one text with commas.
fn lists(tool: &'static str, value: &Value, pointers: &[&str]) -> Vec<Entry> {
    let lists = pointers.iter().map(|pointer| value.pointer(pointer));
    let rules = lists.flat_map(|found| {
        let single = found.and_then(Value::as_str).map(list).unwrap_or_default();
        let many = items(found).filter_map(Value::as_str).map(str::to_owned);
        single.into_iter().chain(many)
    });
    rules
        .map(|rule| Entry::new(tool, "config", &rule))
        .collect()
}

pub(super) fn checkov(value: &Value) -> Vec<Entry> {
    lists("checkov", value, &["/skip-check", "/skip-path"])
}

pub(super) fn hadolint(value: &Value) -> Vec<Entry> {
    lists("hadolint", value, &["/ignored"])
}

pub(super) fn kube_linter(value: &Value) -> Vec<Entry> {
    let pointers = ["/checks/exclude", "/checks/ignorePaths"];
    lists("kube-linter", value, &pointers)
}

pub(super) fn tfsec(value: &Value) -> Vec<Entry> {
    lists("tfsec", value, &["/exclude"])
}

/// JSON reads as YAML does.
pub(super) fn kics(value: &Value) -> Vec<Entry> {
    let pointers = [
        "/exclude-queries",
        "/exclude-categories",
        "/exclude-severities",
        "/exclude-paths",
        "/exclude-results",
    ];
    lists("kics", value, &pointers)
}

pub(super) fn zizmor(value: &Value) -> Vec<Entry> {
    let mut found = Vec::new();
    for (rule, terms) in fields(value.get("rules")) {
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
