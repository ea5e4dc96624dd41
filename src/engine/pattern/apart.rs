//! Values that stand apart from their key word: called a value beside its name, or below it in a map, a list, a text of several
//! lines. Only a tree joins the two for certain; here is told where it may, so that no other file is parsed for its secrets.

use super::opening::opening;
use super::skip::BLANKS;
use memchr::memmem::Finder;
use std::ops::Range;
use std::sync::LazyLock;

/// Bytes before a key word, and behind it, in which its value is looked for.
pub(super) const REACH: (usize, usize) = (100, 200);

/// Words of which one names the value that belongs to the name beside it.
static VALUES: LazyLock<[Finder<'static>; 4]> =
    LazyLock::new(|| ["alue", "efault", "ontent", "plaintext"].map(Finder::new));

/// A place where a value starts, and the quote that closes it.
pub(super) type Start = (usize, Option<u8>);

/// Places of the values that may belong to a key word behind which none stands.
#[derive(Debug, Default)]
pub(super) struct Starts {
    /// Of what is called a value.
    pub(super) called: Vec<Start>,
    /// Of what stands below the key: whether it is meant, a tree is not sure of either.
    pub(super) below: Vec<Start>,
}

/// Where values may start that belong to a key word; none where one follows it.
pub(super) fn starts(bytes: &[u8], key: &Range<usize>) -> Starts {
    let mut found = Starts::default();
    // A name of several parts is a reference, and one behind a colon an action: `kms:CreateKey`.
    let part = bytes[key.clone()].contains(&b'.') || bytes[..key.start].ends_with(b":");
    let Some(end) = bare_end(bytes, key.end).filter(|_| !part) else {
        return found;
    };
    found.called = called(bytes, key);
    let opens = |byte: &u8| b"\n{[|>".contains(byte);
    if bytes.get(end).is_some_and(opens) {
        below(bytes, key, end, &mut found.below);
    }
    found
}

/// Where what follows a key ends it, if no value does: it is a name or a label, or the key of a map.
fn bare_end(bytes: &[u8], end: usize) -> Option<usize> {
    let rest = &bytes[end.min(bytes.len())..bytes.len().min(end + BLANKS)];
    let passed = rest.iter().take_while(|byte| b"\"'`: \t=\r".contains(byte));
    let at = passed.count();
    let bare = rest
        .get(at)
        .is_none_or(|byte| b"\n,;{}[])|>".contains(byte));
    bare.then_some(end + at)
}

/// Literals near a name that are called a value.
fn called(bytes: &[u8], name: &Range<usize>) -> Vec<Start> {
    let from = name.start.saturating_sub(REACH.0);
    let near = &bytes[from..bytes.len().min(name.end + REACH.1)];
    let words = VALUES.iter().flat_map(|word| {
        let length = word.needle().len();
        word.find_iter(near).map(move |at| from + at + length)
    });
    words.filter_map(|at| assigned(bytes, at)).collect()
}

/// The value behind a key that ends here, where a sign joins them.
fn assigned(bytes: &[u8], end: usize) -> Option<Start> {
    let rest = bytes[end..].iter().take(BLANKS);
    let blank = rest.take_while(|byte| b"\"' \t".contains(byte)).count();
    let sign = bytes.get(end + blank)?;
    let joins = b":=".contains(sign);
    joins.then(|| opening(bytes, end + blank + 1)).flatten()
}

/// Literals on the lines below a key that are indented more: of a map, a list, a text.
fn below(bytes: &[u8], key: &Range<usize>, end: usize, found: &mut Vec<Start>) {
    let line = memchr::memrchr(b'\n', &bytes[key.start.saturating_sub(REACH.0)..key.start]);
    let line = line.map_or(key.start, |at| key.start.saturating_sub(REACH.0) + at + 1);
    let own = indent(&bytes[line..key.start]);
    let stop = bytes.len().min(end + REACH.1);
    let mut at = end;
    while at < stop {
        let next = memchr::memchr(b'\n', &bytes[at..stop]).map_or(stop, |end| at + end);
        let text = &bytes[at..next];
        let blank = indent(text);
        let item = text[blank..].starts_with(b"- ");
        let first = at == end;
        if !first && blank < text.len() && blank <= own && !item {
            return;
        }
        let signs = text
            .iter()
            .enumerate()
            .filter(|(_, byte)| b":=".contains(byte));
        let before = found.len();
        found.extend(signs.filter_map(|(sign, _)| opening(bytes, at + sign + 1)));
        if found.len() == before && !first && blank < text.len() {
            found.extend(opening(bytes, at + blank + 2 * usize::from(item)));
        }
        at = next + 1;
    }
}

/// Blanks that a line begins with.
fn indent(line: &[u8]) -> usize {
    let blank = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    blank.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(text: &'a str, key: &str) -> Vec<&'a str> {
        let at = text.find(key).unwrap();
        let starts = starts(text.as_bytes(), &(at..at + key.len()));
        let word = |(at, _): &Start| text[*at..].split([' ', '\n', '"', ',', '}']).next();
        let all = starts.called.iter().chain(&starts.below);
        all.filter_map(word).collect()
    }

    #[test]
    fn a_value_may_stand_beside_its_name_or_below_it() {
        for text in [
            "- name: DB_PASSWORD\n  value: Harbor1940\n",
            "- value: \"Harbor1940\"\n  name: DB_PASSWORD\n",
            "{\"name\": \"DB_PASSWORD\", \"value\": \"Harbor1940\"}",
            "variable \"DB_PASSWORD\" {\n  default = \"Harbor1940\"\n}\n",
            "DB_PASSWORD: |\n  Harbor1940\n",
            "DB_PASSWORD:\n  ci: Harbor1940\nother: x\n",
            "  DB_PASSWORD:\n  - Harbor1940\n",
            "DB_PASSWORD = {\n  ci = \"Harbor1940\"\n}\n",
            "DB_PASSWORD: {ci: Harbor1940}\n",
            "DB_PASSWORD = [\n  \"Harbor1940\",\n]\n",
        ] {
            assert!(found(text, "DB_PASSWORD").contains(&"Harbor1940"), "{text}");
        }
    }

    #[test]
    fn a_key_with_a_value_of_its_own_asks_for_none() {
        for text in [
            "DB_PASSWORD: x\nvalue: Harbor1940\n",
            "kms:DB_PASSWORD\n  value: Harbor1940\n",
            "DB_PASSWORD:\nother: Harbor1940\n",
            "DB_PASSWORD is kept, value: Harbor1940",
        ] {
            assert!(
                !found(text, "DB_PASSWORD").contains(&"Harbor1940"),
                "{text}"
            );
        }
    }
}
