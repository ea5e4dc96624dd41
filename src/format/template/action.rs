//! Finds the actions of template languages in a text, in one pass.
//!
//! The end of an action is looked for past the strings and braces inside it; work spent on text that only looks like an
//! action is bounded, and what is never closed is no action.

use std::ops::Range;

/// A stretch of text that a template engine replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Action {
    pub(in super::super) range: Range<usize>,
    pub(in super::super) kind: Kind,
}

/// What an action leaves in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
    /// Text that depends on values.
    Output,
    /// Nothing itself; it decides whether or how often what follows appears.
    Control,
    /// Nothing: another branch of what a control began.
    Else,
    /// Nothing: the end of what a control began.
    End,
    /// Nothing at all: a comment or an assignment.
    Note,
}

/// How far the end of an action is looked for past strings and braces.
const REACH: usize = 8192;

impl Kind {
    /// Whether the action writes no text itself.
    pub(super) fn is_silent(self) -> bool {
        self != Kind::Output
    }
}

/// All actions, in order, none inside another.
pub(super) fn scan(text: &str) -> Vec<Action> {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        patience: REACH + 4 * text.len(),
        unclosed: Vec::new(),
    };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = memchr::memchr3(b'{', b'<', b'%', &scanner.bytes[at..]) {
        let start = at + offset;
        at = start + 1;
        match scanner.action(start) {
            Some(Found::Action(action)) => {
                at = action.range.end;
                let raw = scanner.is_raw(&action);
                found.push(action);
                if raw {
                    at = scanner.end_of_raw(at);
                }
            }
            Some(Found::Text(end)) => at = end,
            None => {}
        }
    }
    found
}

enum Found {
    Action(Action),
    /// `${{ ... }}`, text up to its end.
    Text(usize),
}

struct Scanner<'t> {
    bytes: &'t [u8],
    /// Bytes that may still be read in vain.
    patience: usize,
    /// Closing marks that do not come any more.
    unclosed: Vec<&'static [u8]>,
}

impl Scanner<'_> {
    fn action(&mut self, start: usize) -> Option<Found> {
        let before = start.checked_sub(1).map(|index| self.bytes[index]);
        let rest = &self.bytes[start..];
        let inside = start + 2;
        let (end, kind) = match rest.get(..2)? {
            b"{{" => {
                let end = self.braces(inside)?;
                if before == Some(b'$') {
                    return Some(Found::Text(end));
                }
                (end, braces_kind(&self.bytes[inside..end - 2]))
            }
            b"{%" if begins_a_tag(rest.get(2)) => {
                let end = self.past(inside, b"%}")?;
                (end, tag_kind(&self.bytes[inside..end - 2]))
            }
            b"{#" if before != Some(b'$') && matches!(rest.get(2), Some(b' ' | b'-' | b'\n')) => {
                (self.past(inside, b"#}")?, Kind::Note)
            }
            b"<%" => {
                let end = self.past(inside, b"%>")?;
                (end, erb_kind(&self.bytes[inside..end - 2]))
            }
            b"%{" => {
                let kind = directive_kind(&rest[2..])?;
                (self.past(inside, b"}")?, kind)
            }
            _ => return None,
        };
        Some(Found::Action(Action {
            range: start..end,
            kind,
        }))
    }

    /// The end of a `{{` action whose content starts at `from`.
    fn braces(&mut self, from: usize) -> Option<usize> {
        let content = self.bytes[from..]
            .strip_prefix(b"-")
            .unwrap_or(&self.bytes[from..]);
        if content.trim_ascii_start().starts_with(b"/*") {
            let comment = self.past(from, b"*/")?;
            return self.past(comment, b"}}");
        }
        self.balanced(from).or_else(|| self.past(from, b"}}"))
    }

    /// The end of `}}` outside strings and inner braces, if it comes soon.
    fn balanced(&mut self, from: usize) -> Option<usize> {
        let window = &self.bytes[from..self.bytes.len().min(from + REACH)];
        if self.patience < window.len() {
            return None;
        }
        let end = closing_braces(window);
        if end.is_none() {
            self.patience -= window.len();
        }
        end.map(|end| from + end)
    }

    /// The end of the next `mark` at or after `from`.
    fn past(&mut self, from: usize, mark: &'static [u8]) -> Option<usize> {
        if self.unclosed.contains(&mark) {
            return None;
        }
        let found = memchr::memmem::find(&self.bytes[from..], mark);
        if found.is_none() {
            self.unclosed.push(mark);
        }
        found.map(|offset| from + offset + mark.len())
    }

    fn is_raw(&self, action: &Action) -> bool {
        let text = &self.bytes[action.range.clone()];
        text.starts_with(b"{%") && matches!(first_word(&text[2..]), b"raw" | b"verbatim")
    }

    /// Where the `{% endraw %}` starts that closes a raw section; the end of the text when there is none.
    fn end_of_raw(&self, from: usize) -> usize {
        let ends = memchr::memmem::find_iter(&self.bytes[from..], b"{%");
        ends.map(|offset| from + offset)
            .find(|&at| {
                matches!(
                    first_word(&self.bytes[at + 2..]),
                    b"endraw" | b"endverbatim"
                )
            })
            .unwrap_or(self.bytes.len())
    }
}

