//! The change that `--staged` and `--since` mean.

use super::arguments::ScanArgs;
use super::{Failure, setup};
use crate::config::Config;
use crate::git::{GitError, Oid, Repository};
use crate::walk::{self, Change};
use std::path::{Path, PathBuf};

/// A change, the folders whose findings are wanted, and how reports name it.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) change: Change,
    pub(super) folders: Vec<String>,
    pub(super) missing: Vec<String>,
}

/// How reports name the part of the repository that is asked for; none for all of it.
pub(super) fn partial(arguments: &ScanArgs) -> Option<String> {
    match (&arguments.since, &arguments.history) {
        (Some(since), _) => Some(format!("since {since}")),
        (None, Some(range)) => Some(format!("history {range}").trim_end().to_owned()),
        (None, None) => arguments.staged.then(|| "staged".to_owned()),
    }
}

/// The change that the arguments ask for; none when they ask for none.
pub(super) fn asked(arguments: &ScanArgs, config: &Config) -> Result<Option<Asked>, Failure> {
    if !arguments.staged && arguments.since.is_none() {
        return Ok(None);
    }
    if arguments.paths.iter().any(|path| path == Path::new("-")) {
        return Err(Failure::Usage(
            "standard input has no history; name files or folders".into(),
        ));
    }
    let root = walk::root(&arguments.paths);
    let repository = Repository::open(&root)?;
    let exclude = config.excluded().set().clone();
    let change = match &arguments.since {
        None => Change::staged(repository, &exclude)?,
        Some(since) => match since.split_once("..") {
            Some((from, to)) => {
                let head = repository.commit(match to.trim_start_matches('.') {
                    "" => "HEAD",
                    to => to,
                })?;
                let base = base(&repository, from, head)?;
                Change::commits(repository, base, head, &exclude)?
            }
            None => since_commit(&root, repository, since, arguments, config)?,
        },
    };
    let (mut folders, mut missing) = (Vec::new(), Vec::new());
    for path in &arguments.paths {
        match path.canonicalize() {
            Ok(real) => folders.push(relative(&root, &real)),
            Err(_) => missing.push(path.display().to_string()),
        }
    }
    if folders.iter().any(String::is_empty) {
        folders.clear();
    }
    Ok(Some(Asked {
        change,
        folders,
        missing,
    }))
}

/// The work tree against the merge base; in a repository without a work tree, its last commit.
fn since_commit(
    root: &Path,
    repository: Repository,
    since: &str,
    arguments: &ScanArgs,
    config: &Config,
) -> Result<Change, GitError> {
    let exclude = config.excluded().set();
    let head = repository.head()?;
    let since = repository.commit(since)?;
    let base = match head {
        Some(head) => repository.merge_base(since, head)?,
        None => since,
    };
    if repository.is_bare() {
        let head = head.unwrap_or(base);
        return Change::commits(repository, base, head, exclude);
    }
    let options = setup::walk_options(&arguments.look.read, config);
    let listing = walk::tree(&[PathBuf::from(root)], &options);
    Change::work_tree(repository, base, listing, exclude)
}

fn base(repository: &Repository, from: &str, head: Oid) -> Result<Oid, GitError> {
    let from = repository.commit(if from.is_empty() { "HEAD" } else { from })?;
    repository.merge_base(from, head)
}

/// A path below the root with forward slashes.
fn relative(root: &Path, path: &Path) -> String {
    let rest = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = rest
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}
