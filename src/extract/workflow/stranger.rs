//! What a job that anyone starts works on of theirs: their branch and the files of their run, their command, their text.
//!
//! Without that a stranger causes the run and no more: a label by the path of the changed files, a greeting, a status. What an
//! action reads of the event by itself is not seen here.

use super::expression::{Piece, pieces};
use super::step::Step;
use crate::format::{Node, Value};
use crate::model::Fact;
use crate::source::Span;
use compact_str::CompactString;

/// Values of a node nested deeper than this are not looked into.
const DEPTH: usize = 8;

/// What a stranger words as they like, as holes name it.
const TEXTS: &[&str] = &[
    "github.head_ref",
    "github.event.issue.title",
    "github.event.issue.body",
    "github.event.comment.body",
    "github.event.review.body",
    "github.event.discussion.title",
    "github.event.discussion.body",
    "github.event.pull_request.title",
    "github.event.pull_request.body",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.display_title",
    "github.event.workflow_run.head_commit",
];

/// What names a stranger's branch or commit where something is checked out.
const BRANCHES: &[&str] = &[
    "head_ref",
    "pull_request.head",
    "merge_commit_sha",
    "workflow_run.head_",
    "refs/pull/",
];

/// Commands that fetch a stranger's branch, or what their run made.
const COMMANDS: &[&str] = &["gh pr checkout", "gh run download", "refs/pull/", " pull/"];

/// Actions that download what another run made.
const DOWNLOADS: &[&str] = &["dawidd6/action-download-artifact"];

