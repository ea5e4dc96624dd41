//! `tenure inventory` and `tenure explain IDENTITY`: what the estate holds, instead of what is wrong with it.

use super::arguments::{ExplainArgs, InventoryArgs, InventoryFormat, ReadArgs};
use super::{Exit, Failure, progress, rules, setup};
use crate::config;
use crate::report::{self, inventory::Filter, inventory::Inventory, inventory::Shape};
use crate::rule::RuleSet;
use crate::scan::{self, Options, Outcome, Tree};
use crate::suppress::{Reach, Register};
use crate::walk;
use std::io::Write;
use std::path::PathBuf;

/// Most identities that are named when a name means several.
const NAMED: usize = 10;

/// Lists the identities, or draws the ways between them.
pub(super) fn run(
    arguments: &InventoryArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit, Failure> {
    let shape = shape(arguments)?;
    let (outcome, exit) = read(&arguments.inputs, &arguments.read, rules::all(&[])?, err)?;
    let filter = Filter {
        ownerless: arguments.ownerless,
        standing: arguments.standing,
        no_expiry: arguments.no_expiry,
        providers: arguments.provider.clone(),
        environments: arguments.env.clone(),
    };
    let inventory = Inventory::new(&outcome.estate, &outcome.report, &filter);
    inventory.write(shape, out)?;
    out.flush()?;
    Ok(exit)
}

fn shape(arguments: &InventoryArgs) -> Result<Shape, Failure> {
    match (arguments.format, arguments.paths) {
        (InventoryFormat::Human, false) => Ok(Shape::Table),
        (InventoryFormat::Json, false) => Ok(Shape::Json),
        (InventoryFormat::Csv, false) => Ok(Shape::Csv),
        (InventoryFormat::Human, true) => Ok(Shape::Ways),
        (InventoryFormat::Json, true) => Ok(Shape::WaysJson),
        (InventoryFormat::Mermaid, true) => Ok(Shape::Mermaid),
        (InventoryFormat::Dot, true) => Ok(Shape::Dot),
        (InventoryFormat::Csv, true) => Err(Failure::Usage(
            "--paths comes as human, json, mermaid or dot".into(),
        )),
        (InventoryFormat::Mermaid | InventoryFormat::Dot, false) => Err(Failure::Usage(
            "mermaid and dot draw paths: add --paths".into(),
        )),
    }
}

/// Explains the rule of this id, else the identity of this name in the repository.
pub(super) fn explain(
    arguments: &ExplainArgs,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit, Failure> {
    let all = rules::all(&arguments.rules)?;
    let wanted = arguments.subject.as_str();
    // A misspelt rule is no reason to read a repository.
    let folder = wanted.split_once('/').map(|(folder, _)| folder);
    let rule = all.get(wanted).is_some()
        || folder.is_some_and(|folder| {
            let prefix = format!("{folder}/");
            all.iter().any(|rule| rule.id.starts_with(&prefix))
        });
    if rule {
        return rules::explain(&all, wanted, out);
    }
    let near = rules::near(&all, wanted)
        .unwrap_or_else(|| "`tenure rules list` and `tenure inventory` show them all".into());
    let (outcome, exit) = read(&arguments.paths, &arguments.read, all, err)?;
    let inventory = Inventory::new(&outcome.estate, &outcome.report, &Filter::default());
    let found = inventory.find(wanted);
    let [entry] = found[..] else {
        let addresses: Vec<String> = found
            .iter()
            .take(NAMED)
            .map(|entry| format!("{} ({})", report::clean(&entry.address), entry.place.path))
            .collect();
        return Err(Failure::Usage(match found.len() {
            0 => format!(
                "no rule and no identity is named `{}`; {near}",
                report::clean(wanted)
            ),
            many => format!(
                "`{}` means {many} identities; name one by its address: {}",
                report::clean(wanted),
                addresses.join(", ")
            ),
        }));
    };
    match arguments.json {
        true => inventory.page_json(entry, out)?,
        false => inventory.page(entry, out)?,
    }
    out.flush()?;
    Ok(exit)
}

/// Reads a repository as a scan does, secrets included, so that none of them is shown.
fn read(
    paths: &[PathBuf],
    arguments: &ReadArgs,
    rules: RuleSet,
    err: &mut dyn Write,
) -> Result<(Outcome, Exit), Failure> {
    let mut options = Options::new(setup::today(arguments.now.as_deref())?);
    let root = walk::root(paths);
    if !arguments.no_config {
        options.config =
            config::load(&root, arguments.config.as_deref()).map_err(Failure::Config)?;
        let (files, gaps) = walk::side_files(&root);
        options.register = Register::read(&files, options.now)
            .map_err(|error| Failure::Usage(error.to_string()))?;
        options.gaps = gaps;
    }
    if !walk::is_whole(paths) {
        options.reach = Reach::Part;
    }
    setup::threads(arguments.jobs);
    let listed = walk::tree(paths, &setup::walk_options(arguments, &options.config));
    let source = Tree::new(listed, arguments.max_file_size << 20);
    let total = scan::Source::len(&source);
    let outcome = progress::watch(arguments.quiet, total, &options.progress, || {
        scan::run(&source, rules, &options)
    });
    let missing = scan::missing(&source);
    for gap in &missing {
        let (path, reason) = (report::clean(&gap.path), report::clean(&gap.reason));
        drop(writeln!(err, "error: cannot read {path}: {reason}"));
    }
    let exit = match missing.is_empty() {
        true => Exit::Clean,
        false => Exit::Unreadable,
    };
    Ok((outcome, exit))
}
