//! The flags that every command has which compiles a tree.
//!
//! `gitopsc build` has those of Kustomize in a section of their own, and among them what the others have alone.

use super::build::{LimitArguments, Messages, Selection};
use super::kustomize::load_restrictor;
use super::secrets::SecretArguments;
use clap::Args;
use gitopsc_kustomize::LoadRestriction;

/// How a directory is read, of which not all manifests are printed.
#[derive(Debug, Args)]
pub struct ReadingArguments {
    /// Which files kustomizations may name, as in `gitopsc build`
    #[arg(long, value_name = "RULE", default_value = "LoadRestrictionsRootOnly", value_parser = load_restrictor(), hide_possible_values = true, hide_short_help = true)]
    pub load_restrictor: LoadRestriction,

    /// What all commands have.
    #[command(flatten)]
    pub common: CommonArguments,
}

/// How a directory is read.
#[derive(Debug, Args)]
pub struct CommonArguments {
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
