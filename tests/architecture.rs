//! Holds the table of floors: a room imports only rooms on lower floors, so that the arrows of the design stay arrows.
//!
//! Read from the source text, comments and strings left out: `use crate::x`, groups, paths inside expressions, and `super`
//! chains that climb out of their room. Inside a room, modules beside one another form no circle but for recursion.

#[path = "architecture/circle.rs"]
mod circle;
#[path = "architecture/import.rs"]
mod import;

use import::{Import, imports};
use std::path::{Path, PathBuf};

/// Rooms by floor. Rooms of one floor do not know each other.
const FLOORS: &[(u8, &[&str])] = &[
    (7, &["main"]),
    (6, &["cli"]),
    (5, &["scan"]),
    (
        4,
        &[
            "extract", "resolve", "engine", "suppress", "edit", "measure", "report",
        ],
    ),
    (3, &["finding", "walk", "config"]),
    (2, &["format", "model", "judge", "git"]),
    (1, &["source", "rule"]),
];

/// What the floors allow and the design does not: rules see the model, never a syntax.
const NEVER: &[(&str, &str)] = &[
    ("engine", "format"),
    ("report", "format"),
    ("suppress", "format"),
];

/// The circles that are one recursion, or the methods of one struct, and could only be hidden.
const RECURSIONS: &[(&str, &[&str])] = &[
    // An operator's sides are terms, a function's arguments are conditions.
    ("engine/condition", &["check", "function"]),
    // A document is merged from documents.
    ("extract/policy", &["data", "find"]),
    // An expression holds texts and collections, which hold expressions and statements.
    (
        "format/bicep",
        &["collection", "expression", "statement", "text"],
    ),
    // A function's arguments name values of a scope, whose values are functions.
    ("resolve/arm", &["function", "scope"]),
    // One evaluation and its memory.
    ("resolve/terraform", &["keys", "memo", "run"]),
];

/// Names that say where something was put, not what it is.
const NO_NAMES: &[&str] = &[
    "mod.rs",
    "utils.rs",
    "util.rs",
    "common.rs",
    "types.rs",
    "helpers.rs",
];

fn floor(room: &str) -> Option<u8> {
    FLOORS
        .iter()
        .find(|(_, rooms)| rooms.contains(&room))
        .map(|(floor, _)| *floor)
}

/// The room of a file below `src`.
fn room(file: &str) -> &str {
    let first = file.split('/').next().unwrap_or(file);
    first.strip_suffix(".rs").unwrap_or(first)
}

/// What a file imports against the table.
fn violations(file: &str, text: &str) -> Vec<String> {
    let own = room(file);
    if own == "lib" {
        return Vec::new();
    }
    let Some(stands) = floor(own) else {
        return vec![format!("{file}: the room `{own}` stands on no floor")];
    };
    imports(file, text)
        .into_iter()
        .filter(|import| import.room != own)
        .filter_map(|Import { line, room }| {
            let why = match floor(&room) {
                None => format!("`{room}` is no room"),
                Some(_) if NEVER.contains(&(own, &room)) => format!("`{own}` never sees `{room}`"),
                Some(floor) if floor >= stands => {
                    format!("`{room}` on floor {floor} is not below `{own}` on floor {stands}")
                }
                Some(_) => return None,
            };
            Some(format!("{file}:{line}: {why}"))
        })
        .collect()
}

fn sources(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let (mut found, mut open) = (Vec::new(), vec![root.clone()]);
    while let Some(folder) = open.pop() {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .map(|entry| entry.expect("the folder is readable").path())
            .collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path
                    .strip_prefix(&root)
                    .expect("below the root")
                    .display()
                    .to_string();
                found.push((
                    name,
                    std::fs::read_to_string(&path).expect("a source file is text"),
                ));
            }
        }
    }
    found
}

