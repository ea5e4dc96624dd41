//! The estate at many commits of a history. Every version of a file is read and parsed once, and held from the first sample
//! that has it to the last, so that time and memory follow change and not size; only joining and counting is done for each
//! sample.

mod follow;
mod lives;
mod look;

use super::file::{self, Looks, Reading};
use super::source::{Bytes, Source};
use super::{Options, data};
use crate::finding::Exception;
use crate::git;
use crate::measure::{self, Sample, Samples};
use crate::model::Date;
use crate::report::history::{Changes, History, Lifetimes, SCHEMA};
use crate::resolve::Memo;
use crate::rule::RuleSet;
use crate::source::{Blob, BlobId, Blobs};
use crate::suppress::{self, Attested, Roster, dialect};
use follow::Known;
use lives::lifetimes;
use look::{Ground, Seen};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::atomic::Ordering;

/// The versions of files as a source.
struct Versions<'a> {
    samples: &'a Samples,
    limit: u64,
}

impl Source for Versions<'_> {
    fn len(&self) -> usize {
        self.samples.versions()
    }

    fn path(&self, index: usize) -> &str {
        self.samples.path(index)
    }

    fn read(&self, index: usize, buffer: &mut Vec<u8>) -> Bytes {
        match self.samples.read(index, self.limit, buffer) {
            git::Blob::Read if buffer.is_empty() => Bytes::Skipped("empty"),
            git::Blob::Read if memchr::memchr(0, &buffer[..buffer.len().min(8000)]).is_some() => {
                Bytes::Skipped("binary")
            }
            git::Blob::Read => Bytes::Read,
            git::Blob::TooLarge => Bytes::Skipped("too large"),
            git::Blob::Missing(_) => Bytes::Skipped(MISSING),
        }
    }
}

/// Why a version was not read that the clone lacks.
const MISSING: &str = "missing";

/// Samples whose files are read at a time. They are joined one after the other, since each may fill memory.
const AT_ONCE: usize = 4;

/// What is held of the versions of files.
struct Held<'a> {
    source: Versions<'a>,
    looks: Looks,
    readings: Vec<Reading>,
    exceptions: Vec<Vec<Exception>>,
    /// The versions of the roster.
    rosters: FxHashMap<usize, Result<Roster, String>>,
    blobs: Blobs,
    /// The files that are held now.
    live: FxHashSet<usize>,
    /// Versions that the clone lacks.
    missing: FxHashSet<usize>,
}

impl<'a> Held<'a> {
    fn new(source: Versions<'a>, rules: &RuleSet) -> Self {
        let paths = (0..source.len()).map(|index| source.path(index).to_owned());
        Self {
            looks: Looks::new(rules),
            readings: vec![Reading::default(); source.len()],
            exceptions: vec![Vec::new(); source.len()],
            rosters: FxHashMap::default(),
            blobs: Blobs::new(paths.map(|path| Blob::new(path, None)).collect()),
            live: FxHashSet::default(),
            missing: FxHashSet::default(),
            source,
        }
    }

    /// Holds these files and no others.
    fn hold(&mut self, files: FxHashSet<usize>, options: &Options) {
        for index in self.live.difference(&files) {
            self.readings[*index] = Reading::default();
            self.exceptions[*index] = Vec::new();
            self.blobs.set(blob(*index), None);
        }
        let mut new: Vec<usize> = files.difference(&self.live).copied().collect();
        new.sort_unstable();
        let (source, looks) = (&self.source, &self.looks);
        let read = |bench: &mut file::Bench, index: &usize| {
            options.progress.fetch_add(1, Ordering::Relaxed);
            let path = source.path(*index);
            let listed = |bytes: &[u8]| {
                let roster = (path == suppress::ROSTER)
                    .then(|| Roster::read(&String::from_utf8_lossy(bytes)));
                (dialect::exceptions(path, bytes), roster)
            };
            file::read_and(source, *index, looks, bench, listed)
        };
        let found: Vec<_> = new
            .par_iter()
            .map_init(file::Bench::default, read)
            .collect();
        for (index, (reading, (exceptions, roster))) in new.into_iter().zip(found) {
            if reading.skipped == Some(MISSING) {
                self.missing.insert(index);
            }
            self.readings[index] = reading;
            self.exceptions[index] = exceptions;
            self.rosters.extend(roster.map(|roster| (index, roster)));
        }
        let mut all: Vec<usize> = files.iter().copied().collect();
        all.sort_unstable();
        data::fetch_of(&self.source, &mut self.readings, &all);
        for index in all {
            if let Some(text) = self.readings[index].text.take() {
                self.blobs.set(blob(index), Some(text));
            }
        }
        self.live = files;
    }
}

fn blob(index: usize) -> BlobId {
    BlobId(u32::try_from(index).unwrap_or(u32::MAX))
}

/// The numbers of all samples.
#[must_use]
pub fn trend(
    samples: &Samples,
    every: &'static str,
    rules: &RuleSet,
    options: &Options,
) -> History {
    let source = Versions {
        samples,
        limit: options.limit,
    };
    let mut held = Held::new(source, rules);
    let memo = Memo::default();
    let mut seen: Vec<Seen> = Vec::with_capacity(samples.samples.len());
    for batch in samples.samples.chunks(AT_ONCE) {
        let files = batch.iter().flat_map(|sample| &sample.files).copied();
        held.hold(files.collect(), options);
        let ground = Ground {
            blobs: &held.blobs,
            rules,
            memo: &memo,
            options,
        };
        let look = |sample: &Sample| {
            let files: Vec<&Reading> = sample.files.iter().map(|at| &held.readings[*at]).collect();
            let mut seen = look::look(&files, sample.day, ground);
            seen.point.day = sample.day.to_string();
            seen.point.commit.clone_from(&sample.commit);
            for exception in sample.files.iter().flat_map(|at| &held.exceptions[*at]) {
                seen.point.exceptions += 1;
                seen.point.without_reason += usize::from(exception.reason.is_empty());
                seen.point.ended += usize::from(exception.state(sample.day) == "expired");
            }
            seen
        };
        for sample in batch {
            seen.push(look(sample));
            memo.tidy();
        }
    }
    finish(samples, every, seen, &held, options)
}

