//! Secrets in history, on generated repositories: the same as in every blob, since when, and until when.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "git/ground.rs"]
mod ground;

use ground::{Ground, found, tenure, token};
use std::collections::BTreeSet;

fn slack(seed: u64) -> String {
    format!("token: {}\n", token(seed))
}

fn findings(out: &std::process::Output) -> Vec<serde_json::Value> {
    let report: serde_json::Value = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&out.stderr)));
    report["findings"].as_array().unwrap().clone()
}

/// Moves all objects into one pack of deltas.
fn pack(ground: &Ground) {
    let repository = ground.git();
    let mut builder = repository.packbuilder().unwrap();
    let odb = repository.odb().unwrap();
    let mut ids = Vec::new();
    odb.foreach(|id| {
        ids.push(*id);
        true
    })
    .unwrap();
    for id in ids {
        builder.insert_object(id, Some("file")).unwrap();
    }
    let folder = ground.root.join(".git/objects");
    builder.write(&folder.join("pack"), 0o600).unwrap();
    for entry in std::fs::read_dir(&folder).unwrap().flatten() {
        if entry.file_name().len() == 2 {
            std::fs::remove_dir_all(entry.path()).unwrap();
        }
    }
}

#[test]
fn a_secret_says_when_it_came_and_when_it_went() {
    let ground = Ground::new();
    ground.write("a.txt", "nothing\n").add().commit();
    ground
        .write("a.txt", &format!("nothing\n{}", slack(1)))
        .write("b.txt", &slack(2))
        .add();
    let came = ground.commit().to_string();
    ground
        .write("a.txt", &format!("more\nnothing\n{}", slack(1)))
        .add()
        .commit();
    ground
        .remove("a.txt")
        .write("deep/c.txt", &format!("x\n{}", slack(1)))
        .add()
        .commit();
    ground.remove("deep/c.txt").add();
    let went = ground.commit().to_string();
    ground.write("z.txt", "later\n").add().commit();
    let look = || {
        let out = ground.tenure(&["scan", "--history"]);
        assert_eq!(out.status.code(), Some(1));
        findings(&out)
    };
    let loose = look();
    assert_eq!(loose.len(), 2, "{loose:#?}");
    let place = |finding: &serde_json::Value| {
        (
            finding["place"]["path"].clone(),
            finding["place"]["start"]["line"].clone(),
        )
    };
    assert_eq!(place(&loose[0]), ("a.txt".into(), 2.into()));
    let properties = &loose[0]["properties"];
    assert_eq!(properties["commit"], came.as_str());
    assert_eq!(properties["removed_commit"], went.as_str());
    assert_eq!(properties["paths"], "a.txt, deep/c.txt");
    assert_eq!(properties["versions"], "3");
    assert_eq!(loose[1]["properties"]["removed_commit"], "still there");
    pack(&ground);
    assert_eq!(look(), loose, "a pack says the same");
    assert_eq!(ground.found(&["scan", "--history=HEAD~1"]).len(), 2);
    let last = ground.found(&["scan", "--history=HEAD~4..HEAD"]);
    assert_eq!(
        last,
        ["secret/slack/bot-token a.txt:3"],
        "what these commits brought"
    );
    assert_eq!(
        ground.found(&["scan", "--history=HEAD~1..HEAD"]),
        Vec::<String>::new()
    );
}

#[test]
fn branches_tags_and_messages_belong_to_history() {
    let ground = Ground::new();
    let base = ground.write("a.txt", "a\n").add().commit();
    ground.write("b.txt", &slack(1)).add();
    let side = ground.commit_on(&[base], "refs/heads/side");
    ground.remove("b.txt").write("c.txt", "c\n").add();
    let main = ground.commit();
    ground.commit_on(&[main, side], "HEAD");
    let repository = ground.git();
    let who = git2::Signature::now("A", "a@example.org").unwrap();
    let object = repository.find_object(base, None).unwrap();
    repository
        .tag("v1", &object, &who, &format!("release {}", token(2)), false)
        .unwrap();
    let found = ground.found(&["scan", "--history"]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0], "secret/slack/bot-token b.txt:1");
    assert!(found[1].contains("tag/"), "{found:?}");
    let said = findings(&ground.tenure(&["scan", "--history"]));
    assert_eq!(
        said[0]["properties"]["removed_commit"], "still there",
        "a branch has it"
    );
}

