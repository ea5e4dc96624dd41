//! How a team starts: the baseline, what a trusted commit excuses, and the files that `tenure init` writes.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "git/ground.rs"]
mod ground;

use ground::{Ground, found, token};

const USER: &str = "resource \"aws_iam_role\" \"exporter\" {\n  name = \"ledger-exporter\"\n}\n";
const NOTHING: [&str; 0] = [];

fn slack(seed: u64) -> String {
    format!("token: {}\n", token(seed))
}

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

#[test]
fn a_baseline_is_created_once_then_updated_and_pruned() {
    let ground = Ground::new();
    ground.write("main.tf", USER).write("a.txt", &slack(1));
    assert_eq!(
        run(&ground, &["baseline", "prune"]).0,
        Some(2),
        "there is none"
    );
    let (code, said) = run(&ground, &["baseline", "create"]);
    assert_eq!(
        (code, said.as_str()),
        (
            Some(0),
            ".tenure/baseline.json: 2 accepted, 2 added, 0 removed\n"
        )
    );
    assert_eq!(ground.found(&["scan"]), NOTHING);
    let text = read(&ground, ".tenure/baseline.json");
    assert_eq!(text.lines().count(), 4, "one line an entry: {text}");
    assert!(
        !text.contains(&token(1)) && !text.contains("\"line\""),
        "{text}"
    );
    let salt = read(&ground, ".tenure/salt");
    assert_eq!(salt.trim().len(), 32);
    let (code, said) = run(&ground, &["baseline", "create"]);
    assert!(code == Some(2) && said.contains("update"), "{said}");

    ground.write("a.txt", &format!("moved\n\n{}", slack(1)));
    ground.write("main.tf", &format!("# moved\n{USER}"));
    assert_eq!(ground.found(&["scan"]), NOTHING, "a move is no change");
    ground.write("a.txt", &slack(2));
    assert_eq!(
        ground.found(&["scan"]),
        ["secret/slack/bot-token a.txt:1"],
        "a new value is"
    );
    let (_, said) = run(&ground, &["baseline", "prune"]);
    assert_eq!(
        said,
        ".tenure/baseline.json: 1 accepted, 0 added, 1 removed\n"
    );
    assert_eq!(ground.found(&["scan"]), ["secret/slack/bot-token a.txt:1"]);
    let (_, said) = run(&ground, &["baseline", "update"]);
    assert_eq!(
        said,
        ".tenure/baseline.json: 2 accepted, 1 added, 0 removed\n"
    );
    assert_eq!(ground.found(&["scan"]), NOTHING);
    assert_eq!(read(&ground, ".tenure/salt"), salt);
    let before = read(&ground, ".tenure/baseline.json");
    run(&ground, &["baseline", "update"]);
    assert_eq!(read(&ground, ".tenure/baseline.json"), before);
}

#[test]
fn a_change_cannot_excuse_itself() {
    let ground = Ground::new();
    ground.write("main.tf", USER).add().commit();
    let plain = ["scan"];
    let trusting = ["scan", "--config-from", "HEAD"];
    let ownerless = ["identity/ownerless main.tf:1"];
    assert_eq!(ground.found(&trusting), ownerless);

    ground.write("tenure.yaml", "ignore: [identity/ownerless]\n");
    assert_eq!(ground.found(&plain), NOTHING);
    assert_eq!(ground.found(&trusting), ownerless, "a configuration");
    ground.remove("tenure.yaml");

    run(&ground, &["baseline", "create"]);
    assert_eq!(ground.found(&plain), NOTHING);
    assert_eq!(ground.found(&trusting), ownerless, "a baseline");
    ground.remove(".tenure/baseline.json");

    let allow = "# tenure: allow identity/ownerless expires=2026-01-20 owner=@a/b approver=@lead reason=\"being named\"\n";
    ground.write("main.tf", &format!("{allow}{USER}"));
    assert_eq!(ground.found(&plain), NOTHING);
    let out = ground.tenure(&trusting);
    assert_eq!(found(&out), ["identity/ownerless main.tf:2"], "a comment");
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.contains("@lead may approve it"), "{text}");

    ground.add().commit();
    assert_eq!(
        ground.found(&trusting),
        NOTHING,
        "it is in the trusted commit"
    );
    let twice = USER.replace("exporter", "importer");
    ground.write("main.tf", &format!("{allow}{twice}{USER}"));
    let both = [
        "identity/ownerless main.tf:2",
        "identity/ownerless main.tf:5",
    ];
    assert_eq!(ground.found(&trusting), both, "it was moved");
    assert_eq!(run(&ground, &["scan", "--config-from", "gone"]).0, Some(3));
}

