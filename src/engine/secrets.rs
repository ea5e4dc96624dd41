//! Turns candidates into findings: where several rules match one place the most particular wins, halves of a pair become one,
//! and a value written many times in a file is one finding with all its places. Findings of one value share a group.

use crate::finding::{Candidate, Finding, Related};
use crate::judge::place::{self, Place};
use crate::model::Ownership;
use crate::rule::{Check, Confidence, Pattern, PatternKind, Profile, Rule, RuleSet, Severity};
use crate::source::{Blobs, Secret, Span};
use rustc_hash::{FxHashMap, FxHashSet};

/// A candidate with its rule and, in a pair, its other half.
struct Hit<'a> {
    candidate: Candidate,
    rule: &'a Rule,
    pattern: &'a Pattern,
    half: Option<(Span, &'a str)>,
}

/// Turns candidates into findings, in the order of blobs and places.
#[must_use]
pub fn secrets(rules: &RuleSet, candidates: Vec<Candidate>, blobs: &Blobs) -> Vec<Finding> {
    let mut hits: Vec<Hit<'_>> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let rule = rules.get(&candidate.rule)?;
            let Check::Pattern(pattern) = &rule.check else {
                return None;
            };
            Some(Hit {
                candidate,
                rule,
                pattern,
                half: None,
            })
        })
        .collect();
    hits.sort_by(|a, b| {
        (a.candidate.whole, a.candidate.value, &a.candidate.rule).cmp(&(
            b.candidate.whole,
            b.candidate.value,
            &b.candidate.rule,
        ))
    });
    let hits = pairs(columns(contest(hits)), rules);
    gather(hits, blobs)
}

