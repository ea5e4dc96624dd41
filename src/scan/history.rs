//! Secrets in every version of every file: which there were, since when, and whether they are gone.
//!
//! Every unique blob is looked at once, under the path it was first committed with. What a version shares with the one it is
//! stored as a change of is not looked at again (`engine/pattern/versions.rs`). Findings of one value are one finding.

mod found;
mod look;

use super::file::Looks;
use super::{Options, Outcome, distinct};
use crate::git::pack::Store;
use crate::git::{GitError, Graph, Oid, Repository};
use crate::model::Estate;
use crate::report::{Report, Summary};
use crate::rule::RuleSet;
use crate::source::{Gap, GapKind};
use crate::suppress::{self, Reach};
use found::Values;
use look::Past;

/// Looks for secrets in the commits that lead to some tips, less those that lead to others.
///
/// # Errors
/// When no tip leads to a commit that is there.
pub fn history(
    store: &Store<'_>,
    repository: &Repository,
    (tips, without): (&[Oid], &[Oid]),
    rules: RuleSet,
    options: &Options,
) -> Result<Outcome, GitError> {
    let looks = Looks::new(&rules);
    let mut texts: Vec<(u32, Vec<u8>)> = Vec::new();
    let graph = Graph::read(store, repository, tips, without, &mut |object, bytes| {
        let mut seen = looks.scanner.seen_from(bytes, look::message(bytes));
        if !looks.scanner.judged("", bytes, &mut seen).is_empty() {
            texts.push((object, bytes.to_vec()));
        }
    })?;
    let past = Past {
        store,
        graph: &graph,
        looks: &looks,
        rules: &rules,
        options,
        values: Values::default(),
    };
    let mut coverage = past.blobs();
    past.messages(texts, tips);
    let (findings, mut blobs) = past.values.sorted().findings(&graph, store);
    coverage.gaps.extend(lost(&graph, store, repository));
    coverage.gaps.extend(options.gaps.iter().cloned());
    coverage.gaps.sort();
    coverage.rules = rules.len();
    let directives: Vec<suppress::Directive> = blobs
        .iter()
        .flat_map(|(id, blob)| suppress::directives(id, &blob.path, blob.bytes()))
        .collect();
    let terms = options.terms(&rules, Reach::Part);
    let mut parted = suppress::apply(findings, &directives, &terms, &mut blobs);
    parted.open.retain(|finding| finding.secret.is_some());
    super::sort(&mut parted.open);
    let hidden = options.covered(&parted, &rules, &blobs);
    let summary = Summary {
        secrets: distinct(&parted.open),
        ..Summary::default()
    };
    let report = Report {
        findings: parted.open,
        disposed: parted.disposed,
        coverage,
        summary,
        blobs,
        rules,
        now: options.now,
        profile: options.profile,
        hidden,
        partial: options.partial.clone(),
    };
    Ok(Outcome {
        report,
        estate: Estate::default(),
    })
}

/// What of the history could not be looked at.
fn lost(graph: &Graph, store: &Store<'_>, repository: &Repository) -> Vec<Gap> {
    let gap = |reason: String| Gap::of_file(".git", GapKind::Git, reason);
    let mut gaps: Vec<Gap> = store.damage.iter().cloned().map(gap).collect();
    if graph.missing > 0 {
        let count = graph.missing;
        gaps.push(gap(format!(
            "{count} objects of the history are not in this clone"
        )));
    }
    if graph.lost > 0 {
        let count = graph.lost;
        gaps.push(gap(format!("{count} commits or folders are damaged")));
    }
    if repository.is_shallow() {
        gaps.push(gap(
            "the clone is shallow: older commits are not in it".into()
        ));
    }
    gaps
}
