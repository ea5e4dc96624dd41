//! `tenure inventory` and `tenure explain IDENTITY` as a user meets them: what is listed, filtered, drawn and hidden.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const CLUSTER: &str = "\
apiVersion: v1
kind: ServiceAccount
metadata: {name: deployer, namespace: shop-prod, labels: {team: shop}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: deployer}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: deployer, namespace: shop-prod}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: deployer, namespace: shop-prod}
spec: {template: {spec: {serviceAccountName: deployer, containers: [{name: c, image: example/c}]}}}
";

const CLOUD: &str = "\
resource \"aws_iam_user\" \"exporter\" {
  name = \"ledger-exporter\"
}
resource \"aws_iam_access_key\" \"exporter\" {
  user = aws_iam_user.exporter.name
}
";

fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

fn estate() -> TempDir {
    tree(&[("cluster/prod.yaml", CLUSTER), ("infra/main.tf", CLOUD)])
}

fn tenure(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tenure"))
        .args(arguments)
        .current_dir(dir)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn shown(dir: &Path, arguments: &[&str]) -> String {
    let out = tenure(dir, arguments);
    let error = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(0), "{error}");
    String::from_utf8(out.stdout).unwrap()
}

fn names(dir: &Path, filter: &[&str]) -> Vec<String> {
    let arguments = [&["inventory", "--format", "json"][..], filter].concat();
    let document: Value = serde_json::from_str(&shown(dir, &arguments)).unwrap();
    let identities = document["identities"].as_array().unwrap();
    let name = |identity: &Value| identity["name"].as_str().unwrap().to_owned();
    identities.iter().map(name).collect()
}

#[test]
fn every_identity_is_a_line_of_the_table() {
    let dir = estate();
    let text = shown(dir.path(), &["inventory"]);
    let line = |word: &str| text.lines().find(|line| line.contains(word)).unwrap();
    assert!(line("shop-prod/deployer").contains("shop (own)"), "{text}");
    assert!(line("shop-prod/deployer").contains("admin, standing"));
    assert!(line("ledger-exporter").contains("access_key: never"));
    assert!(line("ledger-exporter").contains("infra/main.tf:1"));
    let last = text.lines().last().unwrap();
    assert_eq!(
        last,
        "2 identities: 1 without an owner, 1 with standing privilege; 1 credential, 1 without an end"
    );
}

#[test]
fn filters_choose() {
    let dir = estate();
    let all = ["ledger-exporter", "deployer"];
    assert_eq!(names(dir.path(), &[]), all);
    assert_eq!(names(dir.path(), &["--ownerless"]), ["ledger-exporter"]);
    assert_eq!(names(dir.path(), &["--standing"]), ["deployer"]);
    assert_eq!(names(dir.path(), &["--no-expiry"]), ["ledger-exporter"]);
    assert_eq!(
        names(dir.path(), &["--provider", "kubernetes"]),
        ["deployer"]
    );
    assert_eq!(names(dir.path(), &["--provider", "aws,kubernetes"]), all);
    assert_eq!(names(dir.path(), &["--env", "production"]), ["deployer"]);
    assert_eq!(
        names(dir.path(), &["--env", "unknown"]),
        ["ledger-exporter"]
    );
    assert!(names(dir.path(), &["--ownerless", "--standing"]).is_empty());
}

#[test]
fn a_spreadsheet_has_a_row_an_identity() {
    let dir = estate();
    let text = shown(dir.path(), &["inventory", "--format", "csv"]);
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows.len(), 3);
    let columns = |row: &str| row.split(',').count();
    assert!(
        rows.iter().all(|row| columns(row) == columns(rows[0])),
        "{text}"
    );
    assert!(rows[1].starts_with("aws_iam_user.exporter,aws,iam_user,ledger-exporter,"));
}

#[test]
fn paths_come_as_text_json_and_drawings() {
    let dir = estate();
    let text = shown(dir.path(), &["inventory", "--paths"]);
    assert!(
        text.starts_with("admin: workload deployer -> deployer (cluster-admin)"),
        "{text}"
    );
    assert!(text.contains("cluster/prod.yaml:12"), "{text}");
    let json: Value =
        serde_json::from_str(&shown(dir.path(), &["inventory", "--paths", "-f", "json"])).unwrap();
    assert_eq!(json["paths"][0]["level"], "admin");
    assert_eq!(json["paths"][0]["steps"][0]["place"]["line"], 12);
    let mermaid = shown(dir.path(), &["inventory", "--paths", "-f", "mermaid"]);
    assert!(mermaid.starts_with("flowchart LR\n"));
    assert!(mermaid.contains("usage0 --> grant0"), "{mermaid}");
    let dot = shown(dir.path(), &["inventory", "--paths", "-f", "dot"]);
    assert!(
        dot.starts_with("digraph") && dot.contains("usage0 -> grant0;"),
        "{dot}"
    );
    for wrong in [
        &["inventory", "-f", "dot"][..],
        &["inventory", "--paths", "-f", "csv"],
    ] {
        assert_eq!(tenure(dir.path(), wrong).status.code(), Some(2));
    }
}

