//! The register of exceptions over whole repositories: every dialect beside one another, and since when each stands.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::ffi::OsString;
use std::path::Path;

/// Runs a command line; its exit code and what it writes.
fn run(arguments: &[&str]) -> (u8, String) {
    let mut out = Vec::new();
    let mut all: Vec<OsString> = vec!["tenure".into()];
    all.extend(arguments.iter().map(OsString::from));
    let code = tenure::cli::main(all, &mut out, &mut Vec::new());
    let code = match format!("{code:?}").contains("(0)") {
        true => 0,
        false => 1,
    };
    (code, String::from_utf8(out).unwrap())
}

struct Repository {
    folder: tempfile::TempDir,
    git: git2::Repository,
}

impl Repository {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let git = git2::Repository::init(folder.path()).unwrap();
        Self { folder, git }
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, path: &str, text: &str) -> &Self {
        let file = self.root().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
        self
    }

    fn commit(&self, author: &str, day: &str) -> &Self {
        let mut index = self.git.index().unwrap();
        index
            .add_all(["*"], git2::IndexAddOption::DEFAULT, None)
            .unwrap();
        index.update_all(["*"], None).unwrap();
        let tree = self.git.find_tree(index.write_tree().unwrap()).unwrap();
        let moment: jiff::Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
        let time = git2::Time::new(moment.as_second(), 0);
        let by = git2::Signature::new(author, "a@example.com", &time).unwrap();
        let parent = self
            .git
            .head()
            .ok()
            .map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        self.git
            .commit(Some("HEAD"), &by, &by, "change", &tree, &parents)
            .unwrap();
        self
    }
}

fn rows(repository: &Repository, more: &[&str]) -> Vec<Vec<String>> {
    let root = repository.root().to_str().unwrap();
    let mut arguments = vec!["exceptions", "--format", "csv", "--now", "2026-01-01", root];
    arguments.extend(more);
    let (code, text) = run(&arguments);
    assert_eq!(code, 0);
    text.lines()
        .skip(1)
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

#[test]
fn dialects_stand_beside_one_another() {
    let repository = Repository::new();
    repository
        .write("main.tf", "#checkov:skip=CKV_1:public site\nresource \"a\" \"b\" {} #tfsec:ignore:x:exp:2025-01-02\n# tenure: allow secret/* owner=@o expires=2026-02-01 reason=\"=cmd()\"\nx = 1\n")
        .write(".trivyignore", "CVE-1\n")
        .write("api/requirements.txt", "# checkov:skip=CKV_2:pinned elsewhere\nrequests\n")
        .write("notes.txt", "# checkov:skip=CKV_2:an example\n")
        .write("web/package.json", "{\n  \"//\": [\"checkov:skip=CKV_3: never published\", \"more\"],\n  \"name\": \"checkov:skip=CKV_4\"\n}\n")
        .write(".tenure/waivers/w.yaml", "id: W-1\n")
        .write("tenure.yaml", "ignores:\n  - { rule: secret/jwt, path: docs/**, reason: samples }\n");
    let rows = rows(&repository, &[]);
    let brief: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {} {}:{} {}", row[0], row[2], row[3], row[4], row[6]))
        .collect();
    assert_eq!(
        brief,
        [
            "tenure invalid .tenure/waivers/w.yaml:1 ",
            "trivy in force .trivyignore:1 CVE-1",
            "checkov in force api/requirements.txt:1 CKV_2",
            "checkov in force main.tf:1 CKV_1",
            "tfsec expired main.tf:2 x",
            "tenure in force main.tf:3 secret/*",
            "tenure in force tenure.yaml:2 secret/jwt",
            "checkov in force web/package.json:2 CKV_3",
        ]
    );
    assert_eq!(rows[7][7], "never published");
    assert_eq!(rows[5][7], "\"'=cmd()\"", "no cell starts a formula");
}

#[test]
fn history_tells_since_when() {
    let repository = Repository::new();
    let skip = "  #checkov:skip=CKV_1:x\n";
    repository
        .write("a.tf", &format!("one {{\n{skip}}}\n"))
        .commit("ann", "2024-01-02")
        // The same words once more above, and a line that pushes the old ones down.
        .write(
            "a.tf",
            &format!("# head\nzero {{\n{skip}}}\none {{\n{skip}}}\n"),
        )
        .commit("bob", "2024-02-03")
        .write(
            "b/b.tf",
            &format!("# head\nzero {{\n{skip}}}\none {{\n{skip}}}\n"),
        );
    std::fs::remove_file(repository.root().join("a.tf")).unwrap();
    repository.commit("cat", "2024-03-04").write("new.tf", skip);
    let told: Vec<String> = rows(&repository, &["--blame"])
        .iter()
        .map(|row| format!("{}:{} {} {}", row[3], row[4], row[11], row[13]))
        .collect();
    assert_eq!(
        told,
        [
            "b/b.tf:3 2024-02-03 bob",
            "b/b.tf:6 2024-01-02 ann",
            "new.tf:1  "
        ]
    );
}

#[test]
fn without_history_nothing_is_invented() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.tf"), "x = 1 #tfsec:ignore:y\n").unwrap();
    let root = folder.path().to_str().unwrap();
    let (code, text) = run(&["exceptions", "--blame", "--format", "json", root]);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(code, 0);
    assert_eq!(value["exceptions"][0]["since"], serde_json::Value::Null);
    assert!(
        value["history"].as_str().unwrap().contains("repository"),
        "{}",
        value["history"]
    );
}
