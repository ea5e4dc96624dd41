//! Turns the document as written into a configuration that answers questions; every mistake is an error with a place.

use super::document::{Document, EnvironmentEntry, IgnoreEntry, ReportTerms, Text, TierEntry};
use super::error::{Page, among};
use super::globs::{Paths, name_glob};
use super::values::NotValues;
use super::{Config, ConfigError, Ignore, LIMITS, Place, limits, newer, seconds};
use crate::model::Date;
use globset::GlobSet;
use serde_saphyr::{Location, Spanned};
use std::path::PathBuf;

type Built<T> = Result<T, Box<ConfigError>>;

/// Reads a configuration. `file` names it in errors and, relative to the root, in findings about its entries.
///
/// # Errors
/// The first mistake: syntax, an unknown key, a value that is none.
pub fn parse(file: &str, text: &str) -> Built<Config> {
    let page = Page { file, text };
    let options = serde_saphyr::options! { with_snippet: false };
    let document: Option<Document> =
        serde_saphyr::from_str_with_options(text, options).map_err(|error| page.of_yaml(&error))?;
    let document = document.unwrap_or_default();
    if let Some(wanted) = &document.requires {
        requires(page, wanted)?;
    }
    let mut config = Config {
        file: file.to_owned(),
        text: text.to_owned(),
        profile: document.profile,
        fail_on: document.fail_on,
        excluded: paths(page, &document.paths.exclude)?,
        tests: paths(page, &document.paths.tests)?,
        live: paths(page, &document.paths.live)?,
        owner_keys: document.owner_keys,
        accounts: texts(&document.accounts),
        rules: document.rules.into_iter().map(PathBuf::from).collect(),
        not_values: not_values(page, &document.secrets.not_values)?,
        governance_required: document.governance.required,
        ..Config::default()
    };
    for word in document.select.iter().chain(&document.ignore) {
        config.mention(page, word);
    }
    config.select = texts(&document.select);
    config.ignore = texts(&document.ignore);
    for (word, severity) in document.severity.0 {
        config.mention(page, &word);
        config.severities.push((word.value, severity));
    }
    for entry in &document.ignores {
        config.mention(page, &entry.rule);
        config.ignores.push(ignore(page, entry)?);
    }
    for entry in &document.owners {
        let owner = filled(page, &entry.owner)?;
        let path = path(page, &entry.path)?;
        config.owners.push((path, owner));
    }
    for entry in &document.environments {
        config.environments.push(environment(page, entry)?);
    }
    for (name, value) in &document.limits.0 {
        config.limits.push(limit(page, name, value)?);
    }
    if let Some(notice) = &document.lease_notice {
        config.lease_notice = length(page, notice)?;
    }
    let max = &document.waivers.max;
    for (days, text) in
        config
            .waiver_max
            .iter_mut()
            .zip([&max.low, &max.medium, &max.high, &max.critical])
    {
        if let Some(text) = text {
            *days = length(page, text)? / super::DAY;
        }
    }
    for name in &document.break_glass {
        config.break_glass.push(name_of(page, name)?);
    }
    report(page, &document.report, &mut config)?;
    config.approvers = texts(&document.leases.approvers);
    for entry in &document.tiers {
        config.tiers.push(tier(page, entry)?);
    }
    Ok(config)
}

/// How often a report is made, and how long findings may stay open.
fn report(page: Page<'_>, terms: &ReportTerms, config: &mut Config) -> Built<()> {
    if let Some(text) = &terms.every {
        config.report_every = Some(length(page, text)? / super::DAY);
    }
    let due = &terms.due;
    let texts = [&due.low, &due.medium, &due.high, &due.critical];
    for (days, text) in config.due.iter_mut().zip(texts) {
        if let Some(text) = text {
            *days = Some(length(page, text)? / super::DAY);
        }
    }
    Ok(())
}

fn tier(page: Page<'_>, entry: &TierEntry) -> Built<super::Tier> {
    if !(1..=4).contains(&entry.tier.value) {
        let message = format!("`{}` is no tier: there are 1, 2, 3 and 4", entry.tier.value);
        return Err(page.error(entry.tier.referenced, message));
    }
    if entry.path.is_none() && entry.identity.is_none() {
        let message = "a tier needs one of `identity` and `path`";
        return Err(page.error(entry.tier.referenced, message));
    }
    Ok(super::Tier {
        path: entry.path.as_ref().map(|p| path(page, p)).transpose()?,
        name: entry
            .identity
            .as_ref()
            .map(|t| name_of(page, t))
            .transpose()?,
        tier: entry.tier.value,
        reason: filled(page, &entry.reason)?,
    })
}

