//! What the user set: `tenure.yaml`. Unknown keys are errors with a line, and the key that was probably meant.
//!
//! Nothing here reads rules or findings: the configuration answers questions about paths, names, rule ids and lengths of
//! time. Where several entries of a list match, the last one wins, as in CODEOWNERS. `docs/tenure.schema.json` is the
//! published description of the file.

mod build;
mod closest;
mod document;
mod error;
mod globs;
mod length;
mod limits;
mod load;
mod values;

pub use build::parse;
pub use closest::closest;
pub use error::ConfigError;
pub use globs::{Paths, covers};
pub use length::{length_words, seconds};
pub use limits::LIMITS;
pub use load::{NAMES, load};
pub use values::NotValues;

use crate::model::Date;
use crate::rule::{Profile, RuleSet, Severity};
use error::Page;
use globset::GlobSet;
use std::ops::Range;
use std::path::PathBuf;

const DAY: i64 = 86_400;

/// The severity at which findings fail a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Notes and worse.
    Low,
    /// Warnings and worse.
    Medium,
    /// Errors.
    High,
    /// Only the worst.
    Critical,
    /// Never fail on findings.
    Never,
}

/// A place in the configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Line from 1.
    pub line: u32,
    /// The bytes.
    pub bytes: Range<usize>,
}

/// An entry of `ignores:`.
#[derive(Debug, Clone)]
pub struct Ignore {
    /// The rule, or a glob such as `secret/*`.
    pub rule: String,
    /// The paths it holds for; all when none.
    pub path: Option<Paths>,
    /// Why.
    pub reason: String,
    /// Its last day, when it has one.
    pub expires: Option<Date>,
    /// Where it stands.
    pub place: Place,
}

impl Ignore {
    /// Whether it speaks of a rule at a path, its date aside.
    #[must_use]
    pub fn covers(&self, rule: &str, path: &str) -> bool {
        covers(&self.rule, rule) && self.path.as_ref().is_none_or(|paths| paths.matches(path))
    }
}

/// An entry of `environments:`: every pattern it has must match.
#[derive(Debug, Clone)]
struct Environment {
    path: Option<Paths>,
    namespace: Option<GlobSet>,
    account: Option<GlobSet>,
    name: Option<GlobSet>,
    environment: String,
}

/// An entry of `tiers:`: every pattern it has must match.
#[derive(Debug, Clone)]
struct Tier {
    path: Option<Paths>,
    name: Option<GlobSet>,
    tier: u8,
    reason: String,
}

/// What is known of a thing whose environment is asked for; empty texts are unknown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Site<'a> {
    /// Path of its file.
    pub path: &'a str,
    /// Namespace it lives in.
    pub namespace: &'a str,
    /// Account, project or tenant.
    pub account: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// The configuration of a run. `default()` is that of an empty file.
