//! One identity's page: who answers for it, what it can do and by which way, who can become it, where it is worn, when it ends.

use super::entry::{CredentialEntry, Entry, GrantEntry, Owner, TrustEntry, UsageEntry};
use super::place::Place;
use super::{Inventory, Way, many};
use crate::report::{clean, escaping};
use serde::Serialize;
use std::io::{Result, Write};

/// Most items of a list that a line shows.
const ITEMS: usize = 6;

#[derive(Serialize)]
struct Page<'a> {
    schema: &'static str,
    tool: &'static str,
    version: &'static str,
    now: &'a str,
    identity: &'a Entry,
    /// Ways that begin with it and end elsewhere.
    leads_to: Vec<&'a Way>,
    /// Ways that end with it.
    reached_by: Vec<&'a Way>,
}

pub(super) fn json(inventory: &Inventory, entry: &Entry, out: &mut dyn Write) -> Result<()> {
    let page = Page {
        schema: "tenure/identity/v1",
        tool: inventory.tool,
        version: inventory.version,
        now: &inventory.now,
        identity: entry,
        leads_to: leads_to(inventory, entry).collect(),
        reached_by: reached_by(inventory, entry).collect(),
    };
    escaping::pretty(out, &page)
}

fn leads_to<'a>(inventory: &'a Inventory, entry: &'a Entry) -> impl Iterator<Item = &'a Way> {
    let ways = inventory.ways.iter();
    ways.filter(|way| way.from == entry.address && way.to != entry.address)
}

fn reached_by<'a>(inventory: &'a Inventory, entry: &'a Entry) -> impl Iterator<Item = &'a Way> {
    let ways = inventory.ways.iter();
    ways.filter(|way| way.to == entry.address)
}

pub(super) fn human(inventory: &Inventory, entry: &Entry, out: &mut dyn Write) -> Result<()> {
    let mut page = Writer(out);
    page.line(&format!("{} {}", entry.kind, entry.title()))?;
    page.row("address", &entry.address)?;
    page.row("provider", &entry.provider)?;
    page.row("written at", &at(&entry.place))?;
    page.row("environment", &entry.environment)?;
    page.row("purpose", &entry.purpose)?;
    page.row("owner", &owner(entry))?;
    page.row("tier", &tier(entry))?;
    page.row("ends", &entry.ends.cell())?;
    let leased = entry.leased_until.as_deref().unwrap_or_default();
    page.row("leased until", leased)?;
    page.row("review", entry.review_after.as_deref().unwrap_or_default())?;
    let traits = [
        (entry.human, "a person signs in with it"),
        (entry.disabled, "switched off"),
        (entry.external, "belongs to a third party"),
        (entry.managed, "made by the platform"),
    ];
    let told: Vec<&str> = traits
        .into_iter()
        .filter(|(flag, _)| *flag == Some(true))
        .map(|(_, word)| word)
        .collect();
    page.row("also", &told.join(", "))?;

    page.list(
        "What it can do",
        &entry.grants,
        "nothing in this repository gives it a right",
        grant,
    )?;
    let on: Vec<&Way> = leads_to(inventory, entry).collect();
    page.list("What it can become", &on, "", |way| onward(way))?;
    page.list("Who can become it", &entry.trusts, "", trust)?;
    let ways: Vec<&Way> = reached_by(inventory, entry).collect();
    page.list("From where it is reached", &ways, "", |way| reach(way))?;
    page.list("Where it is worn", &entry.usages, "", usage)?;
    page.list("Credentials", &entry.credentials, "", credential)?;
    page.list(
        "Findings",
        &entry.findings,
        "none in this profile",
        |noted| {
            format!(
                "{} {}: {}  {}",
                noted.severity,
                noted.rule,
                noted.message,
                at(&noted.place)
            )
        },
    )
}

struct Writer<'a>(&'a mut dyn Write);

impl Writer<'_> {
    fn line(&mut self, text: &str) -> Result<()> {
        writeln!(self.0, "{}", clean::line(text))
    }

    fn row(&mut self, name: &str, value: &str) -> Result<()> {
        match value.is_empty() {
            true => Ok(()),
            false => writeln!(self.0, "  {name:<12} {}", clean::line(value)),
        }
    }

    /// A heading and a line an item; an empty list is left out, or `none` stands for it.
    fn list<T>(
        &mut self,
        heading: &str,
        items: &[T],
        none: &str,
        say: impl Fn(&T) -> String,
    ) -> Result<()> {
        if items.is_empty() && none.is_empty() {
            return Ok(());
        }
        writeln!(self.0, "\n{heading}")?;
        if items.is_empty() {
            writeln!(self.0, "  {none}")?;
        }
        for item in items {
            writeln!(self.0, "  {}", clean::line(&say(item)))?;
        }
        Ok(())
    }
}

fn at(place: &Place) -> String {
    format!("{}:{}", place.path, place.line)
}

