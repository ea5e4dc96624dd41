//! The shell steps of the GitHub Action, run as a runner runs them: install by checksum, scan, outputs, the verdict.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "git/ground.rs"]
mod ground;

use ground::{Ground, token};
use std::path::Path;
use std::process::{Command, Output};

fn step(name: &str, folder: &Path, temp: &Path, environment: &[(&str, &str)]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let binary = Path::new(env!("CARGO_BIN_EXE_tenure")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    Command::new("bash")
        .arg(root.join("action").join(name))
        .current_dir(folder)
        .env("PATH", path)
        .env("RUNNER_TEMP", temp)
        .env("RUNNER_OS", "Linux")
        .env("RUNNER_ARCH", "X64")
        .env("TENURE_SOURCE", root)
        .env("GITHUB_PATH", temp.join("path"))
        .env("GITHUB_OUTPUT", temp.join("output"))
        .env("GITHUB_STEP_SUMMARY", temp.join("summary"))
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&[&out.stdout[..], &out.stderr[..]].concat()).into_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// A folder of releases as `install` finds them, with a script in the place of the binary.
fn release(folder: &Path, version: &str) -> (String, String) {
    let into = folder.join(format!("v{version}"));
    std::fs::create_dir_all(&into).unwrap();
    let name = format!("tenure-{version}-x86_64-unknown-linux-musl.tar.gz");
    let script = "mkdir p && printf '#!/bin/sh\\necho tenure released\\n' >p/tenure && chmod +x p/tenure && tar -czf \"$0\" -C p . && sha256sum \"$0\" >SHA256SUMS && rm -r p && cut -d' ' -f1 SHA256SUMS";
    let made = Command::new("bash")
        .args(["-c", script, &name])
        .current_dir(&into)
        .output()
        .unwrap();
    let sum = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    assert_eq!(sum.len(), 64);
    (format!("file://{}", folder.display()), sum)
}

#[test]
fn a_release_is_installed_only_with_its_checksum() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    let (releases, sum) = release(here, "9.9.9");
    let install = |sha: &str, version: &str| {
        let environment = [
            ("TENURE_RELEASES", releases.as_str()),
            ("TENURE_VERSION", version),
            ("TENURE_SHA256", sha),
        ];
        step("install", here, here, &environment)
    };
    let out = install("", "9.9.9");
    assert!(
        out.status.success() && said(&out).contains("tenure released"),
        "{}",
        said(&out)
    );
    assert_eq!(
        read(&here.join("path")).trim(),
        here.join("tenure").display().to_string()
    );
    assert!(install(&sum, "v9.9.9").status.success());
    let out = install(&"0".repeat(64), "9.9.9");
    assert!(
        !out.status.success() && said(&out).contains("checksum"),
        "{}",
        said(&out)
    );
    let out = install(&sum, "1.2.3");
    assert!(
        !out.status.success() && said(&out).contains("no released tenure"),
        "{}",
        said(&out)
    );
    assert_eq!(install("", "1.0; echo x").status.code(), Some(2));
    std::fs::write(
        here.join("v9.9.9/SHA256SUMS"),
        format!("{sum}  other.tar.gz\n"),
    )
    .unwrap();
    let out = install("", "9.9.9");
    assert!(
        !out.status.success(),
        "an archive that is not listed: {}",
        said(&out)
    );
}

#[test]
fn a_scan_leaves_annotations_summary_counts_and_its_verdict() {
    let ground = Ground::new();
    ground.write("a.txt", "a\n").add();
    let base = ground.commit().to_string();
    ground.write("b c.txt", &format!("token: {}\n", token(1)));
    let temp = tempfile::tempdir().unwrap();
    let out = step("scan", &ground.root, temp.path(), &[("INPUT_PATHS", ".")]);
    assert!(out.status.success(), "{}", said(&out));
    assert!(
        said(&out).contains("::error") && said(&out).contains("b c.txt"),
        "{}",
        said(&out)
    );
    let output = read(&temp.path().join("output"));
    for line in [
        "exit-code=1",
        "high=1",
        "critical=0",
        "category=tenure",
        "complete=true",
    ] {
        assert!(output.lines().any(|said| said == line), "{line}: {output}");
    }
    assert!(read(&temp.path().join("summary")).contains("bot-token"));
    assert!(read(&ground.root.join("tenure.sarif")).contains("2.1.0"));

    let temp = tempfile::tempdir().unwrap();
    let change = [
        ("INPUT_EVENT", "pull_request"),
        ("INPUT_BASE", base.as_str()),
    ];
    step("scan", &ground.root, temp.path(), &change);
    let output = read(&temp.path().join("output"));
    assert!(
        output.contains("category=tenure-partial") && output.contains("exit-code=1"),
        "{output}"
    );
    let sarif = read(&ground.root.join("tenure.sarif"));
    assert!(sarif.contains("partial/"), "a part says so");

    let temp = tempfile::tempdir().unwrap();
    let lost = [
        ("INPUT_PATHS", "--config\n$(touch hacked)"),
        ("INPUT_SINCE", "all"),
    ];
    let out = step("scan", &ground.root, temp.path(), &lost);
    let output = read(&temp.path().join("output"));
    assert!(
        output.contains("exit-code=3") && output.contains("complete=false"),
        "{output}{}",
        said(&out)
    );
    assert!(!ground.root.join("hacked").exists(), "a path is no command");
}

#[test]
fn the_verdict_is_the_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    for code in [0, 1, 2, 3] {
        let text = code.to_string();
        let out = step("verdict", dir.path(), dir.path(), &[("EXIT_CODE", &text)]);
        assert_eq!(out.status.code(), Some(code));
        assert_eq!(said(&out).contains("::error"), code > 0);
    }
}
