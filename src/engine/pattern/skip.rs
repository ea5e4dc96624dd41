//! What may stand between a key and its value beside the sign: a type, accessors, a variable that is asked first, a tag.

/// Longest stretch of a key on each side of the anchor.
pub(super) const KEY: usize = 64;
/// Most blanks between a key and its sign: columns are often aligned.
pub(super) const BLANKS: usize = 32;

/// Whether a byte may stand in a key.
pub(super) fn in_key(byte: u8) -> bool {
    KEYS[usize::from(byte)]
}

static KEYS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$');
        byte += 1;
    }
    table
};

/// Passes what may stand between a name and its sign: the type in `param dbPassword string = '...'`, the accessors in
/// `ApiKey { get; set; } = "..."`, the error beside a value in Go.
pub(super) fn typed(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at.min(bytes.len())..];
    if !matches!(rest.first(), Some(b'{' | b',' | b'A' | b's')) {
        return at;
    }
    for accessors in [
        b"{ get; set; } ".as_slice(),
        b"{ get; init; } ",
        b"{ get; } ",
        b", err ",
        b", _ ",
        b"As String ",
    ] {
        if rest.starts_with(accessors) {
            return at + accessors.len();
        }
    }
    let after = at + b"string ".len();
    let sign = bytes
        .get(after..)
        .is_some_and(|rest| rest.starts_with(b"= "));
    if bytes[..at].ends_with(b" ") && rest.starts_with(b"string ") && sign {
        after
    } else {
        at
    }
}

/// Passes what makes an array of a name: `char password[] = "..."`, `key[32] = "..."`.
pub(super) fn sized(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let Some(inner) = rest.strip_prefix(b"[") else {
        return at;
    };
    let size = inner.iter().take(KEY).take_while(|byte| in_key(**byte));
    let end = size.count();
    let sign = inner[end..].strip_prefix(b"]").unwrap_or_default();
    let sign = sign.trim_ascii_start();
    let value = sign.strip_prefix(b"=").unwrap_or_default();
    match value.trim_ascii_start() {
        [b'"' | b'\'' | b'{' | b'L' | b'u', ..] => bytes.len() - sign.len(),
        _ => at,
    }
}

/// Passes a type between `:` and `=`: `password: &str = "..."`.
pub(super) fn skip_type(bytes: &[u8], at: usize) -> usize {
    let stretch = &bytes[at.min(bytes.len())..bytes.len().min(at + 32)];
    let end = stretch.iter().position(|&byte| {
        !(byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b' ' | b'&' | b'<' | b'>' | b'[' | b']' | b'?' | b'_' | b'.' | b'\'' | b'|'
            ))
    });
    match end {
        Some(end)
            if end > 1
                && stretch[end] == b'='
                && bytes.get(at + end + 1).is_some_and(|&next| next == b' ')
                && stretch[end - 1] == b' ' =>
        {
            at + end + 1
        }
        _ => at,
    }
}

/// What is taken where a variable is not set: `getenv("PASSWORD") or "x"`, `process.env.SECRET || "x"`.
pub(super) fn instead(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    if !matches!(rest.first()?, b')' | b' ' | b'o' | b'|' | b'?') {
        return None;
    }
    let rest = rest.strip_prefix(b")").unwrap_or(rest);
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let words = [b"or ".as_slice(), b"|| ", b"?? "];
    let value = words.into_iter().find_map(|word| rest.strip_prefix(word))?;
    let quoted = matches!(value.first(), Some(b'"' | b'\'' | b'`'));
    quoted.then_some(bytes.len() - value.len())
}

/// Where the literal stands that is taken where a variable is not set: `password: process.env.PW || "x"`.
pub(super) fn behind_variable(bytes: &[u8], at: usize) -> Option<usize> {
    let stretch = &bytes[at.min(bytes.len())..bytes.len().min(at + KEY)];
    let name = stretch.trim_ascii_start();
    let length = name.iter().take_while(|byte| in_key(**byte)).count();
    let end = at + (stretch.len() - name.len()) + length;
    (length > 0).then(|| instead(bytes, end)).flatten()
}

