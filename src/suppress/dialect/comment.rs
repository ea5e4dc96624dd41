//! Exceptions in comments and annotations: where the words of a dialect may stand, and which of them only mention it.

use super::notes;
use super::words::DIALECTS;
use crate::finding::{Exception, ExceptionReach as Reach};
use crate::source::LineIndex;
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::OnceLock;

/// Tools that heed their words in files that are prose to others.
const SECRETS: &[&str] = &["gitleaks", "betterleaks", "trufflehog", "detect-secrets"];

/// Exceptions of one file past which none is read.
const MOST: usize = 20_000;

fn finder() -> &'static AhoCorasick {
    static FINDER: OnceLock<AhoCorasick> = OnceLock::new();
    FINDER.get_or_init(|| {
        AhoCorasick::new(DIALECTS.iter().map(|row| row.1)).expect("short literals compile")
    })
}

/// The exceptions in comments and annotations of a file, one a line and tool.
pub(super) fn read(path: &str, bytes: &[u8]) -> Vec<Exception> {
    let mut found: Vec<Exception> = Vec::new();
    let mut lines: Option<LineIndex> = None;
    let mut notes: Option<Vec<Range<usize>>> = None;
    let (in_prose, json) = (is_prose(path), path.ends_with(".json"));
    for hit in finder().find_iter(bytes) {
        let (tool, words, key, read) = DIALECTS[hit.pattern().as_usize()];
        let lines = lines.get_or_insert_with(|| LineIndex::new(bytes));
        let number = lines.number(hit.start());
        let line = lines.line(bytes, number);
        let before = String::from_utf8_lossy(&bytes[line.start..hit.start()]);
        // Scanners of secrets read every text, whatever its syntax.
        let prose = in_prose && !SECRETS.contains(&tool);
        let stands = match key {
            true => is_key(&before),
            false if json => {
                let notes = notes.get_or_insert_with(|| notes::read(path, bytes));
                is_comment(&before, prose) || notes::hold(notes, hit.start())
            }
            false => is_comment(&before, prose),
        };
        if !stands {
            continue;
        }
        let rest = String::from_utf8_lossy(&bytes[hit.end().min(line.end)..line.end]);
        let rest = rest.split("*/").next().unwrap_or_default();
        let rest = rest.split("-->").next().unwrap_or_default();
        let end = if json { rest.find('"') } else { None };
        let rest = &rest[..end.unwrap_or(rest.len())];
        // Several of one tool in one comment stand one after the other.
        let rest = rest.split(words).next().unwrap_or_default();
        let Some(said) = read(rest) else { continue };
        if let Some(last) = found.last_mut()
            && last.line == number
            && last.tool == tool
        {
            last.rules.extend(said.rules);
            last.until = last.until.or(said.until);
            last.reason = match said.reason.as_str() {
                "" => std::mem::take(&mut last.reason),
                _ => said.reason,
            };
            continue;
        }
        if found.len() >= MOST {
            break;
        }
        let form = if key { "annotation" } else { "comment" };
        let mut exception = Exception::new(tool, form, path, number);
        exception.rules = said.rules;
        exception.reason = said.reason;
        exception.until = said.until;
        exception.reach = said.reach.unwrap_or(Reach::Line);
        found.push(exception);
    }
    found
}

/// Formats in which only `<!-- -->` is a comment.
fn is_prose(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    let prose = ["md", "mdx", "markdown", "rst", "adoc", "asciidoc", "txt"];
    // Lists of Python packages have comments of their own.
    let name = path.rsplit('/').next().unwrap_or_default();
    let words = ["requirements", "constraints", "CMakeLists"];
    let listed = words.iter().any(|word| name.starts_with(word)) || path.contains("requirements/");
    !(listed && ending == "txt") && prose.iter().any(|own| ending.eq_ignore_ascii_case(own))
}

/// Whether what precedes on the line opens a comment, outside of quotes, in which little stands before.
fn is_comment(before: &str, prose: bool) -> bool {
    const MARKS: &[&str] = &["#", "//", "/*", "<!--", "--", ";", "%"];
    if prose {
        return before.contains("<!--");
    }
    if before.trim() == "*" {
        return true;
    }
    let last = MARKS.iter().filter_map(|mark| before.rfind(mark)).max();
    let open = |at: &usize| before[..*at].matches('"').count().is_multiple_of(2);
    last.filter(open)
        .is_some_and(|at| !before[at..].contains('`'))
}

