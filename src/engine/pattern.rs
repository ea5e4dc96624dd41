//! Looks at bytes with the secret rules of a run: one pass that finds anchors, then for each anchor the cheapest test first:
//! what joins key and value, shape, proof, entropy, and what the value looks like.

mod glue;
mod lint;
mod near;
mod sample;

pub use lint::lint;
pub use sample::{broken, sample};

use crate::finding::Candidate;
use crate::judge::anchors::{Anchors, Hit};
use crate::judge::compiled::Compiled;
use crate::judge::form::Judged;
use crate::judge::key::Key;
use crate::judge::place::{self, Place, Syntax};
use crate::judge::shape::Match;
use crate::judge::value::Strength;
use crate::rule::{Confidence, PatternKind, Profile, RuleSet};
use crate::source::{BlobId, Secret, Span};
use glue::{Glue, Sign};
use std::ops::Range;

/// The secret rules of a run, ready to look at bytes. Shared by threads.
#[derive(Debug)]
pub struct Scanner {
    rules: Vec<Compiled>,
    anchors: Anchors,
}

/// Buffers of one thread, reused from file to file.
#[derive(Debug, Default)]
pub struct Scratch {
    hits: Vec<Hit>,
}

/// What a scan of one file knows.
struct File<'a> {
    blob: BlobId,
    path: &'a str,
    bytes: &'a [u8],
    found: Vec<Candidate>,
    /// What only a key word says, until it is known whether something refutes it.
    generic: Vec<Candidate>,
    /// What has the look of a token and was refused: a wrong checksum, a documented value. No key word makes it a secret.
    refuted: Vec<Range<usize>>,
    /// The place and syntax of the path, found out with the first candidate.
    path_says: Option<(Place, Syntax)>,
    /// The last anchor's join, for the next rule at the same place.
    joined: Option<(Range<usize>, bool, Option<Glue>)>,
}

impl Scanner {
    /// Prepares the pattern rules of a set.
    #[must_use]
    pub fn new(rules: &RuleSet) -> Self {
        let rules: Vec<Compiled> = rules.iter().filter_map(Compiled::new).collect();
        let anchors = Anchors::new(&rules, |_| true);
        Self { rules, anchors }
    }

    /// The anchors of all rules, for measurement.
    #[must_use]
    pub fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    /// Candidates in one file's bytes, in the order of the text.
    pub fn bytes(
        &self,
        scratch: &mut Scratch,
        blob: BlobId,
        path: &str,
        bytes: &[u8],
    ) -> Vec<Candidate> {
        self.bytes_range(scratch, blob, path, bytes, 0..bytes.len())
    }

    /// Candidates whose anchor starts within `range`; all of `bytes` may be looked at. The parts of a file together yield
    /// what the whole yields, so that a large file can be shared among threads.
    pub fn bytes_range(
        &self,
        scratch: &mut Scratch,
        blob: BlobId,
        path: &str,
        bytes: &[u8],
        range: Range<usize>,
    ) -> Vec<Candidate> {
        let hits = &mut scratch.hits;
        hits.clear();
        self.anchors.find(bytes, range, hits);
        let mut file = File {
            blob,
            path,
            bytes,
            found: Vec::new(),
            generic: Vec::new(),
            refuted: Vec::new(),
            path_says: None,
            joined: None,
        };
        for &hit in hits.iter() {
            let (anchor, rules) = self.anchors.of(hit);
            for &rule in rules {
                file.hit(&self.rules[rule as usize], anchor.clone());
            }
        }
        let mut found = file.settle();
        if hits.capacity() > 1 << 16 {
            *hits = Vec::new();
        }
        found.sort_by(|a, b| {
            (a.value, &a.rule, a.profile, a.whole).cmp(&(b.value, &b.rule, b.profile, b.whole))
        });
        found.dedup_by(|a, b| a.value == b.value && a.rule == b.rule);
        found
    }
}

/// The part of a key that speaks of the value: of a method's name what follows the last dot.
fn spoken(bytes: &[u8], glue: &Glue) -> Range<usize> {
    let dot = memchr::memrchr(b'.', &bytes[glue.key.clone()]);
    match dot {
        Some(dot) if glue.sign == Sign::Argument => glue.key.start + dot + 1..glue.key.end,
        _ => glue.key.clone(),
    }
}

