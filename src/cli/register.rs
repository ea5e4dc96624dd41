//! Reads what the repository keeps in `.tenure/`, and the baseline that is named on the command line.

use super::Failure;
use super::arguments::LookArgs;
use super::trusted::Trusted;
use crate::model::Date;
use crate::source::Gap;
use crate::suppress::{Register, RegisterError, baseline};
use crate::walk;
use std::path::Path;

/// The register of the repository at `root`, and what of it could not be read. A named baseline replaces the one it keeps.
pub(super) fn register(
    arguments: &LookArgs,
    root: &Path,
    named: Option<&Path>,
    trusted: Option<&Trusted>,
    now: Date,
) -> Result<(Register, Vec<Gap>), Failure> {
    let usage = |error: RegisterError| Failure::Usage(error.to_string());
    let (mut files, gaps) = match trusted {
        Some(trusted) => (trusted.side_files()?, Vec::new()),
        None if arguments.read.no_config => Default::default(),
        None => walk::side_files(root),
    };
    if named.is_some() {
        files.retain(|(path, _)| path != crate::suppress::BASELINE);
    }
    let mut register = Register::read(&files, now).map_err(usage)?;
    if let Some(path) = named {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::Usage(format!("{file}: cannot be read: {error}")))?;
        register.baseline = baseline::read(&text).map_err(|message| {
            Failure::Usage(format!("{file}: the baseline does not read: {message}"))
        })?;
    }
    Ok((register, gaps))
}
