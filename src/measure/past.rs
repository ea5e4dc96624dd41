//! The history of a work tree, for rules that ask for it.

use super::since::{compare, is_grafted, since};
use crate::finding::{Line, Past, Since};
use git2::Repository;
use std::path::{Path, PathBuf};

/// Most versions of one file that are read.
const MOST: usize = 400;
/// Largest version that is read.
const LARGEST: usize = 4 << 20;

/// A work tree with its history.
#[derive(Debug, Clone)]
pub struct Work {
    root: PathBuf,
    shallow: bool,
}

impl Work {
    /// The work tree at `root`.
    ///
    /// # Errors
    /// When there is no repository, or it has no commit: what git says.
    pub fn open(root: &Path) -> Result<Self, String> {
        let say = |error: git2::Error| error.message().to_owned();
        let repository = Repository::open(root).map_err(say)?;
        repository
            .head()
            .and_then(|head| head.peel_to_commit())
            .map_err(say)?;
        Ok(Self {
            root: root.to_owned(),
            shallow: repository.is_shallow(),
        })
    }
}

impl Past for Work {
    fn since(&self, lines: &[Line<'_>]) -> Result<Vec<Option<Since>>, String> {
        since(&self.root, lines)
    }

    fn versions(&self, paths: &[&str]) -> Result<Vec<Vec<Vec<u8>>>, String> {
        versions(&self.root, paths).map_err(|error| error.message().to_owned())
    }

    fn is_cut(&self) -> bool {
        self.shallow
    }
}

/// What each file held at the commits of the first-parent line that change it, the last one first; up to where it was made or
/// the history is cut.
fn versions(root: &Path, paths: &[&str]) -> Result<Vec<Vec<Vec<u8>>>, git2::Error> {
    let repository = Repository::open(root)?;
    if is_grafted(&repository) {
        return Err(git2::Error::from_str(
            "`info/grafts` changes the history of this clone",
        ));
    }
    let mut order: Vec<usize> = (0..paths.len()).collect();
    order.sort_by_key(|at| paths[*at]);
    let sorted: Vec<&str> = order.iter().map(|at| paths[*at]).collect();
    let mut texts: Vec<Vec<Vec<u8>>> = vec![Vec::new(); paths.len()];
    let mut next = Some(repository.head()?.peel_to_commit()?);
    while let (Some(commit), false) = (next.take(), sorted.is_empty()) {
        next = commit.parent(0).ok();
        // Where a shallow clone ends, what the commit changed is not known, but what it holds is.
        let old = next.as_ref().map(git2::Commit::tree_id);
        let mut changed = Vec::new();
        let ids = (Some(commit.tree_id()), old);
        compare(&repository, ids, &sorted, (0, 0), &mut changed)?;
        for (at, new, _) in changed {
            let texts = &mut texts[order[at]];
            if let (Some(new), true) = (new, texts.len() < MOST) {
                let blob = repository.find_blob(new)?;
                let kept = (blob.size() <= LARGEST).then(|| blob.content().to_vec());
                texts.extend(kept);
            }
        }
    }
    Ok(texts)
}
