//! Files that hold nothing but exceptions, and the parts of configuration files that do.

use super::{day, list, reason};
use crate::finding::{Exception, ExceptionReach as Reach};
use memchr::memmem;
use serde_json::Value;

/// Largest file that is read as a whole, and the most entries taken from it.
const LARGEST: usize = 32 << 20;
const MOST: usize = 100_000;

/// The entries of a file by its name; none for other files.
pub(super) fn read(path: &str, bytes: &[u8]) -> Vec<Exception> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if bytes.len() > LARGEST {
        return Vec::new();
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Vec::new();
    };
    let mut found = match name {
        ".trivyignore" => lines("trivy", path, text, Reach::Repository),
        ".gitleaksignore" => lines("gitleaks", path, text, Reach::Finding),
        ".betterleaksignore" => lines("betterleaks", path, text, Reach::Finding),
        ".semgrepignore" => lines("semgrep", path, text, Reach::Repository),
        ".trivyignore.yaml" | ".trivyignore.yml" => tree(path, text, trivy),
        ".snyk" => tree(path, text, snyk),
        ".checkov.yaml" | ".checkov.yml" => tree(path, text, checkov),
        ".hadolint.yaml" | ".hadolint.yml" => tree(path, text, hadolint),
        "zizmor.yml" | "zizmor.yaml" | ".zizmor.yml" | ".zizmor.yaml" => tree(path, text, zizmor),
        ".kube-linter.yaml" | ".kube-linter.yml" => tree(path, text, kube_linter),
        "config.yml" | "config.yaml" if path.contains(".tfsec/") => tree(path, text, tfsec),
        ".tfsec.yml" | ".tfsec.yaml" => tree(path, text, tfsec),
        "config.json" if path.contains(".tfsec/") => tree(path, text, tfsec),
        "kics.config" | ".kics.yaml" | ".kics.yml" => tree(path, text, kics),
        ".secrets.baseline" => baseline(path, text),
        ".gitleaks.toml" => allowlists("gitleaks", path, text),
        ".betterleaks.toml" => allowlists("betterleaks", path, text),
        _ => Vec::new(),
    };
    found.truncate(MOST);
    found
}

/// One entry a line; a comment above or beside is its reason, `exp:DATE` its end.
fn lines(tool: &'static str, path: &str, text: &str, reach: Reach) -> Vec<Exception> {
    let (mut found, mut above) = (Vec::new(), String::new());
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() {
            above.clear();
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            above = reason(comment);
            continue;
        }
        let (entry, beside) = line.split_once(" #").unwrap_or((line, ""));
        let mut words = entry.split_whitespace();
        let mut exception = Exception::new(tool, "file", path, number);
        exception.rules = words.next().map(str::to_owned).into_iter().collect();
        exception.until = words.find_map(|word| day(word.strip_prefix("exp:")?));
        exception.reason = match beside {
            "" => above.clone(),
            beside => reason(beside),
        };
        exception.reach = reach;
        found.push(exception);
    }
    found
}

/// An entry of a tree, and the text that tells its line.
struct Entry {
    tool: &'static str,
    anchor: String,
    rules: Vec<String>,
    reason: String,
    until: Option<crate::model::Date>,
    form: &'static str,
}

impl Entry {
    fn new(tool: &'static str, form: &'static str, rule: &str) -> Self {
        Self {
            tool,
            form,
            anchor: rule.to_owned(),
            rules: vec![rule.to_owned()],
            reason: String::new(),
            until: None,
        }
    }
}

/// Reads YAML and finds the line of each entry by its text, in the order of the file.
fn tree(path: &str, text: &str, entries: fn(&Value) -> Vec<Entry>) -> Vec<Exception> {
    let options = serde_saphyr::options! { with_snippet: false };
    let read: Result<Value, _> = serde_saphyr::from_str_with_options(text, options);
    let Ok(value) = read else {
        return Vec::new();
    };
    place(path, text, entries(&value))
}

fn place(path: &str, text: &str, entries: Vec<Entry>) -> Vec<Exception> {
    let mut at = 0;
    let index = crate::source::LineIndex::new(text.as_bytes());
    entries
        .into_iter()
        .map(|entry| {
            let from = |start: usize| {
                let rest = text.as_bytes().get(start..)?;
                memmem::find(rest, entry.anchor.as_bytes()).map(|found| start + found)
            };
            let found = from(at).or_else(|| from(0)).unwrap_or(0);
            at = found + entry.anchor.len();
            let mut exception = Exception::new(entry.tool, entry.form, path, index.number(found));
            exception.rules = entry.rules;
            exception.reason = entry.reason;
            exception.until = entry.until;
            exception.reach = Reach::Repository;
            exception
        })
        .collect()
}