/// What the job takes in of a stranger's, the worst of it: `code`, `command`, `words`, or `nothing` that shows. Nothing is shown of a
/// workflow that lies elsewhere.
pub(super) fn takes_in(job: &Node, steps: &[Step<'_>]) -> Fact<CompactString> {
    let code = || steps.iter().find_map(code);
    let command = || {
        let nodes = std::iter::once(job).chain(steps.iter().map(|step| step.node));
        nodes.into_iter().find_map(commanded)
    };
    let words = || {
        let own = ["env", "with"].iter().find_map(|key| worded(job, key));
        own.or_else(|| steps.iter().find_map(words))
    };
    let found = code().map(|span| ("code", span));
    let found = found.or_else(|| command().map(|span| ("command", span)));
    match found.or_else(|| words().map(|span| ("words", span))) {
        Some((word, span)) => Fact::Known(word.into(), span),
        None => Fact::Default("nothing".into()),
    }
}

/// Where a step takes their branch, or what their run made.
fn code(step: &Step<'_>) -> Option<Span> {
    checked_out(step)
        .or_else(|| downloaded(step))
        .or_else(|| fetched(step.node))
}

/// Where a step takes their text.
fn words(step: &Step<'_>) -> Option<Span> {
    let keys = ["env", "with", "run"];
    scripted(step).or_else(|| keys.iter().find_map(|key| worded(step.node, key)))
}

/// A condition on the text of a comment or an issue: whoever writes it commands the job.
fn commanded(node: &Node) -> Option<Span> {
    let condition = node.get("if")?;
    let text = condition.as_str()?.to_ascii_lowercase();
    let texts = TEXTS.iter().filter(|text| text.ends_with(".body"));
    let mut texts = texts.copied().chain(["github.event.issue.title"]);
    texts
        .any(|wanted| text.contains(wanted))
        .then_some(condition.span)
}

fn checked_out(step: &Step<'_>) -> Option<Span> {
    if !step.is("actions/checkout") {
        return None;
    }
    let named = |input: &str, words: &[&str]| {
        let entry = step.input(input)?;
        let text = entry.value.as_str()?.to_ascii_lowercase();
        words
            .iter()
            .any(|word| text.contains(word))
            .then_some(entry.value.span)
    };
    named("ref", BRANCHES).or_else(|| named("repository", &["head.repo", "head_repository"]))
}

fn downloaded(step: &Step<'_>) -> Option<Span> {
    let other = step.is("actions/download-artifact") && step.input("run-id").is_some();
    let known = DOWNLOADS.iter().any(|action| step.is(action));
    (other || known).then(|| step.head())
}

/// A command that fetches the branch, in whatever way the number of the request is written.
fn fetched(node: &Node) -> Option<Span> {
    let run = node.get("run")?;
    let text = run.as_str()?;
    COMMANDS
        .iter()
        .any(|command| text.contains(command))
        .then_some(run.span)
}

/// A script that reads a stranger's text from the event by itself: `context.payload.issue.body`.
fn scripted(step: &Step<'_>) -> Option<Span> {
    let entry = step.input("script")?;
    let text = entry.value.as_str()?;
    TEXTS
        .iter()
        .filter_map(|text| text.strip_prefix("github.event."))
        .any(|wanted| text.contains(&format!("context.payload.{wanted}")))
        .then_some(entry.value.span)
}

/// A hole, anywhere below a key, that a stranger's text fills.
fn worded(node: &Node, key: &str) -> Option<Span> {
    below(node.get(key)?, DEPTH)
}

fn below(node: &Node, depth: usize) -> Option<Span> {
    if depth == 0 {
        return None;
    }
    match &node.value {
        Value::String(text) => pieces(text).iter().any(is_worded).then_some(node.span),
        Value::List(items) => items.iter().find_map(|item| below(item, depth - 1)),
        Value::Map(entries) => entries
            .iter()
            .find_map(|entry| below(&entry.value, depth - 1)),
        _ => None,
    }
}

fn is_worded(piece: &Piece<'_>) -> bool {
    let Piece::Hole { inner, .. } = piece else {
        return false;
    };
    let inner = inner.to_ascii_lowercase();
    TEXTS.iter().any(|text| inner.contains(text))
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;
    use crate::model::Fact;
    use compact_str::CompactString;

    fn takes_in(on: &str, job: &str) -> Fact<CompactString> {
        let text = format!(
            "on: {on}\npermissions: {{contents: write}}\njobs:\n  a:\n    runs-on: x\n{job}"
        );
        let estate = sample::estate(&[(".github/workflows/a.yml", &text)]);
        estate.usages[0].takes_in.clone()
    }

    fn step(on: &str, step: &str) -> String {
        takes_in(on, &format!("    steps:\n    - {step}\n"))
            .text()
            .to_owned()
    }

    #[test]
    fn a_strangers_branch_is_taken_in() {
        let target = |written: &str| step("pull_request_target", written);
        let checkout =
            |with: &str| target(&format!("{{uses: actions/checkout@v4, with: {{{with}}}}}"));
        assert_eq!(
            checkout("ref: '${{ github.event.pull_request.head.sha }}'"),
            "code"
        );
        assert_eq!(
            checkout("ref: 'refs/pull/${{ github.event.number }}/merge'"),
            "code"
        );
        assert_eq!(
            checkout("repository: '${{ github.event.pull_request.head.repo.full_name }}'"),
            "code"
        );
        assert_eq!(checkout("fetch-depth: 0"), "nothing");
        assert_eq!(target("run: gh pr checkout $NUMBER"), "code");
        assert_eq!(target("run: git fetch origin pull/$NUMBER/head"), "code");
    }

    #[test]
    fn a_strangers_words_and_files_are_taken_in() {
        let issue = |written: &str| step("issues", written);
        let parser =
            |text: &str| issue(&format!("{{uses: a/parser@v1, with: {{text: '{text}'}}}}"));
        assert_eq!(parser("${{ github.event.issue.body }}"), "words");
        assert_eq!(parser("${{ github.event.issue.number }}"), "nothing");
        assert_eq!(
            issue("{run: a, env: {T: '${{ github.event.issue.title }}'}}"),
            "words"
        );
        let script = "script: 'const body = context.payload.issue.body'";
        assert_eq!(
            issue(&format!(
                "{{uses: actions/github-script@v7, with: {{{script}}}}}"
            )),
            "words"
        );
        assert_eq!(
            step(
                "issue_comment",
                "{run: ./deploy, if: \"github.event.comment.body == '/deploy'\"}"
            ),
            "command"
        );
        let run = "pull_request_target";
        let artifact = "uses: actions/download-artifact@v4";
        assert_eq!(
            step(run, &format!("{{{artifact}, with: {{run-id: 1}}}}")),
            "code"
        );
        assert_eq!(step(run, &format!("{{{artifact}}}")), "nothing");
    }

    #[test]
    fn nobody_asks_where_no_stranger_starts_it() {
        let own = takes_in("push", "    steps: [{run: gh pr checkout 1}]\n");
        assert_eq!(own, Fact::Absent);
    }
}
