//! Turns byte offsets into lines and columns, only when something is reported.

/// A place a reader can go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// Line, counted from 1.
    pub line: u32,
    /// Column in UTF-16 code units, counted from 1: SARIF's default unit.
    pub column: u32,
}

/// Offsets at which lines start. `\n`, `\r\n` and a lone `\r` each end a line.
#[derive(Debug, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads the line starts of `bytes`.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let lone = bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
            if lone {
                starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts }
    }

    /// Line and column of a byte offset; offsets past the end are those of the end.
    #[must_use]
    pub fn position(&self, bytes: &[u8], offset: usize) -> Position {
        let offset = offset.min(bytes.len());
        let line = self.number(offset) as usize;
        let start = self.starts.get(line - 1).map_or(0, |&start| start as usize);
        let before = String::from_utf8_lossy(&bytes[start.min(offset)..offset]);
        let units: usize = before
            .chars()
            .filter(|&c| c != '\u{feff}' || start != 0)
            .map(char::len_utf16)
            .sum();
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(units + 1).unwrap_or(u32::MAX),
        }
    }

    /// The line (counted from 1) that a byte offset lies in.
    #[must_use]
    pub fn number(&self, offset: usize) -> u32 {
        let line = self
            .starts
            .partition_point(|&start| start as usize <= offset);
        u32::try_from(line.max(1)).unwrap_or(u32::MAX)
    }

    /// The byte range of a line (counted from 1), without its line end.
    #[must_use]
    pub fn line(&self, bytes: &[u8], line: u32) -> std::ops::Range<usize> {
        let index = (line as usize).saturating_sub(1);
        let start = self
            .starts
            .get(index)
            .map_or(bytes.len(), |&start| start as usize);
        let mut end = self
            .starts
            .get(index + 1)
            .map_or(bytes.len(), |&start| start as usize);
        while end > start && matches!(bytes[end - 1], b'\n' | b'\r') {
            end -= 1;
        }
        start..end
    }

    /// How many lines there are; an empty text has one.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_every_kind_of_line_end() {
        let text = "a\r\nb\rc\nd".as_bytes();
        let lines = LineIndex::new(text);
        assert_eq!(lines.count(), 4);
        assert_eq!(lines.position(text, 3), Position { line: 2, column: 1 });
        assert_eq!(lines.position(text, 7), Position { line: 4, column: 1 });
        assert_eq!(&text[lines.line(text, 1)], b"a");
    }

    #[test]
    fn columns_are_utf16_units() {
        let text = "é𝄞x".as_bytes();
        let lines = LineIndex::new(text);
        assert_eq!(lines.position(text, 6), Position { line: 1, column: 4 });
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let text = "\u{feff}x".as_bytes();
        assert_eq!(
            LineIndex::new(text).position(text, 3),
            Position { line: 1, column: 1 }
        );
    }
}
