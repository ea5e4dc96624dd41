//! Addresses that values stand in.

use std::ops::Range;

/// Bytes on each side of a value that may belong to an address around it.
pub(super) const LINK: usize = 400;

/// Whether a value is part of an address that says when it ends: `https://cdn.corp.io/x?e=1576142006&token=...`. Such a link is
/// signed for a while and handed out.
pub(super) fn link_that_ends(bytes: &[u8], value: &Range<usize>) -> bool {
    const ENDS: [&[u8]; 5] = [b"e=", b"se=", b"exp=", b"expires=", b"Expires="];
    let before = before_in_link(bytes, value.start);
    let after = &bytes[value.end..bytes.len().min(value.end + LINK)];
    let end = after.iter().position(beside_link).unwrap_or(after.len());
    let ends = |part: &[u8]| {
        ENDS.iter().any(|name| {
            part.strip_prefix(*name)
                .is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_digit))
        })
    };
    let parts = |text: &[u8]| {
        text.split(|byte| matches!(byte, b'?' | b'&' | b';'))
            .skip(1)
            .any(ends)
    };
    memchr::memmem::find(before, b"://").is_some() && (parts(before) || parts(&after[..end]))
}

/// Whether a byte cannot stand in an address.
fn beside_link(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || b"\"'<>`".contains(byte)
}

/// What stands before a place in the address that it may belong to.
fn before_in_link(bytes: &[u8], at: usize) -> &[u8] {
    let before = &bytes[at.saturating_sub(LINK)..at];
    let start = before.iter().rposition(beside_link).map_or(0, |at| at + 1);
    &before[start..]
}

/// Whether a value stands in the query of an address, whose own names say what it is.
pub(super) fn in_link(bytes: &[u8], at: usize) -> bool {
    let before = before_in_link(bytes, at);
    before.ends_with(b"=") && memchr::memmem::find(before, b"://").is_some()
}
