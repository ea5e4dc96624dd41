//! Finds the folders of a repository without opening it: its own, and the one it shares with its other work trees.

use crate::source::file::{reason, whole};
use std::path::{Path, PathBuf};

/// Bytes of a `.git` or `commondir` file past which it is none.
const LARGEST_POINTER: u64 = 4096;

/// The folder that `.git` is or points to.
pub(super) fn git_folder(dot_git: &Path) -> Result<PathBuf, String> {
    let meta = std::fs::symlink_metadata(dot_git).map_err(|error| reason(&error))?;
    if !meta.is_file() {
        return Ok(dot_git.to_path_buf());
    }
    let target = whole(dot_git, LARGEST_POINTER)
        .map_err(|error| reason(&error))?
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let target = target
        .as_deref()
        .and_then(|text| text.strip_prefix("gitdir:"))
        .map(str::trim)
        .filter(|target| !target.is_empty() && !target.contains(['\n', '\0']))
        .ok_or("`.git` is a file, but does not point to a repository")?;
    let folder = dot_git.parent().unwrap_or(Path::new("")).join(target);
    if folder.is_dir() {
        Ok(folder)
    } else {
        Err("`.git` points to a repository that is not there".into())
    }
}

/// The folder that holds objects and shared refs: another one in a linked work tree.
pub(super) fn common_folder(git: &Path) -> PathBuf {
    let text = whole(&git.join("commondir"), LARGEST_POINTER)
        .ok()
        .flatten();
    let target = text.and_then(|bytes| String::from_utf8(bytes).ok());
    match target.as_deref().map(str::trim) {
        Some(target) if !target.is_empty() && !target.contains(['\n', '\0']) => git.join(target),
        _ => git.to_path_buf(),
    }
}

/// Whether a folder is a repository without a work tree.
pub(super) fn is_bare(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_git_file_is_followed_and_a_broken_one_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let pointer = dir.path().join(".git");
        let real = dir.path().join("real/worktrees/w");
        std::fs::create_dir_all(&real).unwrap();
        std::fs::write(&pointer, "gitdir: real/worktrees/w\n").unwrap();
        assert_eq!(git_folder(&pointer), Ok(real.clone()));
        assert_eq!(common_folder(&real), real);
        std::fs::write(real.join("commondir"), "../..\n").unwrap();
        assert_eq!(common_folder(&real), real.join("../.."));
        std::fs::write(&pointer, "gitdir: gone\n").unwrap();
        assert!(git_folder(&pointer).unwrap_err().contains("not there"));
        std::fs::write(&pointer, "x".repeat(9000)).unwrap();
        let said = git_folder(&pointer).unwrap_err();
        assert!(said.contains("does not point"));
    }
}
