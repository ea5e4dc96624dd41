//! What git tracks, read from the index file alone.
//!
//! No repository is opened, so that its configuration is never obeyed and a foreign owner is no obstacle. An index in a
//! form that cannot be read (split, sparse, SHA-256) is an error for the caller to report.

use std::path::{Component, Path, PathBuf};

/// What an index entry stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file or a link.
    Other,
    /// A commit of another repository.
    Submodule,
    /// A file that a sparse checkout leaves out of the work tree.
    Sparse,
}

const GITLINK: u32 = 0o160_000;
const SKIP_WORKTREE: u16 = 1 << 14;
const LARGEST_INDEX: u64 = 1 << 30;
const LARGEST_POINTER: u64 = 4096;

/// Paths relative to the repository, in the order of the index. A repository without an index tracks nothing.
pub(super) fn tracked(repository: &Path) -> Result<Vec<(PathBuf, Kind)>, String> {
    let file = git_folder(&repository.join(".git"))?.join("index");
    match std::fs::metadata(&file) {
        Ok(meta) if !meta.is_file() => return Err("the index is not a file".into()),
        Ok(meta) if meta.len() > LARGEST_INDEX => return Err("the index is too large".into()),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(super::asked::reason(&error)),
    }
    let index = git2::Index::open(&file)
        .map_err(|error| format!("the index cannot be read: {}", error.message()))?;
    Ok(index
        .iter()
        .filter_map(|entry| {
            let kind = if entry.mode == GITLINK {
                Kind::Submodule
            } else if entry.flags_extended & SKIP_WORKTREE != 0 {
                Kind::Sparse
            } else {
                Kind::Other
            };
            Some((inside(&entry.path)?, kind))
        })
        .collect())
}

/// The folder that `.git` is or points to.
fn git_folder(dot_git: &Path) -> Result<PathBuf, String> {
    let meta = std::fs::symlink_metadata(dot_git).map_err(|error| super::asked::reason(&error))?;
    if !meta.is_file() {
        return Ok(dot_git.to_path_buf());
    }
    if meta.len() > LARGEST_POINTER {
        return Err("`.git` is a file, but does not point to a repository".into());
    }
    let text = std::fs::read_to_string(dot_git).map_err(|error| super::asked::reason(&error))?;
    let target = text
        .strip_prefix("gitdir:")
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

/// A path of the index, unless it leads out of the repository or into `.git`.
fn inside(bytes: &[u8]) -> Option<PathBuf> {
    let path = decode(bytes)?;
    let plain = path.components().all(|part| match part {
        Component::Normal(name) => !name.eq_ignore_ascii_case(".git"),
        _ => false,
    });
    (plain && !bytes.is_empty()).then_some(path)
}

#[cfg(unix)]
fn decode(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(Path::new(std::ffi::OsStr::from_bytes(bytes)).to_path_buf())
}

#[cfg(not(unix))]
fn decode(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_out_are_dropped() {
        assert_eq!(inside(b"a/b"), Some(PathBuf::from("a/b")));
        for path in [
            &b"../x"[..],
            b"/etc/passwd",
            b"a/../../x",
            b".git/config",
            b"",
        ] {
            assert_eq!(inside(path), None, "{}", String::from_utf8_lossy(path));
        }
    }

    #[test]
    fn a_git_file_is_followed_and_a_broken_one_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let pointer = dir.path().join(".git");
        std::fs::create_dir_all(dir.path().join("real/worktrees/w")).unwrap();
        std::fs::write(&pointer, "gitdir: real/worktrees/w\n").unwrap();
        assert_eq!(
            git_folder(&pointer),
            Ok(dir.path().join("real/worktrees/w"))
        );
        assert_eq!(tracked(dir.path()), Ok(Vec::new()));
        std::fs::write(&pointer, "gitdir: gone\n").unwrap();
        assert!(tracked(dir.path()).unwrap_err().contains("not there"));
        std::fs::write(&pointer, "x".repeat(9000)).unwrap();
        assert!(tracked(dir.path()).unwrap_err().contains("does not point"));
    }
}
