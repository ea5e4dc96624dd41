//! Patterns with `*` and `?`, the way IAM reads them: no separators, no regard to case.

/// Whether `text` matches `pattern`, in which `*` stands for any run and `?` for any one character.
#[must_use]
pub fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                retry = Some((p + 1, t));
                p += 1;
            }
            Some(&c) if c == b'?' || c.eq_ignore_ascii_case(&text[t]) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after, from)) = retry else {
                    return false;
                };
                retry = Some((after, from + 1));
                (p, t) = (after, from + 1);
            }
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

/// Whether `text` matches a pattern of a table: a glob, or after `=` the text itself.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    match pattern.strip_prefix('=') {
        Some(exact) => exact == text,
        None => glob(pattern, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_equals_sign_takes_the_text_as_it_is() {
        assert!(matches("=*", "*"));
        assert!(!matches("=*", "a"));
        assert!(matches("*", "a"));
    }

    #[test]
    fn matches_runs_and_single_characters_without_case() {
        assert!(glob("iam:Pass*", "IAM:PassRole"));
        assert!(glob("*", ""));
        assert!(glob("s3:?et*", "s3:GetObject"));
        assert!(glob("*Admin*Access", "AdministratorAccess"));
        assert!(!glob("iam:Pass*", "iam:GetRole"));
        assert!(!glob("a?", "a"));
        assert!(!glob("", "a"));
        assert!(glob("a*b*c", "a__b__b_c"));
    }

    #[test]
    fn stays_quick_on_many_stars() {
        let pattern = "*a".repeat(200);
        assert!(!glob(&format!("{pattern}b"), &"a".repeat(2_000)));
    }
}
