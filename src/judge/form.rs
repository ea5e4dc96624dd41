//! A pattern's value, compiled: shape or expression, then proof, entropy, digits and documentation values, cheapest first.

use super::checksum::{self, Proof};
use super::entropy::{digits, distinct, shannon};
use super::key::Key;
use super::placeholder::{has_row, is_ordered, is_placeholder};
use super::shape::{Match, Shape};
use super::value::{self, Strength};
use crate::rule::{Checksum, Likeness, Pattern};
use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};
use std::ops::Range;
use std::sync::OnceLock;

/// What a match proved to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// How much it looks like a credential; a passed proof or a distinctive shape is strong.
    pub strength: Strength,
    /// Whether the issuer's own checksum proves that it was issued; a structure that decodes may be anybody's.
    pub proven: bool,
    /// What the proof told.
    pub notes: Vec<(String, String)>,
}

/// How values of one rule look.
#[derive(Debug)]
pub struct Form {
    shape: Option<Shape>,
    source: Option<String>,
    regex: OnceLock<Option<Regex>>,
    checksum: Option<Checksum>,
    decodes_to: Option<String>,
    like: Option<Likeness>,
    entropy: f32,
    digits: usize,
    not_values: Vec<String>,
}

/// How far an expression may look.
const WINDOW: usize = 16 << 10;
/// No value in quotes is longer.
const QUOTED: usize = 8 << 10;

impl Form {
    /// Compiles the value part of a pattern; an expression is compiled when first needed.
    #[must_use]
    pub fn new(pattern: &Pattern) -> Self {
        Self {
            shape: Shape::new(pattern),
            source: pattern.regex.clone(),
            regex: OnceLock::new(),
            checksum: pattern.checksum,
            decodes_to: pattern.decodes_to.clone(),
            like: pattern.like,
            entropy: pattern.entropy.unwrap_or(0.0),
            digits: pattern.digits.unwrap_or(0) as usize,
            not_values: pattern.not_values.clone(),
        }
    }

    /// The shape, where there is one.
    #[must_use]
    pub fn shape(&self) -> Option<&Shape> {
        self.shape.as_ref()
    }

    /// Bytes that a match reads from its start on, at most.
    #[must_use]
    pub fn longest(&self) -> usize {
        match (&self.shape, self.source.as_deref()) {
            (Some(shape), _) => shape.longest(),
            (None, source) => source.and_then(most).unwrap_or(WINDOW).min(WINDOW),
        }
    }

    /// Bytes before an anchor that belong to a match, at most.
    #[must_use]
    pub fn before(&self) -> usize {
        self.shape.as_ref().map_or(0, Shape::before)
    }

    /// Whether a match ends with its line at the latest.
    #[must_use]
    pub fn in_line(&self) -> bool {
        self.shape.as_ref().is_some_and(Shape::in_line)
    }

    /// How far behind the stretch in which a match starts a row ends that every match holds; see [`Shape::holds_row`].
    #[must_use]
    pub fn holds_row(&self, least: usize) -> Option<usize> {
        self.shape.as_ref()?.holds_row(least)
    }

    /// The first place in `range` at which a match may start, as far as a look at few of its bytes tells.
    #[must_use]
    pub fn next_start(&self, bytes: &[u8], range: Range<usize>) -> Option<usize> {
        match &self.shape {
            Some(shape) => shape.next_start(bytes, range),
            None => (!range.is_empty()).then_some(range.start),
        }
    }

    /// Whether a match may start anywhere in `range`, as far as a look at few of its bytes tells.
    #[must_use]
    pub fn may_start(&self, bytes: &[u8], range: Range<usize>) -> bool {
        let shape = self.shape.as_ref();
        shape.is_none_or(|shape| shape.may_start(bytes, range))
    }

    /// How a value without a fixed shape is judged.
    #[must_use]
    pub fn like(&self) -> Option<Likeness> {
        self.like
    }

    /// A match whose anchor stands at `at`.
    #[must_use]
    pub fn at_anchor(&self, bytes: &[u8], at: usize) -> Option<Match> {
        match &self.shape {
            Some(shape) => shape.at_anchor(bytes, at),
            None => self.expression(bytes, at),
        }
    }

    /// A match that starts at `at`; in quotes (`quote` is the closing one) an open value goes up to it.
    #[must_use]
    pub fn at(&self, bytes: &[u8], at: usize, quote: Option<u8>) -> Option<Match> {
        let Some(shape) = &self.shape else {
            return self.expression(bytes, at);
        };
        if let (true, Some(quote)) = (self.is_open(), quote) {
            return self.filled(at, quoted(bytes, at, quote)?);
        }
        let mut found = shape.at(bytes, at)?;
        if let Some((min, _)) = shape.open() {
            let length = bare(&bytes[found.whole.clone()]);
            if length < min {
                return None;
            }
            found = plain(at..at + length);
        }
        Some(found)
    }