/// The end of the first `}}` that is in no string and closes no inner brace.
fn closing_braces(window: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = window.get(at) {
        match byte {
            b'}' if depth == 0 && window.get(at + 1) == Some(&b'}') => return Some(at + 2),
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' | b'`' => at = end_of_string(window, at)?,
            _ => {}
        }
        at += 1;
    }
    None
}

/// The index of the quote that closes the one at `open`.
fn end_of_string(window: &[u8], open: usize) -> Option<usize> {
    let quote = window[open];
    let mut at = open + 1;
    loop {
        match *window.get(at)? {
            b'\\' if quote != b'`' => at += 1,
            byte if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

/// Whether what follows `{%` makes it a tag rather than text such as `{%Y}`.
fn begins_a_tag(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| {
        byte.is_ascii_whitespace() || byte.is_ascii_lowercase() || matches!(byte, b'-' | b'+')
    })
}

/// The first word, past trim marks and blanks.
fn first_word(content: &[u8]) -> &[u8] {
    let content = content.trim_ascii_start();
    let content = content
        .strip_prefix(b"-")
        .or(content.strip_prefix(b"+"))
        .unwrap_or(content);
    let content = content.trim_ascii_start();
    let end = content
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'))
        .unwrap_or(content.len());
    &content[..end]
}

fn braces_kind(content: &[u8]) -> Kind {
    let content = content.strip_prefix(b"-").unwrap_or(content).trim_ascii();
    match content.first() {
        None | Some(b'!') => return Kind::Note,
        Some(b'#' | b'^') => return Kind::Control,
        Some(b'/') if content.starts_with(b"/*") => return Kind::Note,
        Some(b'/') => return Kind::End,
        Some(b'$') if assigns(content) => return Kind::Note,
        _ => {}
    }
    match first_word(content) {
        b"else" => Kind::Else,
        b"if" | b"range" | b"with" | b"define" | b"block" | b"break" | b"continue" => Kind::Control,
        b"end" => Kind::End,
        _ => Kind::Output,
    }
}

/// Whether a Go action is `$name := ...` or `$name = ...`.
fn assigns(content: &[u8]) -> bool {
    let name = content[1..]
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'))
        .map_or(&[][..], |end| &content[1 + end..]);
    let rest = name.trim_ascii_start();
    rest.starts_with(b":=") || (rest.starts_with(b"=") && !rest.starts_with(b"=="))
}

fn tag_kind(content: &[u8]) -> Kind {
    match first_word(content) {
        b"include" => Kind::Output,
        b"set" | b"import" | b"from" | b"extends" => Kind::Note,
        b"else" | b"elif" => Kind::Else,
        word if word.starts_with(b"end") => Kind::End,
        _ => Kind::Control,
    }
}

fn erb_kind(content: &[u8]) -> Kind {
    match content.first() {
        Some(b'=') => Kind::Output,
        Some(b'#') => Kind::Note,
        _ if matches!(first_word(content), b"else" | b"elsif") => Kind::Else,
        _ if matches!(first_word(content), b"end") || content.trim_ascii() == b"}" => Kind::End,
        _ => Kind::Control,
    }
}

fn directive_kind(content: &[u8]) -> Option<Kind> {
    let content = content.strip_prefix(b"~").unwrap_or(content);
    match first_word(content) {
        b"if" | b"for" => Some(Kind::Control),
        b"else" => Some(Kind::Else),
        b"endif" | b"endfor" => Some(Kind::End),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Kind)> {
        scan(text)
            .into_iter()
            .map(|action| (&text[action.range], action.kind))
            .collect()
    }

    #[test]
    fn tells_what_an_action_leaves() {
        use Kind::{Control, Else, End, Note, Output};
        assert_eq!(
            found("{{- if .a -}} {{ .b }} {{else}} {{ end }} {{/* }} */}} {{- $x := 1 }} {{ $x }}"),
            [
                ("{{- if .a -}}", Control),
                ("{{ .b }}", Output),
                ("{{else}}", Else),
                ("{{ end }}", End),
                ("{{/* }} */}}", Note),
                ("{{- $x := 1 }}", Note),
                ("{{ $x }}", Output),
            ]
        );
        assert_eq!(
            found("{% for x in y %}{%- endfor %}{# n #}<%= a %><% if b %>%{ if c ~}%{ endif }"),
            [
                ("{% for x in y %}", Control),
                ("{%- endfor %}", End),
                ("{# n #}", Note),
                ("<%= a %>", Output),
                ("<% if b %>", Control),
                ("%{ if c ~}", Control),
                ("%{ endif }", End),
            ]
        );
    }

    #[test]
    fn looks_past_strings_and_inner_braces() {
        for text in [
            r#"{{ "}}" }}"#,
            "{{ `}}` }}",
            "{{ x | combine({'a': {'b': 1}}) }}",
            "{{{ raw }}}",
            "{{ it's }}",
        ] {
            assert_eq!(found(text), [(text, Kind::Output)]);
        }
    }

    #[test]
    fn leaves_plain_text_alone() {
        for text in [
            "${{ github.ref }}",
            "{a: {b: 1}}",
            "${#x[@]}",
            "{%Y}",
            "%{name}",
            "{{ open",
            "a < b % c",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
        assert_eq!(found("{% raw %}{{ x }}{% endraw %}").len(), 2);
    }

    #[test]
    fn stays_fast_on_what_never_closes() {
        let began = std::time::Instant::now();
        for piece in [
            "{{",
            "{{'",
            "{{{ }}",
            "{% ",
            "{{/*",
            "<%",
            "%{ if ",
            "{{\"}}{{'}}{{`",
        ] {
            scan(&piece.repeat(300_000));
        }
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    }
}
