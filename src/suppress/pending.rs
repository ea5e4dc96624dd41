//! Which inline exceptions wait for approval: those that a trusted revision of their file does not hold.
//!
//! An exception is the trusted one when its words and the line it speaks for are the same; moving it to another line makes
//! it another exception.

use super::{Directive, Order, directives};
use crate::source::{BlobId, Blobs, Span};
use rustc_hash::FxHashMap;

/// An exception's words and the line it speaks for.
type Words = (Vec<u8>, Vec<u8>);

/// Marks what is not in the trusted text of its file; `trusted` gives that text by path.
pub fn hold(found: &mut [Directive], blobs: &Blobs, trusted: impl Fn(&str) -> Option<Vec<u8>>) {
    let mut known: FxHashMap<BlobId, FxHashMap<Words, usize>> = FxHashMap::default();
    for directive in found {
        let blob = directive.span.blob;
        let left = known.entry(blob).or_insert_with(|| {
            let path = &blobs.get(blob).path;
            let mut left = FxHashMap::default();
            if let Some(bytes) = trusted(path) {
                for old in directives(blob, path, &bytes) {
                    *left.entry(words(&old, &bytes)).or_default() += 1;
                }
            }
            left
        });
        match left.get_mut(&words(directive, blobs.get(blob).bytes())) {
            Some(count) if *count > 0 => *count -= 1,
            _ => directive.pending = true,
        }
    }
}

/// An exception's words and the line it speaks for; the whole file is no line.
fn words(directive: &Directive, bytes: &[u8]) -> Words {
    let text = |span: Span| {
        let text = bytes.get(span.range()).unwrap_or_default();
        text.trim_ascii().to_vec()
    };
    let target = match directive.order {
        Ok(Order::AllowFile(_)) => None,
        _ => directive.target,
    };
    (text(directive.span), target.map(text).unwrap_or_default())
}
