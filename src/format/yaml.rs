//! YAML: streams of documents, anchors, tags, and block scalars, each with its place.
//!
//! Documents are cut at their `---` lines and read one by one, so that one that does not parse is a gap and the others
//! stay. `!Tag value` is a call of `!Tag`. Scalars follow the 1.2 core schema.

mod build;
mod failure;
mod fill;
mod merge;
mod recover;
mod scalar;
mod schema;
mod tag;

use super::draft::Draft;
use super::template::Templating;
use super::{Document, Format, Limits, Named};
use crate::source::BlobId;
use std::ops::Range;

/// The endings that mean YAML.
const ENDINGS: &[&str] = &[".yaml", ".yml", ".eyaml", ".sls"];

/// YAML 1.2, as tools read it.
pub(super) struct Yaml;

impl Format for Yaml {
    fn name(&self) -> &'static str {
        "yaml"
    }

    fn claims(&self, file: &Named<'_>, head: &[u8]) -> bool {
        let bare = file.bare();
        ENDINGS.iter().any(|ending| bare.ends_with(ending)) || begins_like_yaml(file.full(), head)
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("yaml", blob, path, text, limits);
        if draft.fits() {
            let templating = Templating::of(path, text);
            for range in documents(text, &templating) {
                recover::read(&mut draft, &templating, schema::without(text, range));
            }
        }
        draft.done()
    }
}

/// Whether a file without a telling ending holds a key at the start of a line that only such a YAML file has.
fn begins_like_yaml(name: &str, head: &[u8]) -> bool {
    let keys: &[&[u8]] = match name {
        "owners" => &[b"approvers:", b"reviewers:", b"options:", b"filters:"],
        "owners_aliases" => &[b"aliases:"],
        _ if name.ends_with(".template") => &[b"AWSTemplateFormatVersion:", b"Resources:"],
        _ if !name.trim_start_matches('.').contains('.') => &[b"apiVersion:"],
        _ => return false,
    };
    head.split(|&byte| byte == b'\n')
        .any(|line| keys.iter().any(|key| line.starts_with(key)))
}

/// The text cut before every `---` line; directives stay with the document they are for.
fn documents(text: &str, templating: &Templating) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for at in memchr::memmem::find_iter(text.as_bytes(), b"\n---") {
        let at = at + 1;
        let after = text.as_bytes().get(at + 3);
        let marks = matches!(after, None | Some(b' ' | b'\t' | b'\r' | b'\n'));
        if marks && templating.may_cut(at) && !only_directives(&text[start..at]) {
            found.push(start..at);
            start = at;
        }
    }
    found.push(start..text.len());
    found
}

/// Whether the lines are `%` directives, with nothing but comments between them.
fn only_directives(text: &str) -> bool {
    let mut directives = false;
    for line in text.trim_start_matches('\u{feff}').lines() {
        match line.bytes().next() {
            Some(b'%') => directives = true,
            Some(b'#') | None => {}
            Some(_) if line.trim().is_empty() => {}
            Some(_) => return false,
        }
    }
    directives
}
