//! The flags of `gitopsc status`.

use super::apply::{RecordArguments, TargetArguments};
use super::build::Messages;
use clap::{Args, ValueEnum};

/// What `gitopsc status` does.
pub const ABOUT: &str = "\
Show what is there of sets, without a tree: what was applied, who is at work, and how the members are.

Without --set every set has a line. With it, what is not as it should be is shown unit by unit with its reason, and \
so is what annotations hold out and what carries the label of the set and does not belong to it. Nothing is written. \
The exit status is 0 if all is Current, and 1 otherwise.";

/// How it is called most often.
pub const EXAMPLES: &str = "\
Examples:
  gitopsc status
  gitopsc status --set shop
  gitopsc status --set shop --output json";

/// The flags of `gitopsc status`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub struct StatusArguments {
    /// How it is written
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub output: StatusFormat,

    /// The set to show [default: a line for each]
    #[arg(long, value_name = "NAME", help_heading = "The set")]
    pub set: Option<String>,

    /// Where the records of sets are.
    #[command(flatten)]
    pub records: RecordArguments,

    /// The cluster.
    #[command(flatten)]
    pub target: TargetArguments,

    /// What is said on the way.
    #[command(flatten)]
    pub messages: Messages,
}

/// How a status is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    /// For people
    Text,
    /// One document of kind Status
    Json,
}
