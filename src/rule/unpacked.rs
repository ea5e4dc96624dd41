//! What most runs do without, unpacked from the binary when it is first asked for: the standards, the text of rule pages.

use super::definition::{Body, Rule};
use super::fence::Example;
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

/// The prose of the built-in pages, in the order of their ids.
fn prose() -> &'static [&'static str] {
    static UNPACKED: OnceLock<Vec<&'static str>> = OnceLock::new();
    UNPACKED.get_or_init(|| {
        let packed: &'static [u8] = include_bytes!(concat!(env!("OUT_DIR"), "/prose.bin"));
        postcard::from_bytes(packed).expect("build.rs packs the same types")
    })
}

/// The examples of the built-in pages, in the order of their ids.
fn examples() -> &'static [Vec<Example>] {
    static UNPACKED: OnceLock<Vec<Vec<Example>>> = OnceLock::new();
    UNPACKED.get_or_init(|| {
        let packed: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/examples.bin"));
        postcard::from_bytes(packed).expect("build.rs packs the same types")
    })
}

impl Rule {
    /// The prose after the front matter, examples left out.
    #[must_use]
    pub fn prose(&self) -> &str {
        match &self.body {
            Body::Written { prose, .. } => prose,
            Body::Packed(at) => prose().get(*at as usize).copied().unwrap_or_default(),
        }
    }

    /// The examples.
    #[must_use]
    pub fn examples(&self) -> &[Example] {
        match &self.body {
            Body::Written { examples, .. } => examples,
            Body::Packed(at) => examples().get(*at as usize).map_or(&[], Vec::as_slice),
        }
    }

    /// Whether it came with the binary.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        matches!(self.body, Body::Packed(_))
    }
}
