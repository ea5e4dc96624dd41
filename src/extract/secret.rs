//! Judges the literals of a parsed document: what a key says of its value, what an object's kind says of its values, and which
//! of the byte engine's candidates stand in a comment, a reference or ciphertext.
//!
//! In a tree a key word is a key and a value is a value: `password: ${DB}` is a reference and `"password": "Harbor19%"` a
//! secret whatever characters it holds. So rules with an open value are decided here for every file that a format claims.

mod bytes;
mod cluster;
mod memo;
mod pairs;
mod rules;
mod silent;

pub use rules::KeyRules;

use crate::finding::Candidate;
use crate::format::{Document, Node};
use crate::judge::anchors::Hit;
use crate::judge::compiled::Compiled;
use crate::judge::form::Judged;
use crate::judge::key::{Key, may_name};
use crate::judge::place::{self, Place};
use crate::judge::reference::fallback;
use crate::judge::value::{Strength, literal};
use crate::rule::{Confidence, Likeness, Profile};
use crate::source::{Secret, Span};
use cluster::Datum;
use memo::Memo;
use pairs::Pair;
use rules::Marks;
use std::borrow::Cow;

/// Candidates of a parsed file: those of the byte engine that the tree keeps, and those that only the tree shows. `hits` are
/// the anchors that the byte engine found in the text.
#[must_use]
pub fn judge(
    document: &Document,
    text: &str,
    candidates: Vec<Candidate>,
    hits: &mut Vec<Hit>,
    rules: &KeyRules,
) -> Vec<Candidate> {
    let mut found = bytes::sift(document, text, candidates, rules);
    let marks = rules.marks(hits);
    let place = place::of(&document.path);
    if place == Place::Generated {
        return found;
    }
    let silent = silent::regions(document);
    let mut judge = Judge {
        document,
        text,
        memo: Memo::default(),
        rules,
        marks: &marks,
        place,
        found: &mut found,
    };
    for root in objects(document) {
        if silent.iter().any(|(region, _)| region.contains(root.span)) {
            continue;
        }
        if cluster::is_secret(root) {
            cluster::judge(&mut judge, root, text);
        } else if !marks.is_empty() || KEYLESS.contains(&document.format) {
            pairs::walk(root, text, &mut |pair| judge.pair(pair));
        }
    }
    found
}

/// Formats whose fields are known by their place: no key stands in the text, or only a blank behind it.
const KEYLESS: &[&str] = &["keyfile", "netrc", "pgpass"];

/// Whether the text of a file may hold a secret and none of the words that secrets are known by.
#[must_use]
pub fn is_keyless(format: &str, path: &str) -> bool {
    KEYLESS.contains(&format) || super::notebook::is_one(path)
}

/// The roots of a document, a `List` as its items.
fn objects(document: &Document) -> impl Iterator<Item = &Node> {
    document.roots.iter().flat_map(|root| {
        let list = root.get("kind").and_then(Node::as_str) == Some("List");
        let items = root.get("items").and_then(Node::as_list).filter(|_| list);
        items.unwrap_or(std::slice::from_ref(root))
    })
}

/// What judging one document needs and finds.
struct Judge<'a> {
    document: &'a Document,
    text: &'a str,
    memo: Memo,
    rules: &'a KeyRules,
    marks: &'a Marks<'a>,
    place: Place,
    found: &'a mut Vec<Candidate>,
}

