//! What is listed, on real repositories: tracked or ignored, links, pipes, odd names, broken and hostile indexes.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tenure::source::GapKind;
use tenure::walk::{self, Listing, Options};

struct Ground {
    _dir: TempDir,
    root: PathBuf,
}

impl Ground {
    fn bare() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        Self { _dir: dir, root }
    }

    fn repository() -> Self {
        let ground = Self::bare();
        git2::Repository::init(&ground.root).unwrap();
        ground
    }

    fn write(&self, path: &str, text: &str) -> &Self {
        let os = self.root.join(path);
        std::fs::create_dir_all(os.parent().unwrap()).unwrap();
        std::fs::write(os, text).unwrap();
        self
    }

    fn track(&self, path: &str) -> &Self {
        track(&self.root, path);
        self
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    fn list(&self) -> Listing {
        walk::tree(std::slice::from_ref(&self.root), &Options::default())
    }
}

fn track(repository: &Path, path: &str) {
    let repository = git2::Repository::open(repository).unwrap();
    let mut index = repository.index().unwrap();
    index.add_path(Path::new(path)).unwrap();
    index.write().unwrap();
}

/// Puts an entry of any name and mode into the index, file or not.
fn forge(repository: &Path, path: &str, mode: u32, flags_extended: u16) {
    let mut index = git2::Index::open(&repository.join(".git/index")).unwrap();
    let zero = git2::IndexTime::new(0, 0);
    let entry = git2::IndexEntry {
        ctime: zero,
        mtime: zero,
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: git2::Oid::from_str("1234567890123456789012345678901234567890").unwrap(),
        flags: 0,
        flags_extended,
        path: path.as_bytes().to_vec(),
    };
    index.add(&entry).unwrap();
    index.write().unwrap();
}

fn paths(listing: &Listing) -> Vec<&str> {
    listing.entries.iter().map(|e| e.path.as_str()).collect()
}

fn skipped(listing: &Listing) -> Vec<(&str, usize)> {
    listing
        .skipped
        .iter()
        .map(|(reason, times)| (reason.as_str(), *times))
        .collect()
}

#[test]
fn tracked_files_are_listed_even_when_ignored() {
    let ground = Ground::repository();
    ground
        .write(".gitignore", ".env\nbuild/\n*.log\n")
        .write(".env", "A=1")
        .write("build/out.txt", "x")
        .write("build/kept/deploy.yaml", "x")
        .write("a.log", "x")
        .write(".github/workflows/ci.yml", "x")
        .write("main.tf", "x")
        .track(".env")
        .track("build/kept/deploy.yaml")
        .track("main.tf");
    let listing = ground.list();
    assert_eq!(
        paths(&listing),
        [
            ".env",
            ".github/workflows/ci.yml",
            ".gitignore",
            "build/kept/deploy.yaml",
            "main.tf"
        ]
    );
    assert_eq!(listing.root, ground.root);
    assert!(listing.gaps.is_empty() && listing.missing.is_empty());

    let options = Options {
        no_ignore: true,
        ..Options::default()
    };
    let all = walk::tree(std::slice::from_ref(&ground.root), &options);
    assert_eq!(
        paths(&all),
        [
            ".env",
            ".github/workflows/ci.yml",
            ".gitignore",
            "a.log",
            "build/kept/deploy.yaml",
            "build/out.txt",
            "main.tf"
        ]
    );
}

#[test]
fn every_kind_of_ignore_file_is_respected_but_none_above_the_repository() {
    let ground = Ground::bare();
    ground
        .write(".ignore", "*.tf\n")
        .write("repo/.ignore", "by-ignore\n")
        .write("repo/.gitignore", "by-gitignore\n")
        .write("repo/by-ignore", "x")
        .write("repo/by-gitignore", "x")
        .write("repo/by-exclude", "x")
        .write("repo/sub/main.tf", "x")
        .write("repo/sub/.gitignore", "!by-gitignore\n")
        .write("repo/sub/by-gitignore", "x");
    git2::Repository::init(ground.at("repo")).unwrap();
    ground.write("repo/.git/info/exclude", "by-exclude\n");
    for start in ["repo", "repo/sub"] {
        let listing = walk::tree(&[ground.at(start)], &Options::default());
        let below: Vec<_> = paths(&listing)
            .into_iter()
            .filter(|path| path.starts_with("sub/"))
            .collect();
        assert_eq!(
            below,
            ["sub/.gitignore", "sub/by-gitignore", "sub/main.tf"],
            "{start}"
        );
        assert!(!paths(&listing).iter().any(|path| path.starts_with("by-")));
    }
}

