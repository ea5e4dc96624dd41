//! All objects of a repository, read in the order of the deltas that make them, so that each is inflated once.
//!
//! A pack stores most objects as changes of others. Reading them one by one applies the same changes again and again;
//! walking from each whole object to all that is made of it applies each once, and shows which bytes are new. The reader is
//! safe code over hostile bytes: what is damaged, or past a limit, is counted and left out. Packs with an index of version 2
//! are read here; loose objects, and what alternates hold, through libgit2.

mod file;
mod index;
mod walk;

pub use walk::{Made, Visit, Walk};

use super::{GitError, Repository};
use file::Pack;
use git2::Oid;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A commit.
    Commit,
    /// A folder.
    Tree,
    /// A file.
    Blob,
    /// A tag with a message.
    Tag,
    /// Made of an object that is not there.
    Broken,
}

/// No object.
pub const NONE: u32 = u32::MAX;

/// One object: where it lies in its pack and what it is made of.
#[derive(Debug, Clone)]
struct Object {
    id: Oid,
    /// The pack; [`LOOSE`] for what libgit2 reads.
    pack: u16,
    kind: Kind,
    /// The compressed bytes in the pack.
    start: u64,
    end: u64,
    /// Bytes when inflated: of the delta, where it is one.
    size: u32,
    /// What a delta changes.
    base: u32,
}

const LOOSE: u16 = u16::MAX;

/// All objects of a repository.
pub struct Store<'r> {
    repository: &'r Repository,
    packs: Vec<Pack>,
    objects: Vec<Object>,
    known: FxHashMap<Oid, u32>,
    /// What is made of each object: `children[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    children: Vec<u32>,
    /// What could not be read, and why.
    pub damage: Vec<String>,
}

impl std::fmt::Debug for Store<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("objects", &self.objects.len())
            .finish_non_exhaustive()
    }
}

/// Largest index of a pack in bytes.
const LARGEST: u64 = 8 << 30;
/// Bases of bases past which a chain has no end.
const DEEPEST: usize = 100_000;

impl<'r> Store<'r> {
    /// Reads the packs of a repository and lists its loose objects.
    ///
    /// # Errors
    /// When the folder of objects cannot be listed.
    pub fn open(repository: &'r Repository) -> Result<Self, GitError> {
        let mut store = Self {
            repository,
            packs: Vec::new(),
            objects: Vec::new(),
            known: FxHashMap::default(),
            starts: Vec::new(),
            children: Vec::new(),
            damage: Vec::new(),
        };
        let objects = repository.common.join("objects");
        for path in listed(&objects.join("pack"), "idx") {
            if let Err(reason) = store.pack(&path) {
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                store.damage.push(format!("{name}: {reason}"));
            }
        }
        store.settle();
        if !store.damage.is_empty() || holds_others(&objects) {
            store.others()?;
        }
        store.link();
        Ok(store)
    }

    /// Adds what is in no pack that was read: loose objects and those of alternates.
    fn others(&mut self) -> Result<(), GitError> {
        let mut ids = Vec::new();
        let listed = self.repository.odb.foreach(|id| {
            ids.push(*id);
            true
        });
        listed.map_err(|error| GitError::new("the objects", super::object::phrase(&error)))?;
        for id in ids {
            if self.known.contains_key(&id) {
                continue;
            }
            let Ok((size, kind)) = self.repository.odb.read_header(id) else {
                self.damage.push(format!("{id} cannot be read"));
                continue;
            };
            let kind = match kind {
                git2::ObjectType::Commit => Kind::Commit,
                git2::ObjectType::Tree => Kind::Tree,
                git2::ObjectType::Blob => Kind::Blob,
                git2::ObjectType::Tag => Kind::Tag,
                git2::ObjectType::Any => continue,
            };
            self.add(Object {
                id,
                pack: LOOSE,
                kind,
                start: 0,
                end: 0,
                size: u32::try_from(size).unwrap_or(u32::MAX),
                base: NONE,
            });
        }
        Ok(())
    }

    fn add(&mut self, object: Object) -> u32 {
        let index = u32::try_from(self.objects.len()).unwrap_or(NONE);
        self.known.entry(object.id).or_insert(index);
        self.objects.push(object);
        index
    }

    /// Gives every delta the kind of the whole object it comes from.
    fn settle(&mut self) {
        let mut chain = Vec::new();
        for index in 0..self.objects.len() {
            chain.clear();
            let mut at = index;
            let kind = loop {
                let object = &self.objects[at];
                if object.base == NONE || object.kind != Kind::Broken {
                    break object.kind;
                }
                chain.push(at);
                at = object.base as usize;
                if chain.len() > DEEPEST || at >= self.objects.len() {
                    break Kind::Broken;
                }
            };
            for &link in &chain {
                self.objects[link].kind = kind;
            }
        }
    }

    fn link(&mut self) {
        let mut starts = vec![0u32; self.objects.len() + 1];
        for object in &self.objects {
            if object.base != NONE {
                starts[object.base as usize + 1] += 1;
            }
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut children = vec![NONE; starts.last().map_or(0, |&end| end as usize)];
        for (index, object) in self.objects.iter().enumerate() {
            if object.base != NONE {
                let slot = &mut next[object.base as usize];
                children[*slot as usize] = u32::try_from(index).unwrap_or(NONE);
                *slot += 1;
            }
        }
        (self.starts, self.children) = (starts, children);
    }

    /// How many objects there are, twins of several packs counted each.
    #[must_use]
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// The object with this hash; [`NONE`] when it is not there.
    #[must_use]
    pub fn find(&self, id: Oid) -> u32 {
        self.known.get(&id).copied().unwrap_or(NONE)
    }

    /// What an object is.
    #[must_use]
    pub fn kind(&self, index: u32) -> Kind {
        self.objects[index as usize].kind
    }

    /// How many objects there are of a kind.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        let objects = self.objects.iter();
        objects.filter(|object| object.kind == kind).count()
    }

    /// An object's hash.
    #[must_use]
    pub fn id(&self, index: u32) -> Oid {
        self.objects[index as usize].id
    }

    fn children(&self, index: u32) -> std::ops::Range<usize> {
        self.starts[index as usize] as usize..self.starts[index as usize + 1] as usize
    }
}

/// Whether objects lie outside of packs, in one that only a list of several packs knows, or in another repository.
fn holds_others(objects: &Path) -> bool {
    let entries = std::fs::read_dir(objects).into_iter().flatten().flatten();
    let loose = entries
        .map(|entry| entry.file_name())
        .any(|name| name.len() == 2);
    let mut packs = listed(&objects.join("pack"), "pack").into_iter();
    loose
        || objects.join("info/alternates").exists()
        || packs.any(|pack| !pack.with_extension("idx").exists())
}

/// The files of a folder with an ending, sorted.
fn listed(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|own| own == ending))
        .collect();
    paths.sort();
    paths
}
