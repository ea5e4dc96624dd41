//! Where a value of the front matter stands in its page, so that a mistake inside a condition has a line and a column.
//! Also compiled into `build.rs`.

use serde::{Deserialize, Serialize};

/// The lines a value is written on: for each, the offset in the value, and line and column in the page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    pieces: Vec<(u32, u32, u32)>,
}

impl Place {
    /// Follows a value through the front matter. `line` and `column` (from 1) say where the reader saw it start;
    /// `first` is the page's line of the front matter's first. Escapes within quotes count as written, so that a column
    /// after one may be a few characters off.
    #[must_use]
    pub fn follow(front: &str, first: u32, line: u32, column: u32, value: &str) -> Self {
        let mut lines = front.lines().zip(first..).skip(line as usize - 1);
        let Some((start, number)) = lines.next() else {
            return Self::default();
        };
        let head: String = start.chars().skip(column as usize - 1).collect();
        let mut pieces = Vec::new();
        let mut offset = 0;
        if !head.starts_with(['|', '>']) {
            let quote = u32::from(head.starts_with(['"', '\'']));
            pieces.push((0, number, column + quote));
            offset = u32::try_from(head.trim_end().len()).unwrap_or(0) + 1 - quote;
        }
        let length = u32::try_from(value.trim_end().len()).unwrap_or(u32::MAX);
        for (text, number) in lines {
            if offset >= length {
                break;
            }
            let inner = text.trim();
            let indent = text.len() - text.trim_start().len();
            pieces.push((offset, number, u32::try_from(indent).unwrap_or(0) + 1));
            offset += u32::try_from(inner.len()).unwrap_or(0) + 1;
        }
        Self { pieces }
    }

    /// Line and column in the page of an offset in the value; 1:1 for a value whose place is not known.
    #[must_use]
    pub fn at(&self, offset: usize) -> (u32, u32) {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        self.pieces
            .iter()
            .rev()
            .find(|(start, _, _)| *start <= offset)
            .map_or((1, 1), |(start, line, column)| {
                (*line, column + (offset - start))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRONT: &str =
        "title: x\nwhen: 'a && b'\nlong: >\n  first\n  && second\nplain: one\n  && two\n";

    #[test]
    fn a_quoted_value_starts_after_its_quote() {
        let place = Place::follow(FRONT, 2, 2, 7, "a && b");
        assert_eq!(place.at(5), (3, 13));
    }

    #[test]
    fn a_folded_block_is_followed_line_by_line() {
        let place = Place::follow(FRONT, 2, 3, 7, "first && second\n");
        assert_eq!(place.at(0), (5, 3));
        assert_eq!(place.at(9), (6, 6));
    }

    #[test]
    fn a_plain_value_may_run_over_lines() {
        let place = Place::follow(FRONT, 2, 6, 8, "one && two");
        assert_eq!(place.at(0), (7, 8));
        assert_eq!(place.at(7), (8, 6));
    }
}
