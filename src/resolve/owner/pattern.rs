//! Path patterns of CODEOWNERS: those of gitignore, but for what forges leave out (negation, character classes) and for
//! `folder/*`, which means the files of the folder and not what lies deeper.

/// Any number of folders.
const DEEP: &str = "**";

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// What the whole path must match, segment by segment.
    segments: Vec<String>,
    everything: bool,
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
            segments: segments.into_iter().map(str::to_owned).collect(),
            everything,
        })
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
        let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (mut s, mut p) = (0, 0);
        let mut back: Option<(usize, usize)> = None;
        while p < path.len() {
            match self.segments.get(s) {
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
        self.segments[s..].iter().all(|own| own == DEEP)
    }
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
    fn everything_is_told_from_the_files_of_the_root() {
        let everything = |text: &str| Pattern::new(text).is_some_and(|p| p.is_everything());
        assert!(everything("*") && everything("**") && everything("/**") && everything("/"));
        assert!(!everything("/*") && !everything("*.tf"));
    }
}
