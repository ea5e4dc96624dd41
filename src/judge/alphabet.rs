//! The characters that values are made of, as tables for one look-up a byte.

use crate::rule::Alphabet;

/// Which bytes belong: index by the byte.
pub type Class = [bool; 256];

const fn class(ranges: &[(u8, u8)], singles: &[u8]) -> Class {
    let mut table = [false; 256];
    let mut at = 0;
    while at < ranges.len() {
        let mut byte = ranges[at].0;
        loop {
            table[byte as usize] = true;
            if byte == ranges[at].1 {
                break;
            }
            byte += 1;
        }
        at += 1;
    }
    let mut at = 0;
    while at < singles.len() {
        table[singles[at] as usize] = true;
        at += 1;
    }
    table
}

const fn except(mut table: Class, singles: &[u8]) -> Class {
    let mut at = 0;
    while at < singles.len() {
        table[singles[at] as usize] = false;
        at += 1;
    }
    table
}

static DIGIT: Class = class(&[(b'0', b'9')], b"");
static HEX: Class = class(&[(b'0', b'9'), (b'a', b'f')], b"");
static HEXMIXED: Class = class(&[(b'0', b'9'), (b'a', b'f'), (b'A', b'F')], b"");
static HEXUPPER: Class = class(&[(b'0', b'9'), (b'A', b'F')], b"");
static UPPER: Class = class(&[(b'0', b'9'), (b'A', b'Z')], b"");
static LOWER: Class = class(&[(b'0', b'9'), (b'a', b'z')], b"");
static BASE32: Class = class(&[(b'2', b'7'), (b'A', b'Z')], b"");
static BASE32LOWER: Class = class(&[(b'2', b'7'), (b'a', b'z')], b"");
static ALPHA: Class = class(&[(b'A', b'Z'), (b'a', b'z')], b"");
static BASE62: Class = class(&[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')], b"");
static BASE58: Class = except(
    class(&[(b'1', b'9'), (b'A', b'Z'), (b'a', b'z')], b""),
    b"IOl",
);
static CRYPT: Class = class(&[(b'.', b'9'), (b'A', b'Z'), (b'a', b'z')], b"");
static BASE64: Class = class(&[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')], b"+/");
static BASE64URL: Class = class(&[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')], b"-_");
static WORD: Class = class(&[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')], b"_");
static DOTTED: Class = class(&[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')], b"._-");
static UNRESERVED: Class = class(&[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')], b"._~-");
static USERINFO: Class = class(
    &[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')],
    b"._~-%!$&'()*+,;=@#^",
);
static VALUE: Class = except(class(&[(b'!', b'~'), (0x80, 0xff)], b""), b"\"'`<>,");
static TEXT: Class = except(class(&[(0, 0xff)], b""), b"\0");

/// The table of an alphabet. `base64` leaves out the padding, which is a matter of the run's end.
#[must_use]
pub fn of(alphabet: Alphabet) -> &'static Class {
    match alphabet {
        Alphabet::Digit => &DIGIT,
        Alphabet::Hex => &HEX,
        Alphabet::Hexmixed => &HEXMIXED,
        Alphabet::Hexupper => &HEXUPPER,
        Alphabet::Upper => &UPPER,
        Alphabet::Lower => &LOWER,
        Alphabet::Base32 => &BASE32,
        Alphabet::Base32lower => &BASE32LOWER,
        Alphabet::Alpha => &ALPHA,
        Alphabet::Base62 => &BASE62,
        Alphabet::Base58 => &BASE58,
        Alphabet::Crypt => &CRYPT,
        Alphabet::Base64 => &BASE64,
        Alphabet::Base64url => &BASE64URL,
        Alphabet::Word => &WORD,
        Alphabet::Dotted => &DOTTED,
        Alphabet::Unreserved => &UNRESERVED,
        Alphabet::Userinfo => &USERINFO,
        Alphabet::Value => &VALUE,
        Alphabet::Text => &TEXT,
    }
}

/// How many bytes from `at` on belong to a class.
#[must_use]
pub fn run(bytes: &[u8], at: usize, class: &Class) -> usize {
    bytes
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take_while(|&&byte| class[byte as usize])
        .count()
}

/// Where `least` bytes in a row belong to a class, first. Looks at the last byte that a row could end with first, and passes over
/// all that a strange byte makes impossible.
#[must_use]
pub fn find_run(bytes: &[u8], class: &Class, least: usize) -> Option<usize> {
    let mut from = 0;
    while let Some(window) = bytes.get(from..from + least) {
        match window.iter().rposition(|&byte| !class[byte as usize]) {
            Some(strange) => from += strange + 1,
            None => return Some(from),
        }
    }
    None
}

/// Whether every byte of a class belongs to another.
#[must_use]
pub fn within(class: &Class, other: &Class) -> bool {
    class.iter().zip(other).all(|(own, other)| !own || *other)
}

/// What most tokens are written in: letters, digits and the marks of either base64.
pub static TOKENS: Class = class(&[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')], b"+/-_");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_hold_what_their_names_say() {
        let text = |alphabet| -> String {
            (33..127u8)
                .filter(|&b| of(alphabet)[b as usize])
                .map(char::from)
                .collect()
        };
        assert_eq!(text(Alphabet::Hexupper), "0123456789ABCDEF");
        assert_eq!(text(Alphabet::Base32), "234567ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        assert_eq!(text(Alphabet::Base58).len(), 58);
        assert_eq!(text(Alphabet::Base62).len(), 62);
        assert!(text(Alphabet::Crypt).starts_with("./0") && text(Alphabet::Crypt).len() == 64);
        assert!(!of(Alphabet::Value)[b'"' as usize] && of(Alphabet::Value)[b'!' as usize]);
        assert!(of(Alphabet::Text)[b'\n' as usize] && !of(Alphabet::Text)[0]);
        assert_eq!(run(b"abc-12", 0, of(Alphabet::Alpha)), 3);
        assert_eq!(run(b"abc", 9, of(Alphabet::Alpha)), 0);
        assert!(
            within(&BASE64URL, &TOKENS) && within(&BASE64, &TOKENS) && !within(&VALUE, &TOKENS)
        );
    }

    #[test]
    fn a_row_is_found_wherever_it_stands() {
        let class = of(Alphabet::Hex);
        for before in 0..7 {
            for after in 0..7 {
                let around =
                    |row: &str| format!("{}-{row}-{}", "a".repeat(before), "b".repeat(after));
                let found = |row: &str| find_run(around(row).as_bytes(), class, 10);
                assert_eq!(found("0123456789"), Some(before + 1));
                assert_eq!(found("012345678"), None);
            }
        }
        assert_eq!(find_run(b"", class, 0), Some(0));
        assert_eq!(find_run(b"", class, 1), None);
    }
}
