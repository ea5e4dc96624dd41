//! Expressions of GitHub Actions: `${{ ... }}` and the conditions of `if:`, parsed into a tree.
//!
//! The grammar is small: literals, contexts with `.name`, `[index]` and `.*`, calls, `!`, comparisons, `&&` and `||`.
//! What does not parse is no expression; a caller then knows nothing of its value.

use compact_str::CompactString;

/// Nesting beyond this is not parsed.
const DEPTH: usize = 64;

/// Longer texts are not parsed: a chain of operators nests as deep as it is long.
const LENGTH: usize = 4096;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// `'text'`
    Text(CompactString),
    /// `true`, `false`
    Flag(bool),
    /// `null`
    Null,
    /// A number as written.
    Number(CompactString),
    /// `github.event.pull_request.head.ref`: keys in lower case; a computed index is `None`, `*` is kept.
    Context(Vec<Option<CompactString>>),
    /// `name(...)`, the name in lower case.
    Call(CompactString, Vec<Expression>),
    /// A part of what a call yields: `fromJSON(x).y`
    Part(Box<Expression>),
    /// `!a`
    Not(Box<Expression>),
    /// `a && b`
    And(Box<Expression>, Box<Expression>),
    /// `a || b`
    Or(Box<Expression>, Box<Expression>),
    /// `a == b` where true, `a != b` where false.
    Equal(Box<Expression>, Box<Expression>, bool),
    /// `<`, `<=`, `>`, `>=`: never followed.
    Order(Box<Expression>, Box<Expression>),
}

impl Expression {
    /// What it can come to, in no order: either side of `||`, the right one of `&&`.
    pub(super) fn outcomes(&self) -> Vec<&Expression> {
        let (mut open, mut found) = (vec![self], Vec::new());
        while let Some(one) = open.pop() {
            match one {
                Self::Or(left, right) => open.extend([&**left, right]),
                Self::And(_, right) => open.push(right),
                other => found.push(other),
            }
        }
        found
    }
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece<'a> {
    /// Outside of `${{ }}`.
    Plain(&'a str),
    /// What stands between `${{` and `}}`, and the whole of it with its braces.
    Hole {
        /// Without the braces.
        inner: &'a str,
        /// With the braces.
        whole: &'a str,
    },
}

/// The pieces of a text with holes.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find("${{") {
        let Some(length) = end_of_hole(&rest[start + 3..]) else {
            break;
        };
        if start > 0 {
            found.push(Piece::Plain(&rest[..start]));
        }
        let end = start + 3 + length;
        found.push(Piece::Hole {
            inner: rest[start + 3..end].trim(),
            whole: &rest[start..end + 2],
        });
        rest = &rest[end + 2..];
    }
    if !rest.is_empty() {
        found.push(Piece::Plain(rest));
    }
    found
}

/// Offset of the `}}` that ends a hole; one inside a quoted text does not.
fn end_of_hole(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut quoted = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
    }
    None
}

/// Parses the text between the braces, or a whole `if:` condition.
pub(super) fn parse(text: &str) -> Option<Expression> {
    if text.len() > LENGTH {
        return None;
    }
    let mut parser = Parser {
        text,
        at: 0,
        depth: DEPTH,
    };
    let expression = parser.or()?;
    parser.space();
    (parser.at == text.len()).then_some(expression)
}

/// The condition of an `if:`: with or without braces; literal text around a hole makes the whole a text, which is true.
pub(super) fn condition(text: &str) -> Option<Expression> {
    let text = text.trim();
    match pieces(text).as_slice() {
        [Piece::Hole { inner, .. }] => parse(inner),
        [Piece::Plain(plain)] => parse(plain),
        _ => None,
    }
}

