//! Proofs that a value is what it looks like, none of which needs a network.

use super::base64::decode;
use super::{entropy, jwt, pem};
use crate::rule::Checksum;

/// What a proof says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// It holds; with what it told: `aws_account`, `expires`.
    Passed(Vec<(String, String)>),
    /// The value cannot be genuine.
    Failed,
}

/// Tries a proof on a value whose first `prefix` bytes are the fixed literal of its kind. `decodes_to` is what the
/// decoded bytes of a `base64-struct` start with.
#[must_use]
pub fn prove(checksum: Checksum, value: &[u8], prefix: usize, decodes_to: Option<&str>) -> Proof {
    let body = value.get(prefix..).unwrap_or_default();
    let told = match checksum {
        Checksum::Crc32Base62 => crc32_base62(body).then(Vec::new),
        Checksum::Crc32Base36 => crc32_base36(value, body).then(Vec::new),
        Checksum::Jwt => jwt::read(value),
        Checksum::PemDer => pem::read(value),
        Checksum::Base64Struct => decode(body)
            .filter(|bytes| bytes.starts_with(decodes_to.unwrap_or_default().as_bytes()))
            .map(|_| Vec::new()),
        Checksum::Luhn => luhn(value).then(Vec::new),
        Checksum::AwsKeyId => aws_key_id(value),
        Checksum::UserPassword => user_password(body),
    };
    told.map_or(Proof::Failed, Proof::Passed)
}

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The six characters that GitHub and npm append: the CRC-32 of the body in base 62, zero-padded.
#[must_use]
pub fn crc32_suffix(body: &[u8]) -> [u8; 6] {
    let mut rest = crc32fast::hash(body) as usize;
    let mut text = [b'0'; 6];
    for place in text.iter_mut().rev() {
        *place = BASE62[rest % 62];
        rest /= 62;
    }
    text
}

fn crc32_base62(body: &[u8]) -> bool {
    let Some(split) = body.len().checked_sub(6) else {
        return false;
    };
    split > 0 && crc32_suffix(&body[..split]) == body[split..]
}

/// A number below 36^7 in base 36, zero-padded.
fn base36(mut rest: u32) -> [u8; 7] {
    let mut text = [b'0'; 7];
    for place in text.iter_mut().rev() {
        *place = b"0123456789abcdefghijklmnopqrstuvwxyz"[rest as usize % 36];
        rest /= 36;
    }
    text
}

/// What follows the payload of a routable GitLab token: its length in two places, then the CRC-32 of all before in seven.
#[must_use]
pub fn crc32_routing(token: &[u8], payload: usize) -> Vec<u8> {
    let length = base36(u32::try_from(payload).unwrap_or(u32::MAX));
    let mut whole = [token, &length[5..]].concat();
    whole.extend(base36(crc32fast::hash(&whole)));
    whole.split_off(token.len())
}

fn crc32_base36(value: &[u8], body: &[u8]) -> bool {
    let payload = body.iter().position(|&byte| byte == b'.');
    let split = value.len().checked_sub(9);
    payload
        .zip(split)
        .is_some_and(|(payload, split)| crc32_routing(&value[..split], payload) == value[split..])
}

/// Base64 of `user:password`: tells the user.
fn user_password(body: &[u8]) -> Option<Vec<(String, String)>> {
    let text = String::from_utf8(decode(body)?).ok()?;
    let (user, password) = text.split_once(':')?;
    let plain = !user.is_empty() && user.chars().all(|c| c.is_ascii_graphic());
    (plain && super::value::literal(password)).then(|| vec![("user".to_owned(), user.to_owned())])
}

/// The Luhn digit over all digits of a value; other characters are skipped.
fn luhn(value: &[u8]) -> bool {
    let digits = value.iter().rev().filter(|byte| byte.is_ascii_digit());
    let sum: u32 = digits
        .enumerate()
        .map(|(index, byte)| {
            let digit = u32::from(byte - b'0') << (index % 2);
            digit / 10 + digit % 10
        })
        .sum();
    entropy::digits(value) > 1 && sum.is_multiple_of(10)
}

/// An AWS key id: four letters, then base-32 whose first 40 bits hold the account, in keys made since 2019.
fn aws_key_id(value: &[u8]) -> Option<Vec<(String, String)>> {
    let body = value.get(4..).filter(|body| body.len() >= 16)?;
    let mut bits: u64 = 0;
    for (index, &byte) in body.iter().enumerate() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        if index < 10 {
            bits = bits << 5 | u64::from(digit);
        }
    }
    // Ten base-32 digits are 50 bits: one flag, 40 of the account halved by the key's own layout, the rest random.
    let account = (bits >> 2 & 0x7fff_ffff_ff80) >> 7;
    let modern = body[0] >= b'Q' && account > 0 && account < 1_000_000_000_000;
    Some(if modern {
        vec![("aws_account".to_owned(), format!("{account:012}"))]
    } else {
        Vec::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc32_of_a_token_is_its_last_six_characters() {
        let body = b"zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ";
        assert_eq!(&crc32_suffix(body), b"0mLq17");
        let whole = [&body[..], b"0mLq17"].concat();
        assert_eq!(
            prove(Checksum::Crc32Base62, &whole, 0, None),
            Proof::Passed(Vec::new())
        );
        let wrong = [&body[..], b"0mLq18"].concat();
        assert_eq!(prove(Checksum::Crc32Base62, &wrong, 0, None), Proof::Failed);
        assert_eq!(prove(Checksum::Crc32Base62, b"abc", 0, None), Proof::Failed);
    }

    #[test]
    fn an_aws_key_id_tells_its_account() {
        let told = aws_key_id(concat!("ASIA", "QNZGKIQY56JQ7WML").as_bytes());
        assert_eq!(
            told,
            Some(vec![("aws_account".to_owned(), "029608264753".to_owned())])
        );
        assert_eq!(aws_key_id(b"AKIA0000000000000000"), None);
    }

    #[test]
    fn luhn_and_base64() {
        assert!(luhn(b"4539 1488 0343 6467") && !luhn(b"4539 1488 0343 6468") && !luhn(b"0"));
        let encoded = crate::judge::base64::encode(b"op_1234");
        assert_ne!(
            prove(Checksum::Base64Struct, encoded.as_bytes(), 0, Some("op_")),
            Proof::Failed
        );
        assert_eq!(
            prove(Checksum::Base64Struct, encoded.as_bytes(), 0, Some("xx_")),
            Proof::Failed
        );
        assert_eq!(decode(b"a-_b").map(|b| b.len()), Some(3));
        assert_eq!(decode(b""), None);
    }
}
