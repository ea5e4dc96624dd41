//! The command line as a user meets it: exit codes, messages, bad input.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

fn tenure(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tenure"))
        .args(arguments)
        .current_dir(dir)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn tree(files: &[(&str, &[u8])]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (path, bytes) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    dir
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const USER: &str = "resource \"aws_iam_user\" \"exporter\" {\n  name = \"ledger-exporter\"\n}\n";

#[test]
fn shells_get_a_completion_script() {
    let dir = tree(&[]);
    for shell in ["bash", "zsh", "fish"] {
        let out = tenure(dir.path(), &["completions", shell]);
        assert_eq!(out.status.code(), Some(0));
        assert!(text(&out.stdout).contains("fail-on"), "{shell}");
    }
}

#[test]
fn every_command_has_a_page_of_the_manual() {
    let dir = tree(&[]);
    let out = tenure(dir.path(), &["man"]);
    assert!(
        text(&out.stdout).contains(".TH tenure 1"),
        "{}",
        text(&out.stdout)
    );
    let out = tenure(dir.path(), &["man", "pages"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    for page in ["tenure", "tenure-scan", "tenure-rules-test"] {
        let page = dir.path().join(format!("pages/{page}.1"));
        let page = std::fs::read_to_string(page).unwrap();
        assert!(
            page.contains(".SH OPTIONS") || page.contains("SUBCOMMANDS"),
            "{page}"
        );
    }
}

#[test]
fn nothing_found_is_zero() {
    let dir = tree(&[("a.txt", b"hello")]);
    let out = tenure(dir.path(), &["scan"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
}

#[test]
fn a_finding_is_one_unless_never() {
    let dir = tree(&[("main.tf", USER.as_bytes())]);
    let out = tenure(dir.path(), &["scan"]);
    assert_eq!(out.status.code(), Some(1), "{}", text(&out.stdout));
    assert!(text(&out.stdout).contains("identity/ownerless"));
    assert_eq!(
        tenure(dir.path(), &["scan", "--fail-on", "never"])
            .status
            .code(),
        Some(0)
    );
    assert_eq!(
        tenure(dir.path(), &["scan", "--fail-on", "critical"])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn a_path_that_is_not_there_is_three() {
    let dir = tree(&[("a.txt", b"hello")]);
    let out = tenure(dir.path(), &["scan", "nowhere"]);
    assert_eq!(out.status.code(), Some(3));
    assert!(text(&out.stderr).contains("nowhere"));
}

#[test]
fn mistakes_in_arguments_are_two_and_say_what_to_do() {
    let dir = tree(&[("a.txt", b"hello")]);
    for (arguments, hint) in [
        (&["scan", "--format", "yaml"][..], "sarif"),
        (&["scan", "--select", "no/such-rule"][..], "no/such-rule"),
        (&["scan", "--now", "tomorrow"][..], "--now"),
        (&["scan", "--output", "sarif"][..], "FORMAT=FILE"),
        (&["scan", "--fail-on", "sometimes"][..], "sometimes"),
        (&["frobnicate"][..], "frobnicate"),
    ] {
        let out = tenure(dir.path(), arguments);
        assert_eq!(out.status.code(), Some(2), "{arguments:?}");
        assert!(
            text(&out.stderr).contains(hint),
            "{arguments:?}: {}",
            text(&out.stderr)
        );
    }
}

#[test]
fn a_broken_configuration_is_two_with_its_line() {
    let dir = tree(&[
        ("a.txt", b"hello"),
        ("tenure.yaml", b"profile: default\nprofil: strict\n"),
        (".git/HEAD", b"ref: refs/heads/main\n"),
    ]);
    let out = tenure(dir.path(), &["scan"]);
    assert_eq!(out.status.code(), Some(2));
    let message = text(&out.stderr);
    assert!(
        message.contains("tenure.yaml:2") && message.contains("profil"),
        "{message}"
    );
    assert_eq!(
        tenure(dir.path(), &["scan", "--no-config"]).status.code(),
        Some(0)
    );
}

#[test]
fn a_broken_rule_is_two_with_its_line() {
    let page = "---\ntitle: X\nseverty: high\n---\n";
    let dir = tree(&[("a.txt", b"hello"), ("my/own.md", page.as_bytes())]);
    let out = tenure(dir.path(), &["scan", "--rules", "my"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(
        text(&out.stderr).contains("own.md:3"),
        "{}",
        text(&out.stderr)
    );
}

#[test]
fn a_pipe_closed_early_is_no_error() {
    let many: String = (0..2000)
        .map(|n| USER.replace("exporter", &format!("u{n}")))
        .collect();
    let dir = tree(&[("main.tf", many.as_bytes())]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_tenure"))
        .args(["scan", "--format", "jsonl"])
        .current_dir(dir.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let out = child.wait_with_output().unwrap();
    assert!(
        !text(&out.stderr).contains("panicked"),
        "{}",
        text(&out.stderr)
    );
    assert!(out.status.code().is_some());
}

#[test]
fn standard_input_is_a_file_of_the_given_name() {
    let dir = tree(&[]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_tenure"))
        .args(["scan", "-", "--stdin-name", "main.tf", "--format", "jsonl"])
        .current_dir(dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(USER.as_bytes())
        .unwrap();
    let out = child.wait_with_output().unwrap();
    assert_eq!(out.status.code(), Some(1), "{}", text(&out.stdout));
    assert!(text(&out.stdout).contains("main.tf"));
}

#[test]
fn an_output_file_is_written_beside_and_renamed() {
    let dir = tree(&[("main.tf", USER.as_bytes())]);
    let out = tenure(
        dir.path(),
        &[
            "scan",
            "-o",
            "sarif=out.sarif",
            "-o",
            "json=out.json",
            "--fail-on",
            "never",
        ],
    );
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert!(dir.path().join("out.sarif").exists() && dir.path().join("out.json").exists());
    assert!(!dir.path().join("out.sarif.part").exists());
}

#[test]
fn paths_are_those_of_the_repository_from_any_directory() {
    let dir = tree(&[
        ("infra/deep/main.tf", USER.as_bytes()),
        (".git/HEAD", b"ref: refs/heads/main\n"),
    ]);
    let here = text(&tenure(dir.path(), &["scan", "--format", "jsonl"]).stdout);
    let below = text(
        &tenure(
            &dir.path().join("infra"),
            &["scan", "--format", "jsonl", "deep"],
        )
        .stdout,
    );
    assert!(here.contains("\"infra/deep/main.tf\""), "{here}");
    assert!(below.contains("\"infra/deep/main.tf\""), "{below}");
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let name = "evil\u{1b}[31m\u{202e}.tf";
    let body = USER.replace("ledger-exporter", "led\u{1b}]0;x\u{7}ger");
    let dir = tree(&[(name, body.as_bytes())]);
    let out = text(&tenure(dir.path(), &["scan", "--color", "never"]).stdout);
    assert!(out.contains("identity/ownerless"), "{out}");
    assert!(
        !out.chars()
            .any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'),
        "{out:?}"
    );
}

/// Each is a gap or nothing, quickly, with the exit code of a clean scan.
#[test]
fn hostile_files_are_gaps() {
    let deep = |open: &str| open.repeat(100_000);
    let mut bomb = String::from("a0: &a0 [x, x]\n");
    for n in 1..30 {
        bomb.push_str(&format!(
            "a{n}: &a{n} [*a{m}, *a{m}, *a{m}, *a{m}]\n",
            m = n - 1
        ));
    }
    let dir = tree(&[
        ("deep.json", deep("[").as_bytes()),
        ("deep.yaml", deep("[").as_bytes()),
        ("deep.tf", format!("a = {}", deep("[")).as_bytes()),
        ("blocks.tf", deep("a {\n").as_bytes()),
        ("deep.toml", format!("a = {}", deep("[")).as_bytes()),
        ("map.yaml", deep("a: {").as_bytes()),
        ("dash.yaml", deep("- ").as_bytes()),
        ("bomb.yaml", bomb.as_bytes()),
        ("utf8.yaml", b"a: \xff\xfe\xfd\n"),
        ("empty.yaml", b""),
        ("empty.tf", b""),
        ("bom.tf", b"\xef\xbb\xbfa = 1\r\n"),
        ("nul.tf", b"a\0b"),
        ("Dockerfile", deep("RUN \\\n").as_bytes()),
        (".env", deep("export ").as_bytes()),
    ]);
    let start = std::time::Instant::now();
    let out = tenure(dir.path(), &["scan", "--format", "json"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert!(start.elapsed().as_secs() < 60);
    let report = text(&out.stdout);
    for name in [
        "deep.json",
        "deep.yaml",
        "deep.tf",
        "deep.toml",
        "bomb.yaml",
        "utf8.yaml",
    ] {
        assert!(report.contains(name), "no gap for {name}");
    }
    assert_eq!(
        tenure(dir.path(), &["scan", "--fail-on-gap"]).status.code(),
        Some(3)
    );
}

/// A secret of a rule that does not run still stands on lines that other findings show.
#[test]
fn secrets_of_rules_that_are_switched_off_stay_covered() {
    let value = ["Harbor", "1940%"].concat();
    let line = format!(
        "{{\"resource\":{{\"aws_iam_user\":{{\"x\":{{\"name\":\"exporter\",\"tags\":{{\"db_password\":\"{value}\"}}}}}}}}}}"
    );
    let dir = tree(&[("main.tf.json", line.as_bytes())]);
    for narrowed in [["--ignore", "secret/*"], ["--select", "identity/ownerless"]] {
        for format in [
            "human", "sarif", "json", "jsonl", "github", "gitlab", "markdown", "csv", "junit",
        ] {
            let mut arguments = vec!["scan", "--format", format];
            arguments.extend(narrowed);
            let report = text(&tenure(dir.path(), &arguments).stdout);
            assert!(!report.contains(&value), "{format} {narrowed:?}");
            assert!(!report.contains("secret/generic/password"), "{format}");
        }
        let human = text(&tenure(dir.path(), &["scan", narrowed[0], narrowed[1]]).stdout);
        assert!(human.contains("db_password"), "the line is shown: {human}");
    }
}

#[test]
fn one_line_of_megabytes_stays_cheap() {
    let line = format!("{{\"password\":[{}0]}}", "\"token\",".repeat(1_500_000));
    let dir = tree(&[("big.json", line.as_bytes()), ("big.txt", line.as_bytes())]);
    let out = tenure(dir.path(), &["scan"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stdout));
}

#[test]
fn a_line_of_a_hundred_megabytes_is_skipped_or_scanned() {
    let value = ["Harbor", "1940%"].concat();
    let mut line = vec![b'x'; 100 << 20];
    let end = format!(" password={value}");
    let start = line.len() - end.len();
    line[start..].copy_from_slice(end.as_bytes());
    let dir = tree(&[("huge.conf", &line), ("huge.json", &line)]);
    let out = tenure(dir.path(), &["scan", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert_eq!(report["coverage"]["skipped"]["too large"], 2, "{report}");
    let out = tenure(
        dir.path(),
        &["scan", "--max-file-size", "200", "--format", "json"],
    );
    let report = text(&out.stdout);
    assert_eq!(out.status.code(), Some(1), "{report}");
    assert!(
        !report.contains(&value) && report.len() < 1 << 20,
        "{}",
        report.len()
    );
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert!(
        findings
            .iter()
            .all(|finding| finding["rule"] == "secret/generic/password"),
        "{findings:?}"
    );
    assert_eq!(findings.len(), 2, "{findings:?}");
}

/// A rule of a user, with an example of each kind.
const PAGE: &str = "---\ntitle: Exporter\ntopic: ownership\nseverity: low\nconfidence: high\nsince: 0.1.0\nnhi: [NHI1]\ncsf: [PR.AA-01]\n\
on: identity\nwhen: identity.name == \"exporter\"\nmessage: '{name} exports'\n---\nProse.\n\n## Examples\n\
```hcl bad file=main.tf\nresource \"aws_iam_user\" \"e\" { # finding\n  name = \"exporter\"\n}\n```\n\
```hcl good file=main.tf\nresource \"aws_iam_user\" \"e\" {\n  name = \"importer\"\n}\n```\n";

#[test]
fn rules_are_listed_shown_and_explained() {
    let dir = tree(&[("own/identity/exporter.md", PAGE.as_bytes())]);
    let run = |arguments: &[&str]| tenure(dir.path(), arguments);
    let listed = text(&run(&["rules", "list", "--rules", "own"]).stdout);
    assert!(listed.contains("identity/exporter") && listed.contains("identity/ownerless"));
    let json = run(&["rules", "list", "--json"]).stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert!(
        json.as_array()
            .unwrap()
            .iter()
            .all(|rule| rule["id"].is_string())
    );
    let shown = text(&run(&["rules", "show", "identity/exporter", "--rules", "own"]).stdout);
    assert!(
        shown.contains("when: identity.name == \"exporter\""),
        "{shown}"
    );
    let explained = text(&run(&["explain", "identity/ownerless"]).stdout);
    assert!(
        explained.contains("NHI1: Improper Offboarding"),
        "{explained}"
    );
    let unknown = run(&["explain", "ownerless"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("did you mean identity/ownerless?"));
}

#[test]
fn examples_of_a_folder_are_run() {
    let dir = tree(&[("own/identity/exporter.md", PAGE.as_bytes())]);
    let out = tenure(dir.path(), &["rules", "test", "own"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stdout));
    assert_eq!(text(&out.stdout), "1 rule, 2 examples, 0 failures\n");
    let broken = PAGE.replace("\"importer\"", "\"exporter\"");
    let dir = tree(&[("own/identity/exporter.md", broken.as_bytes())]);
    let out = tenure(dir.path(), &["rules", "test", "own"]);
    assert_eq!(out.status.code(), Some(1));
    let said = text(&out.stdout);
    assert!(
        said.starts_with(
            "own/identity/exporter.md:22: a finding in a good example: exporter exports"
        ),
        "{said}"
    );
    let misspelt = PAGE.replace("identity.name ==", "identity.nme ==");
    let dir = tree(&[("own/identity/exporter.md", misspelt.as_bytes())]);
    let out = tenure(dir.path(), &["rules", "test", "own"]);
    assert_eq!(out.status.code(), Some(2));
    let said = text(&out.stderr);
    assert!(
        said.contains(
            "own/identity/exporter.md:10:15: identity has no field `nme`; did you mean `name`?"
        ),
        "{said}"
    );
}

#[test]
fn mistakes_in_rules_stand_on_lines_of_their_own() {
    let page = "---\ntitle: x\ntopic: mfa\nseverity: high\nconfidence: high\nprofile: default\nsince: 0.1.0\nnhi: [NHI5]\ncsf: [PR.AA-05]\non: trust\nwhen: trust.nothing == 1\nmessage: m\n---\nWords.\n";
    let dir = tree(&[("a.md", page.as_bytes()), ("b.md", page.as_bytes())]);
    let output = tenure(dir.path(), &["rules", "test", "."]);
    let text = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "error: rules in . are wrong:", "{text}");
    assert!(
        lines.len() > 2 && lines[1..].iter().all(|line| line.starts_with("  ")),
        "{text}"
    );
    assert!(!text.contains("\\u{a}"), "{text}");
}
