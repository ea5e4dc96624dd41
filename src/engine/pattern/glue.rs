//! What stands between a key word and its value: the rest of the key, quotes, an operator, quotes again.

use super::opening::{OPENING, opening};
use super::skip::{self, BLANKS, KEY, in_key};
use std::ops::Range;

/// A key and the place where its value starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glue {
    /// The whole key word around the anchor.
    pub(super) key: Range<usize>,
    /// First byte of the value.
    pub(super) value: usize,
    /// The quote that closes the value; a backslash for an escaped one.
    pub(super) quote: Option<u8>,
    /// What joins them.
    pub(super) sign: Sign,
    /// Whether a space stands right before the value.
    pub(super) spaced: bool,
}

/// What joins a key and a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// `=`, `:`, `?=`, an XML attribute pair, the default of a shell variable.
    Assign,
    /// `=>`, `:=`, `->`, `+=`: what follows without quotes is code.
    Define,
    /// `>`: an XML element.
    Element,
    /// `,` or `(`: arguments.
    Argument,
    /// `==`, `!=`: a comparison.
    Compare,
    /// A space, after an option of a command: `--password x`, `-Password x`.
    Option,
    /// A space, after the first word of a line: `keyPassword "x"`, `spark.ssl.keyPassword x`.
    Beside,
}

/// Bytes before an anchor and after it in which key, sign and opening quote stand, at most.
pub(super) const BEFORE: usize = 2 * KEY + 8;
pub(super) const BEHIND: usize = KEY + BLANKS + OPENING;
/// Bytes behind a key word that are looked at as its line.
const LINE: usize = 320;

/// Where the key word around `at` starts.
pub(super) fn word_start(bytes: &[u8], at: usize) -> usize {
    let before = bytes[at.saturating_sub(KEY)..at].iter().rev();
    at - before.take_while(|&&byte| in_key(byte)).count()
}

/// The key word around an anchor. `words` lets it go on after single spaces (`Datadog API key: ...`).
pub(super) fn word(bytes: &[u8], anchor: &Range<usize>, words: bool) -> Range<usize> {
    // An anchor may hold what joins: `psk=`.
    let part = |&byte: &u8| in_key(byte) || byte == b' ';
    let named = bytes[anchor.clone()].iter().rposition(part);
    let mut at = anchor.start + named.map_or(0, |last| last + 1);
    let limit = bytes.len().min(anchor.end + KEY);
    loop {
        while at < limit && in_key(bytes[at]) {
            at += 1;
        }
        let next_word = words
            && bytes.get(at) == Some(&b' ')
            && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
        if !next_word || at >= limit {
            break;
        }
        at += 1;
    }
    word_start(bytes, anchor.start)..at
}

/// Reads from a key word on; `None` when no operator or no value follows on the line.
pub(super) fn read(bytes: &[u8], key: Range<usize>) -> Option<Glue> {
    let Range {
        start,
        end: key_end,
    } = key;
    let mut at = key_end;
    let (mut marks, mut blanks) = (0, 0);
    while marks < 5 && blanks < BLANKS {
        match bytes.get(at) {
            Some(b' ' | b'\t') => blanks += 1,
            Some(b'"' | b'\'' | b'`' | b'\\' | b']' | b'}') => marks += 1,
            _ => break,
        }
        at += 1;
    }
    let closed = &bytes[key_end..at];
    let at = if closed.trim_ascii().is_empty() {
        skip::sized(bytes, at)
    } else {
        at
    };
    if bytes[..start].ends_with(b"${") {
        return default_of(bytes, start..key_end);
    }
    let holed = || closed.windows(2).any(|pair| pair == b"}}");
    if closed.contains(&b'}') && (!bytes[..start].ends_with(b"{") || holed()) {
        return None;
    }
    let (sign, next) = match signed(bytes, at) {
        Some(joined) => joined,
        None => unsigned(bytes, start..key_end, closed)?,
    };
    if sign == Sign::Argument && bytes[next - 1] == b',' && variable(bytes, start..key_end, closed)
    {
        return None;
    }
    let next = behind_sign(bytes, key_end, sign, next);
    let next = skip::shared(bytes, start, next);
    let (value, quote) = opening(bytes, next)?;
    if quote.is_none() && closed.contains(&b']') && bytes[..next].ends_with(b":") {
        // `[type="password"]:focus` selects an element.
        return None;
    }
    let opened = start.checked_sub(1).map(|at| bytes[at]);
    if sign == Sign::Argument && opened == Some(b' ') && closed.contains(&b'"') {
        // `"strips user and password", "x"`: a sentence, then something else.
        return None;
    }
    if quote.is_some() && opened == quote && !closed.iter().any(|&byte| Some(byte) == quote) {
        // `"Password:"` is a label: the quote after the sign closes the one before the key.
        return None;
    }
    let whole = quote.is_none() && closed.is_empty() && sign == Sign::Assign;
    let around = opened.filter(|&mark| whole && encloses(mark, &bytes[value..]));
    Some(Glue {
        key: start..key_end,
        value,
        quote: quote.or(around),
        sign,
        spaced: bytes[..value].ends_with(b" "),
    })
}

