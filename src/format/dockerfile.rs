//! Dockerfiles: a map with one entry an instruction, in order, the instruction in upper case.
//!
//! `FROM` is a map of `image`, `as` and its flags; `ENV`, `ARG` and `LABEL` are maps of names to values; `COPY`, `ADD`,
//! `EXPOSE` and `VOLUME` are lists of words; a command in brackets is a list, any other instruction its text with continued
//! lines joined. `ONBUILD` holds a map of the instruction it delays. A line that is no instruction is a gap.

mod instruction;
mod logical;

use super::draft::Draft;
use super::template;
use super::{Document, Format, Limits, Named};
use crate::source::{BlobId, GapKind};

/// Dockerfiles and Containerfiles.
pub(super) struct Dockerfile;

impl Format for Dockerfile {
    fn name(&self) -> &'static str {
        "dockerfile"
    }

    fn claims(&self, file: &Named<'_>, _head: &[u8]) -> bool {
        const NOT: &[&str] = &[
            ".dockerignore",
            ".md",
            ".yml",
            ".yaml",
            ".json",
            ".sh",
            ".py",
        ];
        let name = file.bare();
        let named = ["dockerfile", "containerfile"].iter().any(|word| {
            let rest = name.strip_prefix(word);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
                || name
                    .strip_suffix(word)
                    .is_some_and(|begin| begin.ends_with(['.', '-', '_']))
        });
        named && !NOT.iter().any(|ending| name.ends_with(ending))
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("dockerfile", blob, path, text, limits);
        if draft.fits() {
            read(&mut draft);
        }
        draft.done()
    }
}

fn read(draft: &mut Draft) {
    let mut entries = Vec::new();
    for logical in logical::lines(draft.text) {
        if !draft.afford(1, logical.range().start) {
            break;
        }
        let range = logical.range();
        match instruction::entry(draft, &logical) {
            Some(entry) => entries.push(entry),
            None if template::is_only_actions(&draft.text[range.clone()]) => {}
            None => draft.gap(GapKind::Syntax, range, "not an instruction"),
        }
    }
    if !entries.is_empty() {
        let root = draft.map(entries);
        draft.root(root);
    }
}
