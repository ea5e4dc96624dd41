//! Patches that take access out: git applies them, only the lapsed access goes, and the inverse brings back every byte.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::ffi::OsString;
use std::path::Path;

/// Whether the command ended with 0, what it wrote, and what it said.
fn run(arguments: &[&str]) -> (bool, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut all: Vec<OsString> = vec!["tenure".into()];
    all.extend(arguments.iter().map(OsString::from));
    let code = tenure::cli::main(all, &mut out, &mut err);
    (
        format!("{code:?}").contains("(0)"),
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
    )
}

const NOW: &str = "2026-01-01";

fn lease(expires: &str) -> String {
    format!(
        "# tenure: lease owner=@org/pay purpose=\"nightly ledger export\" expires={expires} approver=@alice\n"
    )
}

fn member(name: &str) -> String {
    format!(
        "resource \"google_project_iam_member\" \"{name}\" {{\n  project = \"p\" # keep\n  role    = \"roles/editor\"\n  member  = \"serviceAccount:{name}@p.iam.gserviceaccount.com\"\n}}\n"
    )
}

fn binding(name: &str, expires: &str) -> String {
    format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  name: {name}\n  namespace: shop\n  annotations:\n    tenure/owner: \"@org/shop\"\n    tenure/purpose: look into payments {name}\n    tenure/expires: \"{expires}\"\nroleRef: {{ apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit }}\nsubjects:\n  - {{ kind: ServiceAccount, name: {name}, namespace: shop }}\n"
    )
}

/// Files of Terraform, Kubernetes, GitHub and the lease file with lapsed and current leases.
fn files() -> Vec<(&'static str, String)> {
    let mut tf = "# head\n\nlocals {\n  region = \"eu\"\n}\n".to_owned();
    for at in 0..8 {
        let expires = if at % 2 == 0 {
            "2025-12-31"
        } else {
            "2026-02-01"
        };
        tf.push_str(&format!(
            "\n{}{}",
            lease(expires),
            member(&format!("m{at}"))
        ));
    }
    let rb: Vec<String> = (0..6)
        .map(|at| {
            binding(
                &format!("d{at}"),
                if at < 4 { "2025-11-30" } else { "2026-02-01" },
            )
        })
        .collect();
    vec![
        ("main.tf", tf),
        ("k8s/rb.yaml", format!("---\n{}", rb.join("---\n"))),
        ("k8s/one.yaml", binding("alone", "2025-11-30")),
        (
            "k8s/crb.yaml",
            format!("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n  name: ops\nroleRef: {{ apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }}\nsubjects:\n  # stays\n  - kind: ServiceAccount\n    name: stay\n    namespace: shop\n  {}  - kind: ServiceAccount\n    name: gone\n    namespace: shop\n", lease("2025-10-01")),
        ),
        (
            ".github/workflows/d.yml",
            format!("on: push\npermissions: {{}}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps: [{{ run: make }}]\n  {}  deploy:\n    runs-on: ubuntu-latest\n    permissions: {{ contents: write }}\n    steps: [{{ run: make }}]\n", lease("2025-10-01")),
        ),
        ("other.tf", format!("{}\n{}", member("json"), member("json2"))),
        (
            ".tenure/leases.yaml",
            "leases:\n  - address: google_project_iam_member.json\n    owner: \"@org/pay\"\n    purpose: partner export by file\n    expires: 2025-10-01\n    approver: \"@alice\"\n  - address: google_project_iam_member.json2\n    owner: \"@org/pay\"\n    purpose: partner export by another file\n    expires: 2026-02-20\n    approver: \"@alice\"\n".to_owned(),
        ),
    ]
}

