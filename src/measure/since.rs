//! Since when lines stand in a repository: the commit of the first-parent line that brought each.
//!
//! Lines are followed through the differences of each change to their file; a line that only moved within its file is
//! followed by its text. A file that was renamed is followed by the likeness of its content.

use crate::finding::{Line, Since};
use git2::{Blob, Commit, ErrorCode, ObjectType, Oid, Repository, Tree};
use rustc_hash::FxHashMap;
use std::path::Path;

/// Largest file that is looked into.
const LARGEST: usize = 16 << 20;

/// For each line the commit that brought it; none for a line that is not committed, or older than a shallow clone.
///
/// # Errors
/// When there is no repository, or its history does not read: what git says.
pub fn since(root: &Path, lines: &[Line<'_>]) -> Result<Vec<Option<Since>>, String> {
    let say = |error: git2::Error| error.message().to_owned();
    let repository = Repository::open(root).map_err(say)?;
    let head = repository
        .head()
        .and_then(|head| head.peel_to_commit())
        .map_err(say)?;
    if is_grafted(&repository) {
        return Err("`info/grafts` changes the history of this clone".to_owned());
    }
    let mut search = Search::new(&repository, lines);
    search.begin(&head.tree().map_err(say)?).map_err(say)?;
    let mut commit = head;
    while !search.is_done() {
        let parent = match commit.parent(0) {
            Ok(parent) => Some(parent),
            Err(_) if commit.parent_count() == 0 => None,
            Err(error) if error.code() == ErrorCode::NotFound => break,
            Err(error) => return Err(say(error)),
        };
        if parent.is_none() && repository.is_shallow() {
            break;
        }
        search.step(&commit, parent.as_ref()).map_err(say)?;
        match parent {
            Some(parent) => commit = parent,
            None => break,
        }
    }
    Ok(search.found)
}

/// Whether this clone gives commits other parents than they have.
pub(super) fn is_grafted(repository: &Repository) -> bool {
    let file = repository.commondir().join("info/grafts");
    std::fs::metadata(file).is_ok_and(|file| file.len() > 0)
}

/// A file that lines are looked for in, under the name it has at the current commit.
struct File {
    path: String,
    /// Lines that are still older: index among those asked for, number in the file.
    open: Vec<(usize, u32)>,
}

struct Search<'r> {
    repository: &'r Repository,
    texts: Vec<&'r str>,
    files: Vec<File>,
    found: Vec<Option<Since>>,
}

