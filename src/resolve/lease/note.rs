//! Reads a lease from what is written: the terms of a comment or file, or tags such as `tenure/expires`.

use super::text;
use crate::format::Declaration;
use crate::model::{Fact, Lease, LeaseAbout, LeaseTerms};
use crate::resolve::tags::{Tag, Tags};
use compact_str::CompactString;

/// A lease in a comment or in `.tenure/leases.yaml`.
pub(super) fn of_terms(terms: &LeaseTerms) -> Lease {
    let span = terms.span;
    let (form, address) = match &terms.about {
        LeaseAbout::Named { address, .. } => ("file", address.clone()),
        LeaseAbout::Line(_) => ("comment", terms.purpose.clone()),
        LeaseAbout::Nothing => ("file", CompactString::default()),
    };
    Lease {
        address,
        span,
        whole: span,
        form: Fact::given(form),
        owner: text(&terms.owner, span),
        purpose: text(&terms.purpose, span),
        expires: match terms.expires {
            Some(day) => Fact::Known(day, span),
            None => Fact::Absent,
        },
        approver: text(&terms.approver, span),
        ticket: text(&terms.ticket, span),
        kind: text(&terms.kind, span),
        problem: match &terms.problem {
            Some(problem) => Fact::Known(problem.as_str().into(), span),
            None => Fact::Absent,
        },
        ..Lease::default()
    }
}

/// The words a tag of a lease may end with.
const FIELDS: &[&str] = &["owner", "purpose", "expires", "approver", "ticket", "kind"];

/// The field that a key such as `tenure/expires`, `tenure:expires` or `tenure-expires` names.
fn field(key: &str) -> Option<&'static str> {
    let start = key.get(..6)?;
    let rest = key.get(7..)?;
    let separated = key
        .as_bytes()
        .get(6)
        .is_some_and(|byte| b"/:._-".contains(byte));
    if !start.eq_ignore_ascii_case("tenure") || !separated {
        return None;
    }
    FIELDS
        .iter()
        .copied()
        .find(|own| rest.eq_ignore_ascii_case(own))
}

/// A lease in annotations, labels or tags. An owner tag of any other name answers where the lease names none; a purpose or
/// an end is what makes it a lease.
pub(super) fn of_tags(tags: &Tags, declaration: &Declaration) -> Option<Lease> {
    let named: Vec<(&'static str, &Tag)> = tags
        .own
        .iter()
        .filter_map(|tag| Some((field(&tag.key)?, tag)))
        .collect();
    let get = |name: &str| {
        named
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(_, tag)| &tag.value)
    };
    let first = get("expires").or_else(|| get("purpose"))?;
    let place = first.span().unwrap_or(declaration.head);
    let value = |name: &str| match get(name) {
        Some(value) => value.clone(),
        None => Fact::Absent,
    };
    let open = tags.open.is_some();
    let ends = value("expires");
    let mut lease = Lease {
        address: declaration.address.clone(),
        span: place,
        whole: declaration.span,
        form: Fact::given("annotation"),
        owner: match value("owner") {
            Fact::Absent => other_owner(tags),
            owner => owner,
        },
        purpose: value("purpose"),
        approver: value("approver"),
        ticket: value("ticket"),
        kind: value("kind"),
        ..Lease::default()
    };
    let problem = match (&ends, &lease.owner, &lease.purpose) {
        (Fact::Absent, ..) if !open => Some("`tenure/expires` is missing"),
        (_, Fact::Absent, _) if !open => Some("`tenure/owner` is missing"),
        (.., Fact::Absent) if !open => Some("`tenure/purpose` is missing"),
        (Fact::Known(day, _), ..) if date(day).is_none() => {
            Some("`tenure/expires` is not a date such as 2027-01-31")
        }
        _ => None,
    };
    lease.problem = problem.map_or(Fact::Absent, |problem| Fact::Known(problem.into(), place));
    lease.expires = ends.and_then(|day| date(&day));
    Some(lease)
}

fn date(text: &str) -> Option<crate::model::Date> {
    let text = text.trim();
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

fn other_owner(tags: &Tags) -> Fact<CompactString> {
    let named = tags
        .own
        .iter()
        .filter(|tag| crate::judge::owner::names_owner(&tag.key))
        .find(|tag| !tag.value.is_absent());
    named.map_or(Fact::Absent, |tag| tag.value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_whatever_the_platform_lets_through() {
        for key in [
            "tenure/expires",
            "tenure:expires",
            "tenure-expires",
            "Tenure_Expires",
            "tenure.expires",
        ] {
            assert_eq!(field(key), Some("expires"), "{key}");
        }
        for key in [
            "tenure",
            "tenure/",
            "tenured/expires",
            "expires",
            "tenure/expire",
            "ténure/expires",
        ] {
            assert_eq!(field(key), None, "{key}");
        }
    }
}