impl Judge<'_> {
    /// A literal under a key, or the one that a reference falls back to.
    fn pair(&mut self, pair: &Pair<'_>) {
        let Some(value) = fallback(pair.value) else {
            self.literal(pair);
            return;
        };
        let before = self.found.len();
        let end = pair.span.end.saturating_sub(1);
        let start = end.saturating_sub(u32::try_from(value.len()).unwrap_or(0));
        let span = Span {
            start,
            end,
            ..pair.span
        };
        self.literal(&Pair {
            value,
            span,
            ..*pair
        });
        // A weak default is there to be overridden.
        keep_sure(self.found, before);
    }

    fn literal(&mut self, pair: &Pair<'_>) {
        let rules = self.rules;
        let written = pairs::inner(self.text, pair.key_span).range();
        let written = self.text.get(written).unwrap_or_default();
        let asked = if pair.key == written {
            self.memo.ask(pair.key, |key| {
                rules.open(self.marks, pair.key_span.range(), key)
            })
        } else {
            // An escape, a field of a format without keys: no key word stands in the text.
            self.memo.ask(pair.key, |key| rules.named(pair.key, key))
        };
        // `key` alone says too little for a rule to go by it where the word above says more.
        let hints = |&rule: &u32| rules.rule(rule).near.is_some();
        let before = self.found.len();
        if asked.rules.iter().all(hints) {
            self.below(pair);
        }
        let told = self.found.len() > before;
        for &rule in asked.rules.iter().filter(|_| !told) {
            let Some(question) = self.memo.question(&asked, rule, pair.value) else {
                continue;
            };
            if !self.try_rule(rules.rule(rule), pair, &asked.key) {
                self.memo.refuse(question);
            }
        }
        if self.marks.providers.is_empty() || !dense(pair.value) {
            return;
        }
        let path = path(pair);
        let whole = Key::new(path.as_bytes());
        for &index in &self.marks.providers {
            let rule = rules.rule(index);
            let named = rule.anchors.iter().any(|anchor| holds(&path, anchor));
            if named && rule.knows(&whole) {
                self.try_rule(rule, pair, &whole);
            }
        }
    }

    /// A literal whose own key says nothing, under a key that says it: `api_tokens: { ci: ... }`, `jwt: { key: ... }`.
    fn below(&mut self, pair: &Pair<'_>) {
        let Some(above) = speaking(pair) else {
            return;
        };
        let rules = self.rules;
        let asked = self.memo.ask(&above, |key| rules.named(&above, key));
        let whole = Key::new(format!("{above}.{}", pair.key).as_bytes());
        let before = self.found.len();
        for &rule in &asked.rules {
            let rule = rules.rule(rule);
            if rule.knows(&whole) {
                self.try_rule(rule, pair, &asked.key);
            }
        }
        keep_sure(self.found, before);
    }

    /// Whether the rule takes the value.
    fn try_rule(&mut self, rule: &Compiled, pair: &Pair<'_>, key: &Key) -> bool {
        let value = pair.value.as_bytes();
        let judged = rule
            .form
            .whole(value)
            .filter(|_| rule.reads(&self.document.path))
            .and_then(|found| Some((rule.form.judge(value, &found, key)?, found)))
            .filter(|_| !(rule.generic() && self.rules.refuted(pair.value)));
        if let Some((judged, found)) = judged {
            let whole = pair.key_span.to(pair.span);
            self.push(
                rule,
                path(pair),
                pair.span,
                whole,
                &value[found.secret],
                judged,
            );
            return true;
        }
        false
    }

    /// A value of a Kubernetes Secret: a token by its shape, then by its key, then because of where it stands.
    fn datum(&mut self, datum: &Datum<'_>) {
        let before = self.found.len();
        let whole = datum.key_span.to(datum.span);
        let key = Key::new(datum.key.as_bytes());
        let rules = self.rules;
        if datum.decoded {
            for (rule, at) in rules.tokens(&datum.value) {
                let Some(found) = rule.form.at_anchor(&datum.value, at) else {
                    continue;
                };
                if let Some(mut judged) = rule.form.judge(&datum.value, &found, &key) {
                    judged
                        .notes
                        .push(("decoded_from".to_owned(), "base64".to_owned()));
                    self.push(
                        rule,
                        datum.key.to_owned(),
                        datum.span,
                        whole,
                        &datum.value[found.secret],
                        judged,
                    );
                }
            }
        }
        let Ok(text) = std::str::from_utf8(&datum.value) else {
            return;
        };
        let pair = Pair {
            key: datum.key,
            key_span: datum.key_span,
            value: text.trim_end(),
            span: datum.span,
            path: &["Secret"],
            above: None,
        };
        self.pair(&pair);
        if self.found.len() == before && literal(pair.value) {
            for rule in rules.of_kind("Secret").filter(|rule| rule.knows(&key)) {
                self.try_rule(rule, &pair, &key);
            }
        }
        if datum.decoded {
            for candidate in &mut self.found[before..] {
                let note = ("decoded_from".to_owned(), "base64".to_owned());
                if !candidate.notes.contains(&note) {
                    candidate.notes.push(note);
                }
            }
        }
    }

    fn push(
        &mut self,
        rule: &Compiled,
        key: String,
        span: Span,
        whole: Span,
        secret: &[u8],
        judged: Judged,
    ) {
        let doubtful = judged.strength == Strength::Weak
            && (rule.form.like() != Some(Likeness::Password)
                || rule.of_objects
                || self.document.format == "json");
        let mut profile = rule.shown(&judged, self.place);
        if doubtful {
            profile = profile.max(Profile::Strict);
        }
        self.found.push(Candidate {
            rule: rule.id.clone(),
            value: span,
            whole,
            secret: Secret::new(secret, rule.public),
            key,
            confidence: rule.sure(&judged),
            profile,
            notes: judged.notes,
        });
    }
}

