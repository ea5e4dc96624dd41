//! What an unquoted YAML scalar means by the 1.2 core schema: `on`, `off`, `yes` and `no` are strings.

use crate::format::Value;

/// Resolves a plain scalar. Numbers stay as written.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_number(text) => Value::Number(text.into()),
        _ => Value::String(text.into()),
    }
}

/// The value of a scalar with a tag of the core schema, by the tag's last word.
pub(super) fn resolve_as(suffix: &str, text: &str) -> Value {
    let resolved = resolve(text);
    match (suffix, &resolved) {
        ("bool", Value::Bool(_)) | ("int" | "float", Value::Number(_)) | ("null", Value::Null) => {
            resolved
        }
        ("null", _) => Value::Null,
        _ => Value::String(text.into()),
    }
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, |byte| byte.is_ascii_hexdigit());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, |byte| matches!(byte, b'0'..=b'7'));
    }
    is_decimal(unsigned)
}

/// `12`, `1.5`, `.5`, `1.`, each with an optional exponent.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let exponent = exponent.is_none_or(|digits| {
        let digits = digits.strip_prefix(['+', '-']).unwrap_or(digits);
        all(digits, |byte| byte.is_ascii_digit())
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    exponent
        && mantissa.len() > usize::from(mantissa.contains('.'))
        && digits(whole)
        && digits(fraction)
}

fn all(text: &str, test: impl Fn(&u8) -> bool) -> bool {
    !text.is_empty() && text.as_bytes().iter().all(test)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_core_schema() {
        for text in [
            "0",
            "012345678901",
            "-1",
            "+1.5",
            ".5",
            "1.",
            "1e3",
            "1.5E-3",
            "0x1F",
            "0o17",
            "-.inf",
            ".nan",
        ] {
            assert_eq!(resolve(text), Value::Number(text.into()), "{text}");
        }
        for text in [
            ".",
            "-",
            "+",
            "e3",
            "1e",
            "1_000",
            "1:30",
            "0x",
            "0o8",
            "2027-01-31",
            "1.2.3",
            "é",
            "-.nan",
        ] {
            assert_eq!(resolve(text), Value::String(text.into()), "{text}");
        }
    }

    #[test]
    fn words_are_booleans_only_as_the_core_schema_spells_them() {
        for text in ["yes", "no", "on", "off", "y", "nULL", "tRUE"] {
            assert_eq!(resolve(text), Value::String(text.into()), "{text}");
        }
        assert_eq!(resolve("True"), Value::Bool(true));
        assert_eq!(resolve("~"), Value::Null);
    }

    #[test]
    fn a_core_tag_wins_over_the_looks() {
        assert_eq!(resolve_as("str", "1"), Value::String("1".into()));
        assert_eq!(resolve_as("int", "1"), Value::Number("1".into()));
        assert_eq!(resolve_as("bool", "yes"), Value::String("yes".into()));
        assert_eq!(resolve_as("null", "x"), Value::Null);
    }
}
