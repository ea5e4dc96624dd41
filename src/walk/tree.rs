//! Lists the work tree: one parallel walk from the root, then what git tracks although an ignore rule matches it.

use super::asked::{Asked, asked};
use super::tracked::tracked;
use super::{Entry, Listing, Options};
use crate::source::file::reason;
use crate::source::{Gap, GapKind};
use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Lists the files below `roots`, or the files themselves. No root stands for the current folder.
///
/// A folder asked for by name is listed even when an ignore rule above it matches it. The user's global ignore file and
/// ignore files above the repository play no part, so that every machine lists the same.
#[must_use]
pub fn tree(roots: &[PathBuf], options: &Options) -> Listing {
    let mut asked = asked(roots);
    let root = asked.root();
    let missing = std::mem::take(&mut asked.missing);
    let plan = Arc::new(Plan::new(root, asked, options.clone()));
    let mut haul = Haul::default();
    haul.count("link", plan.asked.links);
    haul.count("special", plan.asked.special);
    for file in &plan.asked.files {
        haul.file(&plan, file.clone());
    }
    if !plan.asked.folders.is_empty() {
        walk(&plan, &plan.root, &mut haul);
        for folder in &plan.asked.folders {
            if !haul.reached.contains(folder) {
                walk(&plan, folder, &mut haul);
            }
        }
        tracked(&plan, &mut haul);
    }
    haul.listing(plan, missing)
}

/// What to list and what to leave out.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) root: PathBuf,
    pub(super) asked: Asked,
    /// Folders strictly above those asked for: of them, only what leads there is entered.
    above: FxHashSet<PathBuf>,
    options: Options,
}

impl Plan {
    fn new(root: PathBuf, asked: Asked, options: Options) -> Self {
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
    errors: Vec<(Option<PathBuf>, String)>,
    pub(super) gaps: Vec<Gap>,
    /// Folders that hold a `.git`.
    pub(super) repositories: FxHashSet<PathBuf>,
    /// Folders asked for that the walk came to.
    reached: FxHashSet<PathBuf>,
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

    fn add(&mut self, other: Haul) {
        self.entries.extend(other.entries);
        for (reason, times) in other.skipped {
            self.count(reason, times);
        }
        self.errors.extend(other.errors);
        self.gaps.extend(other.gaps);
        self.repositories.extend(other.repositories);
        self.reached.extend(other.reached);
    }

    fn listing(mut self, plan: Arc<Plan>, missing: Vec<Gap>) -> Listing {
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

/// Walks from `start`, entering only what leads to or lies in a folder asked for.
fn walk(plan: &Arc<Plan>, start: &Path, haul: &mut Haul) {
    let sink = Arc::new(Mutex::new(Haul::default()));
    let obey = !plan.options.no_ignore;
    let mut builder = WalkBuilder::new(start);
    builder
        .hidden(false)
        .parents(false)
        .ignore(obey)
        .git_ignore(obey)
        .git_exclude(obey)
        .git_global(false)
        .follow_links(false)
        .threads(plan.options.threads);
    let (filter_plan, filter_sink) = (Arc::clone(plan), Arc::clone(&sink));
    builder.filter_entry(move |entry| enters(&filter_plan, &filter_sink, entry));
    builder
        .build_parallel()
        .visit(&mut Visitors { plan, sink: &sink });
    let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
    if plan.asked.folders.contains(start) {
        sink.reached.insert(start.to_path_buf());
    }
    haul.add(std::mem::take(&mut *sink));
}

/// Whether an entry is listed or entered. Notes repositories and folders asked for on the way.
fn enters(plan: &Plan, sink: &Mutex<Haul>, entry: &DirEntry) -> bool {
    let note = |change: &dyn Fn(&mut Haul)| {
        change(&mut sink.lock().unwrap_or_else(PoisonError::into_inner));
    };
    let path = entry.path();
    if entry.file_name() == ".git" {
        if let Some(folder) = path.parent() {
            note(&|haul| haul.repositories.extend([folder.to_path_buf()]));
        }
        return false;
    }
    if !plan.above.is_empty() && path.parent().is_some_and(|p| plan.above.contains(p)) {
        if !plan.asked.folders.contains(path) {
            return plan.above.contains(path);
        }
        note(&|haul| haul.reached.extend([path.to_path_buf()]));
    }
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    if is_folder && plan.excludes(&plan.relative(path)) {
        note(&|haul| haul.count("excluded", 1));
        return false;
    }
    true
}

struct Visitors<'a> {
    plan: &'a Plan,
    sink: &'a Mutex<Haul>,
}

impl<'a> ParallelVisitorBuilder<'a> for Visitors<'a> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'a> {
        Box::new(Visitor {
            plan: self.plan,
            sink: self.sink,
            haul: Haul::default(),
        })
    }
}

/// One thread's part; handed over when the thread is done.
struct Visitor<'a> {
    plan: &'a Plan,
    sink: &'a Mutex<Haul>,
    haul: Haul,
}

impl ParallelVisitor for Visitor<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry) => match entry.file_type() {
                Some(kind) if kind.is_file() => self.haul.file(self.plan, entry.into_path()),
                Some(kind) if kind.is_dir() => {}
                Some(kind) if kind.is_symlink() => self.haul.count("link", 1),
                _ => self.haul.count("special", 1),
            },
            Err(error) => self.haul.errors.push(unreadable(error)),
        }
        WalkState::Continue
    }
}

impl Drop for Visitor<'_> {
    fn drop(&mut self) {
        let haul = std::mem::take(&mut self.haul);
        self.sink
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .add(haul);
    }
}

/// The path and the operating system's reason of a walk's error.
fn unreadable(error: ignore::Error) -> (Option<PathBuf>, String) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path), unreadable(*err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            unreadable(*err)
        }
        ignore::Error::Io(error) => (None, reason(&error)),
        other => (None, other.to_string().to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_error_keeps_its_path_and_reason() {
        let denied = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let error = ignore::Error::WithDepth {
            depth: 1,
            err: Box::new(ignore::Error::WithPath {
                path: "/r/locked".into(),
                err: Box::new(ignore::Error::Io(denied)),
            }),
        };
        let haul = Haul {
            errors: vec![unreadable(error)],
            ..Haul::default()
        };
        let plan = Plan::new("/r".into(), Asked::default(), Options::default());
        let listing = haul.listing(Arc::new(plan), Vec::new());
        assert_eq!(
            listing.gaps,
            [Gap::of_file(
                "locked",
                GapKind::Unreadable,
                "permission denied"
            )]
        );
        assert!(listing.missing.is_empty());
    }

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
