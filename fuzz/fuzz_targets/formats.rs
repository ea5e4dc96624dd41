//! Every syntax over any text: no panic, and every place lies within the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure::format::{FORMATS, Limits, Node};
use tenure::source::BlobId;

fn check(node: &Node, length: usize) {
    assert!(node.span.start <= node.span.end && node.span.end as usize <= length);
    for entry in node.entries() {
        assert!(entry.key_span.end as usize <= length);
    }
    for child in node.children() {
        check(child, length);
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let format = FORMATS[usize::from(*first) % FORMATS.len()];
    let document = format.parse(BlobId(0), "a", text, Limits::default());
    for root in &document.roots {
        check(root, text.len());
    }
});
