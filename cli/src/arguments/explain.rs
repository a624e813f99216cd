//! The flags of `gitopsc explain`.

use super::reading::ReadingArguments;
use clap::{Args, ValueEnum};
use gitopsc_compiler::explain::Question;
use std::path::PathBuf;

/// What `gitopsc explain` does.
pub const ABOUT: &str = "\
Say of one object where each part of it comes from, what it needs, and what needs it.

The object is printed as `gitopsc build` prints it, with the file and line of each value beside it, and a \
number if a transformer put the value there. Below stand the transformers that the object went through, with \
the place in the overlay that asks for each; what the object needs and why; what needs it; its unit and digests. \
Nothing is asked of a cluster.";

/// How it is called most often.
pub const EXAMPLES: &str = "\
Examples:
  gitopsc explain deployment/web cluster
  gitopsc explain svc/web cluster -n web-production
  gitopsc explain Certificate.cert-manager.io/web-production/web
  gitopsc explain cm/settings cluster --unit apps/web/staging --format json";

/// The flags of `gitopsc explain`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub struct ExplainArguments {
    /// The object, as KIND/NAME or KIND/NAMESPACE/NAME; KIND as kubectl takes it: deployment, deployments.apps, deploy
    #[arg(value_name = "OBJECT")]
    pub object: Question,

    /// The directory to read: a cluster or a kustomization [default: `.`, or `./cluster` if `.` is neither]
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,

    /// The object's namespace, if the name alone does not tell
    #[arg(short, long, value_name = "NAMESPACE")]
    pub namespace: Option<String>,

    /// The object's unit, if the name alone does not tell
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,

    /// How the answer is written
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub format: ExplainFormat,

    /// How the directory is read.
    #[command(flatten)]
    pub reading: ReadingArguments,
}

/// How an explanation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For people: the object with the origin of each value beside it
    Text,
    /// One document of kind Explanation
    Json,
}
