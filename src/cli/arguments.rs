//! Every command and flag. The help text is the manual: one flag, one item.

mod governance;

pub(super) use governance::{
    CaseArgs, ContainArgs, EveryArg, ExceptionsArgs, HistoryArgs, RegisterFormat, ReportArgs,
    ReportFormat, RevokeArgs,
};

use crate::rule::{Profile, Severity};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Audits the non-human identities of a repository, offline: hardcoded secrets, identities without an owner, standing
/// privilege, credentials without an end. No access gets tenure.
#[derive(Debug, Parser)]
#[command(name = "tenure", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look for findings in files, folders or standard input.
    Scan(Box<ScanArgs>),
    /// Accept the findings of today, so that only new ones are reported.
    Baseline(Box<BaselineArgs>),
    /// Make the mechanical changes that resolve findings.
    Fix(Box<FixArgs>),
    /// Write a configuration, a commit hook and a workflow for this repository.
    Init(InitArgs),
    /// Scan as a commit hook: what is staged, else the range that pre-commit names, else the whole tree.
    Hook(Box<ScanArgs>),
    /// List every identity: owner, credentials and their end, rights, who can become it, where it is worn.
    Inventory(InventoryArgs),
    /// List every exception of every tool: who, why, since when, until when.
    Exceptions(ExceptionsArgs),
    /// Show identities, standing privilege, endless credentials, exceptions and lifetimes over the history of HEAD.
    History(Box<HistoryArgs>),
    /// Write the patch that takes out access whose lease has ended, proved by a second scan.
    Revoke(Box<RevokeArgs>),
    /// Write the patch that takes out what one finding is about, proved by a second scan.
    Contain(Box<ContainArgs>),
    /// Write the compliance report: results by control, findings, population, exceptions, and how to reproduce them.
    Report(Box<ReportArgs>),
    /// Explain a rule (what it looks for, why it matters, what to do instead) or one identity of a repository.
    Explain(ExplainArgs),
    /// List, show and test rules.
    Rules(RulesArgs),
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write those of all commands to a folder.
    Man {
        /// The folder.
        folder: Option<PathBuf>,
    },
}

/// Arguments of `tenure explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A rule's id, such as `credential/missing-expiry`, or an identity: its address, its name, or the end of its address.
    #[arg(value_name = "RULE|IDENTITY")]
    pub subject: String,
    /// Files and folders in which an identity is looked for.
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Write an identity's page as JSON.
    #[arg(long)]
    pub json: bool,
    /// What is read, and how.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Folders with rules of your own.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
}

/// Arguments of `tenure inventory`.
#[derive(Debug, Args)]
pub struct InventoryArgs {
    /// Files and folders to read.
    #[arg(default_value = ".")]
    pub inputs: Vec<PathBuf>,
    /// Output format: human, json or csv; with --paths human, json, mermaid or dot.
    #[arg(long, short, value_enum, default_value_t = InventoryFormat::Human)]
    pub format: InventoryFormat,
    /// Show the ways from pipelines and workloads through trusts and identities to rights, instead of identities.
    #[arg(long)]
    pub paths: bool,
    /// Only identities that nobody answers for.
    #[arg(long)]
    pub ownerless: bool,
    /// Only identities with an administrative right that holds at all times.
    #[arg(long)]
    pub standing: bool,
    /// Only identities with a credential that never ends.
    #[arg(long)]
    pub no_expiry: bool,
    /// Only identities of this provider: aws, azure, google, kubernetes, github, ... May be given several times.
    #[arg(long, value_name = "PROVIDER", value_delimiter = ',')]
    pub provider: Vec<String>,
    /// Only identities of this environment; `unknown` for those without one. May be given several times.
    #[arg(long, value_name = "ENVIRONMENT", value_delimiter = ',')]
    pub env: Vec<String>,
    /// What is read, and how.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// What any command that looks at files reads, and how.
#[derive(Debug, Clone, Args)]
pub struct ReadArgs {
    /// Configuration file instead of `tenure.yaml` at the root.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no configuration file, no waivers and no baseline.
    #[arg(long)]
    pub no_config: bool,
    /// Read files that ignore files exclude, too.
    #[arg(long)]
    pub no_ignore: bool,
    /// Largest file that is read, in MiB.
    #[arg(long, value_name = "MIB", default_value_t = 64)]
    pub max_file_size: u64,
    /// The day that dates are compared with, YYYY-MM-DD; SOURCE_DATE_EPOCH is honoured, else today (UTC).
    #[arg(long, value_name = "DATE")]
    pub now: Option<String>,
    /// Threads; 0 for one per core.
    #[arg(long, short, value_name = "N", default_value_t = 0)]
    pub jobs: usize,
    /// Print nothing but what is asked for: no progress, no summary line on standard error.
    #[arg(long, short)]
    pub quiet: bool,
}

/// Values of `tenure inventory --format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InventoryFormat {
    /// For a terminal.
    Human,
    /// One document.
    Json,
    /// A row an identity.
    Csv,
    /// A flowchart of the paths.
    Mermaid,
    /// A Graphviz graph of the paths.
    Dot,
}

