//! Waiver files: `.tenure/waivers/<name>.yaml`, an exception with its paperwork.
//!
//! Fails closed: a key that is not known, a date that is none, an approver who asked for it himself make the whole file
//! invalid; it excuses nothing and is a finding.

use super::allow::{Allow, real, same};
use super::grammar::{date, is_rule_word};
use crate::config::closest;
use crate::model::Date;
use serde_saphyr::{Location, Spanned};
use std::ops::Range;

/// One waiver file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Path of the file relative to the root.
    pub path: String,
    /// The file's text, for reports that show the line.
    pub text: String,
    /// The bytes that a report points at: its id, or what is wrong with it.
    pub place: Range<usize>,
    /// What it grants, or why it is invalid, in a lower-case phrase.
    pub grants: Result<Grants, String>,
}

/// What a valid waiver grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grants {
    /// Its id, unique among waivers.
    pub id: String,
    /// Reason, owner, end, approver, ticket, and the rule unless fingerprints are named.
    pub allow: Allow,
    /// Fingerprints of the findings it excuses.
    pub fingerprints: Vec<String>,
    /// Address that the rule is excused at.
    pub address: Option<String>,
    /// Who asked for it.
    pub requested_by: Option<String>,
    /// The day it was approved.
    pub approved_at: Option<Date>,
    /// What limits the risk meanwhile.
    pub compensating_control: Option<String>,
}

type Text = Spanned<String>;

/// The file as written.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    id: Text,
    #[serde(default)]
    fingerprints: Vec<Text>,
    #[serde(default)]
    rule: Option<Text>,
    #[serde(default)]
    address: Option<Text>,
    reason: Text,
    owner: Text,
    #[serde(default)]
    requested_by: Option<Text>,
    #[serde(default)]
    approver: Option<Text>,
    #[serde(default)]
    approved_at: Option<Text>,
    expires: Text,
    #[serde(default)]
    ticket: Option<Text>,
    #[serde(default)]
    compensating_control: Option<Text>,
}

/// Reads one waiver file. `now` tells an approval of the future.
#[must_use]
pub fn read(path: &str, text: &str, now: Date) -> Waiver {
    let options = serde_saphyr::options! { with_snippet: false };
    let document: Result<Document, _> = serde_saphyr::from_str_with_options(text, options);
    let (place, grants) = match document {
        Ok(document) => match grants(&document, now) {
            Ok(grants) => (bytes(document.id.referenced), Ok(grants)),
            Err((at, reason)) => (bytes(at), Err(reason)),
        },
        Err(error) => {
            let error = error.without_snippet();
            let at = error.location().unwrap_or(Location::UNKNOWN);
            (bytes(at), Err(words(error)))
        }
    };
    let end = |at: usize| at.min(text.len());
    Waiver {
        path: path.to_owned(),
        text: text.to_owned(),
        place: end(place.start)..end(place.end),
        grants,
    }
}

/// A file of one document; what is wrong with it in a phrase.
pub(super) fn document<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    let options = serde_saphyr::options! { with_snippet: false };
    let document = serde_saphyr::from_str_with_options(text, options);
    document.map_err(|error: serde_saphyr::Error| words(error.without_snippet()))
}

/// The reader's error in this tool's words.
pub(super) fn words(error: &serde_saphyr::Error) -> String {
    match error {
        serde_saphyr::Error::SerdeUnknownField {
            field, expected, ..
        } => unknown(field, expected.iter().copied()),
        serde_saphyr::Error::SerdeMissingField { field, .. } => format!("`{field}` is missing"),
        other => {
            let text = other.to_string();
            let first = text.lines().next().unwrap_or_default();
            let first = first.split(" at line ").next().unwrap_or_default();
            first.to_owned()
        }
    }
}

/// That a key is not known, and which one may be meant.
pub(super) fn unknown<'a>(key: &str, known: impl Iterator<Item = &'a str>) -> String {
    match closest(key, known) {
        Some(meant) => format!("unknown key `{key}`; did you mean `{meant}`?"),
        None => format!("unknown key `{key}`"),
    }
}

/// The bytes a reader's location covers.
pub(super) fn bytes(at: Location) -> Range<usize> {
    let number = |n: Option<u64>| n.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let start = number(at.span().byte_offset());
    start..start + number(at.span().byte_len())
}

type Wrong = (Location, String);

