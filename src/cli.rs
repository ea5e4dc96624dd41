//! Arguments, exit codes and the choice of reporters. One file a command; nothing below this room prints or exits.

mod arguments;
mod baseline;
mod change;
mod contain;
mod exceptions;
mod fix;
mod history;
mod hook;
mod init;
mod inventory;
mod manual;
mod progress;
mod register;
mod report;
mod rules;
mod scan;
mod setup;
mod trend;
mod trusted;
mod write;

pub use arguments::{Cli, Command, RulesCommand};

use clap::Parser;
use std::ffi::OsString;
use std::io::{BufWriter, Write};
use std::process::ExitCode;

/// How a command ended; the number is the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Clean = 0,
    /// Findings at or above `--fail-on`.
    Findings = 1,
    /// A mistake in the arguments, the configuration or a rule.
    Usage = 2,
    /// Nothing found, but something asked for by name could not be read at all.
    Unreadable = 3,
}

/// Why a command could not do its work: a message for the user, printed as `error: ...`.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The arguments, the configuration or a rule are wrong: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// The configuration file is wrong: exit code 2, shown with its line.
    #[error("{0}")]
    Config(Box<crate::config::ConfigError>),
    /// Rules of a folder are wrong: exit code 2, each mistake on lines of its own.
    #[error("rules in {folder} are wrong: {}", errors.join("; "))]
    Rules {
        /// The folder.
        folder: String,
        /// What is wrong, with file and line.
        errors: Vec<String>,
    },
    /// A name, the index or an object of the repository cannot be read: exit code 3.
    #[error("cannot read {0}")]
    Git(#[from] crate::git::GitError),
    /// The output could not be written; a closed pipe is no error.
    #[error("cannot write the report: {0}")]
    Write(#[from] std::io::Error),
}

/// Bytes of output that are written at once.
const BUFFER: usize = 1 << 16;

/// Runs the command that `arguments` ask for.
pub fn main(
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let text = error.render();
            let written = if error.use_stderr() {
                write!(err, "{}", text.ansi())
            } else {
                write!(out, "{}", text.ansi())
            };
            drop(written);
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let ended =
        run(&cli, &mut out, err).and_then(|exit| out.flush().map(|()| exit).map_err(Into::into));
    let exit = ended.unwrap_or_else(|failure| {
        if let Failure::Write(error) = &failure
            && error.kind() == std::io::ErrorKind::BrokenPipe
        {
            return Exit::Clean;
        }
        drop(explain(&failure, err));
        match failure {
            Failure::Git(_) => Exit::Unreadable,
            _ => Exit::Usage,
        }
    });
    ExitCode::from(exit as u8)
}

/// Writes what went wrong; a mistake in the configuration with its line.
fn explain(failure: &Failure, err: &mut dyn Write) -> std::io::Result<()> {
    use crate::report::clean;
    if let Failure::Rules { folder, errors } = failure {
        writeln!(err, "error: rules in {} are wrong:", clean(folder))?;
        for line in errors.iter().flat_map(|error| error.lines()) {
            writeln!(err, "  {}", clean(line))?;
        }
        return Ok(());
    }
    writeln!(err, "error: {}", clean(&failure.to_string()))?;
    let Failure::Config(error) = failure else {
        return Ok(());
    };
    let mut text = String::new();
    let theme = miette::GraphicalTheme::unicode_nocolor();
    if miette::GraphicalReportHandler::new_themed(theme)
        .render_report(&mut text, error.as_ref())
        .is_ok()
    {
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            writeln!(err, "{}", crate::report::clean(line))?;
        }
    }
    Ok(())
}

fn run(cli: &Cli, out: &mut dyn Write, err: &mut dyn Write) -> Result<Exit, Failure> {
    match &cli.command {
        Command::Scan(arguments) => scan::run(arguments, out, err),
        Command::Baseline(arguments) => baseline::run(arguments, out),
        Command::Fix(arguments) => fix::run(arguments, out),
        Command::Hook(arguments) => hook::run(arguments, out, err),
        Command::Init(arguments) => init::run(arguments, out),
        Command::History(arguments) => trend::run(arguments, out),
        Command::Revoke(arguments) => contain::revoke(arguments, out, err),
        Command::Contain(arguments) => contain::contain(arguments, out, err),
        Command::Report(arguments) => report::run(arguments, out, err),
        Command::Exceptions(arguments) => exceptions::run(arguments, out, err),
        Command::Completions { shell } => manual::completions(*shell, out),
        Command::Man { folder } => manual::pages(folder.as_deref(), out),
        Command::Inventory(arguments) => inventory::run(arguments, out, err),
        Command::Explain(arguments) => inventory::explain(arguments, out, err),
        Command::Rules(arguments) => {
            let all = rules::all(&arguments.rules)?;
            match &arguments.command {
                RulesCommand::List { json } => rules::list(&all, *json, out),
                RulesCommand::Show { rule } => rules::show(&all, rule, out),
                RulesCommand::Test { dir } => rules::test(dir.as_deref(), out),
            }
        }
    }
}
