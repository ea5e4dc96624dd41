//! Exceptions in comments and annotations. Each dialect is a row: the words it begins with, and how its rest is read.

use super::{day, list, notes, reason};
use crate::finding::{Exception, ExceptionReach as Reach};
use crate::model::Date;
use crate::source::LineIndex;
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::OnceLock;

/// What the rest of a line says.
#[derive(Default)]
struct Said {
    rules: Vec<String>,
    reason: String,
    until: Option<Date>,
    reach: Option<Reach>,
}

/// Reads what follows the first words; none when it is no exception.
type Read = fn(&str) -> Option<Said>;

/// Tool, first words, whether it is a key of an annotation, reader. Documentation: checkov "Suppressing and skipping
/// policies", tfsec "Ignoring checks", trivy "Filtering: by inline comments", KICS "Running KICS: using comments", gitleaks
/// and betterleaks README, detect-secrets README "Inline allowlisting", zizmor "Usage: ignoring results", semgrep "Ignore
/// files, folders, and code", KubeLinter "Ignoring violations", hadolint README "Ignoring rules".
const DIALECTS: &[(&str, &str, bool, Read)] = &[
    ("checkov", "checkov:skip=", false, skip),
    ("checkov", "bridgecrew:skip=", false, skip),
    ("checkov", "cortex:skip=", false, skip),
    ("checkov", "checkov.io/skip", true, numbered),
    ("tfsec", "tfsec:ignore:", false, ignore),
    ("trivy", "trivy:ignore:", false, ignore),
    ("kics", "kics-scan ", false, kics),
    ("gitleaks", "gitleaks:allow", false, plain),
    ("betterleaks", "betterleaks:allow", false, plain),
    ("trufflehog", "trufflehog:ignore", false, plain),
    ("detect-secrets", "pragma:", false, pragma),
    ("zizmor", "zizmor:", false, bracketed),
    ("semgrep", "nosemgrep", false, semgrep),
    (
        "kube-linter",
        "ignore-check.kube-linter.io/",
        true,
        annotated,
    ),
    ("kube-linter", "kube-linter.io/ignore-all", true, all),
    ("hadolint", "hadolint ", false, hadolint),
    ("snyk", "deepcode ignore ", false, deepcode),
    ("bandit or gosec", "nosec", false, nosec),
    ("tflint", "tflint-ignore: ", false, tflint),
    ("terrascan", "ts:skip=", false, terrascan),
];

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

/// `IDS[:reason]`
fn skip(rest: &str) -> Option<Said> {
    let (ids, why) = rest.split_once(':').unwrap_or((rest, ""));
    let mut words = ids.trim().splitn(2, char::is_whitespace);
    let rules = list(words.next().unwrap_or_default());
    let beside = words.next().unwrap_or_default();
    (!rules.is_empty()).then(|| Said {
        rules,
        reason: reason(if why.is_empty() { beside } else { why }),
        reach: Some(Reach::Block),
        ..Said::default()
    })
}

/// `N: ID=reason` of an annotation.
fn numbered(rest: &str) -> Option<Said> {
    let (_, value) = rest.split_once(':')?;
    let value = value.trim().trim_matches(['"', '\'', ',', '}']);
    let (id, why) = value.split_once('=').unwrap_or((value, ""));
    Some(Said {
        rules: list(id),
        reason: reason(why),
        reach: Some(Reach::Block),
        ..Said::default()
    })
}

/// `RULE[:exp:DATE][:ws:NAME] reason`
fn ignore(rest: &str) -> Option<Said> {
    let mut words = rest.splitn(2, char::is_whitespace);
    let mut parts = words.next()?.split(':');
    let rule = parts.next().filter(|rule| !rule.is_empty())?.to_owned();
    let parts: Vec<&str> = parts.collect();
    let until = parts.windows(2).find(|pair| pair[0] == "exp");
    Some(Said {
        rules: vec![rule],
        until: until.and_then(|pair| day(pair[1])),
        reason: reason(words.next().unwrap_or_default()),
        reach: Some(Reach::Block),
    })
}

/// `ignore`, `ignore-line`, `ignore-block`, `disable=IDS`, `enable=IDS`
fn kics(rest: &str) -> Option<Said> {
    let (word, after) = rest
        .trim()
        .split_once(char::is_whitespace)
        .unwrap_or((rest.trim(), ""));
    let (reach, rules) = match word.split_once('=') {
        None if word == "ignore" => (Reach::File, Vec::new()),
        None if word == "ignore-line" => (Reach::Line, Vec::new()),
        None if word == "ignore-block" => (Reach::Block, Vec::new()),
        Some(("disable", ids)) => (Reach::File, list(ids)),
        Some(("enable", ids)) => (Reach::File, vec![format!("all but {ids}")]),
        _ => return None,
    };
    Some(Said {
        rules,
        reason: reason(after),
        reach: Some(reach),
        ..Said::default()
    })
}

