//! `tenure scan`: listing, scanning, reporting, and the exit code that follows.

use super::arguments::{Color, FailOn, ScanArgs};
use super::{Exit, Failure, change, history, progress, setup, write};
use crate::config::Config;
use crate::report::{self, Report, Reporter, Style};
use crate::rule::RuleSet;
use crate::scan::{self, Memory, Options, Outcome, Source, Tree};
use crate::source::{Gap, GapKind};
use crate::suppress::Reach;
use crate::walk;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

/// Runs the command.
pub(super) fn run(
    arguments: &ScanArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit, Failure> {
    let outputs = outputs(arguments)?;
    let main = reporter(&arguments.format)?;
    let (options, rules) = options(arguments)?;
    let (outcome, missing) = look(arguments, rules, &options)?;
    let report = &outcome.report;
    for gap in &missing {
        drop(writeln!(
            err,
            "error: cannot read {}: {}",
            report::clean(&gap.path),
            report::clean(&gap.reason)
        ));
    }
    for (reporter, path) in &outputs {
        write_file(*reporter, report, arguments, path)?;
    }
    main.write(report, &style(arguments), out)?;
    out.flush()?;
    let code = exit(arguments, &options.config, report, !missing.is_empty());
    // The process ends here: to give back a large report piece by piece would only take time.
    std::mem::forget(outcome);
    Ok(code)
}

/// Scans what is asked for. The gaps are about things that were asked for by name.
fn look(
    arguments: &ScanArgs,
    rules: RuleSet,
    options: &Options,
) -> Result<(Outcome, Vec<Gap>), Failure> {
    if let Some(range) = &arguments.history {
        return history::look(arguments, range, rules, options);
    }
    if let Some(asked) = change::asked(arguments, &options.config)? {
        let total = asked.change.pairs.len();
        let outcome = progress::watch(arguments.look.read.quiet, total, &options.progress, || {
            scan::change(&asked.change, &asked.folders, rules, options)
        });
        let lost = outcome.report.coverage.gaps.iter();
        let mut missing: Vec<Gap> = lost
            .filter(|gap| gap.kind == GapKind::Git)
            .cloned()
            .collect();
        let named = asked.missing.iter();
        missing.extend(
            named.map(|path| Gap::of_file(path, GapKind::Unreadable, "no such file or directory")),
        );
        return Ok((outcome, missing));
    }
    let source = source(arguments, &options.config)?;
    let outcome = progress::watch(
        arguments.look.read.quiet,
        source.len(),
        &options.progress,
        || scan::run(source.as_ref(), rules, options),
    );
    Ok((outcome, scan::missing(source.as_ref())))
}

/// Findings before unreadable names before gaps: 1, 3, 3, 0.
fn exit(arguments: &ScanArgs, config: &Config, report: &Report, missing: bool) -> Exit {
    let fail_on = arguments
        .fail_on
        .or(config.fail_on.map(FailOn::from))
        .unwrap_or(FailOn::Medium);
    if report
        .findings
        .iter()
        .any(|finding| fail_on.reached_by(finding.severity))
    {
        Exit::Findings
    } else if missing || (arguments.fail_on_gap && !report.coverage.gaps.is_empty()) {
        Exit::Unreadable
    } else {
        Exit::Clean
    }
}

fn options(arguments: &ScanArgs) -> Result<(Options, RuleSet), Failure> {
    let stdin = arguments.paths.iter().any(|path| path == Path::new("-"));
    let root = walk::root(if stdin { &[] } else { &arguments.paths });
    let baseline = arguments.baseline.as_deref();
    let (mut options, rules) = setup::options(&arguments.look, &root, baseline)?;
    options.partial = change::partial(arguments);
    options.estate = false;
    if arguments.blame {
        setup::ask_history(&mut options, &root);
    }
    if stdin || options.partial.is_some() || !walk::is_whole(&arguments.paths) {
        options.reach = Reach::Part;
    }
    Ok((options, rules))
}

fn source(arguments: &ScanArgs, config: &Config) -> Result<Box<dyn Source>, Failure> {
    if arguments.paths.iter().any(|path| path == Path::new("-")) {
        if arguments.paths.len() > 1 {
            return Err(Failure::Usage(
                "`-` cannot be mixed with other paths".into(),
            ));
        }
        let limit = arguments.look.read.max_file_size << 20;
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(limit + 1)
            .read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(Failure::Usage(format!(
                "standard input is larger than {} MiB",
                arguments.look.read.max_file_size
            )));
        }
        return Ok(Box::new(Memory::new(vec![(
            arguments.stdin_name.clone(),
            bytes,
        )])));
    }
    let options = setup::walk_options(&arguments.look.read, config);
    Ok(Box::new(Tree::new(
        walk::tree(&arguments.paths, &options),
        arguments.look.read.max_file_size << 20,
    )))
}

fn reporter(name: &str) -> Result<&'static dyn Reporter, Failure> {
    report::REPORTERS
        .iter()
        .copied()
        .find(|reporter| reporter.name() == name)
        .ok_or_else(|| {
            let names: Vec<&str> = report::REPORTERS
                .iter()
                .map(|reporter| reporter.name())
                .collect();
            Failure::Usage(format!(
                "no output format `{name}`; there are {}",
                names.join(", ")
            ))
        })
}

fn outputs(arguments: &ScanArgs) -> Result<Vec<(&'static dyn Reporter, PathBuf)>, Failure> {
    arguments
        .output
        .iter()
        .map(|text| {
            let (name, path) = text.split_once('=').ok_or_else(|| {
                Failure::Usage(format!("--output wants FORMAT=FILE, not `{text}`"))
            })?;
            Ok((reporter(name)?, PathBuf::from(path)))
        })
        .collect()
}

fn write_file(
    reporter: &dyn Reporter,
    report: &Report,
    arguments: &ScanArgs,
    path: &Path,
) -> Result<(), Failure> {
    let style = Style {
        color: false,
        suppressed: arguments.sarif_suppressed,
        width: 0,
    };
    write::whole(path, |file| reporter.write(report, &style, file))
}

fn style(arguments: &ScanArgs) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let color = match arguments.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    };
    Style {
        color,
        suppressed: arguments.sarif_suppressed,
        width: 0,
    }
}
