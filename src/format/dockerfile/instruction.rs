//! One instruction as an entry of the map.

use super::logical::Logical;
use crate::format::draft::Draft;
use crate::format::lines::{trim, words};
use crate::format::{Entry, Node, Value};
use compact_str::CompactString;
use std::ops::Range;

const WORDS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// The entry of an instruction; `None` when the line begins with no instruction's word.
pub(super) fn entry(draft: &mut Draft, logical: &Logical) -> Option<Entry> {
    let first = logical.pieces.first()?.clone();
    let at = words(draft.text, first.clone()).next()?;
    let word = draft.text[at.clone()].to_ascii_uppercase();
    let word = *WORDS.iter().find(|known| **known == word)?;
    let mut rest = Logical {
        pieces: logical.pieces.clone(),
        body: logical.body.clone(),
        escape: logical.escape,
    };
    rest.pieces[0] = trim(draft.text, at.end..first.end);
    if rest.pieces[0].is_empty() && rest.pieces.len() > 1 {
        rest.pieces.remove(0);
    }
    let value = match word {
        "FROM" => from(draft, &rest),
        "ENV" | "LABEL" => pairs(draft, &rest, Alone::OldStyle),
        "ARG" => pairs(draft, &rest, Alone::Name),
        "COPY" | "ADD" | "EXPOSE" | "VOLUME" => {
            bracketed(draft, &rest).unwrap_or_else(|| list(draft, &rest))
        }
        "CMD" | "ENTRYPOINT" | "RUN" | "SHELL" => {
            bracketed(draft, &rest).unwrap_or_else(|| text(draft, &rest))
        }
        "ONBUILD" => {
            let inner = entry(draft, &rest).filter(|inner| inner.key != "ONBUILD");
            inner.map_or_else(|| text(draft, &rest), |inner| draft.map(vec![inner]))
        }
        _ => text(draft, &rest),
    };
    Some(Entry {
        key: CompactString::const_new(word),
        key_span: draft.span(at),
        value,
    })
}

/// The whole text, continued lines joined by a blank, a here-document as it is.
fn text(draft: &Draft, logical: &Logical) -> Node {
    let mut joined = CompactString::default();
    let mut last: Option<usize> = None;
    for piece in logical.pieces.iter().filter(|piece| !piece.is_empty()) {
        // A word may go on in the next line.
        let parted = last.is_some_and(|end| draft.text[end..piece.start].contains([' ', '\t']));
        joined.push_str(if parted { " " } else { "" });
        joined.push_str(&draft.text[piece.clone()]);
        last = Some(piece.end);
    }
    if let Some(body) = &logical.body {
        joined.push('\n');
        joined.push_str(&draft.text[body.clone()]);
    }
    Node::string(draft.span(logical.range()), joined)
}

/// The words, each with its place.
fn list(draft: &mut Draft, logical: &Logical) -> Node {
    let items = tokens(draft, logical)
        .into_iter()
        .map(|token| Node::string(draft.span(token.at), token.text))
        .collect();
    Node::new(draft.span(logical.range()), Value::List(items))
}

/// A JSON list of strings, as the exec form is written.
fn bracketed(draft: &mut Draft, logical: &Logical) -> Option<Node> {
    let at = logical.range();
    if !draft.text[at.clone()].starts_with('[')
        || logical.body.is_some()
        || logical.pieces.len() > 1
    {
        return None;
    }
    crate::format::json::strings(draft, at)
}

