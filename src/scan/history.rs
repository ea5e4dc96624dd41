//! Secrets in every version of every file: which there were, since when, and whether they are gone.
//!
//! Every unique blob is looked at once, under the path it was first committed with. What a version shares with the one it is
//! stored as a change of is not searched for anchors again; every anchor is judged again, since what stands around it may
//! have changed. Findings of one value are one finding.

use super::file::{self, Looks};
use super::{Options, Outcome, distinct};
use crate::engine::{self, Scanner};
use crate::finding::Finding;
use crate::git::pack::{Kind, Made, NONE, Store, Visit};
use crate::git::{Copy, GitError, Graph, Oid, Repository};
use crate::judge::anchors::Hit;
use crate::model::Estate;
use crate::report::{Coverage, Report, Summary};
use crate::rule::RuleSet;
use crate::source::{Blob, BlobId, Blobs, Gap, GapKind, Secret, Span};
use crate::suppress::{self, Reach};
use crate::walk::{self, Read};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

/// Looks for secrets in the commits that lead to some tips, less those that lead to others.
///
/// # Errors
/// When no tip leads to a commit that is there.
pub fn history(
    store: &Store<'_>,
    repository: &Repository,
    (tips, without): (&[Oid], &[Oid]),
    rules: RuleSet,
    options: &Options,
) -> Result<Outcome, GitError> {
    let looks = Looks::new(&rules);
    let mut texts: Vec<(u32, Vec<u8>)> = Vec::new();
    let mut hits = Vec::new();
    let graph = Graph::read(store, repository, tips, without, &mut |object, bytes| {
        hits.clear();
        looks.scanner.hits(bytes, 0..bytes.len(), &mut hits);
        if !looks.scanner.verify(BlobId(0), "", bytes, &hits).is_empty() {
            texts.push((object, bytes.to_vec()));
        }
    })?;
    let past = Past {
        store,
        graph: &graph,
        looks: &looks,
        rules: &rules,
        options,
        reach: looks.scanner.reach(),
        values: Mutex::default(),
    };
    let mut coverage = past.blobs();
    past.messages(texts, tips);
    let values = past
        .values
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let mut found = Found::new(values);
    let groups: Vec<Vec<u32>> = found
        .values
        .iter()
        .map(|value| value.objects.clone())
        .collect();
    let removals = graph.removals(store, &groups);
    let (findings, mut blobs) = found.findings(&graph, store, &removals);
    coverage.gaps.extend(lost(&graph, store, repository));
    coverage.gaps.extend(options.gaps.iter().cloned());
    coverage.gaps.sort();
    coverage.rules = rules.len();
    let directives: Vec<suppress::Directive> = blobs
        .iter()
        .flat_map(|(id, blob)| suppress::directives(id, &blob.path, blob.bytes()))
        .collect();
    let terms = options.terms(&rules, Reach::Part);
    let mut parted = suppress::apply(findings, &directives, &terms, &mut blobs);
    parted.open.retain(|finding| finding.secret.is_some());
    super::sort(&mut parted.open);
    let hidden = options.covered(&parted, &rules, &blobs);
    let summary = Summary {
        secrets: distinct(&parted.open),
        ..Summary::default()
    };
    let report = Report {
        findings: parted.open,
        disposed: parted.disposed,
        coverage,
        summary,
        blobs,
        rules,
        now: options.now,
        profile: options.profile,
        hidden,
        partial: options.partial.clone(),
    };
    Ok(Outcome {
        report,
        estate: Estate::default(),
    })
}

/// What of the history could not be looked at.
fn lost(graph: &Graph, store: &Store<'_>, repository: &Repository) -> Vec<Gap> {
    let gap = |reason: String| Gap::of_file(".git", GapKind::Git, reason);
    let mut gaps: Vec<Gap> = store.damage.iter().cloned().map(gap).collect();
    if graph.missing > 0 {
        let count = graph.missing;
        gaps.push(gap(format!(
            "{count} objects of the history are not in this clone"
        )));
    }
    if graph.lost > 0 {
        let count = graph.lost;
        gaps.push(gap(format!("{count} commits or folders are damaged")));
    }
    if repository.is_shallow() {
        gaps.push(gap(
            "the clone is shallow: older commits are not in it".into()
        ));
    }
    gaps
}

/// Everything that threads share while they look.
struct Past<'a> {
    store: &'a Store<'a>,
    graph: &'a Graph,
    looks: &'a Looks,
    rules: &'a RuleSet,
    options: &'a Options,
    reach: usize,
    values: Mutex<FxHashMap<(String, Secret), Value>>,
}

/// One secret: where it came in, and every object that holds it.
struct Value {
    /// Place of the commit, path and bytes of the first object.
    first: (usize, String),
    text: Vec<u8>,
    finding: Finding,
    objects: Vec<u32>,
    paths: BTreeSet<String>,
}

