//! Terraform configurations as people write them, and what evaluation makes of them.

#[path = "terraform/data.rs"]
mod data;
#[path = "terraform/expansion.rs"]
mod expansion;
#[path = "terraform/functions.rs"]
mod functions;
#[path = "terraform/hostile.rs"]
mod hostile;
#[path = "terraform/modules.rs"]
mod modules;
#[path = "terraform/mutations.rs"]
mod mutations;
#[path = "terraform/references.rs"]
mod references;
#[path = "terraform/support.rs"]
mod support;
#[allow(dead_code, reason = "only its check is needed here")]
#[path = "formats/tree.rs"]
mod tree;
#[path = "terraform/variables.rs"]
mod variables;