fn write(root: &Path, files: &[(&str, String)]) {
    for (path, text) in files {
        let file = root.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
}

fn apply(root: &Path, patch: &str) {
    let repository = git2::Repository::open(root).unwrap();
    let diff = git2::Diff::from_buffer(patch.as_bytes()).unwrap();
    repository
        .apply(&diff, git2::ApplyLocation::WorkDir, None)
        .unwrap();
}

fn read(root: &Path, path: &str) -> String {
    std::fs::read_to_string(root.join(path)).unwrap_or_default()
}

#[test]
fn what_lapsed_goes_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git2::Repository::init(root).unwrap();
    write(root, &files());
    let path = root.to_str().unwrap();
    let (clean, patch, said) = run(&["revoke", "--lapsed", "--diff", "--now", NOW, "-q", path]);
    assert!(clean, "{said}");
    let (_, back, _) = run(&["revoke", "--lapsed", "--inverse", "--now", NOW, "-q", path]);
    apply(root, &patch);
    let tf = read(root, "main.tf");
    for at in 0..8 {
        let there = tf.contains(&format!("\"m{at}\""));
        assert_eq!(there, at % 2 == 1, "m{at}");
    }
    assert!(
        tf.starts_with("# head\n\nlocals {\n  region = \"eu\"\n}\n\n# tenure"),
        "{tf}"
    );
    let rb = read(root, "k8s/rb.yaml");
    assert!(
        rb.contains("name: d4") && rb.contains("name: d5") && !rb.contains("name: d3"),
        "{rb}"
    );
    assert_eq!(rb.matches("apiVersion").count(), 2);
    assert!(
        !root.join("k8s/one.yaml").exists(),
        "a file with nothing left goes"
    );
    let crb = read(root, "k8s/crb.yaml");
    assert!(
        crb.contains("name: stay") && !crb.contains("name: gone") && !crb.contains("tenure"),
        "{crb}"
    );
    let workflow = read(root, ".github/workflows/d.yml");
    assert!(
        workflow.contains("build:") && !workflow.contains("deploy:"),
        "{workflow}"
    );
    assert!(!read(root, "other.tf").contains("\"json\" {"));
    assert!(!read(root, ".tenure/leases.yaml").contains("by file"));
    let (clean, again, said) = run(&["revoke", "--lapsed", "--diff", "--now", NOW, "-q", path]);
    assert!(
        clean && again.is_empty() && said.contains("nothing to take out"),
        "{again}{said}"
    );
    apply(root, &back);
    for (path, text) in files() {
        assert_eq!(read(root, path), text, "{path}");
    }
}

#[test]
fn what_others_refer_to_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "{}{}output \"id\" {{ value = google_project_iam_member.m.id }}\n",
        lease("2025-12-31"),
        member("m")
    );
    write(folder.path(), &[("main.tf", text)]);
    let path = folder.path().to_str().unwrap();
    let (clean, patch, said) = run(&["revoke", "--lapsed", "--diff", "--now", NOW, "-q", path]);
    assert!(!clean && patch.is_empty());
    assert!(
        said.contains("main.tf refers to google_project_iam_member.m"),
        "{said}"
    );
}

#[test]
fn one_finding_is_contained() {
    let folder = tempfile::tempdir().unwrap();
    let key = concat!("AKIA", "Q3EGRIDXMPL7ABCD");
    write(
        folder.path(),
        &[
            ("main.tf", format!("{}\n{}", member("a"), member("b"))),
            ("a.env", format!("AWS_ACCESS_KEY_ID={key}\n")),
        ],
    );
    let path = folder.path().to_str().unwrap();
    let (_, json, _) = run(&["scan", "-f", "json", "--now", NOW, "-q", path]);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let print = |address: &str| {
        let found = findings
            .iter()
            .find(|row| row["address"] == address && row["rule"] == "grant/standing-administrator");
        found.unwrap()["fingerprint"].as_str().unwrap().to_owned()
    };
    let of = print("google_project_iam_member.b");
    let (clean, patch, said) = run(&["contain", &of[..16], "--diff", "--now", NOW, "-q", path]);
    assert!(clean, "{said}");
    assert!(
        patch.contains("-resource \"google_project_iam_member\" \"b\"")
            && !patch.contains("-resource \"google_project_iam_member\" \"a\"")
    );
    for (print, part) in [("abcdef", "at least 8"), ("0000000000", "no finding")] {
        let (clean, _, said) = run(&["contain", print, "--now", NOW, "-q", path]);
        assert!(!clean && said.contains(part), "{said}");
    }
}

/// The fingerprint of the only finding of a rule.
fn print(root: &Path, rule: &str) -> String {
    let path = root.to_str().unwrap();
    let words = ["scan", "-f", "json", "--select", rule, "--profile", "audit"];
    let (_, json, _) = run(&[&words[..], &["--now", NOW, "-q", path]].concat());
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let found = &report["findings"];
    assert_eq!(found.as_array().unwrap().len(), 1, "{json}");
    found[0]["fingerprint"].as_str().unwrap().to_owned()
}

