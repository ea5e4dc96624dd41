//! Twenty and more lapsed leases over Terraform, Kubernetes, GitHub environments and workflows: git takes the patch, a second
//! scan misses only what went, and git brings back every byte.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

const NOW: &str = "2026-01-01";
const OVER: &str = "2025-10-01";

/// What the command wrote and what it said.
fn run(root: &Path, words: &[&str]) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let fixed = ["--now", NOW, "-q", root.to_str().unwrap()];
    let mut all: Vec<OsString> = vec!["tenure".into()];
    all.extend(words.iter().chain(&fixed).map(OsString::from));
    tenure::cli::main(all, &mut out, &mut err);
    (
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
    )
}

fn git(root: &Path, words: &[&str]) {
    let who = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.com",
        "-c",
        "core.autocrlf=false",
    ];
    let done = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(who)
        .args(words)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{words:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn lease(purpose: &str) -> String {
    format!(
        "# tenure: lease owner=@org/pay purpose=\"nightly {purpose} of the ledgers\" expires={OVER} approver=@alice"
    )
}

fn member(name: &str, above: &str) -> String {
    format!(
        "{above}resource \"google_project_iam_member\" \"{name}\" {{\n  project = \"p\" # in front\n  role    = \"roles/editor\"\n  member  = \"serviceAccount:{name}@p.iam.gserviceaccount.com\"\n}}\n"
    )
}

fn terraform() -> String {
    let mut text = "# head\n\nlocals {\n  region = \"eu\"\n}\n".to_owned();
    for at in 0..4 {
        text.push_str(&format!("\n{}", member(&format!("keep{at}"), "# why\n")));
        text.push_str(&format!(
            "\n{}",
            member(
                &format!("gone{at}"),
                &format!("{}\n# and more\n", lease(&format!("copy {at}")))
            )
        ));
    }
    text.push_str(&format!(
        "\nresource \"google_project_iam_binding\" \"keep\" {{\n  project = \"p\"\n  role    = \"roles/editor\"\n  members = [\n    \"serviceAccount:keep-a@p.iam.gserviceaccount.com\", # first\n    {}\n    \"serviceAccount:gone-a@p.iam.gserviceaccount.com\",\n    \"serviceAccount:gone-b@p.iam.gserviceaccount.com\" {}\n  ]\n}}\n",
        lease("import"),
        lease("export"),
    ));
    // Whole arguments: a list over several lines, and one with its lease beside it.
    text.push_str(&format!(
        "\nresource \"aws_iam_role\" \"keep_list\" {{\n  name = \"keep-list\" # its name\n  tags = {{ owner = \"payments\" }}\n  {}\n  managed_policy_arns = [\n    \"arn:aws:iam::123456789012:policy/gone-audit\",\n  ]\n  path = \"/\"\n}}\n",
        lease("audit"),
    ));
    text.push_str(&format!(
        "\nresource \"aws_iam_role\" \"keep_line\" {{\n  name                = \"keep-line\"\n  managed_policy_arns = [\"arn:aws:iam::123456789012:policy/gone-trial\"] {}\n  tags                = {{ owner = \"payments\" }}\n}}\n",
        lease("trial"),
    ));
    text
}

fn github() -> String {
    format!(
        "{}\nresource \"github_repository_environment\" \"gone\" {{\n  repository  = \"shop\"\n  environment = \"gone-migration\"\n}}\n\nresource \"github_repository_environment\" \"keep\" {{\n  repository  = \"shop\"\n  environment = \"keep-production\"\n  reviewers {{\n    teams = [\n      1, # keep\n      2, {}\n    ]\n  }}\n}}\n\n{}\nresource \"github_repository_collaborator\" \"gone\" {{\n  repository = \"shop\"\n  username   = \"gone-contractor\"\n  permission = \"admin\"\n}}\n\n{}\nresource \"github_actions_environment_secret\" \"gone\" {{\n  repository      = \"shop\"\n  environment     = \"gone-migration\"\n  secret_name     = \"AWS_SECRET_ACCESS_KEY\"\n  plaintext_value = var.key\n}}\n",
        lease("migration"),
        lease("review"),
        lease("audit"),
        lease("upload"),
    )
}

fn settings() -> String {
    format!(
        "repository: {{ name: shop }}\ncollaborators:\n  - username: keep-one\n    permission: push\n  {}\n  - username: gone-two\n    permission: admin\nenvironments:\n  - name: keep-production\n    reviewers: [{{ type: Team, id: 1 }}]\n  {}\n  - name: gone-staging\n    reviewers: []\n",
        lease("import by hand"),
        lease("trial run"),
    )
}

fn binding(name: &str, end: &str) -> String {
    format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  name: {name}\n  namespace: shop\n  annotations:\n    tenure/owner: \"@org/shop\"\n    tenure/purpose: look into payments of {name} # every night\n    tenure/expires: \"{end}\"\nroleRef: {{ apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit }}\nsubjects:\n  - {{ kind: ServiceAccount, name: {name}, namespace: shop }}\n"
    )
}

