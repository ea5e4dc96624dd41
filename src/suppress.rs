//! Decides which findings stay open: inline exceptions, waiver files, ignores, the baseline.
//!
//! An exception has a reason, an owner and an end, and above medium severity an approver who is not its owner. One that is
//! not valid or has ended excuses nothing and is itself a finding, and so is one that has nothing left to excuse: the pages
//! are `rules/governance/*-waiver.md`. Suppression is a stage of its own; no rule knows of it.
//!
//! ```text
//! # tenure: allow credential/missing-expiry expires=2027-01-31 owner=@org/team reason="..." [approver=@x ticket=Y]
//! # tenure: allow-file secret/* expires=... owner=... reason="..."
//! # tenure: lease owner=@org/team purpose="..." expires=2027-01-31 [approver=@x ticket=Y]
//! ```

mod allow;
mod apply;
mod attestation;
mod author;
pub mod baseline;
mod comment;
pub mod dialect;
mod entries;
mod excuse;
mod fingerprint;
mod grammar;
mod lease_file;
mod marker;
mod notice;
mod pending;
mod register;
mod review;
mod roster;
mod target;
pub mod waiver;
mod words;

pub use allow::Allow;
pub use apply::apply;
pub use attestation::{Attestation, Attested};
pub use baseline::Baseline;
pub use fingerprint::fingerprint;
pub use grammar::{LeaseWords, Order, lease_words};
pub use lease_file::LeaseFile;
pub use pending::hold;
pub use register::{BASELINE, Register, RegisterError};
pub use review::{Review, Reviewed, nouns as reviews};
pub use roster::{ROSTER, Roster};
pub use waiver::Waiver;

use crate::config::Config;
use crate::finding::{Disposed, Finding, Past};
use crate::model::{Date, LeaseAbout, LeaseTerms};
use crate::rule::{Profile, RuleSet};
use crate::source::{BlobId, Span};

/// A `tenure:` comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// The comment, from `tenure:` to its end.
    pub span: Span,
    /// What it says, or what is wrong with it, in a lower-case phrase.
    pub order: Result<Order, String>,
    /// The line it speaks for: its own when code stands beside it, else the next that holds code; the whole file for
    /// `allow-file`; none when nothing follows.
    pub target: Option<Span>,
    /// Whether the change under review adds it: it then excuses nothing. Set by the caller.
    pub pending: bool,
}

/// Directives of one file past which none is read: they would be an attack, not exceptions.
const MOST: usize = 5000;

/// Directives in one file's bytes, whatever its syntax. In Markdown and its like only `<!-- -->` is a comment.
#[must_use]
pub fn directives(blob: BlobId, path: &str, bytes: &[u8]) -> Vec<Directive> {
    let comments = comment::comments(path, bytes, grammar::is_meant);
    let span = |range: &std::ops::Range<usize>| Span::new(blob, range.start, range.end);
    let mut found: Vec<Directive> = Vec::with_capacity(comments.len().min(MOST));
    for comment in comments.iter().take(MOST + 1) {
        let order = if found.len() == MOST {
            Err(format!(
                "a file may hold {MOST} directives; the rest is not read"
            ))
        } else {
            std::str::from_utf8(&bytes[comment.text.clone()])
                .map_err(|_| "it is not utf-8".to_owned())
                .and_then(grammar::read)
        };
        let target = match order {
            Ok(Order::AllowFile(_)) => Some(Span::new(blob, 0, bytes.len())),
            _ => comment.target.as_ref().map(span),
        };
        found.push(Directive {
            span: span(&comment.span),
            order,
            target,
            pending: false,
        });
    }
    found
}

/// The leases among directives; pending ones and those that nothing follows are left out.
#[must_use]
pub fn leases(directives: &[Directive]) -> Vec<LeaseTerms> {
    directives
        .iter()
        .filter(|directive| !directive.pending)
        .filter_map(|directive| match (&directive.order, directive.target) {
            (Ok(Order::Lease(words)), Some(target)) => Some(LeaseTerms {
                owner: words.owner.as_str().into(),
                purpose: words.purpose.as_str().into(),
                expires: Some(words.expires),
                approver: words.approver.as_deref().unwrap_or_default().into(),
                ticket: words.ticket.as_deref().unwrap_or_default().into(),
                kind: words.kind.as_deref().unwrap_or_default().into(),
                span: directive.span,
                about: LeaseAbout::Line(target),
                problem: None,
            }),
            _ => None,
        })
        .collect()
}

/// How much of the repository was scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// All of it: an exception without a finding is stale.
    #[default]
    Whole,
    /// Some files: what was not found may be elsewhere.
    Part,
}

/// What findings are judged by at this stage.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The user's configuration.
    pub config: &'a Config,
    /// Waivers, baseline, salt.
    pub register: &'a Register,
    /// The rules that ran.
    pub rules: &'a RuleSet,
    /// Ids of the user's own rules that did not run: naming one is no mistake.
    pub known: &'a [String],
    /// Findings above it are dropped.
    pub profile: Profile,
    /// The day that ends are compared with.
    pub now: Date,
    /// How much was scanned.
    pub reach: Reach,
    /// Who wrote an exception, where history is asked.
    pub past: Option<&'a dyn Past>,
}

/// Findings parted into open and disposed.
#[derive(Debug, Default)]
pub struct Parted {
    /// Still open, those about exceptions included.
    pub open: Vec<Finding>,
    /// Not open, with why.
    pub disposed: Vec<Disposed>,
}
