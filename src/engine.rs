//! Looks for what rules describe: patterns over bytes before the barrier, conditions and graph walks over the estate
//! after it. Sees the model, never a syntax.

mod condition;
mod context;
mod copies;
mod fold;
mod message;
mod native;
mod pattern;
mod prepared;
mod secrets;
mod verdict;

pub use condition::Limits;
pub use context::Context;
pub use fold::fold;
pub use native::{NATIVE, Native};
pub use pattern::{Scanner, Scratch, Seen, broken, lint, sample};
pub use secrets::secrets;
pub use verdict::{Verdict, check, judge, mistakes};
