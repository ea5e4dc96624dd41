//! Every case in `testdata/formats/<format>/` parses into the tree written beside it, spans included.
//!
//! `<case>.tree` is a readable dump: one line a node, its kind, its place as `line:column-line:column` (columns count
//! UTF-16 units from 1, the end is one past the last), and its value. `TENURE_BLESS=1` rewrites the trees.

#[path = "formats/hostile.rs"]
mod hostile;
#[path = "formats/tree.rs"]
mod tree;

use std::fs;
use std::path::{Path, PathBuf};
use tenure::format::{FORMATS, Limits, claim};
use tenure::source::BlobId;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/formats")
}

/// All files below `folder`, sorted.
fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder of cases").flatten() {
            let path = entry.path();
            let list = if path.is_dir() { &mut open } else { &mut found };
            list.push(path);
        }
    }
    found.sort();
    found.into_iter()
}

fn is_tree(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "tree")
}

/// The path of the `.tree` beside a case.
fn golden(case: &Path) -> PathBuf {
    let mut name = case.as_os_str().to_owned();
    name.push(".tree");
    PathBuf::from(name)
}

#[test]
fn every_format_reads_its_cases_as_written_down() {
    let bless = std::env::var_os("TENURE_BLESS").is_some();
    let mut wrong = Vec::new();
    for format in FORMATS {
        let folder = root().join(format.name());
        assert!(folder.is_dir(), "no cases for {}", format.name());
        for case in files(&folder).filter(|path| !is_tree(path)) {
            let path = case.strip_prefix(&folder).expect("below the folder");
            let path = path.to_str().expect("a readable path");
            let text = fs::read_to_string(&case).expect("a case is UTF-8");
            let head = &text.as_bytes()[..text.len().min(4096)];
            let claimed = claim(path, head).map(|format| format.name());
            assert_eq!(claimed, Some(format.name()), "{path} is claimed");
            let document = format.parse(BlobId(7), path, &text, Limits::default());
            tree::check(&document, &text);
            let found = tree::dump(&document, &text);
            let expected = fs::read_to_string(golden(&case)).ok();
            if expected.as_ref() == Some(&found) {
                continue;
            }
            if bless {
                fs::write(golden(&case), found).expect("the tree is writable");
            } else {
                wrong.push(format!("--- {}\n{found}", case.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "differs (TENURE_BLESS=1 rewrites):\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_tree_belongs_to_a_case() {
    let known: Vec<PathBuf> = files(&root()).filter(|path| !is_tree(path)).collect();
    for tree in files(&root()).filter(|path| is_tree(path)) {
        assert!(
            known.iter().any(|case| golden(case) == tree),
            "{} has no case",
            tree.display()
        );
    }
}

#[test]
fn a_name_or_the_first_bytes_tell_the_format() {
    let table: &[(&str, &str, Option<&str>)] = &[
        ("a/values.YAML", "", Some("yaml")),
        ("deploy.yaml.gotmpl", "", Some("yaml")),
        ("secrets.eyaml", "", Some("yaml")),
        ("kubeconfig", "apiVersion: v1\nkind: Config\n", Some("yaml")),
        ("OWNERS", "approvers:\n- a\n", Some("yaml")),
        ("OWNERS", "someone@example.com\n", None),
        (
            "stack.template",
            "AWSTemplateFormatVersion: 2010-09-09\n",
            Some("yaml"),
        ),
        ("stack.template", "{\n \"Resources\": {}}", Some("json")),
        (".clang-format", "BasedOnStyle: LLVM\n", None),
        ("main.tf.json", "", Some("json")),
        ("policy.json.tftpl", "{{ x }}", Some("json")),
        ("terraform.tfstate.backup", "", Some("json")),
        (".eslintrc", "{\n  // c\n}", Some("json")),
        ("results.sarif", "{\"runs\": []}", None),
        ("_helpers.tpl", "{{- define \"x\" -}}", None),
        ("Cargo.toml", "", Some("toml")),
        ("Dockerfile", "", Some("dockerfile")),
        ("build/Dockerfile.prod", "", Some("dockerfile")),
        ("api.Dockerfile.j2", "", Some("dockerfile")),
        ("Dockerfile.dockerignore", "", None),
        ("dockerfiles/readme.md", "", None),
        ("app/application-prod.properties", "", Some("properties")),
        (".env", "", Some("dotenv")),
        (".env.local.example", "", Some("dotenv")),
        ("prod.env", "", Some("dotenv")),
        (".environment", "", None),
        ("home/.aws/credentials", "", Some("ini")),
        ("lib/credentials", "def credentials():\n", None),
        ("nginx.conf", "server {\n  listen 80;\n}\n", None),
        ("app.conf", "[core]\nkey = value\n", Some("ini")),
        (
            "web.config",
            "<configuration>\n  <add key=\"a\" value=\"b\"/>\n",
            None,
        ),
        (".npmrc", "", Some("ini")),
        ("home/.netrc", "", Some("netrc")),
        (".pgpass", "", Some("pgpass")),
        ("config/master.key", "9f2k8qLm4x7vTzR3\n", Some("keyfile")),
        (".github/CODEOWNERS", "", Some("codeowners")),
        ("main.rs", "fn main() {}\n", None),
    ];
    for (path, head, expected) in table {
        let found = claim(path, head.as_bytes()).map(|format| format.name());
        assert_eq!(found, *expected, "{path}");
    }
}
