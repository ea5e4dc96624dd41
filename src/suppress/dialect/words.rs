//! The dialects of comments and annotations. Each is a row: the words it begins with, and how its rest is read.

use super::{day, list, reason};
use crate::finding::ExceptionReach as Reach;
use crate::model::Date;

/// What the rest of a line says.
#[derive(Default)]
pub(super) struct Said {
    pub(super) rules: Vec<String>,
    pub(super) reason: String,
    pub(super) until: Option<Date>,
    pub(super) reach: Option<Reach>,
}

/// Reads what follows the first words; none when it is no exception.
pub(super) type Read = fn(&str) -> Option<Said>;

/// Tool, first words, whether it is a key of an annotation, reader. Documentation: checkov "Suppressing and skipping
/// policies", tfsec "Ignoring checks", trivy "Filtering: by inline comments", KICS "Running KICS: using comments", gitleaks
/// and betterleaks README, detect-secrets README "Inline allowlisting", zizmor "Usage: ignoring results", semgrep "Ignore
/// files, folders, and code", KubeLinter "Ignoring violations", hadolint README "Ignoring rules".
pub(super) const DIALECTS: &[(&str, &str, bool, Read)] = &[
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
    ("semgrep", "nosem", false, semgrep),
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
    ("bandit or gosec", "nolint:", false, nolint),
    ("tflint", "tflint-ignore: ", false, tflint),
    ("tflint", "tflint-ignore-file: ", false, tflint_file),
    ("terrascan", "ts:skip=", false, terrascan),
];

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

/// `grep` or, as of old, nothing; then nothing, or `: RULES`.
fn semgrep(rest: &str) -> Option<Said> {
    let rest = rest.strip_prefix("grep").unwrap_or(rest);
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

/// `LINTERS [// reason]` of golangci-lint, where the scanner for secrets and access is among them.
fn nolint(rest: &str) -> Option<Said> {
    let (linters, why) = rest.split_once("//").unwrap_or((rest, ""));
    let own = |name: &&str| matches!(*name, "gosec" | "all");
    let rules: Vec<String> = linters
        .split(',')
        .map(str::trim)
        .filter(own)
        .map(str::to_owned)
        .collect();
    (!rules.is_empty()).then(|| Said {
        rules,
        reason: reason(why),
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

/// The same for a whole file.
fn tflint_file(rest: &str) -> Option<Said> {
    tflint(rest).map(|said| Said {
        reach: Some(Reach::File),
        ..said
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