/// Keeps for the audit what a word such as `key` alone speaks for where one file holds many values of the kind: a column of ids.
fn columns(mut hits: Vec<Hit<'_>>) -> Vec<Hit<'_>> {
    /// Different values of one file that are no chance any more.
    const MANY: usize = 12;
    let hinted = |hit: &Hit<'_>| hit.pattern.near.is_some() && hit.pattern.like.is_some();
    let mut values: FxHashMap<u32, FxHashSet<Secret>> = FxHashMap::default();
    for hit in hits.iter().filter(|hit| hinted(hit)) {
        let seen = values.entry(hit.candidate.value.blob.0).or_default();
        seen.insert(hit.candidate.secret.clone());
    }
    values.retain(|_, seen| seen.len() >= MANY);
    let listed =
        |hit: &&mut Hit<'_>| hinted(hit) && values.contains_key(&hit.candidate.value.blob.0);
    for hit in hits.iter_mut().filter(listed) {
        hit.candidate.profile = Profile::Audit;
    }
    hits
}

/// Of candidates that contest a place, keeps the most particular.
fn contest(mut hits: Vec<Hit<'_>>) -> Vec<Hit<'_>> {
    let mut lost = vec![false; hits.len()];
    for index in 0..hits.len() {
        for other in index + 1..hits.len() {
            let (a, b) = (&hits[index].candidate, &hits[other].candidate);
            if b.whole.blob != a.whole.blob || b.whole.start >= a.whole.end {
                break;
            }
            if lost[index] || lost[other] || !(meet(a.value, b.whole) || meet(b.value, a.whole)) {
                continue;
            }
            if apart(&hits[index], &hits[other]) {
                continue;
            }
            let (winner, loser) = if wins(&hits[index], &hits[other]) {
                (index, other)
            } else {
                (other, index)
            };
            lost[loser] = true;
            if raises(&hits[loser].candidate, &hits[winner].candidate) {
                hits[winner].candidate.profile = Profile::Default;
            }
        }
    }
    let mut kept = lost.iter().map(|&lost| !lost);
    hits.retain(|_| kept.next().unwrap_or(true));
    hits
}

/// A rule that knows whose value it is shows it no later than one that only knows its key. What an issuer means to be shown stays where
/// it is.
fn raises(loser: &Candidate, winner: &Candidate) -> bool {
    let both = winner.value == loser.value && !winner.key.is_empty() && !loser.key.is_empty();
    both && winner.profile == Profile::Strict && loser.profile == Profile::Default
}

/// Two halves of one pair do not contest each other.
fn apart(a: &Hit<'_>, b: &Hit<'_>) -> bool {
    let pair = |a: &Hit<'_>, b: &Hit<'_>| a.pattern.pair_with.as_deref() == Some(&b.rule.id);
    (pair(a, b) || pair(b, a)) && !meet(a.candidate.value, b.candidate.value)
}

fn meet(a: Span, b: Span) -> bool {
    a.start < b.end && b.start < a.end
}

/// Whether the first keeps a place that both claim.
fn wins(a: &Hit<'_>, b: &Hit<'_>) -> bool {
    let yields = |a: &Hit<'_>, b: &Hit<'_>| a.pattern.yields_to.contains(&b.rule.id);
    if yields(a, b) != yields(b, a) {
        return yields(b, a);
    }
    let order = |hit: &Hit<'_>| {
        (
            rank(hit),
            hit.candidate.confidence,
            hit.candidate.value.len(),
        )
    };
    order(a) >= order(b)
}

/// How particular a rule is about what it matches.
fn rank(hit: &Hit<'_>) -> u8 {
    let pattern = hit.pattern;
    if !pattern.resource_kinds.is_empty() {
        return 1;
    }
    match pattern.kind {
        // Near its key word, but not joined to it.
        PatternKind::Keyed if hit.candidate.key.is_empty() => 0,
        _ if pattern.like.is_some() => 2,
        PatternKind::Keyed => 3,
        PatternKind::Structural => 4,
        PatternKind::Pair => 5,
        PatternKind::Token => 6,
    }
}

/// Joins a rule's hits with the nearest hit of the rule it pairs with. A `pair` rule without its other half is nothing.
fn pairs<'a>(hits: Vec<Hit<'a>>, rules: &'a RuleSet) -> Vec<Hit<'a>> {
    let mut taken = vec![false; hits.len()];
    let mut halves = vec![None; hits.len()];
    for (index, hit) in hits.iter().enumerate() {
        let Some(other) = &hit.pattern.pair_with else {
            continue;
        };
        let within = hit.pattern.within.unwrap_or(512);
        let near = neighbours(&hits, index, within)
            .filter(|&at| !taken[at] && hits[at].rule.id == *other)
            .filter_map(|at| {
                distance(hit.candidate.value, hits[at].candidate.value).map(|d| (d, at))
            })
            .filter(|&(distance, _)| distance <= within)
            .min();
        if let Some((_, at)) = near {
            taken[at] = true;
            halves[index] = Some(at);
        }
    }
    let spans: Vec<(Span, Secret)> = hits
        .iter()
        .map(|hit| (hit.candidate.value, hit.candidate.secret.clone()))
        .collect();
    let notes: Vec<Vec<(String, String)>> =
        hits.iter().map(|hit| hit.candidate.notes.clone()).collect();
    let public: Vec<bool> = hits.iter().map(|hit| hit.pattern.publishable).collect();
    let mut joined = Vec::new();
    for (index, mut hit) in hits.into_iter().enumerate() {
        match halves[index] {
            _ if taken[index] => continue,
            None if hit.pattern.kind == PatternKind::Pair => continue,
            None => {}
            Some(at) => {
                let title = hit
                    .pattern
                    .pair_with
                    .as_deref()
                    .and_then(|id| rules.get(id));
                let own = (hit.candidate.value, hit.rule.title.as_str());
                let other = (
                    spans[at].0,
                    title.map_or("its other half", |rule| &rule.title),
                );
                hit.candidate.notes.extend(notes[at].iter().cloned());
                hit.half = Some(other);
                if public[index] && !public[at] {
                    hit.half = Some(own);
                    (hit.candidate.value, hit.candidate.secret) = spans[at].clone();
                }
            }
        }
        joined.push(hit);
    }
    joined
}

/// Hits of the same blob whose start is near enough to reach over; hits are sorted by where they start.
fn neighbours(hits: &[Hit<'_>], index: usize, within: u32) -> std::ops::Range<usize> {
    let here = hits[index].candidate.whole;
    let reach = within.saturating_add(32 << 10);
    let from = hits[..index].partition_point(|hit| {
        let other = hit.candidate.whole;
        other.blob < here.blob || other.start.saturating_add(reach) < here.start
    });
    let to = hits[index..].partition_point(|hit| {
        let other = hit.candidate.whole;
        other.blob == here.blob && other.start <= here.end.saturating_add(reach)
    });
    from..index + to
}

/// Bytes between two spans of one blob.
fn distance(a: Span, b: Span) -> Option<u32> {
    (a.blob == b.blob).then(|| {
        if a.end <= b.start {
            b.start - a.end
        } else {
            a.start.saturating_sub(b.end)
        }
    })
}

/// One finding for a value in a file; the first place is the finding's, the others are related.
fn gather(hits: Vec<Hit<'_>>, blobs: &Blobs) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut known: FxHashMap<(String, Secret, u32), usize> = FxHashMap::default();
    let mut groups: FxHashMap<Secret, String> = FxHashMap::default();
    for hit in hits {
        let key = (
            hit.rule.id.clone(),
            hit.candidate.secret.clone(),
            hit.candidate.value.blob.0,
        );
        if let Some(&at) = known.get(&key) {
            findings[at].related.push(Related {
                span: hit.candidate.value,
                label: "the same value again".to_owned(),
            });
            let profile = hit.candidate.profile;
            findings[at].profile = findings[at].profile.min(profile);
            continue;
        }
        let group = groups
            .entry(hit.candidate.secret.clone())
            .or_insert_with(|| format!("value first seen in {}", spot(&hit, blobs)))
            .clone();
        known.insert(key, findings.len());
        findings.push(finding(hit, group, blobs));
    }
    findings
}

fn spot(hit: &Hit<'_>, blobs: &Blobs) -> String {
    let span = hit.candidate.value;
    let position = blobs.place(span).0;
    format!("{}:{}:{}", blobs.path(span), position.line, position.column)
}

fn finding(hit: Hit<'_>, group: String, blobs: &Blobs) -> Finding {
    let Hit {
        candidate,
        rule,
        pattern,
        half,
    } = hit;
    let path = blobs.path(candidate.value).to_owned();
    let mut properties = vec![("provider".to_owned(), pattern.provider.clone())];
    if !candidate.key.is_empty() {
        properties.push(("key".to_owned(), candidate.key.clone()));
    }
    properties.extend(candidate.notes.iter().cloned());
    properties.sort();
    properties.dedup();
    let related = half.map(|(span, title)| Related {
        span,
        label: format!("{} that belongs to it", lower(title)),
    });
    Finding {
        rule: rule.id.clone(),
        severity: severity(rule, &candidate, place::of(&path)),
        confidence: candidate.confidence,
        profile: candidate.profile,
        message: message(rule, &candidate, &properties),
        span: candidate.value,
        whole: None,
        address: path,
        attribute: candidate.key,
        subject: None,
        related: related.into_iter().collect(),
        also: Vec::new(),
        chain: Vec::new(),
        route: Ownership::default(),
        fix: rule.fix.clone().unwrap_or_else(|| {
            "Revoke it where it was issued, then read its successor from a secret store at run time.".to_owned()
        }),
        secret: Some(candidate.secret),
        properties,
        fingerprint: String::new(),
        group,
    }
}

/// A title in the middle of a sentence: an abbreviation or a name keeps its capital.
fn lower(title: &str) -> String {
    let mut letters = title.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() && title.contains(' ') => {
            let names = ["Git", "Azure", "Google", "Amazon", "Slack", "Docker"];
            if names.iter().any(|name| title.starts_with(name)) {
                return title.to_owned();
            }
            first.to_lowercase().chain(title.chars().skip(1)).collect()
        }
        _ => title.to_owned(),
    }
}

/// The rule's severity, lowered by what makes a leak less bad: a place that does not run, a passphrase, a doubtful value.
fn severity(rule: &Rule, candidate: &Candidate, place: Place) -> Severity {
    let guarded = candidate.notes.iter().any(|(name, _)| name == "encrypted");
    let mut steps = usize::from(place != Place::Live) + usize::from(guarded);
    if candidate.confidence == Confidence::Low && rule.confidence > Confidence::Low {
        steps += 1;
    }
    (0..steps).fold(rule.severity, |severity, _| match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium | Severity::Low => Severity::Low,
    })
}