/// The key path of a pair: its ancestors, then its key; `value` beside a name gives way to the name.
fn path(pair: &Pair<'_>) -> String {
    let above = match pair.path {
        [above @ .., last] if last == &pair.key || pairs::hands_on(last) => above,
        path => path,
    };
    let mut path = above.join(".");
    if above.last() != Some(&pair.key) {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(pair.key);
    }
    path
}

/// Of the candidates from `before` on, keeps those that are more than a guess.
fn keep_sure(found: &mut Vec<Candidate>, before: usize) {
    let kept = found.split_off(before);
    let sure = |candidate: &Candidate| candidate.confidence > Confidence::Low;
    found.extend(kept.into_iter().filter(sure));
}

/// The key that speaks for a literal whose own key does not: the plural above it, the word above `key`, what stands above
/// the name of a host.
fn speaking<'a>(pair: &Pair<'a>) -> Option<Cow<'a, str>> {
    let above = pair.above.filter(|_| pair.value.len() >= 5)?;
    if pair.key.eq_ignore_ascii_case("key") {
        return Some(Cow::Owned(format!("{above}_key")));
    }
    let many = above.ends_with(['s', 'S']) && !above.ends_with("ss") && !above.ends_with("SS");
    // `pypi-token: { pypi: ... }` of a tool that logs in at several hosts.
    let logins = above.ends_with("-token") || above.ends_with("-oauth");
    (many || logins || pair.key.contains('.')).then_some(Cow::Borrowed(above))
}

/// Whether text is dense enough to be a token: one word with a digit in it, twelve characters or more.
fn dense(value: &str) -> bool {
    (12..=512).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_graphic())
        && value.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a key path holds the name of a provider, without regard to case.
