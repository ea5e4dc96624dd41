//! `tenure man` and `tenure completions`: what is derived from the arguments.

use super::{Cli, Exit, Failure};
use clap::CommandFactory;
use std::io::Write;
use std::path::Path;

/// Prints the manual page, or writes those of all commands to a folder.
pub(super) fn pages(folder: Option<&Path>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let Some(folder) = folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        out.write_all(&page)?;
        return Ok(Exit::Clean);
    };
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), folder))
        .map_err(|error| {
            Failure::Usage(format!("cannot write to {}: {error}", folder.display()))
        })?;
    Ok(Exit::Clean)
}

/// Prints a completion script.
pub(super) fn completions(
    shell: clap_complete::Shell,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "tenure", &mut script);
    out.write_all(&script)?;
    Ok(Exit::Clean)
}