/// What follows from all samples together.
fn finish(
    samples: &Samples,
    every: &'static str,
    mut seen: Vec<Seen>,
    held: &Held<'_>,
    options: &Options,
) -> History {
    let days: Vec<Date> = samples.samples.iter().map(|sample| sample.day).collect();
    let mut limits = limits(samples, &held.missing);
    let known: Vec<Known<'_>> = samples
        .samples
        .iter()
        .zip(&seen)
        .map(|(sample, seen)| known(sample, seen, held, &mut limits))
        .collect();
    let orphaned: Vec<Option<usize>> = (0..seen.len())
        .map(|at| follow::orphaned(&seen[at], known[at], days[at]))
        .collect();
    let dated: Vec<(Date, &Seen)> = days.iter().copied().zip(&seen).collect();
    let overdue = follow::overdue(&dated);
    let mut lifetimes = lifetimes_of(&days, &seen, options);
    let told = dated.iter().zip(&known);
    let told: Vec<_> = told
        .map(|((day, seen), known)| (*day, *seen, *known))
        .collect();
    lifetimes.extend(follow::offboarding(&told));
    let files = seen.iter().flat_map(|seen| &seen.files);
    let files: FxHashSet<&str> = files.map(|file| samples.path(*file as usize)).collect();
    let changes = measure::changes(samples, &files);
    for (at, seen) in seen.iter_mut().enumerate() {
        seen.point.orphaned = orphaned[at];
        seen.point.rotation_overdue = Some(overdue[at]);
        seen.point.changes = Some(told_of(changes[at]));
    }
    let mut all = measure::Changes::default();
    changes.into_iter().for_each(|own| all += own);
    let commit = |sample: Option<&Sample>| sample.map(|sample| sample.commit.clone());
    History {
        schema: SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        every: every.to_owned(),
        range: [
            commit(samples.samples.first()).unwrap_or_default(),
            commit(samples.samples.last()).unwrap_or_default(),
        ],
        commits: samples.commits(),
        limits,
        lifetimes,
        changes: Some(told_of(all)),
        points: seen.into_iter().map(|seen| seen.point).collect(),
    }
}

fn told_of(changes: measure::Changes) -> Changes {
    Changes {
        commits: changes.commits,
        solo: changes.solo,
        by_machines: changes.by_machines,
        nameless: changes.nameless,
    }
}

fn lifetimes_of(days: &[Date], seen: &[Seen], options: &Options) -> Vec<Lifetimes> {
    let lives = |of: &str, keys: fn(&Seen) -> &Vec<u64>| lifetimes(of, days, seen.iter().map(keys));
    let prints: Vec<(Date, &[(u64, String)])> = days
        .iter()
        .zip(seen)
        .map(|(day, seen)| (*day, seen.prints.as_slice()))
        .collect();
    let attested = options.register.attestations.iter();
    let revoked: Vec<(&str, Date)> = attested
        .filter_map(|attestation| match &attestation.subject {
            Ok(Attested::Revoked { fingerprint, on }) => Some((fingerprint.as_str(), *on)),
            _ => None,
        })
        .collect();
    vec![
        lives("grants", |seen| &seen.grants),
        lives("grants that administer or escalate", |seen| {
            &seen.privileged
        }),
        lives("secret values in the open", |seen| &seen.secrets),
        lives::revocations(&prints, &revoked),
    ]
}

/// Who was known at a sample. A roster that does not read is said, and tells of nobody.
fn known<'a>(
    sample: &Sample,
    seen: &'a Seen,
    held: &'a Held<'_>,
    limits: &mut Vec<String>,
) -> Known<'a> {
    let own = sample.files.iter().find_map(|file| held.rosters.get(file));
    match (own, &seen.codeowners) {
        (Some(Ok(roster)), _) => {
            let wrong = roster.wrong().iter().map(|reason| {
                format!(
                    "whether they were there on {}: an entry of {} at {} is not understood: {reason}",
                    sample.day,
                    suppress::ROSTER,
                    sample.commit
                )
            });
            limits.extend(wrong);
            Known::Roster(roster)
        }
        (Some(Err(reason)), _) => {
            limits.push(format!(
                "who was there on {}: {} at {} does not read: {reason}",
                sample.day,
                suppress::ROSTER,
                sample.commit
            ));
            Known::Nobody
        }
        (None, Some(names)) => Known::Codeowners(names),
        (None, None) => Known::Nobody,
    }
}

/// What is not available, and why.
fn limits(samples: &Samples, missing: &FxHashSet<usize>) -> Vec<String> {
    let none = "any number: the first-parent line of HEAD has no commit in the range".to_owned();
    let none = (samples.commits() == 0).then_some(none);
    let shallow = "the clone is shallow: what lies before its first commit".to_owned();
    let shallow = samples.shallow.then_some(shallow);
    let one = missing.iter().map(|at| samples.path(*at)).min();
    let lacks = one.map(|path| match missing.len() {
        1 => format!("what a version of {path} holds: it is not in this clone"),
        many => format!(
            "what {many} versions of files hold, of {path} among them: they are not in this clone"
        ),
    });
    let all = none.into_iter().chain(shallow).chain(lacks);
    all.chain(samples.limits.clone()).collect()
}
