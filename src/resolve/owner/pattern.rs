//! Path patterns of CODEOWNERS: those of gitignore, but for what forges leave out (negation, character classes) and for
//! `folder/*`, which means the files of the folder and not what lies deeper. Gitea and Forgejo take expressions instead.

use regex_automata::meta::{BuildError, Config, Regex};

/// Any number of folders.
const DEEP: &str = "**";

/// Bytes that one expression may compile to.
const LARGEST: usize = 1 << 16;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    how: How,
    everything: bool,
}

#[derive(Debug, Clone)]
enum How {
    /// What the whole path must match, segment by segment.
    Segments(Vec<String>),
    /// An expression that the whole path must match, or must not.
    Expression { regex: Box<Regex>, matches: bool },
}

impl Pattern {
    /// Compiles a pattern; none for an empty or negated one.
    pub(super) fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.starts_with('!') {
            return None;
        }
        let mut segments: Vec<&str> = text.split('/').filter(|part| !part.is_empty()).collect();
        let folder = text.ends_with('/');
        let anchored = text.starts_with('/') || segments.len() > 1;
        let direct = anchored && !folder && segments.last() == Some(&"*");
        let everything = !direct && segments.iter().all(|part| matches!(*part, "*" | DEEP));
        if !anchored {
            segments.insert(0, DEEP);
        }
        match segments.last() {
            _ if direct => {}
            // The folder itself is no file of it.
            Some(&DEEP) => {
                segments.pop();
                segments.extend(["*", DEEP]);
            }
            _ if folder => segments.extend(["*", DEEP]),
            _ => segments.push(DEEP),
        }
        segments.dedup_by(|a, b| *a == DEEP && *b == DEEP);
        Some(Self {
            how: How::Segments(segments.into_iter().map(str::to_owned).collect()),
            everything,
        })
    }

    /// Compiles an expression as Gitea and Forgejo take it, for the whole path; behind `!` for every path but those. A line that
    /// is no expression is skipped: `ParseCodeOwnersLine` in <https://github.com/go-gitea/gitea/tree/main/models/issues>.
    pub(super) fn expression(text: &str) -> Option<Self> {
        let text = unescaped(text.trim());
        let inner = text.strip_prefix('!').unwrap_or(&text);
        // A glob: `*` repeats nothing here.
        if inner.is_empty() || inner.starts_with('*') {
            return None;
        }
        let regex = compiled(inner).ok()?;
        let matches = inner.len() == text.len();
        Some(Self {
            how: How::Expression {
                regex: Box::new(regex),
                matches,
            },
            everything: matches && matches!(inner, ".*" | ".+"),
        })
    }

    /// Whether a text is no expression at all; one that is only too large for here is one.
    pub(super) fn is_no_expression(text: &str) -> bool {
        let text = unescaped(text.trim());
        let inner = text.strip_prefix('!').unwrap_or(&text);
        let wrong = |error: Box<BuildError>| error.syntax_error().is_some();
        inner.is_empty() || inner.starts_with('*') || compiled(inner).is_err_and(wrong)
    }

    /// Whether the pattern means every file of the repository.
    pub(super) fn is_everything(&self) -> bool {
        self.everything
    }

    /// Whether a file's path, relative to the file with the patterns, matches.
    pub(super) fn matches(&self, path: &str) -> bool {
        if self.everything {
            return true;
        }
        match &self.how {
            How::Segments(segments) => in_segments(segments, path),
            How::Expression { regex, matches } => regex.is_match(path) == *matches,
        }
    }
}

/// An expression for the whole path.
fn compiled(inner: &str) -> Result<Regex, Box<BuildError>> {
    let limits = Config::new()
        .nfa_size_limit(Some(LARGEST))
        .hybrid_cache_capacity(LARGEST);
    Regex::builder()
        .configure(limits)
        .build(&format!("^{inner}$"))
        .map_err(Box::new)
}

/// A line's own escapes: a backslash takes the next letter as it is.
fn unescaped(text: &str) -> String {
    let mut letters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => plain.extend(letters.next()),
            letter => plain.push(letter),
        }
    }
    plain
}

