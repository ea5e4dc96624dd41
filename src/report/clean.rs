//! Makes text from file names and content safe for a terminal: nothing in it can move the cursor or turn its direction.

/// Text with control, bidirectional and invisible characters escaped.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push(&mut out, c);
    }
    out
}

/// Adds one character, escaped where it is [`hidden`].
pub(super) fn push(out: &mut String, c: char) {
    if hidden(c) {
        out.extend(c.escape_unicode());
    } else {
        out.push(c);
    }
}

/// Text on one line: line ends and tabs are blanks, the rest as [`clean`] has it.
pub(super) fn line(text: &str) -> String {
    clean(
        &text
            .replace("\r\n", " ")
            .replace(['\n', '\r', '\t', '\u{2028}', '\u{2029}'], " "),
    )
}

/// Whether a terminal would act on a character instead of showing it, or show nothing at all.
pub(super) fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_spelt_out() {
        assert_eq!(clean("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(clean("\u{9b}2J\u{202e}x"), "\\u{9b}2J\\u{202e}x");
        assert_eq!(clean("grün ✓"), "grün ✓");
    }

    #[test]
    fn a_message_stays_on_its_line() {
        assert_eq!(line("a\r\nb\tc\nd\u{7}"), "a b c d\\u{7}");
    }
}
