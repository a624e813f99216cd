//! The flags of `gitopsc graph`.

use super::build::{LimitArguments, Messages, Selection};
use super::kustomize::load_restrictor;
use super::secrets::SecretArguments;
use clap::{Args, ValueEnum};
use gitopsc_kustomize::LoadRestriction;
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
  gitopsc graph cluster --object Deployment/web --format mermaid
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

    /// Show only these objects (KIND/NAME, or KIND/NAMESPACE/NAME), with what they need and what needs them
    #[arg(long, value_name = "OBJECT", value_delimiter = ',')]
    pub object: Vec<String>,

    /// Which files kustomizations may name, as in `gitopsc build`
    #[arg(long, value_name = "RULE", default_value = "LoadRestrictionsRootOnly", value_parser = load_restrictor(), hide_possible_values = true, hide_short_help = true)]
    pub load_restrictor: LoadRestriction,

    /// What belongs to the cluster.
    #[command(flatten)]
    pub selection: Selection,

    /// Keys, and what to do without.
    #[command(flatten)]
    pub secrets: SecretArguments,

    /// What is said on the way.
    #[command(flatten)]
    pub messages: Messages,

    /// What may be used up.
    #[command(flatten)]
    pub limits: LimitArguments,
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
