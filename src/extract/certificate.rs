//! Credentials that say themselves when they end: X.509 certificates and JSON Web Tokens that stand in a file.
//!
//! Authorities are left out: what a client trusts is no credential of its own. So is what stands in tests, examples and
//! documentation, which is made to be old.

use crate::finding::Candidate;
use crate::format::{Declaration, Entry, Node, Scope, Value};
use crate::judge::{base64, pem, place, x509};
use crate::model::{Credential, Date, Estate, Fact};
use crate::source::folder::folder;
use crate::source::{BlobId, Span};
use compact_str::{CompactString, format_compact};
use memchr::memmem;

/// The language of declarations that no syntax makes.
const LANGUAGE: &str = "file";
const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";
/// [`BEGIN`] in base64.
const PACKED: &[u8] = b"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t";
/// Longest certificate that is read, in bytes of text.
const LONGEST: usize = 32 << 10;
/// Most certificates of a file: a longer list is what a client trusts.
const MOST: usize = 64;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// What a certificate or token tells: its kind, where it stands, and its fields.
type Told = (&'static str, Span, [(&'static str, String); 3]);

/// The certificates and tokens of a file, as declarations.
#[must_use]
pub fn declare(blob: BlobId, path: &str, bytes: &[u8], found: &[Candidate]) -> Vec<Declaration> {
    let tokens = found.iter().filter_map(|candidate| {
        let of = |name: &str| candidate.notes.iter().find(|(key, _)| key == name);
        let (_, ends) = of("expires")?;
        let issuer = of("issuer").map_or("", |(_, issuer)| issuer);
        let fields = [
            ("ends", ends.as_str()),
            ("issuer", issuer),
            ("name", &candidate.key),
        ];
        Some((
            "jwt",
            candidate.value,
            fields.map(|(key, text)| (key, text.to_owned())),
        ))
    });
    let certificates = certificates(blob, bytes).into_iter().map(|(span, found)| {
        let days = (found.ends - found.starts).get_days();
        let fields = [
            ("ends", found.ends.to_string()),
            ("days", days.to_string()),
            ("name", found.subject),
        ];
        ("x509", span, fields)
    });
    let all: Vec<Told> = tokens.chain(certificates).collect();
    if all.is_empty() || place::of(path) != place::Place::Live {
        return Vec::new();
    }
    let declaration = |(number, (kind, span, fields)): (usize, Told)| {
        let entries = fields.into_iter().map(|(key, text)| Entry {
            key: key.into(),
            key_span: span,
            value: Node::string(span, text),
        });
        Declaration {
            language: LANGUAGE,
            kind: kind.into(),
            name: path.into(),
            address: format_compact!("{path}#{kind}.{number}"),
            body: Node::new(span, Value::Map(entries.collect())).into(),
            span,
            head: span,
            scope: Scope {
                path: path.into(),
                directory: folder(path).into(),
                ..Scope::default()
            },
        }
    };
    all.into_iter().enumerate().map(declaration).collect()
}

/// Certificates of a text, as PEM or as PEM in base64, each where it begins.
fn certificates(blob: BlobId, bytes: &[u8]) -> Vec<(Span, x509::Certificate)> {
    let mut found = Vec::new();
    for at in memmem::find_iter(bytes, BEGIN).take(MOST) {
        let window = &bytes[at..bytes.len().min(at + LONGEST)];
        if let Some(end) = memmem::find(window, END) {
            let read = pem::bytes(&window[..end + END.len()]).and_then(|der| x509::read(&der));
            found.extend(read.map(|read| (Span::new(blob, at, at + BEGIN.len()), read)));
        }
    }
    for at in memmem::find_iter(bytes, PACKED).take(MOST) {
        let window = &bytes[at..bytes.len().min(at + LONGEST)];
        let letter =
            |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        let length = window.iter().take_while(letter).count();
        let read = base64::decode(&window[..length])
            .and_then(|text| pem::bytes(&text))
            .and_then(|der| x509::read(&der));
        found.extend(read.map(|read| (Span::new(blob, at, at + PACKED.len()), read)));
    }
    found.retain(|(_, certificate)| !certificate.authority);
    found
}

/// The credential of each.
pub(super) fn facts(declarations: &[Declaration], estate: &mut Estate) {
    for declaration in declarations {
        if declaration.language != LANGUAGE {
            continue;
        }
        let text = |key: &str| declaration.body.get(key).and_then(Node::as_str);
        let Some(ends) = text("ends").and_then(|day| day.parse::<Date>().ok()) else {
            continue;
        };
        let (kind, span) = match declaration.kind.as_str() {
            "x509" => ("certificate", declaration.span),
            _ => ("token", declaration.span),
        };
        let named = text("name").filter(|name| !name.is_empty());
        let name = CompactString::from(named.unwrap_or(&declaration.name));
        let days = text("days").and_then(|days| days.parse::<i64>().ok());
        estate.credentials.push(Credential {
            address: declaration.address.clone(),
            span,
            whole: span,
            language: Fact::given(LANGUAGE),
            resource: Fact::given(&declaration.kind),
            provider: Fact::Unknown(None),
            kind: Fact::given(kind),
            name: Fact::Known(name, span),
            of: Fact::Unknown(None),
            stored: Fact::given("repository"),
            expires: Fact::Known(ends, span),
            lifetime: days.map_or(Fact::Unknown(None), |days| Fact::Known(days * DAY, span)),
            rotation: Fact::Unknown(None),
            rotated: Fact::Unknown(None),
            bound: Fact::Unknown(None),
            owner_kind: Fact::Unknown(None),
            ..Credential::default()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(path: &str, text: &str) -> Vec<(String, String, Option<i64>)> {
        let declared = declare(BlobId(0), path, text.as_bytes(), &[]);
        let mut estate = Estate::default();
        facts(&declared, &mut estate);
        let told = |credential: &Credential| {
            let ends = credential.expires.value().map(ToString::to_string);
            let days = credential.lifetime.value().map(|seconds| seconds / DAY);
            (
                credential.name.text().to_owned(),
                ends.unwrap_or_default(),
                days,
            )
        };
        estate.credentials.iter().map(told).collect()
    }

    const ENDED: &str = include_str!("../../testdata/certificates/ended.pem");
    const AUTHORITY: &str = include_str!("../../testdata/certificates/authority.pem");

    #[test]
    fn a_certificate_is_a_credential_however_it_is_written() {
        let expected = [(
            "ledger.corp.example".to_owned(),
            "2025-01-01".to_owned(),
            Some(366),
        )];
        let packed = base64::encode(ENDED.as_bytes());
        for text in [
            format!("{AUTHORITY}{ENDED}"),
            format!("data:\n  tls.crt: {packed}\n"),
            format!("cert: \"{}\"\n", ENDED.replace('\n', "\\n")),
            format!("cert: |\n{}", ENDED.replace("\n", "\n  ")),
        ] {
            assert_eq!(credentials("certs/server.yaml", &text), expected, "{text}");
        }
    }

    #[test]
    fn authorities_and_material_of_tests_are_none() {
        assert!(credentials("certs/ca.pem", AUTHORITY).is_empty());
        assert!(credentials("tests/server.pem", ENDED).is_empty());
        assert!(credentials("a.pem", &ENDED[..300]).is_empty());
    }
}
