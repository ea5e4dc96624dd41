//! The words of a directive: `allow RULE[,RULE] key=value ...` and `lease key=value ...`.
//!
//! Strict on purpose: a directive that is not understood whole excuses nothing and is reported, so that a slip of the
//! keyboard never hides a finding.

use super::allow::Allow;
use super::words::{Pairs, Word, words};
use crate::config::closest;
use crate::model::Date;

/// What a directive says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// `allow`: excuses findings at its target.
    Allow(Allow),
    /// `allow-file`: excuses findings in the whole file.
    AllowFile(Allow),
    /// `lease`: owner, purpose and end of an access.
    Lease(LeaseWords),
}

/// The words of a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseWords {
    /// The person or team that answers for it.
    pub owner: String,
    /// What it is for.
    pub purpose: String,
    /// Its last day.
    pub expires: Date,
    /// Who approved it.
    pub approver: Option<String>,
    /// The work item it was given for.
    pub ticket: Option<String>,
    /// `break-glass` for what emergencies alone may use.
    pub kind: Option<String>,
}

/// Bytes past which a directive is not read.
const LONGEST: usize = 4096;

const VERBS: &[&str] = &["allow", "allow-file", "lease"];
/// What people write when they mean `allow`.
const ALIKE: &[&str] = &[
    "ignore",
    "ignore-file",
    "disable",
    "suppress",
    "skip",
    "waive",
    "waiver",
    "exclude",
    "nosec",
    "except",
];

/// Whether the words after `tenure:` are meant as a directive. `allow` always is; what is near it, and `lease`, are when
/// a rule or a field follows; all else is prose.
pub(super) fn is_meant(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let first = first.trim_end_matches([':', ',']).to_ascii_lowercase();
    if first == "allow" || first == "allow-file" {
        return true;
    }
    let near = first == "lease"
        || ALIKE.contains(&first.as_str())
        || (first.len() > 3 && closest(&first, VERBS.iter().copied()).is_some());
    let fields = ["owner=", "expires=", "reason=", "purpose="];
    let fielded = || fields.iter().any(|field| text.contains(field));
    near && (fielded() || words.next().is_some_and(|w| w.split(',').all(is_rule_word)))
}

/// Reads the text after `tenure:`.
///
/// # Errors
/// What is wrong, in a lower-case phrase.
pub(super) fn read(text: &str) -> Result<Order, String> {
    if text.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    let mut words = words(text)?.into_iter();
    let verb = match words.next() {
        Some(Word::Bare(verb)) => verb,
        _ => return Err("it says neither allow nor lease".into()),
    };
    match verb.as_str() {
        "allow" | "allow-file" => {
            let allow = allow(words)?;
            Ok(match verb.as_str() {
                "allow" => Order::Allow(allow),
                _ => Order::AllowFile(allow),
            })
        }
        "lease" => lease(words).map(Order::Lease),
        other if ALIKE.contains(&other) => Err(format!("`{other}` is no directive; write allow")),
        other => Err(match closest(other, VERBS.iter().copied()) {
            Some(meant) => format!("`{other}` is no directive; did you mean {meant}?"),
            None => format!("`{other}` is no directive; write allow, allow-file or lease"),
        }),
    }
}

/// Reads the words of a lease: what stands after `tenure: lease`.
///
/// # Errors
/// What is wrong, in a lower-case phrase.
pub fn lease_words(text: &str) -> Result<LeaseWords, String> {
    lease(words(text)?.into_iter())
}

fn allow(mut words: impl Iterator<Item = Word>) -> Result<Allow, String> {
    let mut rules: Vec<String> = Vec::new();
    let mut pairs = Vec::new();
    let mut open = true;
    for word in words.by_ref() {
        match word {
            Word::Bare(list) if open => {
                open = list.ends_with(',');
                rules.extend(list.split(',').filter(|r| !r.is_empty()).map(str::to_owned));
            }
            other => pairs.push(other),
        }
        if !pairs.is_empty() {
            open = false;
        }
    }
    if rules.is_empty() {
        return Err("it names no rule".into());
    }
    if let Some(rule) = rules.iter().find(|rule| !is_rule_word(rule)) {
        return Err(format!(
            "`{rule}` is neither a rule id nor a group such as secret/*"
        ));
    }
    let known = ["expires", "owner", "reason", "approver", "ticket"];
    let mut pairs = Pairs::new(pairs, &known)?;
    let allow = Allow {
        rules,
        reason: pairs.need("reason")?,
        owner: pairs.need("owner")?,
        expires: date("expires", &pairs.need("expires")?)?,
        approver: pairs.take("approver"),
        ticket: pairs.take("ticket"),
    };
    allow.sound()?;
    Ok(allow)
}

fn lease(words: impl Iterator<Item = Word>) -> Result<LeaseWords, String> {
    let known = ["owner", "purpose", "expires", "approver", "ticket", "kind"];
    let mut pairs = Pairs::new(words.collect(), &known)?;
    let terms = LeaseWords {
        owner: pairs.need("owner")?,
        purpose: pairs.need("purpose")?,
        expires: date("expires", &pairs.need("expires")?)?,
        approver: pairs.take("approver"),
        ticket: pairs.take("ticket"),
        kind: pairs.take("kind"),
    };
    kind(terms.kind.as_deref().unwrap_or_default())?;
    super::allow::real("owner", &terms.owner)?;
    super::allow::real("purpose", &terms.purpose)?;
    Ok(terms)
}

/// What a lease may be beside the daily kind.
pub(super) fn kind(text: &str) -> Result<(), String> {
    match text {
        "" | "break-glass" => Ok(()),
        other => Err(format!("`kind` is break-glass or left out, not `{other}`")),
    }
}