/// The condition of an `if:` as what it keeps out: one in braces with a line's end behind them is a text, which is always true.
/// <https://docs.zizmor.sh/audits/#unsound-condition>
pub(super) fn guard(text: &str) -> Option<Expression> {
    match text.contains("${{") && text.ends_with('\n') {
        true => None,
        false => condition(text),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn or(&mut self) -> Option<Expression> {
        self.depth = self.depth.checked_sub(1)?;
        let mut left = self.and()?;
        while self.eat("||") {
            left = Expression::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth += 1;
        Some(left)
    }

    fn and(&mut self) -> Option<Expression> {
        let mut left = self.comparison()?;
        while self.eat("&&") {
            left = Expression::And(Box::new(left), Box::new(self.comparison()?));
        }
        Some(left)
    }

    fn comparison(&mut self) -> Option<Expression> {
        let mut left = self.unary()?;
        loop {
            let equal = if self.eat("==") {
                true
            } else if self.eat("!=") {
                false
            } else if ["<=", ">=", "<", ">"].iter().any(|token| self.eat(token)) {
                left = Expression::Order(Box::new(left), Box::new(self.unary()?));
                continue;
            } else {
                return Some(left);
            };
            left = Expression::Equal(Box::new(left), Box::new(self.unary()?), equal);
        }
    }

    fn unary(&mut self) -> Option<Expression> {
        self.space();
        let bang = self.rest().starts_with('!') && !self.rest().starts_with("!=");
        if !bang {
            return self.primary();
        }
        self.at += 1;
        self.depth = self.depth.checked_sub(1)?;
        let inner = self.unary()?;
        self.depth += 1;
        Some(Expression::Not(Box::new(inner)))
    }

    fn primary(&mut self) -> Option<Expression> {
        self.space();
        match self.rest().as_bytes().first()? {
            b'(' => {
                self.at += 1;
                let inner = self.or()?;
                self.eat(")").then_some(inner)
            }
            b'\'' => self.text().map(Expression::Text),
            b'0'..=b'9' | b'-' | b'.' => Some(Expression::Number(self.word("+-.")?)),
            _ => self.name(),
        }
    }

    /// `'it''s'`
    fn text(&mut self) -> Option<CompactString> {
        let mut found = CompactString::default();
        loop {
            self.at += 1;
            let end = self.rest().find('\'')?;
            found.push_str(&self.rest()[..end]);
            self.at += end + 1;
            if !self.rest().starts_with('\'') {
                return Some(found);
            }
            found.push('\'');
        }
    }

    fn word(&mut self, beside: &str) -> Option<CompactString> {
        let rest = self.rest();
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '_' || beside.contains(c);
        let end = rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let word = CompactString::from(&rest[..end]);
        self.at += end;
        (end > 0).then_some(word)
    }

    fn name(&mut self) -> Option<Expression> {
        let word = self.word("-")?;
        match word.as_str() {
            "true" => return Some(Expression::Flag(true)),
            "false" => return Some(Expression::Flag(false)),
            "null" => return Some(Expression::Null),
            _ => {}
        }
        if self.eat("(") {
            let mut arguments = Vec::new();
            while !self.eat(")") {
                if !arguments.is_empty() && !self.eat(",") {
                    return None;
                }
                arguments.push(self.or()?);
            }
            let call = Expression::Call(word.to_ascii_lowercase(), arguments);
            return Some(match self.follow(Vec::new()).is_empty() {
                true => call,
                false => Expression::Part(Box::new(call)),
            });
        }
        let mut path = vec![Some(word.to_ascii_lowercase())];
        path = self.follow(path);
        Some(Expression::Context(path))
    }

    /// `.name`, `.*` and `[index]` after a name. An index that is not a literal text leads nowhere in particular.
    fn follow(&mut self, mut path: Vec<Option<CompactString>>) -> Vec<Option<CompactString>> {
        loop {
            if self.eat(".") {
                match self.word("-*") {
                    Some(word) => path.push(Some(word.to_ascii_lowercase())),
                    None => return path,
                }
            } else if self.rest().starts_with('[') {
                self.at += 1;
                let index = self.or();
                path.push(match index {
                    Some(Expression::Text(text)) => Some(text.to_ascii_lowercase()),
                    Some(Expression::Number(number)) => Some(number),
                    _ => None,
                });
                if !self.eat("]") {
                    return path;
                }
            } else {
                return path;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_come_apart_from_text() {
        let found = pieces("arn:aws:iam::${{ vars.ACCOUNT }}:role/ci");
        assert_eq!(found.len(), 3);
        assert!(matches!(
            found[1],
            Piece::Hole {
                inner: "vars.ACCOUNT",
                ..
            }
        ));
        assert_eq!(pieces("${{ format('}}') }}x").len(), 2);
        assert_eq!(pieces("${{ open").len(), 1);
    }

    #[test]
    fn conditions_parse_with_and_without_braces() {
        let bare = condition("github.event_name == 'push' && !cancelled()");
        assert_eq!(
            bare,
            condition("${{ github.event_name == 'push' && !cancelled() }}")
        );
        let Some(Expression::And(left, right)) = bare else {
            panic!("an and: {bare:?}");
        };
        assert!(matches!(*left, Expression::Equal(_, _, true)));
        assert!(matches!(*right, Expression::Not(_)));
        assert_eq!(condition("a ${{ b }}"), None);
        assert_eq!(condition("github.event_name =="), None);
    }

    #[test]
    fn contexts_keep_what_an_index_says() {
        let path = |text: &str| match parse(text) {
            Some(Expression::Context(path)) => path,
            other => panic!("a context: {other:?}"),
        };
        assert_eq!(
            path("secrets['My_Key']"),
            [Some("secrets".into()), Some("my_key".into())]
        );
        assert_eq!(path("secrets[inputs.name]"), [Some("secrets".into()), None]);
        assert_eq!(path("github.event.labels.*.name").len(), 5);
        assert_eq!(parse("'it''s'"), Some(Expression::Text("it's".into())));
    }

    #[test]
    fn deep_nesting_is_no_expression() {
        let text = format!("{}1{}", "(".repeat(500), ")".repeat(500));
        assert_eq!(parse(&text), None);
        assert_eq!(parse(&"!".repeat(500)), None);
        assert_eq!(parse(&"1&&".repeat(5000)), None);
    }
}