fn holds(path: &str, word: &str) -> bool {
    let (path, word) = (path.as_bytes(), word.as_bytes());
    let Some(&first) = word.first() else {
        return false;
    };
    let (small, large) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    memchr::memchr2_iter(small, large, path).any(|at| {
        let part = path.get(at..at + word.len());
        part.is_some_and(|part| part.eq_ignore_ascii_case(word))
            && may_name(path, at..at + word.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Limits, claim};
    use crate::rule::{RuleSet, parse};
    use crate::source::BlobId;

    fn rules() -> KeyRules {
        let rule = |id: &str, pattern: &str| {
            let page = format!(
                "---\ntitle: T\ntopic: hardcoded-secret\nseverity: high\nconfidence: high\nsince: 0.1.0\nnhi: [NHI2]\ncsf: [PR.AA-01]\n\
                 pattern:\n  {pattern}\nmessage: m\n---\nProse.\n"
            );
            parse(id, "x.md", &page).unwrap_or_else(|error| panic!("{error}"))
        };
        KeyRules::new(&RuleSet::new(vec![
            rule(
                "password",
                "{provider: generic, kind: keyed, anchors: [pass], key_any: [password], key_not: ['*_file'], shape: [{of: value, min: 5, max: 80}], like: password}",
            ),
            rule(
                "datadog",
                "{provider: datadog, kind: keyed, anchors: [datadog], key_any: [api_key], shape: [{of: hex, length: 12}]}",
            ),
            rule(
                "token",
                "{provider: x, kind: token, anchors: [tok_], shape: [tok_, {of: base62, length: 12}]}",
            ),
            rule(
                "cluster",
                "{provider: kubernetes, kind: keyed, resource_kinds: [Secret], key_not: [user], shape: [{of: value, min: 5, max: 80}], like: password}",
            ),
        ]))
    }

    fn found(path: &str, text: &str) -> Vec<String> {
        let format = claim(path, text.as_bytes()).unwrap();
        let document = format.parse(BlobId(0), path, text, Limits::default());
        let rules = rules();
        let mut hits = rules.hits(text);
        judge(&document, text, Vec::new(), &mut hits, &rules)
            .iter()
            .map(|c| format!("{} {} {}", c.rule, c.key, &text[c.value.range()]))
            .collect()
    }

    #[test]
    fn keys_speak_for_their_literals_alone() {
        let text = "db:\n  password: \"a,b <c>19%\"\n  password_file: Harbor1940%\n  other: Harbor1940%\nold:\n  password: ${X}\n";
        assert_eq!(found("a.yaml", text), ["password db.password a,b <c>19%"]);
        let text = "variable \"db_password\" {\n  default = \"Harbor1940%\"\n}\nlocals {\n  password = var.db_password\n}\n";
        assert_eq!(
            found("a.tf", text),
            ["password variable.db_password Harbor1940%"]
        );
    }

    #[test]
    fn a_provider_may_be_named_above_the_key() {
        let text = "datadog:\n  apiKey: 3f9a1c8e7b2d\nother:\n  apiKey: 3f9a1c8e7b2e\n";
        assert_eq!(
            found("a.yaml", text),
            ["datadog datadog.apiKey 3f9a1c8e7b2d"]
        );
    }

    #[test]
    fn the_key_above_speaks_for_its_map() {
        let text = "passwords:\n  ci: Harbor1940%\n  ci_file: Harbor1941%\n  mode: strict\npassword:\n  mode: Harbor1942%\n  db.corp.io: Harbor1943%\n";
        assert_eq!(
            found("a.yaml", text),
            [
                "password passwords.ci Harbor1940%",
                "password password.db.corp.io Harbor1943%"
            ]
        );
        let text = "variable \"passwords\" {\n  type = map(string)\n  default = {\n    ci = \"Harbor1940%\"\n  }\n}\n";
        assert_eq!(
            found("a.tf", text),
            ["password variable.default.ci Harbor1940%"]
        );
    }

    #[test]
    fn a_fallback_is_a_literal() {
        let text = "password: ${DB:-Harbor1940%}\nadmin_password: ${DB:-swordfish}\n";
        assert_eq!(found("a.yaml", text), ["password password Harbor1940%"]);
    }

    #[test]
    fn values_of_a_secret_are_judged_decoded() {
        let text = "apiVersion: v1\nkind: Secret\ndata:\n  a: dG9rX2szSmY4c1EwcEx6MQ==\n  b: SGFyYm9yMTk0MCU=\n  password: Y2hhbmdlbWU=\n  user: SGFyYm9yMTk0MCU=\n";
        assert_eq!(
            found("a.yaml", text),
            [
                "token a dG9rX2szSmY4c1EwcEx6MQ==",
                "cluster Secret.b SGFyYm9yMTk0MCU="
            ]
        );
    }

    #[test]
    fn ciphertext_is_silent() {
        assert!(found("a.yaml", "password: Harbor1940%\nsops:\n  mac: x\n").is_empty());
        assert!(
            found(
                "a.yaml",
                "apiVersion: x/v1\nkind: SealedSecret\nspec:\n  password: Harbor1940%\n"
            )
            .is_empty()
        );
        assert!(found("package-lock.json", "{\"password\": \"Harbor1940%\"}").is_empty());
    }

    #[test]
    fn the_tree_sifts_what_the_bytes_found() {
        let text = "a: tok_k3Jf8sQ0pLz1\n# password: Harbor1940%\nb: |\n  password=Meadow9381!\npassword: River82!x\n";
        let document =
            claim("a.yaml", b"")
                .unwrap()
                .parse(BlobId(0), "a.yaml", text, Limits::default());
        let at = |rule: &str, key: &str, value: &str| {
            let span = |part: &str| {
                let start = text.find(part).unwrap();
                Span::new(BlobId(0), start, start + part.len())
            };
            Candidate {
                rule: rule.to_owned(),
                value: span(value),
                whole: span(key).to(span(value)),
                secret: Secret::new(value.as_bytes(), 0),
                key: String::new(),
                confidence: Confidence::High,
                profile: Profile::Default,
                notes: Vec::new(),
            }
        };
        let bytes = vec![
            at("token", "tok_", "tok_k3Jf8sQ0pLz1"),
            at("password", "password: Har", "Harbor1940%"),
            at("password", "password=", "Meadow9381!"),
            at("password", "password: Riv", "River82!x"),
        ];
        let kept = bytes::sift(&document, text, bytes, &rules());
        let shown: Vec<(&str, Profile)> = kept
            .iter()
            .map(|c| (&text[c.value.range()], c.profile))
            .collect();
        assert_eq!(
            shown,
            [
                ("tok_k3Jf8sQ0pLz1", Profile::Default),
                ("Harbor1940%", Profile::Strict),
                ("Meadow9381!", Profile::Default)
            ]
        );
    }
}
