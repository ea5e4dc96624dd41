//! What a value looks like: pure functions of text, used by `engine` and by `extract`.

pub mod date;
pub mod owner;
mod schedule;
