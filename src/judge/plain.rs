//! Values that are no secret by their form: addresses, paths, ids, versions, dates, names, digests, sentences.

use super::words::{noise, parts, wordy};

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
        || constraints(value)
        || selector(value)
        || hosts(value)
        || algorithm(value)
        || handler(value)
}

/// What answers a request, as Laravel writes it: `AccountController@updatePassword`.
fn handler(value: &str) -> bool {
    let name = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'\\')
    };
    value
        .split_once("Controller@")
        .is_some_and(|(class, method)| name(class) && name(method))
}

/// The address of an account or a contract of a ledger: `0x` and forty hexadecimal digits.
#[must_use]
pub fn is_wallet(value: &str) -> bool {
    value
        .strip_prefix("0x")
        .is_some_and(|rest| rest.len() == 40 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The name that a tool made up for an index or a key of a table: `FK_368A4209A76ED395`, `idx_20c9fb24a76ed395`.
#[must_use]
pub fn is_constraint(value: &str) -> bool {
    let kinds = ["fk", "pk", "uk", "ix", "idx", "uniq", "uq", "ck", "df"];
    value.split_once('_').is_some_and(|(kind, rest)| {
        kinds.iter().any(|known| kind.eq_ignore_ascii_case(known))
            && rest.len() >= 6
            && rest.bytes().all(|b| b.is_ascii_hexdigit() || b == b'_')
    })
}

/// The name of a way to hash, sign or encrypt: `sha512`, `HmacSHA256`, `aes-256-cbc`, `argon2id`.
fn algorithm(value: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "aes", "argon", "bcrypt", "blake", "cbc", "ccm", "chacha", "cfb", "crypt", "ctr", "des", "ecb", "ecdsa", "ed", "es", "gcm", "hmac", "hs",
        "id", "md", "padding", "pbkdf", "pbkdf2", "pkcs", "poly", "ps", "rs", "rsa", "scrypt", "sha", "ssha", "with", "xchacha",
    ];
    value.len() <= 32
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_/".contains(&b))
        && value.bytes().any(|b| b.is_ascii_digit())
        && parts(value).next().is_some()
        && parts(value).all(|part| WORDS.iter().any(|word| part.eq_ignore_ascii_case(word)))
}

/// The name of a file, whatever it is made of.
#[must_use]
pub fn is_file(value: &str) -> bool {
    value.bytes().any(|b| b == b'/') && extension(value)
}

/// What a form asks of a value: `required|min:8|confirmed`.
fn constraints(value: &str) -> bool {
    let name =
        |text: &str| text.len() >= 2 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let constraint = |part: &str| {
        let (word, rest) = part.split_once(':').unwrap_or((part, "x"));
        name(word)
            && !rest.is_empty()
            && rest
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b",._-/".contains(&b))
    };
    #[rustfmt::skip]
    const FIRST: &[&str] = &["bail", "confirmed", "filled", "nullable", "present", "required", "sometimes", "string"];
    let begun = |(first, _): (&str, &str)| FIRST.contains(&first);
    // `required_unless:driver,log`: one rule with what it is about.
    let alone = value
        .split_once(':')
        .is_some_and(|(word, _)| word.starts_with("required_") && constraint(value));
    // What code puts together goes on behind the quote.
    alone
        || FIRST.contains(&value)
        || value.split_once('|').is_some_and(begun)
        || value.contains('|') && value.split('|').all(constraint)
}

/// What a style sheet or a script finds elements by: `#modal-password`, `.signup-confirm{}`.
fn selector(value: &str) -> bool {
    let Some(name) = value.strip_prefix(['#', '.']) else {
        return false;
    };
    let ruled = name.strip_suffix("{}");
    let name = ruled.unwrap_or(name);
    (ruled.is_some() || name.contains(['-', '_']))
        && name
            .bytes()
            .all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_'))
        && wordy(name.as_bytes())
}

/// Hosts with their ports: `kafka1:9092,kafka2:9092`.
fn hosts(value: &str) -> bool {
    let host = |part: &str| {
        part.split_once(':').is_some_and(|(name, port)| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
                && (2..=5).contains(&port.len())
                && port.bytes().all(|b| b.is_ascii_digit())
        })
    };
    value.contains(',') && value.split(',').all(host)
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
        .filter(|part| part.len() <= 3 || wordy(part.as_bytes()))
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
    // `==1.5.50`, `~> 1.2`: what a version has to be.
    let value = value.trim_start_matches(['=', '<', '>', '~', '^', ' ']);
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
                    && (part.len() <= 5 || wordy(part.as_bytes()))
            })
            && value.bytes().filter(u8::is_ascii_digit).count() <= 3)
}

/// Digests and password hashes, which are not the secret: `sha256:...`, `$2b$12$...`, `{SSHA}...`.
#[must_use]
pub fn hash(value: &str) -> bool {
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
        "md5$",
        "sha1$",
        "sha256$",
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
    let first = value.bytes().next().unwrap_or_default();
    if !b"smhzpb${".contains(&first.to_ascii_lowercase()) {
        return false;
    }
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
    words >= 2 && odd * 2 < words && !noise(value.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "Geben Sie das neue Kennwort ein",
            "Wprowadz nowe haslo do konta",
            "secrets/db/password",
            "v1.2.3",
            "==1.5.50",
            "~> 1.2.3",
            "required|string|min:6|confirmed",
            "required_unless:mail_driver,log",
            "sometimes",
            "nullable|same:new_password",
            "required|notIn:[",
            "confirmed|",
            "#modal-password",
            "AccountController@updatePassword",
            ".signup-confirm{}",
            "kafka1:10091,kafka2:10092",
            "sha512",
            "HmacSHA256",
            "aes-256-cbc",
            "argon2id",
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
            "Vq7|hT2m|x",
            "svc:Vq7hT2,x:1",
            "qzkw mvxp tqhj bwfx",
            "sha4dow7",
            "#sunshine",
            ".x7Kq-2mPz",
        ] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
