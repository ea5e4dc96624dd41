//! An exception of any tool: somebody decided that a finding does not count.

use crate::model::Date;

/// How far an exception reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// One line.
    Line,
    /// One block, object or resource.
    Block,
    /// One file.
    File,
    /// One finding, by its fingerprint.
    Finding,
    /// Everything.
    Repository,
}

impl Reach {
    /// The word in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Reach::Line => "line",
            Reach::Block => "block",
            Reach::File => "file",
            Reach::Finding => "finding",
            Reach::Repository => "repository",
        }
    }
}

/// Since when an exception stands in a repository, by its first-parent history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// Day of the commit that brought the line, by the committer's clock in UTC.
    pub day: Date,
    /// That commit.
    pub commit: String,
    /// Who wrote it.
    pub author: String,
    /// That person's address, which no report shows.
    pub email: String,
    /// First line of the commit's message.
    pub subject: String,
}

/// One entry of the exception register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Whose exception it is: `tenure`, `checkov`, ...
    pub tool: &'static str,
    /// How it is written: comment, annotation, waiver, file, config, baseline.
    pub form: &'static str,
    /// File it stands in.
    pub path: String,
    /// Its line.
    pub line: u32,
    /// What it excuses; empty for everything the tool would say there.
    pub rules: Vec<String>,
    /// How far it reaches.
    pub reach: Reach,
    /// Why, when it is said.
    pub reason: String,
    /// Who answers for it, when it is said.
    pub owner: String,
    /// Who approved it, when it is said.
    pub approver: String,
    /// Its last day, when it has one.
    pub until: Option<Date>,
    /// Why its tool, or this one, does not take it at its word.
    pub problem: Option<String>,
    /// The line as written, trimmed: what is looked for in history.
    pub text: String,
    /// Since when, where history was asked and told.
    pub since: Option<Since>,
}

impl Exception {
    /// An exception that says nothing yet.
    #[must_use]
    pub fn new(tool: &'static str, form: &'static str, path: &str, line: u32) -> Self {
        Self {
            tool,
            form,
            path: path.to_owned(),
            line,
            rules: Vec::new(),
            reach: Reach::Line,
            reason: String::new(),
            owner: String::new(),
            approver: String::new(),
            until: None,
            problem: None,
            text: String::new(),
            since: None,
        }
    }

    /// What is to be said of it today: invalid, expired, or in force.
    #[must_use]
    pub fn state(&self, now: Date) -> &'static str {
        if self.problem.is_some() {
            return "invalid";
        }
        match self.until {
            Some(day) if day < now => "expired",
            _ => "in force",
        }
    }
}
