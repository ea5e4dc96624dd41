//! The commits of a line that change some files, and whether a second person stands behind each. The forge's own record of
//! reviews is not in a repository: where no second name is written it is not evidenced, which is not the same as missing.

use super::people::{Evidence, Mailmap, People};
use super::sample::Samples;
use crate::git::{Blob, Commit, Oid, Repository};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Changes to the files that were asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// Commits of the first-parent line that change one of them.
    pub commits: usize,
    /// Of them, those that name nobody but their authors.
    pub solo: usize,
    /// Of them, those that a program wrote, and that name no person.
    pub by_machines: usize,
    /// Of them, those that name no author.
    pub nameless: usize,
}

/// Folders that are kept for the next commits.
const KEPT: usize = 20_000;
/// Bytes of a `.mailmap`.
const MAILMAP: u64 = 4 << 20;

impl std::ops::AddAssign for Changes {
    fn add_assign(&mut self, other: Self) {
        self.commits += other.commits;
        self.solo += other.solo;
        self.by_machines += other.by_machines;
        self.nameless += other.nameless;
    }
}

/// Counts the changes to files, up to each sample from the one before it. The first commit of the range counts only where it
/// is the first of all.
#[must_use]
pub fn changes(samples: &Samples, files: &FxHashSet<&str>) -> Vec<Changes> {
    let repository = samples.repository();
    let mut walk = Walk::new(repository, files);
    let mailmap = mailmap(samples);
    let mut counted = vec![Changes::default(); samples.samples.len()];
    let mut at = samples.samples.len();
    for id in samples.line() {
        if at > 0 && samples.samples[at - 1].commit == id.to_string() {
            at -= 1;
        }
        let Some(changes) = counted.get_mut(at) else {
            continue;
        };
        let Ok(commit) = Commit::read(repository, *id) else {
            continue;
        };
        let before = match commit.parents.first() {
            None => None,
            Some(parent) => match Commit::read(repository, *parent) {
                Ok(parent) => Some(parent.tree),
                Err(_) => continue,
            },
        };
        if !walk.differs(Some(commit.tree), before, &mut String::new()) {
            continue;
        }
        let people = |id: &Oid| Some(People::read(&repository.text(*id).ok()?, &mailmap));
        let branch = commit.parents.get(1).and_then(people);
        changes.commits += 1;
        match people(id).map(|own| own.evidence(branch.as_ref())) {
            Some(Evidence::Second) => {}
            Some(Evidence::Solo) => changes.solo += 1,
            Some(Evidence::Machine) => changes.by_machines += 1,
            Some(Evidence::Nobody) | None => changes.nameless += 1,
        }
    }
    counted
}

fn mailmap(samples: &Samples) -> Mailmap {
    let repository = samples.repository();
    let entry = samples.line().first().and_then(|id| {
        let tree = Commit::read(repository, *id).ok()?.tree;
        let entries = repository.folder(tree).ok()?;
        let own = entries
            .into_iter()
            .find(|(_, name, _)| &**name == b".mailmap");
        own.map(|(_, _, id)| id)
    });
    let mut bytes = Vec::new();
    match entry.map(|id| repository.blob(id, MAILMAP, &mut bytes)) {
        Some(Blob::Read) => Mailmap::read(&String::from_utf8_lossy(&bytes)),
        _ => Mailmap::default(),
    }
}

type Folder = Arc<Vec<(u32, Box<[u8]>, Oid)>>;

/// Compares folders, and only those that lead to the files.
struct Walk<'a> {
    repository: &'a Repository,
    files: &'a FxHashSet<&'a str>,
    folders: FxHashSet<&'a str>,
    read: FxHashMap<Oid, Folder>,
}

impl<'a> Walk<'a> {
    fn new(repository: &'a Repository, files: &'a FxHashSet<&'a str>) -> Self {
        let above = |file: &&'a str| {
            let file = *file;
            file.match_indices('/').map(move |(at, _)| &file[..at])
        };
        Self {
            repository,
            files,
            folders: files.iter().flat_map(above).collect(),
            read: FxHashMap::default(),
        }
    }

    fn folder(&mut self, id: Option<Oid>) -> Folder {
        let Some(id) = id else {
            return Folder::default();
        };
        if let Some(folder) = self.read.get(&id) {
            return Arc::clone(folder);
        }
        if self.read.len() >= KEPT {
            self.read.clear();
        }
        let folder = Arc::new(self.repository.folder(id).unwrap_or_default());
        self.read.insert(id, Arc::clone(&folder));
        folder
    }

    /// Whether one of the files differs between two folders at `path`.
    fn differs(&mut self, new: Option<Oid>, old: Option<Oid>, path: &mut String) -> bool {
        if new == old {
            return false;
        }
        let (new, old) = (self.folder(new), self.folder(old));
        let of = |folder: &Folder, name: &[u8]| {
            let own = folder.iter().find(|(_, own, _)| **own == *name);
            own.map(|(mode, _, id)| (*mode, *id))
        };
        let names = new
            .iter()
            .chain(old.iter().filter(|(_, name, _)| of(&new, name).is_none()));
        for (_, name, _) in names {
            let (now, before) = (of(&new, name), of(&old, name));
            if now == before {
                continue;
            }
            let Ok(name) = std::str::from_utf8(name) else {
                continue;
            };
            let length = path.len();
            path.push_str(if length == 0 { "" } else { "/" });
            path.push_str(name);
            let folder = |entry: Option<(u32, Oid)>| {
                entry
                    .filter(|(mode, _)| mode >> 12 == 0o04)
                    .map(|(_, id)| id)
            };
            let found = self.files.contains(path.as_str())
                || self.folders.contains(path.as_str())
                    && self.differs(folder(now), folder(before), path);
            path.truncate(length);
            if found {
                return true;
            }
        }
        false
    }
}
