//! Files that hold one secret and nothing else: `config/master.key`, `.vault_pass`, `secrets/db_password.txt`. The name is the
//! key, the line is the value: a map with one entry.

use super::draft::Draft;
use super::{Document, Entry, Format, Limits, Named, Node, Value};
use crate::source::BlobId;
use compact_str::CompactString;

/// Longest content that is taken for one value.
const LONGEST: usize = 512;
/// Endings that say nothing of a syntax.
const ENDINGS: &[&str] = &["key", "txt", "pass", "password", "secret", "token"];
/// Words of which one stands in a name that speaks of its content.
const WORDS: &[&str] = &["key", "pass", "secret", "token"];

/// Small files with one word in them, under a name that says what it is.
pub(super) struct KeyFile;

impl Format for KeyFile {
    fn name(&self) -> &'static str {
        "keyfile"
    }

    fn claims(&self, file: &Named<'_>, head: &[u8]) -> bool {
        head.len() <= LONGEST && key(file).is_some() && {
            let line = head.trim_ascii();
            !line.is_empty() && line.iter().all(u8::is_ascii_graphic)
        }
    }

    fn parse(&self, blob: BlobId, path: &str, text: &str, limits: Limits) -> Document {
        let mut draft = Draft::new("keyfile", blob, path, text, limits);
        if draft.fits()
            && let Some(key) = key(&Named::new(path))
        {
            let start = text.len() - text.trim_start().len();
            let span = draft.span(start..start + text.trim().len());
            let entry = Entry {
                key,
                key_span: span,
                value: Node::string(span, text.trim()),
            };
            draft.root(Node::new(span, Value::Map(vec![entry].into())));
        }
        draft.done()
    }
}

/// The key that a path is: its name without an ending that says nothing. What encrypts the credentials of an application of
/// Rails is named by its folder.
fn key(file: &Named<'_>) -> Option<CompactString> {
    let name = file.bare().trim_start_matches('.');
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    if !ending.is_empty() && !ENDINGS.contains(&ending) {
        return None;
    }
    if ending == "key" && file.path().ends_with(&format!("credentials/{name}")) {
        return Some(CompactString::const_new("master_key"));
    }
    let key = match ending {
        "" | "txt" => CompactString::from(stem),
        ending => CompactString::from(format!("{stem}_{ending}")),
    };
    let lower = key.to_ascii_lowercase();
    let spoken = lower.strip_suffix("file").unwrap_or(&lower);
    let speaks = WORDS.iter().any(|word| lower.contains(word));
    speaks.then(|| spoken.trim_end_matches(['-', '_', '.']).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_key() {
        for (path, expected) in [
            ("config/master.key", Some("master_key")),
            ("config/credentials/production.key", Some("master_key")),
            ("secrets/db_password.txt", Some("db_password")),
            (".vault_pass", Some("vault_pass")),
            ("vault-password-file", Some("vault-password")),
            ("deploy.token", Some("deploy_token")),
            ("src/token.rs", None),
            ("README", None),
        ] {
            assert_eq!(key(&Named::new(path)).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn only_one_word_is_claimed() {
        assert!(KeyFile.claims(&Named::new("a/master.key"), b"9f2k8qLm4x7vTzR3\n"));
        for text in ["two words", "a\nb\n", "", " \n", "caf\u{e9}"] {
            assert!(
                !KeyFile.claims(&Named::new("a/master.key"), text.as_bytes()),
                "{text}"
            );
        }
    }
}
