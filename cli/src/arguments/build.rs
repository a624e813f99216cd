//! The flags of `gitopsc build` that are its own.

use super::kustomize::KustomizeArguments;
use super::reading::CommonArguments;
use clap::{Args, ValueEnum};
use gitopsc_yaml::Limits;
use std::path::PathBuf;

/// What `gitopsc build` does.
pub const ABOUT: &str = "\
Print the manifests of a cluster or of one kustomization.

DIR with a kustomization builds to exactly what `kustomize build` 5.8.1 prints. DIR with a gitopsc.yaml, or \
with two of the folders bootstrap, platform and apps, is a cluster: its units are found, built in parallel, \
and printed in an order in which they can be applied: each object after what it needs. Anything else is \
refused with a list of what could be built below it.

Everything that is wrong is reported, not only the first of it, and nothing is printed if a unit failed, \
unless --keep-going is given. Manifests go to standard output, all else to standard error.";

/// How it is called most often.
pub const EXAMPLES: &str = "\
Examples:
  gitopsc build overlays/production | kubectl apply -f -
  gitopsc build cluster
  gitopsc build . --layers infrastructure,apps

`--help` has more of them, and all flags.";

/// How it may be called, and how it ends.
pub const AFTER: &str = "\
Examples:
  # One kustomization, as with kustomize build
  gitopsc build overlays/production | kubectl apply -f -

  # All units of a cluster
  gitopsc build cluster

  # A cluster with other folders as layers, and one unit left out
  gitopsc build . --layers infrastructure,apps --exclude apps/experiments

  # A file for each manifest in a folder for each unit
  gitopsc build cluster -o rendered

  # The whole as one digest, and all of it in a store
  gitopsc build cluster --store store

  # Findings for GitHub's code scanning
  gitopsc build cluster --diagnostics sarif --diagnostics-file findings.sarif > manifests.yaml

Exit status:
  0  done
  1  errors in the input
  2  wrong usage, or something could not be read or written
  3  refused, such as replacing a folder that gitopsc did not write";

/// The flags of `gitopsc build`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub struct BuildArguments {
    /// The directory to build: a kustomization or a cluster [default: `.`, or `./cluster` if `.` is neither]
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,

    /// Write to this path instead of standard output: of a kustomization one file, or, if PATH is a
    /// folder, a file for each manifest; of a cluster a folder for each unit, all of them or none
    #[arg(short, long, value_name = "PATH", allow_hyphen_values = true)]
    pub output: Option<PathBuf>,

    /// Store the manifests and their graph in this folder, an OCI image layout, and print the digest of the
    /// whole instead of manifests; decrypted values are sealed for those who can open their files
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output", "keep_going", "reveal_secrets"])]
    pub store: Option<PathBuf>,

    /// Print what could be built even if some units failed
    #[arg(long)]
    pub keep_going: bool,

    /// Print decrypted values instead of masks
    #[arg(long)]
    pub reveal_secrets: bool,

    /// What all commands have.
    #[command(flatten)]
    pub common: CommonArguments,

    /// The flags of Kustomize.
    #[command(flatten)]
    pub kustomize: KustomizeArguments,
}

/// What belongs to the cluster.
#[derive(Debug, Args)]
#[command(next_help_heading = "Units")]
pub struct Selection {
    /// Take these folders below DIR as the layers, in this order; DIR is a cluster then
    #[arg(long, value_name = "FOLDER", value_delimiter = ',')]
    pub layers: Vec<String>,

    /// Build these directories below DIR as units, whatever the rules say (`*` and `**` match any names)
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub include: Vec<String>,

    /// Leave these directories below DIR out, with everything in them
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    pub exclude: Vec<String>,

    /// The root of the source, from which Argo and Flux name their paths, and from which machine-readable
    /// findings name files [default: the Git root, or DIR]
    #[arg(long, value_name = "DIR", hide_short_help = true)]
    pub source_root: Option<PathBuf>,
}

/// What is said on the way, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Messages")]
pub struct Messages {
    /// How findings are written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub diagnostics: Format,

    /// Write findings to this file in the format of --diagnostics; standard error keeps them as text
    #[arg(long, value_name = "FILE")]
    pub diagnostics_file: Option<PathBuf>,

    /// Show every note and every repeated warning
    #[arg(short, long)]
    pub verbose: bool,

    /// Show errors only, and no summary
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Colour the text; `auto` heeds NO_COLOR, CLICOLOR and whether standard error is a terminal
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, with the source line
    Text,
    /// One document of kind DiagnosticList
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, for annotations in GitHub Actions
    Github,
    /// A Code Quality report, for GitLab
    Gitlab,
}

/// When text is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// What it says where the terminal does not count.
    pub fn choice(self) -> Option<bool> {
        match self {
            Color::Auto => None,
            Color::Always => Some(true),
            Color::Never => Some(false),
        }
    }
}

/// What may be used up.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArguments {
    /// How many threads to use [default: one for each processor, up to 16]
    // A pool of many thousands of threads would take minutes to start.
    #[arg(short = 'j', long, value_name = "COUNT", hide_short_help = true,
        value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,

    /// How deep collections may nest in a YAML file, up to 65535 levels
    #[arg(long, value_name = "LEVELS", default_value_t = usual_depth(), hide_short_help = true)]
    pub max_yaml_depth: u16,

    /// How many aliases (`*name`) a YAML file may hold
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().aliases, hide_short_help = true)]
    pub max_yaml_aliases: usize,

    /// How many values a YAML file may hold once its aliases are expanded
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().nodes, hide_short_help = true)]
    pub max_yaml_nodes: usize,
}

fn usual_depth() -> u16 {
    u16::try_from(Limits::default().depth).unwrap_or(u16::MAX)
}
