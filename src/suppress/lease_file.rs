//! `.tenure/leases.yaml`: leases for what has no room for a comment, as JSON and resources of other repositories.
//!
//! Fails closed, as waivers do: a date that is none, or a key that is not known, makes its lease invalid; a file whose syntax is
//! broken is one invalid lease.

use super::allow::real;
use super::entries::{self, Entry, Part, Wrong};
use super::grammar::{self, date};
use crate::model::{LeaseAbout, LeaseTerms};
use crate::source::{Blobs, Span};
use compact_str::CompactString;
use std::ops::Range;

/// The file as read.
#[derive(Debug, Clone, Default)]
pub struct LeaseFile {
    path: String,
    text: String,
    /// Its leases, each with its bytes.
    entries: Vec<(Range<usize>, LeaseTerms)>,
}

const KEYS: &[&str] = &[
    "address", "path", "owner", "purpose", "expires", "approver", "ticket", "kind",
];

impl LeaseFile {
    /// Reads the file.
    #[must_use]
    pub fn read(path: &str, text: &str) -> Self {
        let entries = match entries::parts(text, &["leases"]) {
            Err(wrong) => vec![invalid(wrong)],
            Ok(parts) => parts
                .into_iter()
                .map(|part| match part {
                    Part::Stray(wrong) => invalid(wrong),
                    Part::Entry(_, entry) => terms(&entry, text).unwrap_or_else(invalid),
                })
                .collect(),
        };
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            entries,
        }
    }

    /// Its leases, with places in the blobs of a run, to which its text is added.
    #[must_use]
    pub fn terms(&self, blobs: &mut Blobs) -> Vec<LeaseTerms> {
        if self.entries.is_empty() {
            return Vec::new();
        }
        let at = blobs.iter().find(|(_, blob)| blob.path == self.path);
        let at = at.map(|(id, _)| id);
        let blob = blobs.keep(at, &self.path, &self.text);
        let most = self.text.len();
        let place =
            |range: &Range<usize>| Span::new(blob, range.start.min(most), range.end.min(most));
        self.entries
            .iter()
            .map(|(range, terms)| LeaseTerms {
                span: place(range),
                ..terms.clone()
            })
            .collect()
    }
}

/// A lease that speaks for nothing.
fn invalid((at, problem): Wrong) -> (Range<usize>, LeaseTerms) {
    let terms = LeaseTerms {
        problem: Some(problem),
        ..LeaseTerms::default()
    };
    (at, terms)
}

