//! `tenure/v1`: what makes two findings the same across commits.
//!
//! SHA-256 over rule, address, attribute, value tag and the number among equals. Lines play no part, so moving a block
//! breaks nothing; the value does, so a new secret in the old place is a new finding. The tag of a value that can be
//! guessed has 16 bits, too few to confirm a guess; that of a random one is a whole HMAC. A salt of the repository's own
//! (`.tenure/salt`) keeps tags of two repositories apart.

use crate::finding::Finding;
use crate::source::{Blobs, hex};
use hmac::{Hmac, KeyInit, Mac};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

/// Fills in the fingerprints. Equal findings are numbered in the order of their places.
pub fn fingerprint(findings: &mut [Finding], salt: &[u8], blobs: &Blobs) {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_cached_key(|&index| {
        let finding = &findings[index];
        (blobs.path(finding.span).to_owned(), finding.span)
    });
    let mut seen: FxHashMap<[u8; 32], u64> = FxHashMap::default();
    for index in order {
        let finding = &findings[index];
        let stem = stem(finding, salt, blobs.path(finding.span));
        let number = seen.entry(stem).or_default();
        let mut hash = Sha256::new();
        hash.update(stem);
        hash.update(number.to_be_bytes());
        *number += 1;
        findings[index].fingerprint = hex(&hash.finalize());
    }
}

/// The hash of all but the number.
fn stem(finding: &Finding, salt: &[u8], path: &str) -> [u8; 32] {
    let address = match finding.address.as_str() {
        "" => path.to_owned(),
        address => normal(address),
    };
    let tag = finding.secret.as_ref().map(|s| tag(s.expose(), salt));
    let mut hash = Sha256::new();
    for part in [
        "tenure/v1",
        &finding.rule,
        &address,
        &finding.attribute,
        &tag.unwrap_or_default(),
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// An address without the numbers of instances, so that `count` may come, go and change; keys of `for_each` stay.
fn normal(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let mut rest = address;
    while let Some(open) = rest.find('[') {
        let after = &rest[open + 1..];
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        out.push_str(&rest[..open]);
        if digits > 0 && after[digits..].starts_with(']') {
            rest = &after[digits + 1..];
        } else {
            out.push('[');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// The tag of a value: whole for a random one, 16 bits for one that can be guessed.
fn tag(value: &[u8], salt: &[u8]) -> String {
    let key = if salt.is_empty() { b"tenure/v1" } else { salt };
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("any length of key will do");
    mac.update(value);
    let tag = hex(&mac.finalize().into_bytes());
    if is_random(value) {
        tag
    } else {
        tag[..4].to_owned()
    }
}

/// Whether a value is long and mixed enough that nobody guesses it.
fn is_random(value: &[u8]) -> bool {
    let mut counts = [0u32; 256];
    for &byte in value {
        counts[usize::from(byte)] += 1;
    }
    let distinct = counts.iter().filter(|&&count| count > 0).count();
    value.len() >= 20
        && distinct >= 10
        && value.iter().all(u8::is_ascii_graphic)
        && value.iter().filter(|byte| byte.is_ascii_digit()).count() >= 2
        && value.iter().any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_instances_do_not_count() {
        assert_eq!(normal("module.a[0].x.y[12]"), "module.a.x.y");
        assert_eq!(
            normal("module.a[\"k\"].x[\"0\"]"),
            "module.a[\"k\"].x[\"0\"]"
        );
        assert_eq!(normal("a[b[3]]"), "a[b]");
        assert_eq!(normal("a["), "a[");
        assert_eq!(normal("ü[]"), "ü[]");
    }

    #[test]
    fn guessable_values_get_a_short_tag() {
        assert_eq!(tag(b"hunter2", b"").len(), 4);
        assert_eq!(tag(b"correct horse battery staple", b"").len(), 4);
        assert_eq!(tag(b"aaaaaaaaaaaaaaaaaaaaaa11", b"").len(), 4);
        let random = b"q7Xk2LmP9vRt4WzN8bYc";
        assert_eq!(tag(random, b"").len(), 64);
        assert_ne!(tag(random, b""), tag(random, b"salt"));
        assert_ne!(tag(b"hunter2", b"one"), tag(b"hunter2", b"two"));
    }
}