impl<'r> Search<'r> {
    fn new(repository: &'r Repository, lines: &[Line<'r>]) -> Self {
        let mut files: Vec<File> = Vec::new();
        let mut by_path: FxHashMap<&str, usize> = FxHashMap::default();
        for (index, line) in lines.iter().enumerate() {
            let at = *by_path.entry(line.path).or_insert_with(|| {
                files.push(File {
                    path: line.path.to_owned(),
                    open: Vec::new(),
                });
                files.len() - 1
            });
            files[at].open.push((index, line.number));
        }
        Self {
            repository,
            texts: lines.iter().map(|line| line.text).collect(),
            files,
            found: vec![None; lines.len()],
        }
    }

    /// Leaves out what the last commit does not have.
    fn begin(&mut self, tree: &Tree<'_>) -> Result<(), git2::Error> {
        for file in &mut self.files {
            let blob = blob_of(tree, &file.path).map(|id| self.repository.find_blob(id));
            let blob = blob.transpose()?;
            let lines = blob.as_ref().map_or_else(Vec::new, lines);
            file.open.retain_mut(|(index, number)| {
                let places = places(&lines, self.texts[*index]);
                let near = places
                    .into_iter()
                    .min_by_key(|place| place.abs_diff(*number));
                *number = near.unwrap_or(0);
                near.is_some()
            });
        }
        self.tidy();
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.files.is_empty()
    }

    fn tidy(&mut self) {
        self.files.retain(|file| !file.open.is_empty());
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// Settles the lines that a commit brought.
    fn step(
        &mut self,
        commit: &Commit<'_>,
        parent: Option<&Commit<'_>>,
    ) -> Result<(), git2::Error> {
        let tree = commit.tree()?;
        let before = parent.map(Commit::tree).transpose()?;
        let mut changed = Vec::new();
        let paths: Vec<&str> = self.files.iter().map(|file| file.path.as_str()).collect();
        let ids = (Some(tree.id()), before.as_ref().map(Tree::id));
        compare(self.repository, ids, &paths, (0, 0), &mut changed)?;
        let mut renamed = None;
        for (at, new, old) in changed {
            if old.is_none()
                && let Some(before) = &before
            {
                let renames = match &renamed {
                    Some(renames) => renames,
                    None => renamed.insert(renames(self.repository, before, &tree)?),
                };
                if let Some(path) = renames.get(&self.files[at].path) {
                    self.files[at].path.clone_from(path);
                    let blob = blob_of(before, path);
                    self.settle(at, (new, blob), commit)?;
                    continue;
                }
            }
            self.settle(at, (new, old), commit)?;
        }
        self.tidy();
        Ok(())
    }

    /// Goes from the new content of a file to the old one; what is not there came with the commit.
    fn settle(
        &mut self,
        at: usize,
        (new, old): (Option<Oid>, Option<Oid>),
        commit: &Commit<'_>,
    ) -> Result<(), git2::Error> {
        let open = std::mem::take(&mut self.files[at].open);
        let (Some(new), Some(old)) = (new, old) else {
            for (index, _) in open {
                self.found[index] = told(commit);
            }
            return Ok(());
        };
        let (new, old) = (
            self.repository.find_blob(new)?,
            self.repository.find_blob(old)?,
        );
        if new.size().max(old.size()) > LARGEST {
            return Ok(());
        }
        let hunks = hunks(&old, &new)?;
        let (before, after) = (lines(&old), lines(&new));
        let mut kept: Vec<(usize, u32)> = Vec::with_capacity(open.len());
        let mut added = Vec::new();
        for (index, number) in open {
            match earlier(&hunks, number) {
                Some(number) => kept.push((index, number)),
                None => added.push(index),
            }
        }
        for index in added {
            let text = self.texts[index];
            let free = places(&before, text);
            let moved = free.len() >= places(&after, text).len();
            let taken = |place: &u32| {
                kept.iter()
                    .any(|(own, at)| at == place && self.texts[*own] == text)
            };
            match free.into_iter().find(|place| moved && !taken(place)) {
                Some(place) => kept.push((index, place)),
                None => self.found[index] = told(commit),
            }
        }
        self.files[at].open = kept;
        Ok(())
    }
}

/// Old start and length, new start and length of each difference, in order.
fn hunks(old: &Blob<'_>, new: &Blob<'_>) -> Result<Vec<[u32; 4]>, git2::Error> {
    let mut options = git2::DiffOptions::new();
    options.context_lines(0).ignore_whitespace_change(true);
    let patch = git2::Patch::from_blobs(old, None, new, None, Some(&mut options))?;
    (0..patch.num_hunks())
        .map(|at| {
            let (hunk, _) = patch.hunk(at)?;
            Ok([
                hunk.old_start(),
                hunk.old_lines(),
                hunk.new_start(),
                hunk.new_lines(),
            ])
        })
        .collect()
}

/// The number that a line had before the differences; none for one that they added.
fn earlier(hunks: &[[u32; 4]], number: u32) -> Option<u32> {
    let mut shift = 0_i64;
    for [_, old_lines, new_start, new_lines] in hunks {
        // A hunk that adds nothing stands after the line it names.
        let start = new_start + u32::from(*new_lines == 0);
        if number < start {
            break;
        }
        if number < start + new_lines {
            return None;
        }
        shift += i64::from(*old_lines) - i64::from(*new_lines);
    }
    u32::try_from(i64::from(number) + shift).ok()
}

fn lines<'b>(blob: &'b Blob<'_>) -> Vec<&'b [u8]> {
    match blob.size() > LARGEST {
        true => Vec::new(),
        false => blob
            .content()
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii)
            .collect(),
    }
}

/// Numbers of the lines that are a text, or hold it where it is a fingerprint.
fn places(lines: &[&[u8]], text: &str) -> Vec<u32> {
    let print = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is = |line: &[u8]| {
        line == text.as_bytes() || (print && memchr::memmem::find(line, text.as_bytes()).is_some())
    };
    (1_u32..)
        .zip(lines)
        .filter(|(_, line)| is(line))
        .map(|(number, _)| number)
        .collect()
}

