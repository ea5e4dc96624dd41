//! The secrets of a history: each once, with the commit it came in with, the one that removed it, and every place.

use crate::finding::Finding;
use crate::git::Graph;
use crate::git::pack::{NONE, Store};
use crate::source::{Blob, BlobId, Blobs, Secret, Span};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};

/// Paths that a finding names, at most.
const PATHS: usize = 20;

/// One secret: where it came in, and every object that holds it.
struct Value {
    /// Place of the commit, path and bytes of the first object.
    first: (usize, String),
    text: Vec<u8>,
    finding: Finding,
    objects: Vec<u32>,
    paths: BTreeSet<String>,
}

/// What threads have found so far, by rule and value.
#[derive(Default)]
pub(super) struct Values(Mutex<FxHashMap<(String, Secret), Value>>);

impl Values {
    /// Keeps what one object shows.
    pub(super) fn keep(
        &self,
        object: u32,
        (place, path): (usize, &str),
        bytes: &[u8],
        finding: Finding,
    ) {
        let Some(secret) = finding.secret.clone() else {
            return;
        };
        let first = (place, path.to_owned());
        let key = (finding.rule.clone(), secret);
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match values.entry(key) {
            Entry::Vacant(slot) => {
                slot.insert(Value {
                    first,
                    text: bytes.to_vec(),
                    finding,
                    objects: vec![object],
                    paths: BTreeSet::from([path.to_owned()]),
                });
            }
            Entry::Occupied(mut slot) => {
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

    /// All of them, in the order they came in.
    pub(super) fn sorted(self) -> Found {
        let values = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut values: Vec<((String, Secret), Value)> = values.into_iter().collect();
        values.sort_by(|(a, x), (b, y)| (&x.first, a).cmp(&(&y.first, b)));
        Found {
            values: values.into_iter().map(|(_, value)| value).collect(),
        }
    }
}

/// The secrets of a history, in the order they came in.
pub(super) struct Found {
    values: Vec<Value>,
}

impl Found {
    /// One finding for each, and the texts they point into.
    pub(super) fn findings(self, graph: &Graph, store: &Store<'_>) -> (Vec<Finding>, Blobs) {
        let groups: Vec<Vec<u32>> = self
            .values
            .iter()
            .map(|value| value.objects.clone())
            .collect();
        let removals = graph.removals(store, &groups);
        let (mut findings, mut blobs) = (Vec::new(), Vec::new());
        let when = |place: usize| {
            let (object, commit) = graph.commits.get(place)?;
            let day = jiff::Timestamp::from_second(commit.time).ok()?;
            let day = jiff::tz::Offset::UTC.to_datetime(day).date();
            Some((store.id(*object).to_string(), day.to_string()))
        };
        for (mut value, removal) in self.values.into_iter().zip(removals) {
            let blob = BlobId(u32::try_from(blobs.len()).unwrap_or(u32::MAX));
            settle(&mut value.finding, blob);
            value.say(when(value.first.0), removal.and_then(when));
            findings.push(value.finding);
            blobs.push(Blob::new(value.first.1, Some(value.text)));
        }
        (findings, Blobs::new(blobs))
    }
}

impl Value {
    /// Says in the finding when the secret came in and when it went, as hash and day of the commits.
    fn say(&mut self, came: Option<(String, String)>, went: Option<(String, String)>) {
        let finding = &mut self.finding;
        let mut say = |key: &str, text: String| finding.properties.push((key.into(), text));
        if let Some((id, day)) = came {
            let gone = match went {
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
        let mut say = |key: &str, text: String| finding.properties.push((key.into(), text));
        if self.paths.len() > 1 {
            let others: Vec<&str> = self.paths.iter().take(PATHS).map(String::as_str).collect();
            say("paths", others.join(", "));
        }
        let versions = self.objects.iter().filter(|&&object| object != NONE);
        say("versions", versions.count().to_string());
        finding.properties.sort();
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
