//! The estate as a list instead of findings: every identity with its owner, credentials, rights, ways in and places where it is
//! worn ([`Inventory`]), the ways from pipelines to rights ([`Shape::Ways`] and the drawings), and one identity's page.
//!
//! All texts of an [`Inventory`] have secret values covered; writers make them safe for a terminal.

mod drawing;
mod end;
mod entry;
mod maker;
mod page;
mod place;
mod table;
mod way;

pub use entry::Entry;
pub use place::Place;
pub use way::Way;

use super::mask::Mask;
use super::{Report, escaping};
use crate::model::{Estate, Id};
use maker::Maker;
use serde::Serialize;
use std::io::{Result, Write};

/// Which identities are shown; those of an empty filter are all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those that nobody answers for.
    pub ownerless: bool,
    /// Only those with an administrative right at all times.
    pub standing: bool,
    /// Only those with a credential that never ends.
    pub no_expiry: bool,
    /// Only those of these providers.
    pub providers: Vec<String>,
    /// Only those of these environments; `unknown` is where none is known.
    pub environments: Vec<String>,
}

/// How an inventory is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A table for a terminal.
    Table,
    /// One JSON document.
    Json,
    /// A row an identity, for a spreadsheet.
    Csv,
    /// The ways from jobs and workloads to rights, step by step.
    Ways,
    /// The ways as one JSON document.
    WaysJson,
    /// The ways as a Mermaid flowchart.
    Mermaid,
    /// The ways as a Graphviz graph.
    Dot,
}

/// What a run knows of identities.
#[derive(Debug, Serialize)]
pub struct Inventory {
    schema: &'static str,
    tool: &'static str,
    version: &'static str,
    now: String,
    summary: Count,
    /// The identities, by provider, kind, namespace and name.
    pub identities: Vec<Entry>,
    /// The ways from jobs and workloads to what they may do, the strongest rights first.
    #[serde(skip)]
    pub ways: Vec<Way>,
}

/// How many of the shown identities stand out.
#[derive(Debug, Default, Serialize)]
struct Count {
    identities: usize,
    ownerless: usize,
    standing: usize,
    credentials: usize,
    endless: usize,
}

#[derive(Serialize)]
struct Ways<'a> {
    schema: &'static str,
    tool: &'static str,
    version: &'static str,
    now: &'a str,
    paths: &'a [Way],
}

impl Inventory {
    /// The identities of a run that pass a filter, and the ways that begin or end at one of them.
    #[must_use]
    pub fn new(estate: &Estate, report: &Report, filter: &Filter) -> Self {
        let mask = Mask::new(report);
        let mut maker = Maker::new(estate, report, &mask);
        let mut shown = vec![false; estate.identities.len()];
        let mut identities = Vec::new();
        for (at, shown) in (0_u32..).zip(&mut shown) {
            let entry = maker.entry(Id(at));
            *shown = filter.passes(&entry);
            if *shown {
                identities.push(entry);
            }
        }
        identities.sort_by(|a, b| a.rank().cmp(&b.rank()));
        let mut ways: Vec<Way> = estate
            .paths
            .iter()
            .filter(|path| shown[path.from.index()] || shown[path.to.index()])
            .map(|path| maker.way(path))
            .collect();
        ways.sort_by(|a, b| a.rank().cmp(&b.rank()));
        Self {
            schema: "tenure/inventory/v1",
            tool: "tenure",
            version: env!("CARGO_PKG_VERSION"),
            now: report.now.to_string(),
            summary: count(&identities),
            identities,
            ways,
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&self, shape: Shape, out: &mut dyn Write) -> Result<()> {
        match shape {
            Shape::Table => table::human(self, out),
            Shape::Csv => table::csv(self, out),
            Shape::Json => escaping::pretty(out, self),
            Shape::Ways => way::human(&self.ways, out),
            Shape::WaysJson => escaping::pretty(out, &self.ways_document()),
            Shape::Mermaid => drawing::mermaid(&self.ways, out),
            Shape::Dot => drawing::dot(&self.ways, out),
        }
    }

    fn ways_document(&self) -> Ways<'_> {
        Ways {
            schema: "tenure/paths/v1",
            tool: self.tool,
            version: self.version,
            now: &self.now,
            paths: &self.ways,
        }
    }

    /// The identities that a user means: by address, else by name, else by the end of an address.
    #[must_use]
    pub fn find(&self, wanted: &str) -> Vec<&Entry> {
        let tests: [&dyn Fn(&Entry) -> bool; 3] = [
            &|entry| entry.address == wanted,
            &|entry| entry.name == wanted,
            &|entry| {
                let rest = entry.address.strip_suffix(wanted);
                !wanted.is_empty() && rest.is_some_and(|rest| rest.ends_with([':', '/', '.', '#']))
            },
        ];
        tests
            .iter()
            .map(|test| {
                self.identities
                    .iter()
                    .filter(|entry| test(entry))
                    .collect::<Vec<_>>()
            })
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// Writes one identity's page for a reader.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn page(&self, entry: &Entry, out: &mut dyn Write) -> Result<()> {
        page::human(self, entry, out)
    }

    /// Writes one identity's page as JSON.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn page_json(&self, entry: &Entry, out: &mut dyn Write) -> Result<()> {
        page::json(self, entry, out)
    }
}

impl Filter {
    fn passes(&self, entry: &Entry) -> bool {
        let named = |words: &[String], own: &str| {
            words.is_empty() || words.iter().any(|word| word.eq_ignore_ascii_case(own))
        };
        let environment = match entry.environment.as_str() {
            "" => "unknown",
            known => known,
        };
        (!self.ownerless || entry.is_ownerless())
            && (!self.standing || entry.standing == Some(true))
            && (!self.no_expiry || entry.has_endless())
            && named(&self.providers, &entry.provider)
            && named(&self.environments, environment)
    }
}

fn count(identities: &[Entry]) -> Count {
    let of = |test: &dyn Fn(&Entry) -> bool| identities.iter().filter(|entry| test(entry)).count();
    let credentials = || identities.iter().flat_map(|entry| &entry.credentials);
    Count {
        identities: identities.len(),
        ownerless: of(&Entry::is_ownerless),
        standing: of(&|entry| entry.standing == Some(true)),
        credentials: credentials().count(),
        endless: credentials().filter(|it| it.ends.is_never()).count(),
    }
}

/// `3 identities`, `1 identity`.
fn many(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}
