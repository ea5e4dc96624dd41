//! Makes values that a pattern finds, and values that it must not, so that rule pages and tests hold no live-looking key.

use crate::judge::alphabet;
use crate::judge::base64::{encode, encode_url};
use crate::judge::checksum::{crc32_routing, crc32_suffix};
use crate::judge::form::Form;
use crate::judge::key::Key;
use crate::judge::shape::bounds;
use crate::rule::{Alphabet, Checksum, Pattern, Run, Shape};

/// Values tried until one passes the pattern's own judgement.
const TRIES: u64 = 512;
/// Length that an open run is given beyond its least.
const EXTRA: usize = 24;

/// The `n`th value that the pattern finds: the same on every run. `None` for a pattern that only an expression describes.
#[must_use]
pub fn sample(pattern: &Pattern, n: u64) -> Option<String> {
    let form = Form::new(pattern);
    (0..TRIES).find_map(|attempt| {
        let value = generate(pattern, &mut Noise::new(n * 1_000_003 + attempt))?;
        accepted(&form, &value).then_some(value)
    })
}

/// A value that looks like the pattern's and is not: a wrong checksum, or a wrong length where there is no checksum.
#[must_use]
pub fn broken(pattern: &Pattern) -> Option<String> {
    let good = sample(pattern, 1)?;
    let form = Form::new(pattern);
    let refused = |value: &String| !accepted(&form, value);
    let turned = (0..good.len()).rev().filter_map(|at| turn(&good, at));
    let cut = (1..good.len()).map(|length| good[..good.len() - length].to_owned());
    if pattern.checksum.is_some() {
        turned.chain(cut).find(refused)
    } else {
        cut.filter(|value| !value.is_empty()).find(refused)
    }
}

/// The value with another character of the same sort at `at`.
fn turn(value: &str, at: usize) -> Option<String> {
    let byte = value.as_bytes()[at];
    let other = match byte {
        b'z' => b'a',
        b'Z' => b'A',
        b'9' => b'0',
        byte if byte.is_ascii_alphanumeric() => byte + 1,
        _ => return None,
    };
    let mut bytes = value.as_bytes().to_vec();
    bytes[at] = other;
    String::from_utf8(bytes).ok()
}

fn accepted(form: &Form, value: &str) -> bool {
    form.whole(value.as_bytes()).is_some_and(|found| {
        form.judge(value.as_bytes(), &found, &Key::new(b""))
            .is_some()
    })
}

fn generate(pattern: &Pattern, noise: &mut Noise) -> Option<String> {
    match pattern.checksum {
        Some(Checksum::Jwt) => return Some(token(noise)),
        Some(Checksum::PemDer) => return Some(block(pattern, noise)),
        _ if pattern.shape.is_empty() => return None,
        _ => {}
    }
    let mut value = String::new();
    let mut prefix = 0;
    for (index, part) in pattern.shape.iter().enumerate() {
        match part {
            Shape::Literal(text) => value.push_str(text),
            Shape::OneOf(texts) => value.push_str(texts.get(noise.below(texts.len()))?),
            Shape::Run(run) => {
                let last = index + 1 == pattern.shape.len();
                characters(run, last, noise, &mut value);
            }
        }
        if index == 0 && !matches!(part, Shape::Run(_)) {
            prefix = value.len();
        }
    }
    prove(pattern, value, prefix, noise)
}

/// Makes the checksum right.
fn prove(pattern: &Pattern, mut value: String, prefix: usize, noise: &mut Noise) -> Option<String> {
    match pattern.checksum {
        Some(Checksum::Crc32Base62) => {
            let split = value.len().checked_sub(6)?;
            let suffix = crc32_suffix(value.get(prefix..split)?.as_bytes());
            value.truncate(split);
            value.extend(suffix.map(char::from));
        }
        Some(Checksum::Crc32Base36) => {
            let payload = value.get(prefix..)?.find('.')?;
            value.truncate(value.len().checked_sub(9)?);
            let suffix = crc32_routing(value.as_bytes(), payload);
            value.extend(suffix.into_iter().map(char::from));
        }
        Some(Checksum::Base64Struct) => {
            let length = value.len() - prefix;
            let mut bytes = pattern.decodes_to.clone().unwrap_or_default().into_bytes();
            bytes.extend((bytes.len()..length / 4 * 3).map(|_| noise.byte()));
            value.truncate(prefix);
            value.push_str(&encode(&bytes));
        }
        Some(Checksum::UserPassword) => {
            let password: String = (0..16)
                .filter_map(|_| char::from_digit(u32::from(noise.byte()) % 36, 36))
                .collect();
            value.truncate(prefix);
            value.push_str(&encode(format!("svc:{password}").as_bytes()));
        }
        Some(Checksum::Luhn) => {
            let last = value.pop()?;
            let form = Form::new(pattern);
            let digit = (b'0'..=b'9').find(|&digit| {
                let tried = format!("{value}{}", char::from(digit));
                accepted(&form, &tried)
            });
            value.push(digit.map_or(last, char::from));
        }
        _ => {}
    }
    Some(value)
}

