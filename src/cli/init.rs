//! `tenure init`: a configuration, a commit hook and a workflow for the repository it finds. What exists stays as it is.

use super::arguments::InitArgs;
use super::{Exit, Failure, write};
use crate::config::NAMES;
use crate::report::clean;
use crate::walk;
use std::io::Write;
use std::path::Path;

const CONFIG: &str = include_str!("init/tenure.yaml");
const HOOK: &str = include_str!("init/pre-commit-config.yaml");
const WORKFLOW: &str = include_str!("init/workflow.yml");
const GITLAB: &str = include_str!("init/gitlab-ci.yml");

/// Runs the command.
pub(super) fn run(arguments: &InitArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    if !arguments.path.is_dir() {
        let shown = arguments.path.display();
        return Err(Failure::Usage(format!("{shown} is not a folder")));
    }
    let root = walk::root(std::slice::from_ref(&arguments.path));
    let taken = NAMES.iter().find(|name| root.join(name).exists());
    let mut writer = Writer {
        root: &root,
        force: arguments.force,
        out,
    };
    writer.file(taken.unwrap_or(&NAMES[0]), CONFIG)?;
    writer.file(".pre-commit-config.yaml", HOOK)?;
    let gitlab = root.join(".gitlab-ci.yml").exists();
    if !gitlab || root.join(".github").is_dir() {
        let workflow = WORKFLOW.replace("{version}", env!("CARGO_PKG_VERSION"));
        writer.file(".github/workflows/tenure.yml", &workflow)?;
    }
    if gitlab {
        let job = GITLAB.replace("{version}", env!("CARGO_PKG_VERSION"));
        writer.file(".gitlab/tenure.gitlab-ci.yml", &job)?;
        writeln!(
            writer.out,
            "add to .gitlab-ci.yml:\n  include:\n    - local: .gitlab/tenure.gitlab-ci.yml"
        )?;
    }
    writeln!(
        writer.out,
        "next: `tenure scan`; `tenure baseline create` accepts what is there today"
    )?;
    Ok(Exit::Clean)
}

struct Writer<'a> {
    root: &'a Path,
    force: bool,
    out: &'a mut dyn Write,
}

impl Writer<'_> {
    fn file(&mut self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.root.join(name);
        let there = std::fs::symlink_metadata(&path).is_ok();
        if there && !self.force {
            writeln!(
                self.out,
                "kept {} (it exists; --force replaces it)",
                clean(name)
            )?;
            return Ok(());
        }
        write::text(&path, text)?;
        let verb = if there { "replaced" } else { "wrote" };
        writeln!(self.out, "{verb} {}", clean(name))?;
        Ok(())
    }
}
