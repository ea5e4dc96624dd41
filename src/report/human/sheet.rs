//! The text of one diagnostic while it is written: a margin for line numbers, a frame, and what stands right of it.

use super::Layout;
use super::line::width;
use super::paint::Tone;

/// A text that grows, and how it is laid out.
pub(super) struct Sheet {
    pub(super) text: String,
    pub(super) layout: Layout,
    /// Columns for line numbers.
    pub(super) gutter: usize,
}

impl Sheet {
    /// Adds text in a tone.
    pub(super) fn paint(&mut self, tone: Tone, text: &str) {
        self.layout.paint.push(&mut self.text, tone, text);
    }

    /// Adds blanks.
    pub(super) fn blanks(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n(' ', count));
    }

    /// Begins a row of the frame; an empty one where `sign` ends the line.
    pub(super) fn frame(&mut self, sign: &str) {
        self.blanks(self.gutter + 1);
        self.paint(Tone::Frame, sign);
    }

    /// A note below the source: `owner: @team`. Its further lines stand below the first.
    pub(super) fn note(&mut self, sign: &str, word: &str, lines: &[String]) {
        let label = format!("{word}: ");
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                self.frame(sign);
                self.text.push(' ');
                self.paint(Tone::Strong, &label);
            } else {
                self.frame(if sign == "╰" { " " } else { "│" });
                self.blanks(1 + width(&label));
            }
            self.text.push_str(line);
            self.text.push('\n');
        }
    }
}
