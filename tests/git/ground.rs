//! A repository in a temporary folder, made with libgit2 so that tests need no `git` on the machine.

#![allow(unreachable_pub, dead_code, reason = "two test programs share it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The repository and the folder it lies in.
pub struct Ground {
    _dir: TempDir,
    /// Its root.
    pub root: PathBuf,
}

impl Ground {
    /// An empty repository without a commit.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap().join("repo");
        let mut options = git2::RepositoryInitOptions::new();
        options.initial_head("main");
        git2::Repository::init_opts(&root, &options).unwrap();
        Self { _dir: dir, root }
    }

    /// The repository, opened.
    pub fn git(&self) -> git2::Repository {
        git2::Repository::open(&self.root).unwrap()
    }

    /// Writes a file of the work tree.
    pub fn write(&self, path: &str, text: &str) -> &Self {
        let os = self.root.join(path);
        std::fs::create_dir_all(os.parent().unwrap()).unwrap();
        std::fs::write(os, text).unwrap();
        self
    }

    /// Removes a file of the work tree.
    pub fn remove(&self, path: &str) -> &Self {
        std::fs::remove_file(self.root.join(path)).unwrap();
        self
    }

    /// Stages everything in the work tree, removals too.
    pub fn add(&self) -> &Self {
        let repository = self.git();
        let mut index = repository.index().unwrap();
        let all = ["*"];
        index
            .add_all(all, git2::IndexAddOption::FORCE, None)
            .unwrap();
        index.update_all(all, None).unwrap();
        index.write().unwrap();
        self
    }

    /// Commits what is staged to the current branch.
    pub fn commit(&self) -> git2::Oid {
        let repository = self.git();
        let parents: Vec<git2::Oid> = repository
            .head()
            .ok()
            .and_then(|head| head.target())
            .into_iter()
            .collect();
        self.commit_on(&parents, "HEAD")
    }

    /// Commits what is staged on these parents and moves a reference there.
    pub fn commit_on(&self, parents: &[git2::Oid], reference: &str) -> git2::Oid {
        let repository = self.git();
        let mut index = repository.index().unwrap();
        let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
        let count = self.count();
        let when = git2::Time::new(1_700_000_000 + 86_400 * i64::from(count), 0);
        let who = git2::Signature::new("A", "a@example.org", &when).unwrap();
        let parents: Vec<git2::Commit<'_>> = parents
            .iter()
            .map(|id| repository.find_commit(*id).unwrap())
            .collect();
        let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
        repository
            .commit(Some(reference), &who, &who, "change", &tree, &parents)
            .unwrap()
    }

    /// How many commits the object store holds.
    fn count(&self) -> u32 {
        let repository = self.git();
        let odb = repository.odb().unwrap();
        let mut commits = 0;
        odb.foreach(|id| {
            commits += u32::from(odb.read_header(*id).unwrap().1 == git2::ObjectType::Commit);
            true
        })
        .unwrap();
        commits
    }

    /// Runs tenure in the root.
    pub fn tenure(&self, arguments: &[&str]) -> Output {
        tenure(&self.root, arguments)
    }

    /// Rule and path with line of every finding, in the order of the report.
    pub fn found(&self, arguments: &[&str]) -> Vec<String> {
        found(&self.tenure(arguments))
    }
}

/// Runs tenure in a folder.
pub fn tenure(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tenure"))
        .args(arguments)
        .args(["--format", "json", "--now", "2026-01-01"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Rule and path with line of every finding of a JSON report.
pub fn found(out: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&out.stdout);
    let said = String::from_utf8_lossy(&out.stderr);
    let report: serde_json::Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{said}"));
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let place = &finding["place"];
            let line = &place["start"]["line"];
            format!("{} {}:{line}", word(&finding["rule"]), word(&place["path"]))
        })
        .collect()
}

/// A bot token made of a number: no two seeds give the same, and none stands in this file.
pub fn token(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |alphabet: &[u8], count: usize| -> String {
        let letters = (0..count).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(alphabet[usize::try_from((state >> 8) % alphabet.len() as u64).unwrap()])
        });
        letters.collect()
    };
    let (one, two) = (next(b"123456789", 12), next(b"123456789", 12));
    let tail = next(
        b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789",
        24,
    );
    format!("{}-{one}-{two}-{tail}", concat!("xo", "xb"))
}
