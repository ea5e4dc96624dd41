//! Calls, closures and values from the tokens of a Groovy script.

use super::super::draft::Draft;
use super::super::{Entry, Expr, Node, Value};
use super::token::{Kind, Token};
use compact_str::CompactString;
use std::ops::Range;

/// The key of a call's arguments.
const ARGUMENTS: CompactString = CompactString::const_new("()");

/// What has been read, and what is left.
pub(super) struct Parser<'d, 't, 's> {
    draft: &'d mut Draft<'t>,
    text: &'s str,
    tokens: &'s [Token],
    at: usize,
    depth: usize,
}

impl<'d, 't, 's> Parser<'d, 't, 's> {
    /// A parser at the start of a script, of closures and lists nested up to `depth`.
    pub(super) fn new(
        draft: &'d mut Draft<'t>,
        text: &'s str,
        tokens: &'s [Token],
        depth: usize,
    ) -> Self {
        Self {
            draft,
            text,
            tokens,
            at: 0,
            depth,
        }
    }

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
    pub(super) fn block(&mut self) -> Vec<Entry> {
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
