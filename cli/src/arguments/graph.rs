//! The flags of `gitopsc graph`.

use super::reading::ReadingArguments;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What `gitopsc graph` does.
pub const ABOUT: &str = "\
Show in which order the objects of a cluster come, and why.

What an object needs is derived from what it says: its namespace, its kind, what its pods read, the webhooks \
that admit it, and whatever is declared by gitopsc.dev/depends-on. Objects of one wave need nothing of each \
other; a wave begins once those before are there. Nothing is asked of a cluster.";

/// How it is called most often.
pub const EXAMPLES: &str = "\
Examples:
  gitopsc graph cluster
  gitopsc graph cluster --unit platform/cert-manager
  gitopsc graph cluster --object deployment/web --format mermaid
  gitopsc graph cluster --format dot | dot -Tsvg > graph.svg";

/// The flags of `gitopsc graph`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub struct GraphArguments {
    /// The directory to read: a cluster or a kustomization [default: `.`, or `./cluster` if `.` is neither]
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,

    /// How the graph is written
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub format: GraphFormat,

    /// Show only these units, with what they need and what needs them
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub unit: Vec<String>,

    /// Show only these objects, named as for `gitopsc explain`, with what they need and what needs them
    #[arg(long, value_name = "OBJECT", value_delimiter = ',')]
    pub object: Vec<String>,

    /// How the directory is read.
    #[command(flatten)]
    pub reading: ReadingArguments,
}

/// How a graph is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// For people: waves of objects, each with what it needs
    Text,
    /// For Graphviz
    Dot,
    /// For Markdown pages
    Mermaid,
    /// One document of kind Graph
    Json,
}
