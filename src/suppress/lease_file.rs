//! `.tenure/leases.yaml`: leases for what has no room for a comment, as JSON and resources of other repositories.
//!
//! Fails closed, as waivers do: a date that is none makes its lease invalid; a file that does not read, or has a key that is
//! not known, is one invalid lease.

use super::allow::real;
use super::grammar::{self, date};
use super::waiver::{bytes, words};
use crate::model::{LeaseAbout, LeaseTerms};
use crate::source::{Blobs, Span};
use compact_str::CompactString;
use serde_saphyr::{Location, Spanned};
use std::ops::Range;

/// The file as read.
#[derive(Debug, Clone, Default)]
pub struct LeaseFile {
    path: String,
    text: String,
    /// Its leases, each with its bytes.
    entries: Vec<(Range<usize>, LeaseTerms)>,
}

type Text = Spanned<String>;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    leases: Vec<Entry>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    address: Text,
    #[serde(default)]
    path: Option<Text>,
    owner: Text,
    purpose: Text,
    expires: Text,
    #[serde(default)]
    approver: Option<Text>,
    #[serde(default)]
    ticket: Option<Text>,
    #[serde(default)]
    kind: Option<Text>,
}

impl LeaseFile {
    /// Reads the file.
    #[must_use]
    pub fn read(path: &str, text: &str) -> Self {
        let options = serde_saphyr::options! { with_snippet: false };
        let document: Result<Option<Document>, _> =
            serde_saphyr::from_str_with_options(text, options);
        let entries = match document {
            Ok(document) => document
                .map_or_else(Vec::new, |document| document.leases)
                .iter()
                .map(|entry| (bytes(entry.address.referenced), terms(entry)))
                .collect(),
            Err(error) => {
                let error = error.without_snippet();
                let at = error.location().unwrap_or(Location::UNKNOWN);
                let problem = Some(words(error));
                let terms = LeaseTerms {
                    problem,
                    ..LeaseTerms::default()
                };
                vec![(bytes(at), terms)]
            }
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

fn terms(entry: &Entry) -> LeaseTerms {
    let text = |text: &Option<Text>| -> CompactString {
        text.as_ref()
            .map(|text| text.value.trim().into())
            .unwrap_or_default()
    };
    let expires = date("expires", entry.expires.value.trim());
    let problem = [
        real("address", &entry.address.value).err(),
        real("owner", &entry.owner.value).err(),
        real("purpose", &entry.purpose.value).err(),
        expires.clone().err(),
        grammar::kind(text(&entry.kind).as_str()).err(),
    ];
    LeaseTerms {
        owner: entry.owner.value.trim().into(),
        purpose: entry.purpose.value.trim().into(),
        expires: expires.ok(),
        approver: text(&entry.approver),
        ticket: text(&entry.ticket),
        kind: text(&entry.kind),
        span: Span::default(),
        about: LeaseAbout::Named {
            address: entry.address.value.trim().into(),
            path: text(&entry.path),
        },
        problem: problem.into_iter().flatten().next(),
    }
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
    fn a_file_that_does_not_read_is_one_invalid_lease() {
        for (text, part) in [
            ("leases:\n  - adress: x\n", "did you mean `address`"),
            ("leases:\n  - address: x\n    owner: o\n", "is missing"),
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