/// Whether what follows is the key of a mapping.
fn is_key(before: &str) -> bool {
    before
        .trim()
        .trim_end_matches(['"', '\''])
        .trim_end()
        .chars()
        .next_back()
        .is_none_or(|last| "{,".contains(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(path: &str, line: &str) -> (String, String, String, String) {
        let found = read(path, line.as_bytes());
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        let one = &found[0];
        let until = one.until.map(|day| day.to_string()).unwrap_or_default();
        (
            one.tool.into(),
            one.rules.join(" "),
            one.reason.clone(),
            until,
        )
    }

    /// A line, the tool it speaks to, the rules it names, the reason and the end.
    const LINES: &[(&str, &str, &str, &str, &str)] = &[
        (
            "  #checkov:skip=CKV_AWS_20:the bucket is public",
            "checkov",
            "CKV_AWS_20",
            "the bucket is public",
            "",
        ),
        (
            "# checkov:skip=CKV_AWS_1,CKV_AWS_2: two: of them",
            "checkov",
            "CKV_AWS_1 CKV_AWS_2",
            "two: of them",
            "",
        ),
        (
            "    checkov.io/skip1: CKV_K8S_20=runs as root",
            "checkov",
            "CKV_K8S_20",
            "runs as root",
            "",
        ),
        (
            "#tfsec:ignore:aws-s3-a:exp:2022-01-02 tfsec:ignore:aws-s3-b",
            "tfsec",
            "aws-s3-a aws-s3-b",
            "",
            "2022-01-02",
        ),
        (
            "acl = \"public\" #trivy:ignore:AVD-AWS-0092 a website",
            "trivy",
            "AVD-AWS-0092",
            "a website",
            "",
        ),
        (
            "# kics-scan disable=e592a0c5,0afa6ab8",
            "kics",
            "e592a0c5 0afa6ab8",
            "",
            "",
        ),
        ("# kics-scan ignore-block", "kics", "", "", ""),
        ("key = \"x\" # gitleaks:allow", "gitleaks", "", "", ""),
        (
            "key = \"x\" // betterleaks:allow documentation",
            "betterleaks",
            "",
            "documentation",
            "",
        ),
        (
            "key = 'x'  # pragma: allowlist secret",
            "detect-secrets",
            "",
            "",
            "",
        ),
        (
            "/* pragma: whitelist nextline secret */",
            "detect-secrets",
            "",
            "",
            "",
        ),
        (
            "  - uses: a/b@v1 # zizmor: ignore[unpinned-uses,artipacked] pinned by policy",
            "zizmor",
            "unpinned-uses artipacked",
            "pinned by policy",
            "",
        ),
        (
            "eval(x) # nosemgrep: python.eval, other.rule",
            "semgrep",
            "python.eval other.rule",
            "",
            "",
        ),
        ("eval(x) // nosemgrep", "semgrep", "", "", ""),
        ("eval(x) # nosem: a.b", "semgrep", "a.b", "", ""),
        (
            "# tflint-ignore-file: aws_a, aws_b",
            "tflint",
            "aws_a aws_b",
            "",
            "",
        ),
        (
            "var a = 1 //nolint:errcheck,gosec // a name, no secret",
            "bandit or gosec",
            "gosec",
            "a name, no secret",
            "",
        ),
        (
            "  { a: b, ignore-check.kube-linter.io/run-as-non-root: \"needs root\" } }",
            "kube-linter",
            "run-as-non-root",
            "needs root",
            "",
        ),
        (
            "    ignore-check.kube-linter.io/run-as-non-root: \"needs root\"",
            "kube-linter",
            "run-as-non-root",
            "needs root",
            "",
        ),
        (
            "    \"kube-linter.io/ignore-all\": legacy",
            "kube-linter",
            "",
            "legacy",
            "",
        ),
        (
            "# hadolint ignore=DL3006,SC1035",
            "hadolint",
            "DL3006 SC1035",
            "",
            "",
        ),
        (
            "# hadolint global ignore=DL3006",
            "hadolint",
            "DL3006",
            "",
            "",
        ),
        (
            "run(x)  # nosec B602 -- fixed input",
            "bandit or gosec",
            "B602",
            "fixed input",
            "",
        ),
    ];

    #[test]
    fn each_dialect_is_read() {
        for (line, tool, rules, reason, until) in LINES {
            let owned = |text: &&str| (*text).to_owned();
            let expected = (owned(tool), owned(rules), owned(reason), owned(until));
            assert_eq!(one("a.tf", line), expected, "{line}");
        }
    }

    #[test]
    fn notes_of_json_files_are_comments() {
        let text = "{\n  \"//\": [\n    \"checkov:skip=CKV_1:no,\",\n    \"first: checkov:skip=CKV_2:yes\"\n  ],\n  \"a\": \"checkov:skip=CKV_3:x\",\n  \"b\": {\"//\": \"nosemgrep: x.y\"}\n}";
        let found = read("package.json", text.as_bytes());
        let said: Vec<_> = found
            .iter()
            .map(|own| (own.line, own.rules.join(" "), own.reason.as_str()))
            .collect();
        let expected = [(3, "CKV_1", "no"), (4, "CKV_2", "yes"), (7, "x.y", "")];
        assert_eq!(
            said,
            expected.map(|(line, rule, why)| (line, rule.to_owned(), why))
        );
    }

    #[test]
    fn what_only_mentions_a_dialect_is_none() {
        for (path, line) in [
            ("a.md", "write `# checkov:skip=CKV_1:x` above it"),
            ("a.rs", "let text = \"# checkov:skip=CKV_1:x\";"),
            ("a.rs", "/// assert!(is_pragma(\"# nosec\"));"),
            ("a.tf", "name = \"gitleaks:allow\""),
            ("a.yml", "# zizmor: a tool"),
            ("a.yml", "# pragma: no cover"),
            ("a.yml", "# kics-scan results"),
            ("a.yml", "# uses hadolint for images"),
            ("a.yml", "# nosecrets here"),
            ("a.go", "var a = 1 //nolint:errcheck"),
            ("a.yml", "# nosemantic change"),
            ("a.yml", "# see ignore-check.kube-linter.io/x: y"),
        ] {
            assert_eq!(read(path, line.as_bytes()), [], "{line}");
        }
    }
}