#[test]
fn paths_that_read_the_same_are_one() {
    let dir = tree(&[
        (
            ".github/workflows/a.yml",
            "on: push\npermissions: {contents: write}\njobs:\n  a: {runs-on: x, steps: [{run: y}]}\n",
        ),
        (
            "main.tf",
            "module \"a\" {\n  source   = \"./m\"\n  for_each = toset([\"x\", \"y\"])\n}\n",
        ),
        (
            "m/main.tf",
            "resource \"aws_iam_role\" \"r\" {\n  name = \"runner\"\n  assume_role_policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"sts:AssumeRole\", Principal = { Service = \"lambda.amazonaws.com\" } }] })\n}\n\
         resource \"aws_iam_role_policy_attachment\" \"r\" {\n  role = aws_iam_role.r.name\n  policy_arn = \"arn:aws:iam::aws:policy/AdministratorAccess\"\n}\n\
         resource \"aws_lambda_function\" \"f\" {\n  function_name = \"f\"\n  role = aws_iam_role.r.arn\n}\n",
        ),
    ]);
    let text = shown(dir.path(), &["inventory", "--paths"]);
    assert_eq!(text.matches("admin: ").count(), 1, "{text}");
    assert!(text.contains(", 2 instances\n"), "{text}");
    assert!(
        text.contains(".yml#a -> its own token (contents:write)"),
        "{text}"
    );
    let mermaid = shown(dir.path(), &["inventory", "--paths", "-f", "mermaid"]);
    assert_eq!(
        mermaid.matches("AdministratorAccess").count(),
        1,
        "{mermaid}"
    );
}

#[test]
fn an_identity_is_explained_on_one_page() {
    let dir = estate();
    for wanted in [
        "shop-prod/ServiceAccount/deployer",
        "deployer",
        "ServiceAccount/deployer",
    ] {
        let text = shown(dir.path(), &["explain", wanted]);
        assert!(
            text.starts_with("service_account shop-prod/deployer\n"),
            "{text}"
        );
        assert!(
            text.contains("owner        shop: written on it, cluster/prod.yaml:3"),
            "{text}"
        );
        assert!(text.contains("admin by cluster-admin"), "{text}");
        assert!(
            text.contains("workload deployer in production by token  cluster/prod.yaml:12"),
            "{text}"
        );
        assert!(text.contains("high grant/cluster-admin"), "{text}");
        assert!(text.contains("\n  tier         1: "), "{text}");
    }
    let json: Value =
        serde_json::from_str(&shown(dir.path(), &["explain", "--json", "deployer"])).unwrap();
    assert_eq!(json["identity"]["level"], "admin");
    assert_eq!(json["reached_by"][0]["start"], "deployer");
}

#[test]
fn an_identity_tells_its_tier_and_what_a_lease_declares() {
    let dir = tree(&[
        (
            "main.tf",
            "resource \"aws_iam_role\" \"r\" {\n  name = \"runner\"\n  assume_role_policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"sts:AssumeRole\", Principal = { Service = \"lambda.amazonaws.com\" } }] })\n}\n\
             # tenure: lease owner=@org/a purpose=\"moves the ledger\" expires=2027-01-31 approver=@b\n\
             resource \"aws_iam_role_policy_attachment\" \"r\" {\n  role = aws_iam_role.r.name\n  policy_arn = \"arn:aws:iam::aws:policy/AdministratorAccess\"\n}\n",
        ),
        (
            "tenure.yaml",
            "tiers:\n  - { identity: runner, tier: 3, reason: an empty account }\n",
        ),
    ]);
    let text = shown(dir.path(), &["explain", "runner", "--now", "2026-12-01"]);
    let tier = "  tier         3: an empty account (tenure.yaml; by itself 1: ";
    assert!(text.contains(tier), "{text}");
    let grant = "[never ends, leased until 2027-01-31]";
    assert!(text.contains(grant), "{text}");
    let json: Value =
        serde_json::from_str(&shown(dir.path(), &["inventory", "-f", "json"])).unwrap();
    let runner = &json["identities"][0];
    assert_eq!(runner["tier"], 3);
    assert_eq!(runner["grants"][0]["leased_until"], "2027-01-31");
    assert_eq!(runner["grants"][0]["ends"], "never");
    let csv = shown(dir.path(), &["inventory", "-f", "csv"]);
    assert!(csv.contains(",leased_until,tier,tier_reason"), "{csv}");
}

#[test]
fn a_rule_is_still_explained_and_a_wrong_name_is_a_mistake() {
    let dir = estate();
    let text = shown(dir.path(), &["explain", "identity/ownerless"]);
    assert!(text.starts_with("identity/ownerless:"));
    for wrong in ["identity/ownerles", "nobody-knows-it"] {
        let out = tenure(dir.path(), &["explain", wrong]);
        assert_eq!(out.status.code(), Some(2), "{wrong}");
        assert!(out.stdout.is_empty());
    }
}

#[test]
fn a_name_of_several_identities_lists_their_addresses() {
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: app, namespace: NS}\n";
    let both = format!(
        "{}---\n{}",
        account.replace("NS", "a"),
        account.replace("NS", "b")
    );
    let dir = tree(&[("app.yaml", &both)]);
    let out = tenure(dir.path(), &["explain", "app"]);
    assert_eq!(out.status.code(), Some(2));
    let error = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(
        error.contains("a/ServiceAccount/app") && error.contains("b/ServiceAccount/app"),
        "{error}"
    );
}

#[test]
fn secrets_are_covered_and_nothing_steers_the_terminal() {
    let key = concat!("AKIA", "Q3EGRIPLEX5TMAZ7");
    let text = format!(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: \"app\\e[31m\"\n  namespace: shop\n  annotations:\n    description: \"uses {key}\"\n"
    );
    let dir = tree(&[("app.yaml", &text)]);
    for arguments in [
        &["inventory"][..],
        &["inventory", "-f", "csv"],
        &["inventory", "-f", "json"],
        &["explain", "shop/ServiceAccount/app\u{1b}[31m"],
    ] {
        let text = shown(dir.path(), arguments);
        assert!(text.contains("app"), "{text}");
        assert!(!text.contains('\u{1b}'), "{arguments:?}: {text}");
        assert!(!text.contains(key), "{arguments:?}: {text}");
    }
}
