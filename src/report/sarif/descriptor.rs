//! Rules as SARIF reporting descriptors: what a reviewer reads beside an alert.

use super::super::{View, plain, word};
use super::limit::{self, cut};
use super::multiformat;
use super::taxonomy::{self, Taxonomies};
use crate::rule::{Check, Confidence, Mapping, Rule, Severity, standards};
use serde_json::Value;
use serde_sarif::sarif;
use std::collections::BTreeMap;

/// Descriptors of rules, in the order of their ids. A rule without a page has its id for all it says.
pub(super) fn descriptors(
    view: &View<'_>,
    ids: &[&str],
    taxonomies: &Taxonomies,
) -> Vec<sarif::ReportingDescriptor> {
    ids.iter()
        .map(|id| match view.rule(id) {
            Some(rule) => descriptor(rule, taxonomies),
            None => bare(id),
        })
        .collect()
}

fn descriptor(rule: &Rule, taxonomies: &Taxonomies) -> sarif::ReportingDescriptor {
    let configuration = sarif::ReportingConfiguration::builder()
        .level(Value::from(rule.severity.level()))
        .build();
    let page = super::super::page(rule);
    let help = sarif::MultiformatMessageString::builder()
        .text(help(rule))
        .markdown(markdown(rule, page.as_deref()))
        .build();
    let mut descriptor = sarif::ReportingDescriptor::builder()
        .id(&rule.id)
        .name(cut(&name(&rule.id), limit::NAME))
        .short_description(multiformat(&period(&cut(&rule.title, limit::TEXT - 1))))
        .full_description(multiformat(&cut(&full(rule), limit::TEXT)))
        .help(help)
        .default_configuration(configuration)
        .properties(properties(rule))
        .relationships(taxonomies.relationships(rule))
        .build();
    descriptor.help_uri = page;
    descriptor
}

fn bare(id: &str) -> sarif::ReportingDescriptor {
    sarif::ReportingDescriptor::builder()
        .id(id)
        .name(cut(&name(id), limit::NAME))
        .short_description(multiformat(&format!("{id}.")))
        .full_description(multiformat(&format!("Findings of {id}.")))
        .help(multiformat(&format!("`tenure explain {id}` says more.")))
        .build()
}

/// An id in Pascal case: `credential/missing-expiry` is `CredentialMissingExpiry`.
fn name(id: &str) -> String {
    id.split(|c: char| !c.is_alphanumeric())
        .flat_map(|word| {
            let mut chars = word.chars();
            chars
                .next()
                .map(|first| first.to_uppercase().chain(chars))
                .into_iter()
                .flatten()
        })
        .collect()
}

fn period(sentence: &str) -> String {
    if sentence.ends_with(['.', '!', '?', '…']) {
        sentence.to_owned()
    } else {
        format!("{sentence}.")
    }
}

/// The prose without its examples.
fn prose(rule: &Rule) -> &str {
    let prose = rule.prose();
    let end = prose.find("## Examples").unwrap_or(prose.len());
    prose[..end].trim()
}

/// The first paragraph, or the title where the page has none.
fn full(rule: &Rule) -> String {
    let first = prose(rule).split("\n\n").next().unwrap_or_default();
    let text = plain::text(first);
    if text.is_empty() {
        period(&rule.title)
    } else {
        text
    }
}

fn help(rule: &Rule) -> String {
    let mut help = plain::text(prose(rule));
    if help.is_empty() {
        help = period(&rule.title);
    }
    if let Some(fix) = &rule.fix {
        help.push_str("\n\nFix: ");
        help.push_str(fix);
    }
    help
}

/// The page as an alert shows it: prose, fix, standards, where to read on.
fn markdown(rule: &Rule, page: Option<&str>) -> String {
    let mut text = format!("# {}\n\n{}\n", rule.title, prose(rule));
    if let Some(fix) = &rule.fix {
        text.push_str(&format!("\n**Fix:** {fix}\n"));
    }
    text.push_str("\n| Standard | Items |\n| --- | --- |\n");
    for (standard, items) in mapping(rule) {
        text.push_str(&format!("| {standard} | {} |\n", items.join("<br>")));
    }
    text.push_str(
        "\nOther frameworks than OWASP, NIST CSF and CWE follow from a mapping of tenure's own.\n",
    );
    text.push_str(&format!("\n`tenure explain {}`", rule.id));
    if let Some(page) = page {
        text.push_str(&format!(" · [rule page]({page})"));
    }
    for (number, link) in rule.docs.iter().enumerate() {
        text.push_str(&format!(" · [reference {}](<{link}>)", number + 1));
    }
    text.push('\n');
    text
}