/// Nothing but perhaps a reason.
fn plain(rest: &str) -> Option<Said> {
    let free = rest.chars().next().is_none_or(|c| !c.is_alphanumeric());
    free.then(|| Said {
        reason: reason(rest),
        ..Said::default()
    })
}

/// `allowlist secret`, `allowlist nextline secret`, and the same with `whitelist`.
fn pragma(rest: &str) -> Option<Said> {
    let mut words = rest.split_whitespace();
    if !matches!(words.next()?, "allowlist" | "whitelist") {
        return None;
    }
    let next = words.next()?;
    if next == "nextline" && words.next()? != "secret" || next != "nextline" && next != "secret" {
        return None;
    }
    let rest: Vec<&str> = words.collect();
    Some(Said {
        reason: reason(&rest.join(" ")),
        ..Said::default()
    })
}

/// ` ignore[RULES] reason`
fn bracketed(rest: &str) -> Option<Said> {
    let inner = rest.trim_start().strip_prefix("ignore[")?;
    let (rules, after) = inner.split_once(']')?;
    Some(Said {
        rules: list(rules),
        reason: reason(after),
        ..Said::default()
    })
}

/// Nothing, or `: RULES`.
fn semgrep(rest: &str) -> Option<Said> {
    let Some(rules) = rest.strip_prefix(':') else {
        return plain(rest);
    };
    let mut ids = Vec::new();
    let mut after = "";
    let mut parts = rules.split(',').peekable();
    while let Some(part) = parts.next() {
        let (id, more) = part
            .trim()
            .split_once(char::is_whitespace)
            .unwrap_or((part.trim(), ""));
        ids.extend((!id.is_empty()).then(|| id.to_owned()));
        if parts.peek().is_none() || !more.is_empty() {
            after = more;
            break;
        }
    }
    Some(Said {
        rules: ids,
        reason: reason(after),
        ..Said::default()
    })
}

/// `CHECK: reason` of an annotation.
fn annotated(rest: &str) -> Option<Said> {
    let (check, why) = rest.split_once(':')?;
    Some(Said {
        rules: list(check.trim().trim_matches(['"', '\''])),
        reason: reason(why),
        reach: Some(Reach::Block),
        ..Said::default()
    })
}

/// `: reason` of an annotation that excuses an object from everything.
fn all(rest: &str) -> Option<Said> {
    let (_, why) = rest.split_once(':')?;
    Some(Said {
        reason: reason(why),
        reach: Some(Reach::Block),
        ..Said::default()
    })
}

/// `[global ]ignore=RULES`
fn hadolint(rest: &str) -> Option<Said> {
    let (reach, rest) = match rest.trim_start().strip_prefix("global ") {
        Some(rest) => (Reach::File, rest),
        None => (Reach::Line, rest),
    };
    let ids = rest.trim_start().strip_prefix("ignore=")?;
    let (ids, after) = ids.split_once(char::is_whitespace).unwrap_or((ids, ""));
    Some(Said {
        rules: list(ids),
        reason: reason(after),
        reach: Some(reach),
        ..Said::default()
    })
}

/// `RULE: reason`
fn deepcode(rest: &str) -> Option<Said> {
    let (rule, why) = rest.split_once(':').unwrap_or((rest, ""));
    Some(Said {
        rules: list(rule),
        reason: reason(why),
        ..Said::default()
    })
}

/// Nothing, or ids, then perhaps `-- reason`.
fn nosec(rest: &str) -> Option<Said> {
    if rest.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let (ids, why) = rest.split_once("--").unwrap_or((rest, ""));
    let id =
        |word: &&str| word.starts_with(['B', 'G']) && word[1..].bytes().all(|b| b.is_ascii_digit());
    let words = ids
        .split([' ', ',', ':', '\t'])
        .filter(|word| !word.is_empty());
    let (ids, other): (Vec<&str>, Vec<&str>) = words.partition(id);
    Some(Said {
        rules: ids.into_iter().map(str::to_owned).collect(),
        reason: reason(
            if why.is_empty() {
                other.join(" ")
            } else {
                why.to_owned()
            }
            .as_str(),
        ),
        ..Said::default()
    })
}

/// `RULES [// reason]`
fn tflint(rest: &str) -> Option<Said> {
    let cut = rest.find(['#', '/']).unwrap_or(rest.len());
    Some(Said {
        rules: list(&rest[..cut]),
        reason: reason(&rest[cut..]),
        ..Said::default()
    })
}

/// `RULE reason`
fn terrascan(rest: &str) -> Option<Said> {
    let (rule, why) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    Some(Said {
        rules: list(rule),
        reason: reason(why),
        reach: Some(Reach::Block),
        ..Said::default()
    })
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
            ("a.yml", "# see ignore-check.kube-linter.io/x: y"),
        ] {
            assert_eq!(read(path, line.as_bytes()), [], "{line}");
        }
    }
}
