//! Looks at every version of every file once, along the deltas that make them.

use super::found::Values;
use crate::engine::{self, Seen};
use crate::git::pack::{Kind, Made, Store, Visit, Walk};
use crate::git::{Graph, Oid};
use crate::report::Coverage;
use crate::rule::RuleSet;
use crate::scan::Options;
use crate::scan::file::{self, Looks};
use crate::source::{Blob, Blobs, Gap, GapKind};
use crate::walk::{self, Read};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

/// Everything that threads share while they look.
pub(super) struct Past<'a> {
    pub(super) store: &'a Store<'a>,
    pub(super) graph: &'a Graph,
    pub(super) looks: &'a Looks,
    pub(super) rules: &'a RuleSet,
    pub(super) options: &'a Options,
    pub(super) values: Values,
}

impl Past<'_> {
    /// Looks at every blob that a wanted commit brought in.
    pub(super) fn blobs(&self) -> Coverage {
        let wanted = |object: u32| {
            self.store.kind(object) == Kind::Blob && self.graph.came(object).is_some()
        };
        let needed = self.store.needed(wanted);
        let families = self.store.families(Kind::Blob);
        // Families are many and most are small: a thread goes on with the buffers that another is done with.
        let idle: Mutex<Vec<(Walk<'_, '_>, View<'_>)>> = Mutex::default();
        let held = || idle.lock().unwrap_or_else(PoisonError::into_inner);
        families.par_iter().with_max_len(1).for_each(|&root| {
            let kept = held().pop();
            let (mut walk, mut view) =
                kept.unwrap_or_else(|| (Walk::new(self.store, &needed), View::new(self)));
            walk.family(root, &mut view);
            held().push((walk, view));
        });
        let counts = std::mem::take(&mut *held());
        let counts = counts.into_iter().map(|(_, view)| view.counts);
        counts.fold(Counts::default(), Counts::and).coverage()
    }

    /// What commits and tags say themselves.
    pub(super) fn messages(&self, texts: Vec<(u32, Vec<u8>)>, tips: &[Oid]) {
        let tips: FxHashSet<&Oid> = tips.iter().collect();
        for (object, bytes) in texts {
            let id = self.store.id(object).to_string();
            let tagged = tips.contains(&self.store.id(object));
            let (place, path) = match (self.store.kind(object), self.graph.place(object)) {
                (Kind::Commit, Some(place)) => (place, format!("commit/{}", &id[..12])),
                (Kind::Tag, _) if tagged => (usize::MAX, format!("tag/{}", &id[..12])),
                _ => continue,
            };
            let mut seen = self.looks.scanner.seen_from(&bytes, message(&bytes));
            self.judge(object, (place, &path), &bytes, &mut seen);
        }
    }

    /// Judges the anchors of one object and keeps what they show.
    fn judge(&self, object: u32, (place, path): (usize, &str), bytes: &[u8], seen: &mut Seen) {
        let candidates = file::past(path, bytes, seen, self.looks);
        if candidates.is_empty() {
            return;
        }
        let blobs = Blobs::new(vec![Blob::new(path.to_owned(), Some(bytes.to_vec()))]);
        for finding in engine::secrets(self.rules, candidates, &blobs) {
            if finding.profile <= self.options.profile {
                self.values.keep(object, (place, path), bytes, finding);
            }
        }
    }
}

/// Where the message of a commit or tag starts: behind the hashes, people and signatures of its head.
pub(super) fn message(object: &[u8]) -> usize {
    memchr::memmem::find(object, b"\n\n").unwrap_or(object.len())
}

/// Versions of files, by what became of them.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    listed: usize,
    scanned: usize,
    bytes: u64,
    binary: usize,
    large: usize,
    lost: usize,
}

impl Counts {
    fn and(self, other: Self) -> Self {
        Self {
            listed: self.listed + other.listed,
            scanned: self.scanned + other.scanned,
            bytes: self.bytes + other.bytes,
            binary: self.binary + other.binary,
            large: self.large + other.large,
            lost: self.lost + other.lost,
        }
    }

    fn coverage(self) -> Coverage {
        let skipped = [("binary", self.binary), ("too large", self.large)];
        let skipped = skipped.into_iter().filter(|(_, times)| *times > 0);
        let lost = (self.lost > 0).then(|| {
            let reason = format!("{} versions of files are damaged or too large", self.lost);
            Gap::of_file(".git", GapKind::Git, reason)
        });
        Coverage {
            listed: self.listed,
            scanned: self.scanned,
            bytes: self.bytes,
            skipped: skipped
                .map(|(why, times)| (why.to_owned(), times))
                .collect(),
            gaps: lost.into_iter().collect(),
            ..Coverage::default()
        }
    }
}

/// One thread's view of the blobs.
struct View<'a> {
    past: &'a Past<'a>,
    counts: Counts,
}

impl<'a> View<'a> {
    fn new(past: &'a Past<'a>) -> Self {
        Self {
            past,
            counts: Counts::default(),
        }
    }

    /// Judges a blob that a wanted commit brought in.
    fn wanted(&mut self, index: u32, bytes: &[u8], seen: &mut Option<Seen>) {
        let past = self.past;
        let Some(place) = past.graph.came(index) else {
            return;
        };
        past.options.progress.fetch_add(1, Ordering::Relaxed);
        self.counts.listed += 1;
        let path = past.graph.path(index);
        if bytes.len() as u64 > past.options.limit {
            self.counts.large += 1;
            return;
        }
        let (binary, wide) = walk::is_binary(&path, bytes);
        if binary {
            self.counts.binary += 1;
            return;
        }
        self.counts.scanned += 1;
        self.counts.bytes += bytes.len() as u64;
        if past.options.config.excluded().matches(&path) {
            return;
        }
        let scanner = &past.looks.scanner;
        if wide {
            let mut text = bytes.to_vec();
            if matches!(walk::judge(&path, &mut text), Read::Text { .. }) {
                past.judge(index, (place, &path), &text, &mut scanner.seen(&text));
            }
            return;
        }
        let seen = seen.get_or_insert_with(|| scanner.seen(bytes));
        past.judge(index, (place, &path), bytes, seen);
    }
}

impl Visit for View<'_> {
    /// What is known of the anchors; none where nothing was looked for.
    type State = Option<Seen>;

    fn visit(&mut self, index: u32, bytes: &[u8], made: Made<'_, Self::State>) -> Self::State {
        let mut seen = match made {
            Made::From {
                base: Some(base),
                copies,
            } => Some(self.past.looks.scanner.inherited(bytes, base, copies)),
            _ => None,
        };
        self.wanted(index, bytes, &mut seen);
        seen
    }

    fn lost(&mut self, index: u32, _: &str) {
        if self.past.graph.came(index).is_some() {
            self.counts.lost += 1;
        }
    }
}