fn told(commit: &Commit<'_>) -> Option<Since> {
    let moment = jiff::Timestamp::from_second(commit.time().seconds()).ok()?;
    let author = commit.author();
    Some(Since {
        day: jiff::tz::Offset::UTC.to_datetime(moment).date(),
        commit: commit.id().to_string(),
        author: author
            .name()
            .ok()
            .filter(|name| !name.is_empty())
            .unwrap_or("unknown")
            .to_owned(),
        email: author.email().unwrap_or_default().to_owned(),
        subject: commit
            .summary()
            .ok()
            .flatten()
            .unwrap_or_default()
            .to_owned(),
    })
}

fn blob_of(tree: &Tree<'_>, path: &str) -> Option<Oid> {
    let entry = tree.get_path(Path::new(path)).ok()?;
    (entry.kind() == Some(ObjectType::Blob)).then(|| entry.id())
}

/// The files among sorted paths whose blobs differ between two trees, each with both. Looks only into folders that
/// differ. `depth` counts the bytes of the paths that the trees stand at, and the first index.
pub(super) fn compare(
    repository: &Repository,
    ids: (Option<Oid>, Option<Oid>),
    paths: &[&str],
    (depth, first): (usize, usize),
    changed: &mut Vec<(usize, Option<Oid>, Option<Oid>)>,
) -> Result<(), git2::Error> {
    if ids.0 == ids.1 {
        return Ok(());
    }
    let tree = |id: Option<Oid>| id.map(|id| repository.find_tree(id)).transpose();
    let (new, old) = (tree(ids.0)?, tree(ids.1)?);
    let mut at = 0;
    while at < paths.len() {
        let rest = &paths[at][depth..];
        let name = rest.split('/').next().unwrap_or(rest);
        let folder = name.len() < rest.len();
        let same = |path: &&str| {
            let other = &path[depth..];
            other
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('/') == folder && (folder || rest.is_empty()))
        };
        let count = paths[at..]
            .iter()
            .take_while(|path| same(path))
            .count()
            .max(1);
        let entry = |tree: &Option<Tree<'_>>, kind| {
            let entry = tree.as_ref()?.get_name(name)?;
            (entry.kind() == Some(kind)).then(|| entry.id())
        };
        if folder {
            let kind = ObjectType::Tree;
            let ids = (entry(&new, kind), entry(&old, kind));
            let deeper = (depth + name.len() + 1, first + at);
            compare(repository, ids, &paths[at..at + count], deeper, changed)?;
        } else {
            let kind = ObjectType::Blob;
            let (now, before) = (entry(&new, kind), entry(&old, kind));
            if now != before {
                changed.extend((at..at + count).map(|at| (first + at, now, before)));
            }
        }
        at += count;
    }
    Ok(())
}

/// New paths and the old ones they were renamed from.
fn renames(
    repository: &Repository,
    before: &Tree<'_>,
    tree: &Tree<'_>,
) -> Result<FxHashMap<String, String>, git2::Error> {
    let mut diff = repository.diff_tree_to_tree(Some(before), Some(tree), None)?;
    let mut options = git2::DiffFindOptions::new();
    options.renames(true).rename_limit(400);
    diff.find_similar(Some(&mut options))?;
    let name = |file: git2::DiffFile<'_>| Some(file.path()?.to_str()?.to_owned());
    Ok(diff
        .deltas()
        .filter(|delta| delta.status() == git2::Delta::Renamed)
        .filter_map(|delta| Some((name(delta.new_file())?, name(delta.old_file())?)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_back_through_differences() {
        // Two lines became three at line 5; two lines after line 10 went.
        let hunks = [[5, 2, 5, 3], [11, 2, 11, 0]];
        assert_eq!(earlier(&hunks, 4), Some(4));
        assert_eq!(earlier(&hunks, 6), None);
        assert_eq!(earlier(&hunks, 8), Some(7));
        assert_eq!(earlier(&hunks, 11), Some(10));
        assert_eq!(earlier(&hunks, 12), Some(13));
    }
}
