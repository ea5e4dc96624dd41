//! The commits that `--history` means.

use super::arguments::ScanArgs;
use super::{Failure, progress};
use crate::git::Repository;
use crate::git::pack::{Kind, Store};
use crate::rule::RuleSet;
use crate::scan::{self, Options, Outcome};
use crate::source::{Gap, GapKind};
use crate::walk;

/// Scans the history that is asked for.
pub(super) fn look(
    arguments: &ScanArgs,
    range: &str,
    rules: RuleSet,
    options: &Options,
) -> Result<(Outcome, Vec<Gap>), Failure> {
    let root = walk::root(&arguments.paths);
    let repository = Repository::open(&root)?;
    let (mut tips, mut without) = (Vec::new(), Vec::new());
    match range.split_once("..") {
        None if range.is_empty() => tips = repository.tips(),
        None => tips.push(repository.commit(range)?),
        Some((from, to)) => {
            let name = |name: &str| match name.trim_start_matches('.') {
                "" => "HEAD".to_owned(),
                name => name.to_owned(),
            };
            without.push(repository.commit(&name(from))?);
            tips.push(repository.commit(&name(to))?);
        }
    }
    let store = Store::open(&repository)?;
    let total = store.count(Kind::Blob);
    let outcome = progress::watch(arguments.look.read.quiet, total, &options.progress, || {
        scan::history(&store, &repository, (&tips, &without), rules, options)
    })?;
    let gaps = outcome.report.coverage.gaps.iter();
    let lost = gaps
        .filter(|gap| gap.kind == GapKind::Git)
        .cloned()
        .collect();
    Ok((outcome, lost))
}
