//! The flags of `gitopsc talos`.

use super::reading::ReadingArguments;
use clap::{ArgAction, Args, Subcommand, ValueEnum};
use gitopsc_compiler::bundle::form::Form;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// What `gitopsc talos` does.
pub const ABOUT: &str = "\
Bootstrap a Talos cluster from a layer: write it as manifests for the machine configuration, and check that \
configuration.";

/// What `gitopsc talos bundle` does.
pub const BUNDLE_ABOUT: &str = "\
Write a layer as bundles that the machine configuration of Talos takes.

The objects of the layer are put in the order of their dependencies, namespaces and definitions first, and cut \
into bundles under a size limit; an object is never split. The folder gets a file for each bundle, the machine \
configuration or its patch, and an index. Run it again into the same folder after a change: what did not \
change keeps its place, so that one changed object changes one bundle.

Settings that are the same each time belong under `talos` in gitopsc.yaml; flags go before them.";

/// How it is called most often.
pub const BUNDLE_EXAMPLES: &str = "\
Examples:
  gitopsc talos bundle cluster --output bundles
  gitopsc talos bundle cluster --layer bootstrap --limit 250000 --output bundles
  gitopsc talos bundle cluster --base-url https://example.com/bundles/ --output bundles
  talosctl patch machineconfig --patch @bundles/documents.yaml";

/// What `gitopsc talos check` does.
pub const CHECK_ABOUT: &str = "\
Check a Talos machine configuration before the cluster is bootstrapped.

The machine configuration is read with its patches as Talos reads them and held against the bundles, the \
repository and the settings of Cilium. Each point of the list is printed with how it stands; what is wrong is \
told with its place. Without --machine-config the patches alone are looked at, and what they do not say counts \
as `talosctl gen config` would write it.";

/// How it is called most often.
pub const CHECK_EXAMPLES: &str = "\
Examples:
  gitopsc talos check cluster --machine-config controlplane.yaml --config-patch bundles/documents.yaml
  gitopsc talos check cluster --config-patch network.yaml bundles/documents.yaml --values cilium.yaml
  gitopsc talos check cluster --machine-config controlplane.yaml --online";

/// The commands of `gitopsc talos`.
#[derive(Debug, Subcommand)]
pub enum TalosCommand {
    /// Write a layer as bundles that the machine configuration of Talos takes
    #[command(long_about = BUNDLE_ABOUT, after_help = BUNDLE_EXAMPLES)]
    Bundle(Box<BundleArguments>),
    /// Check a Talos machine configuration before the cluster is bootstrapped
    #[command(long_about = CHECK_ABOUT, after_help = CHECK_EXAMPLES)]
    Check(Box<TalosCheckArguments>),
}

/// The flags of `gitopsc talos check`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub struct TalosCheckArguments {
    /// The cluster [default: `.`, or `./cluster` if `.` is neither a cluster nor a kustomization]
    #[arg(value_name = "CLUSTER")]
    pub directory: Option<PathBuf>,

    /// Machine configurations; each with `machine` and `cluster` is a machine, others are parts of all
    #[arg(short, long, value_name = "FILE", num_args = 1.., action = ArgAction::Append)]
    pub machine_config: Vec<PathBuf>,

    /// Patches of them, strategic or JSON, in the order in which Talos gets them
    #[arg(short = 'p', long, value_name = "FILE", num_args = 1.., action = ArgAction::Append)]
    pub config_patch: Vec<PathBuf>,

    /// Helm values of Cilium, a later file over an earlier one [default: its ConfigMap in the cluster]
    #[arg(long, value_name = "FILE", num_args = 1.., action = ArgAction::Append)]
    pub values: Vec<PathBuf>,

    /// The folder that `gitopsc talos bundle` wrote [default: `talos.output` in gitopsc.yaml]
    #[arg(long, value_name = "DIR")]
    pub bundles: Option<PathBuf>,

    /// Fetch each URL of the configuration with its headers, and check size and digest
    #[arg(long)]
    pub online: bool,

    /// What is bundled and how.
    #[command(flatten)]
    pub bundling: BundlingArguments,

    /// How the directory is read.
    #[command(flatten)]
    pub reading: ReadingArguments,
}

/// The flags of `gitopsc talos bundle`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub struct BundleArguments {
    /// The cluster, or one kustomization [default: `.`, or `./cluster` if `.` is neither]
    #[arg(value_name = "CLUSTER")]
    pub directory: Option<PathBuf>,

    /// The folder for the bundles; it holds nothing else [default: `talos.output` in gitopsc.yaml]
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    /// Write decrypted values into the bundles, which are plain text for whoever reads them
    #[arg(long)]
    pub reveal_secrets: bool,

    /// What is bundled and how.
    #[command(flatten)]
    pub bundling: BundlingArguments,

    /// How the directory is read.
    #[command(flatten)]
    pub reading: ReadingArguments,
}

/// What is bundled and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Bundles")]
pub struct BundlingArguments {
    /// The layer [default: `bootstrap` if there is one, or the first]
    #[arg(long, value_name = "LAYER")]
    pub layer: Option<String>,

    /// The most bytes that a bundle may have [default: 1000000]
    #[arg(long, value_name = "BYTES")]
    pub limit: Option<NonZeroUsize>,

    /// The most bytes that the whole machine configuration may have, such as 32000 for user data or 4194304
    /// for maintenance mode
    #[arg(long, value_name = "BYTES")]
    pub total_limit: Option<NonZeroUsize>,

    /// How the machine configuration is written [default: documents]
    #[arg(long, value_name = "FORM")]
    pub form: Option<FormName>,

    /// Let Talos fetch the bundles from below this URL, instead of writing them into the configuration
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,

    /// A header that Talos sends when it fetches a bundle, as often as wanted
    #[arg(long, value_name = "NAME: VALUE")]
    pub header: Vec<String>,
}

/// The forms of a machine configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormName {
    /// Documents of Talos 1.14 and later, a patch that may be applied again
    Documents,
    /// A `cluster:` block, to stand in a machine configuration
    Block,
    /// A JSON patch that replaces the lists of the `cluster:` block
    Patch,
}

impl FormName {
    /// The form.
    pub fn form(self) -> Form {
        match self {
            FormName::Documents => Form::Documents,
            FormName::Block => Form::Block,
            FormName::Patch => Form::JsonPatch,
        }
    }
}