/// Whether the quote before a key closes behind the value, one run of characters with a digit among them: `"X-Api-Key: 3f9a1c"`.
fn encloses(mark: u8, rest: &[u8]) -> bool {
    let run = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_.+/=!@#*~".contains(*byte);
    let value = &rest[..rest.iter().take(LINE).take_while(run).count()];
    matches!(mark, b'"' | b'\'' | b'`')
        && rest.get(value.len()) == Some(&mark)
        && value.iter().any(u8::is_ascii_digit)
}

/// Whether a key among arguments is a variable, and what stands beside it another argument: `link_of(token, "order-12345")`. A
/// constant, or a name in quotes, may name what follows.
fn variable(bytes: &[u8], key: Range<usize>, closed: &[u8]) -> bool {
    let named = bytes[key.clone()].rsplit(|&byte| byte == b'.').next();
    let lower = named.is_some_and(|name| name.first().is_some_and(u8::is_ascii_lowercase));
    let before = &bytes[key.start.saturating_sub(BLANKS)..key.start];
    let before = before.trim_ascii_end().last();
    lower && closed.trim_ascii().is_empty() && matches!(before, Some(b'(' | b','))
}

/// Passes what may stand between a sign and the value: the end of a line, the name of the first of many, a variable, a type.
fn behind_sign(bytes: &[u8], key_end: usize, sign: Sign, next: usize) -> usize {
    let next = if sign == Sign::Element {
        next + skip::indented(&bytes[next..])
    } else {
        next
    };
    let many = matches!(bytes[..key_end].last(), Some(b's' | b'S'));
    let next = if many {
        skip::first_named(bytes, next)
    } else {
        next
    };
    let next = skip::behind_variable(bytes, next).unwrap_or(next);
    if bytes[..next].ends_with(b":") {
        skip::skip_type(bytes, next)
    } else {
        next
    }
}

/// The sign behind a key, and where the value starts.
fn signed(bytes: &[u8], at: usize) -> Option<(Sign, usize)> {
    let default = skip::instead(bytes, at).map(|value| (Sign::Define, value));
    let field = || skip::in_next_field(bytes, at).map(|value| (Sign::Assign, value));
    default
        .or_else(field)
        .or_else(|| sign(bytes, skip::typed(bytes, at)))
}

/// What joins a key with a value where no sign follows it, and where the value starts.
fn unsigned(bytes: &[u8], key: Range<usize>, closed: &[u8]) -> Option<(Sign, usize)> {
    let end = key.end;
    let blank = closed.first() == Some(&b' ');
    let before = key.start.checked_sub(1).map(|at| bytes[at]);
    let option = bytes[key.start] == b'-' && blank && bytes.get(end + 1) != Some(&b'-');
    // `:password "x"` of Clojure.
    let keyword = before == Some(b':') && matches!(closed, b" \"" | b" '");
    if option {
        return Some((Sign::Option, end));
    }
    if keyword || beside(bytes, key.clone()) {
        return Some((Sign::Beside, end));
    }
    let next = match before {
        Some(b'<' | b':') if blank => skip::behind_attributes(bytes, end),
        _ => skip::named(bytes, end),
    };
    Some((Sign::Element, next?))
}

/// What may stand before the first word of a line.
const LEADS: [&[u8]; 9] = [
    b"#define",
    b"setenv",
    b"SetEnv",
    b"setx",
    b"set -gx",
    b"set -x",
    b"set",
    b"(def",
    b"(defonce",
];

/// Whether a key is the first word of its line, [`LEADS`] apart, with a value in quotes up to the line's end, or with one bare word.
fn beside(bytes: &[u8], key: Range<usize>) -> bool {
    let written = &bytes[key.start.saturating_sub(BLANKS)..key.start];
    let before = match memchr::memrchr2(b'\n', b'\r', written) {
        Some(end) => &written[end + 1..],
        None if key.start == written.len() && written.len() < BLANKS => written,
        None => return false,
    };
    let before = before.trim_ascii();
    if !before.is_empty() && !LEADS.contains(&before) {
        return false;
    }
    let rest = &bytes[key.end..bytes.len().min(key.end + LINE)];
    let line = rest.split(|&byte| byte == b'\n').next().unwrap_or(rest);
    let mut value = line.trim_ascii();
    // `secret "x";` of BIND, `(def api-key "x")` of Clojure.
    if let [written @ .., b'"', b';' | b')'] = value {
        value = &value[..=written.len()];
    }
    if line.first().is_none_or(|byte| !byte.is_ascii_whitespace()) {
        return false;
    }
    match value {
        [open @ (b'"' | b'\''), .., close] => open == close && value.len() > 2,
        [first, ..] => *first != b'-' && !value.contains(&b' '),
        [] => false,
    }
}