#[test]
fn a_change_gives_things_to_owners_that_are_known() {
    let ground = Ground::new();
    let tagged = |name: &str, owner: &str| {
        format!(
            "resource \"aws_iam_user\" \"{name}\" {{\n  name = \"{name}\"\n  tags = {{\n    Owner = \"{owner}\"\n  }}\n}}\n"
        )
    };
    ground
        .write("CODEOWNERS", "/docs/ @org/writers # and @org/nobody\n")
        .write("old.tf", &tagged("old", "payments"))
        .add()
        .commit();
    let trusting = [
        "scan",
        "--config-from",
        "HEAD",
        "--select",
        "identity/ownerless",
    ];
    let plain = ["scan", "--select", "identity/ownerless"];
    for (owner, known) in [
        ("payments", true),
        ("@org/writers", true),
        ("@org/mine", false),
        ("@org/nobody", false),
        ("Docs-Team", false),
    ] {
        ground.write("new.tf", &tagged("new", owner));
        assert_eq!(ground.found(&plain), NOTHING, "{owner}");
        let out = ground.tenure(&trusting);
        match known {
            true => assert_eq!(found(&out), NOTHING, "{owner}"),
            false => {
                assert_eq!(found(&out), ["identity/ownerless new.tf:1"], "{owner}");
                let text = String::from_utf8(out.stdout).unwrap();
                assert!(
                    text.contains(&format!("a pending owner: {owner}")),
                    "{text}"
                );
            }
        }
    }
    ground.remove("new.tf");
    ground.write("old.tf", &format!("# moved\n{}", tagged("old", "payments")));
    assert_eq!(ground.found(&trusting), NOTHING, "what was there counts");
    ground.write("CODEOWNERS", "/docs/ @org/writers\n*.tf @org/mine\n");
    ground.write(
        "old.tf",
        &tagged("old", "payments").replace("Owner", "Note"),
    );
    assert_eq!(ground.found(&trusting), ["identity/ownerless old.tf:1"]);
    ground.write("CODEOWNERS", "/docs/ @org/writers\n*.tf @org/writers\n");
    assert_eq!(ground.found(&trusting), NOTHING, "to a team that is there");
}

#[test]
fn rules_and_waivers_come_from_the_trusted_commit() {
    let ground = Ground::new();
    let page = |severity: &str| {
        format!(
            "---\ntitle: A user\ntopic: ownership\nseverity: {severity}\nconfidence: high\nsince: 0.1.0\nnhi: [NHI1]\ncsf: [PR.AA-01]\non: identity\nwhen: known(identity.name)\nmessage: a user\n---\nText.\n"
        )
    };
    ground
        .write("tenure.yaml", "rules: [own]\nselect: [house/user]\n")
        .write("own/house/user.md", &page("high"))
        .write("main.tf", USER)
        .add()
        .commit();
    assert_eq!(ground.found(&["scan"]), ["house/user main.tf:1"]);
    ground.write("own/house/user.md", "no rule at all");
    assert_eq!(run(&ground, &["scan"]).0, Some(2));
    let trusting = ["scan", "--config-from", "HEAD"];
    assert_eq!(ground.found(&trusting), ["house/user main.tf:1"]);
}

#[test]
fn init_writes_what_is_not_there_and_its_files_work() {
    let ground = Ground::new();
    ground.write("a.txt", "text\n").add().commit();
    let (code, said) = run(&ground, &["init"]);
    assert_eq!(code, Some(0), "{said}");
    for file in [
        "tenure.yaml",
        ".pre-commit-config.yaml",
        ".github/workflows/tenure.yml",
    ] {
        assert!(said.contains(&format!("wrote {file}")), "{said}");
    }
    assert_eq!(
        ground.found(&["scan"]),
        NOTHING,
        "what it writes has no findings"
    );
    ground.write("tenure.yaml", "profile: strict\n");
    let (_, said) = run(&ground, &["init"]);
    assert!(
        said.contains("kept tenure.yaml") && !said.contains("wrote"),
        "{said}"
    );
    assert_eq!(read(&ground, "tenure.yaml"), "profile: strict\n");
    let (_, said) = run(&ground, &["init", "--force"]);
    assert!(said.contains("replaced tenure.yaml"), "{said}");
    ground.write(".gitlab-ci.yml", "stages: [test]\n");
    let (_, said) = run(&ground, &["init"]);
    assert!(
        said.contains("wrote .gitlab/tenure.gitlab-ci.yml") && said.contains("include:"),
        "{said}"
    );
}
