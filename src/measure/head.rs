//! What a report has to know of the repository it is about: its name, the commit it stands at, whether that is all of it.

use git2::Repository;
use std::path::Path;

/// The state of a work tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// The last two parts of the first remote's address, else empty.
    pub name: String,
    /// The commit; empty before the first one.
    pub commit: String,
    /// Whether tracked files differ from it.
    pub changed: Option<bool>,
    /// Whether the clone lacks history.
    pub shallow: bool,
}

/// The state of the repository at `root`; none where there is no repository.
#[must_use]
pub fn head(root: &Path) -> Option<Head> {
    let repository = Repository::open(root).ok()?;
    let commit = repository
        .head()
        .ok()
        .and_then(|head| head.peel_to_commit().ok());
    let mut options = git2::StatusOptions::new();
    options
        .include_untracked(false)
        .include_ignored(false)
        .exclude_submodules(true);
    let changed = repository
        .statuses(Some(&mut options))
        .ok()
        .map(|found| !found.is_empty());
    let remote = repository.find_remote("origin").ok();
    let name = remote
        .and_then(|remote| remote.url().ok().map(name))
        .unwrap_or_default();
    Some(Head {
        name,
        commit: commit
            .map(|commit| commit.id().to_string())
            .unwrap_or_default(),
        changed,
        shallow: repository.is_shallow(),
    })
}

/// The last two parts of an address, whatever its form; never what may be a password before an `@`.
fn name(url: &str) -> String {
    let path = url.rsplit('@').next().unwrap_or(url).trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let mut parts: Vec<&str> = path
        .rsplit(['/', ':'])
        .filter(|part| !part.is_empty())
        .take(2)
        .collect();
    parts.reverse();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_come_without_hosts_and_passwords() {
        for url in [
            "https://forge.example/org/app.git",
            "git@forge.example:org/app.git",
            "https://user:word@forge.example/org/app/",
            "ssh://git@forge.example:22/org/app",
        ] {
            assert_eq!(name(url), "org/app", "{url}");
        }
    }
}
