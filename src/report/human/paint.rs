//! Colours of the terminal format, or none of them.

use crate::rule::Severity;

/// Writes text in a colour where colours are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    color: bool,
}

/// What a piece of text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// Of a finding of this severity.
    Severity(Severity),
    /// To be read first.
    Strong,
    /// The frame around source lines.
    Frame,
    /// A place beside the main one.
    Beside,
    /// A word before its value.
    Label,
    /// Good news.
    Good,
}

impl Paint {
    /// Paints, or leaves text as it is.
    pub(super) fn new(color: bool) -> Self {
        Self { color }
    }

    /// Adds text in a tone; a line end after it has none.
    pub(super) fn push(self, out: &mut String, tone: Tone, text: &str) {
        let words = text.trim_end_matches('\n');
        if !self.color || words.is_empty() {
            out.push_str(text);
            return;
        }
        let code = match tone {
            Tone::Severity(Severity::Critical) => "1;95",
            Tone::Severity(Severity::High) => "1;91",
            Tone::Severity(Severity::Medium) => "1;33",
            Tone::Severity(Severity::Low) | Tone::Beside => "1;36",
            Tone::Strong => "1",
            Tone::Frame => "1;94",
            Tone::Label => "2",
            Tone::Good => "1;32",
        };
        out.push_str("\u{1b}[");
        out.push_str(code);
        out.push('m');
        out.push_str(words);
        out.push_str("\u{1b}[0m");
        out.push_str(&text[words.len()..]);
    }
}