#[test]
fn history_finds_what_a_scan_of_every_blob_finds() {
    let ground = Ground::new();
    let mut lines: Vec<String> = (0..400)
        .map(|n| format!("key_{n} = \"word number {n}\""))
        .collect();
    let files = [
        "main.tf",
        "app.yaml",
        "notes.txt",
        "settings.json",
        "src/app.py",
    ];
    let mut last = Vec::new();
    for step in 0..40u64 {
        let at = usize::try_from(step * 37 % 400).unwrap();
        lines[at] = match step % 5 {
            0 => format!("token = \"{}\"", token(step)),
            1 => format!("password = \"Hx{step}!kQz93mVw\""),
            2 => format!("api_key: {}", token(step / 2)),
            3 => "token = var.token".to_owned(),
            _ => format!("# {}", token(step)),
        };
        if step % 7 == 0 {
            lines.remove(at / 2);
            lines.push("added = 1".into());
        }
        let name = files[usize::try_from(step / 3).unwrap() % files.len()];
        ground.write(name, &(lines.join("\n") + "\n"));
        if step % 11 == 10 {
            ground
                .remove(name)
                .write(&format!("moved/{step}/{name}"), &lines.join("\n"));
        }
        ground.add();
        match (step % 8, last.as_slice()) {
            (7, &[head, ..]) => {
                last.push(ground.commit_on(&[head], &format!("refs/heads/side{step}")))
            }
            (0, &[head, side]) => last = vec![ground.commit_on(&[head, side], "HEAD")],
            _ => last = vec![ground.commit()],
        }
    }
    let loose = findings(&ground.tenure(&["scan", "--history", "--profile", "strict"]));
    pack(&ground);
    let packed = findings(&ground.tenure(&["scan", "--history", "--profile", "strict"]));
    assert_eq!(loose, packed, "deltas change nothing");

    let repository = ground.git();
    let mut every = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut walk = repository.revwalk().unwrap();
    walk.push_glob("*").unwrap();
    walk.set_sorting(git2::Sort::TOPOLOGICAL | git2::Sort::REVERSE)
        .unwrap();
    for id in walk.flatten() {
        let tree = repository.find_commit(id).unwrap().tree().unwrap();
        tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
            if entry.kind() == Some(git2::ObjectType::Blob) && seen.insert(entry.id()) {
                let blob = repository.find_blob(entry.id()).unwrap();
                let path = format!("{folder}{}", entry.name().unwrap());
                every.extend(values(&path, blob.content()));
            }
            git2::TreeWalkResult::Ok
        })
        .unwrap();
    }
    let ours = loose.len();
    assert!(every.len() > 20, "{}", every.len());
    assert_eq!(ours, every.len(), "as many secrets");
    let rules = |of: &mut dyn Iterator<Item = String>| {
        let mut rules: Vec<String> = of.collect();
        rules.sort();
        rules
    };
    assert_eq!(
        rules(
            &mut loose
                .iter()
                .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        ),
        rules(&mut every.into_iter().map(|(rule, _)| rule))
    );
}

/// A number without a pattern.
fn mixed(n: u64) -> u128 {
    u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
}

/// Values whose key stands elsewhere: beside them, above them, in the name of the file.
#[test]
fn history_finds_what_only_a_tree_shows() {
    let ground = Ground::new();
    let padding = "# nothing that matters here, at some length\n".repeat(60);
    let files = |n: u64| {
        let value = |word: &str| format!("{word}{}!q", 1000 + n * 37);
        let env = format!(
            "env:\n  - name: DB_PASSWORD\n    value: {}\n",
            value("Falcon")
        );
        let default = value("Willow");
        let parameter = value("Granite");
        [
            ("deploy.yaml", format!("kind: Pod\n{padding}{env}")),
            (
                "variables.tf",
                format!("{padding}variable \"db_password\" {{\n  default = \"{default}\"\n}}\n"),
            ),
            (
                "stack.json",
                format!(
                    "{{\"Parameters\": {{\"DbPassword\": {{\n  \"Type\": \"String\",\n  \"Default\": \"{parameter}\"}}}}, \"Resources\": {{}}}}"
                ),
            ),
            (
                "vars.yml",
                format!(
                    "api_tokens:\n  ci: {:032x}\n{padding}db_password: |-\n  {}\n",
                    mixed(n + 3),
                    value("Lagoon")
                ),
            ),
            (
                ".pgpass",
                format!("db.example.org:5432:app:app:{}\n", value("Meadow")),
            ),
            ("config/master.key", format!("{:032x}\n", mixed(n + 7))),
        ]
    };
    let mut every = BTreeSet::new();
    for n in 0..4 {
        for (path, text) in files(n) {
            ground.write(path, &text);
            every.extend(values(path, text.as_bytes()));
        }
        ground.add().commit();
    }
    pack(&ground);
    let found = findings(&ground.tenure(&["scan", "--history", "--profile", "strict"]));
    assert!(every.len() >= 28, "{}", every.len());
    let mut ours: Vec<&str> = found
        .iter()
        .filter_map(|one| one["rule"].as_str())
        .collect();
    ours.sort_unstable();
    let all: Vec<&str> = every.iter().map(|(rule, _)| rule.as_str()).collect();
    assert_eq!(ours, all);
}

