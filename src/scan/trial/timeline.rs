//! The history of an example: fences of one file with days are its versions.

use crate::finding::{Line, Past, Since};
use crate::model::Date;
use crate::rule::Example;
use rustc_hash::FxHashSet;

/// Versions of files, in the order of the page.
#[derive(Debug, Clone, Default)]
pub(super) struct Timeline(Vec<Version>);

#[derive(Debug, Clone)]
struct Version {
    day: Date,
    by: String,
    path: String,
    text: String,
}

/// Files with their bytes.
type Files = Vec<(String, Vec<u8>)>;

impl Timeline {
    pub(super) fn push(&mut self, day: Date, example: &Example, text: &str) {
        self.0.push(Version {
            day,
            by: example.by.clone(),
            path: example.file.clone(),
            text: text.to_owned(),
        });
    }

    /// Whether a file has a version.
    pub(super) fn has(&self, path: &str) -> bool {
        self.0.iter().any(|version| version.path == path)
    }

    /// The files before the last day, and the paths that the last day alters; none where no fence has a day.
    pub(super) fn before(&self, files: &Files) -> Option<(Files, FxHashSet<String>)> {
        let last = self.0.iter().map(|version| version.day).max()?;
        let (mut old, mut touched) = (Files::new(), FxHashSet::default());
        for (path, text) in files {
            let mut versions = self.0.iter().filter(|version| version.path == *path);
            if !self.has(path) {
                old.push((path.clone(), text.clone()));
            } else if let Some(version) = versions.rfind(|version| version.day < last) {
                let before = version.text.clone().into_bytes();
                if before != *text {
                    touched.insert(path.clone());
                }
                old.push((path.clone(), before));
            }
        }
        Some((old, touched))
    }

    fn of<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Version> {
        self.0
            .iter()
            .rev()
            .filter(move |version| version.path == path)
    }
}

impl Past for Timeline {
    fn since(&self, lines: &[Line<'_>]) -> Result<Vec<Option<Since>>, String> {
        let has = |version: &&Version, line: &Line<'_>| {
            let mut lines = version.text.lines();
            lines.any(|own| own.trim() == line.text)
        };
        let one = |line: &Line<'_>| {
            let version = self
                .of(line.path)
                .take_while(|version| has(version, line))
                .last()?;
            Some(Since {
                day: version.day,
                commit: String::new(),
                author: version.by.clone(),
                email: version.by.clone(),
                subject: String::new(),
            })
        };
        Ok(lines.iter().map(one).collect())
    }

    fn versions(&self, paths: &[&str]) -> Result<Vec<Vec<Vec<u8>>>, String> {
        let texts = |path: &&str| {
            let versions = self.of(path);
            versions
                .map(|version| version.text.clone().into_bytes())
                .collect()
        };
        Ok(paths.iter().map(texts).collect())
    }

    fn is_cut(&self) -> bool {
        false
    }
}
