//! Jenkinsfiles: the calls and closures of a Groovy script, as far as a reader without Groovy can tell them.
//!
//! A lexer, not a compiler. A call is an entry named after it; its value is a map with the arguments in a list under `()`
//! and, beside it, what stands in its closure. `NAME = value` is an entry. Texts that interpolate are templates; what is
//! computed otherwise is unknown.

use super::draft::Draft;
use super::{Document, Entry, Expr, Format, Limits, Node, Value, name};
use crate::source::{BlobId, GapKind};
use compact_str::CompactString;
use std::ops::Range;

/// Jenkins pipelines.
pub(super) struct Groovy;

/// The key of a call's arguments.
const ARGUMENTS: CompactString = CompactString::const_new("()");

impl Format for Groovy {
    fn name(&self) -> &'static str {
        "groovy"
    }

    fn claims(&self, path: &str, _head: &[u8]) -> bool {
        let bare = name::full(path);
        bare.starts_with("jenkinsfile") || bare.ends_with(".jenkinsfile")
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("groovy", blob, path, text, limits);
        if draft.fits() {
            let tokens = tokens(text);
            for token in tokens.iter().filter(|token| token.kind == Kind::Broken) {
                draft.gap(GapKind::Syntax, token.at.clone(), "a text without an end");
            }
            let depth = limits.depth;
            let mut parser = Parser {
                draft: &mut draft,
                text,
                tokens: &tokens,
                at: 0,
                depth,
            };
            let entries = parser.block();
            if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
                let span = first.key_span.to(last.value.span);
                draft.root(Node::new(span, Value::Map(entries.into())));
            }
        }
        draft.done()
    }
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A name, dots included.
    Word,
    /// A text without holes: the quotes are this long.
    Text(usize),
    /// A text with holes.
    Open(usize),
    /// A text that nothing ends.
    Broken,
    /// Any other character.
    Sign(u8),
    /// The end of a line.
    Line,
}

#[derive(Debug, Clone)]
struct Token {
    kind: Kind,
    at: Range<usize>,
}

fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    // A byte order mark is no character of the script.
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            b'\n' => {
                at += 1;
                Kind::Line
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                let end = memchr::memmem::find(&bytes[at + 2..], b"*/");
                at = end.map_or(bytes.len(), |length| at + length + 4);
                continue;
            }
            b'\'' | b'"' => {
                let (end, kind) = quoted(bytes, at);
                at = end;
                kind
            }
            byte if is_word(byte) => {
                while at < bytes.len() && is_word(bytes[at]) {
                    at += 1;
                }
                Kind::Word
            }
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            byte => {
                at += 1;
                Kind::Sign(byte)
            }
        };
        found.push(Token {
            kind,
            at: start..at,
        });
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.' | b'@') || byte >= 0x80
}

/// End of a text, and which kind it is. One between single quotes ends with its line at the latest.
fn quoted(bytes: &[u8], start: usize) -> (usize, Kind) {
    let quote = bytes[start];
    let triple = bytes[start..].starts_with(&[quote; 3]);
    let quotes = if triple { 3 } else { 1 };
    let (mut at, mut open) = (start + quotes, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'$' if quote == b'"' => open = true,
            b'\n' if !triple => return (at, Kind::Broken),
            byte if byte == quote && (!triple || bytes[at..].starts_with(&[quote; 3])) => {
                let kind = match open {
                    true => Kind::Open(quotes),
                    false => Kind::Text(quotes),
                };
                return (at + quotes, kind);
            }
            _ => {}
        }
        at += 1;
    }
    (bytes.len(), Kind::Broken)
}

struct Parser<'d, 't, 's> {
    draft: &'d mut Draft<'t>,
    text: &'s str,
    tokens: &'s [Token],
    at: usize,
    depth: usize,
}

