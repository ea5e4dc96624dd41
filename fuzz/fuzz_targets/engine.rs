//! The secret rules over any bytes: every span lies within them, and the parts of a file yield what the whole yields.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tenure::engine::{Scanner, Scratch};
use tenure::rule::builtin;
use tenure::source::BlobId;

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| Scanner::new(&builtin()));
const PATHS: [&str; 6] = ["a.txt", "a.py", "a.sh", "a.xml", "README.md", "tests/a.c"];

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else {
        return;
    };
    let path = PATHS[usize::from(*first) % PATHS.len()];
    let mut scratch = Scratch::default();
    for candidate in SCANNER.bytes(&mut scratch, BlobId(0), path, bytes) {
        assert!(candidate.value.end as usize <= bytes.len());
        assert!(candidate.value.start <= candidate.value.end);
        assert!(candidate.whole.contains(candidate.value));
    }
    let cut = bytes.len() / 2;
    SCANNER.bytes_range(&mut scratch, BlobId(0), path, bytes, 0..cut);
    SCANNER.bytes_range(&mut scratch, BlobId(0), path, bytes, cut..bytes.len());
});
