//! `tenure fix`: the finding is gone, nothing is new, a second run changes nothing, and everything else stays as it is.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "git/ground.rs"]
mod ground;

use ground::Ground;

const WORKFLOW: &str = "# comment\non: push\npermissions: write-all # too much\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4 # pinned soon\n      - run: make test\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Get it\n        uses: actions/checkout@v4\n        with:\n          fetch-depth: 0 # all\n      - run: make lint\n";
const ACCOUNT: &str =
    "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: default # ours\n  namespace: shop\n";

fn run(ground: &Ground, arguments: &[&str]) -> (Option<i32>, String) {
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_tenure"))
        .args(arguments)
        .current_dir(&ground.root)
        .output()
        .unwrap();
    let said = [out.stdout, out.stderr].concat();
    (out.status.code(), String::from_utf8(said).unwrap())
}

fn read(ground: &Ground, path: &str) -> String {
    std::fs::read_to_string(ground.root.join(path)).unwrap()
}

/// The findings without their lines.
fn rules(ground: &Ground) -> Vec<String> {
    let found = ground.found(&["scan"]);
    let rules = found.iter().map(|line| line.split(' ').next().unwrap());
    rules.map(str::to_owned).collect()
}

#[test]
fn findings_go_and_nothing_else_changes() {
    let ground = Ground::new();
    let workflow = ".github/workflows/ci.yml";
    ground
        .write(workflow, WORKFLOW)
        .write("k8s/account.yaml", ACCOUNT);
    let before = rules(&ground);
    let count = |rule: &str| before.iter().filter(|found| *found == rule).count();
    assert_eq!(count("setting/persisted-checkout-token"), 2, "{before:?}");
    assert_eq!(count("identity/default-account-mounts-token"), 1);
    assert_eq!(count("setting/all-token-permissions"), 1);

    let (code, shown) = run(&ground, &["fix", "--diff"]);
    assert_eq!(code, Some(1));
    assert!(
        shown.contains("+automountServiceAccountToken: false"),
        "{shown}"
    );
    assert!(shown.contains("--- a/.github/workflows/ci.yml"), "{shown}");
    assert_eq!(read(&ground, workflow), WORKFLOW, "a diff changes nothing");
    let patch = git2::Diff::from_buffer(shown.as_bytes()).unwrap();
    assert_eq!(patch.deltas().len(), 2, "git reads it");

    let (code, said) = run(&ground, &["fix"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("3 fixed; 1 more with --unsafe"), "{said}");
    let added = "          persist-credentials: false\n";
    let want = WORKFLOW
        .replace(
            "# pinned soon\n",
            &format!("# pinned soon\n        with:\n{added}"),
        )
        .replace(
            "fetch-depth: 0 # all\n",
            &format!("fetch-depth: 0 # all\n{added}"),
        );
    assert_eq!(read(&ground, workflow), want);
    assert_eq!(
        read(&ground, "k8s/account.yaml"),
        ACCOUNT.replace(
            "ServiceAccount\n",
            "ServiceAccount\nautomountServiceAccountToken: false\n"
        )
    );
    let after = rules(&ground);
    assert!(
        !after
            .iter()
            .any(|rule| rule.contains("persisted") || rule.contains("default-account")),
        "{after:?}"
    );
    assert_eq!(after.len(), before.len() - 3, "and nothing new: {after:?}");

    let (_, said) = run(&ground, &["fix"]);
    assert!(said.contains("0 fixed"), "{said}");
    assert_eq!(read(&ground, workflow), want);
    let (_, said) = run(&ground, &["fix", "--unsafe"]);
    assert!(said.contains("1 fixed"), "{said}");
    assert_eq!(
        read(&ground, workflow),
        want.replace("write-all", "{ contents: read }")
    );
}

#[test]
fn a_template_is_left_alone() {
    let ground = Ground::new();
    let text = format!("{ACCOUNT}{{{{ if .Values.x }}}}\n# y\n{{{{ end }}}}\n");
    ground.write("chart/templates/account.yaml", &text);
    run(&ground, &["fix", "--unsafe"]);
    assert_eq!(read(&ground, "chart/templates/account.yaml"), text);
}

const CLOUD: &str = "# ours\nresource \"aws_db_instance\" \"orders\" {\n  identifier     = \"orders\" # a name\n  engine         = \"postgres\"\n  instance_class = \"db.t4g.small\"\n}\n\nresource \"azurerm_kubernetes_cluster\" \"main\" {\n  name                      = \"main\"\n  local_account_disabled    = true\n  workload_identity_enabled = true\n\n  azure_active_directory_role_based_access_control {\n    azure_rbac_enabled = true\n  }\n\n  key_vault_secrets_provider {\n    secret_rotation_enabled = false # later\n  }\n}\n";

#[test]
fn blocks_of_terraform_are_changed_in_place() {
    let ground = Ground::new();
    ground.write("main.tf", CLOUD);
    let before = rules(&ground);
    let (_, said) = run(&ground, &["fix"]);
    assert!(said.contains("1 fixed; 1 more with --unsafe"), "{said}");
    let safe = CLOUD.replace("enabled = false # later", "enabled = true # later");
    assert_eq!(read(&ground, "main.tf"), safe);
    let (_, said) = run(&ground, &["fix", "--unsafe"]);
    assert!(said.contains("1 fixed"), "{said}");
    let line = "db.t4g.small\"\n";
    let added = format!("{line}\n  iam_database_authentication_enabled = true\n");
    assert_eq!(read(&ground, "main.tf"), safe.replace(line, &added));
    let after = rules(&ground);
    assert_eq!(after.len(), before.len() - 2, "{before:?} {after:?}");
    let (_, said) = run(&ground, &["fix", "--unsafe"]);
    assert!(said.contains("0 fixed; 0 more"), "{said}");
}

#[test]
fn a_lease_is_written_where_it_resolves_a_finding() {
    let ground = Ground::new();
    let text = "resource \"google_project_iam_member\" \"export\" {\n  project = \"example-prod\"\n  role    = \"roles/owner\"\n  member  = \"serviceAccount:export@example-prod.iam.gserviceaccount.com\"\n}\n";
    ground.write("main.tf", text);
    let words = "owner=@org/data purpose=\"nightly export of the ledger\" expires=2026-03-31 approver=@alice";
    let scan = ["scan", "--profile", "strict", "--select", "governance/*"];
    let before = ground.found(&scan);
    assert_eq!(before, ["governance/unleased-privilege main.tf:1"]);
    for (wrong, why) in [
        ("owner=@org/data", "purpose"),
        ("owner=todo purpose=\"x\" expires=2026-03-31", "owner"),
        ("owner=@a purpose=\"why it is\" expires=soon", "date"),
    ] {
        let (code, said) = run(&ground, &["fix", "--lease", wrong]);
        assert_eq!((code, said.contains(why)), (Some(2), true), "{said}");
    }
    let fix = ["fix", "--lease", words, "--now", "2026-01-01"];
    let strict = ["--profile", "strict", "--select", "governance/*"];
    let (_, said) = run(&ground, &[&fix[..], &strict].concat());
    assert!(said.contains("1 fixed"), "{said}");
    assert_eq!(
        read(&ground, "main.tf"),
        format!("# tenure: lease {words}\n{text}")
    );
    assert_eq!(ground.found(&scan), Vec::<String>::new());
    let (_, said) = run(&ground, &[&fix[..], &strict].concat());
    assert!(said.contains("0 fixed"), "{said}");
}