/// The rule's message with `{masked}`, `{key}` and the properties filled in, `{name|otherwise}` where one may be missing.
fn message(rule: &Rule, candidate: &Candidate, properties: &[(String, String)]) -> String {
    let mask = candidate.secret.mask();
    let mut text = String::new();
    let mut rest = rule.message.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else {
            break;
        };
        text.push_str(before);
        let (name, otherwise) = name.split_once('|').unwrap_or((name, ""));
        let value = if name == "masked" {
            Some(mask.as_str())
        } else {
            properties
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
        };
        text.push_str(value.unwrap_or(otherwise));
        rest = tail;
    }
    text.push_str(rest);
    if !rule.message.contains("{masked}") {
        text.push(' ');
        text.push_str(&mask);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Scanner, Scratch};
    use crate::rule::parse;
    use crate::source::{Blob, BlobId};

    fn rule(id: &str, pattern: &str) -> Rule {
        let page = format!(
            "---\ntitle: Key {id}\ntopic: hardcoded-secret\nseverity: high\nconfidence: high\nsince: 0.1.0\nnhi: [NHI2]\ncsf: [PR.AA-01]\n\
             pattern:\n  provider: x\n{pattern}message: 'key {{masked}} of {{key|nobody}}'\n---\nProse.\n"
        );
        parse(id, "x.md", &page).unwrap_or_else(|error| panic!("{error}"))
    }

    fn run(rules: &[(&str, &str)], path: &str, text: &str) -> Vec<Finding> {
        let set = RuleSet::new(
            rules
                .iter()
                .map(|(id, pattern)| rule(id, pattern))
                .collect(),
        );
        let scanner = Scanner::new(&set);
        let found = scanner.bytes(&mut Scratch::default(), BlobId(0), path, text.as_bytes());
        let blobs = Blobs::new(vec![Blob::new(
            path.to_owned(),
            Some(text.as_bytes().to_vec()),
        )]);
        secrets(&set, found, &blobs)
    }

    const TOKEN: &str = "  kind: token\n  anchors: [tok_]\n  shape: [tok_, {of: base62, length: 12}]\n  public_prefix: 4\n";
    const WIDE: &str = "  kind: token\n  anchors: [tok_]\n  shape: [tok_, {of: base62, min: 9}]\n  yields_to: [a/token]\n";
    const GENERIC: &str = "  kind: keyed\n  anchors: [token]\n  key_any: [token]\n  shape: [{of: value, min: 5, max: 80}]\n  like: token\n";
    const ID: &str = "  kind: token\n  anchors: [kid_]\n  shape: [kid_, {of: base62, length: 8}]\n  publishable: true\n";
    const HALF: &str = "  kind: pair\n  anchors: [tok_]\n  shape: [tok_, {of: base62, length: 12}]\n  pair_with: a/id\n  within: 40\n";

    #[test]
    fn the_most_particular_rule_wins() {
        let found = run(
            &[("a/token", TOKEN), ("b/wide", WIDE), ("c/generic", GENERIC)],
            "a.txt",
            "my_token = tok_k3Jf8sQ0pLz1\n",
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].rule, "a/token");
        assert_eq!(found[0].message, "key tok_******** of nobody");
        assert!(!format!("{found:?}").contains("k3Jf8"));
    }

    #[test]
    fn a_name_for_a_value_does_not_hide_it() {
        let named = |front: &str| {
            format!("{front}  key_any: [token]\n  shape: [{{of: hex, length: 40}}]\n")
        };
        let strict =
            named("  kind: keyed\n  anchors: [acme]\n").replace("acme]", "acme]\n  near: 20");
        let mut rules = vec![rule("a/acme", &strict), rule("c/generic", GENERIC)];
        rules[0].profile = Profile::Strict;
        let text = "acme_token = 3f9a1c8e7b2d5f604c1f9a7e2b8d4063a5f7c9e1\n";
        let set = RuleSet::new(rules);
        let found =
            Scanner::new(&set).bytes(&mut Scratch::default(), BlobId(0), "a.txt", text.as_bytes());
        let blobs = Blobs::new(vec![Blob::new("a.txt".to_owned(), None)]);
        let found = secrets(&set, found, &blobs);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (&*found[0].rule, found[0].profile),
            ("a/acme", Profile::Default)
        );
    }

    #[test]
    fn a_column_of_ids_is_for_the_audit() {
        let rules = [("a/near", &*format!("{GENERIC}  near: 40\n"))];
        let rows = |count: usize| {
            let row = |at: usize| format!("token = 'x7Kq2mPv9Ls3Dj4Wy1Zt{at:02}'\n");
            let text: String = (10..10 + count).map(row).collect();
            let found = run(&rules, "a.txt", &text);
            let audited = |finding: &&Finding| finding.profile == Profile::Audit;
            (found.len(), found.iter().filter(audited).count())
        };
        assert_eq!((rows(5), rows(12)), ((5, 0), (12, 12)));
    }

    #[test]
    fn a_value_in_many_places_is_one_finding() {
        let found = run(
            &[("a/token", TOKEN)],
            "a.txt",
            "tok_k3Jf8sQ0pLz1\ntok_k3Jf8sQ0pLz1\ntok_Zq81mmK2x0Py\n",
        );
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].related.len(), 1);
        assert_ne!(found[0].group, found[1].group);
    }

    #[test]
    fn halves_of_a_pair_are_one_finding() {
        let rules = [("a/id", ID), ("a/pair", HALF)];
        let found = run(&rules, "a.txt", "kid_4fJ2k9Qz tok_k3Jf8sQ0pLz1\n");
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].rule.as_str(), found[0].span.start),
            ("a/pair", 13)
        );
        assert_eq!(found[0].related[0].span.start, 0);
        let alone = run(
            &rules,
            "a.txt",
            &format!("kid_4fJ2k9Qz {} tok_k3Jf8sQ0pLz1\n", " ".repeat(60)),
        );
        assert_eq!(
            alone.iter().map(|f| f.rule.as_str()).collect::<Vec<_>>(),
            ["a/id"]
        );
    }

    #[test]
    fn a_place_that_does_not_run_is_less_bad() {
        let found = run(&[("a/token", TOKEN)], "tests/a.txt", "tok_k3Jf8sQ0pLz1\n");
        let look = |found: &[Finding]| (found[0].severity, found[0].profile);
        assert_eq!(look(&found), (Severity::Medium, Profile::Default));
        let text = "my_token = 9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c\n";
        let generic = [("c/generic", GENERIC)];
        assert_eq!(
            look(&run(&generic, "a.txt", text)),
            (Severity::High, Profile::Default)
        );
        assert_eq!(
            look(&run(&generic, "tests/a.txt", text)),
            (Severity::Medium, Profile::Strict)
        );
    }
}
