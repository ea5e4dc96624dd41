//! Words and `key=value` pairs of a directive.

use crate::config::closest;

/// A word of a directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    Bare(String),
    Pair(String, String),
}

/// Parts the text at white space outside quotes.
pub(super) fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let Some(value) = after.strip_prefix('=') else {
            found.push(Word::Bare(name.to_owned()));
            rest = after.trim_start();
            continue;
        };
        let (value, after) = value_of(name, value)?;
        found.push(Word::Pair(name.to_owned(), value));
        rest = after.trim_start();
    }
    Ok(found)
}

/// A value and what follows it: bare up to white space, or in quotes with `\` before a quote or itself.
fn value_of<'t>(name: &str, text: &'t str) -> Result<(String, &'t str), String> {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        return Ok((text[..end].to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if !escaped && c == quote {
            let rest = &text[at + c.len_utf8()..];
            return if rest.is_empty() || rest.starts_with(char::is_whitespace) {
                Ok((value, rest))
            } else {
                Err(format!(
                    "something stands right after the quotes of `{name}`"
                ))
            };
        }
        if !escaped && c == '\\' {
            escaped = true;
            continue;
        }
        if escaped && c != quote && c != '\\' {
            value.push('\\');
        }
        escaped = false;
        value.push(c);
    }
    Err(format!("the quotes of `{name}` do not close"))
}

/// The pairs of a directive by key, each at most once.
pub(super) struct Pairs(Vec<(String, String)>);

impl Pairs {
    pub(super) fn take(&mut self, key: &str) -> Option<String> {
        let index = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.swap_remove(index).1.trim().to_owned()).filter(|value| !value.is_empty())
    }

    pub(super) fn need(&mut self, key: &str) -> Result<String, String> {
        self.take(key).ok_or_else(|| format!("`{key}=` is missing"))
    }

    pub(super) fn new(words: Vec<Word>, known: &[&str]) -> Result<Self, String> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for word in words {
            let (key, value) = match word {
                Word::Pair(key, value) => (key, value),
                Word::Bare(word) => return Err(format!("`{word}` is not understood")),
            };
            if !known.contains(&key.as_str()) {
                return Err(match closest(&key, known.iter().copied()) {
                    Some(meant) => format!("`{key}=` is not known; did you mean `{meant}=`?"),
                    None => format!("`{key}=` is not known; known are {}", known.join(", ")),
                });
            }
            if pairs.iter().any(|(name, _)| *name == key) {
                return Err(format!("`{key}=` is there twice"));
            }
            pairs.push((key, value));
        }
        Ok(Self(pairs))
    }
}
