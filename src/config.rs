//! What the user set: `tenure.yaml`. Unknown keys are errors with a line.

/// The configuration of a run.
#[derive(Debug, Clone, Default)]
pub struct Config {}
