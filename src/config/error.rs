//! What is wrong with a configuration file, and where: rendered with its line by the command line.

use super::closest;
use miette::{Diagnostic, NamedSource, SourceSpan};
use serde_saphyr::{Error, Location};

/// A mistake in `tenure.yaml`. The run stops with exit code 2.
#[derive(Debug, Clone, thiserror::Error, Diagnostic)]
#[error("{file}:{line}:{column}: {message}")]
#[diagnostic(code(tenure::config))]
pub struct ConfigError {
    /// The configuration file.
    pub file: String,
    /// Line from 1; 1 when the file as a whole is meant.
    pub line: u32,
    /// Column from 1.
    pub column: u32,
    /// What is wrong, in a lower-case phrase.
    pub message: String,
    /// What to do.
    #[help]
    pub help: Option<String>,
    /// The file's text, for the source line.
    #[source_code]
    pub text: NamedSource<String>,
    /// The place in bytes.
    #[label("here")]
    pub span: SourceSpan,
}

/// A configuration file's name and text, from which errors are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

impl Page<'_> {
    /// An error at a place.
    pub(super) fn error(&self, at: Location, message: impl Into<String>) -> Box<ConfigError> {
        let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX).max(1);
        let offset = |n: Option<u64>| n.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let start = offset(at.span().byte_offset()).min(self.text.len());
        let length = offset(at.span().byte_len()).min(self.text.len() - start);
        Box::new(ConfigError {
            file: self.file.to_owned(),
            line: number(at.line()),
            column: number(at.column()),
            message: message.into(),
            help: None,
            text: NamedSource::new(self.file, self.text.to_owned()),
            span: (start, length).into(),
        })
    }

    /// An error of the YAML reader in this tool's words.
    pub(super) fn of_yaml(&self, error: &Error) -> Box<ConfigError> {
        let error = error.without_snippet();
        let at = error.location().unwrap_or(Location::UNKNOWN);
        match error {
            Error::SerdeUnknownField {
                field, expected, ..
            } => {
                let known = expected.iter().copied();
                let mut made = self.error(at, format!("unknown key `{field}`"));
                made.help = Some(self.unknown(field, known));
                made
            }
            Error::SerdeUnknownVariant {
                variant, expected, ..
            } => {
                let mut made = self.error(at, format!("unknown value `{variant}`"));
                made.help = Some(among(variant, expected.iter().copied()));
                made
            }
            Error::SerdeMissingField { field, .. } => {
                self.error(at, format!("the key `{field}` is required here"))
            }
            other => {
                let text = other.to_string();
                let first = text.lines().next().unwrap_or_default();
                let first = first.split(" at line ").next().unwrap_or_default();
                let plain = first
                    .replace("sequence start", "a list")
                    .replace("mapping start", "a mapping");
                self.error(at, plain)
            }
        }
    }

    /// What to do about an unknown key: the version that knows it, or the key that was meant.
    pub(super) fn unknown<'k>(&self, key: &str, known: impl Iterator<Item = &'k str>) -> String {
        let known: Vec<&str> = known.collect();
        if let Some(meant) = closest(key, known.iter().copied()) {
            return format!("did you mean `{meant}`?");
        }
        let ours = env!("CARGO_PKG_VERSION");
        if let Some((_, version)) = COMING.iter().find(|(name, _)| *name == key) {
            return format!("`{key}` is known from tenure {version} on; this is {ours}");
        }
        match self.required() {
            Some(wanted) if super::newer(wanted, ours) => {
                format!("the file requires tenure {wanted}, which may know it; this is {ours}")
            }
            _ => among(key, known.into_iter()),
        }
    }

    /// The version after `requires:`, found without parsing: the rest of the file may be of a later version.
    fn required(&self) -> Option<&str> {
        self.text
            .lines()
            .find_map(|line| line.strip_prefix("requires:"))
            .map(|rest| rest.trim().trim_matches(['"', '\'']))
    }
}

/// Keys of later versions, so that a file written for one says which.
const COMING: &[(&str, &str)] = &[("attestations", "0.2.0")];

/// The nearest of the known words, else all of them.
pub(super) fn among<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> String {
    let known: Vec<&str> = known.collect();
    match closest(word, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known here: {}", known.join(", ")),
    }
}
