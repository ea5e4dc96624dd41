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
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

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
        let counted = families
            .par_iter()
            .with_max_len(1)
            .fold(
                || (Walk::new(self.store, &needed), View::new(self)),
                |(mut walk, mut view), &root| {
                    walk.family(root, &mut view);
                    (walk, view)
                },
            )
            .map(|(_, view)| view.coverage())
            .reduce(Coverage::default, |mut a, b| {
                a.listed += b.listed;
                a.scanned += b.scanned;
                a.bytes += b.bytes;
                a.skipped.extend(b.skipped);
                a.gaps.extend(b.gaps);
                a
            });
        let mut skipped: BTreeMap<String, usize> = BTreeMap::new();
        for (why, times) in &counted.skipped {
            *skipped.entry(why.clone()).or_default() += times;
        }
        Coverage {
            skipped: skipped.into_iter().collect(),
            ..counted
        }
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

/// One thread's view of the blobs.
struct View<'a> {
    past: &'a Past<'a>,
    seen: Coverage,
    binary: usize,
    large: usize,
    lost: usize,
}

impl<'a> View<'a> {
    fn new(past: &'a Past<'a>) -> Self {
        Self {
            past,
            seen: Coverage::default(),
            binary: 0,
            large: 0,
            lost: 0,
        }
    }

    fn coverage(mut self) -> Coverage {
        for (why, times) in [("binary", self.binary), ("too large", self.large)] {
            if times > 0 {
                self.seen.skipped.push((why.to_owned(), times));
            }
        }
        if self.lost > 0 {
            let reason = format!("{} versions of files are damaged or too large", self.lost);
            self.seen
                .gaps
                .push(Gap::of_file(".git", GapKind::Git, reason));
        }
        self.seen
    }

    /// Judges a blob that a wanted commit brought in.
    fn wanted(&mut self, index: u32, bytes: &[u8], seen: &mut Option<Seen>) {
        let past = self.past;
        let Some(place) = past.graph.came(index) else {
            return;
        };
        past.options.progress.fetch_add(1, Ordering::Relaxed);
        self.seen.listed += 1;
        let path = past.graph.path(index);
        if bytes.len() as u64 > past.options.limit {
            self.large += 1;
            return;
        }
        let (binary, wide) = walk::is_binary(&path, bytes);
        if binary {
            self.binary += 1;
            return;
        }
        self.seen.scanned += 1;
        self.seen.bytes += bytes.len() as u64;
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
            self.lost += 1;
        }
    }
}