fn subjects() -> String {
    format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{ name: keep-ops }}\nroleRef: {{ apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit }}\nsubjects:\n  # stays\n  - kind: ServiceAccount\n    name: keep-a\n    namespace: shop\n  {}\n  - kind: ServiceAccount\n    name: gone-c\n    namespace: shop\n",
        lease("cleaning")
    )
}

fn workflow() -> String {
    format!(
        "on: push\npermissions: {{}}\njobs:\n  keep:\n    runs-on: ubuntu-latest\n    steps: [{{ run: make }}]\n  {}\n  gone:\n    runs-on: ubuntu-latest\n    permissions: {{ contents: write }}\n    steps: [{{ run: make }}]\n",
        lease("release")
    )
}

const JSON: &str = "{\n  \"resource\": {\n    \"google_project_iam_member\": {\n      \"keep_json\": {\n        \"project\": \"p\", \"role\": \"roles/editor\", \"member\": \"serviceAccount:keep-j@p.iam.gserviceaccount.com\"\n      },\n      \"gone_json\": {\n        \"project\": \"p\", \"role\": \"roles/editor\", \"member\": \"serviceAccount:gone-j@p.iam.gserviceaccount.com\"\n      },\n      \"gone_last\": {\n        \"project\": \"p\", \"role\": \"roles/viewer\", \"member\": \"serviceAccount:gone-l@p.iam.gserviceaccount.com\"\n      }\n    }\n  }\n}\n";

fn leases() -> String {
    let entry = |address: &str, purpose: &str, end: &str| {
        format!(
            "  - address: {address}\n    owner: \"@org/pay\"\n    purpose: {purpose}\n    expires: {end}\n    approver: \"@alice\"\n"
        )
    };
    [
        "leases:\n".to_owned(),
        entry(
            "google_project_iam_member.gone_json",
            "gone-by partner export by file",
            OVER,
        ),
        entry(
            "google_project_iam_member.keep_json",
            "partner import by file",
            "2026-03-01",
        ),
        entry(
            "google_project_iam_member.gone_last",
            "gone-by partner listing by file",
            OVER,
        ),
    ]
    .concat()
}

fn files() -> Vec<(&'static str, String)> {
    let documents = [
        binding("gone-d", OVER),
        binding("keep-d", "2026-03-01"),
        format!("# a comment of its own\n{}", binding("gone-e", OVER)),
        binding("gone-f", OVER),
    ];
    vec![
        ("main.tf", terraform()),
        ("github.tf", github()),
        (".github/settings.yml", settings()),
        ("k8s/many.yaml", documents.join("---\n")),
        ("k8s/gone.yaml", binding("gone-g", OVER)),
        ("k8s/subjects.yaml", subjects()),
        (
            "crlf/main.tf",
            format!(
                "{}\n{}",
                member("gone_crlf", &format!("{}\n", lease("crlf run"))),
                member("keep_crlf", "")
            )
            .replace('\n', "\r\n"),
        ),
        (
            "crlf/k8s.yaml",
            [binding("keep-h", "2026-03-01"), binding("gone-h", OVER)]
                .join("---\n")
                .replace('\n', "\r\n"),
        ),
        (".github/workflows/release.yml", workflow()),
        ("json/main.tf.json", JSON.to_owned()),
        (".tenure/leases.yaml", leases()),
    ]
}

