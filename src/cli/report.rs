//! `tenure report`: scans a repository, asks its history, and writes the compliance report; or merges reports.

use super::arguments::{ReportArgs, ReportFormat};
use super::{Exit, Failure, exceptions, progress, setup, write};
use crate::finding::{Exception, Line, Since};
use crate::measure::{self, Head};
use crate::report::assessment::{Assessment, Basis, Form, Identification, ReviewRow, merge};
use crate::report::history::History;
use crate::report::{Report, clean};
use crate::rule::{Profile, RuleSet};
use crate::scan::{self, Options, Source, Tree};
use crate::source::{Gap, GapKind, hex};
use crate::suppress::{Attested, Reach, Review, dialect};
use crate::walk;
use clap::ValueEnum;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;

/// Runs the command.
pub(super) fn run(
    arguments: &ReportArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit, Failure> {
    let outputs = outputs(arguments)?;
    let is_report =
        |path: &PathBuf| path.extension().is_some_and(|ending| ending == "json") && path.is_file();
    let (report, exit) = if arguments.paths.iter().all(is_report) {
        (
            merged(&arguments.paths)?.expecting(&arguments.expect),
            Exit::Clean,
        )
    } else {
        assessed(arguments, err)?
    };
    for (format, path) in &outputs {
        file(&report, *format, path)?;
    }
    let format = arguments
        .format
        .or(outputs.is_empty().then_some(ReportFormat::Html));
    if let Some(format) = format {
        report.write(form(format), out)?;
        out.flush()?;
    }
    Ok(exit)
}

fn form(format: ReportFormat) -> Form {
    match format {
        ReportFormat::Html => Form::Html,
        ReportFormat::Markdown => Form::Markdown,
        ReportFormat::Json => Form::Json,
        ReportFormat::Csv => Form::Csv,
        ReportFormat::Oscal => Form::Oscal,
    }
}

fn outputs(arguments: &ReportArgs) -> Result<Vec<(ReportFormat, PathBuf)>, Failure> {
    let parse = |text: &String| {
        let (name, path) = text
            .split_once('=')
            .ok_or_else(|| Failure::Usage(format!("--output wants FORMAT=FILE, not `{text}`")))?;
        let format = ReportFormat::from_str(name, false).map_err(|_| {
            Failure::Usage(format!(
                "no format `{name}`; there are html, markdown, json, csv, oscal"
            ))
        })?;
        Ok((format, PathBuf::from(path)))
    };
    arguments.output.iter().map(parse).collect()
}

fn file(report: &Assessment, format: ReportFormat, path: &Path) -> Result<(), Failure> {
    if format != ReportFormat::Csv {
        return write::whole(path, |file| report.write(form(format), file));
    }
    std::fs::create_dir_all(path)
        .map_err(|error| Failure::Usage(format!("cannot make {}: {error}", path.display())))?;
    for (name, content) in report.tables()? {
        write::whole(&path.join(name), |file| file.write_all(&content))?;
    }
    Ok(())
}

fn merged(paths: &[PathBuf]) -> Result<Assessment, Failure> {
    let mut reports = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::Usage(format!("{}: cannot be read: {error}", path.display()))
        })?;
        let report = Assessment::read(&text).map_err(|reason| {
            Failure::Usage(format!("{} is no report: {reason}", path.display()))
        })?;
        reports.push(report);
    }
    Ok(merge(reports))
}

/// Scans, asks history, assesses.
fn assessed(arguments: &ReportArgs, err: &mut dyn Write) -> Result<(Assessment, Exit), Failure> {
    let root = walk::root(&arguments.paths);
    let (mut options, rules) = setup::options(&arguments.look, &root, None)?;
    // Whoever assesses sees everything, whatever the team that scans has chosen.
    if arguments.look.profile.is_none() {
        options.profile = Profile::Audit;
    }
    if !arguments.no_history {
        setup::ask_history(&mut options, &root);
    }
    if !walk::is_whole(&arguments.paths) {
        options.reach = Reach::Part;
    }
    doubtful(&mut options);
    let rules_sha256 = digest_of(&rules);
    let listing = walk::tree(
        &arguments.paths,
        &setup::walk_options(&arguments.look.read, &options.config),
    );
    let source = Tree::new(listing, options.limit);
    let outcome = progress::watch(
        arguments.look.read.quiet,
        source.len(),
        &options.progress,
        || scan::run(&source, rules, &options),
    );
    let (mut register, _) = scan::exceptions(&source, &AtomicUsize::new(0));
    dialect::written(&mut register, &options.config, options.now);
    register.extend(dialect::registered(&options.register, &options.config));
    register.sort_by(|a, b| {
        (&a.path, a.line, a.tool, &a.rules).cmp(&(&b.path, b.line, b.tool, &b.rules))
    });
    let head = measure::head(&root).unwrap_or_default();
    let (since, history) = history(arguments, &root, &outcome.report, &mut register);
    let missing = scan::missing(&source);
    for gap in &missing {
        drop(writeln!(
            err,
            "error: cannot read {}: {}",
            clean(&gap.path),
            clean(&gap.reason)
        ));
    }
    let basis = Basis {
        report: &outcome.report,
        estate: &outcome.estate,
        exceptions: &register,
        since: &since,
        due: options.config.due(),
        attested: attested(&options),
        reviews: reviews(&options),
        trend: trend(arguments)?,
        identification: Identification {
            repository: name(arguments, &head, &root),
            commit: head.commit.clone(),
            changed: head.changed,
            shallow: head.shallow,
            day: options.now.to_string(),
            profile: format!("{:?}", options.profile).to_lowercase(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules_sha256,
            config_sha256: match options.config.text.as_str() {
                "" => String::new(),
                text => sha256(text.as_bytes()),
            },
            command: command(arguments, &options),
            history,
            every_days: options.config.report_every(),
            ..Identification::default()
        },
    };
    let exit = match missing.is_empty() {
        true => Exit::Clean,
        false => Exit::Unreadable,
    };
    Ok((basis.assess(), exit))
}

fn attested(options: &Options) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for attestation in &options.register.attestations {
        if let Ok(Attested::Control(control)) = &attestation.subject {
            *counts.entry(control.clone()).or_insert(0) += 1;
        }
    }
    counts
}