fn owner(entry: &Entry) -> String {
    match &entry.owner {
        Owner::Owned {
            name, step, place, ..
        } => {
            let how = match *step {
                "own" => "written on it",
                "parent" => "from what binds it",
                "scope" => "from what it lives in",
                "catalogue" => "from the nearest catalogue file",
                "codeowners" => "a CODEOWNERS rule for its path",
                "catch_all" => "the CODEOWNERS rule for everything",
                "config" => "from the configuration",
                other => other,
            };
            match place {
                Some(place) => format!("{name}: {how}, {}", at(place)),
                None => format!("{name}: {how}"),
            }
        }
        Owner::Unknown { place: Some(place) } => format!("cannot be told: {}", at(place)),
        Owner::Unknown { place: None } => "cannot be told".to_owned(),
        Owner::Nobody if entry.managed == Some(true) => "the platform".to_owned(),
        Owner::Nobody => "nobody".to_owned(),
    }
}

fn grant(grant: &GrantEntry) -> String {
    let mut parts = vec![match grant.level.as_str() {
        "" => "unknown level".to_owned(),
        level => level.to_owned(),
    }];
    parts.push(match (grant.role.as_str(), grant.actions.is_empty()) {
        ("", true) => String::new(),
        ("", false) => format!("{} on {}", some(&grant.actions), some(&grant.resources)),
        (role, _) => format!("by {role}"),
    });
    if !grant.effect.is_empty() {
        parts.push(format!("({})", grant.effect));
    }
    let scope = match (grant.namespace.as_str(), grant.scope.as_str()) {
        ("", "") => String::new(),
        ("", scope) => format!("in the {}", scope.replace('_', " ")),
        (namespace, _) => format!("in namespace {namespace}"),
    };
    parts.push(scope);
    let mut when = match grant.activation.as_str() {
        "" | "standing" => grant.ends.phrase(),
        activation => format!("{}, {}", activation.replace('_', " "), grant.ends.phrase()),
    };
    if let Some(day) = &grant.leased_until {
        when = format!("{when}, leased until {day}");
    }
    parts.push(format!("[{when}]"));
    parts.push(format!(" {}", at(&grant.place)));
    joined(&parts)
}

/// Its risk tier, and why.
fn tier(entry: &Entry) -> String {
    entry
        .tier
        .map_or_else(String::new, |tier| format!("{tier}: {}", entry.tier_reason))
}

fn some(list: &[String]) -> String {
    let mut text = list
        .iter()
        .take(ITEMS)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    if list.is_empty() {
        text.push_str("what is not known");
    }
    if list.len() > ITEMS {
        text.push_str(&format!(" and {} more", list.len() - ITEMS));
    }
    text
}

fn joined(parts: &[String]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" ")
}

fn trust(trust: &TrustEntry) -> String {
    let who = match (trust.subjects.is_empty(), trust.principals.is_empty()) {
        (false, _) => some(&trust.subjects),
        (true, false) => some(&trust.principals),
        (true, true) if trust.complete => "anyone it lets in".to_owned(),
        (true, true) => "whom, cannot be told".to_owned(),
    };
    let issuer = match trust.issuer.as_str() {
        "" => String::new(),
        issuer => format!("of {issuer}"),
    };
    let breadth = match trust.breadth.as_str() {
        "" => String::new(),
        breadth => format!("({})", breadth.replace('_', " ")),
    };
    joined(&[
        trust.kind.clone(),
        issuer,
        who,
        breadth,
        format!(" {}", at(&trust.place)),
    ])
}

fn usage(usage: &UsageEntry) -> String {
    let environment = match usage.environment.as_str() {
        "" => String::new(),
        environment => format!("in {environment}"),
    };
    let method = match usage.method.as_str() {
        "" => String::new(),
        method => format!("by {}", method.replace('_', " ")),
    };
    joined(&[
        usage.kind.clone(),
        usage.name.clone(),
        environment,
        method,
        format!(" {}", at(&usage.place)),
    ])
}

fn credential(credential: &CredentialEntry) -> String {
    let rotated = match credential.rotated {
        Some(true) => ", replaced by itself",
        Some(false) => ", nothing replaces it",
        None => "",
    };
    let stored = match credential.stored.as_str() {
        "" => String::new(),
        stored => format!(", kept in {}", stored.replace('_', " ")),
    };
    format!(
        "{} {}: {}{rotated}{stored}  {}",
        credential.kind,
        credential.name,
        credential.ends.phrase(),
        at(&credential.place)
    )
}

fn onward(way: &Way) -> String {
    format!(
        "{} as {} ({}), in {}",
        way.level,
        way.name,
        way.right,
        many(way.steps.len(), "step", "steps")
    )
}

fn reach(way: &Way) -> String {
    let place = way.steps.first().map(|step| at(&step.place));
    format!(
        "{} {}, started by {}  {}",
        way.start_kind,
        way.start,
        way.starter(),
        place.unwrap_or_default()
    )
}