impl Past<'_> {
    /// Looks at every blob that a wanted commit brought in.
    fn blobs(&self) -> Coverage {
        let wanted = |object: u32| {
            self.store.kind(object) == Kind::Blob && self.graph.came(object).is_some()
        };
        let needed = self.store.needed(wanted);
        let families = self.store.families(Kind::Blob);
        let counted = families
            .par_iter()
            .with_max_len(1)
            .fold(
                || View::new(self),
                |mut view, &root| {
                    self.store.family(root, &needed, &mut view);
                    view
                },
            )
            .map(|view| view.coverage())
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
    fn messages(&self, texts: Vec<(u32, Vec<u8>)>, tips: &[Oid]) {
        for (object, bytes) in texts {
            let id = self.store.id(object).to_string();
            let tagged = tips.contains(&self.store.id(object));
            let (place, path) = match (self.store.kind(object), self.graph.place(object)) {
                (Kind::Commit, Some(place)) => (place, format!("commit/{}", &id[..12])),
                (Kind::Tag, _) if tagged => (usize::MAX, format!("tag/{}", &id[..12])),
                _ => continue,
            };
            let mut hits = Vec::new();
            self.looks.scanner.hits(&bytes, 0..bytes.len(), &mut hits);
            self.judge(object, place, &path, &bytes, &hits);
        }
    }

    /// Judges the anchors of one object and keeps what they show.
    fn judge(&self, object: u32, place: usize, path: &str, bytes: &[u8], hits: &[Hit]) {
        let candidates = file::past(path, bytes, hits, self.looks);
        if candidates.is_empty() {
            return;
        }
        let blobs = Blobs::new(vec![Blob::new(path.to_owned(), Some(bytes.to_vec()))]);
        for finding in engine::secrets(self.rules, candidates, &blobs) {
            let Some(secret) = finding.secret.clone() else {
                continue;
            };
            if finding.profile > self.options.profile {
                continue;
            }
            self.keep(object, (place, path), bytes, secret, finding);
        }
    }

    fn keep(
        &self,
        object: u32,
        (place, path): (usize, &str),
        bytes: &[u8],
        secret: Secret,
        finding: Finding,
    ) {
        let first = (place, path.to_owned());
        let key = (finding.rule.clone(), secret);
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        match values.entry(key) {
            std::collections::hash_map::Entry::Vacant(slot) => {
                slot.insert(Value {
                    first,
                    text: bytes.to_vec(),
                    finding,
                    objects: vec![object],
                    paths: BTreeSet::from([path.to_owned()]),
                });
            }
            std::collections::hash_map::Entry::Occupied(mut slot) => {
                let value = slot.get_mut();
                value.objects.push(object);
                value.paths.insert(path.to_owned());
                if first < value.first {
                    value.first = first;
                    value.text = bytes.to_vec();
                    value.finding = finding;
                }
            }
        }
    }
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
    fn wanted(&mut self, index: u32, bytes: &[u8], hits: &mut Option<Vec<Hit>>) {
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
        if wide {
            let mut text = bytes.to_vec();
            if matches!(walk::judge(&path, &mut text), Read::Text { .. }) {
                let mut own = Vec::new();
                past.looks.scanner.hits(&text, 0..text.len(), &mut own);
                past.judge(index, place, &path, &text, &own);
            }
            return;
        }
        let hits = hits.get_or_insert_with(|| {
            let mut own = Vec::new();
            past.looks.scanner.hits(bytes, 0..bytes.len(), &mut own);
            own.sort_unstable();
            own
        });
        past.judge(index, place, &path, bytes, hits);
    }
}

impl Visit for View<'_> {
    /// Where anchors are; none where nothing was looked for.
    type State = Option<Vec<Hit>>;

    fn visit(&mut self, index: u32, bytes: &[u8], made: Made<'_, Self::State>) -> Self::State {
        let mut hits = match made {
            Made::From {
                base: Some(base),
                copies,
            } => Some(inherit(
                &self.past.looks.scanner,
                self.past.reach,
                bytes,
                base,
                copies,
            )),
            _ => None,
        };
        self.wanted(index, bytes, &mut hits);
        hits
    }

    fn lost(&mut self, index: u32, _: &str) {
        if self.past.graph.came(index).is_some() {
            self.lost += 1;
        }
    }
}

/// Anchors of a text that was made from another: those of the copied parts are taken over, the rest is searched.
fn inherit(
    scanner: &Scanner,
    reach: usize,
    bytes: &[u8],
    base: &[Hit],
    copies: &[Copy],
) -> Vec<Hit> {
    let mut hits = Vec::with_capacity(base.len());
    let mut at = 0;
    for copy in copies.iter().filter(|copy| copy.length > 2 * reach) {
        let (from, to) = (copy.from + reach, copy.to + reach);
        let length = copy.length - 2 * reach;
        scanner.hits(bytes, at..to, &mut hits);
        let first = base.partition_point(|&(place, _)| (place as usize) < from);
        let taken = base[first..]
            .iter()
            .take_while(|&&(place, _)| (place as usize) < from + length)
            .map(|&(place, literal)| {
                let place = place as usize - from + to;
                (u32::try_from(place).unwrap_or(u32::MAX), literal)
            });
        hits.extend(taken);
        at = to + length;
    }
    scanner.hits(bytes, at..bytes.len(), &mut hits);
    hits.sort_unstable();
    hits
}

