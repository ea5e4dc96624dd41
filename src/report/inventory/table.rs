//! The inventory as a table: aligned for a terminal, or a row an identity for a spreadsheet.

use super::entry::{Entry, Owner};
use super::{Inventory, many};
use crate::report::{clean, csv};
use std::collections::BTreeMap;
use std::io::{Result, Write};

/// Widest cell of the terminal table.
const WIDEST: usize = 48;

const HEADER: [&str; 9] = [
    "IDENTITY",
    "KIND",
    "ENVIRONMENT",
    "OWNER",
    "RIGHTS",
    "CREDENTIALS",
    "TRUSTS",
    "WORN",
    "WRITTEN AT",
];

/// Aligned columns and a closing line.
pub(super) fn human(inventory: &Inventory, out: &mut dyn Write) -> Result<()> {
    let rows: Vec<[String; 9]> = inventory.identities.iter().map(cells).collect();
    let mut widths = HEADER.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let header = HEADER.map(str::to_owned);
    for row in std::iter::once(&header).chain(&rows) {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            line.push_str(cell);
            let gap = width - cell.chars().count().min(*width) + 2;
            line.extend(std::iter::repeat_n(' ', gap));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    let count = &inventory.summary;
    writeln!(
        out,
        "\n{}: {} without an owner, {} with standing privilege; {}, {} without an end",
        many(count.identities, "identity", "identities"),
        count.ownerless,
        count.standing,
        many(count.credentials, "credential", "credentials"),
        count.endless
    )
}

fn cells(entry: &Entry) -> [String; 9] {
    let cell = |text: &str| short(&clean::line(text));
    [
        cell(&entry.title()),
        cell(&entry.kind),
        cell(dash(&entry.environment)),
        cell(&owner(entry)),
        rights(entry),
        cell(&credentials(entry)),
        entry.trusts.len().to_string(),
        entry.usages.len().to_string(),
        clean::line(&format!("{}:{}", entry.place.path, entry.place.line)),
    ]
}

fn dash(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}

fn owner(entry: &Entry) -> String {
    match &entry.owner {
        Owner::Owned { name, step, .. } => format!("{name} ({})", step.replace('_', "-")),
        Owner::Unknown { .. } => "unknown".to_owned(),
        Owner::Nobody if entry.managed == Some(true) => "the platform".to_owned(),
        Owner::Nobody => "nobody".to_owned(),
    }
}

fn rights(entry: &Entry) -> String {
    let level = match entry.level.as_str() {
        "" if entry.grants.is_empty() => "none",
        "" => "unknown",
        level => level,
    };
    match entry.standing {
        Some(true) => format!("{level}, standing"),
        _ => level.to_owned(),
    }
}

/// How many of each kind, and when the one that lasts longest ends.
fn credentials(entry: &Entry) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for credential in &entry.credentials {
        *kinds.entry(&credential.kind).or_default() += 1;
    }
    if kinds.is_empty() {
        return "-".to_owned();
    }
    let kinds: Vec<String> = kinds
        .into_iter()
        .map(|(kind, count)| match count {
            1 => kind.to_owned(),
            count => format!("{count} {kind}"),
        })
        .collect();
    let ends = match entry.has_endless() {
        true => "never".to_owned(),
        false => last(entry),
    };
    format!("{}: {ends}", kinds.join(", "))
}

fn last(entry: &Entry) -> String {
    let ends = entry.credentials.iter().map(|it| it.ends.cell());
    ends.max().unwrap_or_default()
}

fn short(text: &str) -> String {
    if text.chars().count() <= WIDEST {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(WIDEST - 1).collect();
    cut.push('…');
    cut
}

/// The columns of the spreadsheet.
const COLUMNS: [&str; 25] = [
    "address",
    "provider",
    "kind",
    "name",
    "namespace",
    "environment",
    "owner_status",
    "owner",
    "owner_step",
    "human",
    "managed",
    "level",
    "standing",
    "ends",
    "review_after",
    "credentials",
    "endless_credentials",
    "grants",
    "trusts",
    "usages",
    "path",
    "line",
    "leased_until",
    "tier",
    "tier_reason",
];

/// A row an identity (RFC 4180).
pub(super) fn csv(inventory: &Inventory, out: &mut dyn Write) -> Result<()> {
    csv::line(out, &COLUMNS.map(str::to_owned))?;
    for entry in &inventory.identities {
        let (status, name, step) = match &entry.owner {
            Owner::Owned { name, step, .. } => ("owned", name.as_str(), *step),
            Owner::Unknown { .. } => ("unknown", "", ""),
            Owner::Nobody => ("nobody", "", ""),
        };
        let flag = |flag: Option<bool>| flag.map_or(String::new(), |flag| flag.to_string());
        let credentials: Vec<String> = entry
            .credentials
            .iter()
            .map(|it| format!("{} {}", it.kind, it.ends.cell()))
            .collect();
        let endless = entry.credentials.iter().filter(|it| it.ends.is_never());
        csv::line(
            out,
            &[
                entry.address.clone(),
                entry.provider.clone(),
                entry.kind.clone(),
                entry.name.clone(),
                entry.namespace.clone(),
                entry.environment.clone(),
                status.to_owned(),
                name.to_owned(),
                step.to_owned(),
                flag(entry.human),
                flag(entry.managed),
                entry.level.clone(),
                flag(entry.standing),
                entry.ends.cell(),
                entry.review_after.clone().unwrap_or_default(),
                credentials.join("; "),
                endless.count().to_string(),
                entry.grants.len().to_string(),
                entry.trusts.len().to_string(),
                entry.usages.len().to_string(),
                entry.place.path.clone(),
                entry.place.line.to_string(),
                entry.leased_until.clone().unwrap_or_default(),
                entry.tier.map_or(String::new(), |tier| tier.to_string()),
                entry.tier_reason.clone(),
            ],
        )?;
    }
    Ok(())
}
