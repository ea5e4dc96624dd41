//! Rules that only history or a change can answer, over generated repositories; and what is said where history is cut.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "git/dated.rs"]
mod dated;

use dated::Repository;
use serde_json::Value;
use std::ffi::OsString;
use std::path::Path;

fn report(root: &Path, more: &[&str]) -> Value {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let fixed = [
        "--now",
        "2026-01-01",
        "--select",
        "governance/*",
        "-f",
        "json",
        "-q",
    ];
    let mut all: Vec<OsString> = vec!["tenure".into(), "scan".into(), root.into()];
    all.extend(fixed.iter().chain(more).map(OsString::from));
    tenure::cli::main(all, &mut out, &mut err);
    serde_json::from_slice(&out)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&err)))
}

/// Rule and place of the findings.
fn found(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let mut found: Vec<String> = findings
        .map(|finding| {
            let place = &finding["place"];
            let (path, line) = (&place["path"], &place["start"]["line"]);
            format!(
                "{} {}:{line}",
                finding["rule"].as_str().unwrap(),
                path.as_str().unwrap()
            )
        })
        .collect();
    found.sort();
    found
}

fn scan(repository: &Repository, more: &[&str]) -> Vec<String> {
    found(&report(repository.root(), more))
}

fn cut_at_head(repository: &Repository) {
    let head = repository.1.head().unwrap().target().unwrap();
    std::fs::write(repository.root().join(".git/shallow"), format!("{head}\n")).unwrap();
}

fn member(name: &str, above: &str) -> String {
    format!(
        "{above}resource \"google_project_iam_member\" \"{name}\" {{\n  project = \"example-prod\"\n  role    = \"roles/editor\"\n  member  = \"serviceAccount:{name}@example-prod.iam.gserviceaccount.com\"\n}}\n"
    )
}

fn lease(end: &str, approver: &str) -> String {
    format!(
        "# tenure: lease owner=@org/data purpose=\"import of the ledgers\" expires={end} approver={approver}\n"
    )
}

#[test]
fn a_change_that_gives_access_and_alters_its_guard_is_found() {
    let protected = |count: u32| {
        format!(
            "resource \"github_branch_protection\" \"main\" {{\n  repository_id = \"shop\"\n  pattern = \"main\"\n  required_pull_request_reviews {{\n    required_approving_review_count = {count}\n    require_code_owner_reviews = true\n  }}\n}}\n"
        )
    };
    let old = member("a", "");
    let new = format!("{old}{}", member("b", ""));
    let (two, one) = (protected(2), protected(1));
    let (sec, data) = ("/iam/ @org/sec\n", "/iam/ @org/data\n");
    let repository = Repository::new();
    for (day, iam, owners, main) in [
        ("2025-01-01", &old, sec, &two),
        ("2025-01-02", &new, sec, &two),
        ("2025-01-03", &old, data, &two),
        ("2025-01-04", &new, sec, &two),
        ("2025-01-05", &old, sec, &two),
        ("2025-01-06", &new, sec, &one),
    ] {
        let files = [
            ("iam/a.tf", iam.as_str()),
            ("CODEOWNERS", owners),
            ("main.tf", main),
        ];
        repository.commit(day, &files);
    }
    let between = |range: &str| scan(&repository, &["--since", range]);
    assert_eq!(
        between("HEAD~5..HEAD~4"),
        Vec::<String>::new(),
        "a grant alone"
    );
    assert_eq!(
        between("HEAD~4..HEAD~3"),
        Vec::<String>::new(),
        "a guard alone"
    );
    assert_eq!(
        between("HEAD~3..HEAD~2"),
        ["governance/guard-changed-with-grant iam/a.tf:6"]
    );
    assert_eq!(
        between("HEAD~1..HEAD"),
        ["governance/review-lowered-with-grant iam/a.tf:6"]
    );
    assert_eq!(
        scan(&repository, &[]),
        Vec::<String>::new(),
        "no change is scanned"
    );
}

