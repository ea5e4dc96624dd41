//! One file from bytes to declarations and candidates: everything before the barrier.

use super::source::{Bytes, Look, Source};
use crate::engine::{Scanner, Scratch};
use crate::extract::{self, secret::KeyRules};
use crate::finding::Candidate;
use crate::format::{self, Declaration, Limits};
use crate::judge::anchors::Hit;
use crate::judge::patterns::Patterns;
use crate::rule::RuleSet;
use crate::source::{BlobId, Gap, GapKind};
use crate::suppress::{self, Directive};
use std::sync::Arc;

/// The buffers of one thread.
#[derive(Debug, Default)]
pub(super) struct Bench {
    buffer: Vec<u8>,
    scratch: Scratch,
}

/// The secret rules of a run, over bytes and over trees.
#[derive(Debug)]
pub(super) struct Looks {
    pub(super) scanner: Scanner,
    pub(super) keys: KeyRules,
}

impl Looks {
    /// Makes the secret rules of a set ready.
    pub(super) fn new(rules: &RuleSet) -> Self {
        let patterns = Arc::new(Patterns::new(rules));
        Self {
            scanner: Scanner::over(Arc::clone(&patterns)),
            keys: KeyRules::over(patterns),
        }
    }
}

/// What one file yields.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    pub(super) absent: bool,
    pub(super) text: Option<Vec<u8>>,
    pub(super) bytes: u64,
    pub(super) skipped: Option<&'static str>,
    pub(super) format: Option<&'static str>,
    pub(super) declarations: Vec<Declaration>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) directives: Vec<Directive>,
    pub(super) gaps: Vec<Gap>,
}

/// A buffer that grew past this is given back after the file.
const KEEP: usize = 1 << 20;

/// Reads, scans and parses one file.
pub(super) fn read(source: &dyn Source, index: usize, looks: &Looks, bench: &mut Bench) -> Reading {
    let path = source.path(index);
    let reading = match source.read(index, &mut bench.buffer) {
        Bytes::Read => examine(index, path, source.look(index), looks, bench),
        Bytes::Absent => Reading {
            absent: true,
            ..Reading::default()
        },
        Bytes::Skipped(reason) => Reading {
            skipped: Some(reason),
            ..Reading::default()
        },
        Bytes::Gap(gap) => Reading {
            skipped: Some("unreadable"),
            gaps: vec![gap],
            ..Reading::default()
        },
    };
    if bench.buffer.capacity() > KEEP {
        bench.buffer = Vec::new();
    }
    reading
}

fn examine(index: usize, path: &str, look: Look, looks: &Looks, bench: &mut Bench) -> Reading {
    let blob = BlobId(u32::try_from(index).unwrap_or(u32::MAX));
    let bytes = &bench.buffer[..];
    let mut reading = Reading {
        bytes: bytes.len() as u64,
        ..Reading::default()
    };
    if look == Look::Whole {
        reading.candidates = looks.scanner.bytes(&mut bench.scratch, blob, path, bytes);
    }
    reading.directives = suppress::directives(blob, path, bytes);
    if let Some(format) = format::claim(path, &bytes[..bytes.len().min(4096)]) {
        let keys = (look == Look::Whole).then_some(&looks.keys);
        let hits = bench.scratch.hits();
        parse(
            format,
            blob,
            path,
            bytes,
            keys.map(|keys| (keys, hits)),
            &mut reading,
        );
    }
    let needed = !reading.declarations.is_empty()
        || !reading.candidates.is_empty()
        || !reading.directives.is_empty()
        || reading.gaps.iter().any(|gap| gap.span.is_some());
    if needed {
        reading.text = Some(bytes.to_vec());
    }
    reading
}

/// The secrets in a file's bytes and in its tree, where it has one.
pub(super) fn candidates(
    blob: BlobId,
    path: &str,
    bytes: &[u8],
    looks: &Looks,
    bench: &mut Bench,
) -> Vec<Candidate> {
    let found = looks.scanner.bytes(&mut bench.scratch, blob, path, bytes);
    let (limits, text) = (Limits::default(), std::str::from_utf8(bytes));
    let format = format::claim(path, &bytes[..bytes.len().min(4096)]);
    match (format, text) {
        (Some(format), Ok(text)) if bytes.len() <= limits.bytes => {
            let document = format.parse(blob, path, text, limits);
            extract::secret::judge(&document, text, found, bench.scratch.hits(), &looks.keys)
        }
        _ => found,
    }
}

/// Candidates of a blob of history, whose anchors were found before. A file with a syntax is parsed only where the byte
/// engine has a candidate, or an object is a Secret.
pub(super) fn past(path: &str, bytes: &[u8], hits: &[Hit], looks: &Looks) -> Vec<Candidate> {
    let candidates = looks.scanner.verify(BlobId(0), path, bytes, hits);
    if candidates.is_empty() && !names_a_secret(bytes, hits) {
        return candidates;
    }
    let limits = Limits::default();
    let text = std::str::from_utf8(bytes).ok();
    let format = format::claim(path, &bytes[..bytes.len().min(4096)]);
    match (text, format) {
        (Some(text), Some(format)) if bytes.len() <= limits.bytes => {
            let document = format.parse(BlobId(0), path, text, limits);
            let keys = &looks.keys;
            extract::secret::judge(&document, text, candidates, &mut hits.to_vec(), keys)
        }
        _ => candidates,
    }
}

/// Whether one of the anchors is the kind of a Kubernetes object.
fn names_a_secret(bytes: &[u8], hits: &[Hit]) -> bool {
    hits.iter().any(|&(at, _)| {
        let (before, after) = bytes.split_at((at as usize).min(bytes.len()));
        after.starts_with(b"Secret")
            && [&b"kind: "[..], b"kind: \"", b"\"kind\":\"", b"\"kind\": \""]
                .iter()
                .any(|start| before.ends_with(start))
    })
}

fn parse(
    format: &dyn format::Format,
    blob: BlobId,
    path: &str,
    bytes: &[u8],
    keys: Option<(&KeyRules, &mut Vec<Hit>)>,
    reading: &mut Reading,
) {
    let limits = Limits::default();
    if bytes.len() > limits.bytes {
        let reason = format!(
            "larger than {} MiB: scanned for secrets, not parsed",
            limits.bytes >> 20
        );
        reading
            .gaps
            .push(Gap::of_file(path, GapKind::TooLarge, reason));
        return;
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        reading.gaps.push(Gap::of_file(
            path,
            GapKind::Encoding,
            "not UTF-8: scanned for secrets, not parsed",
        ));
        return;
    };
    let mut document = format.parse(blob, path, text, limits);
    reading.format = Some(format.name());
    reading.gaps.append(&mut document.gaps);
    if let Some((keys, hits)) = keys {
        let candidates = std::mem::take(&mut reading.candidates);
        reading.candidates = extract::secret::judge(&document, text, candidates, hits, keys);
    }
    reading.declarations = extract::declare(&document);
}
