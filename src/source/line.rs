//! Turns byte offsets into lines and columns, only when something is reported.

/// A place a reader can go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// Line, counted from 1.
    pub line: u32,
    /// Column in UTF-16 code units, counted from 1: SARIF's default unit.
    pub column: u32,
}

/// Bytes of a long line between two places whose column is known.
const STRIDE: usize = 4096;

/// Offsets at which lines start. `\n`, `\r\n` and a lone `\r` each end a line.
#[derive(Debug, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Places in lines longer than [`STRIDE`], with the UTF-16 units before them on their line: a file of one line would
    /// else be read from its start for each place that is reported.
    known: Vec<(u32, u32)>,
}

impl LineIndex {
    /// Reads the line starts of `bytes`.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let (mut starts, mut known) = (vec![0], Vec::new());
        let mut start = 0;
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let lone = bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
            if lone {
                starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
                columns(bytes, start..at, &mut known);
                start = at + 1;
            }
        }
        columns(bytes, start..bytes.len(), &mut known);
        Self { starts, known }
    }

    /// Line and column of a byte offset; offsets past the end are those of the end.
    #[must_use]
    pub fn position(&self, bytes: &[u8], offset: usize) -> Position {
        let offset = offset.min(bytes.len());
        let line = self.number(offset) as usize;
        let start = self.starts.get(line - 1).map_or(0, |&start| start as usize);
        let near = self.known.partition_point(|&(at, _)| at as usize <= offset);
        let (from, before) = near
            .checked_sub(1)
            .map(|near| (self.known[near].0 as usize, self.known[near].1))
            .filter(|&(from, _)| from > start)
            .unwrap_or((start.min(offset), 0));
        let units = before as usize + units(&bytes[from..offset], start == 0);
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

/// Adds places of a line to those whose column is known.
fn columns(bytes: &[u8], line: std::ops::Range<usize>, known: &mut Vec<(u32, u32)>) {
    let (mut at, mut before) = (line.start, 0);
    while line.end - at > STRIDE {
        let mut next = at + STRIDE;
        // Three bytes at most go on with a character.
        let inside = bytes[next - 3..=next]
            .iter()
            .rev()
            .take_while(|&&byte| byte & 0xC0 == 0x80)
            .count();
        next -= inside.min(3);
        before += units(&bytes[at..next], line.start == 0);
        let place = (u32::try_from(next), u32::try_from(before));
        let (Ok(place), Ok(before)) = place else {
            return;
        };
        known.push((place, before));
        at = next;
    }
}

/// UTF-16 units of a stretch; a byte order mark on the first line counts nothing.
fn units(bytes: &[u8], first: bool) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    String::from_utf8_lossy(bytes)
        .chars()
        .filter(|&c| c != '\u{feff}' || !first)
        .map(char::len_utf16)
        .sum()
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
    fn a_long_line_is_counted_in_strides() {
        let text = format!("a\n{}b\nc", "é𝄞x".repeat(5_000)).into_bytes();
        let lines = LineIndex::new(&text);
        assert!(lines.known.len() >= 8);
        for (offset, line, column) in [
            (2, 2, 1),
            (9, 2, 5),
            (2 + 7 * 4_000, 2, 16_001),
            (2 + 7 * 4_999 + 6, 2, 4 * 4_999 + 4),
            (text.len() - 3, 2, 20_001),
            (text.len(), 3, 2),
        ] {
            let expected = Position { line, column };
            assert_eq!(lines.position(&text, offset), expected, "{offset}");
        }
        let broken = vec![0x82; 3 * STRIDE];
        let lines = LineIndex::new(&broken);
        assert_eq!(lines.position(&broken, 9_000).column, 9_001);
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
