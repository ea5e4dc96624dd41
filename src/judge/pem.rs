//! Reads a PEM block far enough to know that it closes and that its body is a key.

use super::base64::decode;

/// What a block tells: `key` (`rsa`, `ec`, `openssh`, ...) and `encrypted` where a passphrase guards it. `None` when the block
/// does not close or its body does not decode to the structure that its label promises.
#[must_use]
pub fn read(value: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(value).ok()?;
    let rest = text.strip_prefix("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once("-----END ")?;
    let encrypted = label.contains("ENCRYPTED") || body.contains("ENCRYPTED");
    let bytes = decode(packed(body).as_bytes())?;
    let openssh = bytes.starts_with(b"openssh-key-v1\0");
    let sound = match label {
        "PGP PRIVATE KEY BLOCK" => bytes.first().is_some_and(|tag| tag & 0x80 != 0),
        _ if body.contains("DEK-Info") => bytes.len() >= 32 && bytes.len().is_multiple_of(8),
        // Tools that convert keys leave the old label on the new body.
        _ => openssh || sequence(&bytes),
    };
    let kind = label
        .trim_end_matches(" BLOCK")
        .trim_end_matches("PRIVATE KEY")
        .trim()
        .to_ascii_lowercase();
    let mut told = Vec::new();
    if encrypted || (openssh && !bytes.get(15..).is_some_and(unlocked)) {
        told.push(("encrypted".to_owned(), "yes".to_owned()));
    }
    if !kind.is_empty() && kind != "encrypted" {
        told.push(("key".to_owned(), kind));
    }
    sound.then_some(told)
}

/// The decoded body of the first block of a text.
#[must_use]
pub fn bytes(value: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(value).ok()?;
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (_, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once("-----END ")?;
    decode(packed(body).as_bytes())
}

/// The base64 of a body: headers, the checksum line of PGP, white space, and what source code puts between lines (`\n`,
/// quotes, `+`) left out.
fn packed(body: &str) -> String {
    let mut packed = String::with_capacity(body.len());
    for line in body.split(['\n', '\r']).flat_map(|line| line.split("\\n")) {
        let line = line.replace("\\r", "").replace("\\t", "");
        let line = line.trim_matches(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '"' | '\'' | '\\' | ',' | ';' | '.' | '#' | '>' | '*' | '`' | '|'
                )
        });
        let line = line
            .trim_end_matches(['"', '\'', ' '])
            .trim_start_matches("+ ");
        let line = line
            .strip_suffix(" +")
            .unwrap_or(line)
            .trim_matches(['"', '\'', ' ']);
        if line.contains(':') || line.starts_with('=') || line == "+" {
            continue;
        }
        packed.extend(line.chars().filter(|c| !c.is_whitespace()));
    }
    packed
}

/// Whether bytes are one DER SEQUENCE whose length is that of the bytes.
fn sequence(bytes: &[u8]) -> bool {
    let [0x30, first, rest @ ..] = bytes else {
        return false;
    };
    let (length, body) = match first {
        0x81 => (rest.first().map(|&b| usize::from(b)), rest.get(1..)),
        0x82 => (
            rest.get(..2)
                .map(|b| usize::from(b[0]) << 8 | usize::from(b[1])),
            rest.get(2..),
        ),
        0x83 => (
            rest.get(..3)
                .map(|b| usize::from(b[0]) << 16 | usize::from(b[1]) << 8 | usize::from(b[2])),
            rest.get(3..),
        ),
        short if *short < 0x80 => (Some(usize::from(*short)), Some(rest)),
        _ => (None, None),
    };
    matches!((length, body), (Some(length), Some(body)) if length == body.len() && length > 16)
}

/// Whether an OpenSSH key's first field, its cipher, is `none`.
fn unlocked(fields: &[u8]) -> bool {
    fields.starts_with(&[0, 0, 0, 4, b'n', b'o', b'n', b'e'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::base64::encode;

    fn block(label: &str, bytes: &[u8], newline: &str) -> String {
        let body = encode(bytes);
        let lines: Vec<&str> = body
            .as_bytes()
            .chunks(64)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .collect();
        format!(
            "-----BEGIN {label}-----{newline}{}{newline}-----END {label}-----",
            lines.join(newline)
        )
    }

    fn der(length: u8) -> Vec<u8> {
        let mut bytes = vec![0x30, 0x81, length];
        bytes.extend((0..length).map(|n| n.wrapping_mul(37)));
        bytes
    }

    #[test]
    fn reads_a_key_whatever_ends_its_lines() {
        let label = concat!("RSA PRIVATE", " KEY");
        for newline in ["\n", "\r\n", "\\n", "\n    ", "\\n\" +\n  \"", "\\n\\\n"] {
            let text = block(label, &der(200), newline);
            assert_eq!(
                read(text.as_bytes()),
                Some(vec![("key".to_owned(), "rsa".to_owned())]),
                "{newline:?}"
            );
        }
    }

    #[test]
    fn refuses_what_does_not_decode() {
        let label = concat!("PRIVATE", " KEY");
        let mut short = der(200);
        short.truncate(100);
        assert_eq!(read(block(label, &short, "\n").as_bytes()), None);
        assert_eq!(
            read(block(label, b"words, not a key, at all", "\n").as_bytes()),
            None
        );
        assert_eq!(
            read(block(label, &der(200), "\n").split_at(60).0.as_bytes()),
            None
        );
    }

    #[test]
    fn tells_a_guarded_key() {
        let label = concat!("OPENSSH PRIVATE", " KEY");
        let open = [b"openssh-key-v1\0".as_slice(), &[0, 0, 0, 4], b"none"].concat();
        let shut = [
            b"openssh-key-v1\0".as_slice(),
            &[0, 0, 0, 10],
            b"aes256-ctr",
        ]
        .concat();
        let told = |bytes: &[u8]| read(block(label, bytes, "\n").as_bytes()).unwrap();
        assert_eq!(told(&open).len(), 1);
        assert!(told(&shut).contains(&("encrypted".to_owned(), "yes".to_owned())));
    }
}
