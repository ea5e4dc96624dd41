//! GitHub's limits. A file over one of its maxima is rejected whole and what is over a lower bound is dropped silently, so
//! findings are chosen here, and it is said how.

use super::Item;
use crate::finding::Finding;
use crate::source::BlobId;
use std::collections::BTreeMap;

/// Results that are kept one by one.
const KEPT: usize = 5_000;
/// Results that a run may have.
const RUN: usize = 25_000;
/// Tags of a rule that are kept.
pub(super) const TAGS: usize = 10;
/// Units of a rule's descriptions.
pub(super) const TEXT: usize = 1_024;
/// Units of a rule's name and of a label.
pub(super) const NAME: usize = 255;
/// Related locations of a result that are kept.
pub(super) const RELATED: usize = 100;
/// Steps of a code flow that are kept.
pub(super) const STEPS: usize = 1_000;
/// Notifications of a run: no limit of GitHub's, but nobody reads more.
pub(super) const NOTIFICATIONS: usize = 1_000;

/// What becomes a result.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    /// Shown one by one, in the report's order.
    pub(super) single: Vec<usize>,
    /// The first of several that are shown as one, and how many they are.
    pub(super) joined: Vec<(usize, usize)>,
}

/// All items where they are few; else the most severe one by one, the rest one for each rule and file, or one for each rule
/// where that is too many still.
pub(super) fn choose(items: &[Item<'_>]) -> Chosen {
    choose_within(items, KEPT, RUN)
}

fn choose_within(items: &[Item<'_>], kept: usize, run: usize) -> Chosen {
    let mut order: Vec<usize> = (0..items.len()).collect();
    if order.len() <= kept {
        return Chosen {
            single: order,
            joined: Vec::new(),
        };
    }
    order.sort_by_key(|&index| std::cmp::Reverse(items[index].finding.severity));
    let mut rest = order.split_off(kept);
    rest.sort_unstable();
    order.sort_unstable();
    let by_file = join(items, &rest, |finding| Some(finding.span.blob));
    let joined = if kept + by_file.len() <= run {
        by_file
    } else {
        join(items, &rest, |_| None)
    };
    Chosen {
        single: order,
        joined,
    }
}

/// Items of one rule, and of one file where `file` says so, as the first of them and their number.
fn join(
    items: &[Item<'_>],
    rest: &[usize],
    file: fn(&Finding) -> Option<BlobId>,
) -> Vec<(usize, usize)> {
    let mut groups: BTreeMap<(&str, Option<BlobId>, bool), (usize, usize)> = BTreeMap::new();
    for &index in rest {
        let Item { finding, disposal } = items[index];
        let key = (finding.rule.as_str(), file(finding), disposal.is_some());
        groups.entry(key).or_insert((index, 0)).1 += 1;
    }
    let mut joined: Vec<(usize, usize)> = groups.into_values().collect();
    joined.sort_unstable();
    joined
}

impl Chosen {
    /// The items that become results, in the order of the results.
    pub(super) fn items<'i, 'a>(
        &'i self,
        items: &'i [Item<'a>],
    ) -> impl Iterator<Item = Item<'a>> + 'i {
        let joined = self.joined.iter().map(|(first, _)| *first);
        self.single
            .iter()
            .copied()
            .chain(joined)
            .map(|index| items[index])
    }

    /// How it was chosen, where not all are shown one by one.
    pub(super) fn notice(&self, all: usize) -> Option<String> {
        let (single, joined) = (self.single.len(), self.joined.len());
        (joined > 0).then(|| {
            format!(
                "Of {all} findings, the {single} most severe are listed one by one and the other {} in {joined} results, \
                 because code scanning keeps no more. The json format lists all.",
                all - single
            )
        })
    }
}

/// Text of at most `limit` UTF-16 units, cut at a blank where there is one.
pub(super) fn cut(text: &str, limit: usize) -> String {
    let mut units = 0;
    let over = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > limit - 1
    });
    let Some((at, _)) = over.filter(|_| text.encode_utf16().count() > limit) else {
        return text.to_owned();
    };
    let kept = &text[..at];
    let kept = kept
        .rsplit_once(char::is_whitespace)
        .map_or(kept, |(kept, _)| kept);
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Ownership;
    use crate::rule::{Confidence, Profile, Severity};
    use crate::source::Span;

    fn finding(rule: &str, blob: u32, severity: Severity) -> Finding {
        Finding {
            rule: rule.to_owned(),
            severity,
            confidence: Confidence::High,
            profile: Profile::Default,
            message: String::new(),
            span: Span::new(BlobId(blob), 0, 0),
            whole: None,
            address: String::new(),
            attribute: String::new(),
            subject: None,
            related: Vec::new(),
            also: Vec::new(),
            chain: Vec::new(),
            route: Ownership::Nobody,
            fix: String::new(),
            secret: None,
            properties: Vec::new(),
            fingerprint: String::new(),
            group: String::new(),
        }
    }

    fn items(findings: &[Finding]) -> Vec<Item<'_>> {
        findings
            .iter()
            .map(|finding| Item {
                finding,
                disposal: None,
            })
            .collect()
    }

    #[test]
    fn the_most_severe_are_kept_and_the_rest_is_joined() {
        let findings = [
            finding("a", 0, Severity::Low),
            finding("a", 0, Severity::High),
            finding("b", 0, Severity::Low),
            finding("a", 0, Severity::Low),
            finding("a", 1, Severity::Low),
            finding("c", 1, Severity::Critical),
        ];
        let chosen = choose_within(&items(&findings), 2, 25);
        assert_eq!(chosen.single, [1, 5]);
        assert_eq!(chosen.joined, [(0, 2), (2, 1), (4, 1)]);
        assert!(
            chosen
                .notice(6)
                .is_some_and(|text| text.contains("other 4 in 3"))
        );
        let tight = choose_within(&items(&findings), 2, 4);
        assert_eq!(tight.joined, [(0, 3), (2, 1)]);
    }

    #[test]
    fn few_are_all_kept() {
        let findings = [finding("a", 0, Severity::Low)];
        let chosen = choose(&items(&findings));
        assert_eq!(chosen.single, [0]);
        assert_eq!(chosen.notice(1), None);
    }

    #[test]
    fn text_is_cut_at_a_blank_within_the_limit() {
        assert_eq!(cut("short", 10), "short");
        assert_eq!(cut("exactly-10", 10), "exactly-10");
        assert_eq!(cut("one two three", 10), "one two…");
        assert_eq!(cut("𝄞𝄞𝄞𝄞", 5), "𝄞𝄞…");
    }
}
