//! Values that stand where a secret will go.

use super::base64;
use super::entropy::distinct;
use super::lexicon::Lexicon;
use super::words::parts;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Words that make any value a placeholder wherever they stand in it as words.
#[rustfmt::skip]
const MARKERS: &[&str] = &[
    "changeme", "changeit", "change", "changed", "chang", "example", "examples", "placeholder", "your", "yours", "dummy",
    "redacted", "removed", "masked", "hidden", "insert", "replace", "replaceme", "replacethis", "todo", "fixme",
    "tbd", "fake", "mock", "mocked", "sample", "samples", "notreal", "notasecret", "notsecret", "goes", "here",
    "invalid", "undefined", "fillme", "fill", "lorem", "ipsum", "foobar", "foo", "bar", "baz", "blah", "asdf",
    "qwerty", "sensitive", "stub", "snip", "omitted", "censored", "obfuscated", "sanitized", "enter", "put", "specify", "whatever",
    "something", "topsecret", "supersecret", "mysecret", "mypassword", "mytoken", "mykey", "yourpassword",
    "yourtoken", "somepassword",
];

/// Words of which a value may wholly consist without being a secret.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "a", "abc", "abcd", "abcdef", "foo", "bar", "baz", "access", "account", "admin", "all", "an", "and", "anonymous", "any", "api", "app",
    "application", "auth", "auto", "authorization", "aws", "azure", "base", "basic", "be", "bearer", "bot", "bool", "boolean",
    "char", "ci", "client", "code", "config", "connection", "cred", "credential", "credentials", "data", "database",
    "db", "default", "demo", "deploy", "dev", "development", "disabled", "docker", "empty", "enabled", "encoded", "encrypted",
    "env", "false", "file", "for", "from", "gcp", "generated", "get", "git", "github", "gitlab", "google", "hash",
    "hidden", "host", "incorrect", "http", "https", "id", "in", "int", "integer", "is", "it", "jwt", "key", "keys", "kube", "ldap",
    "local", "login", "mail", "master", "my", "name", "mongo",  "never", "new", "nil", "no", "none", "not", "null", "number",
    "oauth", "object", "of", "off", "old", "on", "optional", "or", "other", "pass", "passphrase", "passwd",
    "password", "passwords", "path", "postgres", "private", "prod", "production", "public", "pwd", "random", "read",
    "redis", "refresh", "registry", "required", "root", "secret", "secrets", "secure", "server", "service", "session",
    "set", "should", "shared", "signing", "some", "ssh", "ssl", "staging", "str", "string", "super", "system", "rpc", "weak", "strong", "mysql", "temp", "test",
    "tester", "testing", "tests", "text", "that", "the", "this", "tls", "to", "token", "tokens", "true", "type",
    "undef", "unknown", "unset", "update", "url", "use", "user", "username", "value", "var", "variable", "vault",
    "very", "web", "webhook", "which", "with", "write", "wrong", "x", "xxx", "xyz", "yes", "users",
    // The word for a password or a secret in the languages that screens are translated into.
    "passwort", "kennwort", "geheimnis", "contrasena", "clave", "senha", "segredo", "motdepasse", "wachtwoord", "adgangskode", "losenord", "passord", "salasana", "haslo", "heslo", "jelszo",
    "parola", "sifre", "sandi", "katasandi", "lozinka", "geslo", "slaptazodis", "parole", "matkhau",
];

static MARKER_WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(MARKERS));
static FILLER_WORDS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(FILLERS));
static LOUD_MARKS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(LOUD)
        .expect("a few short words fit")
});

/// Whether a value holds the place of a secret: marker words, only filler words, masks, keyboard runs and sequences.
#[must_use]
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    holds_place(value) || encoded(value)
}

/// Whether a value is a placeholder for no reason but that its characters stand in order: `1234567890abcdef`.
#[must_use]
pub fn is_ordered(value: &str) -> bool {
    let value = value.trim();
    sequence(value.as_bytes()) && !masked(value) && !marked(value) && !filler(value)
}

/// Whether nine digits or more stand in order within a value: `xoxb-1234567890-...`. Someone typed them.
#[must_use]
pub fn has_row(value: &str) -> bool {
    let next = |a: u8, b: u8| a.is_ascii_digit() && (b == a + 1 || (a, b) == (b'9', b'0'));
    let mut rows = value.as_bytes().chunk_by(|&a, &b| next(a, b));
    rows.any(|row| row.len() >= 9)
}