impl Parser<'_, '_, '_> {
    fn kind(&self) -> Option<Kind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    fn is(&self, sign: u8) -> bool {
        self.kind() == Some(Kind::Sign(sign))
    }

    fn lines(&mut self) {
        while self.kind() == Some(Kind::Line) {
            self.at += 1;
        }
    }

    /// Statements up to the brace that closes, or the end.
    fn block(&mut self) -> Vec<Entry> {
        let mut found = Vec::new();
        while let Some(kind) = self.kind() {
            match kind {
                Kind::Sign(b'}') => break,
                Kind::Word if self.draft.afford(1, self.tokens[self.at].at.start) => {
                    let entry = self.statement();
                    found.push(entry);
                }
                Kind::Word => break,
                Kind::Sign(b'{') if self.depth > 0 => {
                    self.depth -= 1;
                    self.at += 1;
                    found.append(&mut self.block());
                    self.at += usize::from(self.is(b'}'));
                    self.depth += 1;
                }
                _ => self.at += 1,
            }
        }
        found
    }

    /// A call, an assignment, or a word by itself.
    fn statement(&mut self) -> Entry {
        let token = self.tokens[self.at].clone();
        self.at += 1;
        let key = CompactString::from(&self.text[token.at.clone()]);
        let key_span = self.draft.span(token.at.clone());
        let assigned = self.is(b'=')
            && !matches!(self.tokens.get(self.at + 1), Some(next) if next.kind == Kind::Sign(b'='));
        if assigned {
            self.at += 1;
            let value = self.value();
            return Entry {
                key,
                key_span,
                value,
            };
        }
        let value = self.call(token.at);
        Entry {
            key,
            key_span,
            value,
        }
    }

    /// The arguments and the closure behind a name.
    fn call(&mut self, name: Range<usize>) -> Node {
        let start = name.start;
        let arguments = match self.kind() {
            Some(Kind::Sign(b'(')) => {
                self.at += 1;
                let found = self.arguments(b')');
                self.at += usize::from(self.is(b')'));
                found
            }
            Some(Kind::Text(_) | Kind::Open(_) | Kind::Word | Kind::Sign(b'[')) => {
                self.arguments(b'\n')
            }
            _ => Vec::new(),
        };
        let mut entries = Vec::new();
        if let (Some(first), Some(last)) = (arguments.first(), arguments.last()) {
            let span = first.span.to(last.span);
            entries.push(Entry {
                key: ARGUMENTS,
                key_span: span,
                value: Node::new(span, Value::List(arguments.into())),
            });
        }
        if self.is(b'{') && self.depth > 0 {
            self.depth -= 1;
            self.at += 1;
            entries.append(&mut self.block());
            self.at += usize::from(self.is(b'}'));
            self.depth += 1;
        }
        let end = self.tokens[..self.at]
            .last()
            .map_or(name.end, |token| token.at.end);
        Node::new(self.draft.span(start..end), Value::Map(entries.into()))
    }

    /// Values with commas between them; those with a name are one map, at the end.
    fn arguments(&mut self, close: u8) -> Vec<Node> {
        let (mut found, mut named): (Vec<Node>, Vec<Entry>) = (Vec::new(), Vec::new());
        while let Some(kind) = self.kind() {
            match kind {
                Kind::Sign(sign) if sign == close || matches!(sign, b'}' | b'{') => break,
                Kind::Line if close == b'\n' && !self.goes_on() => break,
                Kind::Sign(b';') if close == b'\n' => break,
                Kind::Line | Kind::Sign(b',') => self.at += 1,
                _ if !self.draft.afford(1, self.tokens[self.at].at.start) => {
                    self.at = self.tokens.len();
                }
                Kind::Word | Kind::Text(_) if self.is_label() => {
                    let token = self.tokens[self.at].clone();
                    self.at += 2;
                    let value = self.value();
                    let text = self.text[token.at.clone()].trim_matches(['\'', '"']);
                    named.push(Entry {
                        key: text.into(),
                        key_span: self.draft.span(token.at),
                        value,
                    });
                }
                _ => found.push(self.value()),
            }
        }
        if let (Some(first), Some(last)) = (named.first(), named.last()) {
            let span = first.key_span.to(last.value.span);
            found.push(Node::new(span, Value::Map(named.into())));
        }
        found
    }

    /// Whether a comma stood at the end of the line.
    fn goes_on(&self) -> bool {
        let before = self.tokens[..self.at].last();
        before.is_some_and(|token| token.kind == Kind::Sign(b','))
    }

    fn is_label(&self) -> bool {
        let next = |offset: usize| self.tokens.get(self.at + offset).map(|token| token.kind);
        next(1) == Some(Kind::Sign(b':')) && next(2) != Some(Kind::Sign(b':'))
    }

    /// One value; what follows it up to the comma, bracket or line makes it computed.
    fn value(&mut self) -> Node {
        self.lines();
        let Some(token) = self.tokens.get(self.at).cloned() else {
            let end = self.text.len();
            return Node::unknown(self.draft.span(end..end), "nothing");
        };
        self.at += 1;
        let node = match token.kind {
            Kind::Text(quotes) | Kind::Open(quotes) => {
                let span = self.draft.span(token.at.clone());
                let inner = token.at.start + quotes
                    ..token
                        .at
                        .end
                        .saturating_sub(quotes)
                        .max(token.at.start + quotes);
                let text = self.text.get(inner).unwrap_or_default();
                match token.kind {
                    Kind::Text(_) => Node::string(span, text),
                    _ => Node::new(
                        span,
                        Value::expr(Expr::Template(vec![Node::string(span, text)])),
                    ),
                }
            }
            Kind::Sign(b'[') if self.depth > 0 => {
                self.depth -= 1;
                let items = self.arguments(b']');
                self.at += usize::from(self.is(b']'));
                self.depth += 1;
                Node::new(self.draft.span(token.at), Value::List(items.into()))
            }
            Kind::Word if self.is(b'(') && self.depth > 0 => {
                self.depth -= 1;
                let value = self.call(token.at.clone());
                self.depth += 1;
                let key_span = self.draft.span(token.at.clone());
                let span = key_span.to(value.span);
                let entry = Entry {
                    key: self.text[token.at].into(),
                    key_span,
                    value,
                };
                Node::new(span, Value::Map(vec![entry].into()))
            }
            Kind::Word => self.word(token.at),
            _ => Node::unknown(self.draft.span(token.at), "computed"),
        };
        match self.rest() {
            true => Node::unknown(node.span, "computed"),
            false => node,
        }
    }

    fn word(&mut self, at: Range<usize>) -> Node {
        let span = self.draft.span(at.clone());
        match &self.text[at] {
            "true" => Node::new(span, Value::Bool(true)),
            "false" => Node::new(span, Value::Bool(false)),
            _ => Node::unknown(span, "reference"),
        }
    }

    /// Skips what is left of an expression; whether there was anything.
    fn rest(&mut self) -> bool {
        let start = self.at;
        let mut open = 0_usize;
        while let Some(kind) = self.kind() {
            match kind {
                Kind::Line | Kind::Sign(b',' | b'{' | b'}' | b';') if open == 0 => break,
                Kind::Sign(b')' | b']') if open == 0 => break,
                Kind::Sign(b'(' | b'[') => open += 1,
                Kind::Sign(b')' | b']') => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
        self.at > start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Node {
        let document = Groovy.parse(BlobId(0), "Jenkinsfile", text, Limits::default());
        document.roots.into_iter().next().expect("a root")
    }

    #[test]
    fn calls_and_closures_are_maps() {
        let root = tree(
            "@Library('shared@main') _\npipeline {\n  agent { label 'linux' } // here\n  environment { KEY = credentials('key') }\n  \
             stages { stage('Deploy prod') { steps {\n    withCredentials([string(credentialsId: 'x', variable: 'T')]) { sh \"curl $T\" }\n  } } }\n}\n",
        );
        let library = root.get("@Library").and_then(|node| node.get("()"));
        assert_eq!(
            library.and_then(|list| list.as_list()?[0].as_str()),
            Some("shared@main")
        );
        let pipeline = root.get("pipeline").expect("a pipeline");
        let key = pipeline.at(&["environment", "KEY", "credentials", "()"]);
        assert!(key.is_some(), "{pipeline:?}");
        let stage = pipeline.at(&["stages", "stage"]).expect("a stage");
        let with = stage
            .at(&["steps", "withCredentials"])
            .expect("credentials");
        assert!(with.get("sh").is_some());
    }

    #[test]
    fn a_text_without_an_end_is_a_gap_and_no_value() {
        let text = "x = 'y'\npipeline {\n  environment { KEY = credentials('deploy) }\n}\n";
        let document = Groovy.parse(BlobId(0), "Jenkinsfile", text, Limits::default());
        let lines: Vec<_> = document.gaps.iter().map(|gap| gap.line).collect();
        assert_eq!(lines, [Some(3)]);
        let root = format!("{:?}", document.roots);
        assert!(!root.contains("deplo"), "{root}");
        assert!(root.contains("\"y\""), "{root}");
    }

    #[test]
    fn odd_texts_do_no_harm() {
        for text in [
            "'",
            "\"\"\"",
            "a(",
            "a([{",
            "/*",
            "a = ",
            "é('é",
            &"a{".repeat(2000),
            &"a([".repeat(2000),
            "a b: c, d: e\n}",
        ] {
            let document = Groovy.parse(BlobId(0), "Jenkinsfile", text, Limits::default());
            for root in document.roots {
                assert!(root.span.end as usize <= text.len());
            }
        }
    }
}
