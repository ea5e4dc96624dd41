//! One file from bytes to declarations and candidates: everything before the barrier.

use super::source::{Bytes, Look, Source};
use crate::engine::{Scanner, Scratch, Seen};
use crate::extract::{self, certificate, notebook, secret::KeyRules};
use crate::finding::Candidate;
use crate::format::{self, Declaration, Document, Limits};
use crate::judge::anchors::Hit;
use crate::judge::patterns::Patterns;
use crate::rule::RuleSet;
use crate::source::{BlobId, Gap, GapKind, Span};
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
    /// Whether files are read for the estate as well.
    pub(super) estate: bool,
}

impl Looks {
    /// Makes the secret rules of a set ready.
    pub(super) fn new(rules: &RuleSet) -> Self {
        let patterns = Arc::new(Patterns::new(rules));
        Self {
            scanner: Scanner::over(Arc::clone(&patterns)),
            keys: KeyRules::over(patterns),
            estate: true,
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

/// The format that says whom a path belongs to, which a finding names whatever it is about.
const OWNERS: &str = "codeowners";
/// A buffer that grew past this is given back after the file.
const KEEP: usize = 1 << 20;

/// Reads, scans and parses one file.
pub(super) fn read(source: &dyn Source, index: usize, looks: &Looks, bench: &mut Bench) -> Reading {
    read_and(source, index, looks, bench, |_| ()).0
}

/// As [`read`], and what something else makes of the bytes, where there are some.
pub(super) fn read_and<T: Default>(
    source: &dyn Source,
    index: usize,
    looks: &Looks,
    bench: &mut Bench,
    also: impl FnOnce(&[u8]) -> T,
) -> (Reading, T) {
    let path = source.path(index);
    let mut told = T::default();
    let reading = match source.read(index, &mut bench.buffer) {
        Bytes::Read => {
            told = also(&bench.buffer);
            examine(index, path, source.look(index), looks, bench)
        }
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
    (reading, told)
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
        let judge = (look == Look::Whole).then_some((looks, bench.scratch.hits()));
        let declares = looks.estate || format.name() == OWNERS;
        let asks = |(looks, hits): &(&Looks, &mut Vec<Hit>)| {
            let asks = || looks.scanner.asks_for_the_tree(bytes, hits);
            may_tell(format, path, &reading.candidates, asks)
        };
        if declares || judge.as_ref().is_some_and(asks) {
            parse(format, (blob, path), bytes, judge, declares, &mut reading);
        }
    }
    if looks.estate {
        let credentials = certificate::declare(blob, path, bytes, &reading.candidates);
        reading.declarations.extend(credentials);
    }
    let needed = !reading.declarations.is_empty()
        || !reading.candidates.is_empty()
        || !reading.directives.is_empty()
        || reading.gaps.iter().any(|gap| gap.span.is_some());
    if needed {
        // A buffer that grew large is not kept for the next file.
        reading.text = Some(if bench.buffer.capacity() > KEEP {
            std::mem::take(&mut bench.buffer)
        } else {
            bytes.to_vec()
        });
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
            secrets(&document, text, found, bench.scratch.hits(), looks)
        }
        _ => found,
    }
}

/// Whether the tree of a file may say more of its secrets than its bytes do: drop a candidate, or show a value that stands
/// apart from its key. A file that is read for its secrets alone is parsed only then, and so is a version of one.
fn may_tell(
    format: &dyn format::Format,
    path: &str,
    candidates: &[Candidate],
    asks: impl FnOnce() -> bool,
) -> bool {
    !candidates.is_empty() || extract::secret::is_keyless(format.name(), path) || asks()
}

/// Candidates of a version of a file, whose anchors were found before.
pub(super) fn past(path: &str, bytes: &[u8], seen: &mut Seen, looks: &Looks) -> Vec<Candidate> {
    let format = format::claim(path, &bytes[..bytes.len().min(4096)]);
    let scanner = &looks.scanner;
    let candidates = scanner.judged(path, bytes, seen);
    let asked = format.filter(|format| {
        let asks = || scanner.version_asks_for_the_tree(bytes, seen);
        may_tell(*format, path, &candidates, asks)
    });
    let limits = Limits::default();
    let text = asked.and_then(|_| std::str::from_utf8(bytes).ok());
    match (text, asked) {
        (Some(text), Some(format)) if bytes.len() <= limits.bytes => {
            let document = format.parse(BlobId(0), path, text, limits);
            secrets(&document, text, candidates, &mut seen.hits(), looks)
        }
        _ => candidates,
    }
}

/// What the tree makes of the secrets in a file's bytes, and those in texts of another syntax within it.
fn secrets(
    document: &Document,
    text: &str,
    found: Vec<Candidate>,
    hits: &mut Vec<Hit>,
    looks: &Looks,
) -> Vec<Candidate> {
    let mut kept = extract::secret::judge(document, text, found, hits, &looks.keys);
    let mut scratch = Scratch::default();
    for part in notebook::texts(document) {
        let path = format!("{}{}", document.path, part.ending);
        let bytes = part.text.as_bytes();
        let found = looks
            .scanner
            .bytes(&mut scratch, document.blob, &path, bytes);
        if found.is_empty() {
            continue;
        }
        // Without the quotes around it.
        let inner = part.span.start as usize + 1..(part.span.end as usize).saturating_sub(1);
        let written = text.get(inner.clone()).unwrap_or_default();
        let places = notebook::places(written, part.text);
        let moved = |span: Span| match &places {
            Some(places) => {
                let at = |offset: u32| {
                    places
                        .get(offset as usize)
                        .map_or(inner.end, |at| inner.start + at)
                };
                Span::new(span.blob, at(span.start), at(span.end))
            }
            None => part.span,
        };
        kept.extend(found.into_iter().map(|candidate| Candidate {
            value: moved(candidate.value),
            whole: moved(candidate.whole),
            ..candidate
        }));
    }
    kept
}

fn parse(
    format: &dyn format::Format,
    (blob, path): (BlobId, &str),
    bytes: &[u8],
    judge: Option<(&Looks, &mut Vec<Hit>)>,
    declares: bool,
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
    if let Some((looks, hits)) = judge {
        let found = std::mem::take(&mut reading.candidates);
        reading.candidates = secrets(&document, text, found, hits, looks);
    }
    if declares {
        reading.declarations = extract::declare(&document);
    }
}
