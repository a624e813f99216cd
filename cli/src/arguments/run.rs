//! The flags of `gitopsc run`.

use super::apply::TargetArguments;
use super::build::Messages;
use clap::{Args, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// What `gitopsc run` does.
pub const ABOUT: &str = "\
Keep the cluster equal to the Git repositories that its Syncs name, until stopped.

This is what runs in the cluster: `gitopsc install` prints all that it needs. It reads each source, applies what \
changed, prunes what left, puts back what somebody edited, and says in the status of each Sync how it is. An interrupt \
or SIGTERM stops it at the next safe point, a second one at once.";

/// How it is called most often.
pub const EXAMPLES: &str = "\
Examples:
  gitopsc run --cache /var/cache/gitopsc
  gitopsc run --kubeconfig admin.conf --namespace gitopsc-system --cache /tmp/mirrors";

/// The flags of `gitopsc run`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub struct RunArguments {
    /// The folder for mirrors of repositories
    #[arg(long, value_name = "FOLDER")]
    pub cache: PathBuf,

    /// The namespace whose Syncs act as this process [default: that of the pod, or of the context]
    #[arg(short, long, value_name = "NAME")]
    pub namespace: Option<String>,

    /// Look at the Syncs of one namespace alone
    #[arg(long, value_name = "NAME")]
    pub only: Option<String>,

    /// Listen for webhooks at this address [default: nowhere]
    #[arg(long, value_name = "ADDRESS")]
    pub hook_listen: Option<SocketAddr>,

    /// Serve metrics, probes and the state of the Syncs at this address [default: nowhere]
    #[arg(long, value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,

    /// How the log is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,

    /// How much is logged
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log_level: LogLevel,

    /// Take `file://` for a source: for tests
    #[arg(long, hide = true)]
    pub local_sources: bool,

    /// How many threads build
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,

    /// The cluster.
    #[command(flatten)]
    pub target: TargetArguments,

    /// What is said before it begins.
    #[command(flatten)]
    pub messages: Messages,
}

/// How a log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    Text,
    /// One object a line
    Json,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// What went wrong and needs somebody
    Error,
    /// What went wrong
    Warn,
    /// What changed
    Info,
    /// What was looked at
    Debug,
}
