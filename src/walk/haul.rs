//! What a walk of the work tree is to list, and what it brings together.

use super::asked::Asked;
use super::{Entry, Listing, Options};
use crate::source::{Gap, GapKind};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What to list and what to leave out.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) root: PathBuf,
    pub(super) asked: Asked,
    /// Folders strictly above those asked for: of them, only what leads there is entered.
    pub(super) above: FxHashSet<PathBuf>,
    pub(super) options: Options,
}

impl Plan {
    pub(super) fn new(root: PathBuf, asked: Asked, options: Options) -> Self {
        let above = asked
            .folders
            .iter()
            .flat_map(|folder| folder.ancestors().skip(1))
            .filter(|above| above.starts_with(&root))
            .map(Path::to_path_buf)
            .collect();
        Self {
            root,
            asked,
            above,
            options,
        }
    }

    /// Path relative to the root with forward slashes.
    pub(super) fn relative(&self, path: &Path) -> String {
        let (root, path) = (
            self.root.as_os_str().as_encoded_bytes(),
            path.as_os_str().as_encoded_bytes(),
        );
        let rest = path.strip_prefix(root).unwrap_or(path);
        let start = rest
            .iter()
            .position(|&byte| byte != b'/' && byte != b'\\')
            .unwrap_or(rest.len());
        let text = String::from_utf8_lossy(&rest[start..]);
        if cfg!(windows) {
            text.replace('\\', "/")
        } else {
            text.into_owned()
        }
    }

    /// Whether the configuration leaves a relative path out.
    pub(super) fn excludes(&self, path: &str) -> bool {
        !self.options.exclude.is_empty() && self.options.exclude.is_match(path)
    }
}

/// What the threads bring together.
#[derive(Debug, Default)]
pub(super) struct Haul {
    pub(super) entries: Vec<Entry>,
    skipped: BTreeMap<&'static str, usize>,
    /// Unreadable paths and why.
    pub(super) errors: Vec<(Option<PathBuf>, String)>,
    pub(super) gaps: Vec<Gap>,
    /// Folders that hold a `.git`.
    pub(super) repositories: FxHashSet<PathBuf>,
    /// Folders asked for that the walk came to.
    pub(super) reached: FxHashSet<PathBuf>,
}

impl Haul {
    pub(super) fn count(&mut self, reason: &'static str, times: usize) {
        *self.skipped.entry(reason).or_default() += times;
    }

    pub(super) fn file(&mut self, plan: &Plan, os: PathBuf) {
        let path = plan.relative(&os);
        if plan.excludes(&path) {
            self.count("excluded", 1);
        } else {
            self.entries.push(Entry { path, os });
        }
    }

    pub(super) fn add(&mut self, other: Haul) {
        self.entries.extend(other.entries);
        for (reason, times) in other.skipped {
            self.count(reason, times);
        }
        self.errors.extend(other.errors);
        self.gaps.extend(other.gaps);
        self.repositories.extend(other.repositories);
        self.reached.extend(other.reached);
    }

    pub(super) fn listing(mut self, plan: Arc<Plan>, missing: Vec<Gap>) -> Listing {
        self.entries
            .sort_unstable_by(|a, b| (&a.path, &a.os).cmp(&(&b.path, &b.os)));
        self.entries.dedup_by(|a, b| a.os == b.os);
        let mut listing = Listing {
            entries: self.entries,
            gaps: self.gaps,
            missing,
            ..Listing::default()
        };
        for (path, reason) in self.errors {
            let named = path
                .as_ref()
                .is_some_and(|p| plan.asked.folders.contains(p));
            let shown = path.map_or_else(String::new, |path| plan.relative(&path));
            let shown = if shown.is_empty() { "." } else { &shown };
            let gap = Gap::of_file(shown, GapKind::Unreadable, reason);
            if named {
                listing.missing.push(gap);
            } else {
                listing.gaps.push(gap);
            }
        }
        listing.gaps.sort();
        listing.gaps.dedup();
        listing.skipped = self
            .skipped
            .into_iter()
            .filter(|(_, times)| *times > 0)
            .map(|(reason, times)| (reason.to_owned(), times))
            .collect();
        listing.root.clone_from(&plan.root);
        listing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_asked_for_that_cannot_be_read_is_missing() {
        let mut asked = Asked::default();
        asked.folders.insert("/r/locked".into());
        let plan = Plan::new("/r".into(), asked, Options::default());
        let haul = Haul {
            errors: vec![(Some("/r/locked".into()), "permission denied".into())],
            ..Haul::default()
        };
        let listing = haul.listing(Arc::new(plan), Vec::new());
        assert!(listing.gaps.is_empty());
        assert_eq!(listing.missing[0].path, "locked");
    }

    #[test]
    fn relative_paths_work_at_the_file_system_root() {
        let plan = Plan::new("/".into(), Asked::default(), Options::default());
        assert_eq!(plan.relative(Path::new("/etc/x")), "etc/x");
    }
}