fn characters(run: &Run, last: bool, noise: &mut Noise, value: &mut String) {
    let (min, max) = bounds(run);
    let length = if min >= 16 {
        min
    } else {
        (min + EXTRA).min(max)
    };
    let table = alphabet::of(match run.of {
        Alphabet::Value | Alphabet::Text | Alphabet::Userinfo | Alphabet::Unreserved => {
            Alphabet::Base62
        }
        other => other,
    });
    let letters: Vec<u8> = (b'!'..=b'~').filter(|&byte| table[byte as usize]).collect();
    for at in 0..length {
        // Separators stay inside, where they part nothing.
        let edge = at == 0 || at + 1 == length;
        let byte = loop {
            let byte = letters[noise.below(letters.len())];
            if !edge || byte.is_ascii_alphanumeric() || letters.len() < 10 {
                break byte;
            }
        };
        value.push(char::from(byte));
    }
    if last && run.of == Alphabet::Base64 {
        value.push_str(match length % 4 {
            2 => "==",
            3 => "=",
            _ => "",
        });
    }
}

/// A JSON Web Token with a random subject and signature.
fn token(noise: &mut Noise) -> String {
    let header = r#"{"alg":"HS256","typ":"JWT"}"#;
    let payload = format!(r#"{{"sub":"svc-{:08x}","iat":1700000000}}"#, noise.next());
    let signature: Vec<u8> = (0..32).map(|_| noise.byte()).collect();
    format!(
        "{}.{}.{}",
        encode_url(header.as_bytes()),
        encode_url(payload.as_bytes()),
        encode_url(&signature)
    )
}

/// A PEM block around a DER sequence of noise, with the label that the pattern's shape begins with.
fn block(pattern: &Pattern, noise: &mut Noise) -> String {
    let label: String = pattern
        .shape
        .iter()
        .map_while(|part| match part {
            Shape::Literal(text) => Some(text.as_str()),
            Shape::OneOf(texts) => Some(texts.first().map_or("", String::as_str)),
            Shape::Run(_) => None,
        })
        .collect();
    let label = label.trim_matches('-').trim_start_matches("BEGIN ");
    let label = if label.is_empty() {
        "PRIVATE KEY"
    } else {
        label
    };
    let mut der = vec![0x30, 0x81, 200];
    der.extend((0..200).map(|_| noise.byte()));
    let body = encode(&der);
    let lines: Vec<&str> = body
        .as_bytes()
        .chunks(64)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----",
        lines.join("\n")
    )
}

/// A small, fixed source of noise (splitmix64): nothing here needs to be secret, only the same on every run.
struct Noise(u64);

impl Noise {
    fn new(seed: u64) -> Self {
        Self(
            seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
                .wrapping_add(0x1234_5678_9ABC_DEF1),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound.max(1) as u64)).unwrap_or(0)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(yaml: &str) -> Pattern {
        serde_saphyr::from_str(&format!("provider: x\nkind: token\n{yaml}")).unwrap()
    }

    #[test]
    fn samples_are_found_and_broken_ones_are_not() {
        for yaml in [
            "anchors: [tok_]\nshape: [tok_, {of: base62, length: 36}]\nchecksum: crc32-base62\n",
            "anchors: [AKIA]\nshape: [[AKIA, ASIA], {of: base32, length: 16}]\nchecksum: aws-key-id\n",
            "anchors: [key]\nshape: [{of: hex, length: 32}]\n",
            "anchors: [key]\nshape: [{of: value, min: 8, max: 60}]\nlike: password\n",
            "anchors: ['-us1']\nshape: [{of: hex, length: 32}, ['-us1', '-us2'], {of: digit, length: 1}]\n",
            "anchors: [eyJ]\nshape: [eyJ, {of: base64url, min: 10}, '.', {of: base64url, min: 4}, '.', {of: base64url, min: 4}]\nchecksum: jwt\n",
            "anchors: ['-----BEGIN ']\nshape: ['-----BEGIN ', ['PRIVATE KEY', 'EC PRIVATE KEY'], '-----', {of: text}, '-----END ', ['PRIVATE KEY', 'EC PRIVATE KEY'], '-----']\nchecksum: pem-der\n",
        ] {
            let pattern = pattern(yaml);
            let form = Form::new(&pattern);
            let one = sample(&pattern, 1).unwrap_or_else(|| panic!("{yaml}"));
            assert!(accepted(&form, &one), "{one}");
            assert_eq!(sample(&pattern, 1).unwrap(), one);
            assert_ne!(sample(&pattern, 2).unwrap(), one);
            let wrong = broken(&pattern).unwrap();
            assert!(!accepted(&form, &wrong), "{wrong}");
        }
        assert_eq!(sample(&pattern("regex: 'a+'\n"), 1), None);
    }
}
