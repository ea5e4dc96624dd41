//! Packs `rules/**` into binary blobs, so that start-up parses nothing. A page or table that does not read fails the build.
#![expect(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "the rule modules are compiled into the library as well"
)]

#[path = "src/rule/definition.rs"]
mod definition;
#[path = "src/rule/fence.rs"]
mod fence;
#[path = "src/rule/head.rs"]
mod head;
#[path = "src/rule/page.rs"]
mod page;
#[path = "src/rule/pattern.rs"]
mod pattern;
#[path = "src/rule/place.rs"]
mod place;
#[path = "src/rule/resource.rs"]
mod resource;
#[path = "src/rule/standard.rs"]
mod standard;
#[path = "build/standards.rs"]
mod standards;
#[path = "build/resources.rs"]
mod tables;

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/model/nouns.rs");
    let root =
        PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("rules");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut rules: Vec<definition::Rule> = files(&root, "md")
        .into_iter()
        .filter(|path| path.file_name().is_some_and(|name| name != "README.md"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a rule page is readable text");
            let id = path
                .strip_prefix(&root)
                .expect("below rules/")
                .with_extension("")
                .display()
                .to_string()
                .replace('\\', "/");
            page::parse(&id, &format!("rules/{id}.md"), &text)
                .unwrap_or_else(|error| panic!("{error}"))
        })
        .collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let (mut prose, mut examples) = (Vec::new(), Vec::new());
    for (at, rule) in (0..).zip(&mut rules) {
        let body = std::mem::replace(&mut rule.body, definition::Body::Packed(at));
        if let definition::Body::Written {
            prose: text,
            examples: fences,
        } = body
        {
            prose.push(text);
            examples.push(fences);
        }
    }
    let write = |name: &str, packed: Vec<u8>| {
        std::fs::write(out.join(name), packed).expect("OUT_DIR is writable");
    };
    let bytes: Vec<Vec<u8>> = rules.iter().map(pack).collect();
    let heads = rules.iter().map(head::Head::of);
    let packed: Vec<(head::Head, &[u8])> = heads.zip(bytes.iter().map(Vec::as_slice)).collect();
    write("rules.bin", pack(&packed));
    write("prose.bin", pack(&prose));
    write("examples.bin", pack(&examples));
    write("resources.bin", tables::pack(&root.join("resources")));
    write("standards.bin", standards::pack(&root.join("standards")));
}

fn pack(value: &impl serde::Serialize) -> Vec<u8> {
    postcard::to_stdvec(value).expect("rules serialise")
}

fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder)
            .expect("rules/ is readable")
            .flatten()
        {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
