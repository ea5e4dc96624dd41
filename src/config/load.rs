//! Finds and reads the configuration file.

use super::error::Page;
use super::{Config, ConfigError, parse};
use serde_saphyr::Location;
use std::path::{Component, Path};

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
    let config = read(&path, name)?;
    contained(&config, root, name)?;
    Ok(config)
}

fn read(path: &Path, shown: &str) -> Result<Config, Box<ConfigError>> {
    let unreadable = |error: std::io::Error| said(shown, format!("cannot be read: {error}"));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > LARGEST {
        return Err(said(shown, "is larger than 4 MiB".into()));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|_| said(shown, "is not utf-8".into()))?;
    let mut config = parse(shown, &text)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    for rules in &mut config.rules {
        *rules = folder.join(&*rules);
    }
    Ok(config)
}

/// A configuration that came with the repository names rules of the repository: no way out of it, neither spelt nor linked.
fn contained(config: &Config, root: &Path, shown: &str) -> Result<(), Box<ConfigError>> {
    let inside = |rules: &Path| {
        let (Ok(root), Ok(real)) = (root.canonicalize(), rules.canonicalize()) else {
            return !rules.components().any(|part| part == Component::ParentDir);
        };
        real.starts_with(root)
    };
    match config.rules.iter().find(|rules| !inside(rules)) {
        None => Ok(()),
        Some(rules) => {
            let message = format!("rules in {} lie outside the repository", rules.display());
            let mut error = said(shown, message);
            error.help = Some("name such folders with --rules".into());
            Err(error)
        }
    }
}

fn said(file: &str, message: String) -> Box<ConfigError> {
    Page { file, text: "" }.error(Location::UNKNOWN, message)
}
