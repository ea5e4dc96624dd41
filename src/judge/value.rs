//! Judges a literal that has no fixed shape: is it a credential, and how sure.

use super::entropy::{digits, shannon};
use super::key::Key;
use super::placeholder::{is_filler, is_placeholder};
use super::plain::{hash, is_constraint, is_file, is_plain, is_wallet, uuid};
use super::reference::is_reference;
use super::words;
use crate::rule::Likeness;

/// How much a literal looks like a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// A single word, a UUID, a well-known default: only with a key that says so, in live configuration.
    Weak,
    /// Letters with digits or marks: a chosen password, a short token.
    Fair,
    /// Long and even, or of three kinds of character: nothing else looks like it.
    Strong,
}

/// Longest value that is judged.
const LONGEST: usize = 512;

/// Judges a value under its key; `None` when it is no credential.
#[must_use]
pub fn judge(like: Likeness, value: &str, key: &Key) -> Option<Strength> {
    match like {
        Likeness::Password => password(value, key),
        Likeness::Token => token(value, key),
        Likeness::Passphrase => password(value, key).or_else(|| passphrase(value, key)),
    }
}

/// Whether a value may be a credential at all: not empty, no reference, no placeholder.
#[must_use]
pub fn literal(value: &str) -> bool {
    let value = value.trim();
    (5..=LONGEST).contains(&value.len())
        && !value.chars().any(char::is_control)
        && !is_reference(value)
        && !is_placeholder(value)
        && !hash(value)
        && !is_file(value)
        && !is_constraint(value)
        && !is_wallet(value)
        && !published(value)
}

/// How the base64 of a public key begins: RSA of 1024, 2048, 4096 and 512 bits, curves of NIST, Ed25519.
const PUBLIC: [&str; 6] = [
    "MIGfMA0GCSqGSIb3DQEB",
    "MIIBIjANBgkqhkiG9w0B",
    "MIICIjANBgkqhkiG9w0B",
    "MFwwDQYJKoZIhvcNAQEB",
    "MFkwEwYHKoZIzj0CAQYI",
    "MCowBQYDK2VwAyEA",
];

/// Whether a value is the public half of a pair of keys.
fn published(value: &str) -> bool {
    if PUBLIC.iter().any(|start| value.starts_with(start)) {
        return true;
    }
    let ssh = |kind: &str| kind.starts_with("ssh-") || kind.starts_with("ecdsa-sha2-");
    value
        .split_once(' ')
        .is_some_and(|(kind, key)| ssh(kind) && key.starts_with("AAAA"))
}

fn password(value: &str, key: &Key) -> Option<Strength> {
    let value = value.trim();
    if !literal(value) || echoes(value, key) {
        return None;
    }
    if random(value) {
        return Some(Strength::Strong);
    }
    if uuid(value) {
        return Some(Strength::Weak);
    }
    let odd = || words::odd(value.as_bytes());
    if is_plain(value) || !value.is_ascii() || (label(value) && !odd()) {
        return None;
    }
    let kinds = kinds(value);
    let inner = value.trim_matches(['-', '_', '.', '/', ':']);
    let separated = inner
        .bytes()
        .any(|b| matches!(b, b'-' | b'_' | b'.' | b'/' | b':' | b' '));
    let numbers = digits(value.as_bytes());
    let marked = value
        .bytes()
        .any(|b| b.is_ascii_punctuation() && !matches!(b, b'-' | b'_' | b'.' | b'/' | b':'));
    if expression(value) {
        return None;
    }
    if value.len() >= 8 && kinds >= 3 && (numbers > 0 || marked) && (marked || !separated) {
        return Some(Strength::Strong);
    }
    if numbers > 0 || marked {
        // `db-credentials-v2` is a name; `redfox-77-lake` may be either.
        let words = words::parts(value).filter(|part| part.len() >= 3).count();
        let few = words >= 4 || numbers <= 1 || (numbers == 2 && !phrase(value));
        let name = separated && !marked && few && words::wordy(value.as_bytes());
        return (!name).then_some(Strength::Fair);
    }
    let mixed = kinds == 2 && value.len() >= 12 && !separated;
    let uneven = mixed && words::surprise(value.as_bytes()).is_some_and(|bits| bits > 5.5);
    if odd() || uneven || words::noise(value.as_bytes()) {
        return Some(Strength::Fair);
    }
    let camel = words::parts(value).count() > 1;
    (!separated && !camel && value.len() <= 24).then_some(Strength::Weak)
}