#[derive(Debug, Clone)]
pub struct Config {
    /// Path of the file relative to the root, or as it was named; empty without one.
    pub file: String,
    /// Text of the file, for findings about its entries.
    pub text: String,
    /// Who the findings are for.
    pub profile: Option<Profile>,
    /// What fails a run.
    pub fail_on: Option<FailOn>,
    /// Rules to run: ids, globs, NHI items; all when empty.
    pub select: Vec<String>,
    /// Rules to leave out.
    pub ignore: Vec<String>,
    /// Findings not wanted, with reasons.
    pub ignores: Vec<Ignore>,
    /// Label and tag keys that name an owner, beside the built-in ones.
    pub owner_keys: Vec<String>,
    /// The user's own accounts, projects and tenants.
    pub accounts: Vec<String>,
    /// Notice before a lease ends, in seconds; 30 days unless set.
    pub lease_notice: i64,
    /// Folders with rules of the user's own; written relative to the configuration file, and so joined to its folder when
    /// it is read.
    pub rules: Vec<PathBuf>,
    /// Values that are no secrets.
    pub not_values: NotValues,
    /// Whether missing governance settings are findings, not unknowns.
    pub governance_required: bool,
    severities: Vec<(String, Severity)>,
    excluded: Paths,
    tests: Paths,
    live: Paths,
    owners: Vec<(Paths, String)>,
    environments: Vec<Environment>,
    limits: Vec<(String, i64)>,
    /// Days from low to critical.
    waiver_max: [i64; 4],
    break_glass: Vec<GlobSet>,
    approvers: Vec<String>,
    /// Days from low to critical.
    due: [Option<i64>; 4],
    report_every: Option<i64>,
    tiers: Vec<Tier>,
    mentions: Vec<(String, Box<ConfigError>)>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            file: String::new(),
            text: String::new(),
            profile: None,
            fail_on: None,
            select: Vec::new(),
            ignore: Vec::new(),
            ignores: Vec::new(),
            owner_keys: Vec::new(),
            accounts: Vec::new(),
            lease_notice: 30 * DAY,
            rules: Vec::new(),
            not_values: NotValues::default(),
            governance_required: false,
            severities: Vec::new(),
            excluded: Paths::default(),
            tests: Paths::default(),
            live: Paths::default(),
            owners: Vec::new(),
            environments: Vec::new(),
            limits: Vec::new(),
            waiver_max: [365, 180, 90, 30],
            break_glass: Vec::new(),
            approvers: Vec::new(),
            due: [None; 4],
            report_every: None,
            tiers: Vec::new(),
            mentions: Vec::new(),
        }
    }
}

impl Config {
    /// The severity set for a rule: that of its id, else that of the longest glob that covers it.
    #[must_use]
    pub fn severity(&self, rule: &str) -> Option<Severity> {
        self.severities
            .iter()
            .filter(|(word, _)| covers(word, rule))
            .max_by_key(|(word, _)| (!word.ends_with('*'), word.len()))
            .map(|(_, severity)| *severity)
    }

    /// Paths left out of a scan.
    #[must_use]
    pub fn excluded(&self) -> &Paths {
        &self.excluded
    }

    /// Whether the user calls a path test code (`paths.tests`) or live (`paths.live`, which wins); none when unsaid.
    #[must_use]
    pub fn is_test(&self, path: &str) -> Option<bool> {
        if self.live.matches(path) {
            Some(false)
        } else {
            self.tests.matches(path).then_some(true)
        }
    }

    /// The owner that `owners:` names for a path.
    #[must_use]
    pub fn owner_of(&self, path: &str) -> Option<&str> {
        let found = self.owners.iter().rfind(|(paths, _)| paths.matches(path));
        found.map(|(_, owner)| owner.as_str())
    }

    /// The environment that `environments:` names. A pattern about something unknown does not match.
    #[must_use]
    pub fn environment_of(&self, site: Site<'_>) -> Option<&str> {
        let holds = |pattern: &Option<GlobSet>, text: &str| {
            pattern
                .as_ref()
                .is_none_or(|pattern| !text.is_empty() && pattern.is_match(text))
        };
        let found = self.environments.iter().rfind(|entry| {
            let path = entry.path.as_ref();
            path.is_none_or(|paths| paths.matches(site.path))
                && holds(&entry.namespace, site.namespace)
                && holds(&entry.account, site.account)
                && holds(&entry.name, site.name)
        });
        found.map(|entry| entry.environment.as_str())
    }

    /// Whether an account, project or tenant is among the user's own; none when none are listed.
    #[must_use]
    pub fn is_own_account(&self, id: &str) -> Option<bool> {
        let listed = |own: &String| own.trim().eq_ignore_ascii_case(id.trim());
        (!self.accounts.is_empty()).then(|| self.accounts.iter().any(listed))
    }

    /// A threshold in seconds: the user's, else the default in [`LIMITS`]; none for a name of neither.
    #[must_use]
    pub fn limit(&self, name: &str) -> Option<i64> {
        let own = self.limits.iter().rfind(|(known, _)| known == name);
        own.map(|(_, seconds)| *seconds)
            .or_else(|| (name == "lease_notice").then_some(self.lease_notice))
            .or_else(|| limits::default(name))
    }

