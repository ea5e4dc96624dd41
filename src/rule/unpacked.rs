//! The standards of a run, unpacked from the binary.

use super::standard::Standards;
use std::sync::OnceLock;

/// The catalogues that come with the binary.
///
/// # Panics
/// Never: the packed bytes are written by `build.rs` from the same types.
#[must_use]
pub fn standards() -> &'static Standards {
    static UNPACKED: OnceLock<Standards> = OnceLock::new();
    UNPACKED.get_or_init(|| {
        let packed: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/standards.bin"));
        postcard::from_bytes(packed).expect("build.rs packs the same types")
    })
}
