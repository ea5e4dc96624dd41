//! A run that is cut off at any moment leaves the repository and the files it writes whole.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "git/ground.rs"]
mod ground;

use ground::{Ground, token};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Every file below a folder with its bytes, unfinished files of an interrupted run left out.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            match entry.file_type().unwrap().is_dir() {
                true => open.push(path),
                false if path.extension().is_some_and(|own| own == "part") => {}
                false => drop(found.insert(path.clone(), std::fs::read(&path).unwrap())),
            }
        }
    }
    found
}

/// Runs tenure and kills it after some time; whether it was still running.
fn cut(ground: &Ground, arguments: &[&str], after: Duration) -> bool {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tenure"))
        .args(arguments)
        .current_dir(&ground.root)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    let running = child.try_wait().unwrap().is_none();
    drop(child.kill());
    child.wait().unwrap();
    running
}

/// How long a run takes that nobody cuts off.
fn whole(ground: &Ground, arguments: &[&str]) -> Duration {
    let start = std::time::Instant::now();
    cut(ground, arguments, Duration::from_millis(1));
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenure"));
    command.args(arguments).current_dir(&ground.root);
    command.stdin(Stdio::null()).output().unwrap();
    start.elapsed()
}

const STEPS: u32 = 12;

#[test]
fn a_scan_that_is_cut_off_changes_nothing_but_its_whole_output() {
    let ground = Ground::new();
    for step in 0..30 {
        let text = format!("token: {}\n", token(step)).repeat(40);
        ground.write(&format!("f{step}.txt"), &text);
    }
    ground.add().commit();
    let scans: [&[&str]; 3] = [
        &["scan", "-o", "json=../out.json", "--format", "json"],
        &["scan", "--history", "-o", "json=../out.json"],
        &["hook", "-o", "json=../out.json"],
    ];
    let out = ground.root.join("../out.json");
    let before = files(&ground.root);
    let mut running = 0;
    for scan in scans {
        let time = whole(&ground, scan);
        let full = std::fs::read(&out).unwrap();
        assert!(serde_json::from_slice::<serde_json::Value>(&full).is_ok());
        for step in 0..STEPS {
            std::fs::write(&out, "old").unwrap();
            running += u32::from(cut(&ground, scan, time * step / STEPS));
            let now = std::fs::read(&out).unwrap();
            assert!(now == b"old" || now.len() == full.len(), "{scan:?} {step}");
        }
        assert_eq!(files(&ground.root), before, "{scan:?}");
    }
    assert!(running > STEPS / 2, "some were cut off: {running}");
}

#[test]
fn a_fix_that_is_cut_off_leaves_every_file_old_or_new() {
    let account = |n: u32| {
        format!(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: default\n  namespace: n{n}\n"
        )
    };
    let ground = Ground::new();
    let lay = || {
        for n in 0..20 {
            ground.write(&format!("k{n}.yaml"), &account(n));
        }
    };
    lay();
    let time = whole(&ground, &["fix"]);
    let fixed = files(&ground.root);
    for step in 0..STEPS {
        lay();
        let old = files(&ground.root);
        cut(&ground, &["fix"], time * step / STEPS);
        for (path, text) in files(&ground.root) {
            let either = text == old[&path] || text == fixed[&path];
            assert!(either, "{step}: {}", path.display());
        }
    }
}
