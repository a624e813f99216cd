//! The flags of `gitopsc check` that are its own.

use super::reading::ReadingArguments;
use clap::Args;
use gitopsc_compiler::check::KubeVersion;
use std::path::PathBuf;

/// What `gitopsc check` does.
pub const ABOUT: &str = "\
Say what is wrong with a cluster or with one kustomization, beyond what a build has to know.

DIR is built as by `gitopsc build`, and the objects are looked at together: references that lead nowhere, \
selectors that select nothing, ports that nobody has, fields that the API server does not know, what it has \
removed, and custom resources that their CRD refuses. Files are looked at as well: Secrets in plain text, \
what .sops.yaml says is encrypted and is not, YAML that is none.

Nothing is sent anywhere, and no cluster is asked. A finding that is meant to be so is accepted by the \
annotation gitopsc.dev/check-ignore or under `check` in gitopsc.yaml, with a reason.";

/// How it is called most often.
pub const EXAMPLES: &str = "\
Examples:
  gitopsc check
  gitopsc check cluster --kube-version 1.34
  gitopsc check cluster --strict --quiet

`--help` has more of them, and all flags.";

/// How it may be called, and how it ends.
pub const AFTER: &str = "\
Examples:
  # The cluster here, or in ./cluster
  gitopsc check

  # Against the Kubernetes that is upgraded to next
  gitopsc check cluster --kube-version 1.36

  # In CI: warnings fail as well
  gitopsc check cluster --strict

  # One kustomization
  gitopsc check overlays/production

  # How many findings there are of each code
  gitopsc check --diagnostics json | jq '[.items[].code] | group_by(.) | map({(.[0]): length}) | add'

Exit status:
  0  no errors; with --strict also no warnings
  1  errors, or with --strict warnings
  2  wrong usage, or something could not be read or written";

/// The flags of `gitopsc check`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub struct CheckArguments {
    /// The directory to check: a cluster or a kustomization [default: `.`, or `./cluster` if `.` is neither]
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,

    /// Hold the objects against this version of Kubernetes [default: `check.kubeVersion` of gitopsc.yaml, or
    /// the newest one that is known]
    #[arg(long, value_name = "VERSION")]
    pub kube_version: Option<KubeVersion>,

    /// End with status 1 on warnings too
    #[arg(long)]
    pub strict: bool,

    /// How the directory is read.
    #[command(flatten)]
    pub reading: ReadingArguments,
}
