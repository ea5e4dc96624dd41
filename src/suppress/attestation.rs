//! Attestations: `.tenure/attestations/<name>.yaml`, what somebody states of a control that files cannot show, until a day.
//!
//! Fails closed, as waivers do. An attestation is shown apart from a pass.

use super::allow::{real, same};
use super::grammar::date;
use crate::model::Date;
use crate::rule::standards;
use serde_saphyr::Spanned;

/// One attestation file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// Path of the file relative to the root.
    pub path: String,
    /// The control it speaks of, or why it counts for none, in a lower-case phrase.
    pub control: Result<String, String>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    control: Spanned<String>,
    statement: Spanned<String>,
    attested_by: Spanned<String>,
    reviewed_by: Spanned<String>,
    attested_at: Spanned<String>,
    expires: Spanned<String>,
    #[serde(default)]
    evidence: Option<Spanned<String>>,
}

/// Reads one attestation file on a day.
#[must_use]
pub(super) fn read(path: &str, text: &str, now: Date) -> Attestation {
    let options = serde_saphyr::options! { with_snippet: false };
    let document: Result<Document, _> = serde_saphyr::from_str_with_options(text, options);
    let control = match document {
        Ok(document) => check(&document, now),
        Err(error) => Err(super::waiver::words(error.without_snippet())),
    };
    Attestation {
        path: path.to_owned(),
        control,
    }
}

fn check(document: &Document, now: Date) -> Result<String, String> {
    let control = document.control.value.trim();
    if standards().nhi(control).is_none() && standards().csf(control).is_none() {
        return Err(format!(
            "`{control}` is neither an NHI item nor a CSF 2.0 subcategory"
        ));
    }
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
    if date("attested_at", document.attested_at.value.trim())? > now {
        return Err("it is attested on a day that is yet to come".into());
    }
    let ends = date("expires", document.expires.value.trim())?;
    match ends < now {
        true => Err(format!("it held until {ends}")),
        false => Ok(control.strip_suffix(":2025").unwrap_or(control).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_doubtful_counts_for_nothing() {
        let now = jiff::civil::date(2026, 1, 1);
        let good = "control: PR.AT-01\nstatement: all engineers had the course\nattested_by: \"@a\"\nreviewed_by: \"@b\"\nattested_at: 2025-12-01\nexpires: 2026-12-01\n";
        let read = |text: &str| read("x", text, now).control;
        assert_eq!(read(good), Ok("PR.AT-01".to_owned()));
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
        ] {
            let reason = read(&good.replacen(from, to, 1)).unwrap_err();
            assert!(reason.contains(part), "{from}: {reason}");
        }
    }
}
