//! Reads an X.509 certificate far enough to know whose it is, how long it holds, and whether it is an authority's.
//!
//! RFC 5280: `Certificate { tbs { [0] version, serial, algorithm, issuer, validity, subject, key, ..., [3] extensions } ... }`.

use jiff::civil::Date;

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Common name of the subject, else its organisation; empty when it has neither.
    pub subject: String,
    /// The issuer, likewise.
    pub issuer: String,
    /// First day.
    pub starts: Date,
    /// Last day.
    pub ends: Date,
    /// Whether it may issue others: a root or an intermediate, or one of the first version that signed itself.
    pub authority: bool,
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OID: u8 = 0x06;
const BOOLEAN: u8 = 0x01;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANISATION: &[u8] = &[0x55, 4, 10];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
/// Years from here on stand for no end.
const NEVER: i16 = 9000;

/// Reads a certificate in DER; `None` for anything else, and for one without an end.
#[must_use]
pub fn read(der: &[u8]) -> Option<Certificate> {
    let mut whole = Reader(der).expect(SEQUENCE)?;
    let mut body = whole.expect(SEQUENCE)?;
    let version = body.take_if(0xa0).is_some();
    body.next()?; // serial
    body.expect(SEQUENCE)?; // algorithm
    let issued_by = body.expect(SEQUENCE)?;
    let mut validity = body.expect(SEQUENCE)?;
    let (starts, ends) = (time(&mut validity)?, time(&mut validity)?);
    let issued_to = body.expect(SEQUENCE)?;
    body.expect(SEQUENCE)?; // key
    let mut authority = !version && issued_by.0 == issued_to.0;
    while let Some((tag, value)) = body.next() {
        if tag == 0xa3 {
            authority |= is_authority(value).unwrap_or(false);
        }
    }
    (ends.year() < NEVER && starts <= ends).then(|| Certificate {
        subject: name(issued_to),
        issuer: name(issued_by),
        starts,
        ends,
        authority,
    })
}

/// Elements of DER, one after the other.
#[derive(Clone, Copy)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Tag and content of the next element.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let bytes = usize::from(first & 0x7f);
            if bytes == 0 || bytes > 4 {
                return None;
            }
            let (length, rest) = rest.split_at_checked(bytes)?;
            let length = length
                .iter()
                .fold(0usize, |length, &byte| length << 8 | usize::from(byte));
            (length, rest)
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The content of the next element, which must have this tag.
    fn expect(&mut self, tag: u8) -> Option<Reader<'a>> {
        let (found, content) = self.next()?;
        (found == tag).then_some(Reader(content))
    }

    /// As [`Self::expect`], with nothing read when the tag is another.
    fn take_if(&mut self, tag: u8) -> Option<Reader<'a>> {
        (self.0.first() == Some(&tag)).then(|| self.expect(tag))?
    }
}

/// `YYMMDDhhmmssZ` or `YYYYMMDDhhmmssZ`; years of two digits are 1950 to 2049.
fn time(reader: &mut Reader<'_>) -> Option<Date> {
    let (tag, text) = reader.next()?;
    let text = std::str::from_utf8(text).ok()?;
    let (year, rest) = match tag {
        UTC_TIME => {
            let year: i16 = text.get(..2)?.parse().ok()?;
            (
                if year < 50 { 2000 + year } else { 1900 + year },
                text.get(2..6)?,
            )
        }
        GENERALIZED_TIME => (text.get(..4)?.parse().ok()?, text.get(4..8)?),
        _ => return None,
    };
    Date::new(year, rest[..2].parse().ok()?, rest[2..].parse().ok()?).ok()
}

/// The common name, else the organisation.
fn name(mut parts: Reader<'_>) -> String {
    let (mut common, mut organisation) = (None, None);
    while let Some((tag, part)) = parts.next() {
        let mut pair = Reader(part);
        let Some(mut pair) = (tag == SET).then(|| pair.expect(SEQUENCE)).flatten() else {
            continue;
        };
        let (Some(kind), Some((_, value))) = (pair.expect(OID), pair.next()) else {
            continue;
        };
        let text = || String::from_utf8_lossy(value).into_owned();
        match kind.0 {
            COMMON_NAME => common = Some(text()),
            ORGANISATION => organisation = Some(text()),
            _ => {}
        }
    }
    common.or(organisation).unwrap_or_default()
}

/// Whether the basic constraints among extensions say that it may issue others.
fn is_authority(extensions: &[u8]) -> Option<bool> {
    let mut list = Reader(extensions).expect(SEQUENCE)?;
    while let Some((_, extension)) = list.next() {
        let mut extension = Reader(extension);
        if extension.expect(OID)?.0 != BASIC_CONSTRAINTS {
            continue;
        }
        extension.take_if(BOOLEAN);
        let (_, value) = extension.next()?;
        let mut constraints = Reader(value).expect(SEQUENCE)?;
        return Some(
            constraints
                .take_if(BOOLEAN)
                .is_some_and(|flag| flag.0 != [0]),
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::pem;

    fn der(text: &str) -> Vec<u8> {
        pem::bytes(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_certificate_says_whose_it_is_and_how_long() {
        let long = der(include_str!("../../testdata/certificates/long.pem"));
        let expected = Certificate {
            subject: "ledger.corp.example".to_owned(),
            issuer: "Example Issuer".to_owned(),
            starts: jiff::civil::date(2025, 1, 1),
            ends: jiff::civil::date(2055, 1, 1),
            authority: false,
        };
        assert_eq!(read(&long), Some(expected));
        let root = der(include_str!("../../testdata/certificates/authority.pem"));
        assert!(read(&root).unwrap().authority);
    }

    #[test]
    fn no_cut_or_flip_makes_it_panic() {
        let whole = der(include_str!("../../testdata/certificates/ended.pem"));
        assert!(read(&whole).is_some());
        for length in 0..whole.len() {
            assert_eq!(read(&whole[..length]), None);
            let mut flipped = whole.clone();
            flipped[length] ^= 0xff;
            let _ = read(&flipped);
        }
    }
}
