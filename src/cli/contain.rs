//! `tenure revoke --lapsed` and `tenure contain FINGERPRINT`: the patch that takes access out, bounded to that access, with
//! its inverse and the proof of a second scan. Nothing is written to the work tree, and no cloud is called.

mod mention;
mod place;
mod proof;
mod switch;
mod target;
mod words;

use super::arguments::{CaseArgs, ContainArgs, RevokeArgs};
use super::{Exit, Failure, progress, setup};
use crate::edit::{self, Page};
use crate::model::Estate;
use crate::report::clean;
use crate::rule::{Profile, RuleSet};
use crate::scan::{self, Options, Outcome, Overlay, Source, Tree};
use crate::source::folder::folder;
use crate::suppress::LeaseFile;
use crate::walk;
use mention::Mentions;
use place::{Bytes, Pages};
use proof::Proof;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;
use target::{Target, Targets};
use words::Written;

/// Takes out what has a lapsed lease.
pub(super) fn revoke(
    arguments: &RevokeArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit, Failure> {
    let case = Case::open(&arguments.paths, &arguments.case)?;
    let targets = Targets::lapsed(&case.before, case.options.now);
    case.close(targets, &arguments.case, out, err)
}

/// Takes out what a finding is about.
pub(super) fn contain(
    arguments: &ContainArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit, Failure> {
    let case = Case::open(&arguments.paths, &arguments.case)?;
    let targets = Targets::of_finding(
        &case.before,
        &arguments.fingerprint,
        arguments.only.as_deref(),
    )?;
    case.close(targets, &arguments.case, out, err)
}

/// A repository as it is.
struct Case {
    options: Options,
    rules: RuleSet,
    source: Tree,
    before: Outcome,
    pages: Pages,
    /// By folder.
    mentions: FxHashMap<String, Mentions>,
}

/// A change of files: path, old text, new text.
type Changes = Vec<(String, String, String)>;

impl Case {
    fn open(paths: &[PathBuf], arguments: &CaseArgs) -> Result<Self, Failure> {
        let root = walk::root(paths);
        let (mut options, rules) = setup::options(&arguments.look, &root, None)?;
        if arguments.look.profile.is_none() {
            options.profile = Profile::Audit;
        }
        let listing = walk::tree(
            paths,
            &setup::walk_options(&arguments.look.read, &options.config),
        );
        let source = Tree::new(listing, options.limit);
        let before = progress::watch(
            arguments.look.read.quiet,
            source.len(),
            &options.progress,
            || scan::run(&source, rules.clone(), &options),
        );
        Ok(Self {
            options,
            rules,
            source,
            before,
            pages: Pages::default(),
            mentions: FxHashMap::default(),
        })
    }

    /// Makes the change, proves it, writes it.
    fn close(
        mut self,
        targets: Targets,
        arguments: &CaseArgs,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> Result<Exit, Failure> {
        let mut refused = targets.refused;
        if let Some(changes) = self.switched_off(&targets.found) {
            let after = self.after(&changes);
            let proof = Proof::new(&self.before.report, &after.report, &[]);
            let off = |target: &Target| switch::is_off(&after.estate, &target.what);
            if proof.holds() && targets.found.iter().all(off) {
                let case = Written {
                    verb: "switches off",
                    changes: &changes,
                    done: &targets.found,
                };
                case.write(arguments, &proof, out)?;
                return Ok(Exit::Clean);
            }
        }
        let (changes, done) = self.proved(targets.found, &mut refused);
        for (what, why) in &refused {
            writeln!(err, "refused: {}: {}", clean(what), clean(why))?;
        }
        if changes.is_empty() {
            writeln!(err, "nothing to take out")?;
            return Ok(if refused.is_empty() {
                Exit::Clean
            } else {
                Exit::Findings
            });
        }
        let after = self.after(&changes);
        let proof = Proof::new(&self.before.report, &after.report, &done);
        if !proof.holds() {
            writeln!(err, "no patch: {}", clean(&proof.why()))?;
            return Ok(Exit::Findings);
        }
        let case = Written {
            verb: "takes out",
            changes: &changes,
            done: &done,
        };
        case.write(arguments, &proof, out)?;
        Ok(if refused.is_empty() {
            Exit::Clean
        } else {
            Exit::Findings
        })
    }

    /// The files in which the targets are switched off; none unless each is a credential with a switch.
    fn switched_off(&self, targets: &[Target]) -> Option<Changes> {
        let mut changes = Changes::new();
        for target in targets {
            let [(path, offset)] = &target.places[..] else {
                return None;
            };
            let old = text(&self.source, path)?;
            let new = switch::switched(path, &old, *offset, target.off.as_ref()?)?;
            changes.push((path.clone(), old, new));
        }
        (!changes.is_empty()).then_some(changes)
    }

    /// The change that a second scan proves. Where that of all targets is not proved, those are left out, by halves, without
    /// which it is; they are refused.
    fn proved(
        &mut self,
        targets: Vec<Target>,
        refused: &mut Vec<(String, String)>,
    ) -> (Changes, Vec<Target>) {
        let (changes, done) = self.changes(targets, refused);
        if changes.is_empty() {
            return (changes, done);
        }
        let after = self.after(&changes);
        let proof = Proof::new(&self.before.report, &after.report, &done);
        let left = is_left(&after.estate, &done);
        if proof.holds() && !left {
            return (changes, done);
        }
        if let [one] = &done[..] {
            let why = match left {
                true => "a second scan still finds the access".to_owned(),
                false => proof.why(),
            };
            refused.push((one.what.clone(), why));
            return Default::default();
        }
        let mut first = done;
        let second = first.split_off(first.len() / 2);
        let (_, mut kept) = self.proved(first, refused);
        let (_, rest) = self.proved(second, refused);
        kept.extend(rest);
        self.changes(kept, refused)
    }

    /// The files without the targets that can be taken out, and those targets.
    fn changes(
        &mut self,
        targets: Vec<Target>,
        refused: &mut Vec<(String, String)>,
    ) -> (Changes, Vec<Target>) {
        let mut cuts: BTreeMap<String, Vec<Range<usize>>> = BTreeMap::new();
        let mut items: BTreeMap<String, Vec<Range<usize>>> = BTreeMap::new();
        let mut done = Vec::new();
        for target in targets {
            let found = target.cuts(&mut self.pages, &|path| text(&self.source, path));
            let found = found.and_then(|found| self.free(found));
            match found.and_then(|found| self.listed(&target, &mut items).map(|()| found)) {
                Ok(found) => {
                    for (path, lines) in found {
                        cuts.entry(path).or_default().push(lines);
                    }
                    done.push(target);
                }
                Err(why) => refused.push((target.what.clone(), why)),
            }
        }
        for (path, ats) in items {
            let page = self.page(&path).ok();
            let lines = page.and_then(|page| page.items(&ats)).unwrap_or_default();
            cuts.entry(path).or_default().extend(lines);
        }
        let mut changes: Changes = Vec::new();
        for (path, mut ranges) in cuts {
            ranges.sort_by_key(|range| (range.start, range.end));
            ranges.dedup();
            if let Ok(page) = self.page(&path) {
                let (old, new) = (page.text.clone(), edit::without(&page.text, ranges));
                changes.push((path, old, new));
            }
        }
        (changes, done)
    }

    fn page(&mut self, path: &str) -> Result<&Page, String> {
        self.pages.get(path, || text(&self.source, path))
    }

    /// Adds the items of a target to those that go, unless a list would keep none.
    fn listed(
        &mut self,
        target: &Target,
        items: &mut BTreeMap<String, Vec<Range<usize>>>,
    ) -> Result<(), String> {
        for (path, at) in &target.items {
            let mut all = items.get(path).cloned().unwrap_or_default();
            all.push(at.clone());
            if self.page(path)?.items(&all).is_none() {
                return Err(format!(
                    "{path}: its list would keep nothing; take out the whole"
                ));
            }
            items.insert(path.clone(), all);
        }
        Ok(())
    }

    /// Refuses a Terraform block that others of its folder refer to: without it they would not plan.
    fn free(&mut self, cuts: Vec<Bytes>) -> Result<Vec<Bytes>, String> {
        for (path, lines) in &cuts {
            let block = path
                .ends_with(".tf")
                .then(|| self.page(path).ok())
                .flatten();
            let name = block.and_then(|page| target::reference(&page.text[lines.clone()]));
            let Some(name) = name else { continue };
            let folder = folder(path);
            if !self.mentions.contains_key(folder) {
                let mentions = mentions(&self.source, folder);
                self.mentions.insert(folder.to_owned(), mentions);
            }
            if let Some(other) = self.mentions[folder].outside(&name, &cuts) {
                return Err(format!("{other} refers to {name}; take that out first"));
            }
        }
        Ok(cuts)
    }

    fn after(&mut self, changes: &Changes) -> Outcome {
        let texts = changes
            .iter()
            .map(|(path, _, new)| (path.clone(), new.clone()));
        let leases = changes
            .iter()
            .find(|(path, ..)| path == ".tenure/leases.yaml")
            .map(|(path, _, new)| LeaseFile::read(path, new));
        let overlay = Overlay::new(&self.source, texts);
        let Some(leases) = leases else {
            return scan::run(&overlay, self.rules.clone(), &self.options);
        };
        let before = std::mem::replace(&mut self.options.register.leases, leases);
        let outcome = scan::run(&overlay, self.rules.clone(), &self.options);
        self.options.register.leases = before;
        outcome
    }
}

/// A file of the source, as text.
fn text(source: &Tree, path: &str) -> Option<String> {
    let index = (0..source.len()).find(|index| source.path(*index) == path)?;
    let mut bytes = Vec::new();
    match source.read(index, &mut bytes) {
        scan::Bytes::Read => String::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// What the Terraform files of a folder name.
fn mentions(source: &Tree, folder: &str) -> Mentions {
    let mut mentions = Mentions::default();
    for index in 0..source.len() {
        let path = source.path(index);
        if self::folder(path) == folder
            && path.ends_with(".tf")
            && let Some(text) = text(source, path)
        {
            mentions.add(path, &text);
        }
    }
    mentions
}

/// Whether an estate still has a right that was to go.
fn is_left(estate: &Estate, done: &[Target]) -> bool {
    let gone: FxHashSet<(&str, &str)> = done
        .iter()
        .flat_map(|target| &target.gone)
        .map(|(address, to)| (address.as_str(), to.as_str()))
        .collect();
    let mut grants = estate.grants.iter();
    grants.any(|grant| gone.contains(&(grant.address.as_str(), grant.to.text())))
}
