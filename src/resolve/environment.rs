//! Tells production from the rest: by tags, namespaces, paths and names.
//!
//! A word is a token of a path segment or name, set off by anything that is no letter or digit, so that `nonprod` is not
//! `prod`. The first source that answers decides; what lies next to the thing comes before what lies further out.

use super::tags;
use crate::config::{Config, Site};
use crate::format::Declaration;
use crate::model::{Credential, Estate, Fact, Grant, Link, Setting, Trust, Usage};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// Words for each environment. Tests hold the table.
const WORDS: &[(&str, &[&str])] = &[
    ("production", &["production", "prod", "prd", "live"]),
    (
        "staging",
        &[
            "staging",
            "stage",
            "stg",
            "preprod",
            "preproduction",
            "preprd",
            "uat",
            "acceptance",
        ],
    ),
    (
        "development",
        &[
            "development",
            "dev",
            "develop",
            "sandbox",
            "sbx",
            "int",
            "integration",
            "playground",
            "nonprod",
            "nonproduction",
            "nonprd",
        ],
    ),
    ("test", &["test", "tst", "testing", "qa", "ci", "e2e"]),
    ("shared", &["shared", "common", "global"]),
];

/// Words that name an environment only when they come last: `live-events` are no production.
const LAST: &[&str] = &["int", "test", "live", "shared", "common", "global"];

/// Words that name one only when they stand alone: `github-ci` says what it is for.
const ALONE: &[&str] = &["ci"];

/// The environment a text names, looking at its tokens from the last.
fn classify(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let tokens: Vec<&str> = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|token| !token.is_empty())
        .collect();
    if let [.., before, after] = tokens.as_slice()
        && matches!(
            (*before, *after),
            ("pre" | "non", "prod" | "production" | "prd")
        )
    {
        let word = if *before == "pre" {
            "staging"
        } else {
            "development"
        };
        return Some(word);
    }
    tokens.iter().enumerate().rev().find_map(|(at, token)| {
        let stem = token.trim_end_matches(|c: char| c.is_ascii_digit());
        let known = WORDS.iter().find(|(_, words)| words.contains(&stem));
        let last = at + 1 == tokens.len();
        known
            .filter(|_| last || !LAST.contains(&stem))
            .filter(|_| tokens.len() == 1 || !ALONE.contains(&stem))
            .map(|(name, _)| *name)
    })
}

/// The environment a folder names, the nearest first.
fn of_path(path: &str) -> Option<&'static str> {
    path.rsplit('/').find_map(classify)
}

/// What a declaration's surroundings say; the same for all nouns it yields.
fn of_declaration(declaration: &Declaration) -> Fact<CompactString> {
    if let Some(found) = of_tags(declaration) {
        return found;
    }
    let namespace = declaration.scope.namespace.as_deref();
    let root = declaration.scope.root.as_str();
    let found = namespace
        .and_then(classify)
        .or_else(|| of_path(root))
        .or_else(|| of_path(&declaration.scope.directory))
        .or_else(|| file(&declaration.scope.path));
    found.map_or(Fact::Absent, Fact::given)
}

/// A file named after an environment: `prod.tf`, `values-staging.yaml`.
fn file(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next()?;
    let stem = name.split('.').next()?;
    let hidden = stem.is_empty() || path.contains(".github/");
    (!hidden).then(|| classify(stem)).flatten()
}

/// `environment: prod` and the like, and `is-production: "true"`.
fn of_tags(declaration: &Declaration) -> Option<Fact<CompactString>> {
    let all = tags::of(declaration);
    for tag in all.own.iter().chain(&all.parent) {
        let key = tag.key.rsplit(['/', ':']).next().unwrap_or(&tag.key);
        let key: String = key
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        let Fact::Known(value, span) = &tag.value else {
            continue;
        };
        match key.as_str() {
            "environment" | "env" | "environmentname" | "stage" | "tier" => {
                if let Some(name) = classify(value) {
                    return Some(Fact::Known(name.into(), *span));
                }
            }
            "isproduction" if value.eq_ignore_ascii_case("true") => {
                return Some(Fact::Known("production".into(), *span));
            }
            _ => {}
        }
    }
    None
}

/// What answers for the environment of a noun.
struct Places<'a> {
    by_address: FxHashMap<&'a str, &'a Declaration>,
    config: &'a Config,
    /// What the surroundings of a declaration say, by its address.
    known: FxHashMap<CompactString, Fact<CompactString>>,
}