#[test]
fn a_key_with_a_switch_is_switched_off_and_others_go() {
    let key = "resource \"aws_iam_user\" \"ci\" {\n  name = \"ci\"\n}\n\n# for the old builds\nresource \"aws_iam_access_key\" \"ci\" {\n  user = aws_iam_user.ci.name # theirs\n}\n\noutput \"id\" { value = aws_iam_access_key.ci.id }\n";
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git2::Repository::init(root).unwrap();
    write(root, &[("main.tf", key.to_owned())]);
    let path = root.to_str().unwrap();
    let of = print(root, "credential/static-key");
    let contain = |more: &[&str]| {
        let (clean, out, said) = run(&[&["contain", &of, "--now", NOW, "-q", path], more].concat());
        assert!(clean, "{said}");
        out
    };
    let (words, patch, back) = (contain(&[]), contain(&["--diff"]), contain(&["--inverse"]));
    assert!(
        words.starts_with("switches off:\n  aws_iam_access_key.ci\n"),
        "{words}"
    );
    assert!(patch.starts_with("Ends access. It is for these files as they are, by SHA-256:\n"));
    apply(root, &patch);
    let off = key.replace("# theirs\n", "# theirs\n  status = \"Inactive\"\n");
    let off = off.replace("  user = ", "  user   = ");
    let now = read(root, "main.tf");
    assert!(
        now.contains("\"Inactive\"") && now.contains("# for the old builds"),
        "{now}"
    );
    assert_eq!(
        now.matches("aws_iam_access_key").count(),
        off.matches("aws_iam_access_key").count()
    );
    apply(root, &back);
    assert_eq!(read(root, "main.tf"), key);
    let deploy = "resource \"github_repository_deploy_key\" \"ci\" {\n  title      = \"ci\"\n  repository = \"shop\"\n  key        = var.key\n  read_only  = false\n}\n";
    write(root, &[("main.tf", deploy.to_owned())]);
    let json = run(&[
        "scan",
        "-f",
        "json",
        "--profile",
        "audit",
        "--now",
        NOW,
        "-q",
        path,
    ])
    .1;
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let rows = report["findings"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["rule"].as_str().unwrap().starts_with("credential/"));
    let of = row.unwrap()["fingerprint"].as_str().unwrap();
    let (_, patch, said) = run(&["contain", of, "--diff", "--now", NOW, "-q", path]);
    assert!(
        patch.contains("-resource \"github_repository_deploy_key\""),
        "{patch}{said}"
    );
}

/// The fingerprints of findings by address and message.
fn prints(root: &Path, rule: &str) -> Vec<(String, String)> {
    let path = root.to_str().unwrap();
    let words = ["scan", "-f", "json", "--select", rule, "--profile", "audit"];
    let (_, json, _) = run(&[&words[..], &["--now", NOW, "-q", path]].concat());
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let row = |row: &serde_json::Value| {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        (text("message"), text("fingerprint"))
    };
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(row)
        .collect()
}

#[test]
fn one_of_several_subjects_goes_alone() {
    let binding = |subjects: &str| {
        format!(
            "# admins\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{ name: admins }}\nroleRef: {{ apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }}\nsubjects:{subjects}"
        )
    };
    let lines = "\n  # ours\n  - kind: ServiceAccount\n    name: stay\n    namespace: shop # both\n  # theirs\n  - kind: ServiceAccount\n    name: gone\n    namespace: shop\n";
    let flow = " [{ kind: ServiceAccount, name: stay, namespace: shop }, { kind: ServiceAccount, name: gone, namespace: shop }] # two\n";
    let google = |members: &str| {
        format!(
            "resource \"google_project_iam_binding\" \"b\" {{\n  project = \"p\" # keep\n  role    = \"roles/owner\"\n  members = [{members}]\n}}\n"
        )
    };
    let member = |name: &str| format!("\"serviceAccount:{name}@p.iam.gserviceaccount.com\"");
    let (stay, gone) = (member("stay"), member("gone"));
    for (file, rule, text, left) in [
        (
            "k.yaml",
            "grant/cluster-admin",
            binding(lines),
            binding(
                "\n  # ours\n  - kind: ServiceAccount\n    name: stay\n    namespace: shop # both\n",
            ),
        ),
        (
            "k.yaml",
            "grant/cluster-admin",
            binding(flow),
            binding(" [{ kind: ServiceAccount, name: stay, namespace: shop }] # two\n"),
        ),
        (
            "m.tf",
            "grant/standing-administrator",
            google(&format!("{gone}, {stay}")),
            google(&stay),
        ),
        (
            "m.tf",
            "grant/standing-administrator",
            google(&format!("\n    {stay}, # ours\n    {gone}, # theirs\n  ")),
            google(&format!("\n    {stay}, # ours\n  ")),
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        git2::Repository::init(root).unwrap();
        write(root, &[(file, text.clone())]);
        let path = root.to_str().unwrap();
        let prints = prints(root, rule);
        // A binding of Kubernetes is one finding for all its subjects, a list of members one for each.
        let folded = prints.len() == 1;
        let own = prints
            .iter()
            .find(|(message, _)| folded || message.contains("gone"));
        let (_, of) = own.unwrap_or_else(|| panic!("{prints:?}"));
        let only: &[&str] = if folded { &["--only", "gone"] } else { &[] };
        let contain = |more: &str| {
            let words = ["contain", of, more, "--now", NOW, "-q", path];
            let (clean, out, said) = run(&[&words[..], only].concat());
            assert!(clean, "{said}");
            out
        };
        let words = ["contain", of, "--only", "others", "--now", NOW, "-q", path];
        let (clean, _, said) = run(&words);
        assert!(!clean && said.contains("gone"), "{said}");
        let (patch, back) = (contain("--diff"), contain("--inverse"));
        apply(root, &patch);
        assert_eq!(read(root, file), left, "{patch}");
        apply(root, &back);
        assert_eq!(read(root, file), text);
    }
}

#[test]
fn a_lease_for_one_member_in_the_lease_file_takes_that_member_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git2::Repository::init(root).unwrap();
    let tf = "resource \"google_project_iam_binding\" \"b\" {\n  project = \"p\"\n  role    = \"roles/editor\"\n  members = [\"user:a@example.org\", \"user:b@example.org\"]\n}\n";
    let leases = "leases:\n  - address: \"user:b@example.org\"\n    owner: \"@org/pay\"\n    purpose: looks into payments\n    expires: 2025-10-01\n    approver: \"@alice\"\n";
    write(
        root,
        &[
            ("m.tf", tf.to_owned()),
            (".tenure/leases.yaml", leases.to_owned()),
        ],
    );
    let path = root.to_str().unwrap();
    let (clean, patch, said) = run(&["revoke", "--lapsed", "--diff", "--now", NOW, "-q", path]);
    assert!(clean, "{said}");
    apply(root, &patch);
    assert_eq!(
        read(root, "m.tf"),
        tf.replace(", \"user:b@example.org\"", ""),
        "{patch}"
    );
}

