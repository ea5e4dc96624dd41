//! A pattern rule, ready to run.

use crate::judge::form::Form;
use crate::judge::key::{Key, Phrase};
use crate::judge::place;
use crate::rule::{Check, Confidence, PatternKind, Profile, Rule};
use globset::{Glob, GlobSet, GlobSetBuilder};

/// One rule's pattern, compiled, with what its candidates need to know.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) id: String,
    pub(super) kind: PatternKind,
    pub(super) form: Form,
    pub(super) confidence: Confidence,
    pub(super) profile: Profile,
    pub(super) public: usize,
    pub(super) anchors: Vec<String>,
    key_any: Vec<Phrase>,
    key_not: Vec<Phrase>,
    formats: Vec<String>,
    paths: Option<GlobSet>,
    paths_not: Option<GlobSet>,
}

impl Compiled {
    /// Compiles a rule; `None` when it is no pattern.
    pub(super) fn new(rule: &Rule) -> Option<Self> {
        let Check::Pattern(pattern) = &rule.check else {
            return None;
        };
        Some(Self {
            id: rule.id.clone(),
            kind: pattern.kind,
            form: Form::new(pattern),
            confidence: rule.confidence,
            profile: rule.profile,
            public: pattern.public_prefix.unwrap_or(0) as usize,
            anchors: pattern.anchors.clone(),
            key_any: Phrase::all(&pattern.key_any),
            key_not: Phrase::all(&pattern.key_not),
            formats: pattern.formats.clone(),
            paths: globs(&pattern.paths),
            paths_not: globs(&pattern.paths_not),
        })
    }

    /// Whether the rule looks at files of this path.
    pub(super) fn reads(&self, path: &str) -> bool {
        self.paths.as_ref().is_none_or(|globs| globs.is_match(path))
            && !self
                .paths_not
                .as_ref()
                .is_some_and(|globs| globs.is_match(path))
            && (self.formats.is_empty()
                || place::format(path)
                    .is_some_and(|format| self.formats.iter().any(|f| f == format)))
    }

    /// Whether a key is one that the rule speaks of.
    pub(super) fn knows(&self, key: &Key) -> bool {
        (self.key_any.is_empty() || key.has_any(&self.key_any)) && !key.has_any(&self.key_not)
    }
}

/// Globs of a list, a bare file name standing for that name in any folder; `None` for an empty list.
fn globs(list: &[String]) -> Option<GlobSet> {
    if list.is_empty() {
        return None;
    }
    let mut builder = GlobSetBuilder::new();
    for text in list {
        let anywhere = format!("**/{text}");
        for text in [text.as_str(), &anywhere] {
            if let Ok(glob) = Glob::new(text) {
                builder.add(glob);
            }
        }
    }
    builder.build().ok()
}