/// Fills the environment of every noun that has none, and puts what extraction read into the model's words.
pub(super) fn settle(estate: &mut Estate, declarations: &[Declaration], config: &Config) {
    let mut places = Places {
        by_address: declarations
            .iter()
            .map(|declaration| (declaration.address.as_str(), declaration))
            .collect(),
        config,
        known: FxHashMap::default(),
    };
    for identity in &mut estate.identities {
        let (name, namespace) = (identity.name.text(), identity.namespace.text());
        let found = places.find(&identity.address, &identity.environment, name, namespace);
        identity.environment = found;
        if identity.environment.is_absent() {
            let named = classify(identity.name.text());
            let named = named.or_else(|| classify(identity.namespace.text()));
            identity.environment = named.map_or(Fact::Absent, Fact::given);
        }
    }
    macro_rules! places {
        ($($list:ident $name:ident $namespace:expr,)*) => {
            $(for noun in &mut estate.$list {
                let namespace: fn(&_) -> &str = $namespace;
                let (name, namespace) = (noun.$name.text(), namespace(noun));
                noun.environment = places.find(&noun.address, &noun.environment, name, namespace);
            })*
        };
    }
    places!(
        credentials name |_: &Credential| "",
        grants role |grant: &Grant| grant.namespace.text(),
        trusts of |_: &Trust| "",
        usages name |usage: &Usage| usage.namespace.text(),
        settings of |_: &Setting| "",
    );
    for usage in &mut estate.usages {
        if usage.environment.is_absent()
            && let Some(name) = classify(usage.namespace.text())
        {
            usage.environment = Fact::given(name);
        }
    }
}

impl Places<'_> {
    fn find(
        &mut self,
        address: &CompactString,
        written: &Fact<CompactString>,
        name: &str,
        namespace: &str,
    ) -> Fact<CompactString> {
        let path = address.split_once("#jobs.");
        let path = path.map_or(address.as_str(), |(path, _)| path);
        let found = self.by_address.get(address.as_str());
        let declaration = found.or_else(|| self.by_address.get(path)).copied();
        let site = Site {
            path: declaration.map_or("", |declaration| declaration.scope.path.as_str()),
            namespace,
            account: "",
            name,
        };
        if let Some(said) = self.config.environment_of(site) {
            return Fact::given(said);
        }
        match written {
            Fact::Known(text, span) => {
                let name = classify(text).map_or_else(|| text.clone(), CompactString::from);
                Fact::Known(name, *span)
            }
            Fact::Default(text) => Fact::given(classify(text).unwrap_or(text)),
            Fact::Unknown(_) => written.clone(),
            Fact::Absent => self.around(address, declaration),
        }
    }

    fn around(
        &mut self,
        address: &CompactString,
        declaration: Option<&Declaration>,
    ) -> Fact<CompactString> {
        if let Some(known) = self.known.get(address) {
            return known.clone();
        }
        let found = declaration.map_or(Fact::Absent, of_declaration);
        self.known.insert(address.clone(), found.clone());
        found
    }
}

/// Nouns without an environment take that of the identity they are tied to.
pub(super) fn inherit(estate: &mut Estate) {
    macro_rules! inherit {
        ($($list:ident $links:ident)*) => {
            $(for (noun, link) in estate.$list.iter_mut().zip(&estate.$links) {
                if let (true, Link::To(id)) = (noun.environment.is_absent(), link) {
                    noun.environment = estate.identities[id.index()].environment.clone();
                }
            })*
        };
    }
    inherit!(credentials credential_of grants grant_of trusts trust_of);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_tell_environments_apart() {
        for (text, expected) in [
            ("production", Some("production")),
            ("payments-prod", Some("production")),
            ("prod-eu1", Some("production")),
            ("PRD", Some("production")),
            ("live", Some("production")),
            ("live-events", None),
            ("pre-prod", Some("staging")),
            ("preprod", Some("staging")),
            ("uat2", Some("staging")),
            ("non-prod", Some("development")),
            ("nonprod", Some("development")),
            ("sandbox", Some("development")),
            ("int", Some("development")),
            ("int-tests", None),
            ("qa", Some("test")),
            ("payments-test", Some("test")),
            ("test-runner", None),
            ("github-ci", None),
            ("ci-deployer", None),
            ("product", None),
            ("developer-portal", None),
            ("delivery", None),
            ("", None),
        ] {
            assert_eq!(classify(text), expected, "{text}");
        }
    }

    #[test]
    fn the_nearest_folder_decides() {
        assert_eq!(of_path("envs/prod/sandbox"), Some("development"));
        assert_eq!(of_path("live/prod/network"), Some("production"));
        assert_eq!(of_path("src/delivery"), None);
    }
}