/// Words with separators between them, none of which names a thing of the trade alone: `chelsea-charlie`.
fn passphrase(value: &str, key: &Key) -> Option<Strength> {
    let words = words::parts(value).filter(|part| part.len() >= 3 && !is_filler(part));
    let made = value
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let fair = made && words.count() >= 2 && literal(value) && !echoes(value, key);
    (fair && !is_plain(value)).then_some(Strength::Fair)
}

fn token(value: &str, key: &Key) -> Option<Strength> {
    let value = value.trim();
    let written = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let odd = || value.bytes().all(written) && words::odd(value.as_bytes());
    if (value.len() < 12 && !odd())
        || !literal(value)
        || echoes(value, key)
        || (value.contains(char::is_whitespace) && !words::noise(value.as_bytes()))
    {
        return None;
    }
    if uuid(value) {
        return Some(Strength::Weak);
    }
    let random = random(value);
    // No alphabet that tokens are written in has a question mark.
    if expression(value) || value.contains('?') || (!random && is_plain(value)) {
        return None;
    }
    if random {
        return Some(Strength::Strong);
    }
    let mixed = digits(value.as_bytes()) >= 2 && value.bytes().any(|b| b.is_ascii_alphabetic());
    let uneven = mixed && shannon(value.as_bytes()) >= 3.0 && !words::wordy(value.as_bytes());
    (uneven || odd() || words::noise(value.as_bytes())).then_some(Strength::Fair)
}

/// Two everyday words and the digits behind them: `summer_sophie73`. Words of the trade name things.
fn phrase(value: &str) -> bool {
    let mut of = words::parts(value);
    let (Some(first), Some(last), None) = (of.next(), of.next(), of.next()) else {
        return false;
    };
    let everyday = |word: &str| word.len() >= 4 && !is_filler(word);
    value.bytes().rev().take_while(u8::is_ascii_digit).count() == 2
        && everyday(first)
        && everyday(last)
}

/// One word with a capital, as a screen shows it: `Heslo`.
fn label(value: &str) -> bool {
    let (first, rest) = value.as_bytes().split_at(1);
    first[0].is_ascii_uppercase() && rest.iter().all(u8::is_ascii_lowercase)
}

/// Whether only a machine would make this up: sixteen characters or more of one alphabet, evenly used, unlike words.
#[must_use]
pub fn random(value: &str) -> bool {
    let bytes = value.as_bytes();
    let dense = bytes.iter().all(|&b| b.is_ascii_graphic())
        && !bytes.iter().any(|b| {
            matches!(
                b,
                b'"' | b'\'' | b'<' | b'>' | b',' | b'`' | b'(' | b')' | b'{' | b'}'
            )
        });
    if bytes.len() < 16 || !dense || uuid(value) {
        return false;
    }
    let numbers = digits(bytes);
    let hexadecimal = bytes.iter().all(u8::is_ascii_hexdigit);
    let bits = shannon(bytes);
    if hexadecimal {
        return bytes.len() >= 20 && bits >= 3.0 && numbers >= 4 && numbers < bytes.len();
    }
    let upper = bytes.iter().any(u8::is_ascii_uppercase);
    let lower = bytes.iter().any(u8::is_ascii_lowercase);
    if words::surprise(bytes).is_some_and(|surprise| surprise < 5.0) {
        return false;
    }
    // Names are separated into words; a token's separators part noise.
    let separators = bytes
        .iter()
        .filter(|b| matches!(b, b'-' | b'_' | b'.' | b'/' | b':' | b'='))
        .count();
    let enough = if bytes.len() >= 20 { 3.5 } else { 3.3 };
    bits >= enough
        && separators * 5 <= bytes.len()
        && (numbers >= 2
            || (upper
                && lower
                && bytes.len() >= 24
                && words::surprise(bytes).is_some_and(|s| s > 5.5)))
}

/// Whether the value only repeats its key: `password: db_password`, `token: token`.
fn echoes(value: &str, key: &Key) -> bool {
    let squashed = Key::new(value.as_bytes());
    if squashed.is_empty() {
        return true;
    }
    let (value_text, key_text) = (squashed.text(), key.text());
    let inside =
        |outer: &[u8], inner: &[u8]| outer.windows(inner.len().max(1)).any(|part| part == inner);
    (key_text.len() >= 4
        && inside(value_text, key_text)
        && value_text.len() <= key_text.len() + 12
        && digits(value.as_bytes()) < 3)
        || (value_text.len() >= 4 && inside(key_text, value_text))
}

