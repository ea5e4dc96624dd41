//! `tenure exceptions`: every exception of every tool in the repository.

use super::arguments::{ExceptionsArgs, RegisterFormat};
use super::{Exit, Failure, progress, setup};
use crate::config::{self, Config};
use crate::finding::{Exception, Line};
use crate::measure;
use crate::report::{self, Exceptions};
use crate::scan::{self, Source, Tree};
use crate::source::Gap;
use crate::suppress::{Register, dialect};
use crate::walk;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::AtomicUsize;

/// Runs the command.
pub(super) fn run(
    arguments: &ExceptionsArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit, Failure> {
    let read = &arguments.read;
    let now = setup::today(read.now.as_deref())?;
    let root = walk::root(&arguments.paths);
    let config = match read.no_config {
        true => Config::default(),
        false => config::load(&root, read.config.as_deref()).map_err(Failure::Config)?,
    };
    setup::threads(read.jobs);
    let options = setup::walk_options(read, &config);
    let source = Tree::new(
        walk::tree(&arguments.paths, &options),
        read.max_file_size << 20,
    );
    let done = AtomicUsize::new(0);
    let (mut entries, mut gaps) = progress::watch(read.quiet, source.len(), &done, || {
        scan::exceptions(&source, &done)
    });
    dialect::written(&mut entries, &config, now);
    if !read.no_config {
        let (files, unread) = walk::side_files(&root);
        gaps.extend(unread);
        let register =
            Register::read(&files, now).map_err(|error| Failure::Usage(error.to_string()))?;
        entries.extend(dialect::registered(&register, &config));
    }
    entries.sort_by(|a, b| {
        (&a.path, a.line, a.tool, &a.rules).cmp(&(&b.path, b.line, b.tool, &b.rules))
    });
    entries.retain(|entry| {
        (arguments.tool.is_empty() || arguments.tool.iter().any(|tool| tool == entry.tool))
            && (!arguments.expired || entry.state(now) == "expired")
    });
    let history = match arguments.blame {
        true => blame(&root, &mut entries).err(),
        false => Some("not asked for; --blame looks into history".to_owned()),
    };
    let register = Exceptions {
        entries: &entries,
        now,
        history: history.as_deref(),
    };
    match arguments.format {
        RegisterFormat::Human => register.human(out)?,
        RegisterFormat::Json => register.json(out)?,
        RegisterFormat::Csv => register.csv(out)?,
    }
    out.flush()?;
    Ok(unread(&source, &gaps, err))
}

/// Fills in since when each entry stands.
fn blame(root: &Path, entries: &mut [Exception]) -> Result<(), String> {
    let lines: Vec<Line<'_>> = entries
        .iter()
        .map(|entry| Line {
            path: &entry.path,
            number: entry.line,
            text: &entry.text,
        })
        .collect();
    let found = measure::since(root, &lines)?;
    for (entry, since) in entries.iter_mut().zip(found) {
        entry.since = since;
    }
    Ok(())
}

/// Names what could not be read; a path asked for by name that is not there decides the exit code.
fn unread(source: &dyn Source, gaps: &[Gap], err: &mut dyn Write) -> Exit {
    let missing = scan::missing(source);
    for gap in missing.iter().chain(gaps) {
        let (path, reason) = (report::clean(&gap.path), report::clean(&gap.reason));
        drop(writeln!(err, "error: cannot read {path}: {reason}"));
    }
    match missing.is_empty() {
        true => Exit::Clean,
        false => Exit::Unreadable,
    }
}

/// A folder without `.` and links, where the system can tell.
pub(super) fn absolute(root: &Path) -> std::path::PathBuf {
    std::fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf())
}
