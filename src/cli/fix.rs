//! `tenure fix`: makes the mechanical changes that rules carry, and keeps those after which a scan finds less and nothing new.

use super::arguments::FixArgs;
use super::{Exit, Failure, setup, write};
use crate::edit::{Change, edit};
use crate::finding::Finding;
use crate::git::diff;
use crate::report::clean;
use crate::rule::Rule;
use crate::scan::{self, Bytes, Options, Outcome, Source, Tree};
use crate::suppress::{self, Reach};
use crate::walk::{self, Entry};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;

/// Runs the command.
pub(super) fn run(arguments: &FixArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let root = walk::root(&arguments.paths);
    let (mut options, rules) = setup::options(&arguments.look, &root, None)?;
    if !walk::is_whole(&arguments.paths) {
        options.reach = Reach::Part;
    }
    let listing = walk::tree(
        &arguments.paths,
        &setup::walk_options(&arguments.look.read, &options.config),
    );
    let entries = listing.entries.clone();
    let tree = Tree::new(listing, options.limit);
    let before = scan::run(&tree, rules.clone(), &options);
    let lease = arguments.lease.as_deref().map(lease).transpose()?;
    let (mut files, risky) = changes(arguments, lease.as_deref(), &before, &entries);
    let found = files.len();
    let kept = verified(&before, &tree, &mut files, &options);
    let mut resolved = 0;
    for file in &kept {
        resolved += file.findings.len();
        if arguments.diff {
            let text = diff(&file.entry.path, file.old.as_bytes(), file.new.as_bytes());
            out.write_all(text.as_bytes())?;
        } else {
            rewrite(file)?;
            writeln!(
                out,
                "fixed {} in {}",
                file.findings.len(),
                clean(&file.entry.path)
            )?;
        }
    }
    if !arguments.diff {
        let undone = found - kept.len();
        writeln!(out, "{resolved} fixed; {risky} more with --unsafe")?;
        if undone > 0 {
            writeln!(
                out,
                "{undone} files left alone: a change would bring another finding"
            )?;
        }
    }
    Ok(match arguments.diff && resolved > 0 {
        true => Exit::Findings,
        false => Exit::Clean,
    })
}

/// A file with its edits made.
struct File {
    index: usize,
    entry: Entry,
    old: String,
    new: String,
    /// Fingerprints of the findings that the edits resolve.
    findings: Vec<String>,
}

