//! Whether a place in code stands in a block of words for its readers.

/// Bytes before a place in which the start of its block is looked for.
const REACH: usize = 8 << 10;

/// Whether a place stands within `/* ... */` that begins a line: the message of a service, the call of an interface, shown to
/// who reads the code. A star and a slash within a line are patterns of paths.
#[must_use]
pub fn in_block(bytes: &[u8], at: usize) -> bool {
    let before = &bytes[at.saturating_sub(REACH)..at.min(bytes.len())];
    let Some(open) = memchr::memmem::rfind(before, b"/*") else {
        return false;
    };
    let line = memchr::memrchr(b'\n', &before[..open]).map_or(0, |end| end + 1);
    let begins = before[line..open].iter().all(u8::is_ascii_whitespace);
    let many = memchr::memchr(b'\n', &before[open..]).is_some();
    begins && many && memchr::memmem::find(&before[open..], b"*/").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_reaches_to_its_end() {
        let stands = |text: &str| in_block(text.as_bytes(), text.find("HERE").unwrap());
        assert!(stands("a();\n  /*\n {\"token\": \"HERE\"}\n*/") && stands("/**\n * HERE\n */"));
        assert!(!stands("/*\n x */ HERE") && !stands("glob('/api/*');\nHERE") && !stands("HERE"));
        assert!(!stands("/* key = \"HERE\" */"));
        assert!(in_block(b"/*\n", 99));
    }
}
