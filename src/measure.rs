//! Turns history into numbers. Reads the first-parent line of a repository and the committer's clock in UTC; where a clone
//! is shallow, what lies before is not available, never zero.

mod head;
mod lifetime;
mod sample;
mod since;

pub use head::{Head, head};
pub use lifetime::{Life, median};
pub use sample::{Every, Sample, Samples, samples};
pub use since::{Line, since};
