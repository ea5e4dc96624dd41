//! Arguments of the commands about exceptions, reports, history and containment.

use super::{LookArgs, ReadArgs};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments of `tenure exceptions`.
#[derive(Debug, Args)]
pub struct ExceptionsArgs {
    /// Files and folders to look into.
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Output format.
    #[arg(long, short, value_enum, default_value_t = RegisterFormat::Human)]
    pub format: RegisterFormat,
    /// Only the exceptions of these tools: `checkov`, `trivy`, `tenure`, ...
    #[arg(long, value_name = "TOOL", value_delimiter = ',')]
    pub tool: Vec<String>,
    /// Only those whose last day is over.
    #[arg(long)]
    pub expired: bool,
    /// Look into the history of HEAD for the commit that brought each.
    #[arg(long)]
    pub blame: bool,
    /// What is read, and how.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// Values of `--format` of registers and measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RegisterFormat {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

/// Arguments of `tenure report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The repository to report on; or reports written as JSON, which are merged into one of an organisation.
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Output format on standard output; html when no file is asked for.
    #[arg(long, short, value_enum)]
    pub format: Option<ReportFormat>,
    /// Write the report to a file: `html=report.html`, or to a folder for `csv=FOLDER`. May be given several times.
    #[arg(long, short, value_name = "FORMAT=FILE")]
    pub output: Vec<String>,
    /// Name of the repository; that of its first remote, else of its folder, when not given.
    #[arg(long)]
    pub name: Option<String>,
    /// Numbers over time, which `tenure history --format json` wrote, to be shown as trends.
    #[arg(long, value_name = "FILE")]
    pub trend: Option<PathBuf>,
    /// When reports are merged: repositories of which one is expected; those without are shown as missing.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub expect: Vec<String>,
    /// Do not look into history for the age of findings and exceptions.
    #[arg(long)]
    pub no_history: bool,
    /// What is looked at, and by which rules.
    #[command(flatten)]
    pub look: LookArgs,
}

/// Formats of `tenure report`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// One page without script or network.
    Html,
    /// For a pull request, a wiki, a summary.
    Markdown,
    /// The model itself, which `tenure report A.json B.json` merges.
    Json,
    /// The findings as a table; as a set of tables with `--output csv=FOLDER`.
    Csv,
    /// OSCAL assessment results.
    Oscal,
}

/// Arguments of `tenure revoke`.
#[derive(Debug, Args)]
pub struct RevokeArgs {
    /// The repository.
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Take out what has a lease whose last day is over.
    #[arg(long, required = true)]
    pub lapsed: bool,
    /// How the change is written.
    #[command(flatten)]
    pub case: CaseArgs,
}

/// Arguments of `tenure contain`.
#[derive(Debug, Args)]
pub struct ContainArgs {
    /// Fingerprint of the finding, or how it begins.
    pub fingerprint: String,
    /// Of several who have the access (subjects of a binding, members of a list) only this one.
    #[arg(long, value_name = "NAME")]
    pub only: Option<String>,
    /// The repository.
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// How the change is written.
    #[command(flatten)]
    pub case: CaseArgs,
}

/// How a change that takes access out is written.
#[derive(Debug, Args)]
pub struct CaseArgs {
    /// Write nothing but the patch, for `git apply`.
    #[arg(long)]
    pub diff: bool,
    /// Write nothing but the patch that takes the change back.
    #[arg(long, conflicts_with = "diff")]
    pub inverse: bool,
    /// What is looked at, and by which rules.
    #[command(flatten)]
    pub look: LookArgs,
}

/// Arguments of `tenure history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// The repository.
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// The first day that counts, YYYY-MM-DD; the whole first-parent line when not given.
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// How often a sample is taken.
    #[arg(long, value_enum, default_value_t = EveryArg::Month)]
    pub every: EveryArg,
    /// Output format.
    #[arg(long, short, value_enum, default_value_t = RegisterFormat::Human)]
    pub format: RegisterFormat,
    /// What is looked at, and by which rules.
    #[command(flatten)]
    pub look: LookArgs,
}

/// Values of `--every`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EveryArg {
    /// The last commit of each week.
    Week,
    /// The last commit of each month.
    Month,
}