/// A whole rule id, or a group and `/*`.
pub(super) fn is_rule_word(word: &str) -> bool {
    let Some((group, name)) = word.split_once('/') else {
        return false;
    };
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_/".contains(&b))
    };
    let name = name.strip_suffix('*').map_or(name, |stem| {
        stem.strip_suffix('/')
            .unwrap_or(if stem.is_empty() { "x" } else { "" })
    });
    plain(group) && plain(name)
}

/// A day written `YYYY-MM-DD`.
pub(super) fn date(key: &str, text: &str) -> Result<Date, String> {
    let plain = text.len() == 10;
    plain
        .then(|| text.parse().ok())
        .flatten()
        .ok_or_else(|| format!("`{key}` is not a date such as 2027-01-31"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        read(text).expect_err(text)
    }

    #[test]
    fn an_allow_is_read_whole() {
        let text = r#" allow secret/jwt, credential/* expires=2027-01-31 owner=@a/b reason="it's \"old\"" ticket=S-1 approver='@c d'"#;
        let Ok(Order::Allow(allow)) = read(text) else {
            panic!("{:?}", read(text));
        };
        assert_eq!(allow.rules, ["secret/jwt", "credential/*"]);
        assert_eq!(allow.expires, jiff::civil::date(2027, 1, 31));
        assert_eq!(allow.owner, "@a/b");
        assert_eq!(allow.reason, "it's \"old\"");
        assert_eq!(allow.approver.as_deref(), Some("@c d"));
        assert_eq!(allow.ticket.as_deref(), Some("S-1"));
        let text = "allow-file a/b/c,d/e reason=bootstrap owner=x@y.z expires=2027-01-31";
        assert!(matches!(read(text), Ok(Order::AllowFile(allow)) if allow.rules.len() == 2));
    }

    #[test]
    fn a_lease_is_read_whole() {
        let text = r#"lease owner=@org/payments purpose="nightly export" expires=2027-01-31 approver=@alice ticket=SEC-1"#;
        let Ok(Order::Lease(terms)) = read(text) else {
            panic!("{:?}", read(text));
        };
        assert_eq!(terms.purpose, "nightly export");
        assert_eq!(terms.approver.as_deref(), Some("@alice"));
    }

    #[test]
    fn every_slip_is_said() {
        let rest = "expires=2027-01-31 owner=@x reason=migration";
        for (text, part) in [
            (
                "allow a/b expires=2027-01-31 owner=@x".to_owned(),
                "`reason=` is missing",
            ),
            (
                "allow a/b owner=@x reason=migration".to_owned(),
                "`expires=` is missing",
            ),
            (
                "allow a/b expires=2027-01-31 reason=migration".to_owned(),
                "`owner=` is missing",
            ),
            (format!("allow {rest}"), "names no rule"),
            (format!("allow * {rest}"), "neither a rule id"),
            (format!("allow secret {rest}"), "neither a rule id"),
            (format!("allow secret/a* {rest}"), "neither a rule id"),
            (format!("allow Secret/A {rest}"), "neither a rule id"),
            (format!("allow a/b c/d {rest}"), "`c/d` is not understood"),
            (
                format!("allow a/b {rest} reasn=x"),
                "did you mean `reason=`",
            ),
            (
                format!("allow a/b {rest} owner=@y"),
                "`owner=` is there twice",
            ),
            (
                format!("allow a/b {rest} for ever"),
                "`for` is not understood",
            ),
            (
                "allow a/b expires=2027-1-31 owner=@x reason=migration".to_owned(),
                "not a date",
            ),
            (
                "allow a/b expires=2027-02-30 owner=@x reason=migration".to_owned(),
                "not a date",
            ),
            (
                "allow a/b expires=never owner=@x reason=migration".to_owned(),
                "not a date",
            ),
            (
                "allow a/b expires=2027-01-31 owner=@x reason=\"a".to_owned(),
                "do not close",
            ),
            (
                "allow a/b expires=2027-01-31 owner=@x reason=\"a\"b".to_owned(),
                "right after",
            ),
            (
                "allow a/b expires=2027-01-31 owner=@x reason=\"\"".to_owned(),
                "`reason=` is missing",
            ),
            (
                "allow a/b expires=2027-01-31 owner=TBD reason=migration".to_owned(),
                "`owner` says nothing",
            ),
            (
                "allow a/b expires=2027-01-31 owner=@x reason=todo".to_owned(),
                "`reason` says nothing",
            ),
            ("ignore a/b".to_owned(), "write allow"),
            ("alow a/b".to_owned(), "did you mean allow"),
            (
                "lease owner=@x expires=2027-01-31".to_owned(),
                "`purpose=` is missing",
            ),
            ("lease a/b owner=@x".to_owned(), "`a/b` is not understood"),
            (
                format!("allow a/b {rest} ticket={}", "x".repeat(5000)),
                "longer than",
            ),
            (String::new(), "neither allow nor lease"),
        ] {
            let said = wrong(&text);
            assert!(said.contains(part), "{text}: {said}");
        }
    }

    #[test]
    fn prose_is_no_directive() {
        for text in [
            "allow",
            " allow something",
            "allow-file a/b",
            "Allow a/b",
            "alow a/b owner=@x",
            "ignore secret/jwt",
            "ignore: a/b,c/*",
            "leese owner=@x",
            "lease purpose=",
        ] {
            assert!(is_meant(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "a",
            "ignore it",
            "lease or freehold",
            "please allow a/b",
            "at least 5 years",
            "alloy wheels",
            "skip",
        ] {
            assert!(!is_meant(text.as_bytes()), "{text}");
        }
    }
}