/// `${NAME:-default}`, `${NAME:=default}`: what a shell or a compose file takes where the variable is not set; `${some.name:default}`
/// and `${SOME_NAME:default}` of Spring.
fn default_of(bytes: &[u8], key: Range<usize>) -> Option<Glue> {
    let value = match bytes.get(key.end..)? {
        [b':', b'-' | b'=', ..] => key.end + 2,
        [b'-', ..] => key.end + 1,
        [b':', next, ..] if next.is_ascii_alphanumeric() && spring(&bytes[key.clone()], *next) => {
            key.end + 1
        }
        _ => return None,
    };
    Some(Glue {
        key,
        value,
        quote: Some(b'}'),
        sign: Sign::Assign,
        spaced: false,
    })
}

/// Whether Spring writes a name so before its default, and not a shell before the place where a part of a text starts.
fn spring(name: &[u8], next: u8) -> bool {
    let variable = !name.iter().any(u8::is_ascii_lowercase) && next.is_ascii_alphabetic();
    name.contains(&b'.') || variable
}

fn sign(bytes: &[u8], at: usize) -> Option<(Sign, usize)> {
    let rest = bytes.get(at..)?;
    Some(match rest {
        [b'=' | b'!', b'=', b'=', ..] => (Sign::Compare, at + 3),
        [b'=' | b'!', b'=', ..] => (Sign::Compare, at + 2),
        [b'|', b'|', b'=', ..] => (Sign::Define, at + 3),
        [b'=', b'>', ..]
        | [b':' | b'+' | b'|' | b'.', b'=', ..]
        | [b'-', b'>', ..]
        | [b':', b':', ..] => (Sign::Define, at + 2),
        // R assigns so.
        [b'<', b'-', b' ', ..] => (Sign::Define, at + 2),
        // C++ initialises so.
        [b'{', b'"', ..] => (Sign::Define, at + 1),
        // `let(:password) { "..." }` of RSpec.
        [b')', b' ', b'{', b' ', b'"' | b'\'', ..] => (Sign::Define, at + 4),
        [b'?', b'=', ..] => (Sign::Assign, at + 2),
        [b'=' | b':', ..] => (Sign::Assign, at + 1),
        [b'>', ..] => (Sign::Element, at + 1),
        [b',' | b'(', ..] => (Sign::Argument, at + 1),
        [b'v' | b'V', tail @ ..] if tail.len() > 5 && tail[..5].eq_ignore_ascii_case(b"alue=") => {
            (Sign::Assign, at + 6)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Option<(&str, &str, Option<char>, Sign)> {
        let at = text.find("pass")?;
        let key = word(text.as_bytes(), &(at..at + 4), false);
        let glue = read(text.as_bytes(), key)?;
        Some((
            &text[glue.key],
            &text[glue.value..],
            glue.quote.map(char::from),
            glue.sign,
        ))
    }

    #[test]
    fn joins_of_many_syntaxes() {
        use Sign::{Argument, Assign, Compare, Define, Element, Option};
        for (text, expected) in [
            ("db_password: x", ("db_password", "x", None, Assign)),
            ("export DB-pass=x", ("DB-pass", "x", None, Assign)),
            (r#""password": "x""#, ("password", "x\"", Some('"'), Assign)),
            (
                r#"\"password\": \"x\""#,
                ("password", "x\\\"", Some('\\'), Assign),
            ),
            (
                r#"c["password"] = 'x'"#,
                ("password", "x'", Some('\''), Assign),
            ),
            ("password => \"x\"", ("password", "x\"", Some('"'), Define)),
            (
                "password          = \"x\"",
                ("password", "x\"", Some('"'), Assign),
            ),
            ("password := `x`", ("password", "x`", Some('`'), Define)),
            (
                "let password: &str = \"x\"",
                ("password", "x\"", Some('"'), Assign),
            ),
            ("<password>x</", ("password", "x</", None, Element)),
            (
                r#"key="password" value="x""#,
                ("password", "x\"", Some('"'), Assign),
            ),
            (
                r#"{"name":"DB_password", "value" : "x"}"#,
                ("DB_password", "x\"}", Some('"'), Assign),
            ),
            (
                r#"\"name\": \"password\", \"Value\": \"x\""#,
                ("password", "x\\\"", Some('\\'), Assign),
            ),
            (
                r#"set_password("x")"#,
                ("set_password", "x\")", Some('"'), Argument),
            ),
            (
                r#"password == "x""#,
                ("password", "x\"", Some('"'), Compare),
            ),
            (
                "param password string = 'x'",
                ("password", "x'", Some('\''), Assign),
            ),
            ("--db-password x", ("--db-password", "x", None, Option)),
            (
                "--password 'x y'",
                ("--password", "x y'", Some('\''), Option),
            ),
            ("password: Bearer x", ("password", "x", None, Assign)),
            (
                "${DB_password:-x}",
                ("DB_password", "x}", Some('}'), Assign),
            ),
            ("${db.password:x}", ("db.password", "x}", Some('}'), Assign)),
            ("-password x y", ("-password", "x y", None, Option)),
        ] {
            assert_eq!(split(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn joins_without_a_sign_and_of_code() {
        use Sign::{Assign, Beside, Define, Element};
        for (text, expected) in [
            ("  keypass 'x'\ny", ("keypass", "x'\ny", Some('\''), Beside)),
            ("ssl.keypass \t x\n", ("ssl.keypass", "x\n", None, Beside)),
            ("bindpass x\n", ("bindpass", "x\n", None, Beside)),
            ("{:pass 'x'}", ("pass", "x'}", Some('\''), Beside)),
            ("pass <- 'x'", ("pass", "x'", Some('\''), Define)),
            ("pass{\"x\"}", ("pass", "x\"}", Some('"'), Define)),
            ("char pass[] = \"x\"", ("pass", "x\"", Some('"'), Assign)),
            ("let(:pass) { 'x' }", ("pass", "x' }", Some('\''), Define)),
            ("pass, err := \"x\"", ("pass", "x\"", Some('"'), Define)),
            ("pass As String = \"x\"", ("pass", "x\"", Some('"'), Assign)),
            (
                "pass = 'x' or a = 1",
                ("pass", "x' or a = 1", Some('\''), Assign),
            ),
            (
                "pass = bytes.fromhex('x')",
                ("pass", "x')", Some('\''), Assign),
            ),
            (
                "pass = new String(\"x\")",
                ("pass", "x\")", Some('"'), Assign),
            ),
            ("get('pass') or 'x'", ("pass", "x'", Some('\''), Define)),
            ("pass || 'x'", ("pass", "x'", Some('\''), Define)),
            (
                "pass: process.env.P || 'x'",
                ("pass", "x'", Some('\''), Assign),
            ),
            ("passes = {'a': 'x'}", ("passes", "x'}", Some('\''), Assign)),
            (
                "<w:pass Type=\"#t\">x</w:pass>",
                ("pass", "x</w:pass>", None, Element),
            ),
        ] {
            assert_eq!(split(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn joins_of_some_languages() {
        use Sign::{Argument, Assign, Beside, Define, Element};
        for (text, expected) in [
            ("{pass} = 'x'", ("pass", "x'", Some('\''), Assign)),
            ("pass ||= 'x'", ("pass", "x'", Some('\''), Define)),
            ("#define pass 'x'", ("pass", "x'", Some('\''), Beside)),
            ("pass := []byte(\"x\")", ("pass", "x\")", Some('"'), Define)),
            (
                "<pass>\n  x\n</pass>",
                ("pass", "x\n</pass>", None, Element),
            ),
            (
                "<name>key.pass</name>\n  <value>x</value>",
                ("key.pass", "x</value>", None, Element),
            ),
            (
                "string pass { get; set; } = \"x\"",
                ("pass", "x\"", Some('"'), Assign),
            ),
            (
                "(\"--password\", default=\"x\")",
                ("--password", "x\")", Some('"'), Argument),
            ),
        ] {
            assert_eq!(split(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn nothing_to_join() {
        for text in [
            "password",
            "a password x",
            "(\"strips the pass\", \"x\")",
            "the pass 'x'",
            "password 'x' y",
            "${pass:x}",
            "{a, pass} = 'x'",
            "<name>pass</name><other>x",
            "--password --quiet",
            "param password string",
            "password:\n  x",
            "password = ",
            "pass the salt",
            "password)",
            "${password:+has-password}",
            "\"password:\", x:\"y\"",
            "input[type=\"password\"]:focus",
            "<input name=\"pass\" [readonly]=\"x\">",
        ] {
            assert_eq!(split(text), None, "{text}");
        }
        let text = "pass my api key: x";
        assert_eq!(word(text.as_bytes(), &(0..4), true), 0..15);
        assert!(read(text.as_bytes(), 0..15).is_some());
    }
}