#[test]
fn rooms_import_only_from_lower_floors() {
    let files = sources("src");
    assert!(files.len() > 30, "the source was found");
    let wrong: Vec<String> = files
        .iter()
        .flat_map(|(file, text)| violations(file, text))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn modules_beside_one_another_form_no_circle() {
    let found = circle::circles(&sources("src"));
    let known: Vec<(String, Vec<String>)> = RECURSIONS
        .iter()
        .map(|(folder, members)| {
            let members = members.iter().map(|member| (*member).to_owned());
            ((*folder).to_owned(), members.collect())
        })
        .collect();
    assert_eq!(
        found, known,
        "break a new circle: what both name belongs below them; take one that is gone off the list"
    );
}

#[test]
fn circles_are_seen() {
    let files = |texts: &[(&str, &str)]| -> Vec<(String, String)> {
        let texts = texts.iter();
        texts
            .map(|(file, text)| ((*file).to_owned(), (*text).to_owned()))
            .collect()
    };
    let found = circle::circles(&files(&[
        ("a.rs", "mod b; mod c; mod d;"),
        ("a/b.rs", "use super::{x::Y, c::{self, Z}, d};"),
        ("a/c.rs", "pub(super) mod e;"),
        (
            "a/c/e.rs",
            "fn f() -> crate::a::b::T { super::super::d::g() }",
        ),
        (
            "a/d.rs",
            "//! super::b\n#[cfg(test)]\nmod tests {\n use super::super::b; }",
        ),
    ]));
    assert_eq!(found, [("a".to_owned(), vec!["b".into(), "c".into()])]);
}

#[test]
fn every_room_of_the_table_exists() {
    for (_, rooms) in FLOORS {
        for room in *rooms {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/{room}.rs"));
            assert!(file.is_file(), "no src/{room}.rs");
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for folder in ["src", "tests", "benches", "build", "fuzz"] {
        for (file, text) in sources(folder) {
            assert!(
                text.starts_with("//! "),
                "{folder}/{file} has no `//!` head"
            );
            let name = file.rsplit('/').next().unwrap();
            assert!(
                !NO_NAMES.contains(&name),
                "{folder}/{file} is named after nothing"
            );
        }
    }
}

#[test]
fn violations_are_seen() {
    let seen = |file: &str, text: &str| violations(file, text).len();
    assert_eq!(seen("engine/native.rs", "use crate::extract::facts;"), 1);
    assert_eq!(seen("engine.rs", "use crate::format::Node;"), 1);
    assert_eq!(
        seen("model/fact.rs", "use crate::{source::Span, format::Node};"),
        1
    );
    assert_eq!(
        seen(
            "rule.rs",
            "use crate::{source::Span, format::{Node, Value}, cli};"
        ),
        3
    );
    assert_eq!(
        seen(
            "report.rs",
            "fn a() { let x: crate::engine::Verdict = b(); }"
        ),
        1
    );
    assert_eq!(
        seen("report/human.rs", "use super::super::engine::Verdict;"),
        1
    );
    assert_eq!(seen("walk.rs", "use super::config;"), 1);
    assert_eq!(seen("extract.rs", "pub use crate::resolve as r;"), 1);
    assert_eq!(seen("source.rs", "use crate as all;"), 1);
    assert_eq!(seen("source.rs", "use crate::*;"), 1);
    assert_eq!(seen("attic.rs", ""), 1);
    assert_eq!(
        seen("scan.rs", "use crate::{\n  // cli\n  cli::Exit,\n};"),
        1
    );
    assert_eq!(seen("main.rs", "fn main() { tenure::scan::memory() }"), 0);
    assert_eq!(seen("cli.rs", "use ::tenure::main;"), 1);
}

#[test]
fn what_is_allowed_is_not_a_violation() {
    let text = r##"
        //! See [`crate::cli`].
        /* use crate::cli; /* nested */ */
        use crate::{model::{Date, Fact}, source::Span};
        pub(crate) mod condition;
        pub(in crate::engine) fn a<'a>(b: &'a str) -> char { 'x' }
        const TEXT: &str = "use crate::cli::Exit; \" crate::cli";
        const RAW: &str = r#"crate::cli "quoted" crate::scan"#;
        const QUOTE: char = '"';
        mod tests { use super::*; use super::super::context; }
    "##;
    assert_eq!(
        violations("engine/condition/check.rs", text),
        Vec::<String>::new()
    );
}

#[test]
fn a_violation_names_its_line() {
    assert_eq!(
        violations(
            "format/yaml.rs",
            "//! x\n\nuse crate::{\n    source::Span,\n    model::Fact,\n};\n"
        ),
        ["format/yaml.rs:5: `model` on floor 2 is not below `format` on floor 2"]
    );
}