/// Where the first value stands of a map under a plural: `PASSWORDS = {"ops": "x"}`.
pub(super) fn first_named(bytes: &[u8], at: usize) -> usize {
    let stretch = &bytes[at.min(bytes.len())..bytes.len().min(at + KEY)];
    let named = || {
        let inner = stretch.trim_ascii_start().strip_prefix(b"{")?;
        let (quote, inner) = inner.trim_ascii_start().split_first()?;
        let name = inner.iter().take_while(|byte| in_key(**byte)).count();
        let rest = inner[name..].strip_prefix(&[*quote])?;
        let value = rest.strip_prefix(b":")?.trim_ascii_start();
        let quoted = matches!(value.first(), Some(b'"' | b'\''));
        (quoted && matches!(quote, b'"' | b'\'')).then_some(stretch.len() - value.len())
    };
    named().map_or(at, |skip| at + skip)
}

/// Where the value stands of the last of several names that one sign gives values: `USER, PASSWORD = "a", "b"`.
pub(super) fn shared(bytes: &[u8], key: usize, next: usize) -> usize {
    let others = |byte: &&u8| in_key(**byte) || matches!(byte, b',' | b' ' | b'\t');
    let before = bytes[key.saturating_sub(KEY)..key].iter().rev();
    let before = &bytes[key - before.take_while(others).count()..key];
    let names = before.iter().filter(|&&byte| byte == b',').count();
    let rest = &bytes[next.min(bytes.len())..bytes.len().min(next + 4 * KEY)];
    let mut values = rest.trim_ascii_start();
    let named = |name: &[u8]| !name.trim_ascii().is_empty();
    let listed = before.trim_ascii_end().strip_suffix(b",");
    if !listed.is_some_and(|list| list.split(|&byte| byte == b',').all(named)) {
        return next;
    }
    for _ in 0..names {
        let behind = |quote: &u8| {
            let inner = values[1..].iter().position(|byte| byte == quote)?;
            let behind = values[inner + 2..].strip_prefix(b",")?;
            Some(behind.trim_ascii_start())
        };
        let quote = values.first().filter(|byte| matches!(byte, b'"' | b'\''));
        let Some(behind) = quote.and_then(behind) else {
            return next;
        };
        values = behind;
    }
    next + rest.len() - values.len()
}

/// Where the value stands of an element whose name another element holds: `<name>fs.s3a.secret.key</name><value>`, and
/// `<key>token</key><string>` of a property list.
pub(super) fn named(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes[at..].strip_prefix(b"</")?;
    let rest = rest
        .strip_prefix(b"name>")
        .or(rest.strip_prefix(b"key>"))
        .or(rest.strip_prefix(b"param-name>"))?;
    let blank = rest
        .iter()
        .take(2 * BLANKS)
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    let inner = &rest[blank..];
    let value = inner
        .strip_prefix(b"<value>")
        .or(inner.strip_prefix(b"<string>"))
        .or(inner.strip_prefix(b"<param-value>"))?;
    Some(bytes.len() - value.len())
}

/// Where the value stands that belongs to the name before it: `"name": "DB_PASSWORD", "value": "x"`, also with quotes that a text
/// around it escapes.
pub(super) fn in_next_field(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..bytes.len().min(at + 3 * BLANKS)];
    let passed = |rest: &[u8], more: &[u8]| {
        let between = |byte: &&u8| byte.is_ascii_whitespace() || more.contains(byte);
        rest.iter().take_while(between).count()
    };
    let field = rest.strip_prefix(b",")?;
    let field = &field[passed(field, b"\\\"'")..];
    let word = field
        .get(..5)
        .filter(|word| word.eq_ignore_ascii_case(b"value"));
    let behind = &field[word?.len()..];
    let behind = &behind[passed(behind, b"\\\"'")..];
    let value = behind
        .strip_prefix(b"=>")
        .or(behind.strip_prefix(b":"))
        .or(behind.strip_prefix(b"="))?;
    Some(at + rest.len() - value.len())
}

/// Where the text of an element starts whose tag has attributes: `<wsse:Password Type="...">`.
pub(super) fn behind_attributes(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..bytes.len().min(at + 2 * KEY + BLANKS)];
    let end = rest.iter().position(|byte| b"<>\n".contains(byte))?;
    let opened = rest[end] == b'>' && !rest[..end].ends_with(b"/");
    (opened && rest[..end].contains(&b'=')).then_some(at + end + 1)
}

/// Length of the line's end and the indent before a value that stands on a line of its own in an element.
pub(super) fn indented(rest: &[u8]) -> usize {
    let blank = rest
        .iter()
        .take(2 * BLANKS)
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    if rest[..blank].contains(&b'\n') {
        blank
    } else {
        0
    }
}
