//! A commit that is trusted to say what is excused: `--config-from`. A change under review cannot excuse itself with it.

use super::{Failure, rules};
use crate::config::{self, Config, NAMES};
use crate::format;
use crate::git::{Blob, File, GitError, Mode, Repository};
use crate::judge::owner::names_owner;
use crate::rule::{RuleSet, parse};
use crate::scan;
use crate::source::folder::file_name;
use rustc_hash::FxHashSet;
use std::path::Path;
use std::sync::OnceLock;

/// Largest file of the commit that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// The files of the trusted commit.
#[derive(Debug)]
pub(super) struct Trusted {
    repository: Repository,
    name: String,
    /// Sorted by path.
    files: Vec<File>,
    /// Words that stand where owners are named.
    owners: OnceLock<FxHashSet<String>>,
}

impl Trusted {
    pub(super) fn open(root: &Path, name: &str) -> Result<Self, Failure> {
        let repository = Repository::open(root)?;
        let commit = repository.commit(name)?;
        let found = repository.files(commit)?;
        if let Some((folder, reason)) = found.unread.first() {
            return Err(Failure::Git(GitError {
                name: format!("{name}:{folder}"),
                reason: reason.clone(),
            }));
        }
        Ok(Self {
            repository,
            name: name.to_owned(),
            files: found.files,
            owners: OnceLock::new(),
        })
    }

    /// The regular files whose path has this beginning.
    fn below(&self, start: &str) -> impl Iterator<Item = &File> {
        let from = self
            .files
            .partition_point(|file| file.path.as_str() < start);
        let inside = move |file: &&File| file.path.starts_with(start);
        self.files[from..]
            .iter()
            .take_while(inside)
            .filter(|file| file.mode == Mode::File)
    }

    fn text(&self, file: &File) -> Result<String, Failure> {
        let mut bytes = Vec::new();
        let reason = match self.repository.blob(file.id, LARGEST, &mut bytes) {
            Blob::Read => match String::from_utf8(bytes) {
                Ok(text) => return Ok(text),
                Err(_) => "it is not utf-8".to_owned(),
            },
            Blob::TooLarge => "it is larger than 64 MiB".to_owned(),
            Blob::Missing(reason) => reason,
        };
        Err(Failure::Git(GitError {
            name: format!("{}:{}", self.name, file.path),
            reason,
        }))
    }

    /// The configuration of the commit; an empty one where it has none.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        let is_config = |file: &&File| NAMES.contains(&file.path.as_str());
        let found: Vec<&File> = self.files.iter().filter(is_config).collect();
        match found.as_slice() {
            [] => Ok(Config::default()),
            [file] => config::parse(&file.path, &self.text(file)?).map_err(Failure::Config),
            [one, two, ..] => Err(Failure::Usage(format!(
                "{} has several configurations: {}, {}",
                self.name, one.path, two.path
            ))),
        }
    }

    /// Paths and texts of the files in `.tenure/` and `.tenure/waivers/`.
    pub(super) fn side_files(&self) -> Result<Vec<(String, String)>, Failure> {
        let near = |file: &&File| {
            let rest = &file.path[".tenure/".len()..];
            !rest.strip_prefix("waivers/").unwrap_or(rest).contains('/')
        };
        self.below(".tenure/")
            .filter(near)
            .map(|file| Ok((file.path.clone(), self.text(file)?)))
            .collect()
    }

    /// The words that stand where owners are named, in lower case: in CODEOWNERS, and beside a key that names an owner.
    fn owner_words(&self) -> FxHashSet<String> {
        let mut words = FxHashSet::default();
        for file in self.files.iter().filter(|file| file.mode == Mode::File) {
            let name = file_name(&file.path);
            let all = name == "CODEOWNERS";
            if !all && format::claim(&file.path, b"").is_none() {
                continue;
            }
            for line in self.text(file).unwrap_or_default().lines() {
                let line = line.split('#').next().unwrap_or_default();
                let parts = line.split(|c: char| c.is_whitespace() || "\"'=,;[]{}".contains(c));
                let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
                let key = |part: &&str| names_owner(part.trim_end_matches(':'));
                if all || parts.iter().any(key) {
                    words.extend(parts.into_iter().map(str::to_lowercase));
                }
            }
        }
        words
    }

    /// The rules in a folder of the commit, checked.
    pub(super) fn rules(&self, folder: &Path) -> Result<RuleSet, Failure> {
        let folder = folder.to_string_lossy().replace('\\', "/");
        let start = match folder.trim_start_matches("./").trim_end_matches('/') {
            "" | "." => String::new(),
            folder => format!("{folder}/"),
        };
        let (mut own, mut errors) = (Vec::new(), Vec::new());
        for file in self.below(&start) {
            let Some(id) = file.path[start.len()..].strip_suffix(".md") else {
                continue;
            };
            if id.rsplit('/').next() == Some("README") {
                continue;
            }
            match parse(id, &file.path, &self.text(file)?) {
                Ok(rule) => own.push(rule),
                Err(error) => errors.push(error.to_string()),
            }
        }
        if !errors.is_empty() {
            return Err(rules::wrong(Path::new(&folder), &errors));
        }
        rules::checked(Path::new(&folder), RuleSet::new(own))
    }
}

impl scan::Trusted for Trusted {
    fn text(&self, path: &str) -> Option<Vec<u8>> {
        let index = self
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path));
        let mut bytes = Vec::new();
        let blob = self
            .repository
            .blob(self.files[index.ok()?].id, LARGEST, &mut bytes);
        matches!(blob, Blob::Read).then_some(bytes)
    }

    fn names(&self, owner: &str) -> bool {
        let owners = self.owners.get_or_init(|| self.owner_words());
        owners.contains(&owner.to_lowercase())
    }
}