    /// Whether quotes bound a value of this form.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.shape.as_ref().and_then(Shape::open).is_some()
    }

    /// A match that fills so many bytes between quotes, where they bound it.
    #[must_use]
    pub fn filled(&self, at: usize, length: usize) -> Option<Match> {
        let (min, max) = self.shape.as_ref()?.open()?;
        (min..=max)
            .contains(&length)
            .then(|| plain(at..at + length))
    }

    /// Whether a whole value has this form.
    #[must_use]
    pub fn whole(&self, value: &[u8]) -> Option<Match> {
        let found = match self.shape.as_ref().and_then(Shape::open) {
            Some((min, max)) => (min..=max)
                .contains(&value.len())
                .then(|| plain(0..value.len())),
            None => self.at(value, 0, None),
        };
        found.filter(|found| found.whole == (0..value.len()))
    }

    fn expression(&self, bytes: &[u8], at: usize) -> Option<Match> {
        let regex = self
            .regex
            .get_or_init(|| compile(self.source.as_deref()?).ok())
            .as_ref()?;
        let input = Input::new(bytes)
            .span(at..bytes.len().min(at + WINDOW))
            .anchored(Anchored::Yes);
        let mut groups = regex.create_captures();
        regex.captures(input, &mut groups);
        let whole = groups.get_match()?.range();
        let secret = groups
            .get_group_by_name("value")
            .map_or(whole.clone(), |span| span.range());
        Some(Match {
            whole,
            secret,
            prefix: 0,
        })
    }

    /// Judges a match: documentation values, placeholders, proof, entropy, digits, likeness.
    #[must_use]
    pub fn judge(&self, bytes: &[u8], found: &Match, key: &Key) -> Option<Judged> {
        let secret = bytes.get(found.secret.clone())?;
        if self
            .not_values
            .iter()
            .any(|known| known.as_bytes() == secret)
            || digits(secret) < self.digits
        {
            return None;
        }
        if let Some(checksum) = self.checksum {
            return self.prove(checksum, secret, found);
        }
        if self.entropy > 0.0 && shannon(secret) < self.entropy {
            return None;
        }
        let text = String::from_utf8_lossy(secret);
        let strength = match self.like {
            Some(_) if cut_short(&bytes[found.whole.end..]) => return None,
            Some(like) => value::judge(like, &text, key)?,
            None => {
                let body = &text[found.prefix.min(text.len())..];
                let few = distinct(body.as_bytes()) < (body.len() / 3).min(6);
                // What begins with a vendor's literal refers to nothing, whatever characters follow.
                let literal = found.prefix >= 8;
                if few || (!literal && super::reference::is_reference(&text)) {
                    return None;
                }
                match is_placeholder(body) {
                    false if has_row(body) => Strength::Weak,
                    false => Strength::Strong,
                    // Length and alphabet are the vendor's, the characters stand in order: someone typed it in.
                    true if is_ordered(body) => Strength::Weak,
                    true => return None,
                }
            }
        };
        Some(Judged {
            strength,
            proven: false,
            notes: Vec::new(),
        })
    }

    fn prove(&self, checksum: Checksum, secret: &[u8], found: &Match) -> Option<Judged> {
        let prefix = found.prefix.min(secret.len());
        if !matches!(checksum, Checksum::Jwt | Checksum::PemDer) {
            let body = String::from_utf8_lossy(&secret[prefix..]);
            if is_placeholder(&body) {
                return None;
            }
        }
        match checksum::prove(checksum, secret, prefix, self.decodes_to.as_deref()) {
            Proof::Passed(notes) => Some(Judged {
                strength: Strength::Strong,
                proven: matches!(checksum, Checksum::Crc32Base62 | Checksum::Crc32Base36),
                notes,
            }),
            // What its installation puts in front counts in, and is not seen here.
            Proof::Failed if checksum == Checksum::Crc32Base36 => Some(Judged {
                strength: Strength::Weak,
                proven: false,
                notes: Vec::new(),
            }),
            Proof::Failed => None,
        }
    }
}

/// Whether what stands behind a value says that it goes on: `eyJ0eXBlIjoi...`.
fn cut_short(rest: &[u8]) -> bool {
    rest.starts_with(b"...") || rest.starts_with("\u{2026}".as_bytes())
}

/// Bytes of the longest match of an expression, where there is one.
fn most(source: &str) -> Option<usize> {
    let mut parser = regex_syntax::ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build();
    parser.parse(source).ok()?.properties().maximum_len()
}

