//! `tenure revoke --lapsed` and `tenure contain FINGERPRINT`: the patch that takes access out, bounded to that access, with
//! its inverse and the proof of a second scan. Nothing is written to the work tree, and no cloud is called.

mod place;
mod proof;
mod switch;
mod target;
mod words;

use super::arguments::{CaseArgs, ContainArgs, RevokeArgs};
use super::{Exit, Failure, progress, setup};
use crate::edit;
use crate::report::clean;
use crate::rule::{Profile, RuleSet};
use crate::scan::{self, Options, Outcome, Overlay, Source, Tree};
use crate::suppress::LeaseFile;
use crate::walk;
use proof::Proof;
use std::io::Write;
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
            let old = self.text(path)?;
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
        let left = done.iter().any(|target| target.is_in(&after.estate));
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
        &self,
        targets: Vec<Target>,
        refused: &mut Vec<(String, String)>,
    ) -> (Changes, Vec<Target>) {
        let mut changes: Changes = Vec::new();
        let mut done = Vec::new();
        let mut paths: Vec<String> = targets
            .iter()
            .flat_map(Target::paths)
            .map(str::to_owned)
            .collect();
        paths.sort();
        paths.dedup();
        let texts: rustc_hash::FxHashMap<String, String> = paths
            .iter()
            .filter_map(|path| Some((path.clone(), self.text(path)?)))
            .collect();
        let mut cuts: std::collections::BTreeMap<String, Vec<std::ops::Range<usize>>> =
            Default::default();
        for target in targets {
            match target.cuts(&texts).and_then(|cuts| self.free(cuts, &texts)) {
                Ok(found) => {
                    for (path, lines) in found {
                        cuts.entry(path).or_default().push(lines);
                    }
                    done.push(target);
                }
                Err(why) => refused.push((target.what.clone(), why)),
            }
        }
        for (path, mut ranges) in cuts {
            ranges.sort_by_key(|range| (range.start, range.end));
            ranges.dedup();
            let old = texts[&path].clone();
            let new = edit::without(&old, ranges);
            changes.push((path, old, new));
        }
        (changes, done)
    }

    fn text(&self, path: &str) -> Option<String> {
        let index = (0..self.source.len()).find(|index| self.source.path(*index) == path)?;
        let mut bytes = Vec::new();
        match self.source.read(index, &mut bytes) {
            scan::Bytes::Read => String::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// Refuses a Terraform block that others of its folder refer to: without it they would not plan.
    fn free(
        &self,
        cuts: Vec<(String, std::ops::Range<usize>)>,
        texts: &rustc_hash::FxHashMap<String, String>,
    ) -> Result<Vec<(String, std::ops::Range<usize>)>, String> {
        for (path, lines) in &cuts {
            let Some(name) = path
                .ends_with(".tf")
                .then(|| target::reference(&texts[path][lines.clone()]))
                .flatten()
            else {
                continue;
            };
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            for index in 0..self.source.len() {
                let other = self.source.path(index);
                if other.rsplit_once('/').map_or("", |(folder, _)| folder) != folder
                    || !other.ends_with(".tf")
                {
                    continue;
                }
                let Some(mut text) = self.text(other) else {
                    continue;
                };
                for (_, own) in cuts.iter().filter(|(own, _)| own == other) {
                    let blanks = " ".repeat(own.len());
                    text.replace_range(own.clone(), &blanks);
                }
                if target::mentions(&text, &name) {
                    return Err(format!("{other} refers to {name}; take that out first"));
                }
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
