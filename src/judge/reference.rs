//! Text that stands for a secret kept elsewhere, or for its ciphertext: never a secret itself.

use super::lexicon::Lexicon;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// What a value begins with when it names a secret in a store, a variable, a file or a function.
#[rustfmt::skip]
const PREFIXES: &[&str] = &[
    "!", "$ANSIBLE_VAULT", "1password", "AgA", "AgB", "ENC(", "ENC[", "age-encryption", "akvs:", "arn:", "aws-sm",
    "awssm:", "awsssm:", "azkv://", "azurekeyvault", "bao:", "bws:", "cipher:", "config.", "credentials(", "data.",
    "doppler:", "each.", "enc{", "encrypted:", "env(", "env.", "env:", "env://", "env|", "fetch(", "file(", "file://",
    "file:", "gcpsm", "get_secret", "getenv", "gopass:", "gsm:", "infisical:", "join(", "k8s:", "keepass:",
    "keychain:", "keyring:", "keyvault", "kms:", "local.", "lookup(", "module.", "op://", "os.environ", "os.getenv",
    "parameters(", "pass:", "process.env", "random_", "ref+", "ref:", "resource.", "secret(", "secret:", "secret://",
    "secretref", "secrets.", "secrets/", "self.", "settings.", "sops:", "ssm:", "ssm://", "{aes}", "{cipher}",
    "{noop}{", "steps.", "structkeyexists", "sys.argv", "this.", "valueFrom", "var.", "variables.", "vars.", "vault(", "vault-",
    "vault.", "vault:", "vault_", "vault/", "vaultkv",
];

/// What anywhere in a value makes it a template or a look-up.
#[rustfmt::skip]
const INSIDE: &[&str] = &[
    "${", "{{", "}}", "$(", "<%", "%>", "#{", "{%", "$[[", "$$(", "$_", "@Microsoft.KeyVault(", "ENC[AES256_GCM",
    "{{resolve:", "secretKeyRef", "valueFrom", "-----BEGIN PGP MESSAGE", "/run/secrets/", "/var/run/secrets",
    "process.env", "os.environ", "getenv(", "/secrets/", ":secretsmanager:", "vault.azure.net", "secretmanager.",
    "%(", "@@", "{$",
];

static STARTS: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(PREFIXES));
static MARKS: LazyLock<AhoCorasick> =
    LazyLock::new(|| AhoCorasick::new(INSIDE).expect("a few short marks fit"));

/// Whether a value refers to a secret instead of being one.
#[must_use]
pub fn is_reference(value: &str) -> bool {
    let value = value.trim();
    STARTS.starting(value).any(|prefix| !plain(value, prefix))
        || MARKS.is_match(value)
        || variable(value)
        || bracketed(value)
}

/// A prefix that is only punctuation or a short word is a reference when what follows is a name, not noise: `!Ref x` and
/// `vault_password`, but not `!x9#Kp2` or `vault-7Kq2!`.
fn plain(value: &str, prefix: &str) -> bool {
    let rest = &value[prefix.len()..];
    match prefix {
        "!" => !rest.contains(' ') && rest.chars().any(|c| !c.is_ascii_alphanumeric() && c != ':'),
        "AgA" | "AgB" => value.len() < 200,
        "vault_" | "vault-" | "random_" | "pass:" => {
            rest.bytes()
                .any(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'_' | b'-' | b'.' | b'/'))
                || rest.bytes().filter(u8::is_ascii_digit).count() > 3
        }
        _ => false,
    }
}

/// The literal that a reference falls back to: `${NAME:-default}` and `${NAME-default}` of shells and compose files,
/// `${NAME:default}` and `${some.name:default}` of Spring.
#[must_use]
pub fn fallback(value: &str) -> Option<&str> {
    let inner = value.strip_prefix("${")?.strip_suffix('}')?;
    let end = inner.bytes().position(|b| !in_name(b))?;
    let (name, rest) = inner.split_at(end);
    // `${env:NAME}` and `${ssm:/path}` look something up.
    let upper = !name.bytes().any(|b| b.is_ascii_lowercase());
    let rest = match rest.as_bytes() {
        [b':', b'-', ..] => &rest[2..],
        [b'-', ..] => &rest[1..],
        [b':', next, ..]
            if (upper || name.contains('.')) && !matches!(next, b'?' | b'+' | b':') =>
        {
            &rest[1..]
        }
        _ => return None,
    };
    let literal = !name.is_empty() && !rest.is_empty() && !rest.contains("${");
    literal.then_some(rest)
}

fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')
}

/// `$NAME`, `$env:NAME`, `%NAME%`, `@NAME@`, `:name`, `__NAME__`.
fn variable(value: &str) -> bool {
    let name = |text: &str| {
        text.bytes()
            .next()
            .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':' | b'-'))
    };
    let between = |mark: &str| {
        value
            .strip_prefix(mark)
            .and_then(|rest| rest.strip_suffix(mark))
            .is_some_and(name)
    };
    let leading = |rest: &str| {
        let upper = rest
            .bytes()
            .take_while(|b| b.is_ascii_uppercase() || *b == b'_')
            .count();
        upper >= 3 && !rest[upper..].starts_with(|c: char| c.is_ascii_alphanumeric())
    };
    // A compose file doubles the sign that its commands are to see.
    value
        .strip_prefix("$$")
        .or(value.strip_prefix('$'))
        .is_some_and(|rest| name(rest) || rest == "@" || leading(rest))
        || between("%")
        || between("@")
        || between("__")
        || between("#")
}

/// `<your-token>`, `[parameters('x')]`, `{token}`: a hole to fill.
fn bracketed(value: &str) -> bool {
    [('<', '>'), ('[', ']'), ('{', '}'), ('(', ')')]
        .iter()
        .any(|&(open, close)| value.len() > 2 && value.starts_with(open) && value.ends_with(close))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_references_of_many_tools() {
        for text in [
            "${{ secrets.X }}",
            "{{ .Values.x }}",
            "${VAR}",
            "$VAR",
            "$(VAR)",
            "var.x",
            "vault:kv/a#b",
            "ref+vault://a",
            "op://a/b",
            "{{resolve:ssm:/x}}",
            "!vault |",
            "!Ref Password",
            "ENC[AES256_GCM,data:x]",
            "arn:aws:kms:x",
            "projects/p/secrets/s",
            "file(\"x\")",
            "<password>",
            "%VAR%",
            "@Microsoft.KeyVault(SecretUri=x)",
            "[parameters('p')]",
            "$env:TOKEN",
            "#{Octopus}#",
            "os.environ['X']",
            "sys.argv[2]",
            "VAULT:x",
            "__TOKEN__",
            "$BASE_URL/x",
            "$$REDIS_PASSWORD",
            "\\$_POST[x]",
        ] {
            assert!(is_reference(text), "{text}");
        }
    }

    #[test]
    fn a_reference_may_fall_back_to_a_literal() {
        assert_eq!(fallback("${A_B:-x-1}"), Some("x-1"));
        assert_eq!(fallback("${A-x}"), Some("x"));
        assert_eq!(fallback("${DB_PASSWORD:x-1}"), Some("x-1"));
        assert_eq!(fallback("${spring.mail.password:x}"), Some("x"));
        for text in [
            "${A}",
            "${A:-}",
            "x${A:-y}",
            "${{ a - b }}",
            "${A:?must-be-set}",
            "${env:DB_PASSWORD}",
            "${ssm:/app/token}",
            "${A:${B}}",
        ] {
            assert_eq!(fallback(text), None, "{text}");
        }
    }

    #[test]
    fn leaves_literals_alone() {
        for text in [
            "hunter2",
            "Pa$$w0rd",
            "x!9#Kp2",
            "!x9#Kp2",
            "$ecret!",
            "Variable1!",
            "variance",
            "ab%cd",
            "vault-79213!",
            "örtlich",
            "",
        ] {
            assert!(!is_reference(text), "{text}");
        }
    }
}
