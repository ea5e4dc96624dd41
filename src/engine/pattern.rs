//! Looks at bytes with the secret rules of a run: one pass that finds anchors, then for each anchor the cheapest test first:
//! what joins key and value, shape, proof, entropy, and what the value looks like.

mod apart;
mod asks;
mod glue;
mod keys;
mod link;
mod lint;
mod look;
mod near;
mod opening;
mod part;
mod sample;
mod skip;
mod versions;
mod word;

pub use lint::lint;
pub use sample::{broken, sample};
pub use versions::Seen;

use crate::finding::Candidate;
use crate::judge::anchors::Hit;
use crate::judge::patterns::Patterns;
use crate::rule::RuleSet;
use crate::source::BlobId;
use look::Look;
use part::Part;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// The secret rules of a run, ready to look at bytes. Shared by threads.
#[derive(Debug)]
pub struct Scanner {
    patterns: Arc<Patterns>,
    /// How far the anchors look, by literal; for versions of a text.
    views: OnceLock<Vec<OnceLock<versions::View>>>,
}

/// Buffers of one thread, reused from file to file.
#[derive(Debug, Default)]
pub struct Scratch {
    hits: Vec<Hit>,
}

/// A file larger than two of these is shared among threads in parts of this size.
const PART: usize = 1 << 20;
/// A buffer of more anchors than this is given back.
const KEEP: usize = 1 << 16;

impl Scratch {
    /// The anchors of the last file, nearly in the order of its text.
    pub fn hits(&mut self) -> &mut Vec<Hit> {
        &mut self.hits
    }

    fn cleared(&mut self) -> &mut Vec<Hit> {
        if self.hits.capacity() > KEEP {
            self.hits = Vec::new();
        }
        self.hits.clear();
        &mut self.hits
    }
}

impl Scanner {
    /// Prepares the pattern rules of a set.
    #[must_use]
    pub fn new(rules: &RuleSet) -> Self {
        Self::over(Arc::new(Patterns::new(rules)))
    }

    /// Takes rules that are made ready.
    #[must_use]
    pub fn over(patterns: Arc<Patterns>) -> Self {
        Self {
            patterns,
            views: OnceLock::new(),
        }
    }

    /// Candidates in one file's bytes, in the order of the text. A large file is shared among threads.
    pub fn bytes(
        &self,
        scratch: &mut Scratch,
        blob: BlobId,
        path: &str,
        bytes: &[u8],
    ) -> Vec<Candidate> {
        if bytes.len() <= 2 * PART {
            return self.bytes_range(scratch, blob, path, bytes, 0..bytes.len());
        }
        let hits = scratch.cleared();
        let parts: Vec<(Part, Vec<Hit>)> = (0..bytes.len().div_ceil(PART))
            .into_par_iter()
            .map(|part| {
                let range = part * PART..bytes.len().min((part + 1) * PART);
                let mut hits = Vec::new();
                let part = self.part(&mut hits, blob, path, bytes, range);
                (part, hits)
            })
            .collect();
        let mut whole = Part::default();
        for (part, found) in parts {
            whole.add(part);
            hits.extend(found);
        }
        whole.settle()
    }

    /// Candidates whose anchor starts within `range`; all of `bytes` may be looked at. The parts of a file together yield
    /// what the whole yields, but for a value that a token of the next part refutes.
    pub fn bytes_range(
        &self,
        scratch: &mut Scratch,
        blob: BlobId,
        path: &str,
        bytes: &[u8],
        range: Range<usize>,
    ) -> Vec<Candidate> {
        self.part(scratch.cleared(), blob, path, bytes, range)
            .settle()
    }

    fn part(
        &self,
        hits: &mut Vec<Hit>,
        blob: BlobId,
        path: &str,
        bytes: &[u8],
        range: Range<usize>,
    ) -> Part {
        self.hits(bytes, range, hits);
        self.verified(blob, path, bytes, hits)
    }

    /// Adds the anchors that start within `range`. Whether one does depends on no byte further than [`Scanner::reach`] away,
    /// so that what two texts share need be looked at but once.
    pub fn hits(&self, bytes: &[u8], range: Range<usize>, hits: &mut Vec<Hit>) {
        self.patterns.anchors().find(bytes, range, hits);
    }

    /// Bytes before and after a place that decide whether an anchor starts there, at most.
    #[must_use]
    pub fn reach(&self) -> usize {
        self.patterns.anchors().longest() + 2
    }

    fn verified(&self, blob: BlobId, path: &str, bytes: &[u8], hits: &[Hit]) -> Part {
        let anchors = self.patterns.anchors();
        let mut look = Look::new(blob, path, bytes);
        for &hit in hits {
            let (anchor, rules) = anchors.of(hit);
            for &rule in rules {
                look.hit(self.patterns.rule(rule), anchor.clone());
            }
        }
        look.done()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{Check, PatternKind, Profile, parse};

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
    fn base64_that_goes_on_is_no_token() {
        let rule = "  kind: token\n  anchors: [EAAM]\n  shape: [EAAM, {of: base62, length: 12}]\n";
        let long = "k3Jf8sQ0pLz1".repeat(9);
        for text in [
            format!("url(data:font/woff2;base64,{long}/EAAMk3Jf8sQ0pLz1+)"),
            format!("EAAMk3Jf8sQ0pLz1/{long}"),
        ] {
            assert!(found(&[("t", rule)], "a.css", &text).is_empty(), "{text}");
        }
        let path = "https://x.example/a/EAAMk3Jf8sQ0pLz1";
        assert_eq!(found(&[("t", rule)], "a.txt", path).len(), 1);
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
            ("a.py", "if password == \"swordfish\":"),
            ("app.cfg", "password_file = Harbor1940%"),
            ("app.cfg", "password = ${DB_PASSWORD}"),
            ("yarn.lock", "password = Harbor1940%"),
        ] {
            assert!(found(&rules, path, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn links_that_end_and_values_that_are_made_up_are_for_other_profiles() {
        let set = RuleSet::new(vec![rule(
            "p",
            &PASSWORD.replace("  kind", "  provider: generic\n  kind"),
        )]);
        let scanner = Scanner::new(&set);
        for (link, profile) in [
            (
                "https://cdn.corp.io/x?e=1576142006&password=Harbor1940%",
                Profile::Audit,
            ),
            (
                "https://cdn.corp.io/x?name=7&password=Harbor1940%",
                Profile::Default,
            ),
            ("fake_password=Harbor1940%", Profile::Strict),
        ] {
            let bytes = format!("see {link} for it");
            let found = scanner.bytes(
                &mut Scratch::default(),
                BlobId(0),
                "a.cfg",
                bytes.as_bytes(),
            );
            let profiles: Vec<Profile> = found.iter().map(|candidate| candidate.profile).collect();
            assert_eq!(profiles, [profile], "{link}");
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
    fn a_rule_refuses_nothing_where_it_does_not_look() {
        let login = "  kind: keyed\n  anchors: [_auth]\n  shape: [{of: base64, min: 12, max: 80}]\n  checksum: user-password\n  paths: [.npmrc]\n";
        let generic = PASSWORD
            .replace("  kind", "  provider: generic\n  kind")
            .replace("[pass]", "[auth]")
            .replace("[password]", "[auth]")
            .replace("like: password", "like: token");
        let rules = [("l", login), ("p", generic.as_str())];
        let text = "my_auth=imeQ5bMjsfrg8OWk4kSL5zT7K9Zl3Ccp";
        assert!(found(&rules, ".npmrc", text).is_empty());
        assert_eq!(found(&rules, "a.cfg", text).len(), 1);
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
