//! The indentation of YAML that a template stands in: what continues at a column, entries or items.

use super::hole::Stand;

/// Items that may open on one line.
const INNER: usize = 16;

/// The indentation of the lines read so far: which columns are open, and as what.
#[derive(Default)]
pub(super) struct Outline {
    read: usize,
    /// Columns from outer to inner, and whether items stand there.
    open: Vec<(usize, bool)>,
    /// Column of the last line, if it ends in a key without a value.
    wants: Option<usize>,
}

impl Outline {
    /// How a line written at `column` continues what is open there.
    pub(super) fn stand(&mut self, text: &[u8], upto: usize, column: usize, next: usize) -> Stand {
        self.read(text, upto);
        if self.wants == Some(column) {
            return Stand::Item;
        }
        let inner = self.open.partition_point(|(open, _)| *open <= column);
        let items = match self.open[..inner].last() {
            Some(&(open, items)) if open == column => items,
            _ => follows_with_item(text, next, column),
        };
        if items { Stand::Item } else { Stand::Entry }
    }

    fn read(&mut self, text: &[u8], upto: usize) {
        while self.read < upto {
            let rest = &text[self.read..upto];
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            self.line(&rest[..end]);
            self.read += end;
        }
    }

    fn line(&mut self, line: &[u8]) {
        let content = line.trim_ascii_start();
        let column = line.len() - content.len();
        let content = content.trim_ascii_end();
        if content.is_empty()
            || content[0] == b'#'
            || content.starts_with(b"{{")
            || content.starts_with(b"{%")
        {
            return;
        }
        let outer = self.open.partition_point(|(open, _)| *open < column);
        self.open.truncate(outer);
        self.open.push((column, is_item(content)));
        self.wants = None;
        let mut column = column;
        let mut content = content;
        for _ in 0..INNER {
            if !is_item(content) {
                break;
            }
            let inner = content[1..].trim_ascii_start();
            column += content.len() - inner.len();
            content = inner;
            self.open.push((column, is_item(content)));
        }
        if content.ends_with(b":") {
            self.wants = Some(column);
        }
    }
}

pub(super) fn is_item(content: &[u8]) -> bool {
    content.starts_with(b"- ") || content == b"-"
}

/// Whether the next line with text is an item at this column.
fn follows_with_item(text: &[u8], from: usize, column: usize) -> bool {
    next_line(text, from).is_some_and(|(at, content)| at == column && is_item(content))
}

/// Column and content of the next line with text, within a few lines.
pub(super) fn next_line(text: &[u8], from: usize) -> Option<(usize, &[u8])> {
    text[from..]
        .split(|&byte| byte == b'\n')
        .take(20)
        .map(|line| {
            (
                line.len() - line.trim_ascii_start().len(),
                line.trim_ascii(),
            )
        })
        .find(|(_, content)| {
            !content.is_empty() && !content.starts_with(b"{{") && content[0] != b'#'
        })
}
