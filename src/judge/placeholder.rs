//! Values that stand where a secret will go, and values that are no secret by their form.

use super::entropy::distinct;
use super::words::parts;

/// Words that make any value a placeholder wherever they stand in it as words.
#[rustfmt::skip]
const MARKERS: &[&str] = &[
    "changeme", "changeit", "change", "chang", "example", "examples", "placeholder", "your", "yours", "dummy",
    "redacted", "removed", "masked", "hidden", "insert", "replace", "replaceme", "replacethis", "todo", "fixme",
    "tbd", "fake", "mock", "mocked", "sample", "samples", "notreal", "notasecret", "notsecret", "goes", "here",
    "invalid", "undefined", "fillme", "fill", "lorem", "ipsum", "foobar", "foo", "bar", "baz", "blah", "asdf",
    "qwerty", "stub", "snip", "omitted", "censored", "obfuscated", "sanitized", "enter", "put", "specify", "whatever",
    "something", "topsecret", "supersecret", "mysecret", "mypassword", "mytoken", "mykey", "yourpassword",
    "yourtoken", "somepassword",
];

/// Words of which a value may wholly consist without being a secret.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "a", "abc", "abcd", "abcdef", "access", "account", "admin", "all", "an", "and", "any", "api", "app",
    "application", "auth", "authorization", "aws", "azure", "base", "basic", "bearer", "bot", "bool", "boolean",
    "char", "ci", "client", "code", "config", "connection", "cred", "credential", "credentials", "data", "database",
    "db", "default", "demo", "deploy", "dev", "development", "disabled", "docker", "empty", "enabled", "encrypted",
    "env", "false", "file", "for", "from", "gcp", "generated", "get", "git", "github", "gitlab", "google", "hash",
    "hidden", "host", "http", "https", "id", "in", "int", "integer", "is", "it", "jwt", "key", "keys", "kube", "ldap",
    "local", "login", "mail", "master", "my", "name", "never", "new", "nil", "no", "none", "not", "null", "number",
    "oauth", "object", "of", "off", "old", "on", "optional", "or", "other", "pass", "passphrase", "passwd",
    "password", "passwords", "path", "postgres", "private", "prod", "production", "public", "pwd", "random", "read",
    "redis", "refresh", "registry", "required", "root", "secret", "secrets", "secure", "server", "service", "session",
    "set", "shared", "signing", "some", "ssh", "ssl", "staging", "str", "string", "super", "system", "temp", "test",
    "tester", "testing", "tests", "text", "that", "the", "this", "tls", "to", "token", "tokens", "true", "type",
    "undef", "unknown", "unset", "update", "url", "use", "user", "username", "value", "var", "variable", "vault",
    "very", "web", "webhook", "with", "write", "x", "xxx", "xyz", "yes",
];

/// Whether a value holds the place of a secret: marker words, only filler words, masks, keyboard runs and sequences.
#[must_use]
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    masked(value) || sequence(value.as_bytes()) || marked(value) || filler(value)
}

/// Stars, crosses, dots, dashes, one repeated character.
fn masked(value: &str) -> bool {
    let bytes = value.as_bytes();
    let mask = |b: &&u8| matches!(b, b'*' | b'.' | b'-' | b'_' | b'x' | b'X' | b'#' | b'?');
    let masks = bytes.iter().filter(mask).count();
    distinct(bytes) <= 2
        || (masks * 10 >= bytes.len() * 8)
        || [
            "xxxx",
            "XXXX",
            "****",
            "....",
            "0000000",
            "1111111",
            "......",
            "####",
            "----",
            "____",
            "\u{2026}",
            "\u{2022}\u{2022}",
        ]
        .iter()
        .any(|run| value.contains(run))
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
    const ROWS: [&[u8]; 4] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm", b"1q2w3e4r5t6y"];
    let lower = bytes.to_ascii_lowercase();
    ROWS.iter().any(|row| {
        row.windows(6)
            .any(|run| lower.windows(6).any(|part| part == run))
    })
}

/// One short part repeated: `abcabcabc`, `deadbeefdeadbeef`.
fn halves(bytes: &[u8]) -> bool {
    (1..=8).any(|period| {
        bytes.len() >= period * 2
            && bytes.len() > 8
            && bytes[period..]
                .iter()
                .zip(bytes)
                .all(|(later, earlier)| later == earlier)
    })
}

