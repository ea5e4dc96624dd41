//! Finds the rooms that a source file names, without a compiler: enough of Rust's lexer to tell code from comments and text.

/// A room that a file names, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// Line from 1.
    pub(crate) line: usize,
    /// The first name after the crate's root.
    pub(crate) room: String,
}

/// A word, `::` or a mark of the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    line: usize,
    pub(crate) text: String,
}

/// The rooms named in a file below `src`, by paths from the crate's root or `super` chains that end there.
pub(crate) fn imports(file: &str, text: &str) -> Vec<Import> {
    let tokens = lex(text);
    let depth = file.split('/').count();
    let mut found = Vec::new();
    // For each open brace, whether it is that of an inline module.
    let mut braces: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            "{" => braces.push(at >= 2 && tokens[at - 2].text == "mod"),
            "}" => drop(braces.pop()),
            "crate" | "tenure" if next(&tokens, at) == "::" => {
                roots(&tokens, at + 2, &mut found);
            }
            "crate" if next(&tokens, at) == "as" => found.push(import(&tokens[at], "*")),
            "super" if next(&tokens, at) == "::" => {
                let mut climbed = 0;
                while tokens.get(at).is_some_and(|t| t.text == "super") && next(&tokens, at) == "::"
                {
                    climbed += 1;
                    at += 2;
                }
                let modules = braces.iter().filter(|module| **module).count();
                if climbed == depth + modules {
                    roots(&tokens, at, &mut found);
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn next(tokens: &[Token], at: usize) -> &str {
    tokens.get(at + 1).map_or("", |token| &token.text)
}

fn import(token: &Token, room: &str) -> Import {
    Import {
        line: token.line,
        room: room.to_owned(),
    }
}

/// The first names of a path or of each path of a group.
fn roots(tokens: &[Token], at: usize, found: &mut Vec<Import>) {
    let Some(first) = tokens.get(at) else {
        return;
    };
    if first.text != "{" {
        found.push(import(first, &first.text));
        return;
    }
    let (mut depth, mut expected) = (0, true);
    for token in &tokens[at..] {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," if depth == 1 => expected = true,
            room if depth == 1 && expected => {
                found.push(import(token, room));
                expected = false;
            }
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

/// Words, `::` and single marks; comments, strings and characters are left out.
pub(crate) fn lex(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);
    while at < bytes.len() {
        let start = at;
        let rest = &text[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at = after_comment(text, at);
        } else if let Some(end) = after_string(text, at) {
            at = end;
        } else if is_word(bytes[at]) {
            at += rest.bytes().take_while(|b| is_word(*b)).count();
            tokens.push(Token {
                line,
                text: text[start..at].to_owned(),
            });
        } else if rest.starts_with("::") {
            at += 2;
            tokens.push(Token {
                line,
                text: "::".to_owned(),
            });
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            let mark = &text[start..at];
            if !mark.trim().is_empty() {
                tokens.push(Token {
                    line,
                    text: mark.to_owned(),
                });
            }
        }
        line += text[start..at].matches('\n').count();
    }
    tokens
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn after_comment(text: &str, start: usize) -> usize {
    let (mut depth, mut at) = (0, start);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The end of the string or character that starts here, if one does.
fn after_string(text: &str, at: usize) -> Option<usize> {
    let before = at.checked_sub(1).map(|before| text.as_bytes()[before]);
    let rest = &text[at..];
    let plain = rest.strip_prefix('b').unwrap_or(rest);
    let skipped = rest.len() - plain.len();
    if !before.is_some_and(is_word)
        && let Some(raw) = plain.strip_prefix('r')
    {
        let hashes = raw.bytes().take_while(|b| *b == b'#').count();
        if raw[hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let body = at + skipped + 1 + hashes + 1;
            return Some(
                body + text[body..]
                    .find(&close)
                    .map_or(text.len() - body, |end| end + close.len()),
            );
        }
    }
    if plain.starts_with('"') {
        return Some(at + skipped + quoted(plain, '"'));
    }
    if let Some(inner) = plain.strip_prefix('\'') {
        let mut chars = inner.chars();
        let first = chars.next()?;
        if first == '\\' || chars.next() == Some('\'') {
            return Some(at + skipped + quoted(plain, '\''));
        }
    }
    None
}

/// Length of a quoted text with its quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}