/// The secrets of a history, in the order they came in.
struct Found {
    values: Vec<Value>,
}

impl Found {
    fn new(values: FxHashMap<(String, Secret), Value>) -> Self {
        let mut values: Vec<((String, Secret), Value)> = values.into_iter().collect();
        values.sort_by(|(a, x), (b, y)| (&x.first, a).cmp(&(&y.first, b)));
        Self {
            values: values.into_iter().map(|(_, value)| value).collect(),
        }
    }

    /// One finding for each, and the texts they point into.
    fn findings(
        &mut self,
        graph: &Graph,
        store: &Store<'_>,
        removals: &[Option<usize>],
    ) -> (Vec<Finding>, Blobs) {
        let (mut findings, mut blobs) = (Vec::new(), Vec::new());
        for (value, removal) in self.values.drain(..).zip(removals) {
            let blob = BlobId(u32::try_from(blobs.len()).unwrap_or(u32::MAX));
            let mut finding = value.finding;
            settle(&mut finding, blob);
            let when = |place: usize| {
                let (object, commit) = graph.commits.get(place)?;
                let day = jiff::Timestamp::from_second(commit.time).ok()?;
                let day = jiff::tz::Offset::UTC.to_datetime(day).date();
                Some((store.id(*object).to_string(), day.to_string()))
            };
            let mut say = |key: &str, text: String| finding.properties.push((key.into(), text));
            if let Some((id, day)) = when(value.first.0) {
                let gone = match removal.and_then(when) {
                    Some((by, on)) => {
                        say("removed_commit", by.clone());
                        say("removed_date", on.clone());
                        format!("removed by {} on {on}", &by[..12])
                    }
                    None => {
                        say("removed_commit", "still there".into());
                        "still there".to_owned()
                    }
                };
                say("commit", id.clone());
                say("commit_date", day.clone());
                finding.message = format!(
                    "{}; came in with {} on {day}, {gone}",
                    finding.message,
                    &id[..12]
                );
            }
            if value.paths.len() > 1 {
                let others = value.paths.iter().take(20).cloned().collect::<Vec<_>>();
                finding.properties.push(("paths".into(), others.join(", ")));
            }
            let versions = value
                .objects
                .iter()
                .filter(|&&object| object != NONE)
                .count();
            finding
                .properties
                .push(("versions".into(), versions.to_string()));
            finding.properties.sort();
            findings.push(finding);
            blobs.push(Blob::new(value.first.1, Some(value.text)));
        }
        (findings, Blobs::new(blobs))
    }
}

/// Moves a finding's places from the only blob it was judged with to its own.
fn settle(finding: &mut Finding, blob: BlobId) {
    let place = |span: &mut Span| span.blob = blob;
    place(&mut finding.span);
    finding.whole.iter_mut().for_each(place);
    for related in finding.related.iter_mut().chain(&mut finding.chain) {
        place(&mut related.span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern, from a seed.
    fn next(state: &mut u64, below: usize) -> usize {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        usize::try_from(*state >> 11).unwrap_or(0) % below.max(1)
    }

    const WORDS: [&str; 9] = [
        "password = ",
        "token",
        "x",
        "\n",
        "AKIA",
        "secret: ",
        "ghp_",
        "api_key",
        "ab c-",
    ];

    fn words(state: &mut u64, count: usize) -> Vec<u8> {
        let words = (0..count).map(|_| WORDS[next(state, WORDS.len())]);
        words.collect::<String>().into_bytes()
    }

    #[test]
    fn anchors_that_are_taken_over_are_those_that_a_search_finds() {
        let rules = crate::rule::builtin();
        let looks = Looks::new(&rules);
        let (scanner, reach) = (&looks.scanner, looks.scanner.reach());
        let search = |bytes: &[u8]| {
            let mut hits = Vec::new();
            scanner.hits(bytes, 0..bytes.len(), &mut hits);
            hits.sort_unstable();
            hits
        };
        let mut state = 88_172_645_463_325_252;
        let mut inherited = 0;
        for _ in 0..200 {
            let base = words(&mut state, 400);
            let (mut made, mut copies) = (Vec::new(), Vec::new());
            for _ in 0..next(&mut state, 6) {
                let count = next(&mut state, 5);
                made.extend(words(&mut state, count));
                let from = next(&mut state, base.len());
                let length = next(&mut state, base.len() - from);
                copies.push(Copy {
                    from,
                    to: made.len(),
                    length,
                });
                made.extend(&base[from..from + length]);
            }
            inherited += copies.iter().filter(|copy| copy.length > 2 * reach).count();
            let hits = inherit(scanner, reach, &made, &search(&base), &copies);
            assert_eq!(hits, search(&made));
        }
        assert!(inherited > 50, "the short way was taken: {inherited}");
    }
}