#[test]
fn a_tracked_file_that_is_gone_or_excluded_is_not_listed() {
    let ground = Ground::repository();
    ground
        .write(".gitignore", "*.env\n")
        .write("gone.env", "x")
        .write("vendor/a.env", "x")
        .write("vendor/b.tf", "x")
        .write("c.tf", "x")
        .track("gone.env")
        .track("vendor/a.env");
    std::fs::remove_file(ground.at("gone.env")).unwrap();
    let mut globs = globset::GlobSetBuilder::new();
    globs.add(globset::Glob::new("vendor").unwrap());
    let options = Options {
        exclude: globs.build().unwrap(),
        ..Options::default()
    };
    let listing = walk::tree(std::slice::from_ref(&ground.root), &options);
    assert_eq!(paths(&listing), [".gitignore", "c.tf"]);
    assert_eq!(skipped(&listing), [("excluded", 1)]);
}

#[test]
fn links_are_counted_and_never_followed() {
    let outside = Ground::bare();
    outside.write("secret.txt", "x");
    let ground = Ground::bare();
    ground.write("a/real.txt", "x");
    symlink("..", ground.at("a/loop")).unwrap();
    symlink("real.txt", ground.at("a/file")).unwrap();
    symlink(&outside.root, ground.at("out")).unwrap();
    symlink("nowhere", ground.at("dangling")).unwrap();
    let listing = ground.list();
    assert_eq!(paths(&listing), ["a/real.txt"]);
    assert_eq!(skipped(&listing), [("link", 4)]);
    assert!(listing.gaps.is_empty());
}

#[test]
fn a_link_is_followed_only_when_it_is_all_that_is_asked_for() {
    let ground = Ground::bare();
    ground.write("real/x.tf", "x").write("y.tf", "x");
    symlink("real", ground.at("link")).unwrap();
    let alone = walk::tree(&[ground.at("link")], &Options::default());
    assert_eq!(paths(&alone), ["x.tf"]);
    let among = walk::tree(&[ground.at("link"), ground.at("y.tf")], &Options::default());
    assert_eq!(paths(&among), ["y.tf"]);
    assert_eq!(skipped(&among), [("link", 1)]);
}

#[test]
fn an_index_cannot_lead_out_through_a_link() {
    let outside = Ground::bare();
    outside.write("passwd", "x");
    let ground = Ground::repository();
    ground.write("ok.tf", "x").track("ok.tf");
    forge(&ground.root, "etc/passwd", 0o100_644, 0);
    symlink(&outside.root, ground.at("etc")).unwrap();
    let listing = ground.list();
    assert_eq!(paths(&listing), ["ok.tf"]);
}

#[test]
fn roots_may_overlap_be_files_and_lie_in_folders_that_are_ignored() {
    let ground = Ground::repository();
    ground
        .write(".gitignore", "out/\n")
        .write("a/b/c.tf", "x")
        .write("a/d.tf", "x")
        .write("e.tf", "x")
        .write("out/deep/plan.json", "x");
    let list = |names: &[&str]| {
        let roots: Vec<PathBuf> = names.iter().map(|name| ground.at(name)).collect();
        let listing = walk::tree(&roots, &Options::default());
        assert_eq!(listing.root, ground.root);
        listing.entries.into_iter().map(|e| e.path).collect()
    };
    let one: Vec<String> = list(&["a/b", "a", "a/b/c.tf", "a/../a"]);
    assert_eq!(one, ["a/b/c.tf", "a/d.tf"]);
    let two: Vec<String> = list(&["e.tf", "a/b"]);
    assert_eq!(two, ["a/b/c.tf", "e.tf"]);
    let ignored: Vec<String> = list(&["out/deep", "out/deep/plan.json"]);
    assert_eq!(ignored, ["out/deep/plan.json"]);
    let file: Vec<String> = list(&["out/deep/plan.json"]);
    assert_eq!(file, ["out/deep/plan.json"]);
}

#[test]
fn tracked_files_of_other_folders_stay_out() {
    let ground = Ground::repository();
    ground
        .write(".gitignore", "*.env\n")
        .write("a/x.env", "x")
        .write("b/y.env", "x")
        .track("a/x.env")
        .track("b/y.env");
    let listing = walk::tree(&[ground.at("a")], &Options::default());
    assert_eq!(paths(&listing), ["a/x.env"]);
}

