//! Names of commits: `HEAD`, branches, tags, remotes, hashes and short hashes, with `~2` and `^1` behind them.
//!
//! References are read from their files, since opening the repository would obey its configuration. A name never leads out
//! of the repository's folder.

use super::{GitError, Repository};
use crate::source::file::whole;
use git2::{ObjectType, Oid};
use std::collections::BTreeSet;
use std::path::Path;

/// Bytes of one reference, and of all packed ones.
const LARGEST_REFERENCE: u64 = 4096;
const LARGEST_PACKED: u64 = 256 << 20;
/// Symbolic references, and tags of tags, that are followed.
const DEEPEST: usize = 8;
/// References past which a repository has too many.
const MOST: usize = 1_000_000;

impl Repository {
    /// The commit that `HEAD` names; none in a repository without a commit.
    ///
    /// # Errors
    /// When `HEAD` is broken.
    pub fn head(&self) -> Result<Option<Oid>, GitError> {
        match self.reference("HEAD", 0) {
            Some(id) => self.peel(id).map(Some),
            None if self.git.join("HEAD").is_file() => Ok(None),
            None => Err(GitError::new("HEAD", "there is none")),
        }
    }

    /// The commit that a name means.
    ///
    /// # Errors
    /// When nothing has that name, or what has it is no commit or is not there.
    pub fn commit(&self, name: &str) -> Result<Oid, GitError> {
        let end = name.find(['~', '^']).unwrap_or(name.len());
        let (base, mut rest) = name.split_at(end);
        let unknown = || GitError::new(name, "no commit has this name");
        let mut id = self.named(base).ok_or_else(unknown)?;
        id = self.peel(id)?;
        while let Some(sign) = rest.chars().next() {
            rest = &rest[1..];
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let count = match &rest[..digits] {
                "" => 1,
                text => text.parse::<usize>().map_err(|_| unknown())?,
            };
            rest = &rest[digits..];
            let step = |id: Oid, nth: usize| {
                let parents = self.parents(id)?;
                parents.get(nth).copied().ok_or_else(unknown)
            };
            match (sign, count) {
                (_, 0) => {}
                ('~', count) => {
                    for _ in 0..count {
                        id = step(id, 0)?;
                    }
                }
                ('^', nth) => id = step(id, nth - 1)?,
                _ => return Err(unknown()),
            }
        }
        Ok(id)
    }

    fn named(&self, name: &str) -> Option<Oid> {
        let name = if name == "@" { "HEAD" } else { name };
        if name.len() == 40
            && let Ok(id) = Oid::from_str(name)
        {
            return Some(id);
        }
        let candidates = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];
        let found = candidates
            .iter()
            .map(|prefix| format!("{prefix}{name}"))
            .chain([format!("refs/remotes/{name}/HEAD")])
            .find_map(|full| self.reference(&full, 0));
        let is_short = (4..40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_hexdigit());
        found.or_else(|| {
            let short = is_short.then(|| Oid::from_str(name).ok()).flatten()?;
            self.odb.exists_prefix(short, name.len()).ok()
        })
    }

    /// What a reference holds, symbolic ones followed.
    fn reference(&self, name: &str, depth: usize) -> Option<Oid> {
        if depth > DEEPEST || !is_plain(name) {
            return None;
        }
        let own = whole(&self.git.join(name), LARGEST_REFERENCE).ok();
        let text = own
            .or_else(|| whole(&self.common.join(name), LARGEST_REFERENCE).ok())
            .flatten();
        let Some(text) = text.and_then(|bytes| String::from_utf8(bytes).ok()) else {
            let packed = self.packed();
            return packed
                .into_iter()
                .find(|(of, _)| of == name)
                .map(|(_, id)| id);
        };
        match text.trim().strip_prefix("ref:") {
            Some(target) => self.reference(target.trim(), depth + 1),
            None => Oid::from_str(text.trim().get(..40)?).ok(),
        }
    }

    /// References in `packed-refs`.
    fn packed(&self) -> Vec<(String, Oid)> {
        let bytes = whole(&self.common.join("packed-refs"), LARGEST_PACKED);
        let Ok(Some(bytes)) = bytes else {
            return Vec::new();
        };
        String::from_utf8_lossy(&bytes)
            .lines()
            .filter_map(|line| {
                let (id, name) = line.split_once(' ')?;
                Some((name.trim().to_owned(), Oid::from_str(id).ok()?))
            })
            .take(MOST)
            .collect()
    }

    /// The objects that all references and `HEAD`s name, sorted.
    #[must_use]
    pub fn tips(&self) -> Vec<Oid> {
        let mut tips: BTreeSet<Oid> = self.packed().into_iter().map(|(_, id)| id).collect();
        tips.extend(self.reference("HEAD", 0));
        let mut open = vec![self.common.join("refs"), self.git.join("refs")];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let Ok(kind) = entry.file_type() else {
                    continue;
                };
                if kind.is_dir() && open.len() < MOST {
                    open.push(entry.path());
                } else if kind.is_file() && tips.len() < MOST {
                    tips.extend(direct(&entry.path()));
                }
            }
        }
        tips.into_iter().collect()
    }

    /// The commit an object is or leads to through tags.
    pub(super) fn peel(&self, id: Oid) -> Result<Oid, GitError> {
        let mut at = id;
        for _ in 0..DEEPEST {
            let (kind, bytes) = self.object(at)?;
            match kind {
                ObjectType::Commit => return Ok(at),
                ObjectType::Tag => {
                    let target = bytes
                        .strip_prefix(b"object ")
                        .and_then(|rest| std::str::from_utf8(rest.get(..40)?).ok())
                        .and_then(|text| Oid::from_str(text).ok());
                    at = target.ok_or_else(|| GitError::of(at, "the tag is damaged"))?;
                }
                _ => return Err(GitError::of(at, "it is no commit")),
            }
        }
        Err(GitError::of(id, "it is a tag of too many tags"))
    }
}

/// The hash in a reference's file, unless it is symbolic.
fn direct(path: &Path) -> Option<Oid> {
    let bytes = whole(path, LARGEST_REFERENCE).ok()??;
    let text = std::str::from_utf8(&bytes).ok()?;
    Oid::from_str(text.trim().get(..40)?).ok()
}

/// Whether a name stays in the repository's folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name
            .bytes()
            .any(|byte| byte < 32 || b"\\:?*[ ".contains(&byte))
        && name
            .split('/')
            .all(|part| !matches!(part, "" | "." | "..") && !part.ends_with(".lock"))
        && (name.starts_with("refs/") || name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn names_that_lead_out_are_no_names() {
        assert!(is_plain("HEAD") && is_plain("refs/heads/a/b-ü") && is_plain("FETCH_HEAD"));
        for name in [
            "",
            "config",
            "refs/../config",
            "/etc/passwd",
            "refs//x",
            "refs/a\nb",
            "a.lock",
        ] {
            assert!(!is_plain(name), "{name}");
        }
    }
}
