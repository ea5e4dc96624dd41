//! The catalogues that rules refer to, typed: `rules/standards`. Also compiled into `build.rs`, which packs them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything under `rules/standards`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Standards {
    /// OWASP NHI Top 10:2025.
    pub nhi: Vec<NhiItem>,
    /// NIST CSF 2.0, in the order of the framework.
    pub csf: Vec<Subcategory>,
    /// From NHI items to other frameworks: a proposal of ours, and to be shown as one.
    pub mapping: Vec<Mapping>,
    /// What a rule's `topic` may be, with what each means.
    pub topics: BTreeMap<String, String>,
}

/// An item of the OWASP NHI Top 10:2025.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NhiItem {
    /// `NHI7`; the year is that of the list.
    pub id: String,
    /// Its official title.
    pub title: String,
    /// What it means, in our words.
    pub summary: String,
    /// Its page.
    pub url: String,
}

/// A subcategory of NIST CSF 2.0.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subcategory {
    /// `PR.AA-01`.
    pub id: String,
    /// Title of its category.
    pub category: String,
    /// Its official wording.
    pub text: String,
}

/// Where an NHI item belongs in other frameworks: identifiers, those of the first first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The NHI item.
    pub nhi: String,
    /// NIST CSF 2.0 subcategories, the primary one first.
    pub csf: Vec<String>,
    /// NIST SP 800-53 r5 controls.
    pub sp_800_53: Vec<String>,
    /// CIS Controls v8 safeguards.
    pub cis_v8: Vec<String>,
    /// ISO/IEC 27001:2022 Annex A controls.
    pub iso_27001: Vec<String>,
    /// SOC 2 trust services criteria.
    pub soc_2: Vec<String>,
    /// PCI DSS 4.0 requirements.
    pub pci_dss: Vec<String>,
    /// Why, in our words.
    pub reason: String,
}

impl Standards {
    /// The NHI item of an id, with or without its year: `NHI7`, `NHI7:2025`.
    #[must_use]
    pub fn nhi(&self, id: &str) -> Option<&NhiItem> {
        let id = id.strip_suffix(":2025").unwrap_or(id);
        self.nhi.iter().find(|item| item.id == id)
    }

    /// The subcategory of an id.
    #[must_use]
    pub fn csf(&self, id: &str) -> Option<&Subcategory> {
        self.csf.iter().find(|item| item.id == id)
    }

    /// Where an NHI item belongs in other frameworks.
    #[must_use]
    pub fn mapping(&self, nhi: &str) -> Option<&Mapping> {
        let id = nhi.strip_suffix(":2025").unwrap_or(nhi);
        self.mapping.iter().find(|row| row.nhi == id)
    }
}