#[test]
fn paths_do_not_depend_on_the_working_directory() {
    let ground = Ground::repository();
    ground.write("a/b/c.tf", "x").write("d.tf", "x");
    std::env::set_current_dir(ground.at("a")).unwrap();
    let here = walk::tree(&[], &Options::default());
    assert_eq!(paths(&here), ["a/b/c.tf"]);
    let up = walk::tree(&[PathBuf::from("..")], &Options::default());
    assert_eq!(paths(&up), ["a/b/c.tf", "d.tf"]);
    assert_eq!(walk::root(&[PathBuf::from("b")]), ground.root);
    std::env::set_current_dir("/").unwrap();
}

#[test]
fn what_is_not_there_is_missing() {
    let ground = Ground::bare();
    ground.write("a.tf", "x");
    let listing = walk::tree(&[ground.at("gone"), ground.at("a.tf")], &Options::default());
    assert_eq!(paths(&listing), ["a.tf"]);
    assert_eq!(listing.missing.len(), 1);
    assert!(listing.missing[0].path.ends_with("gone"));
    assert_eq!(listing.missing[0].reason, "no such file or directory");
    assert!(listing.gaps.is_empty());
}

#[test]
fn a_folder_without_permission_is_a_gap() {
    use std::os::unix::fs::PermissionsExt;
    let ground = Ground::bare();
    ground.write("locked/x.tf", "x").write("open.tf", "x");
    let set = |mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(ground.at("locked"), permissions).unwrap();
    };
    set(0o000);
    let enforced = std::fs::read_dir(ground.at("locked")).is_err();
    let listing = ground.list();
    let named = walk::tree(&[ground.at("locked")], &Options::default());
    set(0o755);
    if !enforced {
        assert_eq!(paths(&listing), ["locked/x.tf", "open.tf"]);
        return;
    }
    assert_eq!(paths(&listing), ["open.tf"]);
    assert_eq!(listing.gaps[0].path, "locked");
    assert_eq!(listing.gaps[0].kind, GapKind::Unreadable);
    assert_eq!(named.missing.len(), 1);
}