#[test]
fn what_gets_another_name_or_goes_with_its_files_is_no_new_access() {
    let protected = "resource \"github_branch_protection\" \"main\" {\n  repository_id = \"shop\"\n  pattern = \"main\"\n  required_pull_request_reviews {\n    required_approving_review_count = 2\n  }\n}\n";
    let workflow = "on: push\npermissions: { contents: write }\njobs:\n  a: { runs-on: ubuntu-latest, steps: [{ run: make }] }\n";
    let user = "resource \"aws_iam_user\" \"ci\" {\n  name = \"ci\"\n}\n";
    let rest = "resource \"aws_iam_user_policy_attachment\" \"ci\" {\n  user = \"ci-${aws_iam_user.ci.name}\"\n  policy_arn = \"arn:aws:iam::aws:policy/AdministratorAccess\"\n}\n";
    let more = "resource \"aws_s3_bucket\" \"logs\" {}\n";
    let repository = Repository::new();
    repository
        .commit(
            "2025-01-01",
            &[
                ("gh/main.tf", protected),
                (".github/workflows/a.yml", workflow),
                ("iam/user.tf", user),
                ("iam/main.tf", rest),
            ],
        )
        .commit(
            "2025-01-02",
            &[
                (".github/workflows/b.yml", workflow),
                ("iam/user.tf", more),
                ("iam/main.tf", rest),
            ],
        )
        .commit(
            "2025-01-03",
            &[("gh/main.tf", protected), ("iam/main.tf", more)],
        )
        .commit(
            "2025-01-04",
            &[("gh/main.tf", more), ("iam/main.tf", &member("a", ""))],
        );
    let between = |range: &str| scan(&repository, &["--since", range]);
    assert_eq!(between("HEAD~3..HEAD~2"), Vec::<String>::new());
    assert_eq!(
        between("HEAD~1..HEAD"),
        ["governance/review-lowered-with-grant iam/main.tf:1"],
        "a protection that goes alone is lowered"
    );
}

const TOKEN: &str = "        with: { role-to-assume: \"arn:aws:iam::123456789012:role/deploy\", aws-region: eu-west-1 }\n";
const KEY: &str = "        with: { aws-access-key-id: \"${{ secrets.ID }}\", aws-secret-access-key: \"${{ secrets.KEY }}\" }\n";

fn workflow(with: &str) -> String {
    format!(
        "on: {{ push: {{ branches: [main] }} }}\npermissions: {{ id-token: write }}\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: aws-actions/configure-aws-credentials@v4\n{with}"
    )
}

#[test]
fn a_pipeline_that_went_back_to_a_stored_key_is_found() {
    let path = ".github/workflows/deploy.yml";
    let (token, key) = (workflow(TOKEN), workflow(KEY));
    let repository = Repository::new();
    repository
        .commit("2025-01-01", &[(path, &key)])
        .commit("2025-02-01", &[(path, &token)])
        .commit("2025-03-01", &[(path, &key)])
        .commit("2025-04-01", &[(path, &format!("# deploys\n{key}"))]);
    let back = "governance/back-to-stored-key .github/workflows/deploy.yml";
    assert_eq!(
        scan(&repository, &["--since", "HEAD~2..HEAD~1"]),
        [format!("{back}:7")]
    );
    assert_eq!(
        scan(&repository, &["--since", "HEAD~1..HEAD"]),
        Vec::<String>::new()
    );
    assert_eq!(scan(&repository, &["--blame"]), [format!("{back}:8")]);
    assert_eq!(
        scan(&repository, &[]),
        Vec::<String>::new(),
        "history was not asked"
    );
    cut_at_head(&repository);
    let cut = report(repository.root(), &["--blame"]);
    assert_eq!(found(&cut), Vec::<String>::new());
    assert!(cut.to_string().contains("the clone is shallow"));
}

#[test]
fn leases_are_followed_through_their_renewals() {
    let repository = Repository::new();
    for (day, end, approver) in [
        ("2025-01-01", "2025-03-01", "@carol"),
        ("2025-03-01", "2025-06-01", "@dora"),
        ("2025-06-01", "2025-09-01", "@dora"),
        ("2025-09-01", "2025-12-01", "@dora"),
    ] {
        let text = member("import", &lease(end, approver));
        repository.commit(
            day,
            &[
                ("envs/prod/a.tf", &text),
                ("envs/dev/b.tf", &member("x", "")),
            ],
        );
    }
    let over = "governance/lapsed-lease envs/prod/a.tf:1";
    assert_eq!(
        scan(&repository, &["--blame"]),
        [over],
        "renewed twice by dora"
    );
    let text = format!("\n{}", member("import", &lease("2026-02-20", "@dora")));
    repository.commit(
        "2025-12-01",
        &[
            ("envs/prod/a.tf", &text),
            ("envs/dev/b.tf", &member("x", "")),
        ],
    );
    assert_eq!(
        scan(&repository, &["--blame"]),
        ["governance/endless-renewal envs/prod/a.tf:2"]
    );
    assert_eq!(scan(&repository, &[]), Vec::<String>::new());
    cut_at_head(&repository);
    assert_eq!(
        scan(&repository, &["--blame"]),
        Vec::<String>::new(),
        "one version tells of no renewal"
    );
}

