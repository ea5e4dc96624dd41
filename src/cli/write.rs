//! Writes files so that an interrupted run leaves the old ones whole.

use super::Failure;
use std::io::Write;
use std::path::Path;

/// Writes beside the target and renames.
pub(super) fn whole(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let fail =
        |error: std::io::Error| Failure::Usage(format!("cannot write {}: {error}", path.display()));
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let file = std::fs::File::create(&part).map_err(fail)?;
    let mut writer = std::io::BufWriter::new(file);
    fill(&mut writer).map_err(fail)?;
    writer.flush().map_err(fail)?;
    std::fs::rename(&part, path).map_err(fail)
}

/// As [`whole`], with the folders above the file made first.
pub(super) fn text(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::Usage(format!("cannot make {}: {error}", folder.display()))
        })?;
    }
    whole(path, |file| file.write_all(text.as_bytes()))
}
