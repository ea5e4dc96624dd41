//! Arguments of the commands about exceptions, reports, history and containment.

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
    /// Look into files that ignore files exclude, too.
    #[arg(long)]
    pub no_ignore: bool,
    /// Configuration file instead of `tenure.yaml` at the root.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no configuration file, no waivers and no baseline.
    #[arg(long)]
    pub no_config: bool,
    /// The day that ends are compared with, YYYY-MM-DD; SOURCE_DATE_EPOCH is honoured, else today (UTC).
    #[arg(long, value_name = "DATE")]
    pub now: Option<String>,
    /// Print no progress.
    #[arg(long, short)]
    pub quiet: bool,
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