fn write(root: &Path) {
    git(root, &["init", "-q", "-b", "main"]);
    for (path, text) in files() {
        let file = root.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    git(root, &["add", "-A"]);
    git(root, &["commit", "-qm", "access"]);
}

/// Fingerprints with what they say.
fn findings(root: &Path) -> BTreeMap<String, String> {
    let (json, said) = run(root, &["scan", "-f", "json", "--profile", "audit"]);
    let report: Value = serde_json::from_str(&json).unwrap_or_else(|_| panic!("{said}"));
    let rows = report["findings"].as_array().unwrap().iter();
    rows.map(|row| {
        let text = |key: &str| row[key].as_str().unwrap();
        let said = format!("{} {}: {}", text("rule"), text("address"), text("message"));
        (text("fingerprint").to_owned(), said)
    })
    .collect()
}

fn same(root: &Path) {
    for (path, text) in files() {
        assert_eq!(
            std::fs::read(root.join(path)).unwrap(),
            text.into_bytes(),
            "{path}"
        );
    }
}

#[test]
fn git_takes_the_patch_and_gives_everything_back() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root);
    let before = findings(root);
    let lapsed = before
        .iter()
        .filter(|(_, said)| said.starts_with("governance/lapsed-lease"));
    let lapsed: Vec<_> = lapsed.collect();
    let lapsed = lapsed.len();
    assert!(lapsed >= 20, "{lapsed}");
    let idle: Vec<_> = before
        .iter()
        .filter(|(_, said)| said.contains("idle-lease"))
        .collect();
    assert!(idle.is_empty(), "{idle:?}");
    let (patch, said) = run(root, &["revoke", "--lapsed", "--diff"]);
    assert_eq!(said, "");
    let (back, _) = run(root, &["revoke", "--lapsed", "--inverse"]);
    let (there, inverse) = (
        folder.path().join(".git/lapsed.diff"),
        folder.path().join(".git/back.diff"),
    );
    std::fs::write(&there, &patch).unwrap();
    std::fs::write(&inverse, &back).unwrap();
    git(root, &["apply", there.to_str().unwrap()]);
    for (path, old) in files() {
        let new = std::fs::read_to_string(root.join(path)).unwrap_or_default();
        assert!(
            !new.contains("gone") && !new.contains(OVER),
            "{path}:\n{new}"
        );
        let kept = |text: &str| text.matches("keep").count();
        assert_eq!(kept(&new), kept(&old), "{path}:\n{new}");
        assert_eq!(
            new.contains('\r'),
            old.contains('\r') && !new.is_empty(),
            "{path}"
        );
        assert!(
            !new.replace("\r\n", "").contains('\r')
                && (!old.contains('\r') || !new.replace("\r\n", "").contains('\n')),
            "{path}"
        );
    }
    let json = std::fs::read_to_string(root.join("json/main.tf.json")).unwrap();
    assert!(serde_json::from_str::<Value>(&json).is_ok(), "{json}");
    let after = findings(root);
    let new = after
        .iter()
        .filter(|(print, _)| !before.contains_key(*print));
    let new: Vec<_> = new.collect();
    assert!(new.is_empty(), "{new:#?}");
    let gone = before
        .iter()
        .filter(|(print, _)| !after.contains_key(*print));
    let gone: Vec<&String> = gone.map(|(_, said)| said).collect();
    assert!(gone.len() >= lapsed, "{gone:#?}");
    for said in gone {
        assert!(
            said.contains("gone") || said.starts_with("governance/lapsed-lease"),
            "{said}"
        );
    }
    git(root, &["add", "-A"]);
    git(root, &["commit", "-qm", "take out"]);
    git(root, &["revert", "--no-edit", "HEAD"]);
    same(root);
    git(root, &["apply", there.to_str().unwrap()]);
    git(root, &["apply", "-R", there.to_str().unwrap()]);
    same(root);
    git(root, &["apply", there.to_str().unwrap()]);
    git(root, &["apply", inverse.to_str().unwrap()]);
    same(root);
}

#[test]
fn what_a_second_scan_does_not_prove_is_refused_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let reviewers = format!(
        "resource \"github_repository_environment\" \"keep\" {{\n  repository  = \"shop\"\n  environment = \"production\"\n  {}\n  reviewers {{\n    teams = [1]\n  }}\n}}\n",
        lease("review")
    );
    let text = [
        member("gone1", &format!("{}\n", lease("import"))),
        reviewers.clone(),
        member("gone2", &format!("{}\n", lease("export"))),
        member("gone_json", ""),
    ];
    std::fs::write(root.join("main.tf"), text.join("\n")).unwrap();
    std::fs::create_dir(root.join(".tenure")).unwrap();
    let file = leases();
    let entries: Vec<&str> = file.split_inclusive("  - ").take(2).collect();
    let one = entries.concat();
    let one = one.strip_suffix("  - ").unwrap();
    std::fs::write(root.join(".tenure/leases.yaml"), one).unwrap();
    let (patch, said) = run(root, &["revoke", "--lapsed", "--diff"]);
    assert!(
        said.contains("refused: github_repository_environment.keep"),
        "{said}"
    );
    assert!(
        said.contains("new: setting/environment-without-reviewers"),
        "{said}"
    );
    assert!(!said.contains("gone"), "{said}");
    assert_eq!(patch.matches("\n-resource \"google").count(), 3, "{patch}");
    assert!(!patch.contains("-  reviewers"), "{patch}");
}
