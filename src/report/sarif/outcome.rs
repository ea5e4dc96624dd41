//! Findings as SARIF results.

use super::super::record::Finding;
use super::super::{View, clean, word};
use super::limit::{self, Chosen, cut};
use super::line_hash::line_hashes;
use super::{Item, location, message};
use crate::finding::Disposal;
use crate::source::{BlobId, Span};
use serde_json::Value;
use serde_sarif::sarif;
use std::collections::BTreeMap;

/// Units of a message; a longer one is no help to its reader.
const MESSAGE: usize = 2_000;
/// Related places that the message links to.
const LINKS: usize = 10;

/// Line hashes by blob and line.
type Hashes = BTreeMap<(BlobId, u32), String>;

/// One result for each chosen finding. `ids` are the ids of the run's rules, sorted.
pub(super) fn results(
    view: &View<'_>,
    items: &[Item<'_>],
    chosen: &Chosen,
    ids: &[&str],
) -> Vec<sarif::Result> {
    let hashes = hashes(view, chosen.items(items).map(|item| item.finding.span));
    let single = chosen.single.iter().map(|&index| (index, 1));
    single
        .chain(chosen.joined.iter().copied())
        .map(|(index, count)| {
            let item = items[index];
            let mut result = result(view, item, count, &hashes);
            let index = ids.binary_search(&item.finding.rule.as_str());
            result.rule_index = index.ok().and_then(|index| i64::try_from(index).ok());
            result
        })
        .collect()
}

/// The hash of every line that a result starts on.
fn hashes(view: &View<'_>, spans: impl Iterator<Item = Span>) -> Hashes {
    let mut wanted: Vec<(BlobId, u32)> = spans
        .map(|span| (span.blob, view.region(span).start.line))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut hashes = Hashes::new();
    for group in wanted.chunk_by(|a, b| a.0 == b.0) {
        let blob = group[0].0;
        let lines: Vec<u32> = group.iter().map(|(_, line)| *line).collect();
        let found = line_hashes(view.report.blobs.get(blob).bytes(), &lines);
        hashes.extend(found.into_iter().map(|(line, hash)| ((blob, line), hash)));
    }
    hashes
}

/// A result for one finding, or for `count` of which this is the first.
fn result(view: &View<'_>, item: Item<'_>, count: usize, hashes: &Hashes) -> sarif::Result {
    let finding = view.finding(item.finding);
    let mut main = location::of_span(view, item.finding.span);
    if finding.subject.is_some() {
        let name = sarif::LogicalLocation::builder()
            .fully_qualified_name(finding.address)
            .kind("resource")
            .build();
        main.logical_locations = Some(vec![name]);
    }
    let mut result = sarif::Result::builder()
        .rule_id(finding.rule)
        .level(level(&finding))
        .message(message(&sentence(&finding, count)))
        .locations(vec![main])
        .properties(properties(view, &finding, count))
        .build();
    let related = finding.related.iter().take(limit::RELATED).zip(1..);
    let related: Vec<sarif::Location> = related
        .map(|(related, id)| location::of_related(view, related, Some(id)))
        .collect();
    result.related_locations = (!related.is_empty()).then_some(related);
    result.code_flows = flow(view, &finding).map(|flow| vec![flow]);
    let line = (item.finding.span.blob, finding.place.start.line);
    result.partial_fingerprints = fingerprints(&finding, count, hashes.get(&line));
    result.suppressions = item
        .disposal
        .map(|disposal| vec![suppression(view, item, disposal)]);
    result
}

fn level(finding: &Finding<'_>) -> sarif::ResultLevel {
    match finding.severity.level() {
        "error" => sarif::ResultLevel::Error,
        "warning" => sarif::ResultLevel::Warning,
        _ => sarif::ResultLevel::Note,
    }
}

/// The message as sentences, with links to the related places.
fn sentence(finding: &Finding<'_>, count: usize) -> String {
    let mut text = unlinked(&cut(&clean::line(finding.message.trim()), MESSAGE));
    if !text.ends_with(['.', '!', '?', '…']) {
        text.push('.');
    }
    if count > 1 {
        text.push_str(&format!(" The first of {count} such findings."));
    }
    let links: Vec<String> = finding
        .related
        .iter()
        .take(LINKS)
        .zip(1..)
        .map(|(related, id): (_, usize)| {
            format!(
                "[{}]({id})",
                escaped(&cut(&clean::line(&related.label), limit::NAME))
            )
        })
        .collect();
    if !links.is_empty() {
        text.push_str(&format!(" See {}.", links.join(", ")));
    }
    text
}

/// A link's text: brackets and backslashes have a meaning in it.
fn escaped(label: &str) -> String {
    let mut text = String::with_capacity(label.len());
    for c in label.chars() {
        if matches!(c, '[' | ']' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

/// A message's own text, of which nothing may turn into a link.
fn unlinked(text: &str) -> String {
    text.replace("](", "] (")
}

/// The chain as steps to click through.
fn flow(view: &View<'_>, finding: &Finding<'_>) -> Option<sarif::CodeFlow> {
    let steps: Vec<sarif::ThreadFlowLocation> = finding
        .chain
        .iter()
        .take(limit::STEPS)
        .map(|step| {
            sarif::ThreadFlowLocation::builder()
                .location(location::of_related(view, step, None))
                .build()
        })
        .collect();
    (!steps.is_empty()).then(|| {
        let flow = sarif::ThreadFlow::builder().locations(steps).build();
        sarif::CodeFlow::builder().thread_flows(vec![flow]).build()
    })
}

fn fingerprints(
    finding: &Finding<'_>,
    count: usize,
    hash: Option<&String>,
) -> Option<BTreeMap<String, String>> {
    let mut prints = BTreeMap::new();
    if let Some(hash) = hash {
        prints.insert("primaryLocationLineHash".to_owned(), hash.clone());
    }
    if count == 1 && !finding.fingerprint.is_empty() {
        prints.insert("tenure/v1".to_owned(), finding.fingerprint.to_owned());
    }
    (!prints.is_empty()).then_some(prints)
}

fn properties(view: &View<'_>, finding: &Finding<'_>, count: usize) -> sarif::PropertyBag {
    let mut bag: BTreeMap<String, Value> = BTreeMap::new();
    let mut put = |key: &str, value: Value| bag.insert(key.to_owned(), value);
    put("severity", finding.severity.word().into());
    put("confidence", word::confidence(finding.confidence).into());
    put("owner", finding.owner.phrase().into());
    put("address", finding.address.into());
    if let Some(rule) = view.rule(finding.rule) {
        put("topic", rule.topic.as_str().into());
        put("nhi", super::taxonomy::items(rule).collect());
    }
    if count > 1 {
        put("findings", count.into());
    }
    sarif::PropertyBag::builder()
        .additional_properties(bag)
        .build()
}

fn suppression(view: &View<'_>, item: Item<'_>, disposal: &Disposal) -> sarif::Suppression {
    let (kind, text, place) = match disposal {
        Disposal::Waived {
            at,
            reason,
            owner,
            expires,
        } => {
            let inside = at.blob == item.finding.span.blob;
            let kind = if inside { "inSource" } else { "external" };
            let text = format!(
                "Waived by {owner} until {expires}: {}",
                view.mask.text(reason)
            );
            (kind, text, Some(location::of_span(view, *at)))
        }
        Disposal::Baseline => ("external", "In the baseline.".to_owned(), None),
        Disposal::Ignored { reason } => {
            let text = format!("Ignored by the configuration: {}", view.mask.text(reason));
            ("external", text, None)
        }
    };
    let mut suppression = sarif::Suppression::builder()
        .kind(Value::from(kind))
        .status(Value::from("accepted"))
        .justification(text)
        .build();
    suppression.location = place;
    suppression
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_cannot_break_out_of_its_link() {
        assert_eq!(escaped("a [b](c) \\"), "a \\[b\\](c) \\\\");
        assert_eq!(unlinked("x [see](1)"), "x [see] (1)");
    }
}