fn in_segments(segments: &[String], path: &str) -> bool {
    let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (mut s, mut p) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while p < path.len() {
        match segments.get(s) {
            Some(deep) if deep == DEEP => {
                back = Some((s + 1, p));
                s += 1;
            }
            Some(own) if glob(own.as_bytes(), path[p].as_bytes()) => (s, p) = (s + 1, p + 1),
            _ => match back {
                Some((after, from)) => {
                    back = Some((after, from + 1));
                    (s, p) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    segments[s..].iter().all(|own| own == DEEP)
}

/// `*` is any run of bytes, `?` any one, a backslash takes the next as it is.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        let (literal, width) = match pattern.get(p) {
            Some(b'\\') => (pattern.get(p + 1), 2),
            other => (other, 1),
        };
        match literal {
            Some(b'*') if width == 1 => {
                back = Some((p + 1, t));
                p += 1;
            }
            Some(b'?') if width == 1 => (p, t) = (p + 1, t + 1),
            Some(byte) if *byte == text[t] => (p, t) = (p + width, t + 1),
            _ => match back {
                Some((after, from)) => {
                    back = Some((after, from + 1));
                    (p, t) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Pattern::new(pattern).is_some_and(|pattern| pattern.matches(path))
    }

    #[test]
    fn patterns_match_as_the_forges_document() {
        for (pattern, path) in [
            ("*", "a/b/c.tf"),
            ("**", "a/b/c.tf"),
            ("*.js", "src/app/a.js"),
            ("/build/logs/", "build/logs/x/y.log"),
            ("docs/*", "docs/start.md"),
            ("apps/", "x/apps/y/z"),
            ("/docs/", "docs/a/b"),
            ("/scripts", "scripts/run.sh"),
            ("**/logs", "deep/deeper/logs/x"),
            ("/apps/**/infra", "apps/a/b/infra/main.tf"),
            ("/apps/**/infra", "apps/infra/main.tf"),
            ("/apps/**", "apps/a"),
            ("infra/*.tf", "infra/main.tf"),
            ("/a?c", "abc"),
            ("\\*x", "*x"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("docs/*", "docs/build/help.md"),
            ("docs/*", "x/docs/start.md"),
            ("/build/logs/", "build/logs"),
            ("/apps/", "x/apps/y"),
            ("infra/*.tf", "infra/a/main.tf"),
            ("*.js", "a.jsx"),
            ("!docs/", "docs/a"),
            ("", "a"),
            ("/apps/**", "appsx/a"),
            ("[ab].tf", "a.tf"),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn expressions_match_whole_paths() {
        let matches = |pattern: &str, path: &str| {
            Pattern::expression(pattern).is_some_and(|pattern| pattern.matches(path))
        };
        assert!(matches(r".*\\.go", "cmd/main.go") && !matches(r".*\\.go", "main.gob"));
        assert!(matches("docs/(aws|azure)/[^/]*", "docs/aws/a.md"));
        assert!(!matches("docs/", "docs/a.md") && !matches("main.go", "a/main.go"));
        assert!(matches("!docs/.*", "src/a.rs") && !matches("!docs/.*", "docs/a"));
        assert!(matches(r"a\ b\#c", "a b#c"));
        let everything = |text: &str| Pattern::expression(text).is_some_and(|p| p.is_everything());
        assert!(everything(".*") && !everything("!.*") && !everything("a.*"));
        assert!(Pattern::expression("(").is_none() && Pattern::expression("*.go").is_none());
        let large = "((a|b){1,50}){1,50}";
        assert!(Pattern::expression(large).is_none() && !Pattern::is_no_expression(large));
        assert!(Pattern::is_no_expression("(") && Pattern::is_no_expression("*.go"));
    }

    #[test]
    fn everything_is_told_from_the_files_of_the_root() {
        let everything = |text: &str| Pattern::new(text).is_some_and(|p| p.is_everything());
        assert!(everything("*") && everything("**") && everything("/**") && everything("/"));
        assert!(!everything("/*") && !everything("*.tf"));
    }
}
