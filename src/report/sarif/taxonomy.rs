//! The standards that rules are mapped to, as SARIF taxonomies: only the taxa that the run's rules name.

use super::super::word;
use super::multiformat;
use crate::rule::{Rule, standards};
use serde_sarif::sarif;
use std::collections::BTreeSet;

/// Taxa of the run's rules, by catalogue.
#[derive(Debug)]
pub(super) struct Taxonomies {
    used: Vec<(Catalogue, Vec<String>)>,
}

/// A catalogue of controls.
#[derive(Debug, Clone, Copy)]
struct Catalogue {
    name: &'static str,
    version: &'static str,
    organization: &'static str,
    title: &'static str,
    uri: &'static str,
}

const NHI: Catalogue = Catalogue {
    name: "OWASP-NHI-Top10",
    version: "2025",
    organization: "OWASP",
    title: "OWASP Non-Human Identities Top 10.",
    uri: "https://owasp.org/www-project-non-human-identities-top-10/2025/",
};

const CSF: Catalogue = Catalogue {
    name: "NIST-CSF",
    version: "2.0",
    organization: "NIST",
    title: "NIST Cybersecurity Framework.",
    uri: "https://www.nist.gov/cyberframework",
};

/// The official ids of a rule's OWASP items: `NHI5:2025`.
pub(super) fn items(rule: &Rule) -> impl Iterator<Item = String> + '_ {
    rule.nhi.iter().map(|item| word::item(item))
}

impl Taxonomies {
    /// The taxa that some rules name.
    pub(super) fn of<'r>(rules: impl Iterator<Item = &'r Rule>) -> Self {
        let (mut nhi, mut csf) = (BTreeSet::new(), BTreeSet::new());
        for rule in rules {
            nhi.extend(items(rule));
            csf.extend(rule.csf.iter().cloned());
        }
        let used = [(NHI, nhi), (CSF, csf)];
        Self {
            used: used
                .into_iter()
                .filter(|(_, taxa)| !taxa.is_empty())
                .map(|(catalogue, taxa)| (catalogue, taxa.into_iter().collect()))
                .collect(),
        }
    }

    /// The run's taxonomies.
    pub(super) fn components(&self) -> Vec<sarif::ToolComponent> {
        self.used
            .iter()
            .map(|(catalogue, taxa)| {
                sarif::ToolComponent::builder()
                    .name(catalogue.name)
                    .version(catalogue.version)
                    .organization(catalogue.organization)
                    .short_description(multiformat(catalogue.title))
                    .information_uri(catalogue.uri)
                    .is_comprehensive(false)
                    .taxa(taxa.iter().map(|id| taxon(id)).collect::<Vec<_>>())
                    .build()
            })
            .collect()
    }

    /// The driver's references to them.
    pub(super) fn references(&self) -> Vec<sarif::ToolComponentReference> {
        (0..self.used.len())
            .map(|index| self.reference(index))
            .collect()
    }

    /// What a rule is related to.
    pub(super) fn relationships(&self, rule: &Rule) -> Vec<sarif::ReportingDescriptorRelationship> {
        let mut relationships = Vec::new();
        for id in items(rule).chain(rule.csf.iter().cloned()) {
            let place = self.used.iter().enumerate().find_map(|(index, (_, taxa))| {
                taxa.binary_search(&id).ok().map(|taxon| (index, taxon))
            });
            let Some((component, taxon)) = place else {
                continue;
            };
            let mut target = sarif::ReportingDescriptorReference::builder()
                .id(id)
                .build();
            target.index = i64::try_from(taxon).ok();
            target.tool_component = Some(self.reference(component));
            relationships.push(
                sarif::ReportingDescriptorRelationship::builder()
                    .target(target)
                    .kinds(vec!["relevant".to_owned()])
                    .build(),
            );
        }
        relationships
    }

    fn reference(&self, index: usize) -> sarif::ToolComponentReference {
        let mut reference = sarif::ToolComponentReference::builder()
            .name(self.used[index].0.name)
            .build();
        reference.index = i64::try_from(index).ok();
        reference
    }
}

/// One taxon in its official wording; an id that no catalogue knows has itself for a name.
fn taxon(id: &str) -> sarif::ReportingDescriptor {
    if let Some(item) = standards().nhi(id) {
        let mut taxon = described(id, &item.title, &format!("{}.", item.title));
        taxon.full_description = Some(multiformat(&item.summary));
        taxon.help_uri = Some(item.url.clone());
        return taxon;
    }
    let text = standards().csf(id).map_or(id, |item| item.text.as_str());
    described(id, id, &format!("{text}."))
}

fn described(id: &str, name: &str, text: &str) -> sarif::ReportingDescriptor {
    sarif::ReportingDescriptor::builder()
        .id(id)
        .name(name)
        .short_description(multiformat(text))
        .build()
}