/// Frameworks with what a rule stands for in them. Those after NIST CSF follow from the OWASP items by a mapping of ours.
fn mapping(rule: &Rule) -> Vec<(&'static str, Vec<String>)> {
    let rows: Vec<&Mapping> = rule
        .nhi
        .iter()
        .filter_map(|id| standards().mapping(id))
        .collect();
    let of = |field: fn(&Mapping) -> &Vec<String>| {
        let mut ids: Vec<String> = Vec::new();
        for id in rows.iter().flat_map(|row| field(row)) {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        if ids.is_empty() {
            ids
        } else {
            vec![ids.join(", ")]
        }
    };
    let mut mapping = vec![
        (
            "OWASP NHI Top 10:2025",
            rule.nhi.iter().map(|id| item(id)).collect(),
        ),
        (
            "NIST CSF 2.0",
            rule.csf.iter().map(|id| subcategory(id)).collect(),
        ),
        ("CWE", rule.cwe.clone()),
        ("NIST SP 800-53 r5", of(|row| &row.sp_800_53)),
        ("CIS Controls v8", of(|row| &row.cis_v8)),
        ("ISO/IEC 27001:2022", of(|row| &row.iso_27001)),
        ("SOC 2", of(|row| &row.soc_2)),
        ("PCI DSS 4.0", of(|row| &row.pci_dss)),
    ];
    mapping.retain(|(_, items): &(_, Vec<String>)| !items.is_empty());
    mapping
}

/// `[NHI5:2025 Overprivileged NHI](page)`
fn item(id: &str) -> String {
    let official = word::item(id);
    standards().nhi(id).map_or(official.clone(), |item| {
        format!("[{official} {}]({})", item.title, item.url)
    })
}

/// `PR.AA-05: Access permissions, ...`
fn subcategory(id: &str) -> String {
    let text = standards()
        .csf(id)
        .map(|item| format!("{id}: {}", item.text));
    text.unwrap_or_else(|| id.to_owned())
}

/// GitHub keeps ten, so the order is by worth: what it is, the item, its subcategories, one control of each framework that is
/// asked for most, the weakness, whose secret it is.
fn tags(rule: &Rule) -> Vec<String> {
    let mut tags = vec!["security".to_owned(), "nhi".to_owned()];
    tags.extend(taxonomy::items(rule).take(1));
    tags.extend(rule.csf.iter().take(2).map(|id| format!("CSF-{id}")));
    if let Some(row) = rule.nhi.first().and_then(|id| standards().mapping(id)) {
        let first = |prefix: &str, ids: &[String]| ids.first().map(|id| format!("{prefix}-{id}"));
        tags.extend(first("NIST-800-53", &row.sp_800_53));
        tags.extend(first("CIS", &row.cis_v8));
        tags.extend(first("PCI", &row.pci_dss));
    }
    tags.extend(rule.cwe.iter().take(1).cloned());
    if let Check::Pattern(pattern) = &rule.check {
        tags.push(pattern.provider.clone());
    }
    tags.truncate(limit::TAGS);
    tags
}

fn properties(rule: &Rule) -> sarif::PropertyBag {
    let mut bag: BTreeMap<String, Value> = BTreeMap::new();
    let mut put = |key: &str, value: Value| bag.insert(key.to_owned(), value);
    put("precision", precision(rule).into());
    put("problem.severity", problem(rule.severity).into());
    put("security-severity", score(rule.severity).into());
    put("topic", rule.topic.as_str().into());
    put("nhi", taxonomy::items(rule).collect());
    put("profile", word::profile(rule.profile).into());
    sarif::PropertyBag::builder()
        .tags(tags(rule))
        .additional_properties(bag)
        .build()
}

/// A proof that needs no network is worth more than any shape.
fn precision(rule: &Rule) -> &'static str {
    let proven = matches!(&rule.check, Check::Pattern(pattern) if pattern.checksum.is_some());
    match rule.confidence {
        Confidence::High if proven => "very-high",
        confidence => word::confidence(confidence),
    }
}

fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "recommendation",
    }
}

/// Within the ranges that GitHub reads as critical (over 9), high (from 7), medium (from 4) and low.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_names() {
        assert_eq!(name("credential/missing-expiry"), "CredentialMissingExpiry");
        assert_eq!(name("trust/éa_b"), "TrustÉaB");
    }
}
