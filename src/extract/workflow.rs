//! Says what GitHub workflows mean: every job is an identity with a token; its steps sign in elsewhere.
//!
//! A job yields its identity, a usage of it with who can start it and what its token may do, a grant for each scope the
//! token may write, and for each sign-in of its steps a usage of the identity it becomes, with the keys it needs.

mod accepted;
mod constant;
mod expression;
mod graph;
mod guard;
mod job;
mod matrix;
#[cfg(test)]
mod odd;
mod permission;
mod scene;
mod setting;
mod signin;
mod step;
mod stranger;
mod subject;
mod trigger;
mod values;

use crate::format::Declaration;
use crate::model::Estate;
use graph::Graph;
use rustc_hash::FxHashSet;

/// Adds what the workflows of a run mean.
pub(super) fn facts(declarations: &[Declaration], estate: &mut Estate) {
    let graph = Graph::new(declarations);
    let runs = |path: &str| path.starts_with(".github/workflows/");
    let mut paths = graph
        .workflows
        .iter()
        .map(|workflow| workflow.declaration.scope.path.as_str());
    let own = paths.any(runs);
    for (index, workflow) in graph.workflows.iter().enumerate() {
        let mut keys = FxHashSet::default();
        let (settings, usages) = (estate.settings.len(), estate.usages.len());
        for job in 0..workflow.jobs.len() {
            job::facts(&graph, index, job, &mut keys, estate);
        }
        setting::workflow(workflow, estate);
        let found = &mut estate.settings[settings..];
        accepted::settings(workflow.declaration, found);
        if own {
            accepted::elsewhere(workflow.declaration, found);
        }
        accepted::jobs(workflow.declaration, &mut estate.usages[usages..]);
    }
    let actions = declarations.iter().filter(|declaration| {
        declaration.language == "github-actions" && declaration.kind == "action"
    });
    for action in actions {
        let settings = estate.settings.len();
        setting::action(action, estate);
        accepted::settings(action, &mut estate.settings[settings..]);
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::sample;
    use crate::model::{Estate, Usage};

    const DEPLOY: &str = ".github/workflows/deploy.yml";

    fn estate(text: &str) -> Estate {
        sample::estate(&[(DEPLOY, text)])
    }

    fn usage<'a>(estate: &'a Estate, kind: &str) -> Vec<&'a Usage> {
        let all = estate.usages.iter();
        all.filter(|usage| usage.kind.text() == kind).collect()
    }

    fn texts(set: &crate::model::Set) -> Vec<&str> {
        set.texts().collect()
    }

    #[test]
    fn a_job_is_an_identity_with_a_token_and_sessions() {
        let estate = estate(
            "on: {push: {branches: [main]}, pull_request: {}}\npermissions: {contents: read}\njobs:\n  plan:\n    runs-on: ubuntu-latest\n    \
             steps: [{uses: actions/checkout@v4}]\n  apply:\n    if: github.ref == 'refs/heads/main'\n    runs-on: [self-hosted, linux]\n    \
             environment: prod\n    permissions: {id-token: write, contents: read}\n    steps:\n    - uses: aws-actions/configure-aws-credentials@v4\n      \
             with: {role-to-assume: 'arn:aws:iam::${{ vars.ACCOUNT }}:role/apply'}\n",
        );
        let names: Vec<_> = estate
            .identities
            .iter()
            .map(|i| i.address.as_str())
            .collect();
        assert_eq!(
            names,
            [
                ".github/workflows/deploy.yml#jobs.plan",
                ".github/workflows/deploy.yml#jobs.apply"
            ]
        );
        let [plan, apply] = usage(&estate, "job")[..] else {
            panic!("two jobs");
        };
        assert_eq!(plan.starter.text(), "fork");
        assert_eq!(texts(&plan.triggers), ["push", "pull_request"]);
        assert_eq!(plan.gated.value(), Some(&false));
        assert!(plan.subjects.items.is_empty());
        assert_eq!(apply.starter.text(), "main");
        assert_eq!(texts(&apply.triggers), ["push"]);
        assert!(apply.gated.is_unknown());
        assert_eq!(
            texts(&apply.permissions),
            ["id-token:write", "contents:read"]
        );
        assert_eq!(texts(&apply.subjects), ["repo:*:environment:prod"]);
        assert_eq!(apply.runner.text(), "self_hosted");
        let [step] = usage(&estate, "step")[..] else {
            panic!("one sign-in");
        };
        assert_eq!(
            step.of.text(),
            "arn:aws:iam::${{ vars.ACCOUNT }}:role/apply"
        );
        assert_eq!((step.method.text(), step.provider.text()), ("oidc", "aws"));
        assert_eq!(step.starter.text(), "main");
        let [grant] = &estate.grants[..] else {
            panic!("one grant: {:?}", estate.grants);
        };
        assert_eq!(grant.role.text(), "id-token:write");
        assert_eq!(grant.to.text(), ".github/workflows/deploy.yml#jobs.apply");
    }

    #[test]
    fn strangers_start_what_runs_with_the_bases_rights() {
        let starter = |on: &str, condition: &str| {
            let estate = estate(&format!(
                "on: {on}\njobs:\n  a:\n    if: {condition}\n    permissions: write-all\n    runs-on: x\n    steps: []\n"
            ));
            usage(&estate, "job")[0].starter.text().to_owned()
        };
        assert_eq!(starter("pull_request_target", "true"), "anyone");
        assert_eq!(
            starter(
                "pull_request_target",
                "github.event.pull_request.head.repo.full_name == github.repository"
            ),
            "writer"
        );
        assert_eq!(
            starter("{workflow_run: {workflows: [elsewhere]}}", "true"),
            "",
            "what starts a workflow that no file holds is unknown"
        );
        assert_eq!(
            starter(
                "{workflow_run: {workflows: [elsewhere]}}",
                "github.event.workflow_run.head_repository.full_name == github.repository"
            ),
            "writer"
        );
        assert_eq!(starter("schedule", "true"), "schedule");
    }

    #[test]
    fn a_run_after_another_is_as_open_as_that_one() {
        let starter = |on: &str, filter: &str| {
            let first = format!("name: build\non: {on}\njobs: {{a: {{runs-on: x, steps: []}}}}\n");
            let second = format!(
                "on: {{workflow_run: {{workflows: [build]{filter}}}}}\njobs:\n  a: {{permissions: write-all, runs-on: x, steps: []}}\n"
            );
            let estate =
                sample::estate(&[(".github/workflows/build.yml", &first), (DEPLOY, &second)]);
            usage(&estate, "job")[1].starter.text().to_owned()
        };
        assert_eq!(starter("push", ""), "writer");
        assert_eq!(starter("push", ", branches: [main]"), "main");
        assert_eq!(starter("{push: {branches: [main]}}", ""), "main");
        assert_eq!(starter("pull_request", ", branches: [main]"), "anyone");
    }

    #[test]
    fn needs_hand_on_the_guard_of_the_job_they_name() {
        let estate = estate(
            "on: issue_comment\njobs:\n  check:\n    if: contains(fromJSON('[\"OWNER\"]'), github.event.comment.author_association)\n    \
             runs-on: x\n    steps: []\n  act: {needs: check, permissions: {contents: write}, runs-on: x, steps: []}\n  \
             report: {needs: [check], if: always(), permissions: {contents: write}, runs-on: x, steps: []}\n",
        );
        let starters: Vec<_> = usage(&estate, "job")
            .iter()
            .map(|usage| usage.starter.text())
            .collect();
        assert_eq!(starters, ["writer", "writer", "anyone"]);
    }

    #[test]
    fn called_workflows_take_scenes_rights_and_inputs_from_their_callers() {
        let estate = sample::estate(&[
            (
                ".github/workflows/called.yml",
                "on:\n  workflow_call:\n    inputs: {role: {type: string}}\njobs:\n  go:\n    runs-on: x\n    steps:\n    \
                 - uses: ./.github/actions/login\n      with: {role: '${{ inputs.role }}'}\n",
            ),
            (
                ".github/workflows/caller.yml",
                "on: {push: {tags: ['v*']}}\njobs:\n  call:\n    permissions: {id-token: write}\n    uses: ./.github/workflows/called.yml\n    \
                 with: {role: 'arn:aws:iam::123456789012:role/release'}\n    secrets: inherit\n",
            ),
            (
                ".github/actions/login/action.yml",
                "name: login\ninputs: {role: {required: true}}\nruns:\n  using: composite\n  steps:\n  \
                 - uses: aws-actions/configure-aws-credentials@v4\n    with: {role-to-assume: '${{ inputs.role }}'}\n",
            ),
        ]);
        let [step] = usage(&estate, "step")[..] else {
            panic!("one sign-in: {:?}", estate.usages);
        };
        assert_eq!(step.of.text(), "arn:aws:iam::123456789012:role/release");
        assert_eq!(step.of.span().map(|span| span.blob.0), Some(1));
        assert_eq!(step.span.blob.0, 0);
        assert_eq!(step.starter.text(), "writer");
        assert_eq!(texts(&step.subjects), ["repo:*:ref:refs/tags/v*"]);
        assert!(step.permissions.contains("id-token:write"));
        let caller = usage(&estate, "job")[1];
        assert!(caller.permissions.contains("secrets:inherit"));
    }

    #[test]
    fn stored_keys_are_credentials_once_a_workflow() {
        let estate = estate(
            "on: push\nenv: {AWS_ACCESS_KEY_ID: '${{ secrets.AWS_ID }}', AWS_SECRET_ACCESS_KEY: '${{ secrets.AWS_KEY }}'}\njobs:\n  a:\n    \
             runs-on: x\n    steps:\n    - {uses: actions/checkout@v4, with: {token: '${{ secrets.RELEASE_PAT }}'}}\n    \
             - {run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}', GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}'}}\n  \
             b: {runs-on: x, steps: []}\n",
        );
        let names: Vec<_> = estate
            .credentials
            .iter()
            .map(|c| (c.name.text(), c.provider.text(), c.kind.text()))
            .collect();
        assert_eq!(
            names,
            [
                ("RELEASE_PAT", "github", "token"),
                ("NPM", "npm", "token"),
                ("AWS_ID", "aws", "access_key"),
                ("AWS_KEY", "aws", "access_key"),
            ]
        );
        assert_eq!(estate.credentials[0].owner_kind.text(), "human");
        assert!(estate.credentials.iter().all(|c| c.expires.is_unknown()));
        let methods: Vec<_> = usage(&estate, "step")
            .iter()
            .map(|u| (u.provider.text(), u.method.text()))
            .collect();
        assert_eq!(
            methods,
            [
                ("github", "token"),
                ("npm", "static_key"),
                ("aws", "static_key"),
                ("aws", "static_key")
            ]
        );
    }

    #[test]
    fn settings_tell_how_the_token_is_kept() {
        let estate = estate(
            "on: push\njobs:\n  a:\n    runs-on: x\n    if: github.actor == 'dependabot[bot]'\n    steps:\n    - uses: actions/checkout@v4\n    \
             - uses: actions/checkout@v4\n      with: {persist-credentials: false}\n    \
             - run: x\n      env: {A: '${{ toJSON(secrets) }}', B: '${{ fromJSON(secrets.X).y }}', C: '${{ secrets.Y }}'}\n",
        );
        let found: Vec<_> = estate
            .settings
            .iter()
            .map(|s| (s.name.text(), s.flag.value().copied()))
            .collect();
        assert_eq!(
            found,
            [
                ("bot_actor_check", Some(true)),
                ("all_secrets", Some(true)),
                ("unredacted_secret", Some(true)),
                ("token_permissions", Some(true)),
                ("persist_credentials", Some(true)),
                ("persist_credentials", Some(false)),
                ("secret_without_environment", Some(true)),
                ("secret_without_environment", Some(true)),
                ("secret_without_environment", Some(true)),
                ("workflow_permissions", None),
            ]
        );
        assert!(estate.settings[3].text.is_absent());
        let texts: Vec<_> = estate.settings[9].texts.texts().collect();
        assert_eq!(texts, ["a"], "the job gets the repository's default");
    }
}