    /// Days from one report to the next, where `report.every` says so.
    #[must_use]
    pub fn report_every(&self) -> Option<i64> {
        self.report_every
    }

    /// Days in which findings are to be resolved, from low to critical, where `report.due` says so.
    #[must_use]
    pub fn due(&self) -> [Option<i64>; 4] {
        self.due
    }

    /// Whether somebody may approve leases and waivers; none when the configuration names nobody.
    #[must_use]
    pub fn may_approve(&self, name: &str) -> Option<bool> {
        let listed = |own: &String| Self::is_same_name(own, name);
        (!self.approvers.is_empty()).then(|| self.approvers.iter().any(listed))
    }

    /// Whether two names are one person or team: case and a leading `@` do not matter.
    #[must_use]
    pub fn is_same_name(a: &str, b: &str) -> bool {
        let plain = |name: &str| name.trim().trim_start_matches('@').to_lowercase();
        plain(a) == plain(b)
    }

    /// Whether `tiers:` says anything.
    #[must_use]
    pub fn sets_tiers(&self) -> bool {
        !self.tiers.is_empty()
    }

    /// The tier that `tiers:` names, and its reason. A pattern about something unknown does not match.
    #[must_use]
    pub fn tier_of(&self, site: Site<'_>) -> Option<(u8, &str)> {
        let found = self.tiers.iter().rfind(|entry| {
            let (path, name) = (&entry.path, &entry.name);
            path.as_ref()
                .is_none_or(|paths| !site.path.is_empty() && paths.matches(site.path))
                && name
                    .as_ref()
                    .is_none_or(|name| !site.name.is_empty() && name.is_match(site.name))
        });
        found.map(|entry| (entry.tier, entry.reason.as_str()))
    }

    /// The longest a waiver may run from today, in days.
    #[must_use]
    pub fn waiver_max(&self, severity: Severity) -> i64 {
        self.waiver_max[severity as usize]
    }

    /// Whether `break_glass:` names anything.
    #[must_use]
    pub fn names_break_glass(&self) -> bool {
        !self.break_glass.is_empty()
    }

    /// Whether a name is one of `break_glass:`.
    #[must_use]
    pub fn is_break_glass(&self, name: &str) -> bool {
        self.break_glass.iter().any(|globs| globs.is_match(name))
    }

    /// Whether every rule word in the file means a rule.
    ///
    /// # Errors
    /// The first that means none.
    pub fn check(&self, rules: &RuleSet) -> Result<(), Box<ConfigError>> {
        let unmet = self
            .mentions
            .iter()
            .find(|(word, _)| !rules.heads().any(|head| head.matches(word)));
        let Some((word, error)) = unmet else {
            return Ok(());
        };
        let mut error = error.clone();
        error.help = closest(word, rules.heads().map(|head| head.id.as_str())).map_or_else(
            || Some("`tenure rules list` shows them all".into()),
            |meant| Some(format!("did you mean `{meant}`?")),
        );
        Err(error)
    }

    /// Keeps a rule word for [`Config::check`].
    fn mention(&mut self, page: Page<'_>, word: &document::Text) {
        let message = format!("no rule matches `{}`", word.value);
        let error = page.error(word.referenced, message);
        self.mentions.push((word.value.clone(), error));
    }
}

/// The numbers of a version such as `0.3`, `>=0.3.1`.
fn version(text: &str) -> Option<[u64; 3]> {
    let text = text.trim().trim_start_matches([' ', '>', '=', 'v']);
    let mut numbers = [0; 3];
    let parts: Vec<&str> = text.split('.').collect();
    if parts.len() > 3 {
        return None;
    }
    for (number, part) in numbers.iter_mut().zip(parts) {
        *number = part.parse().ok()?;
    }
    Some(numbers)
}

/// Whether version `a` is later than `b`.
fn newer(a: &str, b: &str) -> bool {
    version(a) > version(b)
}

#[cfg(test)]
mod tests;