fn marked(value: &str) -> bool {
    let mut total = 0;
    let mut marked = 0;
    for part in parts(value) {
        total += part.len();
        if listed(MARKERS, part) {
            marked += part.len();
        }
    }
    // In noise a marker is chance; in what reads like words it is meant.
    marked >= 3 && marked * 3 >= total.max(1)
        || [
            "changeme",
            "change_me",
            "change-me",
            "example",
            "placeholder",
            "replace_me",
            "redacted",
            "dummy",
            "notasecret",
            "not-a-real",
            "insert-",
            "your_",
            "your-",
        ]
        .iter()
        .any(|mark| contains(value, mark))
}

fn filler(value: &str) -> bool {
    let mut any = false;
    let all = parts(value).all(|part| {
        any = true;
        listed(FILLERS, part) || listed(MARKERS, part) || part.len() == 1
    });
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    any && all
        && letters * 2 >= value.len()
        && value.len() - letters <= 4 + value.matches(['-', '_', ' ', '.']).count()
        && !value.bytes().any(|b| {
            matches!(
                b,
                b'!' | b'@' | b'#' | b'%' | b'^' | b'&' | b'*' | b'+' | b'='
            )
        })
}

fn listed(list: &[&str], part: &str) -> bool {
    list.iter().any(|word| word.eq_ignore_ascii_case(part))
}

/// Whether text holds a lower-case ASCII mark, without regard to case.
fn contains(text: &str, mark: &str) -> bool {
    text.as_bytes()
        .windows(mark.len())
        .any(|part| part.eq_ignore_ascii_case(mark.as_bytes()))
}

/// Whether a value is something else by its form: a path, an address without userinfo, an id, a version, a date, a name.
#[must_use]
pub fn is_plain(value: &str) -> bool {
    let value = value.trim();
    uuid(value)
        || address(value)
        || path(value)
        || number(value)
        || email(value)
        || dotted(value)
        || hash(value)
        || sentence(value)
}

/// `8-4-4-4-12` hexadecimal digits.
#[must_use]
pub fn uuid(value: &str) -> bool {
    let value = value.trim_matches(['{', '}']);
    value.len() == 36
        && value.bytes().enumerate().all(|(at, byte)| {
            if matches!(at, 8 | 13 | 18 | 23) {
                byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        })
}

fn address(value: &str) -> bool {
    value.split_once("://").is_some_and(|(scheme, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-'))
            && !authority.contains('@')
    })
}

fn path(value: &str) -> bool {
    let segment = |text: &str| {
        text.bytes().all(|b| {
            b.is_ascii_alphanumeric()
                || matches!(
                    b,
                    b'.' | b'_' | b'-' | b' ' | b'*' | b'@' | b'~' | b'$' | b'{' | b'}' | b':'
                )
        })
    };
    let parts: Vec<&str> = value.split(['/', '\\']).collect();
    if parts.len() < 2 || !parts.iter().all(|part| segment(part)) {
        return false;
    }
    let rooted = ["/", "./", "../", "~/", "C:\\", "\\\\"]
        .iter()
        .any(|root| value.starts_with(root));
    // Base64 holds slashes as well: a path's parts read like words or are short.
    let wordy = parts
        .iter()
        .filter(|part| part.len() <= 3 || super::words::wordy(part.as_bytes()))
        .count();
    (rooted && wordy * 2 >= parts.len())
        || wordy == parts.len()
        || extension(parts.last().copied().unwrap_or_default())
}

/// Whether a name ends like a file's.
fn extension(name: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "cer",
        "cert",
        "cfg",
        "conf",
        "crt",
        "csr",
        "csv",
        "env",
        "gpg",
        "html",
        "ini",
        "java",
        "jks",
        "js",
        "json",
        "jsp",
        "key",
        "keystore",
        "log",
        "md",
        "p12",
        "p8",
        "pem",
        "pfx",
        "php",
        "png",
        "properties",
        "pub",
        "py",
        "rb",
        "sh",
        "so",
        "svg",
        "toml",
        "ts",
        "tf",
        "txt",
        "xml",
        "yaml",
        "yml",
    ];
    name.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty() && ENDINGS.contains(&ending.to_ascii_lowercase().as_str())
    })
}

