//! Finds and reads the configuration file.

use super::error::Page;
use super::{Config, ConfigError, parse};
use serde_saphyr::Location;
use std::path::Path;

/// The names looked for at the root; more than one of them is an error.
pub const NAMES: &[&str] = &["tenure.yaml", ".tenure.yaml", "tenure.yml", ".tenure.yml"];

/// Largest configuration file in bytes.
const LARGEST: u64 = 4 << 20;

/// The configuration in `named`, else in the file of [`NAMES`] at the root, else an empty one. A link at the root is an
/// error: a repository must not make errors quote a file outside it.
///
/// # Errors
/// When the file cannot be read, when there are several, and as [`parse`].
pub fn load(root: &Path, named: Option<&Path>) -> Result<Config, Box<ConfigError>> {
    if let Some(path) = named {
        let shown = path.display().to_string();
        return read(path, &shown);
    }
    let found: Vec<&str> = NAMES
        .iter()
        .copied()
        .filter(|name| std::fs::symlink_metadata(root.join(name)).is_ok())
        .collect();
    let [name] = *found.as_slice() else {
        let Some(first) = found.first() else {
            return Ok(Config::default());
        };
        let message = format!("there are several configurations: {}", found.join(", "));
        let mut error = said(first, message);
        error.help = Some("keep one of them".into());
        return Err(error);
    };
    let path = root.join(name);
    if std::fs::symlink_metadata(&path).is_ok_and(|meta| !meta.is_file()) {
        let mut error = said(name, "the configuration is not a regular file".into());
        error.help = Some("name the file itself with --config".into());
        return Err(error);
    }
    read(&path, name)
}

fn read(path: &Path, shown: &str) -> Result<Config, Box<ConfigError>> {
    let unreadable = |error: std::io::Error| said(shown, format!("cannot be read: {error}"));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > LARGEST {
        return Err(said(shown, "is larger than 4 MiB".into()));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|_| said(shown, "is not utf-8".into()))?;
    parse(shown, &text)
}

fn said(file: &str, message: String) -> Box<ConfigError> {
    Page { file, text: "" }.error(Location::UNKNOWN, message)
}