#[test]
fn who_wrote_an_approval_is_not_who_gives_it() {
    let allow = "# tenure: allow credential/missing-expiry owner=@org/data approver=@ann expires=2026-02-20 reason=\"the vendor cannot rotate\"\nresource \"azuread_application_password\" \"ci\" {\n  application_id = \"/applications/1\"\n}\n";
    let text = member("import", &lease("2026-02-20", "@ann"));
    let waiver = "id: W-1\nrule: credential/missing-expiry\naddress: azuread_application_password.cd\nreason: the vendor cannot rotate\nowner: \"@org/data\"\nrequested_by: \"@bo\"\napprover: \"@ann\"\nexpires: 2026-02-20\n";
    let files = [
        ("a.tf", text.as_str()),
        ("b.tf", allow),
        (".tenure/waivers/w.yaml", waiver),
    ];
    let select = ["--blame", "--ignore", "governance/stale-waiver"];
    let by = |author: &str| {
        let repository = Repository::new();
        repository.commit_by("2025-12-01", &files, [author, author], "grant");
        let told = scan(&repository, &select);
        cut_at_head(&repository);
        assert_eq!(
            scan(&repository, &select),
            Vec::<String>::new(),
            "older than the clone"
        );
        told
    };
    assert_eq!(by("bo"), Vec::<String>::new());
    assert_eq!(
        by("ann"),
        [
            "governance/lease-approved-by-author a.tf:1",
            "governance/waiver-approved-by-author .tenure/waivers/w.yaml:1",
            "governance/waiver-approved-by-author b.tf:1"
        ]
    );
}

#[test]
fn temporary_access_is_found_when_it_has_stayed() {
    let said = member(
        "import",
        "# for the migration; remove it once that is done\n",
    );
    let named = member("hotfix", "");
    let plain = member("export", "");
    let issued = member("issuer", "# hands out temporary credentials\n");
    let all = [said, named, issued].concat();
    let repository = Repository::new();
    repository
        .commit("2025-10-01", &[("a.tf", &all)])
        .commit_by(
            "2025-10-02",
            &[("a.tf", &all), ("b.tf", &plain)],
            ["a", "a"],
            "Give the export temporary editor rights",
        )
        .commit(
            "2025-12-20",
            &[
                ("a.tf", &all),
                ("b.tf", &plain),
                ("c.tf", &member("tmp", "")),
            ],
        );
    let stayed = |place: &str| format!("governance/temporary-access-stayed {place}");
    assert_eq!(
        scan(&repository, &["--blame"]),
        [stayed("a.tf:2"), stayed("a.tf:7"), stayed("b.tf:1")]
    );
    assert_eq!(scan(&repository, &[]), Vec::<String>::new());
    cut_at_head(&repository);
    assert_eq!(
        scan(&repository, &["--blame"]),
        Vec::<String>::new(),
        "nobody knows how old it is"
    );
    let none = tempfile::tempdir().unwrap();
    std::fs::write(none.path().join("a.tf"), all).unwrap();
    assert!(
        report(none.path(), &["--blame"])
            .to_string()
            .contains("history is not available")
    );
}

#[test]
fn a_grafted_clone_tells_nothing_and_an_orphaned_branch_only_what_it_has() {
    let repository = Repository::new();
    let text = member("tmp", "");
    repository
        .commit("2025-10-01", &[("a.tf", &text)])
        .commit("2025-12-20", &[("a.tf", &text), ("b.md", "more")]);
    let stayed = ["governance/temporary-access-stayed a.tf:1"];
    assert_eq!(scan(&repository, &["--blame"]), stayed);
    let head = repository.1.head().unwrap().peel_to_commit().unwrap();
    let git = repository.root().join(".git");
    std::fs::create_dir_all(git.join("info")).unwrap();
    std::fs::write(git.join("info/grafts"), format!("{}\n", head.id())).unwrap();
    let grafted = report(repository.root(), &["--blame"]);
    assert_eq!(found(&grafted), Vec::<String>::new());
    assert!(
        grafted
            .to_string()
            .contains("`info/grafts` changes the history")
    );
    std::fs::remove_file(git.join("info/grafts")).unwrap();
    // The branch is written anew, without its past: what it holds came with its only commit.
    let who = head.author();
    let tree = head.tree().unwrap();
    let new = repository
        .1
        .commit(None, &who, &who, "anew", &tree, &[])
        .unwrap();
    let branch = repository.1.head().unwrap().name().unwrap().to_owned();
    repository.1.reference(&branch, new, true, "anew").unwrap();
    assert_eq!(scan(&repository, &["--blame"]), Vec::<String>::new());
}
