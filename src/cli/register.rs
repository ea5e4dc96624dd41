//! Reads what the repository keeps in `.tenure/`, and the baseline that is named on the command line.

use super::Failure;
use super::arguments::ScanArgs;
use crate::model::Date;
use crate::source::Gap;
use crate::suppress::{Register, RegisterError, baseline};
use crate::walk;
use std::path::Path;

/// The register of the repository at `root`, and what of it could not be read. `--baseline` replaces the one it keeps.
pub(super) fn register(
    arguments: &ScanArgs,
    root: &Path,
    now: Date,
) -> Result<(Register, Vec<Gap>), Failure> {
    let usage = |error: RegisterError| Failure::Usage(error.to_string());
    let (mut files, gaps) = if arguments.no_config {
        Default::default()
    } else {
        walk::side_files(root)
    };
    if arguments.baseline.is_some() {
        files.retain(|(path, _)| path != crate::suppress::BASELINE);
    }
    let mut register = Register::read(&files, now).map_err(usage)?;
    if let Some(path) = &arguments.baseline {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::Usage(format!("{file}: cannot be read: {error}")))?;
        register.baseline = baseline::read(&text).map_err(|message| {
            Failure::Usage(format!("{file}: the baseline does not read: {message}"))
        })?;
    }
    Ok((register, gaps))
}
