//! What every command that scans needs: the configuration, the register and the rules, from the work tree or a trusted commit.

use super::Failure;
use super::arguments::{LookArgs, ReadArgs};
use super::register::register;
use super::trusted::Trusted;
use crate::config::{self, Config};
use crate::measure::Work;
use crate::model::Date;
use crate::rule::{Profile, RuleSet};
use crate::scan::Options;
use crate::source::{Gap, GapKind};
use crate::walk;
use std::path::Path;

/// Options and rules for the repository at `root`. A named baseline replaces the one that the repository keeps.
pub(super) fn options(
    arguments: &LookArgs,
    root: &Path,
    baseline: Option<&Path>,
) -> Result<(Options, RuleSet), Failure> {
    let read = &arguments.read;
    threads(read.jobs);
    let mut options = Options::new(today(read.now.as_deref())?);
    let trusted = match &arguments.config_from {
        Some(name) => Some(Trusted::open(root, name)?),
        None => None,
    };
    if let Some(trusted) = &trusted {
        options.config = trusted.config()?;
    } else if !read.no_config {
        options.config = config::load(root, read.config.as_deref()).map_err(Failure::Config)?;
    }
    (options.register, options.gaps) =
        register(arguments, root, baseline, trusted.as_ref(), options.now)?;
    options.limit = read.max_file_size << 20;
    let asked = arguments.profile.map(Profile::from);
    options.profile = asked.or(options.config.profile).unwrap_or_default();
    let rules = rules(arguments, &mut options, trusted.as_ref())?;
    options.trusted = trusted.map(|trusted| Box::new(trusted) as _);
    Ok((options, rules))
}

/// Lets rules ask history; where there is none, that is said.
pub(super) fn ask_history(options: &mut Options, root: &Path) {
    match Work::open(root) {
        Ok(work) => options.past = Some(Box::new(work)),
        Err(reason) => {
            let reason = format!("history is not available: {reason}");
            options
                .gaps
                .push(Gap::of_file(".git", GapKind::Git, reason));
        }
    }
}

/// How files are listed.
pub(super) fn walk_options(read: &ReadArgs, config: &Config) -> walk::Options {
    walk::Options {
        no_ignore: read.no_ignore,
        exclude: config.excluded().set().clone(),
        threads: read.jobs,
    }
}

/// Makes the threads that are asked for; 0 leaves it to the machine.
pub(super) fn threads(count: usize) {
    if count > 0 {
        // There is a pool already when a command runs within a test: it does.
        drop(
            rayon::ThreadPoolBuilder::new()
                .num_threads(count)
                .build_global(),
        );
    }
}

/// `--now`, else `SOURCE_DATE_EPOCH`, else today in UTC.
pub(super) fn today(now: Option<&str>) -> Result<Date, Failure> {
    if let Some(text) = now {
        return text.parse().map_err(|_| {
            Failure::Usage(format!(
                "--now wants a date such as 2026-01-31, not `{text}`"
            ))
        });
    }
    let epoch = std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|text| text.trim().parse::<i64>().ok());
    let moment = epoch
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .unwrap_or_else(jiff::Timestamp::now);
    Ok(jiff::tz::Offset::UTC.to_datetime(moment).date())
}

/// Built-in rules and the user's own, narrowed by `--select` and `--ignore`.
fn rules(
    arguments: &LookArgs,
    options: &mut Options,
    trusted: Option<&Trusted>,
) -> Result<RuleSet, Failure> {
    let config = &options.config;
    let mut rules = super::rules::all(&arguments.rules)?;
    for folder in &config.rules {
        rules = rules.with(match trusted {
            Some(trusted) => trusted.rules(folder)?,
            None => super::rules::read(folder)?,
        });
    }
    config.check(&rules).map_err(Failure::Config)?;
    let known = |word: &String| rules.heads().any(|head| head.matches(word));
    if let Some(word) = arguments
        .select
        .iter()
        .chain(&arguments.ignore)
        .find(|word| !known(word))
    {
        return Err(Failure::Usage(format!(
            "no rule matches `{word}`; `tenure rules list` shows them all"
        )));
    }
    options.known = rules.heads().map(|head| head.id.clone()).collect();
    let select = if arguments.select.is_empty() {
        &config.select
    } else {
        &arguments.select
    };
    let (on, off) = rules.part(|head| {
        (select.is_empty() || select.iter().any(|word| head.matches(word)))
            && !arguments
                .ignore
                .iter()
                .chain(&config.ignore)
                .any(|word| head.matches(word))
    });
    options.off = off;
    Ok(on)
}
