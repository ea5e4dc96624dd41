//! Where JSON files keep comments: the values of the key `"//"`, a text, a list of texts or a mapping. Told by quotes and
//! brackets alone: suppression never sees a syntax.

use std::ops::Range;

/// The places of the values of `"//"`, in the order of the text; none where the file is no JSON or breaks off in one.
pub(super) fn read(path: &str, bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while path.ends_with(".json") && at < bytes.len() {
        if bytes[at] != b'"' {
            at += 1;
            continue;
        }
        let Some(end) = text_end(bytes, at) else {
            break;
        };
        let colon = skip_space(bytes, end);
        let value = skip_space(bytes, colon + 1);
        let is_note = &bytes[at..end] == b"\"//\"" && bytes.get(colon) == Some(&b':');
        if !is_note || !matches!(bytes.get(value), Some(b'"' | b'[' | b'{')) {
            at = end;
            continue;
        }
        // What never ends is looked at once.
        let Some(close) = value_end(bytes, value) else {
            break;
        };
        found.push(value..close);
        at = close;
    }
    found
}

fn skip_space(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let space = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
    from + space.count()
}

/// Where the text that a quote at `start` opens ends.
fn text_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// Where the text, list or mapping at `start` ends.
fn value_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'"' => at = text_end(bytes, at)?,
            b'[' | b'{' => {
                depth += 1;
                at += 1;
            }
            b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            _ => at += 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Whether a place is within one of them.
pub(super) fn hold(notes: &[Range<usize>], at: usize) -> bool {
    let next = notes.partition_point(|note| note.end <= at);
    notes.get(next).is_some_and(|note| note.contains(&at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lists_and_mappings_are_notes_at_any_depth() {
        let text = "{\"//\": [\n \"one\",\n \"two\"], \"a\": [{\"//\": \"three\", \"b\": \"four\"}], \"c\": {\"//\": {\"d\": \"five\"}}}";
        let notes = read("package.json", text.as_bytes());
        for (word, is_note) in [
            ("one", true),
            ("two", true),
            ("three", true),
            ("four", false),
            ("five", true),
        ] {
            let at = text.find(word).unwrap_or_default();
            assert_eq!(hold(&notes, at), is_note, "{word}");
        }
        assert!(read("package.json", b"{\"//\": [\"one\"").is_empty());
        assert!(read("a.yaml", b"\"//\": one").is_empty());
    }
}
