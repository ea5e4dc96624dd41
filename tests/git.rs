//! What a commit or a branch adds, on real repositories: staged, since a commit, through renames, merges and odd states.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "git/ground.rs"]
mod ground;

use ground::{Ground, found, tenure, token};

const USER: &str = "resource \"aws_iam_role\" \"exporter\" {\n  name = \"ledger-exporter\"\n}\n";

fn slack(seed: u64) -> String {
    format!("token: {}\n", token(seed))
}

fn code(out: &std::process::Output) -> Option<i32> {
    out.status.code()
}

fn said(out: &std::process::Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

#[test]
fn a_repository_without_a_commit_stages_everything() {
    let ground = Ground::new();
    ground.write("a.txt", &slack(1)).write("main.tf", USER);
    assert_eq!(ground.found(&["scan", "--staged"]), Vec::<String>::new());
    ground.add();
    let want = [
        "secret/slack/bot-token a.txt:1",
        "identity/ownerless main.tf:1",
    ];
    assert_eq!(ground.found(&["scan", "--staged"]), want);
    assert_eq!(code(&ground.tenure(&["scan", "--staged"])), Some(1));
}

#[test]
fn the_index_is_read_and_not_the_work_tree() {
    let ground = Ground::new();
    ground.write("a.txt", "nothing\n").add().commit();
    ground
        .write("a.txt", &format!("nothing\n{}", slack(1)))
        .add();
    ground.write("a.txt", "nothing\n").write("b.txt", &slack(2));
    let want = ["secret/slack/bot-token a.txt:2"];
    assert_eq!(ground.found(&["scan", "--staged"]), want);
    ground.add().commit();
    assert_eq!(ground.found(&["scan", "--staged"]), Vec::<String>::new());
}

#[test]
fn a_secret_that_a_change_leaves_is_covered_where_its_line_is_shown() {
    let value = ["Harbor", "1940%"].concat();
    let line = format!(
        "{{\"resource\":{{\"aws_iam_user\":{{\"x\":{{\"name\":\"exporter\",\"tags\":{{\"db_password\":\"{value}\"}}}}}}}}}}"
    );
    let ground = Ground::new();
    ground
        .write("main.tf.json", &line)
        .write("CODEOWNERS", "*.json @example/payments\n")
        .add()
        .commit();
    ground.write("CODEOWNERS", "*.md @example/payments\n").add();
    ground.tenure(&["scan", "--staged", "--output", "human=report.txt"]);
    let report = std::fs::read_to_string(ground.root.join("report.txt")).unwrap();
    assert!(
        report.contains("db_password"),
        "the line is shown: {report}"
    );
    assert!(!report.contains(&value), "{report}");
}

#[test]
fn only_added_lines_count_for_secrets() {
    let ground = Ground::new();
    let old = format!("first\n{}last\n", slack(1));
    ground.write("a.txt", &old).add().commit();
    ground.write("a.txt", &format!("{old}more\n")).add();
    assert_eq!(ground.found(&["scan", "--staged"]), Vec::<String>::new());
    ground.write("a.txt", &format!("{}{old}", slack(1))).add();
    let want = ["secret/slack/bot-token a.txt:1"];
    assert_eq!(ground.found(&["scan", "--staged"]), want, "a copy is new");
    ground.write("a.txt", &format!("{old}{}", slack(1))).add();
    let want = ["secret/slack/bot-token a.txt:4"];
    assert_eq!(
        ground.found(&["scan", "--staged"]),
        want,
        "and is pointed at"
    );
    ground
        .write(".gitattributes", "* -diff -text binary\n")
        .add();
    assert_eq!(
        ground.found(&["scan", "--staged"]),
        want,
        "attributes hide nothing"
    );
}

#[test]
fn a_renamed_file_adds_only_its_new_lines() {
    let ground = Ground::new();
    let text = format!("one line of it\nanother line of it\n{}", slack(1));
    ground
        .write("a.txt", &text)
        .write("main.tf", USER)
        .add()
        .commit();
    ground.remove("a.txt").write("deep/b.txt", &text).add();
    assert_eq!(ground.found(&["scan", "--staged"]), Vec::<String>::new());
    ground
        .write("deep/b.txt", &format!("{text}{}", slack(2)))
        .add();
    let want = ["secret/slack/bot-token deep/b.txt:4"];
    assert_eq!(ground.found(&["scan", "--staged"]), want);
    ground
        .write(
            "deep/b.txt",
            &format!("{}{}", "quite another file\n".repeat(20), slack(1)),
        )
        .add();
    let want = ["secret/slack/bot-token deep/b.txt:21"];
    assert_eq!(ground.found(&["scan", "--staged"]), want);
}

#[test]
fn what_a_change_breaks_elsewhere_is_found() {
    let ground = Ground::new();
    ground
        .write("main.tf", USER)
        .write("CODEOWNERS", "*.tf @example/payments\n")
        .add()
        .commit();
    ground.write("CODEOWNERS", "*.md @example/payments\n").add();
    let want = ["identity/ownerless main.tf:1"];
    assert_eq!(ground.found(&["scan", "--staged"]), want);
    assert_eq!(ground.found(&["scan", "--since", "HEAD"]), want);
    let out = ground.tenure(&["scan", "--since", "HEAD", "CODEOWNERS"]);
    assert_eq!(found(&out), Vec::<String>::new(), "asked for another file");
}

#[test]
fn findings_that_were_there_are_not_added_however_they_move() {
    let ground = Ground::new();
    ground.write("main.tf", USER).add().commit();
    ground.write("main.tf", &format!("# moved\n\n{USER}")).add();
    assert_eq!(ground.found(&["scan", "--staged"]), Vec::<String>::new());
    let two = USER.replace("exporter", "importer");
    ground.write("main.tf", &format!("{two}{USER}")).add();
    let want = ["identity/ownerless main.tf:1"];
    assert_eq!(ground.found(&["scan", "--staged"]), want);
}

#[test]
fn removing_an_exception_brings_its_finding_back() {
    let ground = Ground::new();
    let allow = "# tenure: allow secret/slack/bot-token expires=2026-01-20 owner=@a/b approver=@c reason=\"being rotated\"\n";
    let text = format!("{allow}{}", slack(1));
    ground.write("a.yaml", &text).add().commit();
    assert_eq!(ground.found(&["scan"]), Vec::<String>::new());
    ground.write("a.yaml", &slack(1)).add();
    let want = ["secret/slack/bot-token a.yaml:1"];
    assert_eq!(ground.found(&["scan", "--staged"]), want);
}

#[test]
fn a_branch_is_compared_with_where_it_began() {
    let ground = Ground::new();
    let base = ground.write("a.txt", "a\n").add().commit();
    ground.write("upstream.txt", &slack(1)).add();
    let upstream = ground.commit_on(&[base], "refs/heads/upstream");
    ground
        .remove("upstream.txt")
        .write("b.txt", &slack(2))
        .add()
        .commit();
    ground.write("c.txt", &slack(3));
    let both = [
        "secret/slack/bot-token b.txt:1",
        "secret/slack/bot-token c.txt:1",
    ];
    for name in [
        "upstream",
        "refs/heads/upstream",
        &upstream.to_string()[..12],
        "HEAD~1",
        "@^",
    ] {
        assert_eq!(ground.found(&["scan", "--since", name]), both, "{name}");
    }
    let range = ground.found(&["scan", "--since", "upstream..main"]);
    assert_eq!(range, both[..1], "commits alone");
    let back = ground.found(&["scan", "--since", "main...upstream"]);
    assert_eq!(back, ["secret/slack/bot-token upstream.txt:1"]);
}

#[test]
fn work_trees_and_bare_repositories_are_read() {
    let ground = Ground::new();
    ground.write("a.txt", "a\n").add().commit();
    let linked = ground.root.parent().unwrap().join("linked");
    ground.git().worktree("linked", &linked, None).unwrap();
    std::fs::write(linked.join("b.txt"), slack(1)).unwrap();
    let want = ["secret/slack/bot-token b.txt:1"];
    assert_eq!(found(&tenure(&linked, &["scan", "--since", "main"])), want);
    ground.write("c.txt", &slack(2)).add().commit();
    let bare = ground.root.parent().unwrap().join("bare.git");
    std::fs::rename(ground.root.join(".git"), &bare).unwrap();
    let out = tenure(&bare, &["scan", "--since", "HEAD~1"]);
    assert_eq!(
        found(&out),
        ["secret/slack/bot-token c.txt:1"],
        "{}",
        said(&out)
    );
}

#[test]
fn what_cannot_be_read_is_three_and_says_why() {
    let ground = Ground::new();
    ground.write("a.txt", "a\n").add().commit();
    let out = ground.tenure(&["scan", "--since", "nowhere"]);
    assert_eq!(code(&out), Some(3));
    assert!(
        said(&out).contains("nowhere: no commit has this name"),
        "{}",
        said(&out)
    );
    let out = ground.tenure(&["scan", "--since", "../../etc/passwd"]);
    assert_eq!(code(&out), Some(3));
    std::fs::write(ground.root.join(".git/index"), "DIRC").unwrap();
    let out = ground.tenure(&["scan", "--staged"]);
    assert_eq!(code(&out), Some(3));
    assert!(said(&out).contains("the index"), "{}", said(&out));
    let none = tempfile::tempdir().unwrap();
    let out = tenure(none.path(), &["scan", "--staged"]);
    assert_eq!(code(&out), Some(3));
    assert!(
        said(&out).contains("not in a git repository"),
        "{}",
        said(&out)
    );
}

#[test]
fn a_missing_object_is_no_clean_result() {
    let ground = Ground::new();
    ground.write("a.txt", "a\n").add().commit();
    ground.write("b.txt", "b\n").add();
    let id = git2::Oid::hash_object(git2::ObjectType::Blob, b"b\n")
        .unwrap()
        .to_string();
    let object = ground
        .root
        .join(".git/objects")
        .join(&id[..2])
        .join(&id[2..]);
    std::fs::remove_file(&object).unwrap();
    let out = ground.tenure(&["scan", "--staged"]);
    assert_eq!(code(&out), Some(3), "{}", said(&out));
    assert!(said(&out).contains("b.txt"), "{}", said(&out));
}

#[test]
fn the_configuration_of_the_repository_is_not_obeyed() {
    let ground = Ground::new();
    ground.write("a.txt", "a\n").add().commit();
    ground.write("b.txt", &slack(1)).add();
    let hostile = "[include]\n path = /dev/zero\n[core]\n worktree = /etc\n fsmonitor = /bin/false\n repositoryformatversion = 99\n[broken\n";
    std::fs::write(ground.root.join(".git/config"), hostile).unwrap();
    let want = ["secret/slack/bot-token b.txt:1"];
    assert_eq!(found(&ground.tenure(&["scan", "--staged"])), want);
    assert_eq!(found(&ground.tenure(&["scan", "--since", "HEAD"])), want);
    std::fs::write(
        ground.root.join(".git/config"),
        "[extensions]\n\tobjectFormat = sha256\n",
    )
    .unwrap();
    let out = ground.tenure(&["scan", "--staged"]);
    assert_eq!(code(&out), Some(3));
    assert!(said(&out).contains("sha-256"), "{}", said(&out));
}

#[test]
fn a_hook_looks_at_what_is_staged_else_at_a_range_else_at_everything() {
    let ground = Ground::new();
    ground.write("a.txt", &slack(1)).add().commit();
    ground.write("b.txt", &slack(2)).add();
    assert_eq!(ground.found(&["hook"]), ["secret/slack/bot-token b.txt:1"]);
    ground.commit();
    let all = [
        "secret/slack/bot-token a.txt:1",
        "secret/slack/bot-token b.txt:1",
    ];
    assert_eq!(ground.found(&["hook"]), all, "nothing is staged");
    let run = |from: &str, to: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tenure"));
        command
            .args(["hook", "--format", "json"])
            .current_dir(&ground.root)
            .env("PRE_COMMIT_FROM_REF", from)
            .env("PRE_COMMIT_TO_REF", to);
        found(&command.output().unwrap())
    };
    assert_eq!(run("HEAD~1", "HEAD"), all[1..]);
    assert_eq!(run(&"0".repeat(40), "HEAD"), all, "a new branch");
}

