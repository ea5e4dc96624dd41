//! A pattern rule, ready to run: over bytes in `engine`, over trees in `extract`.

use super::form::{Form, Judged};
use super::key::{Key, Phrase};
use super::place::{self, Place};
use super::value::Strength;
use crate::rule::{Check, Confidence, PatternKind, Profile, Rule};
use globset::{Glob, GlobSet, GlobSetBuilder};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One rule's pattern, compiled, with what its candidates need to know.
#[derive(Debug)]
pub struct Compiled {
    /// Id of the rule.
    pub id: String,
    /// Whose secret it is; `generic` where only a key says so.
    pub provider: String,
    /// How it is recognised.
    pub kind: PatternKind,
    /// The value.
    pub form: Form,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Who wants to see it.
    pub profile: Profile,
    /// Leading characters a mask may show.
    pub public: usize,
    /// How far after its key word a value may stand that nothing joins to it.
    pub near: Option<usize>,
    /// Whether what it finds is meant to be shown.
    pub publishable: bool,
    /// Literals of which one stands in every match, or in the key.
    pub anchors: Vec<String>,
    /// Whether it judges every value of objects of some kinds.
    pub of_objects: bool,
    key_any: Arc<[Phrase]>,
    key_not: Arc<[Phrase]>,
    formats: Vec<String>,
    paths: Option<GlobSet>,
    paths_not: Option<GlobSet>,
}

impl Compiled {
    /// Whether only the key word says what a value is.
    #[must_use]
    pub fn generic(&self) -> bool {
        self.form.like().is_some() && self.provider == "generic"
    }

    /// How sure a match is: a proof makes it so, a doubtful value lowers what the rule says.
    #[must_use]
    pub fn sure(&self, judged: &Judged) -> Confidence {
        match judged.strength {
            _ if judged.proven => Confidence::High,
            Strength::Strong => self.confidence,
            Strength::Fair => self.confidence.min(Confidence::Medium),
            Strength::Weak => Confidence::Low,
        }
    }

    /// Who wants to see a match: where nothing runs, only what its issuer made recognisable is worth everyone's time.
    #[must_use]
    pub fn shown(&self, judged: &Judged, place: Place) -> Profile {
        let issued = self.kind == PatternKind::Token
            && self.provider != "generic"
            && self.form.like().is_none();
        if place == Place::Live || judged.proven || (issued && place != Place::Generated) {
            self.profile
        } else {
            self.profile.max(Profile::Strict)
        }
    }

    /// Compiles a rule; `None` when it is no pattern.
    #[must_use]
    pub fn new(rule: &Rule, lists: &Lists) -> Option<Self> {
        let Check::Pattern(pattern) = &rule.check else {
            return None;
        };
        Some(Self {
            id: rule.id.clone(),
            provider: pattern.provider.clone(),
            kind: pattern.kind,
            form: Form::new(pattern),
            confidence: rule.confidence,
            profile: rule.profile,
            public: pattern.public_prefix.unwrap_or(0) as usize,
            near: pattern.near.map(|near| near as usize),
            publishable: pattern.publishable,
            anchors: pattern.anchors.clone(),
            of_objects: !pattern.resource_kinds.is_empty(),
            key_any: lists.phrases(&pattern.key_any),
            key_not: lists.phrases(&pattern.key_not),
            formats: pattern.formats.clone(),
            paths: globs(&pattern.paths),
            paths_not: globs(&pattern.paths_not),
        })
    }

    /// Whether the rule looks at files of this path.
    #[must_use]
    pub fn reads(&self, path: &str) -> bool {
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
    #[must_use]
    pub fn knows(&self, key: &Key) -> bool {
        (self.key_any.is_empty() || key.has_any(&self.key_any)) && !key.has_any(&self.key_not)
    }
}

/// Lists of key words that were read: most rules have the same, so they share them.
#[derive(Debug, Default)]
pub struct Lists {
    known: Mutex<FxHashMap<Vec<String>, Arc<[Phrase]>>>,
}

impl Lists {
    fn phrases(&self, words: &[String]) -> Arc<[Phrase]> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(phrases) = known.get(words) {
            return Arc::clone(phrases);
        }
        let phrases: Arc<[Phrase]> = words.iter().map(|word| Phrase::new(word)).collect();
        known.insert(words.to_vec(), Arc::clone(&phrases));
        phrases
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
