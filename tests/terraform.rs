//! Terraform configurations as people write them, and what evaluation makes of them.

#[path = "terraform/expansion.rs"]
mod expansion;
#[path = "terraform/functions.rs"]
mod functions;
#[path = "terraform/hostile.rs"]
mod hostile;
#[path = "terraform/modules.rs"]
mod modules;
#[path = "terraform/references.rs"]
mod references;
#[path = "terraform/support.rs"]
mod support;
#[path = "terraform/variables.rs"]
mod variables;
