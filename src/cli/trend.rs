//! `tenure history`: numbers over the first-parent line of a repository.

use super::arguments::{EveryArg, HistoryArgs, RegisterFormat};
use super::{Exit, Failure, progress, setup};
use crate::measure::{self, Every};
use crate::scan;
use crate::walk;
use std::io::Write;

/// Runs the command.
pub(super) fn run(arguments: &HistoryArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let from = match &arguments.from {
        Some(text) => Some(text.parse().map_err(|_| {
            Failure::Usage(format!(
                "--from wants a date such as 2026-01-31, not `{text}`"
            ))
        })?),
        None => None,
    };
    let root = walk::root(&arguments.paths);
    let (options, rules) = setup::options(&arguments.look, &root, None)?;
    let (every, word) = match arguments.every {
        EveryArg::Week => (Every::Week, "week"),
        EveryArg::Month => (Every::Month, "month"),
    };
    let samples = measure::samples(&root, every, from, options.now)
        .map_err(|reason| Failure::Usage(format!("history is not available: {reason}")))?;
    let history = progress::watch(
        arguments.look.read.quiet,
        samples.versions(),
        &options.progress,
        || scan::trend(&samples, word, &rules, &options),
    );
    match arguments.format {
        RegisterFormat::Human => history.human(out)?,
        RegisterFormat::Json => history.json(out)?,
        RegisterFormat::Csv => history.csv(out)?,
    }
    out.flush()?;
    Ok(Exit::Clean)
}