fn grants(document: &Document, now: Date) -> Result<Grants, Wrong> {
    let at = |text: &Text| text.referenced;
    let filled = |key: &str, text: &Text| {
        real(key, &text.value).map_err(|reason| (at(text), reason))?;
        Ok::<String, Wrong>(text.value.trim().to_owned())
    };
    let maybe =
        |key: &str, text: &Option<Text>| text.as_ref().map(|text| filled(key, text)).transpose();
    let day =
        |key: &str, text: &Text| date(key, text.value.trim()).map_err(|reason| (at(text), reason));
    let (rules, address) = subject(document)?;
    for print in &document.fingerprints {
        let hex = print.value.len() == 64 && print.value.bytes().all(|b| b.is_ascii_hexdigit());
        if !hex {
            return Err((at(print), "a fingerprint has 64 hex digits".into()));
        }
    }
    let allow = Allow {
        rules,
        expires: day("expires", &document.expires)?,
        owner: filled("owner", &document.owner)?,
        reason: filled("reason", &document.reason)?,
        approver: maybe("approver", &document.approver)?,
        ticket: maybe("ticket", &document.ticket)?,
    };
    allow
        .sound()
        .map_err(|reason| (at(&document.owner), reason))?;
    let requested_by = maybe("requested_by", &document.requested_by)?;
    if let (Some(approver), Some(asker)) = (&document.approver, &requested_by)
        && same(&approver.value, asker)
    {
        let reason = "who asked for it cannot approve it";
        return Err((at(approver), reason.into()));
    }
    let approved_at = document.approved_at.as_ref();
    let approved = approved_at
        .map(|text| day("approved_at", text))
        .transpose()?;
    if let (Some(text), Some(_)) = (approved_at, approved.filter(|day| *day > now)) {
        return Err((
            at(text),
            "it is approved on a day that is yet to come".into(),
        ));
    }
    Ok(Grants {
        id: filled("id", &document.id)?,
        allow,
        fingerprints: document
            .fingerprints
            .iter()
            .map(|print| print.value.to_ascii_lowercase())
            .collect(),
        address,
        requested_by,
        approved_at: approved,
        compensating_control: maybe("compensating_control", &document.compensating_control)?,
    })
}

/// The rule and address, or neither where fingerprints are named.
fn subject(document: &Document) -> Result<(Vec<String>, Option<String>), Wrong> {
    let by_print = !document.fingerprints.is_empty();
    match (&document.rule, &document.address, by_print) {
        (None, None, true) => Ok((Vec::new(), None)),
        (Some(rule), Some(address), false) => {
            if !is_rule_word(&rule.value) || rule.value.ends_with('*') {
                let reason = format!("`{}` is not a rule id", rule.value);
                return Err((rule.referenced, reason));
            }
            if address.value.trim().is_empty() {
                return Err((address.referenced, "`address` is empty".into()));
            }
            Ok((
                vec![rule.value.clone()],
                Some(address.value.trim().to_owned()),
            ))
        }
        _ => {
            let reason = "it needs `fingerprints`, or `rule` and `address`, and not both";
            Err((document.id.referenced, reason.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Date = jiff::civil::date(2026, 1, 1);

    fn good() -> String {
        format!(
            "id: W-1\nfingerprints:\n  - {}\nreason: migration to OIDC\nowner: \"@org/a\"\nrequested_by: \"@bob\"\napprover: \"@alice\"\napproved_at: 2025-12-01\nexpires: 2026-03-01\nticket: SEC-1\ncompensating_control: alerts on use\n",
            "AB".repeat(32)
        )
    }

    #[test]
    fn a_waiver_is_read_whole() {
        let waiver = read(".tenure/waivers/a.yaml", &good(), NOW);
        let grants = waiver.grants.unwrap();
        assert_eq!(grants.id, "W-1");
        assert_eq!(grants.fingerprints, ["ab".repeat(32)]);
        assert_eq!(grants.allow.approver.as_deref(), Some("@alice"));
        assert_eq!(grants.approved_at, Some(jiff::civil::date(2025, 12, 1)));
        assert_eq!(&waiver.text[waiver.place], "W-1");
        let text = "id: W-2\nrule: secret/jwt\naddress: a.tf\nreason: r s t\nowner: o\nexpires: 2026-03-01\n";
        let grants = read("x", text, NOW).grants.unwrap();
        assert_eq!(grants.allow.rules, ["secret/jwt"]);
        assert_eq!(grants.address.as_deref(), Some("a.tf"));
    }

    #[test]
    fn every_doubt_makes_it_invalid() {
        for (from, to, part) in [
            (
                "ticket:",
                "tiket:",
                "unknown key `tiket`; did you mean `ticket`?",
            ),
            ("id: W-1\n", "", "`id` is missing"),
            ("2026-03-01", "2026-3-1", "`expires` is not a date"),
            ("2025-12-01", "2026-01-02", "yet to come"),
            ("@alice", "@Bob", "cannot approve it"),
            ("@alice", "org/a", "its owner cannot"),
            ("migration to OIDC", "TODO", "`reason` says nothing"),
            ("ticket:", "rule: a/b\nticket:", "and not both"),
            ("ABAB", "ABA", "64 hex digits"),
            ("id: W-1", "id: [", ""),
        ] {
            let text = good().replacen(from, to, 1);
            let waiver = read("x", &text, NOW);
            let reason = waiver.grants.expect_err(&text);
            assert!(reason.contains(part), "{from} -> {to}: {reason}");
            assert!(waiver.place.end <= text.len());
        }
        let text = "id: W-2\nrule: secret/*\naddress: a.tf\nreason: r s t\nowner: o\nexpires: 2026-03-01\n";
        let waiver = read("x", text, NOW);
        assert_eq!(waiver.grants.unwrap_err(), "`secret/*` is not a rule id");
        assert_eq!(&text[waiver.place], "secret/*");
        for text in ["", "- a\n", "\u{feff}"] {
            assert!(read("x", text, NOW).grants.is_err());
        }
    }
}
