//! A repository whose commits have days and authors.

#![allow(unreachable_pub, dead_code, reason = "several test programs share it")]

use std::path::Path;

/// A repository in a temporary folder.
pub struct Repository(tempfile::TempDir, pub git2::Repository);

impl Repository {
    /// An empty one.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let git = git2::Repository::init(folder.path()).unwrap();
        Self(folder, git)
    }

    /// Its work tree.
    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// Commits these files, and no others, on a day.
    pub fn commit(&self, day: &str, files: &[(&str, &str)]) -> &Self {
        self.commit_by(day, files, ["a", "a"], "change")
    }

    /// The same by an author and a committer, with a message.
    pub fn commit_by(
        &self,
        day: &str,
        files: &[(&str, &str)],
        by: [&str; 2],
        message: &str,
    ) -> &Self {
        let mut index = self.1.index().unwrap();
        index.clear().unwrap();
        for (path, text) in files {
            let os = self.root().join(path);
            std::fs::create_dir_all(os.parent().unwrap()).unwrap();
            std::fs::write(os, text).unwrap();
            index.add_path(Path::new(path)).unwrap();
        }
        index.write().unwrap();
        let tree = self.1.find_tree(index.write_tree().unwrap()).unwrap();
        let moment: jiff::Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
        let [author, committer] = by.map(|name| {
            let mail = format!("{name}@example.com");
            let time = git2::Time::new(moment.as_second(), 0);
            git2::Signature::new(name, &mail, &time).unwrap()
        });
        let parent = self
            .1
            .head()
            .ok()
            .map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        self.1
            .commit(Some("HEAD"), &author, &committer, message, &tree, &parents)
            .unwrap();
        self
    }
}
