//! Attestations: `.tenure/attestations/<name>.yaml`, what somebody states that files cannot show: of a control, until a day,
//! or that a secret was revoked where it was issued.
//!
//! Fails closed, as waivers do. An attestation is shown apart from a pass.

use super::allow::{real, same};
use super::grammar::date;
use super::waiver;
use crate::model::Date;
use crate::rule::standards;
use serde_saphyr::Spanned;

/// One attestation file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// Path of the file relative to the root.
    pub path: String,
    /// What it speaks of, or why it counts for nothing, in a lower-case phrase.
    pub subject: Result<Attested, String>,
}

/// What an attestation speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attested {
    /// A control.
    Control(String),
    /// The secret of a finding was revoked.
    Revoked {
        /// Fingerprint of the finding.
        fingerprint: String,
        /// The day.
        on: Date,
    },
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    control: Option<Spanned<String>>,
    #[serde(default)]
    secret: Option<Spanned<String>>,
    #[serde(default)]
    revoked_at: Option<Spanned<String>>,
    statement: Spanned<String>,
    attested_by: Spanned<String>,
    reviewed_by: Spanned<String>,
    attested_at: Spanned<String>,
    #[serde(default)]
    expires: Option<Spanned<String>>,
    #[serde(default)]
    evidence: Option<Spanned<String>>,
}

/// Reads one attestation file on a day.
#[must_use]
pub(super) fn read(path: &str, text: &str, now: Date) -> Attestation {
    let subject = waiver::document(text).and_then(|document| check(&document, now));
    Attestation {
        path: path.to_owned(),
        subject,
    }
}

fn check(document: &Document, now: Date) -> Result<Attested, String> {
    for (key, text) in [
        ("statement", &document.statement),
        ("attested_by", &document.attested_by),
        ("reviewed_by", &document.reviewed_by),
    ] {
        real(key, &text.value)?;
    }
    if let Some(evidence) = &document.evidence {
        real("evidence", &evidence.value)?;
    }
    if same(&document.attested_by.value, &document.reviewed_by.value) {
        return Err("who attests cannot review it".into());
    }
    let attested_at = date("attested_at", document.attested_at.value.trim())?;
    if attested_at > now {
        return Err("it is attested on a day that is yet to come".into());
    }
    let day = |key: &str, text: &Option<Spanned<String>>| {
        let text = text.as_ref().ok_or_else(|| format!("`{key}` is missing"))?;
        date(key, text.value.trim())
    };
    match (&document.control, &document.secret) {
        (Some(control), None) => {
            let ends = day("expires", &document.expires)?;
            match ends < now {
                true => Err(format!("it held until {ends}")),
                false => of_control(control.value.trim()),
            }
        }
        (None, Some(secret)) => {
            let on = day("revoked_at", &document.revoked_at)?;
            match on > attested_at {
                true => Err("it is attested before the secret was revoked".into()),
                false => of_secret(secret.value.trim(), on),
            }
        }
        _ => Err("it needs `control` or `secret`, and not both".into()),
    }
}

fn of_control(control: &str) -> Result<Attested, String> {
    if standards().nhi(control).is_none() && standards().csf(control).is_none() {
        return Err(format!(
            "`{control}` is neither an NHI item nor a CSF 2.0 subcategory"
        ));
    }
    let control = control.strip_suffix(":2025").unwrap_or(control);
    Ok(Attested::Control(control.to_owned()))
}

fn of_secret(fingerprint: &str, on: Date) -> Result<Attested, String> {
    let hex = fingerprint.len() == 64 && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
    match hex {
        true => Ok(Attested::Revoked {
            fingerprint: fingerprint.to_ascii_lowercase(),
            on,
        }),
        false => Err("`secret` is no fingerprint of 64 hex digits".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_doubtful_counts_for_nothing() {
        let now = jiff::civil::date(2026, 1, 1);
        let good = "control: PR.AT-01\nstatement: all engineers had the course\nattested_by: \"@a\"\nreviewed_by: \"@b\"\nattested_at: 2025-12-01\nexpires: 2026-12-01\n";
        let read = |text: &str| read("x", text, now).subject;
        assert_eq!(read(good), Ok(Attested::Control("PR.AT-01".to_owned())));
        for (from, to, part) in [
            ("PR.AT-01", "PR.XX-01", "neither"),
            ("\"@b\"", "\"A\"", "cannot review"),
            ("2025-12-01", "2026-01-02", "yet to come"),
            ("2026-12-01", "2025-12-31", "it held until 2025-12-31"),
            (
                "statement: all engineers had the course",
                "statement: TBD",
                "says nothing",
            ),
            ("control:", "controls:", "did you mean"),
            ("control: PR.AT-01\n", "", "and not both"),
            ("expires: 2026-12-01\n", "", "`expires` is missing"),
        ] {
            let reason = read(&good.replacen(from, to, 1)).unwrap_err();
            assert!(reason.contains(part), "{from}: {reason}");
        }
    }

    #[test]
    fn a_revocation_names_a_finding_and_a_day() {
        let print = "ab".repeat(32);
        let good = format!(
            "secret: {print}\nrevoked_at: 2025-11-30\nstatement: revoked at the issuer\nattested_by: \"@a\"\nreviewed_by: \"@b\"\nattested_at: 2025-12-01\n"
        );
        let read = |text: &str| read("x", text, jiff::civil::date(2026, 1, 1)).subject;
        let on = jiff::civil::date(2025, 11, 30);
        let fingerprint = print.clone();
        assert_eq!(read(&good), Ok(Attested::Revoked { fingerprint, on }));
        for (from, to, part) in [
            ("2025-11-30", "2025-12-02", "before the secret was revoked"),
            (print.as_str(), "9f2c", "64 hex digits"),
            ("revoked_at: 2025-11-30\n", "", "`revoked_at` is missing"),
            ("secret:", "control: NHI1\nsecret:", "and not both"),
        ] {
            let reason = read(&good.replacen(from, to, 1)).unwrap_err();
            assert!(reason.contains(part), "{from}: {reason}");
        }
    }
}
