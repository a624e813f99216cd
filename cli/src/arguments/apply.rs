//! The flags of `gitopsc apply`, and of what else talks to a cluster.

use super::reading::ReadingArguments;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What `gitopsc apply` does.
pub const ABOUT: &str = "\
Make a cluster equal to a tree: apply what changed, in the order of dependencies, and prune what left.

Everything that is applied belongs to a set. Before anything is written the plan is shown, and on a terminal \
somebody is asked; without a terminal, --yes says that nobody has to be. Objects of others are not taken \
silently, and nothing is pruned beyond a budget unless --approve names the very plan.";

/// How it is called most often.
pub const EXAMPLES: &str = "\
Examples:
  gitopsc apply cluster
  gitopsc apply cluster --yes --unit apps/web
  gitopsc apply cluster --dry-run=plan
  gitopsc apply cluster --yes --approve 3f6c2a91be04d7c8";

/// The flags of `gitopsc apply`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub struct ApplyArguments {
    /// The directory to apply: a cluster or a kustomization [default: `.`, or `./cluster` if `.` is neither]
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,

    /// Apply without asking
    #[arg(short, long)]
    pub yes: bool,

    /// Write nothing: `plan` only reads, `server` asks the server of everything that it can
    #[arg(long, value_name = "HOW")]
    pub dry_run: Option<DryRun>,

    /// Apply only these units
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub unit: Vec<String>,

    /// Take over what belongs to others: all, objects (KIND/NAME, KIND/NAMESPACE/NAME) or units (unit:PATH)
    #[arg(long, value_name = "WHAT", value_delimiter = ',', num_args = 0..=1, default_missing_value = "all", require_equals = true)]
    pub adopt: Vec<String>,

    /// Delete and make again what cannot be changed, if it is one of these objects
    #[arg(long, value_name = "OBJECT", value_delimiter = ',')]
    pub recreate: Vec<String>,

    /// Prune what these units left, although their directories are still there
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub prune_unit: Vec<String>,

    /// What is done about a field that another manager owns with another value
    #[arg(long, value_name = "HOW", default_value = "mine")]
    pub conflicts: ConflictChoice,

    /// Consent to the steps that need it, by the digest that their plan shows
    #[arg(long, value_name = "DIGEST")]
    pub approve: Option<String>,

    /// Apply although a later commit was applied before
    #[arg(long)]
    pub rollback: bool,

    /// Write to the set although a Sync keeps it
    #[arg(long)]
    pub take_over: bool,

    /// How long to wait for another run on the set to end
    #[arg(long, value_name = "DURATION", default_value = "1m", value_parser = duration)]
    pub lease_timeout: u64,

    /// How long an object may take to become ready, as in `90s` or `5m`
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub timeout: u64,

    /// Do not wait until what was applied is ready
    #[arg(long)]
    pub no_wait: bool,

    /// How what happens is told
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: ApplyFormat,

    /// The set.
    #[command(flatten)]
    pub set: SetArguments,

    /// The cluster.
    #[command(flatten)]
    pub target: TargetArguments,

    /// The namespace of objects that name none
    #[arg(short, long, value_name = "NAME", help_heading = "The cluster")]
    pub namespace: Option<String>,

    /// How the directory is read.
    #[command(flatten)]
    pub reading: ReadingArguments,
}

/// Which set.
#[derive(Debug, Args)]
#[command(next_help_heading = "The set")]
pub struct SetArguments {
    /// The set that everything belongs to [default: the name of the directory]
    #[arg(long, value_name = "NAME")]
    pub set: Option<String>,

    /// Where its records are.
    #[command(flatten)]
    pub records: RecordArguments,
}

/// Where the records of sets are.
#[derive(Debug, Args)]
#[command(next_help_heading = "The set")]
pub struct RecordArguments {
    /// The namespace that holds the records of the set
    #[arg(long, value_name = "NAMESPACE", default_value = "gitopsc-system")]
    pub set_namespace: String,
}

/// Which cluster, and as whom.
#[derive(Debug, Args)]
#[command(next_help_heading = "The cluster")]
pub struct TargetArguments {
    /// The kubeconfig [default: `KUBECONFIG`, or `~/.kube/config`, or that of the pod]
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,

    /// The context of the kubeconfig
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,

    /// Whom to impersonate
    #[arg(long = "as", value_name = "USER")]
    pub impersonate: Option<String>,

    /// Groups to impersonate
    #[arg(long, value_name = "GROUP", requires = "impersonate")]
    pub as_group: Vec<String>,

    /// How many requests may be under way at once
    #[arg(long, value_name = "COUNT", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256), hide_short_help = true)]
    pub in_flight: u16,
}

/// How little is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DryRun {
    /// Plan, and ask the server of every object that is not as it should be
    Server,
    /// Plan by reading alone
    Plan,
}

/// How what happens is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ApplyFormat {
    /// For people
    Text,
    /// One event a line
    Json,
}

/// What is done about conflicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConflictChoice {
    /// Take it if it was ours, and else refuse
    Mine,
    /// Refuse
    Fail,
    /// Take it
    Take,
    /// Leave it to the other
    Yield,
}

pub(super) fn duration(text: &str) -> Result<u64, String> {
    let seconds = gitopsc_engine::policy::seconds(text);
    seconds.ok_or_else(|| "it is no duration such as `90s`, `5m` or `1h30m`".to_owned())
}
