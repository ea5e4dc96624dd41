//! `tenure baseline create|update|prune`: what a team accepts for now, in a file that merges well and gives nothing away.

use super::arguments::{BaselineArgs, BaselineCommand, BaselineTarget};
use super::{Exit, Failure, progress, setup, write};
use crate::report::{Report, clean};
use crate::scan::{self, Source, Tree};
use crate::suppress::baseline::{self, Entry};
use crate::suppress::{BASELINE, Baseline};
use crate::walk;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What the fingerprints of a repository are salted with.
const SALT: &str = ".tenure/salt";

/// Runs the command.
pub(super) fn run(arguments: &BaselineArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let (target, old) = match &arguments.command {
        BaselineCommand::Create(target) => (target, Old::Refused),
        BaselineCommand::Update(target) => (target, Old::Replaced),
        BaselineCommand::Prune(target) => (target, Old::Pruned),
    };
    let root = walk::root(std::slice::from_ref(&target.path));
    let file = target.file.clone().unwrap_or_else(|| root.join(BASELINE));
    let shown = shown(&file, &root);
    let known = match old {
        Old::Refused if file.exists() => {
            return Err(Failure::Usage(format!(
                "{shown} exists; `tenure baseline update` accepts what is found now"
            )));
        }
        Old::Refused => Baseline::default(),
        Old::Replaced | Old::Pruned => read(&file, &shown)?,
    };
    if matches!(old, Old::Refused) && !root.join(SALT).exists() {
        write::text(&root.join(SALT), &format!("{}\n", salt()))?;
    }
    let found = found(target, &root)?;
    let kept: Vec<Entry> = match old {
        Old::Pruned => {
            let there: Vec<Entry> = known.entries().to_vec();
            let gone: Vec<&Entry> = known.unmet(&found.findings).collect();
            there
                .into_iter()
                .filter(|entry| !gone.contains(&entry))
                .collect()
        }
        _ => {
            let path =
                |finding: &crate::finding::Finding| found.blobs.path(finding.span).to_owned();
            let text = baseline::write(&found.findings, path);
            baseline::read(&text)
                .map_err(Failure::Usage)?
                .entries()
                .to_vec()
        }
    };
    let new = Baseline::new(kept);
    let before: Vec<&str> = known
        .entries()
        .iter()
        .map(|e| e.fingerprint.as_str())
        .collect();
    let added = new
        .entries()
        .iter()
        .filter(|entry| !before.contains(&entry.fingerprint.as_str()))
        .count();
    let removed = before.len() + added - new.entries().len();
    write::text(&file, &new.text())?;
    writeln!(
        out,
        "{}: {} accepted, {added} added, {removed} removed",
        clean(&shown),
        new.entries().len()
    )?;
    Ok(Exit::Clean)
}

/// What becomes of a baseline that exists.
enum Old {
    Refused,
    Replaced,
    Pruned,
}

/// A path as the user knows it.
fn shown(file: &Path, root: &Path) -> String {
    file.strip_prefix(root)
        .unwrap_or(file)
        .display()
        .to_string()
}

fn read(file: &Path, shown: &str) -> Result<Baseline, Failure> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Failure::Usage(format!(
                "there is no {shown}; `tenure baseline create` writes it"
            )));
        }
        Err(error) => return Err(Failure::Usage(format!("{shown}: cannot be read: {error}"))),
    };
    baseline::read(&text).map_err(|message| {
        Failure::Usage(format!("{shown}: the baseline does not read: {message}"))
    })
}

/// What is open in the whole repository when no baseline speaks.
fn found(target: &BaselineTarget, root: &Path) -> Result<Report, Failure> {
    let (mut options, rules) = setup::options(&target.look, root, None)?;
    options.register.baseline = Baseline::default();
    let listing = walk::tree(
        &[PathBuf::from(root)],
        &setup::walk_options(&target.look.read, &options.config),
    );
    let source = Tree::new(listing, options.limit);
    if let Some(gap) = scan::missing(&source).first() {
        return Err(Failure::Usage(format!(
            "cannot read {}: {}",
            gap.path, gap.reason
        )));
    }
    let outcome = progress::watch(
        target.look.read.quiet,
        source.len(),
        &options.progress,
        || scan::run(&source, rules, &options),
    );
    Ok(outcome.report)
}

/// 128 bits that nobody guesses: the standard library's hash keys come from the operating system.
fn salt() -> String {
    let word = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", word(), word())
}
