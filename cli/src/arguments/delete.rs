//! The flags of `gitopsc delete`.

use super::apply::{ApplyFormat, RecordArguments, TargetArguments, duration};
use super::build::Messages;
use clap::{Args, ValueEnum};

/// What `gitopsc delete` does.
pub const ABOUT: &str = "\
Delete everything of a set from the cluster, and then the set.

No tree is read: what belongs to the set is found by its labels. What uses others goes before what is used, and \
what was not applied by gitopsc stays, as does what an annotation keeps. Nothing is deleted unless --approve names \
the very objects, by the digest that the plan shows.";

/// How it is called most often.
pub const EXAMPLES: &str = "\
Examples:
  gitopsc delete --set shop
  gitopsc delete --set shop --approve 3f6c2a91be04d7c8
  gitopsc delete --set shop --yes --approve 3f6c2a91be04d7c8";

/// The flags of `gitopsc delete`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub struct DeleteArguments {
    /// Delete without asking; this is no consent
    #[arg(short, long)]
    pub yes: bool,

    /// Write nothing
    #[arg(long, value_name = "HOW")]
    pub dry_run: Option<DeleteDryRun>,

    /// Consent to the deletions, by the digest that their plan shows
    #[arg(long, value_name = "DIGEST")]
    pub approve: Option<String>,

    /// Delete the set although a Sync keeps it
    #[arg(long)]
    pub take_over: bool,

    /// How long to wait for another run on the set to end
    #[arg(long, value_name = "DURATION", default_value = "1m", value_parser = duration)]
    pub lease_timeout: u64,

    /// How long an object may take to be gone, as in `90s` or `5m`
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub timeout: u64,

    /// How what happens is told
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: ApplyFormat,

    /// The set to delete
    #[arg(long, value_name = "NAME", help_heading = "The set")]
    pub set: String,

    /// Where the records of the set are.
    #[command(flatten)]
    pub records: RecordArguments,

    /// The cluster.
    #[command(flatten)]
    pub target: TargetArguments,

    /// What is said on the way.
    #[command(flatten)]
    pub messages: Messages,
}

/// How little is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DeleteDryRun {
    /// Plan by reading alone
    Plan,
}