/// Arguments of `tenure rules`.
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// What to do with them.
    #[command(subcommand)]
    pub command: RulesCommand,
    /// Folders with rules of your own.
    #[arg(long, value_name = "DIR", global = true)]
    pub rules: Vec<PathBuf>,
}

/// What can be done with rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List all rules, one a line.
    List {
        /// Write a JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Show a rule as it is defined.
    Show {
        /// The rule's id.
        rule: String,
    },
    /// Run the examples of rule pages: those of a folder, or the built-in ones.
    Test {
        /// Folder with rule pages.
        dir: Option<PathBuf>,
    },
}

/// What a command looks at, and by which rules.
#[derive(Debug, Clone, Args)]
pub struct LookArgs {
    /// Who the findings are for.
    #[arg(long, value_enum)]
    pub profile: Option<ProfileArg>,
    /// Run only these rules: ids, globs such as `secret/*`, or NHI items such as `NHI7`.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave these rules out: ids, globs or NHI items.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Folders with rules of your own; their examples are run by `tenure rules test DIR`.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// Take configuration, waivers, baseline and own rules from a trusted commit; an inline exception that is not in it
    /// excuses nothing.
    #[arg(long, value_name = "REF", conflicts_with_all = ["config", "no_config"])]
    pub config_from: Option<String>,
    /// What is read, and how.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// Arguments of `tenure scan`.
#[derive(Debug, Clone, Args)]
pub struct ScanArgs {
    /// Files and folders to scan; `-` reads standard input.
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Report what the next commit adds: the index against the last commit, whatever the work tree holds.
    #[arg(long, conflicts_with = "since")]
    pub staged: bool,
    /// Report what the work tree adds since its common ancestor with REF; `A..B` compares two commits.
    #[arg(long, value_name = "REF")]
    pub since: Option<String>,
    /// Look for secrets in every version of every file: of all branches and tags, or of the commits in RANGE (`A..B`).
    #[arg(long, value_name = "RANGE", num_args = 0..=1, require_equals = true, default_missing_value = "", conflicts_with_all = ["staged", "since"])]
    pub history: Option<String>,
    /// Ask the history of HEAD what only it can tell: since when access stands, who wrote leases and waivers, how often they
    /// were renewed, which pipelines went back to stored keys.
    #[arg(long, conflicts_with_all = ["staged", "since", "history"])]
    pub blame: bool,
    /// Name that standard input is scanned under; its ending chooses the format.
    #[arg(long, value_name = "NAME", default_value = "stdin")]
    pub stdin_name: String,
    /// Output format on standard output.
    #[arg(long, short, value_name = "FORMAT", default_value = "human")]
    pub format: String,
    /// Also write a report to a file: `sarif=tenure.sarif`. May be given several times.
    #[arg(long, short, value_name = "FORMAT=FILE")]
    pub output: Vec<String>,
    /// Exit with 1 when a finding is at least this severe.
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub fail_on: Option<FailOn>,
    /// Exit with 3 when a file could not be read or parsed.
    #[arg(long)]
    pub fail_on_gap: bool,
    /// Baseline file: findings it lists are not reported.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// When to use colours; NO_COLOR is honoured.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Keep suppressed results in SARIF, marked as such.
    #[arg(long)]
    pub sarif_suppressed: bool,
    /// What to look at and how.
    #[command(flatten)]
    pub look: LookArgs,
}

/// Arguments of `tenure baseline`.
#[derive(Debug, Args)]
pub struct BaselineArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub command: BaselineCommand,
}

