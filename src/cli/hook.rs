//! `tenure hook`: what a commit hook wants scanned. It never passes because there was nothing to look at.

use super::arguments::ScanArgs;
use super::{Exit, Failure, scan};
use crate::git::Repository;
use crate::walk::{self, Change};
use std::io::Write;

/// Runs the command.
pub(super) fn run(
    arguments: &ScanArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit, Failure> {
    let mut arguments = arguments.clone();
    if !arguments.staged && arguments.since.is_none() {
        if let Some(range) = range() {
            arguments.since = Some(range);
        } else {
            let repository = Repository::open(&walk::root(&arguments.paths))?;
            arguments.staged = Change::is_staged(&repository)?;
        }
    }
    scan::run(&arguments, out, err)
}

/// The range that pre-commit names; none for a branch that is new to the other side.
fn range() -> Option<String> {
    let name = |key: &str| std::env::var(key).ok().filter(|name| !name.is_empty());
    let (from, to) = (name("PRE_COMMIT_FROM_REF")?, name("PRE_COMMIT_TO_REF")?);
    let is_new = from.bytes().all(|byte| byte == b'0');
    (!is_new).then(|| format!("{from}..{to}"))
}
