//! The command line as clap sees it: every command, flag and help text.
//!
//! Nothing here does anything; docs/reference/cli.md is made from it.

mod accepted;
mod apply;
mod build;
mod check;
mod delete;
mod explain;
mod graph;
mod install;
mod kustomize;
mod reading;
#[cfg(test)]
mod reference;
mod run;
mod secrets;
mod status;
mod store;
mod switch;
mod talos;

pub use apply::{
    ApplyArguments, ApplyFormat, ConflictChoice, DryRun, SetArguments, TargetArguments,
};
pub use build::{BuildArguments, Format, LimitArguments, Messages, Selection};
pub use check::CheckArguments;
pub use delete::DeleteArguments;
pub use explain::{ExplainArguments, ExplainFormat};
pub use graph::{GraphArguments, GraphFormat};
pub use install::InstallArguments;
pub use reading::{CommonArguments, ReadingArguments};
pub use run::{LogFormat, LogLevel, RunArguments};
pub use secrets::SecretArguments;
pub use status::{StatusArguments, StatusFormat};
pub use store::{GcArguments, ShowArguments};
pub use talos::{BundleArguments, BundlingArguments, TalosCheckArguments, TalosCommand};

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

const ABOUT: &str =
    "Builds the Kubernetes manifests of a whole cluster tree, or of one kustomization";

const LONG_ABOUT: &str = "\
Builds the Kubernetes manifests of a whole cluster tree, or of one kustomization.

A directory with a kustomization builds to exactly what `kustomize build` prints. A cluster, which is a \
folder with layers (bootstrap, platform, apps), builds all of its units in one go and reports everything \
that is wrong with any of them.";

const EXAMPLES: &str = "\
Examples:
  gitopsc build overlays/production | kubectl apply -f -
  gitopsc build cluster -o rendered
  gitopsc graph cluster
  gitopsc completions bash > ~/.local/share/bash-completion/completions/gitopsc

`gitopsc build --help` says what can be built, and how.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  gitopsc completions bash > ~/.local/share/bash-completion/completions/gitopsc
  gitopsc completions zsh > \"${fpath[1]}/_gitopsc\"
  gitopsc completions fish > ~/.config/fish/completions/gitopsc.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  gitopsc man | man -l -
  gitopsc man build > /usr/local/share/man/man1/gitopsc-build.1";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "gitopsc", version, about = ABOUT, long_about = LONG_ABOUT, after_help = EXAMPLES)]
#[command(disable_help_subcommand = true)]
pub struct Arguments {
    /// What is to be done.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the manifests of a cluster or of one kustomization
    #[command(long_about = build::ABOUT, after_help = build::EXAMPLES, after_long_help = build::AFTER)]
    Build(Box<BuildArguments>),
    /// Say what is wrong with a cluster or with one kustomization, beyond what a build has to know
    #[command(long_about = check::ABOUT, after_help = check::EXAMPLES, after_long_help = check::AFTER)]
    Check(Box<CheckArguments>),
    /// Say of one object where each part of it comes from, what it needs, and what needs it
    #[command(long_about = explain::ABOUT, after_help = explain::EXAMPLES)]
    Explain(Box<ExplainArguments>),
    /// Show in which order the objects of a cluster come, and why
    #[command(long_about = graph::ABOUT, after_help = graph::EXAMPLES)]
    Graph(Box<GraphArguments>),
    /// Make a cluster equal to a tree: apply what changed and prune what left
    #[command(long_about = apply::ABOUT, after_help = apply::EXAMPLES)]
    Apply(Box<ApplyArguments>),
    /// Show what is there of sets in the cluster
    #[command(long_about = status::ABOUT, after_help = status::EXAMPLES)]
    Status(Box<StatusArguments>),
    /// Delete everything of a set from the cluster
    #[command(long_about = delete::ABOUT, after_help = delete::EXAMPLES)]
    Delete(Box<DeleteArguments>),
    /// Keep the cluster equal to the Git repositories that its Syncs name
    #[command(long_about = run::ABOUT, after_help = run::EXAMPLES)]
    Run(Box<RunArguments>),
    /// Print the manifests of the reconciler itself
    #[command(long_about = install::ABOUT, after_help = install::EXAMPLES)]
    Install(Box<InstallArguments>),
    /// Print what was stored with `gitopsc build --store`
    #[command(long_about = store::SHOW_ABOUT, after_help = store::SHOW_EXAMPLES)]
    Show(Box<ShowArguments>),
    /// Delete what a store holds and nothing names any more
    #[command(long_about = store::GC_ABOUT)]
    Gc(Box<GcArguments>),
    /// Bootstrap a Talos cluster from a layer
    #[command(subcommand, long_about = talos::ABOUT)]
    Talos(TalosCommand),
    /// Print a script that completes gitopsc's commands and flags in a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print a manual page
    #[command(after_help = MAN_EXAMPLES)]
    Man {
        /// The command it is about; gitopsc itself if left out
        command: Option<Page>,
    },
}

/// The commands that have a manual page.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Page {
    Apply,
    Build,
    Check,
    Delete,
    Explain,
    Graph,
    Install,
    Run,
    Show,
    Gc,
    Status,
    Talos,
    TalosBundle,
    TalosCheck,
    Completions,
    Man,
}

impl Page {
    /// The name of the command, with those it is below.
    pub fn name(self) -> &'static str {
        match self {
            Page::Apply => "apply",
            Page::Build => "build",
            Page::Check => "check",
            Page::Delete => "delete",
            Page::Explain => "explain",
            Page::Graph => "graph",
            Page::Install => "install",
            Page::Run => "run",
            Page::Show => "show",
            Page::Gc => "gc",
            Page::Status => "status",
            Page::Talos => "talos",
            Page::TalosBundle => "talos bundle",
            Page::TalosCheck => "talos check",
            Page::Completions => "completions",
            Page::Man => "man",
        }
    }
}
