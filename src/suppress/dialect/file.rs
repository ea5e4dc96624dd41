//! Files that hold nothing but exceptions, and the parts of configuration files that do.

use super::entry::{Entry, fields, items, place};
use super::{day, reason, tree};
use crate::finding::{Exception, ExceptionReach as Reach};
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
        ".trivyignore.yaml" | ".trivyignore.yml" => tree::read(path, text, tree::trivy),
        ".snyk" => tree::read(path, text, tree::snyk),
        ".checkov.yaml" | ".checkov.yml" => tree::read(path, text, tree::checkov),
        ".hadolint.yaml" | ".hadolint.yml" => tree::read(path, text, tree::hadolint),
        "zizmor.yml" | "zizmor.yaml" | ".zizmor.yml" | ".zizmor.yaml" => {
            tree::read(path, text, tree::zizmor)
        }
        ".kube-linter.yaml" | ".kube-linter.yml" => tree::read(path, text, tree::kube_linter),
        "config.yml" | "config.yaml" if path.contains(".tfsec/") => {
            tree::read(path, text, tree::tfsec)
        }
        ".tfsec.yml" | ".tfsec.yaml" => tree::read(path, text, tree::tfsec),
        "config.json" if path.contains(".tfsec/") => tree::read(path, text, tree::tfsec),
        "kics.config" | ".kics.yaml" | ".kics.yml" => tree::read(path, text, tree::kics),
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

/// The baseline of detect-secrets: what was found and let be. Its hashes are not repeated.
fn baseline(path: &str, text: &str) -> Vec<Exception> {
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let mut entries = Vec::new();
    for (file, secrets) in fields(value.get("results")) {
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
