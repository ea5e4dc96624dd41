//! How a change that ends access is written: as a patch, as its inverse, or for a person.

use super::Changes;
use super::proof::Proof;
use super::target::Target;
use crate::cli::Failure;
use crate::cli::arguments::CaseArgs;
use crate::edit;
use crate::report::clean;
use crate::source::hex;
use sha2::{Digest, Sha256};
use std::io::Write;

/// What git apply reads over: the files that the patch is for, by their content.
fn preconditions(changes: &Changes) -> String {
    let mut text = String::from("Ends access. It is for these files as they are, by SHA-256:\n");
    for (path, old, _) in changes {
        let hash = hex(&Sha256::digest(old.as_bytes()));
        text.push_str(&format!("  {hash}  {}\n", clean(path)));
    }
    text.push('\n');
    text
}

/// A change that was proved.
pub(super) struct Written<'a> {
    /// What it does: takes out, switches off.
    pub(super) verb: &'static str,
    pub(super) changes: &'a Changes,
    pub(super) done: &'a [Target],
}

impl Written<'_> {
    /// Writes what is asked for: the patch, its inverse, or words.
    pub(super) fn write(
        &self,
        arguments: &CaseArgs,
        proof: &Proof<'_>,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let fail = Failure::Usage;
        if arguments.inverse {
            out.write_all(edit::inverse(self.changes).map_err(fail)?.as_bytes())?;
        } else if arguments.diff {
            out.write_all(preconditions(self.changes).as_bytes())?;
            out.write_all(edit::patch(self.changes).map_err(fail)?.as_bytes())?;
        } else {
            tell(self, proof, out)?;
        }
        out.flush()?;
        Ok(())
    }
}

/// The change for a person: what goes, what the second scan says, what is left to do.
fn tell(case: &Written<'_>, proof: &Proof<'_>, out: &mut dyn Write) -> std::io::Result<()> {
    let Written {
        verb,
        changes,
        done,
    } = case;
    writeln!(out, "{verb}:")?;
    for target in *done {
        writeln!(out, "  {}", clean(&target.what))?;
    }
    writeln!(out, "in:")?;
    for (path, old, new) in *changes {
        let lines = old.lines().count().abs_diff(new.lines().count()).max(1);
        let gone = if new.is_empty() {
            ", the whole file"
        } else {
            ""
        };
        writeln!(out, "  {} ({lines} lines{gone})", clean(path))?;
    }
    writeln!(
        out,
        "proved by a second scan: {} findings gone, none new",
        proof.gone.len()
    )?;
    for finding in &proof.gone {
        writeln!(out, "  {} {}", finding.rule, clean(&finding.message))?;
    }
    if !proof.notes.is_empty() {
        writeln!(out, "to be said of what stays:")?;
    }
    for finding in &proof.notes {
        writeln!(out, "  {} {}", finding.rule, clean(&finding.message))?;
    }
    writeln!(out, "what only a person with the platform can do:")?;
    for step in steps(changes) {
        writeln!(out, "  {step}")?;
    }
    writeln!(
        out,
        "--diff writes the patch, --inverse the patch that takes it back"
    )
}

fn steps(changes: &Changes) -> Vec<&'static str> {
    let any = |end: &str| changes.iter().any(|(path, ..)| path.ends_with(end));
    let mut steps = Vec::new();
    if any(".tf") {
        steps.push("apply the plan of each root that changes, and see that it destroys what is named above and nothing else");
    }
    if any(".yaml") || any(".yml") {
        steps.push("see that what syncs the cluster prunes, or delete the objects; cancel workflow runs that are under way");
    }
    steps.push(
        "end the sessions that were opened with the access: a credential may outlive its right",
    );
    steps
}
