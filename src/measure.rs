//! Turns history into numbers. Reads the first-parent line of a repository and the committer's clock in UTC; where a clone
//! is shallow, what lies before is not available, never zero.

mod change;
mod clock;
mod head;
mod lifetime;
mod past;
mod people;
mod sample;
mod since;

pub use change::{Changes, changes};
pub use head::{Head, head};
pub use lifetime::{Life, median};
pub use past::Work;
pub use sample::{Every, Sample, Samples, samples};
pub use since::since;