fn text(value: &Value, key: &str) -> String {
    value
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn trivy(value: &Value) -> Vec<Entry> {
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

fn snyk(value: &Value) -> Vec<Entry> {
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

fn checkov(value: &Value) -> Vec<Entry> {
    let mut found = strings("checkov", value.get("skip-check"));
    found.extend(strings("checkov", value.get("skip-path")));
    found
}

fn hadolint(value: &Value) -> Vec<Entry> {
    strings("hadolint", value.get("ignored"))
}

fn kube_linter(value: &Value) -> Vec<Entry> {
    let mut found = strings("kube-linter", value.pointer("/checks/exclude"));
    found.extend(strings("kube-linter", value.pointer("/checks/ignorePaths")));
    found
}

fn tfsec(value: &Value) -> Vec<Entry> {
    strings("tfsec", value.get("exclude"))
}

/// JSON reads as YAML does.
fn kics(value: &Value) -> Vec<Entry> {
    let keys = ["queries", "categories", "severities", "paths", "results"];
    keys.iter()
        .flat_map(|what| strings("kics", value.get(format!("exclude-{what}"))))
        .collect()
}

fn zizmor(value: &Value) -> Vec<Entry> {
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

/// The baseline of detect-secrets: what was found and let be. Its hashes are not repeated.
fn baseline(path: &str, text: &str) -> Vec<Exception> {
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let mut entries = Vec::new();
    for (file, secrets) in value
        .get("results")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        for secret in items(Some(secrets)) {
            let kind = secret
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or("secret");
            let mut entry = Entry::new("detect-secrets", "baseline", kind);
            if let Some(hash) = secret.get("hashed_secret").and_then(Value::as_str) {
                entry.anchor = hash.to_owned();
            }
            let line = secret
                .get("line_number")
                .and_then(Value::as_u64)
                .unwrap_or(0);
            entry.rules.push(format!("{file}:{line}"));
            if secret.get("is_secret").and_then(Value::as_bool) == Some(false) {
                "audited: no secret".clone_into(&mut entry.reason);
            }
            entries.push(entry);
        }
    }
    place(path, text, entries)
}

/// Allowlists of gitleaks, global and of rules.
fn allowlists(tool: &'static str, path: &str, text: &str) -> Vec<Exception> {
    let Ok(document) = text.parse::<toml_edit::DocumentMut>() else {
        return Vec::new();
    };
    let mut entries = Vec::new();
    let tables = |item: Option<&toml_edit::Item>| -> Vec<toml_edit::Table> {
        match item {
            Some(toml_edit::Item::Table(table)) => vec![table.clone()],
            Some(toml_edit::Item::ArrayOfTables(tables)) => tables.iter().cloned().collect(),
            _ => Vec::new(),
        }
    };
    let mut of = |holder: &toml_edit::Table, rule: &str| {
        for table in ["allowlist", "allowlists"]
            .iter()
            .flat_map(|key| tables(holder.get(key)))
        {
            let why = table.get("description").and_then(|item| item.as_str());
            for key in ["paths", "regexes", "commits", "stopwords"] {
                let values = table.get(key).and_then(|item| item.as_array());
                for value in values
                    .into_iter()
                    .flatten()
                    .filter_map(|value| value.as_str())
                {
                    let mut entry = Entry::new(tool, "config", value);
                    // An expression or a word may be the value that is let pass: it is not repeated.
                    match key {
                        "regexes" => entry.rules = vec!["an expression".to_owned()],
                        "stopwords" => entry.rules = vec!["a word".to_owned()],
                        _ => {}
                    }
                    if !rule.is_empty() {
                        entry.rules.insert(0, rule.to_owned());
                    }
                    why.unwrap_or_default().clone_into(&mut entry.reason);
                    entries.push(entry);
                }
            }
        }
    };
    of(document.as_table(), "");
    for rule in tables(document.get("rules")) {
        let id = rule
            .get("id")
            .and_then(|item| item.as_str())
            .unwrap_or("a rule");
        of(&rule, id);
    }
    place(path, text, entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(path: &str, text: &str) -> Vec<(u32, String, String, String)> {
        read(path, text.as_bytes())
            .into_iter()
            .map(|one| {
                let until = one.until.map(|day| day.to_string()).unwrap_or_default();
                (one.line, one.rules.join(" "), one.reason, until)
            })
            .collect()
    }

    fn row(line: u32, rules: &str, reason: &str, until: &str) -> (u32, String, String, String) {
        (line, rules.into(), reason.into(), until.into())
    }

    #[test]
    fn lists_are_read_line_by_line() {
        let text =
            "# waits for Debian\nCVE-2020-1 exp:2024-01-02\n\nAVD-AWS-0001 # public on purpose\n";
        assert_eq!(
            all("a/.trivyignore", text),
            [
                row(2, "CVE-2020-1", "waits for Debian", "2024-01-02"),
                row(4, "AVD-AWS-0001", "public on purpose", "")
            ]
        );
        let text = "abc:src/a.py:generic-api-key:3\n";
        assert_eq!(
            all(".gitleaksignore", text),
            [row(1, "abc:src/a.py:generic-api-key:3", "", "")]
        );
    }

    #[test]
    fn trees_are_read_with_their_lines() {
        let text = "vulnerabilities:\n  - id: CVE-1\n  - id: CVE-2\n    expired_at: 2024-08-20\n    statement: review it\n";
        assert_eq!(
            all(".trivyignore.yaml", text),
            [
                row(2, "CVE-1", "", ""),
                row(3, "CVE-2", "review it", "2024-08-20")
            ]
        );
        let text = "version: v1.25.0\nignore:\n  SNYK-JS-1:\n    - '*':\n        reason: no fix\n        expires: 2025-01-02T00:00:00.000Z\n";
        assert_eq!(
            all(".snyk", text),
            [row(3, "SNYK-JS-1", "no fix", "2025-01-02")]
        );
        let text = "rules:\n  artipacked:\n    ignore:\n      - ci.yml:10\n  unpinned-uses:\n    disable: true\n";
        assert_eq!(
            all(".github/zizmor.yml", text),
            [
                row(4, "artipacked ci.yml:10", "", ""),
                row(5, "unpinned-uses", "", "")
            ]
        );
        let text = "skip-check:\n  - CKV_1\n  - CKV_2\n";
        assert_eq!(
            all(".checkov.yaml", text),
            [row(2, "CKV_1", "", ""), row(3, "CKV_2", "", "")]
        );
    }

    #[test]
    fn excluded_checks_of_configurations_are_read() {
        for (path, text, rules) in [
            (".tfsec/config.yml", "exclude:\n  - AWS003\n", "AWS003"),
            (
                "a/.tfsec/config.json",
                "{\n\"exclude\": [\"AWS003\"]}",
                "AWS003",
            ),
            ("kics.config", "{\n\"exclude-queries\": \"a1\"}", "a1"),
            (".kics.yaml", "---\nexclude-paths: [vendor]\n", "vendor"),
            (
                ".kube-linter.yaml",
                "checks:\n  ignorePaths: [old/**]\n",
                "old/**",
            ),
            (".snyk", "exclude:\n  global: [test/**]\n", "test/**"),
        ] {
            assert_eq!(all(path, text), [row(2, rules, "", "")], "{path}");
        }
        assert_eq!(all("config.yml", "exclude: [a]\n"), []);
    }

    #[test]
    fn baselines_and_allowlists_are_read() {
        let text = "{\"results\": {\"a.py\": [\n{\"type\": \"Secret Keyword\", \"hashed_secret\": \"0a1b\", \"is_secret\": false, \"line_number\": 7}]}}";
        assert_eq!(
            all(".secrets.baseline", text),
            [row(2, "Secret Keyword a.py:7", "audited: no secret", "")]
        );
        let text = "[allowlist]\ndescription = \"samples\"\npaths = ['''docs/.*''']\n[[rules]]\nid = \"r\"\n[[rules.allowlists]]\nregexes = ['x+']\n";
        assert_eq!(
            all(".gitleaks.toml", text),
            [
                row(3, "docs/.*", "samples", ""),
                row(7, "r an expression", "", "")
            ]
        );
    }

    #[test]
    fn broken_files_are_none() {
        for (path, text) in [
            (".snyk", "ignore: ["),
            (".secrets.baseline", "{"),
            (".gitleaks.toml", "a = ["),
            (".snyk", "- a\n"),
        ] {
            assert_eq!(all(path, text), [], "{path}");
        }
    }
}
