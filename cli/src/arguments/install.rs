//! The flags of `gitopsc install`.

use super::build::Messages;
use clap::Args;

/// What `gitopsc install` does.
pub const ABOUT: &str = "\
Print the manifests of the reconciler itself: its namespace, definitions, account, rights, Deployment and Service.

Nothing is sent anywhere. Without --image the image is that of this version.";

/// How it is called most often.
pub const EXAMPLES: &str = "\
Examples:
  gitopsc install | kubectl apply --server-side -f -
  gitopsc install --namespace gitops > cluster/platform/gitopsc/all.yaml";

/// The flags of `gitopsc install`.
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub struct InstallArguments {
    /// The namespace that it is in
    #[arg(short, long, value_name = "NAME", default_value = "gitopsc-system")]
    pub namespace: String,

    /// The image that it runs
    #[arg(long, value_name = "IMAGE")]
    pub image: Option<String>,

    /// What is said on the way.
    #[command(flatten)]
    pub messages: Messages,
}
