//! Text where a credential belongs that is none: a reference, a hole, a path, a word for what somebody will fill in. Unlike
//! [`super::value::literal`] it lets weak passwords and keys of a manual pass: `admin` is written out all the same.

use super::plain::{hash, is_file};
use super::reference::is_reference;

/// Ways in which what stands in begins, besides those of references: addresses, paths, what one calls one's own.
#[rustfmt::skip]
const STARTS: &[&str] = &[
    "/", "file", "http://", "https://", "projects/", "ssh-", "my-", "my_", "your", "update_", "dummy", "fake", "mock", "test", "local", "example",
];

/// Words that are the whole of it.
#[rustfmt::skip]
const WORDS: &[&str] = &["changeit", "tbd", "none", "null", "true", "false", "n/a", "unused", "noecho", "string"];

/// What says so wherever it stands.
#[rustfmt::skip]
const INSIDE: &[&str] = &[
    "secretsmanager", "replace", "todo", "xxx", "insert", "redacted", "placeholder", "_your_", "-your-",
];

/// Whether a text stands where a credential belongs and is none.
#[must_use]
pub fn stands_in(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let changed = lower
        .split_once("change")
        .is_some_and(|(_, rest)| rest.contains("me"));
    changed
        || is_reference(text)
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
        #[rustfmt::skip]
        let written = ["admin", "postgres", "password", "Harbor1940%", "123456", "foo", concat!("AKIA", "IOSFODNN7EXAMPLE")];
        for text in written {
            assert!(!stands_in(text), "{text}");
        }
        #[rustfmt::skip]
        let standing = [
            "${var.x}", "{{ .Values.x }}", "<password>", "!Ref X", "$(pw)", "[parameters('x')]", "@Microsoft.KeyVault(x)", "%PW%", "var.x",
            "vault:a", "op://a", "secretref:a", "/run/pw", "certs/a.pem", "https://a", "arn:aws:x", "ENC[x", "$2b$x", "ssh-rsa A", "REPLACE_ME",
            "change-me", "TODO", "example1", "your-token", "my-secret", "test123", "None", "NoEcho",
        ];
        for text in standing {
            assert!(stands_in(text), "{text}");
        }
    }
}
