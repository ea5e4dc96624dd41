//! What lies around a staged change: in a small repository every file that has a syntax, in a large one the files that speak
//! of the same things.
//!
//! Those are the files of the same folder, of the chart or overlay a file belongs to, of the local modules that a root calls,
//! of all workflows when one of them changed, and what says who owns: CODEOWNERS, and catalogue files and namespaces of the
//! folders above. Who calls a module from elsewhere is not looked for.

use super::pair::{Pair, Place};
use crate::format::claim;
use crate::source::folder::{file_name, folder, join};
use std::collections::{BTreeMap, BTreeSet};

/// Files with a syntax up to which a repository is read whole.
const WHOLE: usize = 1000;
/// Files around a change past which no more are read.
const MOST: usize = 2000;
/// Bytes of a file in which calls of modules are looked for.
pub(super) const LARGEST: u64 = 4 << 20;

/// Reads up to [`LARGEST`] bytes of a path from one of its places.
pub(super) type Reader<'r> = &'r dyn Fn(&Pair, &Place, &mut Vec<u8>);

/// Leaves only the change and what lies around it. Returns whether anything with a syntax was left out.
pub(super) fn around(pairs: &mut Vec<Pair>, read: Reader<'_>) -> bool {
    let unchanged = |pair: &&Pair| !pair.changed && claim(&pair.path, b"").is_some();
    let all = pairs.iter().filter(unchanged).count();
    let kept: BTreeSet<usize> = if pairs.iter().all(|pair| !pair.changed) {
        BTreeSet::new()
    } else if all <= WHOLE {
        let pairs = pairs.iter().enumerate();
        let unchanged = pairs.filter(|(_, pair)| unchanged(pair));
        unchanged.map(|(index, _)| index).collect()
    } else {
        near(pairs, read)
    };
    let mut index = 0;
    pairs.retain(|pair| {
        index += 1;
        pair.changed || kept.contains(&(index - 1))
    });
    kept.len() < all
}

/// Places of the unchanged files around the change.
fn near(pairs: &[Pair], read: Reader<'_>) -> BTreeSet<usize> {
    let folders = Folders::new(pairs);
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    let mut below: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&str> = Vec::new();
    for pair in pairs.iter().filter(|pair| pair.changed) {
        let folder = folder(&pair.path);
        open.push(folder);
        if pair.path.starts_with(".github/") {
            below.insert(".github");
        }
        let root = ancestors(folder).find(|above| folders.is_bundle(above));
        below.extend(root.filter(|root| !root.is_empty()));
    }
    while let Some(folder) = open.pop() {
        if wanted.len() > MOST || !wanted.insert(folder) {
            continue;
        }
        open.extend(folders.calls(folder, read));
    }
    let mut kept: BTreeSet<usize> = BTreeSet::new();
    for (index, pair) in pairs.iter().enumerate() {
        let own = folder(&pair.path);
        let speaks = is_owner_file(&pair.path)
            && (own.is_empty()
                || matches!(own, ".github" | ".gitlab" | "docs")
                || wanted.iter().any(|folder| is_above(own, folder)));
        let inside = wanted.contains(own) || ancestors(own).any(|above| below.contains(above));
        if !pair.changed && (speaks || inside) && claim(&pair.path, b"").is_some() {
            kept.insert(index);
        }
        if kept.len() >= MOST {
            break;
        }
    }
    kept
}

/// The files of the new side by folder.
struct Folders<'a>(BTreeMap<&'a str, Vec<usize>>, &'a [Pair]);

impl<'a> Folders<'a> {
    fn new(pairs: &'a [Pair]) -> Self {
        let mut folders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, pair) in pairs.iter().enumerate() {
            if pair.new.is_some() {
                folders.entry(folder(&pair.path)).or_default().push(index);
            }
        }
        Self(folders, pairs)
    }

    fn files(&self, folder: &str) -> impl Iterator<Item = &'a Pair> + '_ {
        let files = self.0.get(folder).into_iter().flatten();
        files.map(|&index| &self.1[index])
    }

    /// Whether a folder is a chart or an overlay.
    fn is_bundle(&self, folder: &str) -> bool {
        self.files(folder).any(|pair| {
            matches!(
                file_name(&pair.path),
                "Chart.yaml" | "kustomization.yaml" | "kustomization.yml" | "Kustomization"
            )
        })
    }

    /// The folders of local modules that a folder's configurations call.
    fn calls(&self, folder: &str, read: Reader<'_>) -> Vec<&'a str> {
        let mut found = Vec::new();
        let mut buffer = Vec::new();
        for pair in self.files(folder).filter(|pair| pair.path.ends_with(".tf")) {
            let Some(place) = &pair.new else {
                continue;
            };
            read(pair, place, &mut buffer);
            for line in String::from_utf8_lossy(&buffer).lines() {
                let source = line
                    .trim_start()
                    .strip_prefix("source")
                    .and_then(|rest| rest.trim_start().strip_prefix('='))
                    .and_then(|rest| rest.trim().strip_prefix('"')?.split('"').next())
                    .filter(|source| source.starts_with('.'));
                let target = source.and_then(|source| join(folder, source));
                let known = target.and_then(|target| self.0.get_key_value(target.as_str()));
                found.extend(known.map(|(known, _)| *known));
            }
        }
        found
    }
}

/// A folder and all above it, the root last.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| (!path.is_empty()).then(|| folder(path)))
}

fn is_above(above: &str, path: &str) -> bool {
    ancestors(path).any(|folder| folder == above)
}

/// Whether a file's name says that it tells owners of what is beside or below it.
fn is_owner_file(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    matches!(
        name.as_str(),
        "codeowners" | "owners" | "maintainers" | "maintainers.md" | "maintainers.txt"
    ) || name.starts_with("catalog-info.")
        || name.contains("namespace")
        || name.starts_with("kustomization")
        || name == "dependabot.yml"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_above_end_at_the_root() {
        assert_eq!(ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
    }
}