fn from(draft: &mut Draft, logical: &Logical) -> Node {
    let mut entries: Vec<Entry> = Vec::new();
    let mut names = false;
    for token in tokens(draft, logical) {
        let node = Node::string(draft.span(token.at.clone()), token.text.clone());
        let flag = token
            .text
            .strip_prefix("--")
            .and_then(|flag| flag.split_once('='));
        let has_image = entries.iter().any(|entry| entry.key == "image");
        if let (Some((name, value)), false) = (flag, has_image) {
            let start = token.at.start + 2;
            let at = start + name.len() + 1;
            let value = Node::string(draft.span(at..token.at.end.max(at)), value);
            let key_span = draft.span(start..start + name.len());
            entries.push(Entry {
                key: name.into(),
                key_span,
                value,
            });
        } else if !has_image {
            entries.push(Entry {
                key: "image".into(),
                key_span: node.span,
                value: node,
            });
        } else if names {
            entries.push(Entry {
                key: "as".into(),
                key_span: node.span,
                value: node,
            });
            break;
        } else {
            names = token.text.eq_ignore_ascii_case("as");
        }
    }
    Node::new(draft.span(logical.range()), Value::Map(entries.into()))
}

/// What a word without `=` is.
#[derive(Clone, Copy, PartialEq)]
enum Alone {
    /// A name without a value: `ARG TOKEN`.
    Name,
    /// The name of all that follows: `ENV KEY some text`.
    OldStyle,
}

fn pairs(draft: &mut Draft, logical: &Logical, alone: Alone) -> Node {
    let tokens = tokens(draft, logical);
    let mut entries = Vec::with_capacity(tokens.len());
    for (index, token) in tokens.iter().enumerate() {
        if let Some(equals) = token.equals {
            let key = token.at.start..equals;
            let value = draft.span(equals + 1..token.at.end);
            let (name, text) = token.text.split_once('=').unwrap_or((&token.text, ""));
            entries.push(Entry {
                key: name.into(),
                key_span: draft.span(key),
                value: Node::string(value, text),
            });
        } else if alone == Alone::Name {
            let none = Node::new(draft.span(token.at.end..token.at.end), Value::Null);
            entries.push(draft.entry(token.at.clone(), none));
        } else if index == 0 {
            let mut rest = Logical {
                pieces: logical.pieces.clone(),
                body: None,
                escape: logical.escape,
            };
            rest.pieces[0] = trim(
                draft.text,
                token.at.end..rest.pieces[0].end.max(token.at.end),
            );
            let value = text(draft, &rest);
            entries.push(draft.entry(token.at.clone(), value));
            break;
        }
    }
    Node::new(draft.span(logical.range()), Value::Map(entries.into()))
}

/// A word with quotes and escapes resolved.
struct Token {
    text: CompactString,
    at: Range<usize>,
    /// Where its first `=` outside quotes stands.
    equals: Option<usize>,
}

/// The words of an instruction; quotes keep blanks together, as the shell does.
fn tokens(draft: &mut Draft, logical: &Logical) -> Vec<Token> {
    let mut found = Vec::new();
    for piece in &logical.pieces {
        let mut rest = trim(draft.text, piece.clone());
        while !rest.is_empty() && draft.afford(1, rest.start) {
            let token = token(draft.text, rest.clone(), logical.escape);
            rest = trim(draft.text, token.at.end..rest.end);
            found.push(token);
        }
    }
    found
}

fn token(text: &str, range: Range<usize>, escape: char) -> Token {
    let mut out = CompactString::default();
    let mut quote = None;
    let mut equals = None;
    let mut end = range.end;
    let mut letters = text[range.clone()].char_indices();
    while let Some((at, letter)) = letters.next() {
        match (letter, quote) {
            (letter, Some(open)) if letter == open => quote = None,
            ('"' | '\'', None) => quote = Some(letter),
            (letter, None | Some('"')) if letter == escape => {
                if let Some((_, next)) = letters.next() {
                    out.push(next);
                }
            }
            (letter, None) if letter.is_whitespace() => {
                end = range.start + at;
                break;
            }
            (letter, _) => {
                if letter == '=' && quote.is_none() && equals.is_none() {
                    equals = Some(range.start + at);
                }
                out.push(letter);
            }
        }
    }
    Token {
        text: out,
        at: range.start..end,
        equals,
    }
}