#[test]
fn leases_beside_one_another_go_each_for_itself() {
    let lease = |what: &str| {
        format!(
            "# tenure: lease owner=@org/pay purpose=\"{what}\" expires=2025-10-01 approver=@alice"
        )
    };
    let settings = format!(
        "environments:\n  - name: production\n    reviewers:\n      - type: Team\n        id: 1\n      {}\n      - type: User\n        id: 2\n  {}\n  - name: partner\n    wait_timer: 0\n",
        lease("stands in while team 1 is away"),
        lease("opens the gate of the partner")
    );
    let kept =
        "environments:\n  - name: production\n    reviewers:\n      - type: Team\n        id: 1\n";
    let key = format!(
        "resource \"aws_iam_user\" \"robot\" {{\n  name = \"robot\"\n}}\n\n{}\nresource \"aws_iam_access_key\" \"robot\" {{\n  user = aws_iam_user.robot.name\n}}\n",
        lease("reads metrics for the old dashboard")
    );
    let list = |members: &str| {
        format!(
            "resource \"google_project_iam_binding\" \"b\" {{\n  project = \"p\"\n  role    = \"roles/editor\"\n  members = [\n    \"user:a@example.org\",\n{members}  ]\n}}\n"
        )
    };
    let member = format!(
        "    \"user:b@example.org\", {}\n",
        lease("looks into payments")
    );
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git2::Repository::init(root).unwrap();
    let files = [
        (".github/settings.yml", settings),
        ("key.tf", key.clone()),
        ("list.tf", list(&member)),
    ];
    write(root, &files);
    let path = root.to_str().unwrap();
    let (clean, words, said) = run(&["revoke", "--lapsed", "--now", NOW, "-q", path]);
    assert!(clean && said.is_empty(), "{said}");
    assert!(
        words.contains("to be said of what stays:\n  identity/person-in-the-cloud"),
        "{words}"
    );
    let (_, patch, _) = run(&["revoke", "--lapsed", "--diff", "--now", NOW, "-q", path]);
    apply(root, &patch);
    assert_eq!(read(root, ".github/settings.yml"), kept);
    assert_eq!(
        read(root, "key.tf"),
        key.split("\n\n").next().unwrap().to_owned() + "\n"
    );
    assert_eq!(
        read(root, "list.tf"),
        list(""),
        "the comma of the others stays"
    );
}

#[test]
fn a_thousand_lapsed_leases_are_read_once() {
    let (mut tf, mut leases) = (String::new(), "leases:\n".to_owned());
    for at in 0..1000 {
        tf.push_str(&format!("{}\n", member(&format!("m{at}"))));
        leases.push_str(&format!(
            "  - address: google_project_iam_member.m{at}\n    owner: \"@org/pay\"\n    purpose: nightly export {at} of the ledgers\n    expires: 2025-10-01\n    approver: \"@alice\"\n"
        ));
    }
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, &[("main.tf", tf), (".tenure/leases.yaml", leases)]);
    let start = std::time::Instant::now();
    let path = root.to_str().unwrap();
    let (clean, words, said) = run(&["revoke", "--lapsed", "--now", NOW, "-q", path]);
    assert!(clean, "{said}");
    assert_eq!(words.matches("(lease of @org/pay").count(), 1000);
    assert!(start.elapsed().as_secs() < 60, "each file is parsed once");
}