fn texts(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}

fn requires(page: Page<'_>, wanted: &Text) -> Built<()> {
    let ours = env!("CARGO_PKG_VERSION");
    if super::version(&wanted.value).is_none() {
        let message = format!("`{}` is not a version such as 0.3.0", wanted.value);
        return Err(page.error(wanted.referenced, message));
    }
    if newer(&wanted.value, ours) {
        let message = format!("this file requires tenure {}; this is {ours}", wanted.value);
        let mut error = page.error(wanted.referenced, message);
        error.help = Some(format!("install tenure {} or later", wanted.value));
        return Err(error);
    }
    Ok(())
}

fn paths(page: Page<'_>, patterns: &[Text]) -> Built<Paths> {
    Paths::all(patterns.iter().map(|pattern| pattern.value.as_str()))
        .map_err(|(index, reason)| page.error(at(patterns.get(index)), reason))
}

fn path(page: Page<'_>, pattern: &Text) -> Built<Paths> {
    Paths::one(&pattern.value).map_err(|reason| page.error(pattern.referenced, reason))
}

fn name_of(page: Page<'_>, pattern: &Text) -> Built<GlobSet> {
    name_glob(&pattern.value).map_err(|reason| page.error(pattern.referenced, reason))
}

fn at(text: Option<&Text>) -> Location {
    text.map_or(Location::UNKNOWN, |text| text.referenced)
}

fn filled(page: Page<'_>, text: &Text) -> Built<String> {
    let value = text.value.trim();
    if value.is_empty() {
        return Err(page.error(text.referenced, "this must not be empty"));
    }
    Ok(value.to_owned())
}

fn length(page: Page<'_>, text: &Text) -> Built<i64> {
    seconds(&text.value).ok_or_else(|| {
        let message = format!("`{}` is not a length of time", text.value);
        let mut error = page.error(text.referenced, message);
        error.help = Some("write it like 90d, 12h, 1y or P90D".into());
        error
    })
}

fn ignore(page: Page<'_>, entry: &IgnoreEntry) -> Built<Ignore> {
    let expires = entry.expires.as_ref().map(|text| {
        let date: Result<Date, _> = text.value.trim().parse();
        date.map_err(|_| {
            let message = format!("`{}` is not a date such as 2027-01-31", text.value);
            page.error(text.referenced, message)
        })
    });
    Ok(Ignore {
        rule: filled(page, &entry.rule)?,
        path: entry.path.as_ref().map(|p| path(page, p)).transpose()?,
        reason: filled(page, &entry.reason)?,
        expires: expires.transpose()?,
        place: place(&entry.rule),
    })
}

/// Where an entry's value stands.
fn place<T>(of: &Spanned<T>) -> Place {
    let span = of.referenced.span();
    let number = |n: Option<u64>| n.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let start = number(span.byte_offset());
    Place {
        line: u32::try_from(of.referenced.line()).unwrap_or(1).max(1),
        bytes: start..start + number(span.byte_len()),
    }
}

fn environment(page: Page<'_>, entry: &EnvironmentEntry) -> Built<super::Environment> {
    let name = |text: &Option<Text>| text.as_ref().map(|t| name_of(page, t)).transpose();
    let made = super::Environment {
        path: entry.path.as_ref().map(|p| path(page, p)).transpose()?,
        namespace: name(&entry.namespace)?,
        account: name(&entry.account)?,
        name: name(&entry.name)?,
        environment: filled(page, &entry.environment)?,
    };
    if made.path.is_none()
        && made.namespace.is_none()
        && made.account.is_none()
        && made.name.is_none()
    {
        let message = "an environment needs one of `path`, `namespace`, `account` and `name`";
        return Err(page.error(entry.environment.referenced, message));
    }
    Ok(made)
}

fn limit(page: Page<'_>, name: &Text, value: &Text) -> Built<(String, i64)> {
    let own = name.value.starts_with("x-");
    if !own && limits::default(&name.value).is_none() {
        let known = LIMITS.iter().map(|limit| limit.0);
        let mut error = page.error(name.referenced, format!("unknown key `{}`", name.value));
        error.help = Some(format!(
            "{}; limits for your own rules start with `x-`",
            among(&name.value, known)
        ));
        return Err(error);
    }
    Ok((name.value.clone(), length(page, value)?))
}

fn not_values(page: Page<'_>, texts: &[Text]) -> Built<NotValues> {
    let mut values = NotValues::default();
    for text in texts {
        values
            .add(&text.value)
            .map_err(|reason| page.error(text.referenced, reason))?;
    }
    Ok(values)
}