/// Code that yields a value: a call, an index, an operator between names; a pattern that values have to match.
fn expression(value: &str) -> bool {
    let named = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/' | b'%' | b'!' | b'@');
    if value.bytes().all(named) {
        return false;
    }
    if value.starts_with('^') && value.ends_with('$') {
        return true;
    }
    let call = value.find('(').is_some_and(|at| {
        value.ends_with([')', ';'])
            && value[..at]
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':' | b'$'))
    });
    let cast = value.starts_with('(') && !value.contains(')');
    call || cast
        || [
            "[a-z", "[A-Z", "[0-9]", "[\\w", "\\d{", "\\S+", "\\S*", "\\w+", "\\w*", "\\d+",
        ]
        .iter()
        .any(|class| value.contains(class))
        || value.contains("=>")
        || value.contains("->")
        || value.contains("&quot;")
        || value.starts_with("&lt;")
        || (value.contains(".*") && value.contains('\\'))
        || (value.starts_with('&') && value.ends_with(';'))
        || value.contains("::")
        || value.contains(" + ")
        || value.contains("this.")
        || value.ends_with(['[', '('])
        || value.contains("&&")
        || value.contains("||")
        || (value.contains('[') && value.contains("']"))
        || value.ends_with(';')
            && value[..value.len() - 1]
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
}

/// How many of lower case, upper case, digits and marks a value has.
fn kinds(value: &str) -> usize {
    let has = |test: fn(&u8) -> bool| usize::from(value.as_bytes().iter().any(test));
    has(u8::is_ascii_lowercase)
        + has(u8::is_ascii_uppercase)
        + has(u8::is_ascii_digit)
        + has(u8::is_ascii_punctuation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_password(value: &str) -> Option<Strength> {
        password(value, &Key::new(b"db_password"))
    }

    #[test]
    fn passwords() {
        for value in [
            "Harbor1940%",
            "Falcon5014!",
            "Ns8nVX3OMfK%*5x%Safu3AH",
            "2HSUdMGvdboSePIrSSaIkdNR",
            "Tr0ub4dor&3",
            "Maple9485_",
        ] {
            assert_eq!(as_password(value), Some(Strength::Strong), "{value}");
        }
        assert_eq!(as_password("hunter2"), Some(Strength::Fair));
        assert_eq!(as_password("OtHWnsCGRlrwZbqcabUG"), Some(Strength::Fair));
        assert_eq!(as_password("qzkw mvxp tqhj bwfx"), Some(Strength::Fair));
        assert_eq!(as_password("swordfish"), Some(Strength::Weak));
        for value in [
            "password",
            "db-password",
            "changeme",
            "${DB_PASSWORD}",
            "get_password()",
            "string",
            "/run/secrets/db",
            "my-app-credentials",
            "pm-23246-unlock-with-one-click",
            "Enter your password",
            "DatabasePassword",
            "Heslo",
            "",
            "true",
            "strict",
            "3600",
            "os.environ['DB']",
            "^.{8,32}$",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN8k2QpJr7",
        ] {
            assert!(
                as_password(value).is_none_or(|s| value == "strict" && s == Strength::Weak),
                "{value}"
            );
        }
    }

    #[test]
    fn tokens() {
        let key = Key::new(b"api_token");
        for value in [
            "imeQ5bMjsfrg8OWk4kSL5zT7K9Zl3Ccp",
            "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c",
            "50B8Q~jRUqYmGLodWWFgIHP5aCdoO0r1qV6qbqRW",
        ] {
            assert_eq!(token(value, &key), Some(Strength::Strong), "{value}");
        }
        for value in [
            "my-service-token-name",
            "X-Api-Key",
            "https://auth.corp.io/token",
            "StandardTokenProvider",
            "3600s",
            "tokens/search/path",
            "com.acme.TokenStore",
            "imeQ5bMjsfrg8OWk?kSL5zT7K9Zl3Ccp",
            "[a-zA-Z0-9]{40}",
            "FK_368A4209A76ED395",
            "0xa9339fc699c48a2b8ad2a16d05160b0e6558a0a6",
            "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCls2rIpnGdYnLFgz1XU13GbNQ5DloyPpvW00FPGjqn5Z6J",
        ] {
            assert_eq!(token(value, &key), None, "{value}");
        }
        assert_eq!(
            token("d56adaa1-8536-460e-a31c-3552a0bb5b25", &key),
            Some(Strength::Weak)
        );
    }
}
