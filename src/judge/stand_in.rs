//! Text where a credential belongs that is none: a reference, a hole, a path, a word for what somebody will fill in. Unlike
//! [`super::value::literal`] it lets weak passwords pass: `admin` is written out all the same.

use super::placeholder::is_marked;
use super::plain::{hash, is_file};
use super::reference::is_reference;

/// Ways in which what stands in begins, besides those of references: addresses, paths, what one calls one's own.
#[rustfmt::skip]
const STARTS: &[&str] = &[
    "/", "file", "http://", "https://", "projects/", "ssh-", "my-", "my_", "update_", "dummy", "fake", "mock", "test", "local",
];

/// Words that are the whole of it.
#[rustfmt::skip]
const WORDS: &[&str] = &["changeit", "tbd", "none", "null", "true", "false", "n/a", "unused", "noecho", "string"];

/// What says so wherever it stands.
const INSIDE: &[&str] = &[
    "secretsmanager",
    "replace",
    "todo",
    "xxx",
    "insert",
    "redacted",
    "placeholder",
];

/// Whether a text stands where a credential belongs and is none.
#[must_use]
pub fn stands_in(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    is_reference(text)
        || is_marked(text)
        || hash(text)
        || is_file(text)
        || WORDS.contains(&lower.as_str())
        || STARTS.iter().any(|start| lower.starts_with(start))
        || INSIDE.iter().any(|part| lower.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_password_is_written_out() {
        for text in [
            "admin",
            "postgres",
            "password",
            "Harbor1940%",
            "123456",
            "ninja",
        ] {
            assert!(!stands_in(text), "{text}");
        }
        for text in [
            "${var.x}",
            "{{ .Values.x }}",
            "<password>",
            "!Ref X",
            "$(pw)",
            "[parameters('x')]",
            "@Microsoft.KeyVault(x)",
            "%PW%",
            "var.x",
            "vault:a",
            "op://a",
            "secretref:a",
            "/run/pw",
            "certs/a.pem",
            "https://a",
            "arn:aws:x",
            "ENC[x",
            "$2b$x",
            "ssh-rsa A",
            "REPLACE_ME",
            "change-me",
            "TODO",
            "example1",
            "your-token",
            "my-secret",
            "test123",
            "None",
            "",
            "NoEcho",
            "...",
            "*****",
        ] {
            assert!(stands_in(text), "{text}");
        }
    }
}