/// The changes to each file, and how many are made only on demand.
fn changes(
    arguments: &FixArgs,
    lease: Option<&str>,
    before: &Outcome,
    entries: &[Entry],
) -> (Vec<File>, usize) {
    let report = &before.report;
    let mut by_file: BTreeMap<usize, Vec<(&Finding, Change<'_>)>> = BTreeMap::new();
    let mut put_off: BTreeMap<usize, Vec<(&Finding, Change<'_>)>> = BTreeMap::new();
    for finding in &report.findings {
        let Some(rule) = report.rules.get(&finding.rule) else {
            continue;
        };
        let index = finding.span.blob.0 as usize;
        for edit in &rule.edit {
            let list = match edit.risky && !arguments.risky {
                true => &mut put_off,
                false => &mut by_file,
            };
            let list = list.entry(index).or_default();
            list.push((finding, Change::Set(edit)));
        }
        if let Some(words) = leased(rule, lease) {
            let list = by_file.entry(index).or_default();
            list.push((finding, Change::Lease(words)));
        }
    }
    let mut files = Vec::new();
    for (index, wanted) in by_file {
        let Some((entry, old)) = text(entries, index) else {
            continue;
        };
        let (new, findings) = edited(entry, &old, &wanted);
        if new != old {
            files.push(File {
                index,
                entry: entry.clone(),
                findings,
                new,
                old,
            });
        }
    }
    let later = put_off.into_iter().filter_map(|(index, wanted)| {
        let (entry, old) = text(entries, index)?;
        Some(edited(entry, &old, &wanted).1.len())
    });
    (files, later.sum())
}

/// The text of a file that can be changed.
fn text(entries: &[Entry], index: usize) -> Option<(&Entry, String)> {
    let entry = entries.get(index)?;
    let mut bytes = Vec::new();
    let read = walk::read(entry, &mut bytes, 64 << 20);
    let plain = matches!(read, walk::Read::Text { converted: false });
    let text = String::from_utf8(bytes).ok().filter(|_| plain)?;
    Some((entry, text))
}

/// The text with changes made, and the fingerprints of the findings they are for.
fn edited(entry: &Entry, old: &str, wanted: &[(&Finding, Change<'_>)]) -> (String, Vec<String>) {
    let changes: Vec<(Range<usize>, Change<'_>)> = wanted
        .iter()
        .map(|(finding, change)| (finding.span.range(), *change))
        .collect();
    let edited = edit(&entry.path, old, &changes);
    let of = |&at: &usize| wanted[at].0.fingerprint.clone();
    let mut findings: Vec<String> = edited.made.iter().map(of).collect();
    findings.sort();
    findings.dedup();
    (edited.text, findings)
}

/// The lease to write for a rule, where one resolves it and one is given.
fn leased<'l>(rule: &Rule, lease: Option<&'l str>) -> Option<&'l str> {
    lease.filter(|_| rule.lease)
}

/// The words of a lease, checked.
fn lease(words: &str) -> Result<String, Failure> {
    match suppress::lease_words(words) {
        Ok(_) if !words.contains(['\n', '\r']) => Ok(words.trim().to_owned()),
        Ok(_) => Err(Failure::Usage("--lease is one line".into())),
        Err(reason) => Err(Failure::Usage(format!("--lease {words:?}: {reason}"))),
    }
}

/// The files after whose changes what they resolve is gone and nothing is new.
fn verified<'f>(
    before: &Outcome,
    tree: &Tree,
    files: &'f mut [File],
    options: &Options,
) -> Vec<&'f File> {
    if files.is_empty() {
        return Vec::new();
    }
    let new = files.iter().map(|file| (file.index, file.new.as_bytes()));
    let over = Over {
        tree,
        new: new.collect(),
    };
    let after = scan::run(&over, before.report.rules.clone(), options);
    let known: FxHashSet<&str> = prints(before).collect();
    let left: FxHashSet<&str> = prints(&after).collect();
    let fresh = |finding: &&Finding| !known.contains(finding.fingerprint.as_str());
    let fresh: Vec<usize> = after
        .report
        .findings
        .iter()
        .filter(fresh)
        .map(|finding| finding.span.blob.0 as usize)
        .collect();
    let elsewhere = |at: &usize| !files.iter().any(|file| file.index == *at);
    if fresh.iter().any(elsewhere) {
        return Vec::new();
    }
    files
        .iter_mut()
        .filter_map(|file| {
            file.findings.retain(|print| !left.contains(print.as_str()));
            let good = !file.findings.is_empty() && !fresh.contains(&file.index);
            good.then_some(&*file)
        })
        .collect()
}

fn prints(outcome: &Outcome) -> impl Iterator<Item = &str> {
    let findings = outcome.report.findings.iter();
    findings.map(|finding| finding.fingerprint.as_str())
}

/// A tree with some files replaced.
struct Over<'a> {
    tree: &'a Tree,
    new: BTreeMap<usize, &'a [u8]>,
}

impl Source for Over<'_> {
    fn len(&self) -> usize {
        self.tree.len()
    }

    fn path(&self, index: usize) -> &str {
        self.tree.path(index)
    }

    fn read(&self, index: usize, buffer: &mut Vec<u8>) -> Bytes {
        match self.new.get(&index) {
            Some(bytes) => {
                buffer.clear();
                buffer.extend_from_slice(bytes);
                Bytes::Read
            }
            None => self.tree.read(index, buffer),
        }
    }
}

/// Writes the new text; permissions stay.
fn rewrite(file: &File) -> Result<(), Failure> {
    let os = &file.entry.os;
    let mode = std::fs::metadata(os).map(|meta| meta.permissions());
    write::whole(os, |out| out.write_all(file.new.as_bytes()))?;
    if let Ok(mode) = mode {
        drop(std::fs::set_permissions(os, mode));
    }
    Ok(())
}