impl File<'_> {
    fn hit(&mut self, rule: &Compiled, anchor: Range<usize>) {
        if rule.kind == PatternKind::Keyed {
            self.keyed(rule, anchor);
            return;
        }
        let inside = |candidate: &Candidate| {
            candidate.rule == rule.id
                && candidate.whole.range().contains(&anchor.start)
                && candidate.whole.range().start < anchor.start
        };
        if self.found.iter().rev().take(4).any(inside) {
            return;
        }
        let Some(found) = rule.form.at_anchor(self.bytes, anchor.start) else {
            return;
        };
        let key = Key::new(b"");
        match rule.form.judge(self.bytes, &found, &key) {
            Some(judged) => self.push(rule, &found, &judged, None),
            None => self.refuted.push(found.whole),
        }
    }

    /// All candidates but the generic ones that something refutes.
    fn settle(mut self) -> Vec<Candidate> {
        self.refuted.sort_unstable_by_key(|range| range.start);
        let longest = self
            .refuted
            .iter()
            .map(ExactSizeIterator::len)
            .max()
            .unwrap_or(0);
        let refuted = self.refuted;
        self.found
            .extend(self.generic.into_iter().filter(|candidate| {
                let value = candidate.value.range();
                let before = refuted.partition_point(|range| range.start < value.end);
                !refuted[..before]
                    .iter()
                    .rev()
                    .take_while(|range| range.start + longest > value.start)
                    .any(|range| range.end > value.start)
            }));
        self.found
    }

    fn keyed(&mut self, rule: &Compiled, anchor: Range<usize>) {
        let words = rule.form.like().is_none();
        let joined = self.join(anchor.clone(), words).and_then(|glue| {
            let found = rule.form.at(self.bytes, glue.value, glue.quote)?;
            let key = Key::new(&self.bytes[spoken(self.bytes, &glue)]);
            rule.knows(&key).then_some((glue, found, key))
        });
        let Some((glue, found, key)) = joined else {
            self.near(rule, anchor);
            return;
        };
        if !words && !self.plausible(&glue, &found) {
            return;
        }
        match rule.form.judge(self.bytes, &found, &key) {
            // `("username", "password", "scope")` is a list of names.
            Some(judged) if glue.sign == Sign::Argument && judged.strength == Strength::Weak => {}
            Some(judged) => self.push(rule, &found, &judged, Some(glue.key)),
            None if words => self.refuted.push(found.whole),
            None => {}
        }
    }

    /// A value that stands near its key word, with nothing that joins them: doubtful, so for the strict profile.
    fn near(&mut self, rule: &Compiled, anchor: Range<usize>) {
        let Some(reach) = rule.near else {
            return;
        };
        let (bytes, named) = (self.bytes, rule.form.like().is_none());
        for at in near::starts(bytes, anchor.clone(), reach, named) {
            let Some(found) = rule.form.at(bytes, at, None) else {
                continue;
            };
            let key = Key::new(&bytes[anchor.start..at]);
            if !near::closed(bytes, found.secret.clone(), named) || !rule.knows(&key) {
                continue;
            }
            let judged = rule.form.judge(bytes, &found, &key);
            let sure = |judged: &Judged| named || judged.strength == Strength::Strong;
            let Some(judged) = judged.filter(sure) else {
                continue;
            };
            if self.says().0 == Place::Generated {
                return;
            }
            self.push(rule, &found, &judged, None);
            let list = if rule.generic() {
                &mut self.generic
            } else {
                &mut self.found
            };
            if let Some(candidate) = list.last_mut().filter(|last| last.rule == rule.id) {
                candidate.profile = candidate.profile.max(Profile::Strict);
                candidate.confidence = Confidence::Low;
            }
            return;
        }
    }

    fn join(&mut self, anchor: Range<usize>, words: bool) -> Option<Glue> {
        if let Some((place, with_words, glue)) = &self.joined
            && *place == anchor
            && *with_words == words
        {
            return glue.clone();
        }
        let glue = glue::read(self.bytes, anchor.clone(), words);
        self.joined = Some((anchor, words, glue.clone()));
        glue
    }

    /// Whether an open value stands where this file writes literals: in quotes in code, after an assignment elsewhere.
    fn plausible(&mut self, glue: &Glue, found: &Match) -> bool {
        let (place, syntax) = self.says();
        if place == Place::Generated || glue.sign == Sign::Compare {
            return false;
        }
        let rest = &self.bytes[found.whole.end..];
        let bare = glue.quote.is_none();
        match glue.sign {
            Sign::Element if bare && (glue.spaced || !rest.starts_with(b"</")) => return false,
            Sign::Define | Sign::Argument if bare => return false,
            // `should pass (...)`, `case.pass("...")`: a verb.
            Sign::Argument if self.bytes[..glue.key.end].ends_with(b"pass") => return false,
            _ => {}
        }
        // `password: as you like` is a sentence.
        let goes_on = matches!(rest, [b' ', next, ..] if next.is_ascii_alphanumeric());
        !bare || (syntax != Syntax::Code && !(glue.spaced && goes_on))
    }

    /// Whether the line of a place is a comment.
    fn commented(&self, at: usize) -> bool {
        let start = memchr::memrchr2(b'\n', b'\r', &self.bytes[..at]).map_or(0, |end| end + 1);
        let line = self.bytes[start..at].trim_ascii_start();
        !line.starts_with(b"#define")
            && [b"#".as_slice(), b"//", b";", b"* ", b"--", b"<!--", b"REM "]
                .iter()
                .any(|mark| line.starts_with(mark))
    }

    fn says(&mut self) -> (Place, Syntax) {
        *self
            .path_says
            .get_or_insert_with(|| (place::of(self.path), place::syntax(self.path)))
    }

    fn push(&mut self, rule: &Compiled, found: &Match, judged: &Judged, key: Option<Range<usize>>) {
        if !rule.reads(self.path) {
            return;
        }
        let (place, syntax) = self.says();
        let open = rule.form.like().is_some();
        let commented = open && self.commented(found.whole.start);
        let doubtful =
            open && judged.strength < Strength::Strong && (syntax == Syntax::Code || commented);
        let mut profile = rule.shown(judged, place);
        if doubtful || (!open && judged.strength == Strength::Weak) {
            profile = profile.max(Profile::Strict);
        }
        let start = key.as_ref().map_or(found.whole.start, |key| key.start);
        let secret = &self.bytes[found.secret.clone()];
        let list = if rule.generic() {
            &mut self.generic
        } else {
            &mut self.found
        };
        list.push(Candidate {
            rule: rule.id.clone(),
            value: Span::new(self.blob, found.secret.start, found.secret.end),
            whole: Span::new(self.blob, start, found.whole.end),
            secret: Secret::new(secret, rule.public),
            key: key.map_or_else(String::new, |key| {
                String::from_utf8_lossy(&self.bytes[key]).into_owned()
            }),
            confidence: rule.sure(judged),
            profile,
            notes: judged.notes.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{Check, RuleSet, parse};

    /// A rule page around a pattern.
    fn rule(id: &str, pattern: &str) -> crate::rule::Rule {
        let provider = if pattern.contains("provider:") {
            ""
        } else {
            "  provider: x\n"
        };
        let page = format!(
            "---\ntitle: T\ntopic: hardcoded-secret\nseverity: high\nconfidence: high\nsince: 0.1.0\nnhi: [NHI2]\ncsf: [PR.AA-01]\n\
             pattern:\n{provider}{pattern}message: m\n---\nProse.\n"
        );
        parse(id, "x.md", &page).unwrap_or_else(|error| panic!("{error}"))
    }

    fn found(rules: &[(&str, &str)], path: &str, text: &str) -> Vec<String> {
        let set = RuleSet::new(
            rules
                .iter()
                .map(|(id, pattern)| rule(id, pattern))
                .collect(),
        );
        let scanner = Scanner::new(&set);
        scanner
            .bytes(&mut Scratch::default(), BlobId(0), path, text.as_bytes())
            .iter()
            .map(|c| format!("{}={}", c.rule, &text[c.value.range()]))
            .collect()
    }

    const TOKEN: &str =
        "  kind: token\n  anchors: [tok_]\n  shape: [tok_, {of: base62, length: 12}]\n";
    const KEYED: &str = "  kind: keyed\n  anchors: [datadog]\n  key_any: [api_key]\n  shape: [{of: hex, length: 12}]\n";
    const PASSWORD: &str = "  kind: keyed\n  anchors: [pass]\n  key_any: [password]\n  key_not: ['*_file']\n  shape: [{of: value, min: 5, max: 80}]\n  like: password\n";

    #[test]
    fn tokens_stand_anywhere() {
        let text = "a=tok_k3Jf8sQ0pLz1;b:'tok_Zq81mmK2x0Py'\ntok_short xtok_k3Jf8sQ0pLz1";
        assert_eq!(
            found(&[("t", TOKEN)], "a.txt", text),
            ["t=tok_k3Jf8sQ0pLz1", "t=tok_Zq81mmK2x0Py"]
        );
    }

    #[test]
    fn keyed_values_need_their_key() {
        let rules = [("k", KEYED)];
        for text in [
            "datadog_api_key: 3f9a1c8e7b2d",
            "DATADOG_API_KEY=3f9a1c8e7b2d",
            "datadogApiKey = \"3f9a1c8e7b2d\"",
            "Datadog API key: 3f9a1c8e7b2d",
        ] {
            assert_eq!(found(&rules, "a.txt", text), ["k=3f9a1c8e7b2d"], "{text}");
        }
        for text in [
            "datadog_app_key: 3f9a1c8e7b2d",
            "datadog_api_key: 3f9a1c8e7b2d0",
            "api_key: 3f9a1c8e7b2d",
        ] {
            assert!(found(&rules, "a.txt", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_keyed_value_may_stand_near_its_key_where_the_rule_says_so() {
        let near = format!("{KEYED}  near: 60\n");
        let rules = [("k", near.as_str())];
        for text in [
            "calls the datadog service\n using api_key (3f9a1c8e7b2d)",
            "datadog api key is 3f9a1c8e7b2d here",
            "<id>datadog</id>\n<api-key>{3f9a1c8e7b2d}</api-key>",
        ] {
            assert_eq!(found(&rules, "a.txt", text), ["k=3f9a1c8e7b2d"], "{text}");
            assert!(found(&[("k", KEYED)], "a.txt", text).is_empty(), "{text}");
            assert!(found(&rules, "yarn.lock", text).is_empty(), "{text}");
        }
        assert!(found(&rules, "a.txt", "datadog at 3f9a1c8e7b2d").is_empty());
    }

    #[test]
    fn open_values_are_judged_by_the_file() {
        let rules = [("p", PASSWORD)];
        assert_eq!(
            found(&rules, "app.cfg", "db_password = Harbor1940%"),
            ["p=Harbor1940%"]
        );
        assert_eq!(
            found(&rules, "a.py", "db_password = \"Harbor1940%\""),
            ["p=Harbor1940%"]
        );
        for (path, text) in [
            ("a.py", "db_password = Harbor1940"),
            ("a.py", "if password == \"Harbor1940%\":"),
            ("app.cfg", "password_file = Harbor1940%"),
            ("app.cfg", "password = ${DB_PASSWORD}"),
            ("yarn.lock", "password = Harbor1940%"),
        ] {
            assert!(found(&rules, path, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_a_token_rule_refuses_no_key_word_makes_a_secret() {
        let checked = format!("{TOKEN}  checksum: crc32-base62\n");
        let generic = PASSWORD
            .replace("  kind", "  provider: generic\n  kind")
            .replace("like: password", "like: token");
        let rules = [("t", checked.as_str()), ("p", generic.as_str())];
        assert!(found(&rules, "app.cfg", "password = tok_k3Jf8sQ0pLz1").is_empty());
        assert_eq!(
            found(&rules, "app.cfg", "password = tik_k3Jf8sQ0pLz1"),
            ["p=tik_k3Jf8sQ0pLz1"]
        );
    }

    #[test]
    fn parts_of_a_file_yield_what_the_whole_yields() {
        let set = RuleSet::new(vec![
            rule("t", TOKEN),
            rule("k", KEYED),
            rule("p", PASSWORD),
        ]);
        let scanner = Scanner::new(&set);
        let text =
            "tok_k3Jf8sQ0pLz1 datadog_api_key: 3f9a1c8e7b2d\npassword=Harbor1940%\n".repeat(3);
        let mut scratch = Scratch::default();
        let whole = scanner.bytes(&mut scratch, BlobId(0), "a", text.as_bytes());
        assert_eq!(whole.len(), 9, "{whole:?}");
        for cut in 0..text.len() {
            let mut parts =
                scanner.bytes_range(&mut scratch, BlobId(0), "a", text.as_bytes(), 0..cut);
            parts.extend(scanner.bytes_range(
                &mut scratch,
                BlobId(0),
                "a",
                text.as_bytes(),
                cut..text.len(),
            ));
            assert_eq!(parts, whole, "{cut}");
        }
    }

    #[test]
    fn the_rules_that_come_along_are_sound_and_find_their_samples() {
        let rules = crate::rule::builtin();
        let scanner = Scanner::new(&rules);
        let mut wrong = Vec::new();
        for rule in rules.iter() {
            let Check::Pattern(pattern) = &rule.check else {
                continue;
            };
            wrong.extend(
                lint(pattern)
                    .into_iter()
                    .map(|lint| format!("{}: {lint}", rule.id)),
            );
            if pattern.kind != PatternKind::Token || pattern.regex.is_some() {
                continue;
            }
            let Some(value) = sample(pattern, 1) else {
                wrong.push(format!("{}: no sample", rule.id));
                continue;
            };
            let text = format!("x = \"{value}\"\n");
            let hits = scanner.bytes(&mut Scratch::default(), BlobId(0), "a.txt", text.as_bytes());
            if !hits.iter().any(|hit| hit.rule == rule.id) {
                wrong.push(format!("{}: not found", rule.id));
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
}
