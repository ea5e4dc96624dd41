//! CODEOWNERS as a control of its own: owners nobody can be, lines the forge leaves out, and whether the file itself and
//! the pipelines, which hold identities, have an owner who must be asked.
//!
//! A repository without the file says nothing: the forge may ask for reviews another way.

use super::codeowners::{Codeowners, Forge, files, in_comment, in_force, verdict};
use crate::format::{Declaration, Node};
use crate::model::{Estate, Fact, Set, Setting};
use crate::source::Span;
use compact_str::{CompactString, format_compact};

/// Languages of pipelines, whose files decide what their identities do.
const PIPELINES: &[&str] = &[
    "github-actions",
    "gitlab-ci",
    "azure-pipelines",
    "circleci",
    "bitbucket",
    "buildkite",
    "drone",
    "jenkins",
];

/// Most files named in one setting.
const MOST: usize = 50;

/// Languages of files that hold no identity of their own.
const OTHERS: &[&str] = &[
    "codeowners",
    "backstage",
    "dependabot",
    "renovate",
    "account",
];

/// Adds the settings of every file in force.
pub(crate) fn declare(estate: &mut Estate, declarations: &[Declaration]) {
    let rules = files(declarations);
    for (base, declaration) in in_force(declarations) {
        let forge = Forge::of(declaration);
        if !forge.loads(declaration) {
            let found = add(
                declaration,
                "code_owner_line_ignored",
                declaration.head,
                estate,
            );
            found.text = Fact::Known("a file above 3 MB".into(), declaration.head);
            continue;
        }
        let lines = declaration.body.as_list().unwrap_or_default().iter();
        for line in lines.take(forge.most()) {
            self::line(declaration, line, forge, estate);
        }
        let own = declaration.scope.path.as_str();
        let (word, span) = covered(verdict(&rules, own).as_ref());
        let span = span.unwrap_or(declaration.head);
        let found = add(declaration, "code_owners_own_path", span, estate);
        found.text = Fact::Known(word.into(), span);
        let within: Vec<&Declaration> = declarations
            .iter()
            .filter(|other| other.scope.path.starts_with(&base))
            .collect();
        pipelines(declaration, &rules, &within, estate);
    }
}

/// Adds the pipelines without an owner; `flag` says whether owners are asked about another file that holds identities, so that
/// the file is there for more than to tell people of changes.
fn pipelines(
    declaration: &Declaration,
    rules: &[Codeowners],
    within: &[&Declaration],
    estate: &mut Estate,
) {
    let covered = |path: &str| covered(verdict(rules, path).as_ref()).0;
    let mut open = Set::default();
    let paths = within
        .iter()
        .filter(|other| PIPELINES.contains(&other.language) && is_in_force(other));
    for other in paths {
        let known = open.contains(&other.scope.path) || open.items.len() >= MOST;
        if !known && covered(&other.scope.path) == "none" {
            open.push(other.scope.path.clone(), other.head);
        }
    }
    if open.items.is_empty() {
        return;
    }
    let holds = |other: &&&Declaration| {
        !PIPELINES.contains(&other.language) && !OTHERS.contains(&other.language)
    };
    let mut paths: Vec<&str> = within
        .iter()
        .filter(holds)
        .map(|other| other.scope.path.as_str())
        .collect();
    paths.dedup();
    let asked = paths.into_iter().any(|path| covered(path) != "none");
    let found = add(
        declaration,
        "pipelines_without_owner",
        declaration.head,
        estate,
    );
    found.flag = Fact::Default(asked);
    found.texts = open;
}

/// Whether the forge runs the file: workflows and actions elsewhere are templates for others.
fn is_in_force(pipeline: &Declaration) -> bool {
    pipeline.language != "github-actions" || pipeline.scope.path.contains(".github/")
}

/// How a path is covered: by nobody, by the rule for everything, by a rule of its own.
fn covered(verdict: Option<&super::Verdict>) -> (&'static str, Option<Span>) {
    match verdict {
        None => ("none", None),
        Some(verdict) if verdict.owners.is_empty() => ("none", Some(verdict.span)),
        Some(verdict) if verdict.everything => ("catch_all", Some(verdict.span)),
        Some(verdict) => ("own", Some(verdict.span)),
    }
}

fn line(declaration: &Declaration, line: &Node, forge: Forge, estate: &mut Estate) {
    let gitlab = forge == Forge::GitLab;
    let pattern = line.get("pattern");
    let text = pattern.and_then(Node::as_str).unwrap_or_default();
    if let Some(pattern) = pattern.filter(|_| forge.skips(text)) {
        let found = add(declaration, "code_owner_line_ignored", pattern.span, estate);
        found.text = Fact::Known(text.into(), pattern.span);
    }
    if let Some(section) = line.get("section").filter(|_| pattern.is_none() && !gitlab) {
        let found = add(declaration, "code_owner_line_ignored", line.span, estate);
        found.text = match section.as_str() {
            Some(name) => Fact::Known(format_compact!("[{name}]"), line.span),
            None => Fact::Unknown(Some(line.span)),
        };
    }
    for name in in_comment(line, forge) {
        let found = add(declaration, "code_owner_in_comment", line.span, estate);
        found.text = Fact::Known(name.into(), line.span);
    }
    // Who stands behind a path that is taken out is not read.
    let read = !(gitlab && text.starts_with('!'));
    for owner in line.all("owners").filter(|_| read) {
        let word = owner.as_str().unwrap_or_default();
        if !can_own(word) {
            let found = add(declaration, "code_owner_malformed", owner.span, estate);
            found.text = Fact::Known(word.into(), owner.span);
        }
    }
}

/// Whether a word can be an owner: `@name`, `@group/team`, a role of GitLab (`@@maintainer`), or an address.
fn can_own(word: &str) -> bool {
    // What a template fills in is not judged.
    if word.contains(['{', '$', '<', '"']) {
        return true;
    }
    let name = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    match word.strip_prefix('@') {
        Some(rest) => rest.trim_start_matches('@').split('/').all(name),
        None => word.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && host.split('.').all(name)
        }),
    }
}

fn add<'e>(
    declaration: &Declaration,
    name: &str,
    span: Span,
    estate: &'e mut Estate,
) -> &'e mut Setting {
    let address: &CompactString = &declaration.address;
    estate.settings.push(Setting {
        address: address.clone(),
        span,
        whole: span,
        language: Fact::given("codeowners"),
        resource: Fact::given("codeowners"),
        provider: Fact::given("github"),
        name: Fact::given(name),
        of: Fact::given(address),
        ..Setting::default()
    });
    let last = estate.settings.len() - 1;
    &mut estate.settings[last]
}

#[cfg(test)]
mod tests {
    use super::can_own;

    #[test]
    fn owners_are_names_teams_roles_and_addresses() {
        for word in [
            "@alice",
            "@acme/platform",
            "@acme/sub/group",
            "@@maintainer",
            "ops@example.com",
            "@{{team}}",
        ] {
            assert!(can_own(word), "{word}");
        }
        for word in [
            "platform",
            "@",
            "@acme/",
            "@acme//x",
            "@alice,",
            "acme/platform",
            "a@b",
            "@a,@b",
        ] {
            assert!(!can_own(word), "{word}");
        }
    }
}