/// What can be done with a baseline.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Accept everything that is found now; refuses when there is a baseline already.
    Create(BaselineTarget),
    /// Accept everything that is found now, and forget what is no longer found.
    Update(BaselineTarget),
    /// Forget what is no longer found; accept nothing new.
    Prune(BaselineTarget),
}

/// Which baseline, and how its findings are found.
#[derive(Debug, Args)]
pub struct BaselineTarget {
    /// A folder of the repository; all of the repository is scanned.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// The baseline's file instead of `.tenure/baseline.json` at the root.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// What to look at and how.
    #[command(flatten)]
    pub look: LookArgs,
}

/// Arguments of `tenure fix`.
#[derive(Debug, Args)]
pub struct FixArgs {
    /// Files and folders to fix.
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Show the changes, make none; exit with 1 when there are any.
    #[arg(long)]
    pub diff: bool,
    /// Also make changes after which something may need a right it no longer has.
    #[arg(long = "unsafe")]
    pub risky: bool,
    /// Also write this lease above what nobody answers for and what stands without an end, where one resolves the finding:
    /// `owner=@org/team purpose="..." expires=YYYY-MM-DD approver=@person`. Choose the rules with --select.
    #[arg(long, value_name = "WORDS")]
    pub lease: Option<String>,
    /// What to look at and how.
    #[command(flatten)]
    pub look: LookArgs,
}

/// Arguments of `tenure init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The repository.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Replace files that exist.
    #[arg(long)]
    pub force: bool,
}

/// Values of `--fail-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Notes and worse.
    Low,
    /// Warnings and worse.
    Medium,
    /// Errors.
    High,
    /// Only the worst.
    Critical,
    /// Never fail on findings.
    Never,
}

impl From<crate::config::FailOn> for FailOn {
    fn from(value: crate::config::FailOn) -> Self {
        match value {
            crate::config::FailOn::Low => FailOn::Low,
            crate::config::FailOn::Medium => FailOn::Medium,
            crate::config::FailOn::High => FailOn::High,
            crate::config::FailOn::Critical => FailOn::Critical,
            crate::config::FailOn::Never => FailOn::Never,
        }
    }
}

impl FailOn {
    /// Whether a severity reaches it.
    #[must_use]
    pub fn reached_by(self, severity: Severity) -> bool {
        match self {
            FailOn::Low => true,
            FailOn::Medium => severity >= Severity::Medium,
            FailOn::High => severity >= Severity::High,
            FailOn::Critical => severity >= Severity::Critical,
            FailOn::Never => false,
        }
    }
}

/// Values of `--profile`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProfileArg {
    /// Findings anyone can act on.
    Default,
    /// For a team that tightens.
    Strict,
    /// Everything, for an auditor.
    Audit,
}

impl From<ProfileArg> for Profile {
    fn from(value: ProfileArg) -> Self {
        match value {
            ProfileArg::Default => Profile::Default,
            ProfileArg::Strict => Profile::Strict,
            ProfileArg::Audit => Profile::Audit,
        }
    }
}

/// Values of `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