/// Rules and values of the secrets in one file.
fn values(path: &str, bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut options = tenure::scan::Options::new("2026-01-01".parse().unwrap());
    options.profile = tenure::rule::Profile::Strict;
    let files = vec![(path.to_owned(), bytes.to_vec())];
    let outcome = tenure::scan::memory(files, tenure::rule::builtin(), &options);
    outcome
        .report
        .findings
        .into_iter()
        .filter_map(|finding| Some((finding.rule, finding.secret?.expose().to_vec())))
        .collect()
}

#[test]
fn damage_is_said_and_never_a_crash() {
    let ground = Ground::new();
    let filler: String = (0..200)
        .map(|n| format!("line {n} of the file\n"))
        .collect();
    for step in 0..6 {
        ground
            .write("a.txt", &format!("{filler}{}{step}\n", slack(step)))
            .add()
            .commit();
    }
    pack(&ground);
    assert_eq!(ground.found(&["scan", "--history"]).len(), 6);
    let folder = ground.root.join(".git/objects/pack");
    let file = |ending: &str| {
        let mut entries = std::fs::read_dir(&folder)
            .unwrap()
            .flatten()
            .map(|e| e.path());
        entries
            .find(|path| path.extension().is_some_and(|own| own == ending))
            .unwrap()
    };
    for ending in ["pack", "idx"] {
        let path = file(ending);
        let whole = std::fs::read(&path).unwrap();
        let mut permissions = std::fs::metadata(&path).unwrap().permissions();
        #[expect(
            clippy::permissions_set_readonly_false,
            reason = "a file of the test's own"
        )]
        permissions.set_readonly(false);
        std::fs::set_permissions(&path, permissions).unwrap();
        for cut in [0, 11, 200, whole.len() / 2, whole.len() - 30] {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let out = ground.tenure(&["scan", "--history"]);
            let text = String::from_utf8_lossy(&out.stdout).into_owned();
            let said = String::from_utf8_lossy(&out.stderr).into_owned();
            assert!(
                matches!(out.status.code(), Some(1 | 3)),
                "{ending} {cut}: {said}"
            );
            assert!(
                said.contains("error") || text.contains("\"gaps\":[{"),
                "{ending} {cut}: {text}"
            );
        }
        for at in (20..whole.len() - 20).step_by(whole.len() / 12) {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x55;
            std::fs::write(&path, &flipped).unwrap();
            let out = ground.tenure(&["scan", "--history"]);
            assert!(
                matches!(out.status.code(), Some(0 | 1 | 3)),
                "{ending} {at}"
            );
        }
        std::fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn a_shallow_clone_and_a_missing_commit_are_said() {
    let ground = Ground::new();
    ground.write("a.txt", &slack(1)).add().commit();
    let second = ground.write("a.txt", "clean\n").add().commit();
    let first = ground
        .git()
        .find_commit(second)
        .unwrap()
        .parent_id(0)
        .unwrap()
        .to_string();
    let object = ground
        .root
        .join(".git/objects")
        .join(&first[..2])
        .join(&first[2..]);
    std::fs::remove_file(object).unwrap();
    let out = ground.tenure(&["scan", "--history"]);
    assert!(String::from_utf8_lossy(&out.stdout).contains("not in this clone"));
    assert_eq!(
        out.status.code(),
        Some(3),
        "nothing found, but not all was there"
    );
    std::fs::write(ground.root.join(".git/shallow"), format!("{second}\n")).unwrap();
    let out = ground.tenure(&["scan", "--history"]);
    assert!(String::from_utf8_lossy(&out.stdout).contains("shallow"));
    assert_eq!(found(&out), Vec::<String>::new());
    let none = tempfile::tempdir().unwrap();
    assert_eq!(
        tenure(none.path(), &["scan", "--history"]).status.code(),
        Some(3)
    );
}
