//! What a repository keeps about its exceptions: waiver files, the baseline, the salt.

use super::attestation::{self, Attestation};
use super::baseline::{self, Baseline};
use super::lease_file::LeaseFile;
use super::review::{self, Review};
use super::waiver::{self, Waiver};
use crate::model::Date;
use rustc_hash::FxHashMap;

/// The register of a run.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// Waiver files by path, invalid ones included.
    pub waivers: Vec<Waiver>,
    /// `.tenure/leases.yaml`; empty without one.
    pub leases: LeaseFile,
    /// Attestations by path, those that count for nothing included.
    pub attestations: Vec<Attestation>,
    /// Reviews by path, those that count for nothing included.
    pub reviews: Vec<Review>,
    /// Findings accepted for now.
    pub baseline: Baseline,
    /// The repository's own salt of fingerprints; empty without one.
    pub salt: Vec<u8>,
}

/// A file of the register that cannot be used. The run stops with exit code 2: going on would report what was accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {message}")]
pub struct RegisterError {
    /// The file.
    pub file: String,
    /// What is wrong, in a lower-case phrase.
    pub message: String,
}

const ATTESTATIONS: &str = ".tenure/attestations/";
const REVIEWS: &str = ".tenure/reviews/";
const LEASES: &str = ".tenure/leases.yaml";
const WAIVERS: &str = ".tenure/waivers/";
/// Where a repository keeps its baseline, relative to the root.
pub const BASELINE: &str = ".tenure/baseline.json";
const SALT: &str = ".tenure/salt";

impl Register {
    /// Takes what it knows from the files of `.tenure/`, paths relative to the root, as
    /// [`side_files`](crate::walk::side_files) or a trusted commit yields them. Other files are left alone.
    ///
    /// # Errors
    /// When the baseline does not read. An invalid waiver is a finding, not an error.
    pub fn read(files: &[(String, String)], now: Date) -> Result<Self, RegisterError> {
        let mut register = Self::default();
        for (path, text) in files {
            if path == BASELINE {
                register.baseline = baseline::read(text).map_err(|message| RegisterError {
                    file: path.clone(),
                    message: format!("the baseline does not read: {message}"),
                })?;
            } else if path.starts_with(ATTESTATIONS) && path.ends_with(".yaml") {
                register
                    .attestations
                    .push(attestation::read(path, text, now));
            } else if path.starts_with(REVIEWS) && path.ends_with(".yaml") {
                register.reviews.push(review::read(path, text, now));
            } else if path == LEASES {
                register.leases = LeaseFile::read(path, text);
            } else if path == SALT {
                register.salt = text.trim().as_bytes().to_vec();
            } else if path.starts_with(WAIVERS)
                && [".yaml", ".yml"]
                    .iter()
                    .any(|ending| path.ends_with(ending))
            {
                register.waivers.push(waiver::read(path, text, now));
            }
        }
        register.waivers.sort_by(|a, b| a.path.cmp(&b.path));
        register.refuse_twins();
        Ok(register)
    }

    /// An id names one waiver: of two with the same, neither is valid.
    fn refuse_twins(&mut self) {
        let mut paths: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, waiver) in self.waivers.iter().enumerate() {
            if let Ok(grants) = &waiver.grants {
                paths.entry(grants.id.clone()).or_default().push(index);
            }
        }
        for (id, twins) in paths {
            if twins.len() > 1 {
                for &index in &twins {
                    let reason = format!("{} waivers have the id `{id}`", twins.len());
                    self.waivers[index].grants = Err(reason);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_and_twins_refused() {
        let now = jiff::civil::date(2026, 1, 1);
        let waiver = |id: &str| {
            format!("id: {id}\nrule: a/b\naddress: x\nreason: r s\nowner: o\nexpires: 2026-02-01\n")
        };
        let files = [
            (".tenure/salt", "pepper\n".to_owned()),
            (".tenure/baseline.json", Baseline::default().text()),
            (".tenure/waivers/README.md", "words".to_owned()),
            (".tenure/waivers/c.yaml", waiver("W-1")),
            (".tenure/waivers/a.yml", waiver("W-1")),
            (".tenure/waivers/b.yaml", waiver("W-2")),
        ]
        .map(|(path, text)| (path.to_owned(), text));
        let register = Register::read(&files, now).unwrap();
        assert_eq!(register.salt, b"pepper");
        let valid: Vec<(&str, bool)> = register
            .waivers
            .iter()
            .map(|waiver| (waiver.path.as_str(), waiver.grants.is_ok()))
            .collect();
        assert_eq!(
            valid,
            [
                (".tenure/waivers/a.yml", false),
                (".tenure/waivers/b.yaml", true),
                (".tenure/waivers/c.yaml", false)
            ]
        );
        let broken = [(".tenure/baseline.json".to_owned(), "[]".to_owned())];
        assert!(Register::read(&broken, now).is_err());
    }
}
