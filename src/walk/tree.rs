//! Lists the work tree: one parallel walk from the root, then what git tracks although an ignore rule matches it.

use super::asked::asked;
use super::haul::{Haul, Plan};
use super::tracked::tracked;
use super::{Listing, Options};
use crate::source::file::reason;
use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};
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
    use crate::source::{Gap, GapKind};

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
        let mut haul = Haul::default();
        haul.errors.push(unreadable(error));
        let plan = Plan::new("/r".into(), Default::default(), Options::default());
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
}
