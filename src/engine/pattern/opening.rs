//! What opens a value behind its sign: white space, a call around a literal, the prefix of a string, quotes, a scheme.

use super::skip::KEY;

/// Bytes that what opens a value takes, at most: values of other names, a call.
pub(super) const OPENING: usize = 480;

/// Passes white space, string prefixes, quotes and an authentication scheme; yields the value's start and closing quote.
pub(super) fn opening(bytes: &[u8], mut at: usize) -> Option<(usize, Option<u8>)> {
    let spaces = |at: usize| {
        bytes[at.min(bytes.len())..]
            .iter()
            .take(16)
            .take_while(|&&byte| byte == b' ' || byte == b'\t')
            .count()
    };
    at += spaces(at);
    at = wrapped(bytes, at);
    if let Some([prefix, quote, ..]) = bytes.get(at..)
        && matches!(
            prefix,
            b'r' | b'b' | b'u' | b'f' | b'L' | b'N' | b'@' | b'$' | b'(' | b'[' | b'{' | b'&'
        )
        && matches!(quote, b'"' | b'\'' | b'`')
    {
        at += 1;
    }
    let quote = match bytes.get(at..)? {
        [b'\\', b'"' | b'\'', ..] => {
            at += 2;
            Some(b'\\')
        }
        [quote @ (b'"' | b'\'' | b'`'), rest @ ..] => {
            let triple = rest.first() == Some(quote) && rest.get(1) == Some(quote);
            at += if triple { 3 } else { 1 };
            Some(*quote)
        }
        _ => None,
    };
    let schemes = matches!(bytes.get(at), Some(b'B' | b'b' | b'T' | b't'));
    for scheme in [
        b"Bearer ".as_slice(),
        b"bearer ",
        b"Basic ",
        b"Token ",
        b"token ",
    ] {
        if schemes && bytes[at..].starts_with(scheme) {
            at += scheme.len();
        }
    }
    bytes
        .get(at)
        .is_some_and(|byte| byte.is_ascii_graphic() || *byte >= 0x80)
        .then_some((at, quote))
}

/// Calls that make a value of the literal in them: bytes of a text, a key of its digits, an option of a value.
#[rustfmt::skip]
const WRAPS: [&[u8]; 26] = [
    b"Some", b"byte", b"bytes", b"QStringLiteral", b"SecretStr", b"SecretString", b"GuardedString", b"b64decode", b"decode64", b"decode",
    b"FromBase64String", b"FromHexString", b"DecodeString", b"decodeHex", b"parseHexBinary", b"GetBytes", b"fromhex", b"unhexlify",
    b"from", b"parse", b"Buffer", b"hex!", b"String", b"string", b"F", b"_T",
];

/// Passes a call around a quoted literal: `bytes.fromhex("...")`, `Buffer.from('...', 'hex')`, `[]byte("...")`; and `default=`, behind
/// which stands what an option of a command line falls back to.
fn wrapped(bytes: &[u8], mut at: usize) -> usize {
    for _ in 0..3 {
        let rest = &bytes[at.min(bytes.len())..bytes.len().min(at + KEY)];
        if rest.starts_with(b"default=") {
            at += b"default=".len();
            continue;
        }
        let called = rest.strip_prefix(b"new ").unwrap_or(rest);
        let part = |byte: &&u8| {
            byte.is_ascii_alphanumeric() || b"_.:!$[](".contains(byte) || **byte == b')'
        };
        let name = &called[..called.iter().take_while(part).count()];
        // The name goes on over `getDecoder().decode(`.
        let Some(open) = name.iter().rposition(|&byte| byte == b'(') else {
            return at;
        };
        let word = name[..open].rsplit(|byte| b".:]$()".contains(byte)).next();
        let inner = at + (rest.len() - called.len()) + open + 1;
        let quoted = matches!(
            bytes.get(inner..).unwrap_or_default(),
            [b'"' | b'\'' | b'`', ..] | [b'b' | b'u' | b'r' | b'L' | b'@', b'"' | b'\'', ..]
        );
        if !quoted || !word.is_some_and(|word| WRAPS.contains(&word)) {
            return at;
        }
        at = inner;
    }
    at
}
