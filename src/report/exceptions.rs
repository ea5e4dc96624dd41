//! The register of exceptions, for people, programs and spreadsheets.

use super::clean::line;
use super::{csv, escaping};
use crate::finding::Exception;
use crate::model::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{Result, Write};

/// The register as it is shown.
#[derive(Debug)]
pub struct Exceptions<'a> {
    /// Its entries, by path and line.
    pub entries: &'a [Exception],
    /// The day that ends are compared with.
    pub now: Date,
    /// Why nothing is known of the past, when nothing is.
    pub history: Option<&'a str>,
}

/// An entry as it is written.
#[derive(Debug, Serialize)]
pub(super) struct Record<'a> {
    pub(super) tool: &'a str,
    pub(super) form: &'a str,
    pub(super) state: &'static str,
    pub(super) path: &'a str,
    pub(super) line: u32,
    pub(super) reach: &'static str,
    pub(super) rules: &'a [String],
    pub(super) reason: Option<&'a str>,
    pub(super) owner: Option<&'a str>,
    pub(super) approver: Option<&'a str>,
    pub(super) until: Option<String>,
    pub(super) problem: Option<&'a str>,
    pub(super) since: Option<String>,
    pub(super) commit: Option<&'a str>,
    pub(super) author: Option<&'a str>,
}

impl<'a> Record<'a> {
    pub(super) fn new(exception: &'a Exception, now: Date) -> Self {
        let said = |text: &'a String| Some(text.as_str()).filter(|text| !text.is_empty());
        let since = exception.since.as_ref();
        Self {
            tool: exception.tool,
            form: exception.form,
            state: exception.state(now),
            path: &exception.path,
            line: exception.line,
            reach: exception.reach.word(),
            rules: &exception.rules,
            reason: said(&exception.reason),
            owner: said(&exception.owner),
            approver: said(&exception.approver),
            until: exception.until.map(|day| day.to_string()),
            problem: exception.problem.as_deref(),
            since: since.map(|since| since.day.to_string()),
            commit: since.map(|since| since.commit.as_str()),
            author: since.map(|since| since.author.as_str()),
        }
    }
}

/// Counts of a register.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    pub(super) exceptions: usize,
    pub(super) expired: usize,
    pub(super) invalid: usize,
    pub(super) without_reason: usize,
    pub(super) without_owner: usize,
    pub(super) without_end: usize,
}

impl Counts {
    fn add(&mut self, exception: &Exception, now: Date) {
        let state = exception.state(now);
        self.exceptions += 1;
        self.expired += usize::from(state == "expired");
        self.invalid += usize::from(state == "invalid");
        self.without_reason += usize::from(exception.reason.is_empty());
        self.without_owner += usize::from(exception.owner.is_empty());
        self.without_end += usize::from(exception.until.is_none());
    }

    pub(super) fn of(entries: &[Exception], now: Date) -> Self {
        let mut counts = Self::default();
        entries.iter().for_each(|entry| counts.add(entry, now));
        counts
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    tool: &'static str,
    version: &'static str,
    now: String,
    history: &'a str,
    summary: Counts,
    tools: BTreeMap<&'a str, Counts>,
    exceptions: Vec<Record<'a>>,
}

impl Exceptions<'_> {
    fn tools(&self) -> BTreeMap<&str, Counts> {
        let mut tools: BTreeMap<&str, Counts> = BTreeMap::new();
        for entry in self.entries {
            tools.entry(entry.tool).or_default().add(entry, self.now);
        }
        tools
    }

    /// One JSON document.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn json(&self, out: &mut dyn Write) -> Result<()> {
        let document = Document {
            schema: "tenure-exceptions/1",
            tool: "tenure",
            version: env!("CARGO_PKG_VERSION"),
            now: self.now.to_string(),
            history: self.history.unwrap_or("first-parent line of HEAD"),
            summary: Counts::of(self.entries, self.now),
            tools: self.tools(),
            exceptions: self.records().collect(),
        };
        escaping::pretty(out, &document)
    }

    fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.entries
            .iter()
            .map(|entry| Record::new(entry, self.now))
    }

    /// A table with a row an exception.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn csv(&self, out: &mut dyn Write) -> Result<()> {
        let header = [
            "tool", "form", "state", "path", "line", "reach", "rules", "reason", "owner",
            "approver", "until", "since", "commit", "author", "problem",
        ];
        csv::line(out, &header.map(str::to_owned))?;
        for record in self.records() {
            let word = |text: Option<&str>| text.unwrap_or_default().to_owned();
            csv::line(
                out,
                &[
                    record.tool.to_owned(),
                    record.form.to_owned(),
                    record.state.to_owned(),
                    record.path.to_owned(),
                    record.line.to_string(),
                    record.reach.to_owned(),
                    record.rules.join(" "),
                    word(record.reason),
                    word(record.owner),
                    word(record.approver),
                    record.until.clone().unwrap_or_default(),
                    record.since.clone().unwrap_or_default(),
                    word(record.commit),
                    word(record.author),
                    word(record.problem),
                ],
            )?;
        }
        Ok(())
    }

    /// Entries file by file, then the counts.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn human(&self, out: &mut dyn Write) -> Result<()> {
        let mut path = "";
        for record in self.records() {
            if record.path != path {
                path = record.path;
                writeln!(out, "{}", line(path))?;
            }
            writeln!(out, "{}", entry(&record))?;
        }
        if !self.entries.is_empty() {
            writeln!(out)?;
        }
        let counts = Counts::of(self.entries, self.now);
        writeln!(out, "{}", said(&counts))?;
        let widest = self
            .tools()
            .keys()
            .map(|tool| tool.len())
            .max()
            .unwrap_or(0);
        for (tool, counts) in self.tools() {
            writeln!(out, "  {tool:widest$}  {}", said(&counts))?;
        }
        match self.history {
            Some(why) => writeln!(out, "since when: {}", line(why)),
            None => Ok(()),
        }
    }
}

/// One entry: line, state, tool and rules, reason, who, until when.
fn entry(record: &Record<'_>) -> String {
    let rules = match record.rules {
        [] => "everything".to_owned(),
        rules => rules.join(", "),
    };
    let mut text = format!("  {:>5}  {} {}", record.line, record.tool, line(&rules));
    let end = match (record.state, &record.until) {
        ("invalid", _) => format!("invalid: {}", record.problem.unwrap_or_default()),
        ("expired", Some(day)) => format!("expired {day}"),
        (_, Some(day)) => format!("until {day}"),
        (_, None) => "no end".to_owned(),
    };
    text.push_str(&format!(" ({}, {})", record.form, line(&end)));
    match record.reason {
        Some(reason) => text.push_str(&format!(": {}", line(reason))),
        None if record.state != "invalid" => text.push_str(": no reason"),
        None => {}
    }
    if let Some(owner) = record.owner {
        text.push_str(&format!(" [{}]", line(owner)));
    }
    if let (Some(day), Some(author)) = (&record.since, record.author) {
        text.push_str(&format!(" since {day} by {}", line(author)));
    }
    text
}

fn said(counts: &Counts) -> String {
    let noun = if counts.exceptions == 1 {
        "exception"
    } else {
        "exceptions"
    };
    let mut text = format!("{} {noun}", counts.exceptions);
    for (count, what) in [
        (counts.expired, "expired"),
        (counts.invalid, "invalid"),
        (counts.without_reason, "without a reason"),
        (counts.without_end, "without an end"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text
}