/// Whether a word, or all that it is put together from, says nothing of its own: `secret`, `dbpassword`.
#[must_use]
pub fn is_filler(word: &str) -> bool {
    MARKER_WORDS.holds(word) || made_of_fillers(word)
}

fn holds_place(value: &str) -> bool {
    masked(value) || sequence(value.as_bytes()) || marked(value) || filler(value)
}

/// Padded base64 of a text that holds a place: `Y2hhbmdlbWU=`. A longer one is no word: a key block is full of dashes.
fn encoded(value: &str) -> bool {
    value.len() <= 144
        && value.ends_with('=')
        && value.len().is_multiple_of(4)
        && base64::decode(value.as_bytes())
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .is_some_and(|text| holds_place(text.trim()))
}

/// Stars, crosses, dots, dashes, one repeated character.
fn masked(value: &str) -> bool {
    let bytes = value.as_bytes();
    let mask = |b: &&u8| matches!(b, b'*' | b'.' | b'-' | b'_' | b'x' | b'X' | b'#' | b'?');
    let masks = bytes.iter().filter(mask).count();
    distinct(bytes) <= 2
        || (value.len() > 4 && value.starts_with("**") && value.ends_with("**"))
        // What is cut short is not there.
        || value.contains("...")
        || (masks * 10 >= bytes.len() * 8)
        || bytes.chunk_by(|a, b| a == b).any(covering)
        || (!value.is_ascii()
            && ["\u{2026}", "\u{2022}\u{2022}"]
                .iter()
                .any(|mark| value.contains(mark)))
}

/// Whether a run of one character stands for what it covers.
fn covering(run: &[u8]) -> bool {
    match run.first() {
        Some(b'*') => run.len() >= 3,
        Some(b'x' | b'X' | b'.' | b'#' | b'-' | b'_') => run.len() >= 4,
        Some(b'0' | b'1') => run.len() >= 7,
        _ => false,
    }
}

/// Runs of neighbouring characters that make up most of a value: `12345678`, `abcdefgh`, `0123456789abcdef`.
fn sequence(bytes: &[u8]) -> bool {
    if bytes.len() < 5 {
        return true;
    }
    let steps = bytes
        .windows(2)
        .filter(|pair| {
            let step = i16::from(pair[1]) - i16::from(pair[0]);
            (-1..=1).contains(&step)
                || (pair == b"90")
                || (pair == b"9a")
                || (pair == b"9A")
                || (pair == b"zA")
                || (pair == b"Za")
        })
        .count();
    steps * 4 >= (bytes.len() - 1) * 3 || keyboard(bytes) || halves(bytes)
}

/// Rows of a keyboard.
fn keyboard(bytes: &[u8]) -> bool {
    const LEAST: usize = 6;
    let (mut along, mut across) = (1, 1);
    bytes.windows(2).any(|pair| {
        let [first, second] = [pair[0].to_ascii_lowercase(), pair[1].to_ascii_lowercase()];
        let on = |row: &[u8; 256], keys: usize| match row[usize::from(first)] == second {
            true => keys + 1,
            false => 1,
        };
        (along, across) = (on(&ALONG, along), on(&ACROSS, across));
        along >= LEAST || across >= LEAST
    })
}