#[test]
fn pipes_and_sockets_are_counted() {
    let ground = Ground::bare();
    ground.write("a.tf", "x");
    let pipe = ground.at("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(ground.at("socket")).unwrap();
    let listing = ground.list();
    assert_eq!(paths(&listing), ["a.tf"]);
    assert_eq!(skipped(&listing), [("special", 2)]);
    let named = walk::tree(&[pipe], &Options::default());
    assert_eq!(skipped(&named), [("special", 1)]);
}

#[test]
fn odd_names_are_listed_and_can_be_read() {
    let ground = Ground::repository();
    let invalid = OsStr::from_bytes(b"bad\xff.tf");
    std::fs::write(ground.root.join(invalid), "x").unwrap();
    ground.write("new\nline\u{1b}[31m.tf", "x");
    ground.write(" space .tf", "x").write("-", "x");
    let listing = ground.list();
    assert_eq!(
        paths(&listing),
        [
            " space .tf",
            "-",
            "bad\u{fffd}.tf",
            "new\nline\u{1b}[31m.tf"
        ]
    );
    for entry in &listing.entries {
        let read = walk::read(entry, &mut Vec::new(), 10);
        assert_eq!(read, walk::Read::Text { converted: false }, "{entry:?}");
    }
}

#[test]
fn a_tracked_ignored_file_of_an_invalid_name_is_listed_once() {
    let ground = Ground::repository();
    let invalid = OsStr::from_bytes(b"bad\xff.env");
    std::fs::write(ground.root.join(invalid), "x").unwrap();
    ground.write(".gitignore", "*.env\n");
    let repository = git2::Repository::open(&ground.root).unwrap();
    let mut index = repository.index().unwrap();
    index.add_path(Path::new(invalid)).unwrap();
    index.write().unwrap();
    assert_eq!(paths(&ground.list()), [".gitignore", "bad\u{fffd}.env"]);
}

#[test]
fn a_worktree_finds_its_own_index() {
    let ground = Ground::bare();
    ground.write("main/.gitignore", "*.env\n");
    let repository = git2::Repository::init(ground.at("main")).unwrap();
    let mut index = repository.index().unwrap();
    index.add_path(Path::new(".gitignore")).unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let who = git2::Signature::now("a", "a@example.com").unwrap();
    repository
        .commit(Some("HEAD"), &who, &who, "first", &tree, &[])
        .unwrap();
    repository
        .worktree("side", &ground.at("side"), None)
        .unwrap();
    ground.write("side/.env", "x").write("side/other.env", "x");
    track(&ground.at("side"), ".env");
    let listing = walk::tree(&[ground.at("side")], &Options::default());
    assert_eq!(listing.root, ground.at("side"));
    assert_eq!(paths(&listing), [".env", ".gitignore"]);
    assert!(listing.gaps.is_empty());
}

#[test]
fn repositories_below_the_root_keep_their_tracked_files() {
    let ground = Ground::bare();
    for name in ["one", "two"] {
        ground.write(&format!("{name}/.gitignore"), "*.env\n");
        ground.write(&format!("{name}/.env"), "x");
        git2::Repository::init(ground.at(name)).unwrap();
    }
    track(&ground.at("two"), ".env");
    assert_eq!(
        paths(&ground.list()),
        ["one/.gitignore", "two/.env", "two/.gitignore"]
    );
}

#[test]
fn submodules_that_are_not_checked_out_and_sparse_files_are_counted() {
    let ground = Ground::repository();
    ground.write("a.tf", "x").write("here/b.tf", "x");
    std::fs::create_dir(ground.at("absent")).unwrap();
    git2::Repository::init(ground.at("here")).unwrap();
    forge(&ground.root, "absent", 0o160_000, 0);
    forge(&ground.root, "here", 0o160_000, 0);
    forge(&ground.root, "left/out.tf", 0o100_644, 1 << 14);
    let listing = ground.list();
    assert_eq!(paths(&listing), ["a.tf", "here/b.tf"]);
    assert_eq!(skipped(&listing), [("sparse", 1), ("submodule", 1)]);
}

#[test]
fn a_broken_index_is_a_gap_and_the_files_are_listed() {
    let ground = Ground::repository();
    ground.write("a.tf", "x").track("a.tf");
    for broken in [&b"DIRC\0\0\0\x02\0\0\xff\xff"[..], b"", b"garbage"] {
        std::fs::write(ground.at(".git/index"), broken).unwrap();
        let listing = ground.list();
        assert_eq!(paths(&listing), ["a.tf"]);
        assert_eq!(listing.gaps.len(), 1, "{broken:?}");
        for gap in &listing.gaps {
            assert_eq!((gap.path.as_str(), gap.kind), (".git", GapKind::Git));
        }
    }
    std::fs::remove_dir_all(ground.at(".git")).unwrap();
    ground.write(".git", "gitdir: /nowhere/at/all\n");
    let listing = ground.list();
    assert_eq!(paths(&listing), ["a.tf"]);
    assert_eq!(listing.gaps[0].kind, GapKind::Git);
}

#[test]
fn the_configuration_of_a_repository_is_not_obeyed() {
    let ground = Ground::repository();
    ground
        .write(".gitignore", "*.env\n")
        .write(".env", "x")
        .write("ignore-all", "*\n")
        .track(".env");
    let hostile = format!(
        "[core]\n\tworktree = /\n\tfsmonitor = \"touch {0}/ran\"\n\texcludesFile = {0}/ignore-all\n[extensions]\n\tunheard = of\n",
        ground.root.display()
    );
    ground.write(".git/config", &hostile);
    let listing = ground.list();
    assert_eq!(paths(&listing), [".env", ".gitignore", "ignore-all"]);
    assert!(!ground.at("ran").exists());
    assert!(listing.gaps.is_empty());
}

#[test]
fn the_files_below_dot_tenure_are_read_and_links_are_not() {
    let ground = Ground::bare();
    ground
        .write(".tenure/salt", "pepper")
        .write(".tenure/waivers/a.yaml", "id: a")
        .write("elsewhere", "x");
    symlink("../elsewhere", ground.at(".tenure/baseline.json")).unwrap();
    std::fs::write(ground.at(".tenure/waivers/b.yaml"), b"\xff").unwrap();
    let (files, gaps) = walk::side_files(&ground.root);
    assert_eq!(
        files,
        [
            (".tenure/salt".to_owned(), "pepper".to_owned()),
            (".tenure/waivers/a.yaml".to_owned(), "id: a".to_owned())
        ]
    );
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].path, ".tenure/waivers/b.yaml");
    assert_eq!(walk::side_files(&ground.at(".tenure")).0, []);
}