/// Compiles an expression over bytes.
///
/// # Errors
/// What is wrong with it.
pub fn compile(source: &str) -> Result<Regex, String> {
    Regex::builder()
        .configure(
            // Anchored matches are few and short: what searches fast costs more to build than it saves.
            Regex::config()
                .utf8_empty(false)
                .hybrid(false)
                .backtrack(false)
                .dfa(false)
                .auto_prefilter(false)
                .nfa_size_limit(Some(4 << 20)),
        )
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .build(source)
        .map_err(|error| error.to_string())
}

fn plain(range: Range<usize>) -> Match {
    Match {
        whole: range.clone(),
        secret: range,
        prefix: 0,
    }
}

/// Length of a value without quotes: up to what parts it from the next (`;Database=`, `&user=`), closing brackets that nothing
/// in it opened left out.
fn bare(value: &[u8]) -> usize {
    let parts = |at: usize| {
        let rest = &value[at + 1..];
        let name = rest
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
            .count();
        // Within a quoted text, a line's end is written as an escape.
        value[at..].starts_with(b"\\n")
            || matches!(value[at], b';' | b'&')
                && (rest.is_empty() || rest.get(name) == Some(&b'='))
    };
    let mut length = (0..value.len())
        .find(|&at| parts(at))
        .unwrap_or(value.len());
    while let [head @ .., last] = &value[..length] {
        let opener = match last {
            b')' => b'(',
            b']' => b'[',
            b'}' => b'{',
            b'\\' | b';' => 0,
            _ => break,
        };
        if head.contains(&opener) {
            break;
        }
        length -= 1;
    }
    length
}

/// Length from a place up to the closing quote on the same line, escaped quotes passed over.
#[must_use]
pub fn quoted(bytes: &[u8], at: usize, quote: u8) -> Option<usize> {
    let bytes = bytes.get(at..bytes.len().min(at + QUOTED))?;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' | b'\r' => return None,
            // Within a quoted text, an escaped quote closes what an escaped quote opened.
            b'\\' if quote == b'\\' && matches!(bytes.get(at + 1), Some(b'"' | b'\'')) => {
                return Some(at);
            }
            b'"' if quote == b'\\' => return None,
            b'\\' => at += 1,
            _ if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(yaml: &str) -> Form {
        let pattern: Pattern =
            serde_saphyr::from_str(&format!("provider: x\nkind: token\n{yaml}")).unwrap();
        Form::new(&pattern)
    }

    #[test]
    fn an_expression_is_anchored_and_names_its_value() {
        let form = form("regex: 'key=(?P<value>[a-f0-9]{4})\\b'\n");
        let found = form.at_anchor(b"x key=12af;", 2).unwrap();
        assert_eq!((found.whole, found.secret), (2..10, 6..10));
        assert_eq!(form.at_anchor(b"x key=12af;", 0), None);
        assert!(compile("(").is_err());
    }

    #[test]
    fn quotes_bound_an_open_value() {
        let form = form("shape: [{of: value, min: 3, max: 40}]\nlike: password\n");
        let text = br#"p = "a b<c\"d" e"#;
        assert_eq!(form.at(text, 5, Some(b'"')).map(|m| m.secret), Some(5..13));
        let text = br#"x = \"a\\b c\" y""#;
        assert_eq!(form.at(text, 6, Some(b'\\')).map(|m| m.secret), Some(6..12));
        assert_eq!(form.at(br#"abc" y"#, 0, Some(b'\\')), None);
        for (text, length) in [
            ("pass,word", 4),
            ("Vq7hT2;Database=x", 6),
            ("Vq7hT2;", 6),
            ("Vq7;T2 x", 6),
            ("a=Vq&u=x", 4),
            ("Vq7hT2\\nBACKUP=1", 6),
            ("Vq7T2)}", 5),
            ("V(7)", 4),
        ] {
            let found = form.at(text.as_bytes(), 0, None);
            assert_eq!(found.map(|m| m.secret), Some(0..length), "{text}");
        }
        assert!(form.whole(b"any thing").is_some() && form.whole(b"ab").is_none());
    }

    #[test]
    fn the_ladder_drops_documentation_and_noise() {
        let form = form(
            "shape: ['tok_', {of: base62, length: 12}]\nnot_values: [tok_k3Jf8sQ0pLz1]\ndigits: 1\n",
        );
        let judged = |text: &str| {
            let found = form.at_anchor(text.as_bytes(), 0)?;
            form.judge(text.as_bytes(), &found, &Key::new(b""))
        };
        assert!(judged("tok_k3Jf8sQ0pLz2").is_some());
        for text in [
            "tok_k3Jf8sQ0pLz1",
            "tok_xxxxxxxxxxx1",
            "tok_aaaaaaaaaaa1",
            "tok_abcdefghijkl",
        ] {
            assert_eq!(judged(text), None, "{text}");
        }
        let typed = judged("tok_123456789012").map(|judged| judged.strength);
        assert_eq!(typed, Some(Strength::Weak));
    }
}
