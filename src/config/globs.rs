//! Patterns of paths and names, as `.gitignore` writes them.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// A set of path patterns. `*` stays within a folder, `**` does not; a pattern without a slash matches at any depth, a
/// leading slash ties it to the root, and a pattern that matches a folder matches all below it.
#[derive(Debug, Clone, Default)]
pub struct Paths(GlobSet);

impl Paths {
    /// Reads one pattern.
    ///
    /// # Errors
    /// What is wrong with it, in a lower-case phrase.
    pub fn one(pattern: &str) -> Result<Self, String> {
        Ok(Self(set(path_globs(pattern)?)?))
    }

    /// Reads several patterns; the first wrong one is reported with its index.
    pub(super) fn all<'a>(
        patterns: impl Iterator<Item = &'a str>,
    ) -> Result<Self, (usize, String)> {
        let mut globs = Vec::new();
        for (index, pattern) in patterns.enumerate() {
            globs.extend(path_globs(pattern).map_err(|reason| (index, reason))?);
        }
        set(globs).map(Self).map_err(|reason| (0, reason))
    }

    /// Whether a path relative to the root matches.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.0.is_match(path)
    }

    /// The set itself, for the walk.
    #[must_use]
    pub fn set(&self) -> &GlobSet {
        &self.0
    }
}

fn path_globs(pattern: &str) -> Result<[Glob; 2], String> {
    let trimmed = pattern.trim_end_matches('/');
    let tied = trimmed.strip_prefix('/');
    let bare = tied.unwrap_or(trimmed);
    let bare = bare.strip_prefix("./").unwrap_or(bare);
    if bare.is_empty() {
        return Err("the pattern is empty".into());
    }
    let whole = if tied.is_none() && !bare.contains('/') {
        format!("**/{bare}")
    } else {
        bare.to_owned()
    };
    Ok([glob(&whole)?, glob(&format!("{whole}/**"))?])
}

/// A pattern of a name (an account, a namespace, an identity): `*` matches anything, letter case does not matter.
pub(super) fn name_glob(pattern: &str) -> Result<GlobSet, String> {
    let glob = GlobBuilder::new(pattern)
        .case_insensitive(true)
        .literal_separator(false)
        .build()
        .map_err(|error| reason(&error))?;
    set([glob])
}

fn glob(pattern: &str) -> Result<Glob, String> {
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map_err(|error| reason(&error))
}

fn reason(error: &globset::Error) -> String {
    format!("not a pattern: {}", error.kind()).to_lowercase()
}

fn set(globs: impl IntoIterator<Item = Glob>) -> Result<GlobSet, String> {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        builder.add(glob);
    }
    builder.build().map_err(|error| reason(&error))
}

/// Whether a rule word covers a rule id: the id itself, or its beginning before a `*` at the end (`secret/*`).
#[must_use]
pub fn covers(word: &str, id: &str) -> bool {
    match word.strip_suffix('*') {
        Some(prefix) => id.starts_with(prefix),
        None => word == id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(pattern: &str, path: &str) -> bool {
        Paths::one(pattern).unwrap().matches(path)
    }

    #[test]
    fn path_patterns_read_like_gitignore() {
        assert!(hits("vendor", "vendor/a/b.tf") && hits("vendor", "x/vendor/b.tf"));
        assert!(hits("vendor/", "vendor/b.tf") && !hits("vendor", "vendors/b.tf"));
        assert!(hits("/vendor", "vendor/b.tf") && !hits("/vendor", "x/vendor/b.tf"));
        assert!(hits("*.tf", "a/b.tf") && !hits("a/*.tf", "a/b/c.tf"));
        assert!(hits("a/**/*.tf", "a/b/c.tf") && hits("envs/prod", "envs/prod/x/y.tf"));
        assert!(hits("./envs", "envs/y.tf"));
        assert!(hits("**/test_{a,b}.py", "q/test_b.py"));
    }

    #[test]
    fn broken_patterns_are_said() {
        assert!(Paths::one("/").unwrap_err().contains("empty"));
        assert!(Paths::one("[").unwrap_err().starts_with("not a pattern"));
        assert_eq!(Paths::all(["a", "[", "b"].into_iter()).unwrap_err().0, 1);
    }

    #[test]
    fn rule_words_cover_ids_and_groups() {
        assert!(covers("secret/*", "secret/aws-access-key") && covers("*", "a/b"));
        assert!(covers("a/b", "a/b") && !covers("a/b", "a/bc") && !covers("a/*", "ab/c"));
    }
}
