//! tenure: an offline audit of non-human identities in a repository. No access gets tenure.
//!
//! Data flows one way: walk -> parse -> extract -> resolve -> rules -> suppress -> report. The rooms and the floors they
//! stand on are in ARCHITECTURE.md; `tests/architecture.rs` holds the table and fails on an import that points upward.

pub mod cli;
pub mod config;
pub mod edit;
pub mod engine;
pub mod extract;
pub mod finding;
pub mod format;
pub mod git;
pub mod judge;
pub mod measure;
pub mod model;
pub mod report;
pub mod resolve;
pub mod rule;
pub mod scan;
pub mod source;
pub mod suppress;
pub mod walk;