#[test]
fn an_unresolved_merge_is_read_and_said() {
    let ground = Ground::new();
    ground.write("a.txt", "base\n").add().commit();
    let repository = ground.git();
    let mut index = repository.index().unwrap();
    let path = b"a.txt".to_vec();
    index.remove_path(std::path::Path::new("a.txt")).unwrap();
    for (stage, text) in [(1, "base\n".to_owned()), (2, slack(1)), (3, slack(2))] {
        let entry = git2::IndexEntry {
            ctime: git2::IndexTime::new(0, 0),
            mtime: git2::IndexTime::new(0, 0),
            dev: 0,
            ino: 0,
            mode: 0o100_644,
            uid: 0,
            gid: 0,
            file_size: 0,
            id: repository.blob(text.as_bytes()).unwrap(),
            flags: stage << 12,
            flags_extended: 0,
            path: path.clone(),
        };
        index.add(&entry).unwrap();
    }
    index.write().unwrap();
    let out = ground.tenure(&["scan", "--staged"]);
    assert_eq!(found(&out), ["secret/slack/bot-token a.txt:1"]);
    assert!(String::from_utf8_lossy(&out.stdout).contains("merge is not resolved"));
}

#[test]
fn of_a_large_repository_the_surroundings_are_read_and_the_rest_is_unknown() {
    let ground = Ground::new();
    for number in 0..1100 {
        ground.write(&format!("filler/{number}/main.tf"), "# nothing\n");
    }
    ground
        .write(
            "infra/main.tf",
            "module \"user\" {\n  source = \"../modules/user\"\n  name = \"ledger\"\n}\n",
        )
        .write("modules/user/main.tf", "variable \"name\" {}\n")
        .add()
        .commit();
    ground
        .write("infra/keys.tf", "resource \"aws_iam_user\" \"u\" {\n  name = \"u\"\n}\nresource \"aws_iam_access_key\" \"k\" {\n  user = aws_iam_user.u.name\n}\n")
        .add();
    let out = ground.tenure(&["scan", "--staged"]);
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(
        report["coverage"]["listed"], 3,
        "the change, its folder, the module"
    );
    let found = found(&out);
    assert!(
        found.contains(&"credential/static-key infra/keys.tf:4".into()),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|line| line.contains("ownerless")),
        "{found:?}"
    );
}