fn terms(entry: &Entry, file: &str) -> Result<(Range<usize>, LeaseTerms), Wrong> {
    entry.only(KEYS)?;
    let filled = |key: &str| {
        let (text, at) = entry.need(key, file)?;
        real(key, &text).map_err(|problem| (at.clone(), problem))?;
        Ok::<_, Wrong>((CompactString::from(text), at))
    };
    let maybe = |key: &str| {
        let text = entry.text(key, file)?;
        Ok::<_, Wrong>(text.map_or_else(CompactString::default, |(text, _)| text.into()))
    };
    let (address, place) = filled("address")?;
    let (day, at) = entry.need("expires", file)?;
    let expires = date("expires", &day).map_err(|problem| (at, problem))?;
    let kind = maybe("kind")?;
    grammar::kind(&kind).map_err(|problem| (place.clone(), problem))?;
    let terms = LeaseTerms {
        owner: filled("owner")?.0,
        purpose: filled("purpose")?.0,
        expires: Some(expires),
        approver: maybe("approver")?,
        ticket: maybe("ticket")?,
        kind,
        span: Span::default(),
        about: LeaseAbout::Named {
            address,
            path: maybe("path")?,
        },
        problem: None,
    };
    Ok((place, terms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_with_their_places() {
        let text = "leases:\n  - address: aws_iam_role.ci\n    owner: \"@org/a\"\n    purpose: nightly export\n    expires: 2026-03-01\n  - { address: b, owner: \"@x\", purpose: TODO, expires: 2026-03-01 }\n";
        let file = LeaseFile::read(".tenure/leases.yaml", text);
        let mut blobs = Blobs::new(Vec::new());
        let terms = file.terms(&mut blobs);
        assert_eq!(blobs.text(terms[0].span), "aws_iam_role.ci");
        assert_eq!(terms[0].expires, Some(jiff::civil::date(2026, 3, 1)));
        assert_eq!(terms[0].problem, None);
        let problem = terms[1].problem.as_deref();
        assert_eq!(problem, Some("`purpose` says nothing: `TODO`"));
    }

    #[test]
    fn a_slip_in_one_entry_leaves_the_others() {
        let good = |name: &str| {
            format!(
                "{{ address: {name}, owner: \"@x\", purpose: nightly export, expires: 2026-03-01 }}"
            )
        };
        let text = format!(
            "leases:\n  - {}\n  - address: b\n    owner: \"@x\"\n    purpos: nightly export\n    expires: 2026-03-01\n  - address: c # why\n    owner: \"@x\"\n    purpose: |\n      ledger: export\n    expires: 2026-03-01\n  - [d]\n  - just words\n  - {}\n",
            good("a"),
            good("e")
        );
        for text in [text.clone(), text.replace('\n', "\r\n")] {
            let terms = LeaseFile::read("x", &text).terms(&mut Blobs::new(Vec::new()));
            let valid: Vec<bool> = terms.iter().map(|terms| terms.problem.is_none()).collect();
            assert_eq!(valid, [true, false, true, false, false, true], "{terms:?}");
            let problem = terms[1].problem.as_deref();
            let unknown = "unknown key `purpos`; did you mean `purpose`?";
            assert_eq!(problem, Some(unknown));
            let word = |at: usize| &text[terms[at].span.range()];
            assert_eq!((word(0), word(2), word(5)), ("a", "c", "e"));
            assert!(text[terms[1].span.range().start..].starts_with("purpos:"));
            assert!(text[terms[3].span.range().start..].starts_with("[d]"));
        }
        let stray = format!("lease: 1\nleases:\n  - {}\n", good("a"));
        let terms = LeaseFile::read("x", &stray).terms(&mut Blobs::new(Vec::new()));
        let problem = terms[0].problem.as_deref().unwrap_or_default();
        assert_eq!(problem, "unknown key `lease`; did you mean `leases`?");
        assert_eq!(terms[1].problem, None);
        let twice = format!("leases:\n  - {}\nleases:\n  - {}\n", good("a"), good("b"));
        let terms = LeaseFile::read("x", &twice).terms(&mut Blobs::new(Vec::new()));
        assert!(terms.len() == 1 && terms[0].problem.is_some(), "{terms:?}");
        let ticket = "leases:\n  - { address: a, owner: b, purpose: nightly export, expires: 2026-03-01, ticket: 1.50, path: }\n";
        let terms = LeaseFile::read("x", ticket).terms(&mut Blobs::new(Vec::new()));
        assert_eq!(terms[0].ticket, "1.50", "{terms:?}");
        let wrong = ticket.replace("1.50", "[1]");
        let terms = LeaseFile::read("x", &wrong).terms(&mut Blobs::new(Vec::new()));
        assert_eq!(terms[0].problem.as_deref(), Some("`ticket` is no text"));
    }

    #[test]
    fn a_file_that_does_not_read_is_one_invalid_lease() {
        for (text, part) in [
            ("leases:\n  - adress: x\n", "did you mean `address`"),
            ("leases:\n  - address: x\n    owner: o\n", "is missing"),
            ("leases:\n  - address: [\n", ""),
            ("leases: [", ""),
        ] {
            let file = LeaseFile::read("x", text);
            let [(place, terms)] = file.entries.as_slice() else {
                panic!("{text}: {:?}", file.entries);
            };
            assert!(
                terms.problem.as_deref().unwrap_or("none").contains(part),
                "{text}"
            );
            assert!(place.start <= text.len());
        }
        assert!(LeaseFile::read("x", "").entries.is_empty());
    }
}
