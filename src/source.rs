//! Bytes and places in them: blobs, spans, lines, gaps, and values that must not be shown.
//!
//! A [`Span`] is a byte range in one blob. Lines and columns are computed late, only for what is reported.

mod blob;
pub mod file;
pub mod folder;
mod gap;
mod hex;
mod line;
mod secret;
mod span;

pub use blob::{Blob, Blobs};
pub use gap::{Gap, GapKind};
pub use hex::hex;
pub use line::{LineIndex, Position};
pub use secret::Secret;
pub use span::{BlobId, Span};
