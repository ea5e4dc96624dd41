//! Joins what files say apart: [`evaluate`] follows references, variables, modules and overlays before meaning is taken;
//! [`link`] ties nouns to identities, finds environments and owners after it.

mod account;
mod ansible;
mod arm;
mod cloudformation;
mod configured;
mod emergency;
mod environment;
mod excerpt;
mod folder;
mod from;
mod gate;
mod given;
mod job;
mod join;
mod kubernetes;
mod lease;
mod level;
mod managed;
mod name;
mod owner;
mod path;
mod review;
mod tags;
mod terraform;
mod tier;

use crate::config::Config;
use crate::format::Declaration;
use crate::model::{Estate, LeaseTerms};
use crate::source::Gap;
pub use excerpt::doubt;
use join::Index;
pub use owner::{Known, Routes};
pub use terraform::Memo;

/// Declarations with their references followed: module calls expanded, variables filled, overlays applied.
#[must_use]
pub fn evaluate(declarations: Vec<Declaration>, gaps: &mut Vec<Gap>) -> Vec<Declaration> {
    evaluate_with(declarations, gaps, None)
}

/// As [`evaluate`], where roots that the memo knows are not evaluated again. Gaps of those are not said once more.
#[must_use]
pub fn evaluate_with(
    declarations: Vec<Declaration>,
    gaps: &mut Vec<Gap>,
    memo: Option<&Memo>,
) -> Vec<Declaration> {
    let mut declarations = kubernetes::evaluate(declarations, gaps);
    ansible::evaluate(&mut declarations);
    arm::evaluate(&mut declarations);
    cloudformation::evaluate(&mut declarations);
    terraform::evaluate(declarations, gaps, memo)
}

/// Ties credentials, grants, trusts, usages and leases to identities; sets environments, owners and tiers; counts.
pub fn link(
    estate: &mut Estate,
    declarations: &[Declaration],
    leases: &[LeaseTerms],
    config: &Config,
    known: Option<Known<'_>>,
) {
    configured::settle(estate, config);
    managed::settle(estate);
    owner::declare(estate, declarations);
    gate::settle(estate, declarations);
    environment::settle(estate, declarations, config);
    let index = Index::new(estate, declarations);
    join::link(estate, &index);
    from::link(estate, &index);
    environment::inherit(estate);
    estate.index();
    level::settle(estate);
    lease::bind(estate, declarations, leases, config);
    emergency::settle(estate, declarations, config);
    review::settle(estate);
    owner::settle(estate, declarations, config, known);
    path::settle(estate);
    tier::settle(estate, declarations, config);
    lease::grade(estate);
}
