//! What git tracks although an ignore rule matches it.

use super::haul::{Haul, Plan};
use crate::git::{self, Kind};
use crate::source::{Gap, GapKind};
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};

/// Adds what the indexes of the repositories met track and the walk did not list.
pub(super) fn tracked(plan: &Plan, haul: &mut Haul) {
    let mut repositories: Vec<PathBuf> = haul.repositories.iter().cloned().collect();
    repositories.sort();
    for repository in &repositories {
        let files = match git::tracked(repository) {
            Ok(files) => files,
            Err(reason) => {
                let path = plan.relative(&repository.join(".git"));
                haul.gaps.push(Gap::of_file(&path, GapKind::Git, reason));
                continue;
            }
        };
        let inside = plan.relative(repository);
        let listed: FxHashSet<&str> = haul.entries.iter().map(|e| e.path.as_str()).collect();
        let mut path = String::new();
        let unlisted: Vec<(PathBuf, Kind)> = files
            .into_iter()
            .filter(|(name, _)| {
                path.clone_from(&inside);
                if !inside.is_empty() {
                    path.push('/');
                }
                let Ok(name) = std::str::from_utf8(name) else {
                    return true;
                };
                path.push_str(name);
                !listed.contains(path.as_str())
            })
            .map(|(name, kind)| (repository.join(git::native(&name)), kind))
            .collect();
        drop(listed);
        let mut safe = FxHashSet::default();
        for (path, kind) in unlisted {
            if plan.asked.covers(&path) {
                add_tracked(plan, haul, repository, path, kind, &mut safe);
            }
        }
    }
}

/// Looks at one tracked path that the walk passed over. `safe` holds folders known to be no links.
fn add_tracked(
    plan: &Plan,
    haul: &mut Haul,
    repository: &Path,
    path: PathBuf,
    kind: Kind,
    safe: &mut FxHashSet<PathBuf>,
) {
    match kind {
        Kind::Submodule if haul.repositories.contains(&path) => return,
        Kind::Submodule => return haul.count("submodule", 1),
        Kind::Sparse => return haul.count("sparse", 1),
        Kind::Other => {}
    }
    let excluded = path
        .ancestors()
        .take_while(|above| *above != plan.root)
        .any(|above| plan.excludes(&plan.relative(above)));
    let is_file = std::fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file());
    if is_file && !excluded && through_folders(repository, &path, safe) {
        haul.file(plan, path);
    }
}

/// Whether every folder between the repository and a file is one, and no link: an index may name any path.
fn through_folders(repository: &Path, file: &Path, safe: &mut FxHashSet<PathBuf>) -> bool {
    let Some(folder) = file.parent() else {
        return false;
    };
    if folder == repository || safe.contains(folder) {
        return true;
    }
    let holds = std::fs::symlink_metadata(folder).is_ok_and(|meta| meta.is_dir())
        && through_folders(repository, folder, safe);
    if holds {
        safe.insert(folder.to_path_buf());
    }
    holds
}