/// Says which attestations count for nothing.
fn doubtful(options: &mut Options) {
    for attestation in &options.register.attestations {
        if let Err(reason) = &attestation.subject {
            let reason = format!("the attestation counts for nothing: {reason}");
            let gap = Gap::of_file(&attestation.path, GapKind::Syntax, reason);
            options.gaps.push(gap);
        }
    }
}

fn reviews(options: &Options) -> Vec<ReviewRow> {
    let within = options.config.limit("emergency_review").unwrap_or_default() / 86_400;
    let pair = |pair: &Option<(String, crate::model::Date)>| {
        pair.as_ref()
            .map(|(who, day)| format!("{} on {day}", clean(who)))
            .unwrap_or_default()
    };
    let row = |review: &Review| match &review.said {
        Ok(said) => ReviewRow {
            state: said.state(options.now, within).to_owned(),
            about: clean(&said.about),
            used: pair(&said.used),
            reviewed: pair(&said.reviewed),
            outcome: clean(&said.outcome),
            next: said.next.map(|day| day.to_string()).unwrap_or_default(),
            place: review.path.clone(),
        },
        Err(reason) => ReviewRow {
            state: "invalid".to_owned(),
            about: clean(reason),
            place: review.path.clone(),
            ..ReviewRow::default()
        },
    };
    options.register.reviews.iter().map(row).collect()
}

/// The numbers over time that were given.
fn trend(arguments: &ReportArgs) -> Result<Option<History>, Failure> {
    let Some(path) = &arguments.trend else {
        return Ok(None);
    };
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("{name}: cannot be read: {error}")))?;
    let history = History::read(&text)
        .map_err(|reason| Failure::Usage(format!("{name} holds no history: {reason}")))?;
    Ok(Some(history))
}

/// Since when the lines of open findings and of exceptions stand, and what history was asked.
fn history(
    arguments: &ReportArgs,
    root: &Path,
    report: &Report,
    register: &mut [Exception],
) -> (Vec<Option<Since>>, String) {
    if arguments.no_history {
        return (Vec::new(), "not asked".to_owned());
    }
    let texts: Vec<(String, u32, String)> = report
        .findings
        .iter()
        .map(|finding| {
            let blob = report.blobs.get(finding.span.blob);
            let number = blob.lines().number(finding.span.start as usize);
            let line = blob.lines().line(blob.bytes(), number);
            let text = String::from_utf8_lossy(&blob.bytes()[line])
                .trim()
                .to_owned();
            (blob.path.clone(), number, text)
        })
        .collect();
    let of_findings = texts.iter().map(|(path, number, text)| Line {
        path,
        number: *number,
        text,
    });
    let of_exceptions = register.iter().map(|exception| Line {
        path: &exception.path,
        number: exception.line,
        text: &exception.text,
    });
    let lines: Vec<Line<'_>> = of_findings.chain(of_exceptions).collect();
    match measure::since(root, &lines) {
        Ok(mut since) => {
            let rest = since.split_off(texts.len());
            for (exception, since) in register.iter_mut().zip(rest) {
                exception.since = since;
            }
            (
                since,
                "the first-parent line of HEAD, by the committer's clock in UTC".to_owned(),
            )
        }
        Err(reason) => (Vec::new(), format!("not available: {reason}")),
    }
}

fn name(arguments: &ReportArgs, head: &Head, root: &Path) -> String {
    if let Some(name) = &arguments.name {
        return name.clone();
    }
    if !head.name.is_empty() {
        return head.name.clone();
    }
    let folder = exceptions::absolute(root);
    let name = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "repository".to_owned())
}

/// The command that makes the same report at the same commit.
fn command(arguments: &ReportArgs, options: &Options) -> String {
    let profile = format!("{:?}", options.profile).to_lowercase();
    let mut words = vec![format!(
        "tenure report --now {} --profile {profile}",
        options.now
    )];
    let look = &arguments.look;
    words.extend(look.select.iter().map(|word| format!("--select '{word}'")));
    words.extend(look.ignore.iter().map(|word| format!("--ignore '{word}'")));
    words.extend(
        look.rules
            .iter()
            .map(|folder| format!("--rules {}", folder.display())),
    );
    words.extend(
        look.config_from
            .iter()
            .map(|name| format!("--config-from {name}")),
    );
    words.extend(look.read.no_config.then(|| "--no-config".to_owned()));
    words.extend(look.read.no_ignore.then(|| "--no-ignore".to_owned()));
    words.extend(arguments.no_history.then(|| "--no-history".to_owned()));
    words.extend(arguments.name.iter().map(|name| format!("--name '{name}'")));
    words.push(match walk::is_whole(&arguments.paths) {
        true => ".".to_owned(),
        false => arguments
            .paths
            .iter()
            .map(|path| path.display().to_string())
            .collect::<Vec<_>>()
            .join(" "),
    });
    words.join(" ")
}

fn digest_of(rules: &RuleSet) -> String {
    let mut hash = Sha256::new();
    for rule in rules.iter() {
        hash.update(format!("{rule:?}\n").as_bytes());
    }
    hex(&hash.finalize())
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