/// Numbers, versions, dates, durations, sizes, addresses of hosts.
fn number(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let marks = value.len() - digits - letters;
    let punctuation = value.bytes().all(|b| {
        b.is_ascii_alphanumeric()
            || matches!(b, b'.' | b':' | b'-' | b'+' | b'/' | b',' | b'_' | b' ')
    });
    digits > 0
        && punctuation
        && (letters == 0
            || (letters <= 2
                && digits + marks > letters
                && value.starts_with(|c: char| c.is_ascii_digit() || c == 'v')
                && (marks > 0 || digits <= 6)))
}

fn email(value: &str) -> bool {
    value.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && user
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+'))
            && host.rsplit_once('.').is_some_and(|(name, top)| {
                top.len() >= 2
                    && top.bytes().all(|b| b.is_ascii_alphabetic())
                    && name
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
            })
    })
}

/// `com.example.Name`, `a::b::C`, `object.attribute`: names with dots whose parts read like words.
fn dotted(value: &str) -> bool {
    let parts: Vec<&str> = value
        .split(['.', ':'])
        .filter(|part| !part.is_empty())
        .collect();
    extension(value)
        || (parts.len() >= 2
            && parts.iter().all(|part| {
                part.bytes().all(|b| {
                    b.is_ascii_alphanumeric()
                        || matches!(b, b'_' | b'-' | b'(' | b')' | b'[' | b']')
                }) && part.bytes().filter(u8::is_ascii_digit).count() <= 2
                    && (part.len() <= 5 || super::words::wordy(part.as_bytes()))
            })
            && value.bytes().filter(u8::is_ascii_digit).count() <= 3)
}

/// Digests and password hashes, which are not the secret: `sha256:...`, `$2b$12$...`, `{SSHA}...`.
fn hash(value: &str) -> bool {
    const STARTS: &[&str] = &[
        "sha1:",
        "sha256:",
        "sha384:",
        "sha512:",
        "sha1-",
        "sha256-",
        "sha384-",
        "sha512-",
        "md5:",
        "h1:",
        "zh:",
        "$1$",
        "$2a$",
        "$2b$",
        "$2y$",
        "$5$",
        "$6$",
        "$7$",
        "$y$",
        "$apr1$",
        "$argon2",
        "$pbkdf2",
        "$scrypt",
        "pbkdf2",
        "scrypt:",
        "bcrypt",
        "{sha",
        "{ssha",
        "{md5}",
        "{crypt}",
        "{bcrypt}",
        "{pbkdf2",
        "SCRAM-SHA",
    ];
    STARTS.iter().any(|start| {
        value
            .get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start))
    })
}

/// Words with spaces between them: a label, a message, a help text.
fn sentence(value: &str) -> bool {
    let words = value.split_whitespace().count();
    let odd = value
        .split_whitespace()
        .filter(|word| {
            let trimmed = word.trim_matches(|c: char| c.is_ascii_punctuation());
            trimmed.bytes().any(|b| b.is_ascii_digit())
                && trimmed.bytes().any(|b| b.is_ascii_alphabetic())
        })
        .count();
    words >= 2 && odd * 2 < words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        for text in [
            "changeme",
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
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn plain_values() {
        for text in [
            "d56adaa1-8536-460e-a31c-3552a0bb5b25",
            "https://host/path?x=1",
            "/etc/ssl/private/key.pem",
            "./certs/ca.crt",
            "3600",
            "1.2.3",
            "2024-01-31",
            "10s",
            "10.0.0.1:5432",
            "me@corp.io",
            "com.acme.auth.TokenProvider",
            "sha256:abcdef",
            "$2b$12$abcdefgh",
            "Enter your password",
            "secrets/db/password",
            "v1.2.3",
        ] {
            assert!(is_plain(text), "{text}");
        }
        for text in [
            "Harbor1940%",
            "postgres://u:p@h/db",
            "9f8a7b6c5d4e3f2a",
            "aGVsbG8/d29ybGQ+Zm9vYmFyMTIz",
            "x7Kq.2!mP",
            "correct1 horse2",
        ] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
