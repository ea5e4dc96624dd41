//! The baseline: findings a team has accepted for now. One line an entry, sorted, without lines, dates or values, so that
//! it merges well and gives nothing away.

use crate::finding::Finding;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// One accepted finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Path of the file it was in: for people; a moved finding still matches.
    pub path: String,
    /// Its rule: for people.
    pub rule: String,
    /// `tenure/v1` fingerprint.
    pub fingerprint: String,
}

/// The entries of a baseline file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: Vec<Entry>,
    fingerprints: FxHashSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    entries: Vec<Entry>,
}

/// The version of the file this tool writes.
const VERSION: u32 = 1;

/// Reads a baseline.
///
/// # Errors
/// What is wrong, in a lower-case phrase with the line.
pub fn read(text: &str) -> Result<Baseline, String> {
    let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if file.version != VERSION {
        return Err(format!(
            "it has version {}; this tool reads {VERSION}",
            file.version
        ));
    }
    Ok(Baseline::new(file.entries))
}

/// Writes findings as a baseline; `path` names a finding's file.
#[must_use]
pub fn write<'a>(
    findings: impl IntoIterator<Item = &'a Finding>,
    path: impl Fn(&Finding) -> String,
) -> String {
    let entries = findings.into_iter().map(|finding| Entry {
        path: path(finding),
        rule: finding.rule.clone(),
        fingerprint: finding.fingerprint.clone(),
    });
    Baseline::new(entries.collect()).text()
}

impl Baseline {
    /// Takes entries in any order.
    #[must_use]
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort();
        entries.dedup_by(|a, b| a.fingerprint == b.fingerprint);
        let fingerprints = entries.iter().map(|e| e.fingerprint.clone()).collect();
        Self {
            entries,
            fingerprints,
        }
    }

    /// Whether it holds a finding.
    #[must_use]
    pub fn holds(&self, finding: &Finding) -> bool {
        !finding.fingerprint.is_empty() && self.fingerprints.contains(&finding.fingerprint)
    }

    /// Entries that none of the findings has: resolved, or changed.
    pub fn unmet<'a>(&'a self, findings: &[Finding]) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let there: FxHashSet<String> = findings.iter().map(|f| f.fingerprint.clone()).collect();
        self.entries
            .iter()
            .filter(move |entry| !there.contains(&entry.fingerprint))
    }

    /// All entries, sorted by path, rule, fingerprint.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The file's text.
    ///
    /// # Panics
    /// Never: texts always serialise.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{{\"version\":{VERSION},\"entries\":[");
        for (index, entry) in self.entries.iter().enumerate() {
            text.push_str(if index == 0 { "\n" } else { ",\n" });
            text.push_str(&serde_json::to_string(entry).expect("texts serialise"));
        }
        text.push_str("\n]}\n");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, fingerprint: &str) -> Entry {
        Entry {
            path: path.into(),
            rule: "a/b".into(),
            fingerprint: fingerprint.into(),
        }
    }

    #[test]
    fn what_is_written_is_sorted_and_reads_back() {
        let baseline = Baseline::new(vec![entry("z\"\n", "1"), entry("a", "2"), entry("a", "2")]);
        let text = baseline.text();
        assert_eq!(
            text,
            "{\"version\":1,\"entries\":[\n{\"path\":\"a\",\"rule\":\"a/b\",\"fingerprint\":\"2\"},\n{\"path\":\"z\\\"\\n\",\"rule\":\"a/b\",\"fingerprint\":\"1\"}\n]}\n"
        );
        assert_eq!(read(&text), Ok(baseline));
        assert_eq!(read(&Baseline::default().text()), Ok(Baseline::default()));
    }

    #[test]
    fn a_broken_file_is_said() {
        for (text, part) in [
            ("", "EOF"),
            ("{\"version\":2,\"entries\":[]}", "version 2"),
            ("{\"version\":1}", "entries"),
            (
                "{\"version\":1,\"entries\":[{\"rule\":\"x\"}]}",
                "missing field",
            ),
            (
                "{\"version\":1,\"entries\":[],\"extra\":1}",
                "unknown field",
            ),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.contains(part), "{text}: {said}");
        }
    }
}