/// The key to the right of each letter.
static ALONG: [u8; 256] = next_keys(&[b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"]);
/// The next key up and down the first two rows.
static ACROSS: [u8; 256] = next_keys(&[b"1q2w3e4r5t6y"]);

const fn next_keys(rows: &[&[u8]]) -> [u8; 256] {
    // No text holds this byte.
    let mut next = [0xff; 256];
    let mut row = 0;
    while row < rows.len() {
        let mut at = 1;
        while at < rows[row].len() {
            next[rows[row][at - 1] as usize] = rows[row][at];
            at += 1;
        }
        row += 1;
    }
    next
}

/// One short part repeated: `abcabcabc`, `deadbeefdeadbeef`.
fn halves(bytes: &[u8]) -> bool {
    (1..=16).any(|period| {
        bytes.len() >= period * 2
            && bytes.len() > 8
            && bytes[period..]
                .iter()
                .zip(bytes)
                .all(|(later, earlier)| later == earlier)
    })
}

/// Parts whose marks are so plain that they count within words too.
#[rustfmt::skip]
const LOUD: &[&str] = &[
    "changeme", "change_me", "change-me", "example", "placeholder", "replace_me", "redacted", "dummy", "notasecret", "not-a-real", "insert-", "your_", "your-", "yourpass",
    "yourtoken", "yourkey", "yoursecret",
];

/// Marker words that make up a third of the letters, or fill them together with filler words. In noise a marker is chance; in
/// what reads like words it is meant.
fn marked(value: &str) -> bool {
    let (mut total, mut marked, mut filled) = (0, 0, 0);
    for part in parts(value) {
        total += part.len();
        if MARKER_WORDS.holds(part) {
            marked += part.len();
        } else if made_of_fillers(part) {
            filled += part.len();
        }
    }
    (marked >= 3 && (marked * 3 >= total || (marked + filled) * 4 >= total * 3))
        || LOUD_MARKS.is_match(value)
}

/// Only filler words, digits in order at most: `my-secret-token`, `dbpassword`, `test123`.
fn filler(value: &str) -> bool {
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = value.bytes().filter(u8::is_ascii_digit);
    let separators = value
        .bytes()
        .filter(|b| matches!(b, b'-' | b'_' | b' ' | b'.' | b'/' | b':' | b'\'' | b'"'))
        .count();
    let numbers = digits.clone().count();
    let ordered = |wanted: &[u8]| digits.clone().eq(wanted.iter().copied());
    letters >= 3
        && letters + numbers + separators == value.len()
        && (ordered(&b"123456"[..numbers.min(6)]) || numbers == 1 || ordered(b"01"))
        && parts(value)
            .all(|part| part.len() == 1 || MARKER_WORDS.holds(part) || made_of_fillers(part))
}

/// Whether a word is filler words one after the other: `mysecretpassword`.
fn made_of_fillers(word: &str) -> bool {
    const LONGEST: usize = 40;
    if FILLER_WORDS.holds(word) {
        return true;
    }
    if word.len() > LONGEST {
        return false;
    }
    // A bit for each place that is reached by whole words.
    let mut reached = 1u64;
    for at in 0..word.len() {
        if reached >> at & 1 == 0 {
            continue;
        }
        for filler in FILLER_WORDS.starting(&word[at..]) {
            if filler.len() >= 2 || word.len() == 1 {
                reached |= 1 << (at + filler.len());
            }
        }
    }
    reached >> word.len() & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        for text in [
            "changeme",
            "Y2hhbmdlbWU=",
            "CHANGE_ME",
            "your-token-here",
            "xxxxxxxxxxxx",
            "********",
            "example-key-1234",
            "12345678",
            "abcdefghij",
            "AKIAIOSFODNN7EXAMPLE",
            "password",
            "my-secret-token",
            "test_password",
            "TODO",
            "deadbeefdeadbeefdeadbeef",
            "0123456789abcdef",
            "insert-api-key",
            "dummy-key-9a8b",
            "qwertyuiop",
            "...",
            "abc123",
            "replace_me_with_token",
            "aaaaaaaaaa",
            "token",
            "my_password1",
            "password4",
            "mysecretpassword",
            "thisismypassword",
            "yourWeak(!)Password",
            "**SOPS**",
            "eyJhbGciOiJIUzI1Ni...",
            "Nk3pW8...Rq",
            "CJVS54fObwZJ9Qe5CJVS54fObwZJ9Qe5",
            "SENSITIVE",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "Harbor1940%",
            "Falcon5014!",
            "imeQ5bMjsfrg8OWk4kSL5zT7K9Zl3Ccp",
            "hunter2",
            "2HSUdMGvdboSePIrSSaIkdNR",
            "Ns8nVX3OMfK%*5x%Safu3AH",
            "River8209@",
            "admin2020",
            "whalehello",
            "swordfish",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
        assert!(has_row("1234567890-k3Jf8sQ0pLz1") && has_row("xx-012345678"));
        assert!(!has_row("12345678-k3Jf8sQ0pLz1") && !has_row("987654321"));
    }
}
