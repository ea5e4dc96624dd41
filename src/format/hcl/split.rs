//! Cuts HCL text into statements without parsing it: strings, heredocs and comments are stepped over, braces counted.
//!
//! Used only for text that the parser refuses, so it takes anything: a string ends at its line, a block that never
//! closes ends where the next statement begins at the margin.

use std::ops::Range;

/// How often a block that never closes is given up for the next one; the rest after that is one statement.
const RETRIES: usize = 32;

/// One attribute or block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// All of it, without the line end.
    pub(super) range: Range<usize>,
    /// Its first word; empty when it starts with something else.
    pub(super) key: Range<usize>,
    /// What stands between the braces, when it is a block.
    pub(super) inner: Option<Range<usize>>,
}

/// The statements of `range`, in order.
pub(super) fn statements(text: &str, range: Range<usize>) -> Vec<Statement> {
    let mut scan = Scan {
        bytes: &text.as_bytes()[..range.end],
        at: range.start,
        retries: 0,
    };
    let mut found = Vec::new();
    while scan.blank() {
        let before = scan.at;
        found.push(scan.statement());
        debug_assert!(scan.at > before);
    }
    found
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    retries: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.at.min(self.bytes.len())..]
    }

    /// Steps over white space and comments; false at the end.
    fn blank(&mut self) -> bool {
        while let Some(byte) = self.peek() {
            if byte.is_ascii_whitespace() {
                self.at += 1;
            } else if !self.comment() {
                return true;
            }
        }
        false
    }

    /// Steps over a comment, if one starts here. A line comment leaves its line end.
    fn comment(&mut self) -> bool {
        let rest = self.rest();
        if rest.starts_with(b"#") || rest.starts_with(b"//") {
            self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        } else if rest.starts_with(b"/*") {
            let end = memchr::memmem::find(&rest[2..], b"*/");
            self.at += end.map_or(rest.len(), |end| end + 4);
        } else {
            return false;
        }
        true
    }

    /// Reads up to the line end at which no bracket is open.
    fn statement(&mut self) -> Statement {
        let start = self.at;
        let key = start..start + word(self.rest());
        let (mut depth, mut open, mut close) = (0_usize, None, None);
        let mut assigned = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' if depth == 0 => break,
                b'"' => self.string(),
                b'<' if self.heredoc() => {}
                b'#' | b'/' if self.comment() => {}
                b'{' | b'[' | b'(' => {
                    if depth == 0 && byte == b'{' && !assigned {
                        open = open.or(Some(self.at + 1));
                    }
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' | b')' => {
                    if depth == 1 && open.is_some() {
                        close = Some(self.at);
                    }
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                _ => {
                    assigned |= byte == b'=' && depth == 0;
                    self.at += 1;
                }
            }
        }
        if depth > 0 && self.retries < RETRIES {
            self.retries += 1;
            self.at = self.margin(start);
        }
        let inner = open.zip(close).map(|(open, close)| open..close.max(open));
        Statement {
            range: start..self.at.max(start + 1),
            key,
            inner,
        }
    }

    /// Where the first line after `start` begins that looks like a block's head at the margin; else the end.
    fn margin(&self, start: usize) -> usize {
        let lines = memchr::memchr_iter(b'\n', &self.bytes[start..]).map(|end| start + end + 1);
        lines
            .into_iter()
            .find(|&line| {
                let rest = &self.bytes[line..];
                let word = word(rest);
                let after = rest[word..].trim_ascii_start().first();
                word > 0 && matches!(after, Some(b'"' | b'{'))
            })
            .unwrap_or(self.bytes.len())
    }

    /// Steps over a quoted string with its interpolations; one that does not end does so at the line's end.
    fn string(&mut self) {
        self.at += 1;
        let mut holes = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' if holes == 0 => return,
                b'\\' if holes == 0 => self.at += 1,
                b'$' | b'%' if holes == 0 => {
                    if self.bytes.get(self.at + 1) == Some(&byte) {
                        self.at += 1;
                    } else if self.bytes.get(self.at + 1) == Some(&b'{') {
                        self.at += 1;
                        holes = 1;
                    }
                }
                b'"' if holes == 0 => {
                    self.at += 1;
                    return;
                }
                b'"' => self.plain(),
                b'{' if holes > 0 => holes += 1,
                b'}' if holes > 0 => holes -= 1,
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.min(self.bytes.len());
    }

    /// Stands on the closing quote of a string inside an interpolation, whose own interpolations are taken as text.
    fn plain(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' | b'\n' => return,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }

    /// Steps over a heredoc, if one starts here.
    fn heredoc(&mut self) -> bool {
        let rest = self.rest();
        let Some(tail) = rest.strip_prefix(b"<<") else {
            return false;
        };
        let tail = tail.strip_prefix(b"-").unwrap_or(tail);
        let length = word(tail);
        let Some(line) = memchr::memchr(b'\n', tail) else {
            return false;
        };
        if length == 0 || !tail[length..line].trim_ascii().is_empty() {
            return false;
        }
        let mark = &tail[..length];
        let mut at = self.bytes.len() - tail.len() + line + 1;
        loop {
            let rest = &self.bytes[at..];
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let text = rest[..end].trim_ascii();
            if text.starts_with(mark) && word(text) == mark.len() {
                let indent = rest.len() - rest.trim_ascii_start().len();
                self.at = at + indent + mark.len();
                return true;
            }
            if end == rest.len() {
                self.at = self.bytes.len();
                return true;
            }
            at += end + 1;
        }
    }
}

/// Length of the identifier at the start of `text`.
fn word(text: &[u8]) -> usize {
    let first = text
        .first()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_' || *byte >= 0x80);
    if !first {
        return 0;
    }
    text.iter()
        .position(|byte| {
            !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || *byte >= 0x80)
        })
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        statements(text, 0..text.len())
            .into_iter()
            .map(|statement| text[statement.range].trim_end())
            .collect()
    }

    #[test]
    fn braces_in_strings_heredocs_and_comments_do_not_count() {
        let text = "a = \"} ${f(\"}\")} $${\" # }\nb = <<-E\n  } {\n  E\n/* } */ c {\n x = \"{\" // {\n}\n";
        let parts = cut(text);
        assert_eq!(parts.len(), 3);
        assert!(parts[1].ends_with('E'));
        assert!(parts[2].starts_with("c {") && parts[2].ends_with('}'));
    }

    #[test]
    fn a_heredocs_mark_may_be_followed_by_a_bracket() {
        assert_eq!(
            cut("a = f(<<E\n}\nE\n)\nb = 1"),
            ["a = f(<<E\n}\nE\n)", "b = 1"]
        );
    }

    #[test]
    fn an_open_string_ends_with_its_line() {
        assert_eq!(cut("a = \"x\nb = 1\n"), ["a = \"x", "b = 1"]);
    }

    #[test]
    fn objects_are_not_blocks() {
        let text = "a = { b = 1 }\nc \"d\" { e = 1 }";
        let found = statements(text, 0..text.len());
        assert_eq!(found[0].inner, None);
        assert_eq!(&text[found[1].inner.clone().unwrap()], " e = 1 ");
    }

    #[test]
    fn any_bytes_make_progress() {
        for text in [
            "}",
            "<<",
            "<<E",
            "<<E\n",
            "\"${",
            "\"\\",
            "é = {",
            "/*",
            "a {\n b {\n",
        ] {
            assert!(!cut(text).is_empty() || text.starts_with("/*"), "{text}");
        }
    }
}
